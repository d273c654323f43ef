//! A block of labelled facts under a headline: labels in one column, and under
//! `expected` and `got` one more.

use super::page::{Line, Page, columns, padded};
use super::signs::Paint;
use super::voice::Voice;
use super::window::window;
use crate::expect::Difference;

/// Columns that every label takes.
const NARROWEST_LABEL: usize = 8;
/// Columns that a label may take beside its text; a longer one stands above it.
pub(super) const WIDEST_LABEL: usize = 14;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fact {
    Sentence(Line),
    Labelled {
        /// Which; none to go on under the one before.
        label: String,
        lines: Vec<Line>,
    },
    Pair {
        label: String,
        expected: Line,
        got: Line,
    },
    Parting {
        label: String,
        difference: Difference,
    },
}

impl Fact {
    pub(crate) fn labelled(label: String, text: &str) -> Self {
        Self::Labelled { label, lines: vec![Line::plain(text)] }
    }

    fn label(&self) -> &str {
        match self {
            Self::Sentence(_) => "",
            Self::Labelled { label, .. } | Self::Pair { label, .. } | Self::Parting { label, .. } => label,
        }
    }
}

/// Writes facts onto a page, all labels aligned.
pub(crate) fn write(page: &mut Page, indent: usize, facts: &[Fact], voice: Voice) {
    let widths = facts.iter().map(|fact| columns(fact.label())).filter(|width| *width <= WIDEST_LABEL);
    let label = widths.max().unwrap_or_default().max(NARROWEST_LABEL) + 2;
    let narrow = voice.style.is_narrow();
    let at = if narrow { indent + 2 } else { indent + label };
    for fact in facts {
        match fact {
            Fact::Sentence(line) => page.line(indent, 0, line),
            Fact::Labelled { label, lines } => {
                let beside = beside(page, indent, at, label, narrow);
                for (number, line) in lines.iter().enumerate() {
                    match beside {
                        Some(label) if number == 0 => page.beside(label, indent, at, line),
                        _ => page.line(at, 0, line),
                    }
                }
            }
            Fact::Pair { label, expected, got } => {
                let rows = [(message!("report-expected"), expected), (message!("report-got"), got)];
                let rows = rows.map(|(word, line)| (voice.say(&word), line));
                let further = at + 2 + rows.iter().map(|(word, _)| columns(word)).max().unwrap_or_default();
                let first = beside(page, indent, at, label, narrow);
                for (number, (word, line)) in rows.iter().enumerate() {
                    let before = if number == 0 { first } else { None };
                    two_labels(page, before, indent, at, word, further, line);
                }
            }
            Fact::Parting { label, difference } => {
                let words = [message!("report-expected"), message!("report-got")].map(|word| voice.say(&word));
                let further = at + 2 + words.iter().map(|word| columns(word)).max().unwrap_or_default();
                let room = voice.style.text_width().saturating_sub(further).max(12);
                let window = window(difference, room, voice);
                let first = beside(page, indent, at, label, narrow);
                two_labels(page, first, indent, at, &words[0], further, &Line::plain(&window.expected));
                two_labels(page, None, indent, at, &words[1], further, &Line::plain(&window.actual));
                page.raw(further, &Line::default().push(&window.pointer, Paint::Yellow));
                if let Some(place) = &window.place {
                    page.line(at, 0, &Line::default().push(place, Paint::Yellow));
                }
            }
        }
    }
}

/// The label, where it fits beside its text; else it is written above.
fn beside<'l>(page: &mut Page, indent: usize, at: usize, label: &'l str, narrow: bool) -> Option<&'l str> {
    if label.is_empty() {
        return None;
    }
    if narrow || columns(label) + 2 > at - indent {
        page.line(indent, 0, &Line::default().push(label, Paint::Dim));
        return None;
    }
    Some(label)
}

/// A row of two labels and a text: the first label may be none.
fn two_labels(page: &mut Page, first: Option<&str>, indent: usize, at: usize, word: &str, further: usize, line: &Line) {
    match first {
        Some(label) => {
            let both = format!("{}{word}", padded(label, at - indent));
            page.beside(&both, indent, further, line);
        }
        None => page.beside(word, at, further, line),
    }
}
