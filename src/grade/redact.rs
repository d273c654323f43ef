//! Secrets out of everything that is shown, also where they stand as base64, and
//! where only a part of one is left because a text was cut.

use crate::definition::text::Text;
use crate::expect::judged::Breach;
use crate::expect::{Actual, Difference, Matcher, Mismatch, Operand};
use crate::message::{Arg, Message};
use crate::template::Scope;
use crate::verdict::{CheckResult, Failure, Fault, Finding, Problem, StepAt, Verdict};
use crate::world::ProbeFailure;
use data_encoding::BASE64_NOPAD;
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
        self.out_of(&mut result.verdict);
        self.out_of(&mut result.unread);
        result
    }

    /// Takes the secrets out of anything.
    pub(super) fn out_of(&self, of: &mut impl Redact) {
        if !self.parts.is_empty() {
            of.redact(self);
        }
    }
}

/// What may hold texts from outside. Types name each of their fields here, so that none can be
/// forgotten; what they look like as JSON is none of a secret's.
pub(super) trait Redact {
    fn redact(&mut self, redactor: &Redactor);
}

impl Redact for String {
    fn redact(&mut self, redactor: &Redactor) {
        *self = redactor.text(self);
    }
}

impl<T: Redact> Redact for Option<T> {
    fn redact(&mut self, redactor: &Redactor) {
        if let Some(of) = self {
            of.redact(redactor);
        }
    }
}

impl<T: Redact> Redact for Vec<T> {
    fn redact(&mut self, redactor: &Redactor) {
        for of in self {
            of.redact(redactor);
        }
    }
}

impl<T: Redact> Redact for Box<T> {
    fn redact(&mut self, redactor: &Redactor) {
        (**self).redact(redactor);
    }
}

impl<A: Redact, B: Redact> Redact for (A, B) {
    fn redact(&mut self, redactor: &Redactor) {
        self.0.redact(redactor);
        self.1.redact(redactor);
    }
}

impl Redact for Value {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::String(text) => text.redact(redactor),
            Self::Array(items) => items.redact(redactor),
            Self::Object(entries) => {
                for mut entry in std::mem::take(entries) {
                    entry.redact(redactor);
                    entries.extend([entry]);
                }
            }
            Self::Null | Self::Bool(_) | Self::Number(_) => {}
        }
    }
}

/// Structs whose fields, but for those after `but`, are texts or have some.
macro_rules! redact_fields {
    ($($type:ident { $($field:ident),* but $($other:ident),* })*) => {$(
        impl Redact for $type {
            fn redact(&mut self, redactor: &Redactor) {
                let Self { $($field,)* $($other: _,)* } = self;
                $($field.redact(redactor);)*
            }
        }
    )*};
}

redact_fields! {
    Failure {
        step, asked, findings, evidence, why
        but attempts, took, passes_in_playground, items, limit_ms, hangs_on_time
    }
    StepAt { say but number, of }
    Finding { item, problem but }
    Mismatch { selector, expected, actual, difference but }
    Difference { expected, actual but line, column, offset }
    Breach { at, reason but }
    Text { en, fr but }
}

impl Redact for Verdict {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Failed(failure) => failure.redact(redactor),
            Self::Error { fault } => fault.redact(redactor),
            Self::Unavailable { why } => why.redact(redactor),
            Self::Passed | Self::Blocked { on: _ } => {}
        }
    }
}

impl Redact for Problem {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Mismatch(mismatch) => mismatch.redact(redactor),
            Self::ProbeFailure(failure) => failure.redact(redactor),
            Self::Broke(fault) => fault.redact(redactor),
            Self::Condition { that, message, values } => {
                that.redact(redactor);
                message.redact(redactor);
                values.redact(redactor);
            }
            Self::TooFewItems { found: _, min: _ } | Self::TooManyItems { found: _, most: _ } => {}
        }
    }
}

