//! Facts as a list of terms and what is known of each.

use crate::report::block::Fact;
use crate::report::clean;
use crate::report::voice::Voice;
use crate::report::window::window;
use maud::{Markup, html};

/// Columns of a window on a difference: as many as a phone has room for.
const WINDOW: usize = 36;

/// Sentences, then the others as one list; what has no label goes on under the
/// one before.
pub(super) fn list(facts: &[Fact], voice: Voice) -> Markup {
    let mut groups: Vec<(String, Vec<Markup>)> = Vec::new();
    let mut sentences = Vec::new();
    for fact in facts {
        let (label, said) = match fact {
            Fact::Sentence(line) => {
                sentences.push(line.text());
                continue;
            }
            Fact::Labelled { label, lines } => (label, html! { @for line in lines { span .line { (line.text()) } } }),
            Fact::Pair { label, expected, got } => (label, pair(&expected.text(), &got.text(), "", voice)),
            Fact::Parting { label, difference } => {
                let window = window(difference, WINDOW, voice);
                let place = message!("report-first-difference", line = difference.line, column = difference.column);
                // The arrow under the text says nothing to who can't see it.
                let said =
                    pair(&clean::line(&window.expected), &clean::line(&window.actual), &arrow(&window.pointer), voice);
                (label, html! { (said) span .line { (voice.say(&place)) } })
            }
        };
        match groups.last_mut() {
            Some((_, lines)) if label.is_empty() => lines.push(said),
            _ => groups.push((clean::line(label), vec![said])),
        }
    }
    html! {
        @for sentence in sentences { p { (sentence) } }
        @if !groups.is_empty() {
            dl {
                @for (label, lines) in groups {
                    div {
                        dt { (label) }
                        dd { @for line in lines { (line) } }
                    }
                }
            }
        }
    }
}

/// What was expected above what was there, so that they can be compared.
fn pair(expected: &str, got: &str, arrow: &str, voice: Voice) -> Markup {
    html! {
        span .pair {
            span .word { (voice.say(&message!("report-expected"))) } span .value { (expected) }
            span .word { (voice.say(&message!("report-got"))) } span .value { (got) }
            @if !arrow.is_empty() { span .word {} span .value aria-hidden="true" { (arrow) } }
        }
    }
}

/// A window's pointer without the words after it.
fn arrow(pointer: &str) -> String {
    pointer.split_inclusive('^').next().unwrap_or_default().to_owned()
}
