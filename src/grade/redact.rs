//! Secrets out of everything that is shown, also where they stand as base64.

use crate::template::Scope;
use crate::verdict::{CheckResult, Fault, Finding, Problem, Verdict};
use data_encoding::BASE64_NOPAD;
use serde_json::Value;

/// What stands in a secret's place.
const MASK: &str = "•••";
/// Shorter values would mask ordinary words.
const SHORTEST: usize = 8;

/// Knows a run's secrets and takes them out of texts.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    needles: Vec<String>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Redactor({} needles)", self.needles.len())
    }
}

impl Redactor {
    /// Takes out every `secret.*` of a scope.
    #[must_use]
    pub(crate) fn new(scope: &Scope) -> Self {
        let secrets = scope
            .names()
            .filter(|name| name.starts_with("secret."))
            .filter_map(|name| scope.get(name)?.as_str())
            .filter(|secret| secret.len() >= SHORTEST);
        let mut needles: Vec<String> = secrets
            .flat_map(|secret| {
                // In base64 a text looks different at each of three offsets; what
                // stays the same wherever it stands is its middle.
                let encoded = (0..3).map(|offset| {
                    let padded = format!("{}{secret}", " ".repeat(offset));
                    let code = BASE64_NOPAD.encode(padded.as_bytes());
                    let start = [0, 2, 3][offset];
                    let end = padded.len() / 3 * 4;
                    code[start..end.min(code.len())].to_owned()
                });
                std::iter::once(secret.to_owned()).chain(encoded.collect::<Vec<_>>())
            })
            .collect();
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
        Self { needles }
    }

    /// The text without secrets.
    #[must_use]
    pub(crate) fn text(&self, text: &str) -> String {
        self.needles.iter().fold(text.to_owned(), |text, needle| {
            if text.contains(needle.as_str()) { text.replace(needle.as_str(), MASK) } else { text }
        })
    }

    /// A result without secrets, wherever a text from outside may stand.
    #[must_use]
    pub(crate) fn result(&self, mut result: CheckResult) -> CheckResult {
        self.verdict(&mut result.verdict);
        result
    }

    /// Takes the secrets out of a verdict.
    pub(crate) fn verdict(&self, verdict: &mut Verdict) {
        match verdict {
            Verdict::Failed(failure) => {
                failure.asked = self.text(&failure.asked);
                for (_, text) in &mut failure.evidence {
                    *text = self.text(text);
                }
                for finding in &mut failure.findings {
                    self.finding(finding);
                }
            }
            Verdict::Error { fault: Fault::Canary { findings, .. } } => {
                for finding in findings {
                    self.finding(finding);
                }
            }
            Verdict::Error { fault: Fault::Finally { asked, findings, .. } } => {
                *asked = self.text(asked);
                for finding in findings {
                    self.finding(finding);
                }
            }
            Verdict::Error { fault: Fault::Condition { reason, .. } } => *reason = self.text(reason),
            Verdict::Error { fault: Fault::ProbeFailure(trouble) | Fault::NotPutBack { trouble, .. } } => {
                self.trouble(trouble);
            }
            Verdict::Passed | Verdict::Blocked { .. } | Verdict::Unavailable { .. } | Verdict::Error { .. } => {}
        }
    }

    fn finding(&self, finding: &mut Finding) {
        if let Some(item) = &mut finding.item {
            *item = self.text(item);
        }
        match &mut finding.problem {
            Problem::Mismatch(mismatch) => {
                use crate::expect::Actual;
                mismatch.expected = mismatch.expected.map_texts(&|text| self.text(text));
                match &mut mismatch.actual {
                    Actual::Value(value) => self.value(value),
                    Actual::Several(values) => values.iter_mut().for_each(|value| self.value(value)),
                    Actual::Unreadable { reason, .. } => *reason = self.text(reason),
                    Actual::Nothing => {}
                }
                if let Some(difference) = &mut mismatch.difference {
                    difference.expected = self.text(&difference.expected);
                    difference.actual = self.text(&difference.actual);
                }
            }
            Problem::ProbeFailure(trouble) => self.trouble(trouble),
            Problem::Condition { values, .. } => values.iter_mut().for_each(|(_, value)| self.value(value)),
            Problem::TooFewItems { .. } | Problem::TooManyItems { .. } => {}
        }
    }

    pub(super) fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(entries) => entries.values_mut().for_each(|item| self.value(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    pub(super) fn trouble(&self, trouble: &mut crate::world::ProbeFailure) {
        use crate::world::ProbeFailure;
        match trouble {
            ProbeFailure::Refused { address: text }
            | ProbeFailure::TimedOut { what: text, .. }
            | ProbeFailure::Broken { detail: text }
            | ProbeFailure::RedirectLoop { url: text }
            | ProbeFailure::NoPage { url: text, .. }
            | ProbeFailure::BadGzip { detail: text }
            | ProbeFailure::Elsewhere { host: text }
            | ProbeFailure::NoFile { path: text }
            | ProbeFailure::BadUrl { url: text }
            | ProbeFailure::Fault { detail: text } => *text = self.text(text),
            ProbeFailure::Down { .. }
            | ProbeFailure::TooLarge { .. }
            | ProbeFailure::TooManyRedirects { .. }
            | ProbeFailure::TooManyFiles { .. }
            | ProbeFailure::Unavailable { .. } => {}
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