impl Redact for Fault {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::ProbeFailure(failure) => failure.redact(redactor),
            Self::UnknownName(text) | Self::Overlay { path: text, matches: _ } => text.redact(redactor),
            Self::Canary { id: _, step, findings } => {
                step.redact(redactor);
                findings.redact(redactor);
            }
            Self::Condition { that, reason } => {
                that.redact(redactor);
                reason.redact(redactor);
            }
            Self::NotPutBack { path, trouble } => {
                path.redact(redactor);
                trouble.redact(redactor);
            }
            Self::Finally { step, asked, findings } => {
                step.redact(redactor);
                asked.redact(redactor);
                findings.redact(redactor);
            }
            Self::Spoiled { check: _ } | Self::Needs { check: _ } | Self::Starved { factor: _ } => {}
        }
    }
}

impl Redact for ProbeFailure {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Refused { address: text, learners: _ }
            | Self::Down { service: text, learners: _ }
            | Self::TimedOut { what: text, after: _, learners: _ }
            | Self::Broken { detail: text, learners: _ }
            | Self::RedirectLoop { url: text }
            | Self::NoPage { url: text, status: _ }
            | Self::Elsewhere { host: text }
            | Self::NoFile { path: text }
            | Self::LeadsOut { path: text }
            | Self::BadUrl { url: text }
            | Self::NotHere { what: text }
            | Self::Fault { detail: text } => text.redact(redactor),
            Self::Ended { service, learners: _, exit: _, out_of_memory: _, log } => {
                service.redact(redactor);
                log.redact(redactor);
            }
            Self::ListensElsewhere { service, learners: _, wanted, found } => {
                service.redact(redactor);
                wanted.redact(redactor);
                found.redact(redactor);
            }
            Self::BadCoding { coding, detail } => {
                coding.redact(redactor);
                detail.redact(redactor);
            }
            Self::Unavailable { service, why } => {
                service.redact(redactor);
                why.redact(redactor);
            }
            Self::TooLarge { limit: _ }
            | Self::TooComplex { excess: _, learners: _ }
            | Self::TooManyFiles { limit: _ }
            | Self::TooManyRedirects { limit: _ } => {}
        }
    }
}

impl Redact for Actual {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Value(value) => value.redact(redactor),
            Self::Several(values) => values.redact(redactor),
            Self::Unreadable { format, reason } => {
                format.redact(redactor);
                reason.redact(redactor);
            }
            Self::Nothing => {}
        }
    }
}

impl Redact for Matcher {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Single(_, operand) => operand.redact(redactor),
            Self::Multi(_, operands) => operands.redact(redactor),
            Self::Nested(_, inner) => inner.redact(redactor),
            Self::SameAs(_, value) => value.redact(redactor),
            Self::Schema(_, breach) => breach.redact(redactor),
            // Nothing is filled into these: they are as in the lab's file, which has no secret.
            Self::Matches(_) | Self::Exists(_) | Self::Type(_) | Self::Semver(_) => {}
        }
    }
}

impl Redact for Operand {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Plain(value) => value.redact(redactor),
            Self::List(items) => items.redact(redactor),
            Self::Map(entries) => entries.redact(redactor),
            // One whose names are still open has no value of theirs.
            Self::Text(_) => {}
        }
    }
}

impl Redact for Message {
    fn redact(&mut self, redactor: &Redactor) {
        let Self { id: _, args } = self;
        for (_, arg) in args {
            arg.redact(redactor);
        }
    }
}

