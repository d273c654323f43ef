//! Where two texts part.

use serde::{Deserialize, Serialize};

/// Characters shown before the first difference.
const BEFORE: usize = 24;
/// Characters shown from the first difference on.
const AFTER: usize = 32;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Difference {
    /// The line of the first difference, from 1.
    pub(crate) line: usize,
    /// Its column in that line, in characters, from 1.
    pub(crate) column: usize,
    /// The expected text around it; `…` where it was cut.
    pub(crate) expected: String,
    /// The actual text around it, cut in the same places.
    pub(crate) actual: String,
    /// Characters of both windows before the difference.
    pub(crate) offset: usize,
}

impl Difference {
    /// The first difference; none when the texts are equal. Texts that fit
    /// a line and differ are better shown whole, so a short one line text
    /// gives none as well.
    pub(crate) fn between(expected: &str, actual: &str) -> Option<Self> {
        if expected == actual || (is_short(expected) && is_short(actual)) {
            return None;
        }
        let common = expected.chars().zip(actual.chars()).take_while(|(left, right)| left == right);
        let (mut at, mut line, mut column) = (0_usize, 1_usize, 1_usize);
        for (character, _) in common {
            at += 1;
            if character == '\n' {
                line += 1;
                column = 1;
            } else {
                column += 1;
            }
        }
        let start = at.saturating_sub(BEFORE);
        let elided = usize::from(start > 0);
        Some(Self {
            line,
            column,
            expected: window(expected, start, at),
            actual: window(actual, start, at),
            offset: at - start + elided,
        })
    }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= BEFORE + AFTER && !text.contains('\n')
}

/// The text from `start` to a little after `at`, in characters.
fn window(text: &str, start: usize, at: usize) -> String {
    let mut shown = String::new();
    if start > 0 {
        shown.push('…');
    }
    let mut rest = text.chars().skip(start);
    shown.extend(rest.by_ref().take(at - start + AFTER));
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_difference_is_named_by_line_and_column() {
        let expected = "<html>\n<body>\n<h1>Page introuvable</h1>\n</body>";
        let actual = "<html>\n<body>\n<h1>Page non trouvée</h1>\n</body>";
        let difference = Difference::between(expected, actual).unwrap();
        assert_eq!((difference.line, difference.column), (3, 10));
        assert_eq!(difference.expected, "<html>\n<body>\n<h1>Page introuvable</h1>\n</body>");
        assert_eq!(difference.offset, 23);
    }

    #[test]
    fn what_is_common_is_elided() {
        let same = "x".repeat(1000);
        let difference = Difference::between(&format!("{same}a{same}"), &format!("{same}b{same}")).unwrap();
        assert_eq!(difference.column, 1001);
        assert_eq!(difference.expected.chars().count(), 1 + BEFORE + AFTER + 1);
        assert_eq!(difference.expected.chars().nth(difference.offset), Some('a'));
    }

    #[test]
    fn short_texts_on_one_line_are_shown_whole() {
        assert_eq!(Difference::between("text/css", "text/html"), None);
    }

    proptest! {
        #[test]
        fn windows_are_bounded_and_agree_before_the_difference(left in "\\PC{0,200}", right in "\\PC{0,200}") {
            if let Some(difference) = Difference::between(&left, &right) {
                prop_assert!(difference.expected.chars().count() <= BEFORE + AFTER + 2);
                let expected: String = difference.expected.chars().take(difference.offset).collect();
                let actual: String = difference.actual.chars().take(difference.offset).collect();
                prop_assert_eq!(expected, actual);
            }
        }
    }
}
