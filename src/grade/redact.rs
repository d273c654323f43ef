//! Secrets out of everything that is shown, also where they stand as base64, and
//! where only a part of one is left because a text was cut.

use crate::template::Scope;
use crate::verdict::{CheckResult, Failure, Fault, Verdict};
use crate::world::ProbeFailure;
use data_encoding::BASE64_NOPAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashSet;

const MASK: &str = "•••";
/// So many characters of a secret in a row are masked. Fewer would mask ordinary words.
const PART: usize = 8;

/// Knows a run's secrets and takes them out of texts.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    /// Every part of every secret, of each of its forms.
    parts: HashSet<[u8; PART]>,
    /// How these begin: most of a text is passed over by it.
    begins: HashSet<[u8; 2]>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Redactor({} parts)", self.parts.len())
    }
}

impl Redactor {
    /// Takes out every `secret.*` of a scope.
    pub(crate) fn new(scope: &Scope) -> Self {
        let mut redactor = Self::default();
        let secrets = scope.names().filter(|name| name.starts_with("secret."));
        for secret in secrets.filter_map(|name| scope.get(name)?.as_str()).filter(|secret| secret.len() >= PART) {
            redactor.add(secret);
            // In base64 a text looks different at each of three offsets; what
            // stays the same wherever it stands is its middle.
            for (offset, start) in [0, 2, 3].into_iter().enumerate() {
                let padded = format!("{}{secret}", " ".repeat(offset));
                let code = BASE64_NOPAD.encode(padded.as_bytes());
                let end = padded.len() / 3 * 4;
                redactor.add(&code[start..end.min(code.len())]);
            }
        }
        redactor
    }

    fn add(&mut self, form: &str) {
        for part in form.as_bytes().windows(PART).filter_map(|part| <[u8; PART]>::try_from(part).ok()) {
            self.begins.insert([part[0], part[1]]);
            self.parts.insert(part);
        }
    }

    fn is_part(&self, bytes: &[u8]) -> bool {
        bytes.len() == PART && self.begins.contains(&bytes[..2]) && self.parts.contains(bytes)
    }