impl Redact for Arg {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Text(text) => text.redact(redactor),
            Self::Said(texts) => {
                for (_, text) in texts {
                    text.redact(redactor);
                }
            }
            Self::Message(message) => message.redact(redactor),
            Self::Number(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::judged::Schema;
    use crate::expect::{Multi, Nested};
    use proptest::prelude::*;
    use serde_json::json;

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

    /// A verdict with `text` wherever one may stand, but for names of the lab's.
    fn verdict(text: &str) -> Verdict {
        let own = || text.to_owned();
        let said = || Text { en: Some(own()), fr: Some(own()) };
        let step = || StepAt { number: 1, of: 2, say: Some(said()) };
        let why = message!("doctor-user", name = own(), id = message!("doctor-user-hint", name = &said()));
        let mismatch = |expected, actual| {
            let difference = Difference { offset: 0, line: 1, column: 1, expected: own(), actual: own() };
            let finding = Mismatch { selector: own(), expected, actual, difference: Some(difference) };
            Finding { item: Some(own()), problem: Problem::Mismatch(finding) }
        };
        let equals = || Matcher::equals(json!([{ "a": text }, 1, null]));
        let schema = Schema::new(json!({"type": "string"})).unwrap();
        let breach = Breach { at: own(), reason: own() };
        let mut findings = vec![
            mismatch(Matcher::Multi(Multi::SameItems, vec![Operand::Plain(json!(text))]), Actual::Nothing),
            mismatch(Matcher::Nested(Nested::Every, vec![equals()]), Actual::Several(vec![json!(text)])),
            mismatch(Matcher::SameAs("a".into(), Some(json!(text))), Actual::Value(json!({ text: [text] }))),
            mismatch(
                Matcher::Schema(Box::new(schema), Some(breach)),
                Actual::Unreadable { format: own(), reason: own() },
            ),
        ];
        let found = || vec![own(), own()];
        let failures = [
            ProbeFailure::Down { service: own(), learners: true },
            ProbeFailure::Ended { service: own(), learners: true, exit: 1, out_of_memory: true, log: own() },
            ProbeFailure::ListensElsewhere { service: own(), learners: false, wanted: own(), found: found() },
            ProbeFailure::Unavailable { service: own(), why },
            ProbeFailure::TooManyFiles { limit: 1 },
        ];
        let condition = Problem::Condition { that: own(), message: said(), values: vec![(own(), json!(text))] };
        let faults = [
            Fault::UnknownName(own()),
            Fault::Overlay { path: own(), matches: 2 },
            Fault::Condition { that: own(), reason: own() },
            Fault::NotPutBack { path: own(), trouble: ProbeFailure::Fault { detail: own() } },
            Fault::Finally { step: step(), asked: own(), findings: findings.clone() },
        ];
        let problems = failures.into_iter().map(Problem::ProbeFailure).chain([condition]);
        let problems = problems.chain(faults.into_iter().map(|fault| Problem::Broke(Box::new(fault))));
        findings.extend(problems.map(|problem| Finding { item: None, problem }));
        let mut failure = Failure::of(own(), findings);
        (failure.step, failure.why) = (Some(step()), Some(said()));
        failure.evidence = vec![(own(), own())];
        Verdict::Failed(Box::new(failure))
    }

    /// The words of a verdict's form: the names of its fields and kinds.
    fn words(form: &Value) -> Vec<String> {
        match form {
            Value::String(text) => vec![text.clone()],
            Value::Array(items) => items.iter().flat_map(words).collect(),
            Value::Object(entries) => {
                entries.iter().flat_map(|(name, entry)| words(entry).into_iter().chain([name.clone()])).collect()
            }
            _ => Vec::new(),
        }
    }

    proptest! {
        /// Each text is one that a learner may have sent the secret to, and a secret may begin
        /// with a word of the form's: the form stays, and nothing in it is a secret.
        #[test]
        fn all_texts_of_a_verdict_are_masked_and_nothing_else(pick: proptest::sample::Index, digits in "[0-9a-f]{16}") {
            let form = serde_json::to_value(verdict("x")).unwrap();
            let words: Vec<String> = words(&form).into_iter().filter(|word| word.len() >= PART).collect();
            prop_assert!(words.iter().any(|word| word == "same-items") && words.iter().any(|word| word == "evidence"));
            let secret = format!("{}{digits}", pick.get(&words));
            let mut scope = Scope::default();
            scope.set("secret.key", secret.as_str());
            let mut seen = verdict(&secret);
            Redactor::new(&scope).out_of(&mut seen);
            prop_assert_eq!(serde_json::to_value(&seen).unwrap(), serde_json::to_value(verdict(MASK)).unwrap());
        }

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
