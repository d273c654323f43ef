//! `file`: one file, of the learner's folder unless told otherwise.

use super::{Field, Kind, ProbeError, Target, Yields, asked_in, in_work, or_toolbox};
use crate::expect::{Document, DocumentFormat, Observation};
use crate::template::{Scope, Template, UnknownName};
use crate::world::{FileKind, FileSeen, World};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// A file to look at.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path; a relative one starts at `/work`. Links are followed within the
    /// learner's folder.
    pub(crate) path: Template,
    /// The service it is in (default: the toolbox).
    #[serde(default, rename = "in")]
    pub(crate) service: Option<String>,
}

impl Kind for File {
    const NAME: &'static str = "file";
    const YIELDS: Yields = Yields::Document;
    const TIMEOUT: Duration = Duration::from_secs(30);
    const FIELDS: &'static [Field] = fields! {
        "exists": "whether anything stands at the path",
        "kind": "`file`, `folder`, `link` or `other`",
        "size": "bytes",
        "mode": "the permission bits as four octal digits, such as \"0755\"",
        "executable": "whether its owner may run it",
        "text": "its contents; `$…` (JSON, or YAML or TOML by the extension), `css …` and `links …` read them",
    };

    fn templates(&self) -> Vec<&Template> {
        vec![&self.path]
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        self.service.iter().map(|service| ("in".to_owned(), Target::Service(service))).collect()
    }

    fn reads(&self) -> Option<&Template> {
        self.service.is_none().then_some(&self.path)
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        Ok(asked_in(self.path.render(scope)?, self.service.as_deref()))
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, _timeout: Duration) -> Result<Observation, ProbeError> {
        let path = in_work(&self.path.render(scope)?);
        let format = DocumentFormat::of_path(&path);
        let service = or_toolbox(self.service.as_deref());
        Ok(see(world.file(service, path).await?.as_ref(), format))
    }
}

/// Bytes of a file's text that are judged at most.
const MAX_TEXT: usize = 1 << 20;

fn see(file: Option<&FileSeen>, format: DocumentFormat) -> Observation {
    let Some(file) = file else {
        return Observation { fields: vec![("exists", Value::Bool(false))], ..Observation::default() };
    };
    let text = String::from_utf8_lossy(&file.bytes[..file.bytes.len().min(MAX_TEXT)]).into_owned();
    Observation {
        fields: vec![
            ("exists", Value::Bool(true)),
            ("kind", json!(file.kind)),
            ("size", json!(file.size)),
            ("mode", Value::String(format!("{:04o}", file.mode & 0o7777))),
            ("executable", Value::Bool(file.kind == FileKind::File && file.mode & 0o100 != 0)),
            ("text", Value::String(text.clone())),
        ],
        document: Some(Document::new(text, format)),
        ..Observation::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_only_says_that_it_is_missing() {
        let seen = see(None, DocumentFormat::Unknown);
        assert_eq!(seen.field("exists"), Some(&json!(false)));
        assert_eq!(seen.field("size"), None);
    }

    #[test]
    fn a_mode_is_a_text_of_octal_digits() {
        let file = FileSeen { mode: 0o100_755, size: 3, bytes: b"abc".to_vec(), kind: FileKind::File };
        let seen = see(Some(&file), DocumentFormat::Unknown);
        assert_eq!(seen.field("mode"), Some(&json!("0755")));
        assert_eq!(seen.field("executable"), Some(&json!(true)));
        assert_eq!(seen.field("text"), Some(&json!("abc")));
    }
}
