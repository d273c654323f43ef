//! Matchers: what must hold of what a selector picked.

use super::Actual;
use super::difference::Difference;
use super::judged::{Breach, Requirement, Schema};
use super::operand::{Operand, ValueType, as_number, as_text, both_texts, same};
use super::selector::Hits;
use crate::template::{Scope, UnknownName};
use regex::Regex;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use strum::{EnumString, IntoStaticStr};

/// Beside a schema: where it was broken.
pub(super) const BREACH: &str = "breach";

/// A condition on what a selector picked. Its key in YAML is its variant's, or that of the
/// form it has: forms differ in what they do, and are written, filled in and read alike.
#[derive(Debug, Clone, PartialEq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Matcher {
    Single(Single, Operand),
    Multi(Multi, Vec<Operand>),
    Nested(Nested, Vec<Matcher>),
    /// The regular expression matches somewhere in the text.
    Matches(Pattern),
    /// There is a value, or there is none.
    Exists(bool),
    Type(ValueType),
    /// Equal to a captured value: its name, and the value once resolved.
    SameAs(String, Option<Value>),
    /// A text is a version that fits the requirement.
    Semver(Requirement),
    /// Valid by this JSON Schema; where it wasn't, once judged.
    Schema(Box<Schema>, Option<Breach>),
}

/// What compares one value with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Single {
    Equals,
    StartsWith,
    EndsWith,
    Gt,
    Gte,
    Lt,
    Lte,
}

/// What compares with several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Multi {
    /// A text holds all of these; a list has all of them as items.
    Contains,
    OneOf,
    /// The same items, in any order.
    SameItems,
}

/// What other matchers say together of a value, of a number or of several hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Nested {
    /// None of these holds.
    Not,
    /// The number of hits, or of a list's items.
    Count,
    /// Each hit satisfies these, and there is at least one.
    Every,
    Some,
    None,
}

/// A regular expression; equal when its source is.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(pub Regex);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Miss {
    /// The matcher, or the inner one that tells most.
    pub(crate) expected: Matcher,
    pub(crate) actual: Actual,
}

impl Miss {
    /// Where two texts part, if two texts were compared for equality.
    pub(crate) fn difference(&self) -> Option<Difference> {
        let expected = match &self.expected {
            Matcher::Single(Single::Equals, operand) => operand.value()?,
            Matcher::SameAs(_, Some(value)) => value.clone(),
            _ => return None,
        };
        match (&expected, &self.actual) {
            (Value::String(expected), Actual::Value(Value::String(actual))) => Difference::between(expected, actual),
            _ => None,
        }
    }
}

impl Matcher {
    pub(crate) fn equals(value: Value) -> Self {
        Self::Single(Single::Equals, Operand::Plain(value))
    }

    pub(crate) fn check(&self, hits: &Hits) -> Result<(), Box<Miss>> {
        let holds = match self {
            Self::Exists(expected) => hits.any() == *expected,
            Self::Nested(Nested::Not, inner) => {
                return match inner.iter().find(|matcher| matcher.check(hits).is_ok()) {
                    Some(held) => Err(Box::new(self.miss_as(Self::Nested(Nested::Not, vec![held.clone()]), hits))),
                    None => Ok(()),
                };
            }
            Self::Nested(Nested::Count, inner) => {
                let items = hits.items();
                let number = |count: usize| Hits::One(Some(Value::from(count)));
                let count = number(items.len());
                let Some(missed) = inner.iter().find(|matcher| matcher.check(&count).is_err()) else { return Ok(()) };
                let mut miss = self.miss_as(Self::Nested(Nested::Count, vec![missed.clone()]), &count);
                // Where there are too many, they are named: their number says too little.
                if missed.check(&number(0)).is_ok() && items.iter().all(Value::is_string) {
                    miss.actual = Actual::Value(Value::Array(items));
                }
                return Err(Box::new(miss));
            }
            Self::Nested(Nested::Every, inner) => {
                let items = hits.items();
                for item in &items {
                    let item = Hits::One(Some(item.clone()));
                    if let Some(missed) = inner.iter().find(|matcher| matcher.check(&item).is_err()) {
                        return Err(Box::new(self.miss_as(Self::Nested(Nested::Every, vec![missed.clone()]), &item)));
                    }
                }
                !items.is_empty()
            }
            Self::Nested(Nested::Some, inner) => hits.items().iter().any(|item| all_hold(inner, item)),
            Self::Nested(Nested::None, inner) => {
                return match hits.items().iter().find(|item| all_hold(inner, item)) {
                    Some(item) => Err(Box::new(self.miss_as(self.clone(), &Hits::One(Some(item.clone()))))),
                    None => Ok(()),
                };
            }
            Self::Multi(Multi::SameItems, operands) => {
                let mut expected: Vec<Value> = operands.iter().filter_map(Operand::value).collect();
                let mut left = hits.items();
                left.retain(|item| match expected.iter().position(|other| same(other, item)) {
                    Some(at) => {
                        expected.swap_remove(at);
                        false
                    }
                    None => true,
                });
                left.is_empty() && expected.is_empty()
            }
            Self::Schema(schema, _) => {
                return match hits.one().map(|value| schema.breach(value)) {
                    Some(None) => Ok(()),
                    Some(Some((breach, there))) => {
                        let expected = Self::Schema(schema.clone(), Some(breach));
                        Err(Box::new(Miss { expected, actual: Actual::Value(there) }))
                    }
                    None => Err(Box::new(self.miss_as(self.clone(), hits))),
                };
            }
            _ => hits.one().is_some_and(|value| self.holds_for(value)),
        };
        if holds { Ok(()) } else { Err(Box::new(self.miss_as(self.clone(), hits))) }
    }

