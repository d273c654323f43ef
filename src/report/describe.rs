//! Matchers and values in words.

use super::clean;
use super::voice::Voice;
use super::window;
use crate::expect::operand::ValueType;
use crate::expect::{Actual, Matcher, Multi, Nested, Operand, Single};
use crate::message::Message;
use serde_json::Value;

/// Items of a list that are shown one by one.
const ITEMS: usize = 5;

impl Voice<'_> {
    pub(crate) fn pair(&self, selector: &str, matcher: &Matcher, actual: &Actual) -> (String, String) {
        if let (Matcher::Single(Single::Equals, operand), Actual::Value(Value::String(actual))) = (matcher, actual)
            && let Value::String(expected) = operand.shown()
            && !actual.is_empty()
            && !expected.is_empty()
            && same_words(&expected, actual)
        {
            // Texts that differ in white space only would look the same.
            return (window::marked(&self.capped(&expected), *self), window::marked(&self.capped(actual), *self));
        }
        (self.expected(selector, matcher), self.actual(selector, matcher, actual))
    }

    pub(crate) fn expected(&self, selector: &str, matcher: &Matcher) -> String {
        match matcher {
            Matcher::Single(Single::Equals, operand) => self.bare(selector, &operand.shown()),
            _ => self.matcher(selector, matcher),
        }
    }

    pub(crate) fn actual(&self, selector: &str, matcher: &Matcher, actual: &Actual) -> String {
        match actual {
            Actual::Nothing => self.say(&message!("report-nothing")),
            Actual::Several(values) => self.several(selector, values),
            Actual::Unreadable { format, reason } => {
                self.say(&message!("report-unreadable", format = format, reason = reason))
            }
            Actual::Value(value) => match (value.as_str(), matcher) {
                (Some(""), _) => self.say(&message!("report-empty")),
                (Some(text), Matcher::Nested(Nested::Not, inner)) => {
                    match inner.iter().find_map(|matcher| held_at(matcher, text)) {
                        Some(at) => self.around(text, at),
                        None => self.bare(selector, value),
                    }
                }
                _ => match (value, matcher) {
                    (Value::Array(items), Matcher::Nested(Nested::Count, _)) => self.values(selector, items),
                    _ => self.noted(selector, value),
                },
            },
        }
    }

    /// A value and what it means, where that is known: `404 Not Found`.
    pub(super) fn noted(&self, selector: &str, value: &Value) -> String {
        let shown = self.bare(selector, value);
        let note = self.note(selector, value);
        if note.is_empty() { shown } else { format!("{shown} {note}") }
    }

    /// A value by itself, such as after `expected`.
    fn bare(&self, selector: &str, value: &Value) -> String {
        match value {
            Value::String(text) if text.is_empty() => self.say(&message!("report-empty")),
            // `"404"` is no number and `404` is one: quotes tell them apart.
            Value::String(text) if serde_json::from_str::<Value>(text).is_ok_and(|value| !value.is_string()) => {
                format!("\"{}\"", self.shown(text))
            }
            Value::String(text) => self.edged(text),
            Value::Bool(yes) if is_yes_or_no(selector) => {
                self.say(&if *yes { message!("report-yes") } else { message!("report-no") })
            }
            Value::Number(number) => self.quantity(selector, number),
            _ => self.shown(&value.to_string()),
        }
    }

    /// A value within a sentence: texts stand in backticks.
    pub(crate) fn value(&self, selector: &str, value: &Value) -> String {
        match value {
            Value::String(text) => format!("`{}`", self.shown(text)),
            _ => self.bare(selector, value),
        }
    }

    pub(crate) fn shown(&self, text: &str) -> String {
        clean::visible(&self.capped(text), self.style.unicode)
    }

    /// The same, with white space at its ends marked.
    fn edged(&self, text: &str) -> String {
        let text = self.capped(text);
        let core = text.trim();
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().len().max(start);
        let mark = |space: &str| window::marked(space, *self);
        format!("{}{}{}", mark(&text[..start]), self.shown(core), mark(&text[end..]))
    }

    fn quantity(&self, selector: &str, number: &serde_json::Number) -> String {
        match (selector, number.as_u64()) {
            ("time", Some(millis)) => self.say(&message!("report-duration-ms", number = millis.to_string())),
            ("size", Some(bytes)) => self.say(&message!("report-bytes", number = bytes.to_string())),
            _ => number.to_string(),
        }
    }

    /// What a number means, where it is known: `OK` after 200.
    fn note(&self, selector: &str, value: &Value) -> String {
        let Some(code) = value.as_u64().and_then(|code| u16::try_from(code).ok()) else { return String::new() };
        match (selector, code) {
            ("status", _) => hyper::StatusCode::from_u16(code)
                .ok()
                .and_then(|status| status.canonical_reason())
                .unwrap_or_default()
                .to_owned(),
            ("exit", 126) => self.say(&message!("report-exit-not-executable")),
            ("exit", 127) => self.say(&message!("report-exit-not-found")),
            ("exit", 129..=159) => self.say(&message!("report-exit-signal", signal = code - 128)),
            _ => String::new(),
        }
    }

    fn several(&self, selector: &str, values: &[Value]) -> String {
        self.say(&message!("report-several", count = values.len(), values = self.values(selector, values)))
    }

    fn values(&self, selector: &str, values: &[Value]) -> String {
        self.listed(values.iter().map(|value| self.value(selector, value)).collect())
    }

    fn listed(&self, items: Vec<String>) -> String {
        let more = items.len().saturating_sub(ITEMS);
        let mut items = items;
        if more > 0 {
            items.truncate(ITEMS);
            items.push(self.say(&message!("report-and-more", count = more)));
        }
        items.join(", ")
    }

    fn operands(&self, selector: &str, operands: &[Operand]) -> String {
        self.listed(operands.iter().map(|operand| self.value(selector, &operand.shown())).collect())
    }

    pub(crate) fn matcher(&self, selector: &str, matcher: &Matcher) -> String {
        if let Matcher::Nested(Nested::Not, inner) = matcher {
            return self.all(inner, |matcher| self.negated(selector, matcher));
        }
        let value = |operand: &Operand| self.value(selector, &operand.shown());
        let within = |inner: &[Matcher]| self.all(inner, |matcher| self.matcher(selector, matcher));
        // A count has no unit, whatever is counted.
        let counted = |inner: &[Matcher]| self.all(inner, |matcher| self.matcher("", matcher));
        let message = match matcher {
            Matcher::Single(Single::Equals, operand) => return value(operand),
            Matcher::Nested(Nested::Not, _) => return String::new(),
            Matcher::Multi(form, operands) => {
                let value = self.operands(selector, operands);
                match form {
                    Multi::Contains => message!("report-contains", value = value),
                    Multi::OneOf => message!("report-one-of", value = value),
                    Multi::SameItems => message!("report-same-items", value = value),
                }
            }
            Matcher::Matches(pattern) => message!("report-matches", value = self.code(pattern.0.as_str())),
            Matcher::Single(Single::StartsWith, operand) => message!("report-starts-with", value = value(operand)),
            Matcher::Single(Single::EndsWith, operand) => message!("report-ends-with", value = value(operand)),
            Matcher::Single(Single::Gt, operand) => message!("report-more-than", value = value(operand)),
            Matcher::Single(Single::Gte, operand) => message!("report-at-least", value = value(operand)),
            Matcher::Single(Single::Lt, operand) => message!("report-less-than", value = value(operand)),
            Matcher::Single(Single::Lte, operand) => message!("report-at-most", value = value(operand)),
            Matcher::Exists(true) => message!("report-exists"),
            Matcher::Exists(false) => message!("report-absent"),
            Matcher::Type(value_type) => type_name(*value_type),
            Matcher::Nested(Nested::Count, inner) if counts_none(inner) => message!("report-count-none"),
            Matcher::Nested(Nested::Count, inner) => message!("report-count", inner = counted(inner)),
            Matcher::Nested(Nested::Every, inner) => message!("report-every", inner = within(inner)),
            Matcher::Nested(Nested::Some, inner) => message!("report-some", inner = within(inner)),
            Matcher::Nested(Nested::None, inner) => message!("report-none", inner = within(inner)),
            Matcher::SameAs(name, _) => message!("report-same-as", name = name),
            Matcher::Semver(requirement) => message!("report-semver", requirement = self.code(&requirement.text)),
            Matcher::Schema(_, None) => message!("report-schema"),
            Matcher::Schema(_, Some(breach)) if breach.at.is_empty() => {
                message!("report-schema-breach", reason = self.shown(&breach.reason))
            }
            Matcher::Schema(_, Some(breach)) => {
                message!("report-schema-breach-at", at = self.code(&breach.at), reason = self.shown(&breach.reason))
            }
        };
        self.say(&message)
    }

    fn negated(&self, selector: &str, matcher: &Matcher) -> String {
        let value = |operand: &Operand| self.value(selector, &operand.shown());
        let message = match matcher {
            Matcher::Single(Single::Equals, operand) => message!("report-not-equal", value = value(operand)),
            Matcher::Multi(Multi::Contains, operands) => {
                message!("report-not-contains", value = self.operands(selector, operands))
            }
            Matcher::Matches(pattern) => message!("report-not-matches", value = self.code(pattern.0.as_str())),
            Matcher::Single(Single::StartsWith, operand) => message!("report-not-starts-with", value = value(operand)),
            Matcher::Single(Single::EndsWith, operand) => message!("report-not-ends-with", value = value(operand)),
            Matcher::Multi(Multi::OneOf, operands) => {
                message!("report-not-one-of", value = self.operands(selector, operands))
            }
            Matcher::SameAs(name, _) => message!("report-not-same-as", name = name),
            Matcher::Exists(exists) => return self.matcher(selector, &Matcher::Exists(!exists)),
            Matcher::Single(..)
            | Matcher::Multi(Multi::SameItems, _)
            | Matcher::Nested(..)
            | Matcher::Type(_)
            | Matcher::Semver(_)
            | Matcher::Schema(..) => message!("report-not", inner = self.matcher(selector, matcher)),
        };
        self.say(&message)
    }

    fn all(&self, matchers: &[Matcher], say: impl Fn(&Matcher) -> String) -> String {
        let mut said = matchers.iter().map(say);
        let first = said.next().unwrap_or_default();
        said.fold(first, |left, right| self.say(&message!("report-and", left = left, right = right)))
    }

    fn code(&self, text: &str) -> String {
        format!("`{}`", self.shown(text))
    }

    fn around(&self, text: &str, at: usize) -> String {
        const BEFORE: usize = 40;
        let start = text[..at].char_indices().rev().nth(BEFORE).map_or(0, |(start, _)| start);
        let lead = if start > 0 { self.ellipsis() } else { "" };
        format!("{lead}{}", self.shown(&text[start..]))
    }
}

