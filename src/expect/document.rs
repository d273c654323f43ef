//! Documents: JSON, YAML and TOML as data for `$…`, pages for `css …`. Each
//! is read once, when a selector first asks, and within bounds.

use super::observation::DocumentFormat;
use super::page::{Errors, Page, within};
use super::selector::{Unpicked, Unreadable};
use crate::world::{Bound, Excess};
use serde_json::{Map, Value};
use serde_yaml::{DuplicateKeyPolicy, Options};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Collections within collections. TOML's parser has a lower bound of its own.
const MAX_DEPTH: usize = 100;
/// The same of YAML, whose reader goes through many functions for each map.
const MAX_YAML_DEPTH: usize = 64;
/// Values of one document, aliases followed.
pub(super) const MAX_VALUES: usize = 200_000;
/// Bytes of one YAML document.
const MAX_BYTES: usize = 8 << 20;

#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) text: String,
    pub(crate) format: DocumentFormat,
    data: Arc<OnceLock<Result<Data, Unpicked>>>,
    page: Arc<Mutex<Option<Result<Page, Excess>>>>,
}

#[derive(Debug, Clone)]
pub(super) struct Data {
    pub(super) value: Value,
    pub(super) values: usize,
    pub(super) depth: usize,
}

impl Document {
    pub(crate) fn new(text: String, format: DocumentFormat) -> Self {
        Self { text, format, data: Arc::default(), page: Arc::default() }
    }

    pub(crate) fn of_page(text: String, page: Page) -> Self {
        let document = Self::new(text, DocumentFormat::Html);
        *document.page.lock().unwrap_or_else(PoisonError::into_inner) = Some(Ok(page));
        document
    }

    /// The document as data; the error says what is wrong with it.
    pub(crate) fn into_data(self) -> Result<Value, String> {
        let words = |unpicked| match unpicked {
            Unpicked::Unreadable(unreadable) => unreadable.reason,
            Unpicked::Excess(Excess { bound, limit }) => format!("more than {limit} {bound}"),
        };
        self.data().map(|data| data.value.clone()).map_err(words)
    }

    pub(super) fn data(&self) -> Result<&Data, Unpicked> {
        self.data.get_or_init(|| read(&self.text, self.format)).as_ref().map_err(Clone::clone)
    }

    pub(super) fn with_page<T>(&self, look: impl FnOnce(&Page) -> T) -> Result<T, Excess> {
        let mut page = self.page.lock().unwrap_or_else(PoisonError::into_inner);
        match page.get_or_insert_with(|| Page::parse(&self.text, Errors::Few)) {
            Ok(page) => Ok(look(page)),
            Err(excess) => Err(*excess),
        }
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.format == other.format
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Document")
            .field("text", &self.text)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

impl DocumentFormat {
    pub(crate) fn of_path(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or_default();
        match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
            Some("json") => Self::Json,
            Some("yaml" | "yml") => Self::Yaml,
            Some("toml") => Self::Toml,
            Some("html" | "htm" | "xhtml") => Self::Html,
            _ => Self::Unknown,
        }
    }

    /// What a content type says, without its parameters and in lower case.
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
fn read(text: &str, format: DocumentFormat) -> Result<Data, Unpicked> {
    let unreadable = |format, reason| Unpicked::Unreadable(Unreadable { format, reason });
    let value = match format {
        DocumentFormat::Yaml => yaml(text)?,
        DocumentFormat::Toml => toml(text)?,
        DocumentFormat::Json | DocumentFormat::Html | DocumentFormat::Unknown => {
            serde_json::from_str(text).map_err(|error| match error.to_string() {
                reason if reason.starts_with("recursion limit") => too_deep(),
                reason => unreadable("JSON", reason),
            })?
        }
    };
    let (values, depth) = measure(&value);
    within(values, MAX_VALUES, Bound::Values)?;
    within(depth, MAX_DEPTH, Bound::Depth)?;
    Ok(Data { value, values, depth })
}

fn too_deep() -> Unpicked {
    Unpicked::Excess(Excess { bound: Bound::Depth, limit: MAX_DEPTH })
}

/// How many values there are, and how deep they stand within one another. Every
/// parser here bounds the depth, so that this recursion ends soon.
fn measure(value: &Value) -> (usize, usize) {
    let of_all = |inner: &mut dyn Iterator<Item = &Value>| {
        let sums = inner.map(measure);
        let (values, depth) = sums.fold((0, 0), |(values, depth), (more, deep)| (values + more, depth.max(deep)));
        (values + 1, depth + 1)
    };
    match value {
        Value::Array(items) => of_all(&mut items.iter()),
        Value::Object(entries) => of_all(&mut entries.values()),
        _ => (1, 0),
    }
}

fn yaml(text: &str) -> Result<Value, Unpicked> {
    serde_yaml::from_str_with_options(text, options()).map_err(|error| {
        let error = error.without_snippet();
        let reason = first_line(&error.to_string());
        match error {
            _ if ["depth", "recursion limit"].iter().any(|word| reason.to_lowercase().contains(word)) => {
                Excess { bound: Bound::Depth, limit: MAX_YAML_DEPTH }.into()
            }
            serde_yaml::Error::Budget { .. } => Excess { bound: Bound::Values, limit: MAX_VALUES }.into(),
            _ => Unreadable { format: "YAML", reason }.into(),
        }
    })
}

fn options() -> Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_depth: MAX_YAML_DEPTH,
            max_nodes: MAX_VALUES,
            max_events: 2 * MAX_VALUES,
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

fn toml(text: &str) -> Result<Value, Unpicked> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| match first_line(error.message()) {
        reason if reason.contains("recursion limit") => too_deep(),
        reason => Unreadable { format: "TOML", reason }.into(),
    })?;
    Ok(from_table(table))
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

