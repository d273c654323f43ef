//! What a probe saw: the typed value that selectors pick from.

use super::document::Document;
use serde_json::Value;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Observation {
    /// The probe's own fields, such as `status` or `exit`.
    pub(crate) fields: Vec<(&'static str, Value)>,
    /// Headers, names in lower case, for `header.x`.
    pub(crate) headers: Vec<(String, String)>,
    /// The text that `$…`, `css …` and `links …` read.
    pub(crate) document: Option<Document>,
    /// The URL that the document came from, for `links …`.
    pub(crate) base: Option<String>,
    /// What a learner may want to read when the check fails, such as the last
    /// lines of standard error: a name and a text.
    pub(crate) evidence: Vec<(&'static str, String)>,
    /// The same about one field alone, such as a page's broken links: only of
    /// use when the expectation on that field fails.
    pub(crate) details: Vec<(&'static str, String)>,
    /// What is there beside all that was looked at, and can't be judged: named, and no
    /// matter of the verdict.
    pub(crate) unread: Vec<String>,
    /// Fields that might have another value on a faster machine.
    pub(crate) hang_on_time: Vec<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentFormat {
    Json,
    /// YAML, one document.
    Yaml,
    Toml,
    /// HTML, by the rules of a browser: anything reads as HTML.
    Html,
    /// Not said: the selector decides, and `$…` reads JSON.
    Unknown,
}

impl Observation {
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }
}
