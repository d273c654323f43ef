//! The one place that makes a text fit for a terminal.
//!
//! What learners, their programs and other people's servers write may hold
//! sequences that set titles, fill the clipboard, hide lines or turn text
//! round. [`text`] and [`line`] take such things out; [`visible`] shows them,
//! for values that are compared and where a hidden character is the point.

use serde_json::Value;
use std::borrow::Cow;

/// Where a tab leads, in columns.
const TAB: usize = 8;

/// Several lines, without any control character but `\n`.
///
/// Escape sequences vanish whole, a carriage return begins a new line (so
/// that nothing can overwrite what stands before it), tabs become spaces.
pub(crate) fn text(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

/// White space that may go at a text's ends. A no-break space stays: French writes it
/// between a word, which may be a piece of code beside this text, and `;`.
pub(crate) fn is_gap(character: char) -> bool {
    character.is_whitespace() && !matches!(character, '\u{a0}' | '\u{202f}')
}

/// One line, without any control character: what were lines are joined by spaces.
pub(crate) fn line(line: &str) -> String {
    text(line)
        .split('\n')
        .map(|part| part.trim_end_matches(is_gap))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Lines none of which a CI system takes for a command of ours to it: on standard
/// error we give none, and a file's name may look like one.
pub(crate) fn no_commands(text: &str) -> Cow<'_, str> {
    let is_command = |line: &str| {
        let begun = line.trim_start();
        begun.starts_with("::") || begun.starts_with("##[")
    };
    if !text.lines().any(is_command) {
        return Cow::Borrowed(text);
    }
    let lines =
        text.split_inclusive('\n').map(|line| if is_command(line) { format!("· {line}") } else { line.to_owned() });
    Cow::Owned(lines.collect())
}

/// One line in which each character that would not show does show.
pub(crate) fn visible(text: &str, unicode: bool) -> String {
    text.chars().map(|character| show(character, unicode)).collect()
}

/// One character, or the visible form of one that would not show.
pub(crate) fn show(character: char, unicode: bool) -> String {
    match character {
        '\n' if unicode => "⏎".to_owned(),
        '\n' => "\\n".to_owned(),
        '\t' if unicode => "⇥".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' if !unicode => "\\r".to_owned(),
        // Unicode has a picture of each C0 control and of DEL.
        '\0'..='\u{1f}' if unicode => picture(character).to_string(),
        '\u{7f}' if unicode => "␡".to_owned(),
        _ if is_hidden(character) => format!("\\u{{{:x}}}", u32::from(character)),
        _ => character.to_string(),
    }
}

/// Whether a character controls the terminal or the text's direction, or
/// takes no room at all, so that no reader could see it.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' // direction marks, zero-width space
            | '\u{2028}'..='\u{202e}' // line and paragraph separators, embeddings, overrides
            | '\u{2060}'..='\u{206f}' // invisible operators, isolates
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' // byte order mark, annotations
            | '\u{fffe}' | '\u{ffff}' // no characters at all; XML has no way to write them
            | '\u{e0000}'..='\u{e007f}' // tags
        )
}

/// A text's first characters, with `…` where there are more.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// The value with each of its texts cut.
pub(crate) fn cut_each(value: Value, most: usize) -> Value {
    match value {
        Value::String(text) => Value::String(cut(&text, most).into_owned()),
        Value::Array(items) => items.into_iter().map(|item| cut_each(item, most)).collect(),
        Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, cut_each(value, most))).collect(),
        other => other,
    }
}

fn picture(control: char) -> char {
    char::from_u32(0x2400 + u32::from(control)).unwrap_or('\u{fffd}')
}

/// One line without sequences and controls. Lines are stripped one by one, so
/// that a sequence without an end hides its own line only.
fn plain(line: &str) -> String {
    let mut spread = String::with_capacity(line.len());
    let mut column = 0;
    for character in strip_ansi_escapes::strip_str(with_seven_bit_escapes(&keep_tabs(line))).chars() {
        match character {
            TAB_STANDS_HERE => {
                let width = TAB - column % TAB;
                spread.extend(std::iter::repeat_n(' ', width));
                column += width;
            }
            _ if is_hidden(character) => {}
            _ => {
                spread.push(character);
                column += 1;
            }
        }
    }
    spread
}

