//! Writing to the two streams. A reader that went away is no error.

use super::context::Context;
use crate::clean;
use crate::error::Error;
use crate::exit::Exit;
use crate::i18n::Words;
use crate::message::Message;
use crate::report::page::{Line, Page, columns};
use crate::report::signs::{Paint, ascii};
use crate::report::voice::Voice;
use crate::report::{Sign, Style, diagnostics, fault};
use std::io::Write;

pub(super) fn stdout(text: &str) {
    let mut stream = std::io::stdout().lock();
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

pub(super) fn stderr(text: &str) {
    let mut stream = std::io::stderr().lock();
    let _ = stream.write_all(clean::no_commands(text).as_bytes()).and_then(|()| stream.flush());
}

pub(super) fn done(context: &Context, done: &Message, next: &Message) {
    let style = context.surroundings.stdout_style();
    let mut page = Page::new(&style);
    page.line(0, 2, &Sign::Passed.line(&style).push(&context.say(done), Paint::Plain));
    page.line(2, 2, &Line::plain(&context.say(next)));
    stdout(&page.finish());
}

/// One error in the reader's words, with its details and the next step.
/// `judges`: whether the command was to judge something, and hasn't.
pub(super) fn error(context: &Context, error: &Error, judges: bool) {
    let style = context.surroundings.stderr_style();
    if !error.diagnostics.is_empty() {
        for found in &error.diagnostics {
            stderr(&diagnostics::render(found, &context.words, style.colour, style.text_width()));
        }
        return;
    }
    if error.exit == Exit::Interrupted {
        stderr(&format!("{}\n", own(&context.words.say(&error.message), &style)));
        return;
    }
    let hints: Vec<String> = error.hints.iter().map(|hint| context.words.say(hint)).collect();
    if error.exit == Exit::Fault {
        let consequence = if judges { message!("report-nothing-judged") } else { message!("report-not-your-fault") };
        stderr(&fault::screen(&error.message, &consequence, &error.details, &hints, &context.words, &style));
        return;
    }
    let mut page = headline(&context.words, &style, &error.message);
    for (name, text) in &error.details {
        let line = message!("detail-line", name = context.words.say(name), text = text.as_str());
        page.line(2, 2, &Line::plain(&context.words.say(&line)));
    }
    hints_below(&mut page, &style, &hints);
    stderr(&page.finish());
}

pub(super) fn plain_error(words: &Words, style: &Style, message: &Message, hint: &Message) {
    let mut page = headline(words, style, message);
    hints_below(&mut page, style, &[words.say(hint)]);
    stderr(&page.finish());
}

fn headline<'a>(words: &Words, style: &'a Style, message: &Message) -> Page<'a> {
    let mut page = Page::new(style);
    let line = Sign::Failed.line(style).push(&Voice { words, style }.say(message), Paint::Plain);
    page.line(0, Sign::Failed.hang(style), &line);
    page
}

fn hints_below(page: &mut Page, style: &Style, hints: &[String]) {
    for hint in hints {
        page.line(2, columns(&own("→ ", style)), &Line::plain(&own(&format!("→ {hint}"), style)));
    }
}

/// A text as it is, or fitted to a terminal that is narrower than our texts are
/// written for.
pub(super) fn fitting(text: &str, style: &Style) -> String {
    if style.width < Style::default().width { fitted(text, style.text_width()) } else { text.to_owned() }
}

/// Longer lines are broken at spaces, and go on as far in as they began. Code between
/// fences stays as it is, and so does a word that is too long, to be copied.
fn fitted(text: &str, width: usize) -> String {
    let mut fitted = String::new();
    let mut code = false;
    for line in text.split_inclusive('\n') {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        if code || fence || seen(line.trim_end()) <= width {
            fitted.push_str(line);
            continue;
        }
        let inner = line.trim_start_matches(' ');
        let mut indent = line.len() - inner.len();
        let (mut used, mut begun) = (indent, false);
        fitted.push_str(&" ".repeat(indent));
        // Behind a sign or a bullet the text itself goes on beneath itself.
        if inner.split(' ').next().is_some_and(|first| seen(first) == 1 && !first.starts_with(char::is_alphanumeric)) {
            indent += 2;
        }
        for (number, word) in inner.trim_end_matches('\n').split(' ').enumerate() {
            if number > 0 && used + 1 + seen(word) > width {
                fitted.truncate(fitted.trim_end_matches(' ').len());
                fitted.push('\n');
                fitted.push_str(&" ".repeat(indent));
                (used, begun) = (indent, false);
            } else if begun {
                fitted.push(' ');
                used += 1;
            }
            fitted.push_str(word);
            used += seen(word);
            begun |= !word.is_empty();
        }
        if line.ends_with('\n') {
            fitted.push('\n');
        }
    }
    fitted
}

/// Columns that a painted text takes.
fn seen(text: &str) -> usize {
    let mut pieces = text.split('\u{1b}');
    let plain = pieces.next().map_or(0, columns);
    plain + pieces.map(|piece| columns(piece.split_once('m').map_or("", |(_, rest)| rest))).sum::<usize>()
}

/// A text of ours with the marks that the reader's terminal can show.
pub(super) fn own(text: &str, style: &Style) -> String {
    if style.unicode { text.to_owned() } else { ascii(text) }
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn a_line_that_is_too_long_is_broken_at_a_space_and_goes_on_as_far_in() {
        assert_eq!(fitted("  one two three\nfour\n", 10), "  one two\n  three\nfour\n");
        assert_eq!(fitted("  ✔ one two three", 10), "  ✔ one\n    two\n    three");
        assert_eq!(fitted("  gap   wide  and on\n", 12), "  gap   wide\n  and on\n");
    }

    #[test]
    fn what_is_to_be_copied_and_what_fits_stay_as_they_are() {
        for whole in ["a word https://example.org/longer\n", "```\nls -l a b c d e f g\n```\n", "fits well\n", ""] {
            let kept = fitted(whole, 14);
            assert_eq!(kept.replace("word\n", "word "), whole, "{kept}");
        }
    }

    #[test]
    fn paint_takes_no_columns() {
        let painted = "\u{1b}[1mone\u{1b}[0m two \u{1b}[31mthree\u{1b}[0m\n";
        assert_eq!(fitted(painted, 13), painted);
        assert_eq!(fitted(painted, 12), painted.replace(" \u{1b}[31m", "\n\u{1b}[31m"));
    }
}