fn counts_none(inner: &[Matcher]) -> bool {
    matches!(inner, [Matcher::Single(Single::Equals, operand)] if operand.shown() == 0)
}

fn held_at(matcher: &Matcher, text: &str) -> Option<usize> {
    match matcher {
        Matcher::Multi(Multi::Contains, operands) => {
            operands.iter().find_map(|operand| text.find(operand.shown().as_str().unwrap_or("\0")))
        }
        Matcher::Matches(pattern) => pattern.0.find(text).map(|found| found.start()),
        _ => None,
    }
}

fn same_words(left: &str, right: &str) -> bool {
    left.split_whitespace().eq(right.split_whitespace())
}

/// The probes' own fields that are true or false.
fn is_yes_or_no(selector: &str) -> bool {
    matches!(selector, "media-type-fits" | "open" | "exists" | "executable" | "up")
}

fn type_name(value_type: ValueType) -> Message {
    match value_type {
        ValueType::String => message!("report-type-string"),
        ValueType::Number => message!("report-type-number"),
        ValueType::Boolean => message!("report-type-boolean"),
        ValueType::Array => message!("report-type-array"),
        ValueType::Object => message!("report-type-object"),
        ValueType::Null => message!("report-type-null"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::text::Language;
    use crate::expect::Expect;
    use crate::i18n::Words;
    use crate::report::signs::Style;

    fn in_words(language: Language, yaml: &str) -> String {
        let words = Words::new(language);
        let style = Style::default();
        let voice = Voice { words: &words, style: &style };
        let expect: Expect = serde_yaml::from_str(yaml).unwrap();
        let expectation = &expect.0[0];
        let selector = expectation.selector.value.to_string();
        expectation
            .matchers
            .value
            .iter()
            .map(|matcher| voice.expected(&selector, matcher))
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn every_matcher_has_words_in_both_languages() {
        let matchers = [
            "status: 404",
            "body: ''",
            "body: '404'",
            "body: ' a '",
            "body: {not: {equals: 'x'}}",
            "body: {not: {contains: 'x', same-as: home}}",
            "body: {not: {gte: 5}}",
            "body: ['a', 'b']",
            "body: {matches: '^a b$'}",
            "header.content-type: {starts-with: 'text/html'}",
            "body: {ends-with: '</html>'}",
            "time: {lt: 500}",
            "size: {lte: 2000, gt: 1, gte: 2}",
            "header.x: {exists: true}",
            "header.x: {exists: false}",
            "$.a: {type: array}",
            "'css a': {count: {gte: 2}}",
            "'css a': {every: {starts-with: 'a', not: {contains: 'b'}}}",
            "'css a': {some: 'a'}",
            "'css a': {none: 'a'}",
            "status: {one-of: [401, 403]}",
            "'css a': {same-items: ['a', 'b', 'c', 'd', 'e', 'f', 'g']}",
            "body: {same-as: home}",
            "header.x-version: {semver: '>=1.2, <2'}",
            "$.a: {schema: {type: object}}",
            "open: true",
            "$.ready: true",
        ];
        for language in Language::ALL {
            let said: Vec<String> =
                matchers.iter().map(|yaml| format!("{yaml}\n    {}", in_words(language, yaml))).collect();
            insta::with_settings!({snapshot_path => "tests/snapshots", prepend_module_to_snapshot => false}, {
                insta::assert_snapshot!(format!("matchers-{}", language.code()), said.join("\n"));
            });
        }
    }

    #[test]
    fn a_forbidden_text_is_shown_where_it_stands() {
        let words = Words::new(Language::En);
        let style = Style::default();
        let voice = Voice { words: &words, style: &style };
        let expect: Expect = serde_yaml::from_str("body: {not: {contains: 'NoSuchKey'}}").unwrap();
        let body = format!("{}Code: NoSuchKey", "x".repeat(1000));
        let shown = voice.actual("body", &expect.0[0].matchers.value[0], &Actual::Value(Value::String(body)));
        assert!(shown.starts_with("…x") && shown.ends_with("Code: NoSuchKey"), "{shown}");
    }
}
