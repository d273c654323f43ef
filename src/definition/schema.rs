//! The JSON Schema of lab files, from which editors complete and explain keys.
//! It is made from the model's own types; their doc comments are its words.

use super::model::Lab;
use super::name::{ActionName, CheckId, LabId, ServiceName, TaskId, VolumeName};
use crate::check::Probe;
use crate::check::program::{self, Definition};
use crate::expect::{Cel, Selector};
use crate::quantity::{Size, Span};
use crate::template::Template;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The schema of `lab.yaml`, in draft 07, which YAML's editors read; with these kinds
/// beside the built-in ones.
pub(crate) fn lab(kinds: &[&'static Definition]) -> Value {
    let made = || SchemaSettings::draft07().into_generator().into_root_schema_for::<Lab>();
    let mut schema = program::knowing(kinds, made);
    schema.insert("title".to_owned(), "lab.yaml".into());
    let mut value = schema.to_value();
    one_line(&mut value);
    value
}

pub(crate) fn text(kinds: &[&'static Definition]) -> String {
    format!("{:#}\n", lab(kinds))
}

/// Doc comments are broken into lines for those who read the source.
fn one_line(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(text) if key == "description" => *text = text.replace('\n', " "),
                    value => one_line(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(one_line),
        _ => {}
    }
}

/// The schema of a map that holds a probe, or a scenario, among these keys:
/// name, words, schema.
pub(super) fn entry(
    doc: &str,
    keys: Vec<(&'static str, &str, Schema)>,
    required: &[&str],
    generator: &mut SchemaGenerator,
) -> Schema {
    let mut properties = Map::new();
    let mut asks = Vec::new();
    for (key, doc, schema) in keys {
        if key == "scenario" {
            asks.push(json!({"required": [key]}));
        }
        properties.insert(key.to_owned(), described(schema, doc));
    }
    for (kind, schema) in Probe::schemas(generator) {
        asks.push(json!({"required": [kind]}));
        properties.insert(kind.to_owned(), schema.to_value());
    }
    json_schema!({
        "type": "object",
        "description": doc,
        "properties": properties,
        "required": required,
        "oneOf": asks,
        "additionalProperties": false,
    })
}

/// A schema with words of its own. Beside a `$ref` draft 07 reads nothing, so
/// that one is wrapped.
fn described(schema: Schema, doc: &str) -> Value {
    let mut value = schema.to_value();
    match &mut value {
        Value::Object(entries) if !entries.contains_key("$ref") => {
            entries.insert("description".to_owned(), doc.into());
            value
        }
        _ => json!({"allOf": [value], "description": doc}),
    }
}

/// Types that are one text in YAML, with a form of its own.
macro_rules! texts {
    ($($type:ident, $description:literal $(, $pattern:expr)?;)*) => {
        $(impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "description": $description $(, "pattern": $pattern)?})
            }
        })*
    };
}

/// See `name.rs`.
const NAME: &str = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";

texts! {
    LabId, "A lab's id: its folder's name and the word after `lab start`.", NAME;
    TaskId, "A task's id, unique in its lab.", NAME;
    CheckId, "A check's id, unique in its lab.", NAME;
    ActionName, "An action's name: the word after `lab do`.", NAME;
    ServiceName, "A service's name: its host name in the lab's network.", NAME;
    VolumeName, "A volume's name, unique in its lab.", NAME;
    Span, "A duration such as `30s`, `5m`, `1h 30m`.";
    Size, "A number of bytes such as `64KiB`, `256MiB`, `2GiB`.", "^[0-9]+ ?(B|KiB|MiB|GiB)$";
    Cel, "A CEL expression; names are captures, the probe's fields (`-` is written `_`) and `each.NAME`.";
    Selector, "What to look at: a field of the probe, `header.NAME`, `$…` (JSONPath), `css …` (text), `links …` (absolute URLs).";
}

impl JsonSchema for Template {
    fn schema_name() -> Cow<'static, str> {
        "Template".into()
    }

    // Shown wherever a text may hold names, which is nearly everywhere.
    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::shipped;
    use std::fs;
    use std::path::Path;

    /// Every node of a schema that describes something, with its path.
    fn undescribed(value: &Value, path: &str, found: &mut Vec<String>) {
        let Value::Object(entries) = value else { return };
        if let Some(Value::Object(properties)) = entries.get("properties") {
            for (key, property) in properties {
                let path = format!("{path}.{key}");
                let says = |value: &Value| value.get("description").is_some() || value.get("$ref").is_some();
                if !says(property) {
                    found.push(path.clone());
                }
                undescribed(property, &path, found);
            }
        }
        for (key, value) in entries {
            if matches!(key.as_str(), "definitions") {
                for (name, value) in value.as_object().into_iter().flatten() {
                    undescribed(value, name, found);
                }
            }
        }
    }

    #[test]
    fn every_key_has_a_description() {
        let mut found = Vec::new();
        undescribed(&lab(&shipped::kinds().unwrap()), "lab", &mut found);
        assert!(found.is_empty(), "{found:?}");
    }

    /// `cargo run -- schema > schema/lab.schema.json` updates it.
    #[test]
    fn the_schema_in_the_repository_is_the_models() {
        let kept = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/lab.schema.json")).unwrap();
        assert_eq!(kept, text(&shipped::kinds().unwrap()), "`lab schema > schema/lab.schema.json` updates it");
    }

    #[test]
    fn the_shipped_labs_are_valid_by_it_and_a_typo_is_not() {
        let schema = jsonschema::options().build(&lab(&shipped::kinds().unwrap())).unwrap();
        let labs = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs");
        let mut seen = 0;
        for entry in fs::read_dir(labs).unwrap() {
            let Ok(source) = fs::read_to_string(entry.unwrap().path().join("lab.yaml")) else { continue };
            let value: Value = serde_yaml::from_str(&source).unwrap();
            let errors: Vec<String> =
                schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{errors:#?}");
            let typo: Value = serde_yaml::from_str(&source.replacen("level:", "levle:", 1)).unwrap();
            assert!(!schema.is_valid(&typo));
            seen += 1;
        }
        assert!(seen > 0);
    }
}
