//! Words and style together: all that a text for one reader is made with.

use super::signs::{self, Style};
use crate::definition::model::Visibility;
use crate::definition::text::{Language, Text};
use crate::i18n::Words;
use crate::message::Message;
use crate::outcome::Tally;
use crate::verdict::CheckResult;
use std::borrow::Cow;

/// Characters of a value that a report shows.
pub(crate) const VALUE_CAP: usize = 200;

#[derive(Clone, Copy)]
pub(crate) struct Voice<'a> {
    pub(crate) words: &'a Words,
    pub(crate) style: &'a Style,
}

impl<'a> Voice<'a> {
    /// For texts that no terminal shows.
    pub(crate) fn plain(words: &'a Words) -> Self {
        Self { words, style: &Style::PIPED }
    }
}

impl Voice<'_> {
    pub(crate) fn say(&self, message: &Message) -> String {
        let said = self.words.say(message);
        if self.style.unicode { said } else { signs::ascii(&said) }
    }

    pub(crate) fn text<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.words.language())
    }

    /// A selector by the reader's name for it, where it has one. A path of keys and indices
    /// into a JSON answer stands without `$.`, unless something else is called that.
    pub(crate) fn selector(&self, selector: &str) -> String {
        let named = |id: String| self.words.has(&id).then(|| self.say(&Message { id: id.into(), args: Vec::new() }));
        let Some(key) = selector.strip_prefix("$.") else {
            return named(format!("report-selector-{selector}")).unwrap_or_else(|| selector.to_owned());
        };
        let plain = key.starts_with(char::is_alphanumeric)
            && key.chars().all(|character| character.is_alphanumeric() || "_-.[]*".contains(character));
        named(format!("report-key-{key}")).unwrap_or_else(|| {
            let alone = plain && !self.words.has(&format!("report-selector-{key}"));
            if alone { key.to_owned() } else { selector.to_owned() }
        })
    }

    /// What a check asks, as a title; of a hidden one that it is hidden.
    pub(crate) fn requirement(&self, result: &CheckResult) -> String {
        self.must(result.visibility, &result.must)
    }

    /// The same of a check that wasn't judged.
    pub(crate) fn must(&self, visibility: Visibility, must: &Text) -> String {
        match visibility {
            Visibility::Visible => self.title(must),
            Visibility::Hidden => self.say(&message!("report-hidden-check")),
        }
    }

    /// What must be so, as a title: its marks of code add nothing there.
    pub(crate) fn title(&self, text: &Text) -> String {
        self.text(text).trim().replace('`', "")
    }

    pub(crate) fn dot(&self) -> &'static str {
        if self.style.unicode { " · " } else { " - " }
    }

    pub(crate) fn ellipsis(&self) -> &'static str {
        if self.style.unicode { "…" } else { "..." }
    }

    /// Parts of a line; the empty ones are left out.
    pub(crate) fn joined(&self, parts: &[String]) -> String {
        parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(self.dot())
    }

    pub(crate) fn capped<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match text.char_indices().nth(VALUE_CAP) {
            Some((end, _)) => Cow::Owned(format!("{}{}", &text[..end], self.ellipsis())),
            None => Cow::Borrowed(text),
        }
    }

    /// `9 passed`, `1 failed`: what there is of each verdict.
    pub(crate) fn counted(&self, tally: &Tally) -> Vec<String> {
        let counted = [
            (tally.passed, message!("report-passed", count = tally.passed)),
            (tally.failed, message!("report-failed", count = tally.failed)),
            (tally.blocked, message!("report-wait", count = tally.blocked)),
            (tally.unavailable, message!("report-unavailable", count = tally.unavailable)),
            (tally.errors, message!("report-errors", count = tally.errors)),
        ];
        counted.iter().filter(|(count, _)| *count > 0).map(|(_, message)| self.say(message)).collect()
    }

    pub(crate) fn tally(&self, tally: &Tally) -> String {
        self.counted(tally).join(", ")
    }

    /// A decimal number with its fraction, as the language writes it.
    pub(super) fn decimal(&self, tenths: u64) -> String {
        let point = match self.words.language() {
            Language::En => '.',
            Language::Fr => ',',
        };
        format!("{}{point}{}", tenths / 10, tenths % 10)
    }

    /// The same of any positive number, as near as one digit comes.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive factor")]
    pub(super) fn tenths(&self, number: f64) -> String {
        self.decimal((number * 10.0).round() as u64)
    }

    /// The form of an ordinal, which Fluent leaves to its host: `1st` … `4th`,
    /// « 1er » … « 4e ».
    pub(crate) fn ordinal(&self, number: u32) -> String {
        let form = match (self.words.language(), number % 10, number % 100) {
            (Language::Fr, ..) if number == 1 => "one",
            (Language::En, 1, tens) if tens != 11 => "one",
            (Language::En, 2, tens) if tens != 12 => "two",
            (Language::En, 3, tens) if tens != 13 => "few",
            _ => "other",
        };
        self.say(&message!("report-nth-try", form = form, number = number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_json_answer_is_its_name_unless_something_else_is_called_that() {
        let style = Style::default();
        let said = |selector: &str| Voice { words: &Words::new(Language::Fr), style: &style }.selector(selector);
        for (selector, name) in [
            ("$.mistakes", "erreurs"),
            ("$.slug", "slug"),
            ("$.status", "$.status"),
            ("$.a.b[*].c", "a.b[*].c"),
            ("$.a[?@.b == 1]", "$.a[?@.b == 1]"),
            ("$..a", "$..a"),
            ("exit", "code de sortie"),
        ] {
            assert_eq!(said(selector), name);
        }
    }

    #[test]
    fn ordinals_are_each_languages_own() {
        let style = Style::default();
        let of = |language, number| Voice { words: &Words::new(language), style: &style }.ordinal(number);
        assert_eq!([1, 2, 3, 4, 11, 12, 13, 21, 112].map(|number| of(Language::En, number)).join(" "), {
            "1st try 2nd try 3rd try 4th try 11th try 12th try 13th try 21st try 112th try"
        });
        assert_eq!(
            [1, 2, 21].map(|number| of(Language::Fr, number)).join(" | "),
            "1er\u{a0}essai | 2e\u{a0}essai | 21e\u{a0}essai"
        );
    }

    #[test]
    fn a_long_value_is_cut_at_a_character() {
        let words = Words::new(Language::En);
        let style = Style::default();
        let capped = Voice { words: &words, style: &style }.capped(&"é".repeat(300)).into_owned();
        assert_eq!(capped.chars().count(), VALUE_CAP + 1);
        assert!(capped.ends_with('…'));
    }
}
