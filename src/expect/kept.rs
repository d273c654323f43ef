//! Matchers read again from the JSON that they were written as, for outcomes
//! that are kept: their names are filled in, so `${…}` is a text like any other.

use super::judged::{Requirement, Schema};
use super::matcher::{BREACH, Matcher, Multi, Nested, Pattern, Single};
use super::operand::Operand;
use serde::de::{DeserializeOwned, Error, IntoDeserializer};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

impl<'de> Deserialize<'de> for Matcher {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        matcher(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

fn matcher(mut map: Map<String, Value>) -> Result<Matcher, serde_json::Error> {
    let breach = map.remove(BREACH).map(serde_json::from_value).transpose()?;
    let mut entries = map.into_iter();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else {
        return Err(serde_json::Error::custom("a matcher has one key"));
    };
    Ok(if let Ok(form) = key.parse::<Single>() {
        Matcher::Single(form, Operand::Plain(value))
    } else if let Ok(form) = key.parse::<Multi>() {
        Matcher::Multi(form, read::<Vec<Value>>(value)?.into_iter().map(Operand::Plain).collect())
    } else if let Ok(form) = key.parse::<Nested>() {
        Matcher::Nested(form, read(value)?)
    } else {
        match key.as_str() {
            "matches" => Matcher::Matches(Pattern::deserialize(value.into_deserializer())?),
            "exists" => Matcher::Exists(read(value)?),
            "type" => Matcher::Type(read(value)?),
            "same-as" => Matcher::SameAs(read(value)?, None),
            "semver" => Matcher::Semver(Requirement::deserialize(value)?),
            "schema" => Matcher::Schema(Box::new(Schema::deserialize(value)?), breach),
            _ => return Err(serde_json::Error::custom(format!("no matcher `{key}`"))),
        }
    })
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::{Expect, Observation, judge};
    use crate::template::Scope;
    use serde_json::json;

    /// Every kind of matcher as judging leaves it: names filled in, and the
    /// schema's breach known.
    #[test]
    fn each_matcher_is_read_as_it_was_written() {
        let yaml = r#"
            a: {equals: "${x}"}
            b: {not: {contains: ["q", 7]}}
            c: {matches: "^z$", starts-with: "z", ends-with: "z"}
            d: {gt: 9, gte: 9, lt: 0, lte: 0}
            e: {exists: false, type: number}
            f: {count: {gte: 3}, every: {equals: 1}, some: {equals: 1}, none: {equals: 2}}
            g: {one-of: [1, {k: [2]}], same-items: [3], same-as: home}
            h: {semver: ">=2"}
            i: {schema: {type: number}}
        "#;
        let fields = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let seen = |name| match name {
            "b" => (name, json!("q7 q")),
            "d" => (name, json!(5)),
            "f" => (name, json!([2])),
            _ => (name, json!("text")),
        };
        let seen = Observation { fields: fields.into_iter().map(seen).collect(), ..Observation::default() };
        let mut scope = Scope::default();
        scope.set("x", "a ${value} of its own");
        scope.set("capture.home", "home");
        let expect: Expect = serde_yaml::from_str(yaml).unwrap();
        let mismatches = judge(&expect, &seen, &scope).unwrap();
        let kinds: std::collections::BTreeSet<&str> = mismatches.iter().map(|of| of.expected.key()).collect();
        assert_eq!(kinds.len(), 21 - 1, "all but `contains`, which stands below `not`: {kinds:?}");
        for mismatch in mismatches {
            let written = serde_json::to_string(&mismatch).unwrap();
            let again: crate::expect::Mismatch = serde_json::from_str(&written).unwrap();
            assert_eq!(serde_json::to_string(&again).unwrap(), written);
        }
    }

    #[test]
    fn what_is_no_matcher_is_an_error() {
        for bad in [json!({}), json!({"equals": 1, "lt": 2}), json!({"like": 1}), json!({"matches": "("}), json!(3)] {
            assert!(serde_json::from_value::<Matcher>(bad.clone()).is_err(), "{bad}");
        }
    }
}
