//! Documents as data, for `$…`: JSON, YAML, TOML and HCL, each bounded.

use super::observation::{Document, DocumentFormat};
use super::selector::Unreadable;
use serde_json::{Map, Value};
use serde_yaml::{DuplicateKeyPolicy, Options};

/// Collections within collections, of YAML; the others have bounds of their own.
const MAX_DEPTH: usize = 100;
/// Values of one YAML document, aliases followed.
const MAX_NODES: usize = 200_000;
/// Bytes of one YAML or HCL document.
const MAX_BYTES: usize = 8 << 20;

impl Document {
    /// The document as data; the error says what is wrong with it.
    pub(crate) fn data(&self) -> Result<Value, String> {
        read(Some(self)).map_err(|unreadable| unreadable.reason)
    }
}

impl DocumentFormat {
    /// What a path's extension says.
    #[must_use]
    pub(crate) fn of_path(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or_default();
        match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
            Some("json") => Self::Json,
            Some("yaml" | "yml") => Self::Yaml,
            Some("toml") => Self::Toml,
            Some("tf" | "tfvars" | "hcl") => Self::Hcl,
            Some("html" | "htm" | "xhtml") => Self::Html,
            _ => Self::Unknown,
        }
    }

    /// What a content type says, without its parameters and in lower case.
    #[must_use]
    pub(crate) fn of_media_type(media_type: &str) -> Self {
        match media_type {
            "text/html" | "application/xhtml+xml" => Self::Html,
            "application/yaml" | "application/x-yaml" | "text/yaml" | "text/x-yaml" | "text/vnd.yaml" => Self::Yaml,
            "application/toml" | "application/x-toml" | "text/x-toml" => Self::Toml,
            _ if media_type.ends_with("json") => Self::Json,
            _ if media_type.ends_with("+yaml") => Self::Yaml,
            _ => Self::Unknown,
        }
    }
}

/// Reads a document as data; what doesn't say what it is, as JSON.
pub(super) fn read(document: Option<&Document>) -> Result<Value, Unreadable> {
    let text = document.map_or("", |document| document.text.as_str());
    let unreadable = |format, reason: String| Unreadable { format, reason };
    match document.map(|document| document.format) {
        Some(DocumentFormat::Yaml) => yaml(text).map_err(|reason| unreadable("YAML", reason)),
        Some(DocumentFormat::Toml) => toml(text).map_err(|reason| unreadable("TOML", reason)),
        Some(DocumentFormat::Hcl) => hcl(text).map_err(|reason| unreadable("HCL", reason)),
        Some(DocumentFormat::Json | DocumentFormat::Html | DocumentFormat::Unknown) | None => {
            serde_json::from_str(text).map_err(|error| unreadable("JSON", error.to_string()))
        }
    }
}

fn yaml(text: &str) -> Result<Value, String> {
    serde_yaml::from_str_with_options(text, options()).map_err(|error| first_line(&error.without_snippet().to_string()))
}

fn options() -> Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_depth: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_events: 2 * MAX_NODES,
            max_aliases: 1_000,
            max_documents: 1,
            max_total_scalar_bytes: MAX_BYTES,
            max_recorded_anchor_events: 50_000,
            max_recorded_anchor_bytes: MAX_BYTES,
        },
        alias_limits: serde_yaml::alias_limits! {
            max_total_replayed_events: 50_000,
            max_replay_stack_depth: 8,
            max_alias_expansions_per_anchor: 500,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        strict_booleans: true,
        with_snippet: false,
    }
}

fn toml(text: &str) -> Result<Value, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| first_line(error.message()))?;
    Ok(from_table(table))
}

/// HCL as its own JSON form has it: a block's type and labels are keys, blocks
/// of the same ones a list, and an expression that isn't a value is its source
/// in `${…}`.
fn hcl(text: &str) -> Result<Value, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("{} bytes, more than {MAX_BYTES}", text.len()));
    }
    hcl::from_str(text).map_err(|error| match error {
        hcl::Error::Parse(error) => {
            let at = error.location();
            format!("{} at line {} column {}", error.message(), at.line(), at.column())
        }
        error => first_line(&error.to_string()),
    })
}

fn from_table(table: toml::Table) -> Value {
    Value::Object(table.into_iter().map(|(key, value)| (key, from_toml(value))).collect::<Map<_, _>>())
}

