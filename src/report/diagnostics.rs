//! Diagnostics of lab files, as a terminal shows them: what is wrong, the
//! place, the line with the text underlined, a way out.

use super::clean;
use crate::definition::diagnostic::{Diagnostic, Diagnostics};
use crate::i18n::Words;
use crate::message::Message;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeStyles,
};
use std::ops::Range;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a line that are shown at the least, however narrow the terminal.
const LEAST: usize = 40;

/// All diagnostics, each with a blank line after it.
pub fn render(diagnostics: &Diagnostics, words: &Words, colour: bool, width: usize) -> String {
    let mut shown: String =
        diagnostics.found.iter().map(|diagnostic| one(diagnostics, diagnostic, words, colour, width)).collect();
    if diagnostics.more > 0 {
        shown.push_str(&words.say(&message!("and-more", count = diagnostics.more)));
        shown.push('\n');
    }
    shown
}

fn one(diagnostics: &Diagnostics, diagnostic: &Diagnostic, words: &Words, colour: bool, width: usize) -> String {
    let say = |message: &Message| clean::line(&words.say(message));
    let red = if colour { anstyle::AnsiColor::Red.on_default().bold() } else { anstyle::Style::new() };
    let heading = format!("{}[{}]", say(&message!("error-heading")), diagnostic.code);
    let colon = if words.language().code() == "fr" { "\u{a0}:" } else { ":" };
    let text = wrap(&format!("{heading}{colon} {}", say(&diagnostic.message)), width, "  ");
    let mut shown = match text.strip_prefix(&heading) {
        Some(rest) => format!("{red}{heading}{red:#}{rest}\n"),
        None => format!("{text}\n"),
    };
    let label = diagnostic.label.as_ref().map(say);
    shown.push_str(&snippet(diagnostics, diagnostic, label, colour, width));
    if let Some(help) = &diagnostic.help {
        shown.push_str(&wrap(&format!("   = {}", say(help)), width, "     "));
        shown.push('\n');
    }
    shown.push('\n');
    shown
}

fn snippet(
    diagnostics: &Diagnostics,
    diagnostic: &Diagnostic,
    label: Option<String>,
    colour: bool,
    width: usize,
) -> String {
    // Before the line stand its number and a rule.
    let line = Line::around(diagnostics, diagnostic, width.saturating_sub(8).max(LEAST));
    let report = MietteDiagnostic::new("").with_label(LabeledSpan::new(label, line.span.start, line.span.len()));
    let mut theme = GraphicalTheme::unicode_nocolor();
    theme.characters.ltop = '┌';
    theme.characters.lbot = '└';
    if colour {
        theme.styles = ThemeStyles::ansi();
        theme.styles.highlights.truncate(1);
        theme.styles.highlights[0] = theme.styles.error;
    }
    let handler = GraphicalReportHandler::new_themed(theme).with_context_lines(0).without_syntax_highlighting();
    let mut drawn = String::new();
    let report = miette::Report::new(report).with_source_code(line);
    // Writing into a String doesn't fail.
    let _ = handler.render_report(&mut drawn, report.as_ref());
    // The heading is ours; miette's own line for it is empty.
    let mut lines = drawn.lines().skip_while(|line| !line.contains('┌')).collect::<Vec<_>>();
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    lines.iter().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// One line of a source, cut to what is near the place, safe to show.
#[derive(Debug)]
struct Line {
    name: String,
    text: String,
    span: Range<usize>,
    number: usize,
    column: usize,
}

impl Line {
    fn around(diagnostics: &Diagnostics, diagnostic: &Diagnostic, columns: usize) -> Self {
        let source = &diagnostics.source;
        let Range { start, end } = diagnostic.span;
        let on_line = |c: &char| !matches!(c, '\n' | '\r');
        // At most so many characters are looked at: a line may be a mebibyte long.
        let meant: String = source[start..end].chars().take_while(on_line).take(columns).collect();
        let left = columns - meant.chars().count();
        let mut after: Vec<char> = source[start + meant.len()..].chars().take_while(on_line).take(left + 1).collect();
        let mut before: Vec<char> = source[..start].chars().rev().take_while(on_line).take(left + 1).collect();
        // What one side doesn't need, the other may have.
        let most_before = before.len().min((left / 2).max(left.saturating_sub(after.len())));
        let (cut_before, cut_after) = (before.len() > most_before, after.len() > left - most_before);
        before.truncate(most_before);
        after.truncate(left - most_before);
        let mut text = String::new();
        if cut_before {
            text.push('…');
        }
        text.extend(before.iter().rev().map(|c| clean::show(*c, true)));
        let span_start = text.len();
        text.extend(meant.chars().map(|c| clean::show(c, true)));
        let span = span_start..text.len();
        text.extend(after.iter().map(|c| clean::show(*c, true)));
        if cut_after {
            text.push('…');
        }
        if text.is_empty() {
            // miette draws nothing for an empty text.
            text.push(' ');
        }
        let name = clean::line(&diagnostics.file.display().to_string());
        Self { name, text, span, number: diagnostic.line, column: diagnostic.column }
    }
}

impl SourceCode for Line {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            (0, self.text.len()).into(),
            self.number.saturating_sub(1),
            self.column.saturating_sub(1),
            1,
        )))
    }
}