    fn miss_as(&self, expected: Self, hits: &Hits) -> Miss {
        // A list that is judged as a whole is shown as a whole; where one value
        // was asked for, several hits are said to be several.
        let whole = matches!(
            self,
            Self::Nested(Nested::Every | Nested::Some | Nested::Not, _) | Self::Multi(Multi::SameItems, _)
        );
        let actual = match hits {
            Hits::One(Some(value)) => Actual::Value(value.clone()),
            Hits::One(None) => Actual::Nothing,
            Hits::Many(values) => match values.as_slice() {
                [] => Actual::Nothing,
                [value] => Actual::Value(value.clone()),
                _ if whole => Actual::Value(Value::Array(values.clone())),
                _ => Actual::Several(values.clone()),
            },
        };
        Miss { expected, actual }
    }

    /// For the matchers that judge one value.
    fn holds_for(&self, value: &Value) -> bool {
        match self {
            Self::Single(Single::Equals, operand) => operand.value().is_some_and(|expected| same(&expected, value)),
            Self::Single(Single::StartsWith, operand) => {
                both_texts(value, operand, |text, start| text.starts_with(start))
            }
            Self::Single(Single::EndsWith, operand) => both_texts(value, operand, |text, end| text.ends_with(end)),
            Self::Single(comparison, operand) => {
                match (as_number(value), operand.value().as_ref().and_then(as_number), comparison) {
                    (Some(actual), Some(bound), Single::Gt) => actual > bound,
                    (Some(actual), Some(bound), Single::Gte) => actual >= bound,
                    (Some(actual), Some(bound), Single::Lt) => actual < bound,
                    (Some(actual), Some(bound), _) => actual <= bound,
                    _ => false,
                }
            }
            Self::Multi(Multi::Contains, operands) => {
                operands.iter().filter_map(Operand::value).all(|part| match value {
                    Value::Array(items) => items.iter().any(|item| same(item, &part)),
                    Value::String(text) => text.contains(&as_text(&part)),
                    _ => false,
                })
            }
            Self::Multi(Multi::OneOf, operands) => {
                operands.iter().filter_map(Operand::value).any(|expected| same(&expected, value))
            }
            Self::Matches(pattern) => value.as_str().is_some_and(|text| pattern.0.is_match(text)),
            Self::Type(expected) => ValueType::of(value) == *expected,
            Self::SameAs(_, expected) => expected.as_ref().is_some_and(|expected| same(expected, value)),
            Self::Semver(requirement) => value.as_str().is_some_and(|text| requirement.fits(text)),
            Self::Multi(Multi::SameItems, _) | Self::Nested(..) | Self::Exists(_) | Self::Schema(..) => {
                self.check(&Hits::One(Some(value.clone()))).is_ok()
            }
        }
    }

