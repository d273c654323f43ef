//! How matchers are written in YAML: a scalar means equals, a list means
//! contains all, a map names matchers.

use super::judged::PATTERN_LIMIT;
use super::matcher::{Matcher, Multi, Nested, Pattern, Single};
use super::operand::{Operand, ValueType};
use super::schema::MATCHERS;
use crate::template::Template;
use regex::RegexBuilder;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// What stands behind a selector: matchers that must all hold.
#[derive(Debug, Clone)]
pub(crate) struct Matchers(pub Vec<Matcher>);

/// Every matcher's key, for the error at an unknown one.
const KEYS: [&str; MATCHERS.len()] = {
    let mut keys = [""; MATCHERS.len()];
    let mut at = 0;
    while at < keys.len() {
        keys[at] = MATCHERS[at].0;
        at += 1;
    }
    keys
};

/// A visitor's methods for all scalars but texts, each given as a JSON value.
macro_rules! scalars {
    ($made:ty, $make:expr) => {
        fn visit_bool<E: de::Error>(self, value: bool) -> Result<$made, E> {
            Ok(($make)(Value::from(value)))
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<$made, E> {
            Ok(($make)(Value::from(value)))
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<$made, E> {
            Ok(($make)(Value::from(value)))
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<$made, E> {
            Ok(($make)(Value::from(value)))
        }

        fn visit_unit<E: de::Error>(self) -> Result<$made, E> {
            Ok(($make)(Value::Null))
        }
    };
}

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

    scalars!(Matchers, |value| Matchers(vec![Matcher::equals(value)]));

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Matchers, E> {
        OperandVisitor.visit_str(value).map(|operand| Matchers(vec![Matcher::Single(Single::Equals, operand)]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Matchers, A::Error> {
        match OperandVisitor.visit_seq(seq)? {
            Operand::List(items) => Ok(Matchers(vec![Matcher::Multi(Multi::Contains, items)])),
            other => Ok(Matchers(vec![Matcher::Single(Single::Equals, other)])),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Matchers, A::Error> {
        let mut matchers = Vec::new();
        while let Some(key) = map.next_key::<MatcherKey>()? {
            let key = key.0;
            matchers.push(if let Ok(form) = key.parse::<Single>() {
                Matcher::Single(form, map.next_value()?)
            } else if let Ok(form) = key.parse::<Multi>() {
                Matcher::Multi(form, map.next_value::<OneOrMore>()?.0)
            } else if let Ok(form) = key.parse::<Nested>() {
                Matcher::Nested(form, map.next_value::<Matchers>()?.0)
            } else {
                match key.as_str() {
                    "matches" => Matcher::Matches(map.next_value()?),
                    "exists" => Matcher::Exists(map.next_value()?),
                    "type" => Matcher::Type(map.next_value::<ValueType>()?),
                    "same-as" => Matcher::SameAs(map.next_value()?, None),
                    "semver" => Matcher::Semver(map.next_value()?),
                    // A `MatcherKey` is one of the table.
                    _ => Matcher::Schema(Box::new(map.next_value()?), None),
                }
            });
        }
        Ok(Matchers(matchers))
    }
}

/// A key of [`MATCHERS`]; another is an error at the key.
struct MatcherKey(String);

impl<'de> Deserialize<'de> for MatcherKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        if KEYS.contains(&key.as_str()) { Ok(Self(key)) } else { Err(de::Error::unknown_field(&key, &KEYS)) }
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

    scalars!(Operand, Operand::Plain);

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Operand, E> {
        let template: Template = value
            .parse()
            .map_err(|error: crate::template::TemplateError| E::custom(error.message().to_error_text()))?;
        Ok(Operand::Text(template))
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

read_text! {
    Pattern => |source| RegexBuilder::new(&source).size_limit(PATTERN_LIMIT).build().map(Self).map_err(|error| {
        let reason = error.to_string();
        // The regex crate draws the place over several lines; its last one says what is wrong.
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        message!("bad-pattern", pattern = source, reason = reason)
    });
}