    fn data(text: &str, format: DocumentFormat) -> Result<Value, String> {
        read(text, format).map(|data| data.value).map_err(|unpicked| match unpicked {
            Unpicked::Unreadable(unreadable) => unreadable.format.to_owned(),
            Unpicked::Excess(excess) => excess.bound.to_string(),
        })
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
    fn merge_keys_and_aliases_of_compose_files_are_followed() {
        let yaml = "x: &x {a: 1}\ny:\n  <<: *x\n  b: 2\nz: *x\n";
        assert_eq!(data(yaml, DocumentFormat::Yaml), Ok(json!({"x": {"a": 1}, "y": {"a": 1, "b": 2}, "z": {"a": 1}})));
    }

    #[test]
    fn deep_or_swelling_documents_are_too_much_and_say_of_what() {
        let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
        let bound = |text: &str, format| data(text, format).unwrap_err();
        for format in [DocumentFormat::Json, DocumentFormat::Yaml, DocumentFormat::Unknown, DocumentFormat::Html] {
            assert_eq!(bound(&deep("[", "]"), format), "depth", "{format:?}");
            assert_eq!(bound(&deep("{\"a\":", "}"), format), "depth", "{format:?}");
            let many = bound(&format!("[{}0]", "0,".repeat(MAX_VALUES)), format);
            assert!(["values", "YAML"].contains(&many.as_str()), "{format:?} {many}");
        }
        let items = "0,".repeat(MAX_VALUES);
        assert_eq!(bound(&format!("a = [{items}]"), DocumentFormat::Toml), "values");
        // Its parser has a bound of its own.
        assert_eq!(bound(&format!("a = {}", deep("[", "]")), DocumentFormat::Toml), "TOML");
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}", level - 1);
            let items = vec![before; 10].join(", ");
            laughs = format!("{laughs}a{level}: &a{level} [{items}]\n");
        }
        assert!(["YAML", "values"].contains(&bound(&laughs, DocumentFormat::Yaml).as_str()));
    }

    #[test]
    fn a_name_or_a_content_type_says_how_to_read() {
        assert_eq!(DocumentFormat::of_path("/work/compose.YML"), DocumentFormat::Yaml);
        assert_eq!(DocumentFormat::of_path("a.d/Cargo.toml"), DocumentFormat::Toml);
        assert_eq!(DocumentFormat::of_path("a.yaml/README"), DocumentFormat::Unknown);
        assert_eq!(DocumentFormat::of_path("main.tf"), DocumentFormat::Unknown);
        assert_eq!(DocumentFormat::of_path("main.tf.json"), DocumentFormat::Json);
        assert_eq!(DocumentFormat::of_media_type("application/problem+json"), DocumentFormat::Json);
        assert_eq!(DocumentFormat::of_media_type("application/vnd.oai.openapi+yaml"), DocumentFormat::Yaml);
    }
}