/// Breaks a text at spaces so that its lines fit; a word that is too long stays whole.
fn wrap(text: &str, width: usize, indent: &str) -> String {
    let (mut wrapped, mut used) = (String::new(), 0);
    for (index, word) in text.split(' ').enumerate() {
        let length = UnicodeWidthStr::width(word);
        if index > 0 && used + 1 + length > width && !wrapped.trim().is_empty() {
            wrapped.push('\n');
            wrapped.push_str(indent);
            used = indent.chars().filter_map(UnicodeWidthChar::width).sum();
        } else if index > 0 {
            wrapped.push(' ');
            used += 1;
        }
        wrapped.push_str(word);
        used += length;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::text::Language;
    use std::path::Path;

    fn shown(source: &str, span: Range<usize>, colour: bool) -> String {
        let diagnostic = Diagnostic::new(span, message!("unknown-key", key = "levle"))
            .near("level")
            .label(message!("found-nothing"));
        let diagnostics = Diagnostics::new(Path::new("labs/x/lab.yaml"), source, vec![diagnostic]);
        render(&diagnostics, &Words::new(Language::En), colour, 80)
    }

    #[test]
    fn a_diagnostic_shows_rule_place_line_and_a_way_out() {
        insta::assert_snapshot!(shown("a: 1\nlevle: beginner\nb: 2\n", 5..10, false));
    }

    #[test]
    fn a_long_line_is_cut_to_what_is_near() {
        let source = format!("{}levle{}", "a".repeat(5000), "b".repeat(5000));
        let shown = shown(&source, 5000..5005, false);
        assert!(shown.contains("…aaa") && shown.contains("bbb…") && shown.contains("lab.yaml:1:5001"), "{shown}");
        assert!(shown.lines().all(|line| UnicodeWidthStr::width(line) <= 80), "{shown}");
    }

    #[test]
    fn controls_of_a_file_never_reach_the_terminal() {
        let shown = shown("a\u{1b}[31m\u{7}\u{9b}\u{202e}levle\r\n", 11..16, false);
        assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
        assert!(!shown.contains('\u{202e}'), "{shown:?}");
    }

    #[test]
    fn colour_only_adds_to_the_text() {
        let source = "a: 1\nlevle: beginner\n";
        let (plain, coloured) = (shown(source, 5..10, false), shown(source, 5..10, true));
        assert!(coloured.contains("\u{1b}["));
        assert_eq!(String::from_utf8(strip_ansi_escapes::strip(&coloured)).unwrap(), plain);
    }
}