    pub(crate) fn text(&self, text: &str) -> String {
        let bytes = text.as_bytes();
        let (mut shown, mut kept, mut at) = (String::new(), 0, 0);
        while !self.parts.is_empty() && at + PART <= bytes.len() {
            if !self.is_part(&bytes[at..at + PART]) {
                at += 1;
                continue;
            }
            let mut end = at + PART;
            while end < bytes.len() && self.is_part(&bytes[end + 1 - PART..=end]) {
                end += 1;
            }
            // Of a cut secret a character may be left in part.
            let start = (kept..=at).rev().find(|start| text.is_char_boundary(*start)).unwrap_or(kept);
            end = (end..=bytes.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(bytes.len());
            shown.push_str(&text[kept..start]);
            shown.push_str(MASK);
            (kept, at) = (end, end);
        }
        shown.push_str(&text[kept..]);
        shown
    }

    /// A result without secrets, wherever a text from outside may stand.
    pub(crate) fn result(&self, mut result: CheckResult) -> CheckResult {
        self.verdict(&mut result.verdict);
        result.unread = result.unread.iter().map(|text| self.text(text)).collect();
        result
    }

    /// Takes the secrets out of a verdict, as it is written down: no field can be forgotten.
    pub(crate) fn verdict(&self, verdict: &mut Verdict) {
        let Err(()) = self.masked(verdict) else { return };
        // What can't be read again without its secrets is shown without any detail.
        *verdict = match verdict {
            Verdict::Failed(_) => Verdict::Failed(Box::new(Failure::of(MASK.to_owned(), Vec::new()))),
            _ => Verdict::Error { fault: Fault::ProbeFailure(ProbeFailure::Fault { detail: MASK.to_owned() }) },
        };
    }

    /// Takes the secrets out of anything; an error where it can't be what it is without them.
    pub(super) fn masked<T: Serialize + DeserializeOwned>(&self, of: &mut T) -> Result<(), ()> {
        if self.parts.is_empty() {
            return Ok(());
        }
        let mut value = serde_json::to_value(&*of).map_err(|_| ())?;
        if self.value(&mut value) {
            *of = serde_json::from_value(value).map_err(|_| ())?;
        }
        Ok(())
    }

    /// Whether there was something to take out.
    pub(super) fn value(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => {
                let shown = self.text(text);
                let found = shown != *text;
                *text = shown;
                found
            }
            // Each of them, also after the first that had something.
            Value::Array(items) => items.iter_mut().fold(false, |found, item| self.value(item) | found),
            Value::Object(entries) => {
                let mut found = false;
                for (mut name, mut entry) in std::mem::take(entries) {
                    let shown = self.text(&name);
                    found |= shown != name;
                    found |= self.value(&mut entry);
                    name = shown;
                    entries.insert(name, entry);
                }
                found
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRET: &str = "GK4f6a91b2c3d4e5f60718293a";

    fn redactor() -> Redactor {
        let mut scope = Scope::default();
        scope.set("secret.s3-key", SECRET);
        scope.set("nonce.bucket", "notsecretatall");
        Redactor::new(&scope)
    }

    #[test]
    fn a_secret_is_masked_and_a_nonce_is_not() {
        assert_eq!(redactor().text(&format!("key={SECRET} notsecretatall")), "key=••• notsecretatall");
    }

    #[test]
    fn what_is_left_of_a_secret_that_was_cut_is_masked_too() {
        let redactor = redactor();
        for at in [8, 13, 20] {
            assert_eq!(redactor.text(&format!("{}…", &SECRET[..at])), "•••…");
            assert_eq!(redactor.text(&format!("…{}", &SECRET[SECRET.len() - at..])), "…•••");
        }
        assert_eq!(redactor.text("é GK4f6 é"), "é GK4f6 é");
        assert_eq!(redactor.text(&format!("é{SECRET}é{SECRET}")), "é•••é•••");
    }

    /// Every text of a verdict is one that a learner may have sent the secret to.
    #[test]
    fn no_field_of_a_verdict_keeps_a_secret() {
        use crate::expect::{Actual, Difference, Matcher, Mismatch};
        use crate::verdict::{Finding, Problem};
        use serde_json::json;
        let text = || SECRET.to_owned();
        let mismatch = |actual| {
            Problem::Mismatch(Mismatch {
                selector: text(),
                expected: Matcher::equals(json!(SECRET)),
                actual,
                difference: Some(Difference {
                    offset: 0,
                    line: 1,
                    column: 1,
                    expected: text(),
                    actual: format!("…{}", &SECRET[9..]),
                }),
            })
        };
        let problems = [
            mismatch(Actual::Value(json!({SECRET: [SECRET]}))),
            mismatch(Actual::Unreadable { format: text(), reason: text() }),
            Problem::ProbeFailure(ProbeFailure::Down { service: text(), learners: true }),
            Problem::Broke(Box::new(Fault::NotPutBack {
                path: text(),
                trouble: ProbeFailure::Fault { detail: text() },
            })),
        ];
        let findings = problems.map(|problem| Finding { item: Some(text()), problem }).to_vec();
        let mut failure = Failure::of(text(), findings);
        failure.evidence = vec![(text(), text())];
        let mut verdict = Verdict::Failed(Box::new(failure));
        redactor().verdict(&mut verdict);
        let shown = serde_json::to_string(&verdict).unwrap();
        assert!(!shown.contains(&SECRET[9..17]) && shown.matches(MASK).count() > 12, "{shown}");
        let Verdict::Failed(failure) = &verdict else { panic!("{shown}") };
        assert_eq!(failure.findings.len(), 4, "only its texts have changed");
        let mut fault = Verdict::Error { fault: Fault::Overlay { path: text(), matches: 2 } };
        redactor().verdict(&mut fault);
        assert_eq!(fault, Verdict::Error { fault: Fault::Overlay { path: MASK.to_owned(), matches: 2 } });
    }

    proptest! {
        #[test]
        fn a_secret_in_base64_is_masked_wherever_it_stands(before in "[ -~]{0,7}", after in "[ -~]{0,7}") {
            let encoded = data_encoding::BASE64.encode(format!("{before}{SECRET}{after}").as_bytes());
            let shown = redactor().text(&encoded);
            prop_assert!(shown.contains(MASK), "{shown}");
            // At most the characters that mix with the neighbours are left.
            prop_assert!(shown.len() <= encoded.len() - SECRET.len() + MASK.len() + 4);
        }
    }
}