/// `strip_ansi_escapes` drops tabs with all other controls; this private
/// character keeps their places.
const TAB_STANDS_HERE: char = '\u{f0009}';

fn keep_tabs(line: &str) -> String {
    line.replace(TAB_STANDS_HERE, "").replace('\t', TAB_STANDS_HERE.encode_utf8(&mut [0; 4]))
}

/// A C1 control is the same as ESC and a letter; the parser behind
/// `strip_ansi_escapes` knows only the latter, and would leave the payload.
fn with_seven_bit_escapes(line: &str) -> String {
    let mut seven = String::with_capacity(line.len());
    for character in line.chars() {
        match character {
            '\u{80}'..='\u{9f}' => {
                seven.push('\u{1b}');
                seven.extend(char::from_u32(u32::from(character) - 0x40));
            }
            _ => seven.push(character),
        }
    }
    seven
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn colours_titles_and_clipboard_writes_vanish_whole() {
        assert_eq!(text("\u{1b}[31mred\u{1b}[0m"), "red");
        assert_eq!(text("a\u{1b}]0;title\u{7}b"), "ab");
        assert_eq!(text("a\u{1b}]52;c;cm0gLXJm\u{1b}\\b"), "ab");
        assert_eq!(text("a\u{1b}P+q544e\u{1b}\\b"), "ab");
    }

    #[test]
    fn eight_bit_sequences_vanish_whole() {
        assert_eq!(text("a\u{9b}31mb"), "ab");
        assert_eq!(text("a\u{9d}52;c;cm0gLXJm\u{9c}b"), "ab");
    }

    #[test]
    fn a_sequence_without_an_end_hides_its_own_line_only() {
        assert_eq!(text("a\u{1b}]0;title\nerror: no such bucket"), "a\nerror: no such bucket");
    }

    #[test]
    fn a_carriage_return_overwrites_nothing() {
        assert_eq!(text("FAILED\rpassed"), "FAILED\npassed");
        assert_eq!(text("one\r\ntwo"), "one\ntwo");
    }

    #[test]
    fn text_keeps_its_direction() {
        assert_eq!(text("a\u{202e}txt.exe\u{2066}"), "atxt.exe");
    }

    #[test]
    fn tabs_become_spaces() {
        assert_eq!(text("ab\tc"), "ab      c");
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(line("aws s3 sync \\\n  site/\n"), "aws s3 sync \\   site/");
    }

    #[test]
    fn no_line_is_a_command() {
        assert_eq!(no_commands("a\n  ::error::x\n##[group]\nb::c\n"), "a\n·   ::error::x\n· ##[group]\nb::c\n");
        assert!(matches!(no_commands("plain ::x\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn visible_shows_what_would_hide() {
        assert_eq!(visible("a\r\n\u{1b}[1m\u{202e}", true), "a␍⏎␛[1m\\u{202e}");
        assert_eq!(visible("a\r\n\u{1b}\t", false), "a\\r\\n\\u{1b}\\t");
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        let text_of = "Réponse : « 42 » · 日本語 👍";
        assert_eq!(text(text_of), text_of);
        assert_eq!(visible(text_of, true), text_of);
    }

    /// Text that is rich in what the cleaner is about.
    fn nasty() -> impl Strategy<Value = String> {
        prop::collection::vec(
            prop_oneof![
                any::<char>(),
                prop::char::range('\0', '\u{9f}'),
                prop::char::range('\u{2028}', '\u{206f}'),
                prop::sample::select(vec!['\u{1b}', '[', ']', ';', 'm', '\u{9b}', '\u{9d}', '\u{7}', '\r', '\n', '\t']),
            ],
            0..80,
        )
        .prop_map(|characters| characters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn no_control_but_the_newline_comes_through(dirty in nasty()) {
            prop_assert!(text(&dirty).chars().all(|character| character == '\n' || !is_hidden(character)));
            prop_assert!(!line(&dirty).chars().any(is_hidden));
            prop_assert!(!visible(&dirty, true).chars().any(is_hidden));
            prop_assert!(!visible(&dirty, false).chars().any(is_hidden));
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(dirty in nasty()) {
            let once = text(&dirty);
            prop_assert_eq!(text(&once), once);
        }
    }
}