/// TOML as JSON's types: a date is a text.
fn from_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(truth) => Value::Bool(truth),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => Value::Array(items.into_iter().map(from_toml).collect()),
        toml::Value::Table(table) => from_table(table),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn data(text: &str, format: DocumentFormat) -> Result<Value, &'static str> {
        read(Some(&Document { text: text.into(), format })).map_err(|unreadable| unreadable.format)
    }

    #[test]
    fn yaml_and_toml_are_data() {
        let yaml = "services:\n  web:\n    image: nginx:1.27\n    ports: [8080]\n    on: no\n    tls: true\n";
        let expected = json!({"services": {"web": {"image": "nginx:1.27", "ports": [8080], "on": "no", "tls": true}}});
        assert_eq!(data(yaml, DocumentFormat::Yaml), Ok(expected));
        let toml = "date = 2026-01-02\n[[a]]\nb = 1.5\n";
        assert_eq!(data(toml, DocumentFormat::Toml), Ok(json!({"date": "2026-01-02", "a": [{"b": 1.5}]})));
    }

    #[test]
    fn hcl_is_data_by_its_blocks_and_labels() {
        let text = "variable \"region\" {\n  default = \"garage\"\n}\nresource \"aws_s3_bucket\" \"site\" {\n  bucket = \"${var.region}-site\"\n  \
                    count = var.on ? 1 : 0\n  tags = { Name = \"Site\", Size = 3 }\n}\nprovider \"aws\" {}\nprovider \"aws\" {\n  alias = \"eu\"\n}\n";
        let expected = json!({
            "variable": {"region": {"default": "garage"}},
            "resource": {"aws_s3_bucket": {"site": {
                "bucket": "${var.region}-site",
                "count": "${var.on ? 1 : 0}",
                "tags": {"Name": "Site", "Size": 3},
            }}},
            "provider": {"aws": [{}, {"alias": "eu"}]},
        });
        assert_eq!(data(text, DocumentFormat::Hcl), Ok(expected));
        let broken = Document { text: "a = 1\nb = [1,\n".into(), format: DocumentFormat::Hcl }.data().unwrap_err();
        assert!(broken.contains("line 2 column 9"), "{broken}");
    }

    #[test]
    fn merge_keys_and_aliases_of_compose_files_are_followed() {
        let yaml = "x: &x {a: 1}\ny:\n  <<: *x\n  b: 2\nz: *x\n";
        assert_eq!(data(yaml, DocumentFormat::Yaml), Ok(json!({"x": {"a": 1}, "y": {"a": 1, "b": 2}, "z": {"a": 1}})));
    }

    #[test]
    fn deep_or_swelling_documents_are_unreadable_and_named() {
        let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
        assert_eq!(data(&deep("[", "]"), DocumentFormat::Json), Err("JSON"));
        assert_eq!(data(&deep("[", "]"), DocumentFormat::Yaml), Err("YAML"));
        assert_eq!(data(&format!("a = {}", deep("[", "]")), DocumentFormat::Toml), Err("TOML"));
        assert_eq!(data(&format!("a = {}", deep("[", "]")), DocumentFormat::Hcl), Err("HCL"));
        assert_eq!(data(&format!("a = {}1", "!".repeat(50_000)), DocumentFormat::Hcl), Err("HCL"));
        assert_eq!(data(&format!("a = {}1", "b ? 1 : ".repeat(50_000)), DocumentFormat::Hcl), Err("HCL"));
        assert_eq!(data(&deep("a {\n", "}\n"), DocumentFormat::Hcl), Err("HCL"));
        assert_eq!(
            data(&format!("a = {}1{}", "\"${".repeat(5_000), "}\"".repeat(5_000)), DocumentFormat::Hcl),
            Err("HCL")
        );
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}", level - 1);
            let items = vec![before; 10].join(", ");
            laughs = format!("{laughs}a{level}: &a{level} [{items}]\n");
        }
        assert_eq!(data(&laughs, DocumentFormat::Yaml), Err("YAML"));
    }

    #[test]
    fn a_name_or_a_content_type_says_how_to_read() {
        assert_eq!(DocumentFormat::of_path("/work/compose.YML"), DocumentFormat::Yaml);
        assert_eq!(DocumentFormat::of_path("a.d/Cargo.toml"), DocumentFormat::Toml);
        assert_eq!(DocumentFormat::of_path("a.yaml/README"), DocumentFormat::Unknown);
        assert_eq!(DocumentFormat::of_path("main.tf"), DocumentFormat::Hcl);
        assert_eq!(DocumentFormat::of_path("main.tf.json"), DocumentFormat::Json);
        assert_eq!(DocumentFormat::of_media_type("application/problem+json"), DocumentFormat::Json);
        assert_eq!(DocumentFormat::of_media_type("application/vnd.oai.openapi+yaml"), DocumentFormat::Yaml);
    }
}
