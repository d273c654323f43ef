//! The window on the first difference of two texts, white space visible.

use super::clean;
use super::page::columns;
use super::voice::Voice;
use crate::expect::Difference;

/// Dashes before the caret, so that the eye finds it.
const DASHES: usize = 5;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) expected: String,
    pub(crate) actual: String,
    /// What points at the difference, under the actual text.
    pub(crate) pointer: String,
    /// Where the difference is, where there is no room for it after the pointer.
    pub(crate) place: Option<String>,
}

/// The window in at most `width` columns; both texts are cut at the same place.
pub(crate) fn window(difference: &Difference, width: usize, voice: Voice) -> Window {
    let expected = Cells::new(&difference.expected, voice);
    let actual = Cells::new(&difference.actual, voice);
    // The texts are the same up to the difference, so one start fits both.
    let fit = expected.width(0) <= width && actual.width(0) <= width;
    let start = if fit { 0 } else { actual.start_within(difference.offset, width / 2) };
    let caret = actual.until(start, difference.offset);
    let (pointer, place) = pointer(caret, difference, width, voice);
    Window { expected: expected.from(start, width), actual: actual.from(start, width), pointer, place }
}

/// `─────^ first difference at line 12, column 14`
fn pointer(caret: usize, difference: &Difference, width: usize, voice: Voice) -> (String, Option<String>) {
    let dashes = caret.min(DASHES);
    let dash = if voice.style.unicode { "─" } else { "-" };
    let arrow = format!("{}{}^", " ".repeat(caret - dashes), dash.repeat(dashes));
    let place = voice.say(&message!("report-first-difference", line = difference.line, column = difference.column));
    if caret + 2 + columns(&place) <= width { (format!("{arrow} {place}"), None) } else { (arrow, Some(place)) }
}

pub(crate) fn marked(text: &str, voice: Voice) -> String {
    Cells::new(text, voice).from(0, usize::MAX)
}

struct Cells<'a> {
    cells: Vec<String>,
    ellipsis: &'a str,
}

impl<'a> Cells<'a> {
    fn new(text: &str, voice: Voice<'a>) -> Self {
        let unicode = voice.style.unicode;
        let cells = text
            .chars()
            .map(|character| match character {
                ' ' if unicode => "·".to_owned(),
                '\u{a0}' | '\u{202f}' if unicode => "⍽".to_owned(),
                '\u{a0}' | '\u{202f}' => format!("\\u{{{:x}}}", u32::from(character)),
                '…' => voice.ellipsis().to_owned(),
                _ => clean::show(character, unicode),
            })
            .collect();
        Self { cells, ellipsis: voice.ellipsis() }
    }

    /// Columns from a cell on, with the ellipsis that a cut needs.
    fn width(&self, start: usize) -> usize {
        self.lead(start) + self.cells[start.min(self.cells.len())..].iter().map(|cell| columns(cell)).sum::<usize>()
    }

    fn lead(&self, start: usize) -> usize {
        if start > 0 { columns(self.ellipsis) } else { 0 }
    }

    /// Columns between the window's left edge and a cell.
    fn until(&self, start: usize, offset: usize) -> usize {
        let cells = self.cells.iter().take(offset).skip(start);
        self.lead(start) + cells.map(|cell| columns(cell)).sum::<usize>()
    }

    /// Where to cut so that `offset` is at most `room` columns in.
    fn start_within(&self, offset: usize, room: usize) -> usize {
        (0..offset).find(|start| self.until(*start, offset) <= room).unwrap_or(offset)
    }

    fn from(&self, start: usize, width: usize) -> String {
        let mut shown = if start > 0 { self.ellipsis.to_owned() } else { String::new() };
        let whole = self.width(start) <= width;
        let room = if whole { width } else { width.saturating_sub(columns(self.ellipsis)) };
        let mut used = columns(&shown);
        for cell in self.cells.iter().skip(start) {
            used += columns(cell);
            if used > room {
                break;
            }
            shown.push_str(cell);
        }
        if !whole {
            shown.push_str(self.ellipsis);
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::text::Language;
    use crate::i18n::Words;
    use crate::report::signs::Style;
    use proptest::prelude::*;

    fn shown(expected: &str, actual: &str, width: usize, unicode: bool) -> Window {
        let words = Words::new(Language::En);
        let style = Style { unicode, ..Style::default() };
        window(&Difference::between(expected, actual).unwrap(), width, Voice { words: &words, style: &style })
    }

    #[test]
    fn the_caret_stands_under_the_first_difference() {
        let shown = shown("<html>\n<h1>Page introuvable</h1>", "<html>\n<h1>Page non trouvée</h1>", 60, true);
        assert_eq!(shown.expected, "<html>⏎<h1>Page·introuvable</h1>");
        assert_eq!(shown.actual, "<html>⏎<h1>Page·non·trouvée</h1>");
        assert_eq!(shown.pointer, "           ─────^ first difference at line 2, column 10");
    }

    #[test]
    fn without_unicode_white_space_is_still_told_apart() {
        let shown = shown("a b\u{a0}!\nc", "a b !\nc", 60, false);
        assert_eq!(shown.expected, "a b\\u{a0}!\\nc");
        assert_eq!(shown.actual, "a b !\\nc");
        assert_eq!(shown.pointer, "---^ first difference at line 1, column 4");
    }

    #[test]
    fn a_text_that_ends_too_soon_is_pointed_at_its_end() {
        let shown = shown("line\nmore", "line\n", 60, true);
        assert_eq!((shown.expected.as_str(), shown.actual.as_str()), ("line⏎more", "line⏎"));
        assert!(shown.pointer.starts_with("─────^"), "{shown:?}");
    }

    proptest! {
        #[test]
        fn a_window_fits_its_width_and_holds_the_difference(
            left in "[a-c \n]{0,90}", right in "[a-c \n]{0,90}", width in 12_usize..70,
        ) {
            if Difference::between(&left, &right).is_some() {
                let shown = shown(&left, &right, width, true);
                prop_assert!(columns(&shown.expected) <= width && columns(&shown.actual) <= width);
                let caret = shown.pointer.chars().take_while(|c| *c != '^').count();
                let until = |text: &str| text.chars().take(caret).collect::<String>();
                prop_assert_eq!(until(&shown.expected), until(&shown.actual));
                prop_assert!(caret < width);
            }
        }
    }
}
