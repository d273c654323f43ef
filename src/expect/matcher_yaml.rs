//! How matchers are written in YAML: a scalar means equals, a list means
//! contains all, a map names matchers.

use super::matcher::{Comparison, Matcher, Pattern};
use super::operand::{Operand, ValueType};
use crate::template::Template;
use regex::RegexBuilder;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// What stands behind a selector: matchers that must all hold.
#[derive(Debug, Clone)]
pub(crate) struct Matchers(pub Vec<Matcher>);

pub(crate) const MATCHERS: &[&str] = &[
    "equals",
    "not",
    "contains",
    "matches",
    "starts-with",
    "ends-with",
    "gt",
    "gte",
    "lt",
    "lte",
    "exists",
    "type",
    "count",
    "every",
    "some",
    "none",
    "one-of",
    "same-items",
    "same-as",
    "semver",
    "schema",
];

/// A compiled expression may take this much memory; a larger one is refused,
/// so that no lab can make `lab` swell (the loader bounds how many there are).
/// The `regex` crate runs in linear time.
pub(super) const PATTERN_LIMIT: usize = 256 << 10;

impl<'de> Deserialize<'de> for Matchers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MatchersVisitor)
    }
}

struct MatchersVisitor;

impl<'de> Visitor<'de> for MatchersVisitor {
    type Value = Matchers;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("@expected-matcher")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Matchers, E> {
        equals(OperandVisitor.visit_bool::<E>(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Matchers, E> {
        equals(OperandVisitor.visit_i64::<E>(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Matchers, E> {
        equals(OperandVisitor.visit_u64::<E>(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Matchers, E> {
        equals(OperandVisitor.visit_f64::<E>(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Matchers, E> {
        equals(OperandVisitor.visit_str::<E>(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Matchers, E> {
        equals(OperandVisitor.visit_unit::<E>())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Matchers, A::Error> {
        match OperandVisitor.visit_seq(seq)? {
            Operand::List(items) => Ok(Matchers(vec![Matcher::Contains(items)])),
            other => Ok(Matchers(vec![Matcher::Equals(other)])),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Matchers, A::Error> {
        let mut matchers = Vec::new();
        while let Some(key) = map.next_key::<MatcherKey>()? {
            matchers.push(match key.0 {
                "equals" => Matcher::Equals(map.next_value()?),
                "not" => Matcher::Not(map.next_value::<Matchers>()?.0),
                "contains" => Matcher::Contains(map.next_value::<OneOrMore>()?.0),
                "matches" => Matcher::Matches(map.next_value()?),
                "starts-with" => Matcher::StartsWith(map.next_value()?),
                "ends-with" => Matcher::EndsWith(map.next_value()?),
                "gt" => Matcher::Compare(Comparison::Gt, map.next_value()?),
                "gte" => Matcher::Compare(Comparison::Gte, map.next_value()?),
                "lt" => Matcher::Compare(Comparison::Lt, map.next_value()?),
                "lte" => Matcher::Compare(Comparison::Lte, map.next_value()?),
                "exists" => Matcher::Exists(map.next_value()?),
                "type" => Matcher::Type(map.next_value::<ValueType>()?),
                "count" => Matcher::Count(map.next_value::<Matchers>()?.0),
                "every" => Matcher::Every(map.next_value::<Matchers>()?.0),
                "some" => Matcher::Some(map.next_value::<Matchers>()?.0),
                "none" => Matcher::None(map.next_value::<Matchers>()?.0),
                "one-of" => Matcher::OneOf(map.next_value::<OneOrMore>()?.0),
                "same-items" => Matcher::SameItems(map.next_value::<OneOrMore>()?.0),
                "same-as" => Matcher::SameAs(map.next_value()?, None),
                "semver" => Matcher::Semver(map.next_value()?),
                "schema" => Matcher::Schema(Box::new(map.next_value()?), None),
                _ => unreachable!("MatcherKey only holds names of MATCHERS"),
            });
        }
        Ok(Matchers(matchers))
    }
}

fn equals<E>(operand: Result<Operand, E>) -> Result<Matchers, E> {
    operand.map(|operand| Matchers(vec![Matcher::Equals(operand)]))
}

/// A key of [`MATCHERS`]; another is an error at the key.
struct MatcherKey(&'static str);

impl<'de> Deserialize<'de> for MatcherKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        MATCHERS
            .iter()
            .find(|name| **name == key)
            .map(|name| Self(name))
            .ok_or_else(|| de::Error::unknown_field(&key, MATCHERS))
    }
}

struct OneOrMore(Vec<Operand>);

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Operand::deserialize(deserializer)? {
            Operand::List(items) => items,
            operand => vec![operand],
        }))
    }
}

impl<'de> Deserialize<'de> for Operand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OperandVisitor)
    }
}

struct OperandVisitor;

impl<'de> Visitor<'de> for OperandVisitor {
    type Value = Operand;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("@expected-value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Operand, E> {
        Ok(Operand::Plain(Value::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Operand, E> {
        Ok(Operand::Plain(Value::from(value)))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Operand, E> {
        Ok(Operand::Plain(Value::from(value)))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Operand, E> {
        Ok(Operand::Plain(Value::from(value)))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Operand, E> {
        let template: Template = value
            .parse()
            .map_err(|error: crate::template::TemplateError| E::custom(error.message().to_error_text()))?;
        Ok(Operand::Text(template))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Operand, E> {
        Ok(Operand::Plain(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Operand, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Operand::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Operand, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Operand::Map(entries))
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = String::deserialize(deserializer)?;
        RegexBuilder::new(&source).size_limit(PATTERN_LIMIT).build().map(Self).map_err(|error| {
            let reason = error.to_string();
            // The regex crate draws the place over several lines; its last one says what is wrong.
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            de::Error::custom(message!("bad-pattern", pattern = source, reason = reason).to_error_text())
        })
    }
}