    pub(crate) fn resolve(&self, scope: &Scope) -> Result<Self, UnknownName> {
        Ok(match self {
            Self::Single(form, operand) => Self::Single(*form, operand.resolve(scope)?),
            Self::Multi(form, operands) => {
                Self::Multi(*form, operands.iter().map(|operand| operand.resolve(scope)).collect::<Result<_, _>>()?)
            }
            Self::Nested(form, inner) => {
                Self::Nested(*form, inner.iter().map(|matcher| matcher.resolve(scope)).collect::<Result<_, _>>()?)
            }
            Self::SameAs(name, _) => {
                let full = format!("capture.{name}");
                let value = scope.get(&full).cloned().ok_or(UnknownName(full))?;
                Self::SameAs(name.clone(), Some(value))
            }
            Self::Matches(_) | Self::Exists(_) | Self::Type(_) | Self::Semver(_) | Self::Schema(..) => self.clone(),
        })
    }

    pub(crate) fn names(&self) -> Vec<String> {
        fn of_operand(operand: &Operand, names: &mut Vec<String>) {
            match operand {
                Operand::Text(template) => names.extend(template.names().map(str::to_owned)),
                Operand::Plain(_) => {}
                Operand::List(items) => items.iter().for_each(|item| of_operand(item, names)),
                Operand::Map(entries) => entries.iter().for_each(|(_, item)| of_operand(item, names)),
            }
        }
        let mut names = Vec::new();
        match self {
            Self::Single(_, operand) => of_operand(operand, &mut names),
            Self::Multi(_, operands) => operands.iter().for_each(|operand| of_operand(operand, &mut names)),
            Self::Nested(_, inner) => names.extend(inner.iter().flat_map(Self::names)),
            Self::SameAs(name, _) => names.push(format!("capture.{name}")),
            Self::Matches(_) | Self::Exists(_) | Self::Type(_) | Self::Semver(_) | Self::Schema(..) => {}
        }
        names
    }

    pub(crate) fn key(&self) -> &'static str {
        match self {
            Self::Single(form, _) => form.into(),
            Self::Multi(form, _) => form.into(),
            Self::Nested(form, _) => form.into(),
            other => other.into(),
        }
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// Serialises as in YAML: `{"equals": 404}`.
impl Serialize for Matcher {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let key = self.key();
        match self {
            Self::Single(_, operand) => map.serialize_entry(key, &operand.shown())?,
            Self::Multi(_, operands) => {
                map.serialize_entry(key, &operands.iter().map(Operand::shown).collect::<Vec<_>>())?;
            }
            Self::Nested(_, inner) => map.serialize_entry(key, inner)?,
            Self::Matches(pattern) => map.serialize_entry(key, pattern.0.as_str())?,
            Self::Exists(expected) => map.serialize_entry(key, expected)?,
            Self::Type(expected) => map.serialize_entry(key, expected)?,
            Self::SameAs(name, _) => map.serialize_entry(key, name)?,
            Self::Semver(requirement) => map.serialize_entry(key, &requirement.text)?,
            Self::Schema(schema, breach) => {
                map.serialize_entry(key, schema.source())?;
                if let Some(breach) = breach {
                    map.serialize_entry(BREACH, breach)?;
                }
            }
        }
        map.end()
    }
}

impl Hits {
    /// The one value, if there is exactly one.
    pub(crate) fn one(&self) -> Option<&Value> {
        match self {
            Self::One(value) => value.as_ref(),
            Self::Many(values) if values.len() == 1 => values.first(),
            Self::Many(_) => None,
        }
    }

    pub(crate) fn any(&self) -> bool {
        match self {
            Self::One(value) => value.is_some(),
            Self::Many(values) => !values.is_empty(),
        }
    }

    /// The hits, or the items of the one list that was hit.
    pub(crate) fn items(&self) -> Vec<Value> {
        match self {
            Self::One(None) => Vec::new(),
            Self::One(Some(Value::Array(items))) => items.clone(),
            Self::One(Some(value)) => vec![value.clone()],
            Self::Many(values) => values.clone(),
        }
    }
}

fn all_hold(matchers: &[Matcher], item: &Value) -> bool {
    let item = Hits::One(Some(item.clone()));
    matchers.iter().all(|matcher| matcher.check(&item).is_ok())
}
