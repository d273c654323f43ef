//! What is expected of a probe's value: selectors pick, matchers judge.
//!
//! Every kind of probe shares these. Judging is pure: a [`Observation`] and an
//! [`Expect`] in, the [`Mismatch`]es out.

pub(crate) mod cel;
mod compute;
pub(crate) mod difference;
mod document;
pub(crate) mod judged;
mod kept;
pub(crate) mod matcher;
mod matcher_yaml;
pub(crate) mod observation;
pub(crate) mod operand;
pub(crate) mod page;
pub(crate) mod schema;
pub(crate) mod selector;

pub(crate) use cel::Cel;
pub(crate) use compute::compute;
pub(crate) use difference::Difference;
pub(crate) use document::Document;
pub(crate) use matcher::{Matcher, Multi, Nested, Single};
pub(crate) use observation::{DocumentFormat, Observation};
pub(crate) use operand::Operand;
pub(crate) use selector::{Hits, Selector, Unpicked};

use crate::template::{Scope, UnknownName};
use crate::world::Excess;
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_yaml::Spanned;

/// `expect:`, selectors and what must hold of each, in file order.
#[derive(Debug, Clone, Default)]
pub struct Expect(pub Vec<Expectation>);

#[derive(Debug, Clone)]
pub struct Expectation {
    pub(crate) selector: Spanned<Selector>,
    /// All of these must hold.
    pub(crate) matchers: Spanned<Vec<Matcher>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub(crate) struct Mismatch {
    pub(crate) selector: String,
    /// The matcher that doesn't hold, its names filled in.
    pub(crate) expected: Matcher,
    pub(crate) actual: Actual,
    /// Where two texts part, when two texts were compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) difference: Option<Difference>,
}

#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Actual {
    Value(Value),
    Nothing,
    Several(Vec<Value>),
    /// The document can't be read as what the selector needs.
    Unreadable {
        /// `JSON`, `HTML`, …
        format: String,
        reason: String,
    },
}

impl From<selector::Unreadable> for Actual {
    fn from(unreadable: selector::Unreadable) -> Self {
        Self::Unreadable { format: unreadable.format.to_owned(), reason: unreadable.reason }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, derive_more::From)]
pub(crate) enum Unjudged {
    Unknown(UnknownName),
    Excess(Excess),
}

/// Judges what was seen: the expectations that don't hold, in file order.
pub(crate) fn judge(expect: &Expect, seen: &Observation, scope: &Scope) -> Result<Vec<Mismatch>, Unjudged> {
    let mut mismatches = Vec::new();
    for expectation in &expect.0 {
        let selector = &expectation.selector.value;
        let hits = match selector.pick(seen) {
            Ok(hits) => hits,
            Err(Unpicked::Excess(excess)) => return Err(excess.into()),
            Err(Unpicked::Unreadable(unreadable)) => {
                let expected = expectation.matchers.value.first().cloned().unwrap_or(Matcher::Exists(true));
                mismatches.push(Mismatch {
                    selector: selector.to_string(),
                    expected: expected.resolve(scope)?,
                    actual: unreadable.into(),
                    difference: None,
                });
                continue;
            }
        };
        for matcher in &expectation.matchers.value {
            let matcher = matcher.resolve(scope)?;
            if let Err(miss) = matcher.check(&hits) {
                mismatches.push(Mismatch {
                    selector: selector.to_string(),
                    difference: miss.difference(),
                    expected: miss.expected,
                    actual: miss.actual,
                });
            }
        }
    }
    Ok(mismatches)
}

impl<'de> Deserialize<'de> for Expect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ExpectVisitor;
        impl<'de> Visitor<'de> for ExpectVisitor {
            type Value = Expect;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("@expected-expect")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Expect, A::Error> {
                let mut expectations = Vec::new();
                while let Some(selector) = map.next_key::<Spanned<Selector>>()? {
                    let matchers = map.next_value::<Spanned<matcher_yaml::Matchers>>()?;
                    expectations.push(Expectation {
                        selector,
                        matchers: Spanned::new(matchers.value.0, matchers.referenced, matchers.defined),
                    });
                }
                Ok(Expect(expectations))
            }
        }
        deserializer.deserialize_map(ExpectVisitor)
    }
}

read_text! {
    Selector => |text| Self::parse(&text);
}

#[cfg(test)]
mod tests;
