//! What may stand behind `expect:`, for editors and for the guide.

use super::Expect;
use super::matcher::Nested;
use super::operand::{Operand, ValueType};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Every matcher's key, and what it asks.
pub(crate) const MATCHERS: &[(&str, &str)] = &[
    ("equals", "Equal to this; a scalar alone means the same."),
    ("not", "None of these matchers holds."),
    ("contains", "A text holds this, or all of these; a list has it, or all of them, among its items."),
    ("matches", "The regular expression matches somewhere in the text."),
    ("starts-with", "The text starts so."),
    ("ends-with", "The text ends so."),
    ("gt", "A number greater than this."),
    ("gte", "A number greater than this, or equal."),
    ("lt", "A number less than this."),
    ("lte", "A number less than this, or equal."),
    ("exists", "There is a value, or with `false` there is none."),
    ("type", "The value's type."),
    ("count", "What holds of the number of hits, or of a list's items."),
    ("every", "Each hit satisfies this, and there is at least one."),
    ("some", "At least one hit satisfies this."),
    ("none", "No hit satisfies this."),
    ("one-of", "Equal to one of these."),
    ("same-items", "The same items, in any order."),
    ("same-as", "Equal to a captured value, by its name."),
    ("semver", "A text is a version that fits this requirement, such as `>=1.2, <2`."),
    ("schema", "Valid by this JSON Schema, or by the one in `{file: PATH}` of the lab's folder."),
];

impl JsonSchema for Expect {
    fn schema_name() -> Cow<'static, str> {
        "Expect".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let matchers = generator.subschema_for::<Matchers>();
        json_schema!({
            "type": "object",
            "description": "Selectors, and what must hold of what each picks: a field of the probe, `header.NAME`, \
                            `$…` (JSONPath), `css …` (text), `links …` (absolute URLs).",
            "minProperties": 1,
            "additionalProperties": matchers,
        })
    }
}

struct Matchers;

impl JsonSchema for Matchers {
    fn schema_name() -> Cow<'static, str> {
        "Matchers".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let nested = generator.subschema_for::<Self>().to_value();
        let mut properties = Map::new();
        for (name, doc) in MATCHERS {
            let operand = match *name {
                name if name.parse::<Nested>().is_ok() => json!({"allOf": [nested], "description": doc}),
                "exists" => json!({"type": "boolean", "description": doc}),
                "matches" | "same-as" | "semver" => json!({"type": "string", "description": doc}),
                "type" => json!({"allOf": [generator.subschema_for::<ValueType>()], "description": doc}),
                "schema" => json!({"type": "object", "description": doc}),
                _ => json!({"description": doc}),
            };
            properties.insert((*name).to_owned(), operand);
        }
        json_schema!({
            "description": "A value means equals; a list means contains all; a map names matchers, which must all hold.",
            "anyOf": [
                {"type": ["string", "number", "boolean", "null"]},
                {"type": "array", "minItems": 1},
                {"type": "object", "minProperties": 1, "properties": properties, "additionalProperties": false},
            ],
        })
    }
}

impl JsonSchema for Operand {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Value::Bool(true).try_into().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_matcher_of_the_table_is_read_and_written_by_its_key() {
        for (name, _) in MATCHERS {
            let operand = match *name {
                "exists" => "true",
                "type" => "string",
                "semver" => "'1'",
                "schema" => "{}",
                name if name.parse::<Nested>().is_ok() => "1",
                _ => "x",
            };
            let read: super::super::matcher_yaml::Matchers =
                serde_yaml::from_str(&format!("{name}: {operand}")).unwrap_or_else(|error| panic!("{name}: {error}"));
            let written = serde_json::to_value(&read.0).unwrap();
            assert!(written[0].get(name).is_some(), "{name}: {written}");
        }
    }
}
