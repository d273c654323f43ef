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

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Matcher {
    /// Equal to this (a scalar in YAML).
    Equals(Operand),
    /// None of these holds.
    Not(Vec<Matcher>),
    /// A text holds all of these; a list has all of them as items.
    Contains(Vec<Operand>),
    /// The regular expression matches somewhere in the text.
    Matches(Pattern),
    /// The text starts so.
    StartsWith(Operand),
    /// The text ends so.
    EndsWith(Operand),
    /// Compares with a number.
    Compare(Comparison, Operand),
    /// There is a value, or there is none.
    Exists(bool),
    /// The value's type.
    Type(ValueType),
    /// The number of hits, or of a list's items.
    Count(Vec<Matcher>),
    /// Each hit satisfies these, and there is at least one.
    Every(Vec<Matcher>),
    /// At least one hit satisfies these.
    Some(Vec<Matcher>),
    /// No hit satisfies these.
    None(Vec<Matcher>),
    /// Equal to one of these.
    OneOf(Vec<Operand>),
    /// The same items, in any order.
    SameItems(Vec<Operand>),
    /// Equal to a captured value: its name, and the value once resolved.
    SameAs(String, Option<Value>),
    /// A text is a version that fits the requirement.
    Semver(Requirement),
    /// Valid by this JSON Schema; where it wasn't, once judged.
    Schema(Box<Schema>, Option<Breach>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Gt,
    Gte,
    Lt,
    Lte,
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
            Matcher::Equals(operand) => operand.value()?,
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
    pub(crate) fn check(&self, hits: &Hits) -> Result<(), Box<Miss>> {
        let holds = match self {
            Self::Exists(expected) => hits.any() == *expected,
            Self::Not(inner) => {
                return match inner.iter().find(|matcher| matcher.check(hits).is_ok()) {
                    Some(held) => Err(Box::new(self.miss_as(Self::Not(vec![held.clone()]), hits))),
                    None => Ok(()),
                };
            }
            Self::Count(inner) => {
                let items = hits.items();
                let number = |count: usize| Hits::One(Some(Value::from(count)));
                let count = number(items.len());
                let Some(missed) = inner.iter().find(|matcher| matcher.check(&count).is_err()) else { return Ok(()) };
                let mut miss = self.miss_as(Self::Count(vec![missed.clone()]), &count);
                // Where there are too many, they are named: their number says too little.
                if missed.check(&number(0)).is_ok() && items.iter().all(Value::is_string) {
                    miss.actual = Actual::Value(Value::Array(items));
                }
                return Err(Box::new(miss));
            }
            Self::Every(inner) => {
                let items = hits.items();
                for item in &items {
                    let item = Hits::One(Some(item.clone()));
                    if let Some(missed) = inner.iter().find(|matcher| matcher.check(&item).is_err()) {
                        return Err(Box::new(self.miss_as(Self::Every(vec![missed.clone()]), &item)));
                    }
                }
                !items.is_empty()
            }
            Self::Some(inner) => hits.items().iter().any(|item| all_hold(inner, item)),
            Self::None(inner) => {
                return match hits.items().iter().find(|item| all_hold(inner, item)) {
                    Some(item) => Err(Box::new(self.miss_as(self.clone(), &Hits::One(Some(item.clone()))))),
                    None => Ok(()),
                };
            }
            Self::SameItems(operands) => {
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
        let whole = matches!(self, Self::Every(_) | Self::Some(_) | Self::SameItems(_) | Self::Not(_));
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
            Self::Equals(operand) => operand.value().is_some_and(|expected| same(&expected, value)),
            Self::Contains(operands) => operands.iter().filter_map(Operand::value).all(|part| match value {
                Value::Array(items) => items.iter().any(|item| same(item, &part)),
                Value::String(text) => text.contains(&as_text(&part)),
                _ => false,
            }),
            Self::Matches(pattern) => value.as_str().is_some_and(|text| pattern.0.is_match(text)),
            Self::StartsWith(operand) => both_texts(value, operand, |text, start| text.starts_with(start)),
            Self::EndsWith(operand) => both_texts(value, operand, |text, end| text.ends_with(end)),
            Self::Compare(comparison, operand) => {
                match (as_number(value), operand.value().as_ref().and_then(as_number)) {
                    (Some(actual), Some(bound)) => match comparison {
                        Comparison::Gt => actual > bound,
                        Comparison::Gte => actual >= bound,
                        Comparison::Lt => actual < bound,
                        Comparison::Lte => actual <= bound,
                    },
                    _ => false,
                }
            }
            Self::Type(expected) => ValueType::of(value) == *expected,
            Self::OneOf(operands) => operands.iter().filter_map(Operand::value).any(|expected| same(&expected, value)),
            Self::SameAs(_, expected) => expected.as_ref().is_some_and(|expected| same(expected, value)),
            Self::Semver(requirement) => value.as_str().is_some_and(|text| requirement.fits(text)),
            Self::Exists(_)
            | Self::Not(_)
            | Self::Count(_)
            | Self::Every(_)
            | Self::Some(_)
            | Self::None(_)
            | Self::SameItems(_)
            | Self::Schema(..) => self.check(&Hits::One(Some(value.clone()))).is_ok(),
        }
    }

    pub(crate) fn resolve(&self, scope: &Scope) -> Result<Self, UnknownName> {
        let all = |matchers: &[Self]| matchers.iter().map(|matcher| matcher.resolve(scope)).collect::<Result<_, _>>();
        let each =
            |operands: &[Operand]| operands.iter().map(|operand| operand.resolve(scope)).collect::<Result<_, _>>();
        Ok(match self {
            Self::Equals(operand) => Self::Equals(operand.resolve(scope)?),
            Self::Not(inner) => Self::Not(all(inner)?),
            Self::Contains(operands) => Self::Contains(each(operands)?),
            Self::StartsWith(operand) => Self::StartsWith(operand.resolve(scope)?),
            Self::EndsWith(operand) => Self::EndsWith(operand.resolve(scope)?),
            Self::Compare(comparison, operand) => Self::Compare(*comparison, operand.resolve(scope)?),
            Self::Count(inner) => Self::Count(all(inner)?),
            Self::Every(inner) => Self::Every(all(inner)?),
            Self::Some(inner) => Self::Some(all(inner)?),
            Self::None(inner) => Self::None(all(inner)?),
            Self::OneOf(operands) => Self::OneOf(each(operands)?),
            Self::SameItems(operands) => Self::SameItems(each(operands)?),
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
            Self::Equals(operand) | Self::StartsWith(operand) | Self::EndsWith(operand) | Self::Compare(_, operand) => {
                of_operand(operand, &mut names);
            }
            Self::Not(inner) | Self::Count(inner) | Self::Every(inner) | Self::Some(inner) | Self::None(inner) => {
                names.extend(inner.iter().flat_map(Self::names));
            }
            Self::Contains(operands) | Self::OneOf(operands) | Self::SameItems(operands) => {
                for operand in operands {
                    of_operand(operand, &mut names);
                }
            }
            Self::SameAs(name, _) => names.push(format!("capture.{name}")),
            Self::Matches(_) | Self::Exists(_) | Self::Type(_) | Self::Semver(_) | Self::Schema(..) => {}
        }
        names
    }

    /// This matcher with every text replaced, for taking out secrets.
    pub(crate) fn map_texts(&self, map: &dyn Fn(&str) -> String) -> Self {
        fn operand(operand: &Operand, map: &dyn Fn(&str) -> String) -> Operand {
            fn value(found: Value, map: &dyn Fn(&str) -> String) -> Value {
                match found {
                    Value::String(text) => Value::String(map(&text)),
                    Value::Array(items) => Value::Array(items.into_iter().map(|item| value(item, map)).collect()),
                    Value::Object(entries) => {
                        Value::Object(entries.into_iter().map(|(key, item)| (key, value(item, map))).collect())
                    }
                    other => other,
                }
            }
            Operand::Plain(value(operand.shown(), map))
        }
        let all = |operands: &[Operand]| operands.iter().map(|found| operand(found, map)).collect();
        let each = |inner: &[Self]| inner.iter().map(|matcher| matcher.map_texts(map)).collect();
        match self {
            Self::Equals(found) => Self::Equals(operand(found, map)),
            Self::StartsWith(found) => Self::StartsWith(operand(found, map)),
            Self::EndsWith(found) => Self::EndsWith(operand(found, map)),
            Self::Compare(comparison, found) => Self::Compare(*comparison, operand(found, map)),
            Self::Contains(found) => Self::Contains(all(found)),
            Self::OneOf(found) => Self::OneOf(all(found)),
            Self::SameItems(found) => Self::SameItems(all(found)),
            Self::Not(inner) => Self::Not(each(inner)),
            Self::Count(inner) => Self::Count(each(inner)),
            Self::Every(inner) => Self::Every(each(inner)),
            Self::Some(inner) => Self::Some(each(inner)),
            Self::None(inner) => Self::None(each(inner)),
            Self::SameAs(name, _) => Self::SameAs(name.clone(), None),
            Self::Schema(schema, Some(breach)) => {
                let breach = Breach { at: map(&breach.at), reason: map(&breach.reason) };
                Self::Schema(schema.clone(), Some(breach))
            }
            Self::Matches(_) | Self::Exists(_) | Self::Type(_) | Self::Semver(_) | Self::Schema(_, None) => {
                self.clone()
            }
        }
    }

    pub(crate) fn key(&self) -> &'static str {
        match self {
            Self::Equals(_) => "equals",
            Self::Not(_) => "not",
            Self::Contains(_) => "contains",
            Self::Matches(_) => "matches",
            Self::StartsWith(_) => "starts-with",
            Self::EndsWith(_) => "ends-with",
            Self::Compare(Comparison::Gt, _) => "gt",
            Self::Compare(Comparison::Gte, _) => "gte",
            Self::Compare(Comparison::Lt, _) => "lt",
            Self::Compare(Comparison::Lte, _) => "lte",
            Self::Exists(_) => "exists",
            Self::Type(_) => "type",
            Self::Count(_) => "count",
            Self::Every(_) => "every",
            Self::Some(_) => "some",
            Self::None(_) => "none",
            Self::OneOf(_) => "one-of",
            Self::SameItems(_) => "same-items",
            Self::SameAs(..) => "same-as",
            Self::Semver(_) => "semver",
            Self::Schema(..) => "schema",
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
            Self::Equals(operand) | Self::StartsWith(operand) | Self::EndsWith(operand) | Self::Compare(_, operand) => {
                map.serialize_entry(key, &operand.shown())?;
            }
            Self::Contains(operands) | Self::OneOf(operands) | Self::SameItems(operands) => {
                map.serialize_entry(key, &operands.iter().map(Operand::shown).collect::<Vec<_>>())?;
            }
            Self::Not(inner) | Self::Count(inner) | Self::Every(inner) | Self::Some(inner) | Self::None(inner) => {
                map.serialize_entry(key, inner)?;
            }
            Self::Matches(pattern) => map.serialize_entry(key, pattern.0.as_str())?,
            Self::Exists(expected) => map.serialize_entry(key, expected)?,
            Self::Type(expected) => map.serialize_entry(key, expected)?,
            Self::SameAs(name, _) => map.serialize_entry(key, name)?,
            Self::Semver(requirement) => map.serialize_entry(key, &requirement.text)?,
            Self::Schema(schema, breach) => {
                map.serialize_entry(key, schema.source())?;
                if let Some(breach) = breach {
                    map.serialize_entry(super::kept::BREACH, breach)?;
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
