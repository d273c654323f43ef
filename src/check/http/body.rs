//! Bodies: what is sent, and what comes packed.

use super::follow::Answer;
use crate::expect::Operand;
use crate::template::{Scope, Template, UnknownName};
use crate::world::ProbeFailure;
use flate2::read::MultiGzDecoder;
use std::collections::BTreeMap;
use std::io::Read;

#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// `body`: a text, sent as it is.
    Text(Template),
    /// `json`: a value, sent as `application/json`.
    Json(Operand),
    /// `form`: fields, sent as a browser sends a form.
    Form(BTreeMap<String, Template>),
}

impl Body {
    pub(super) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Text(text) => vec![text],
            Self::Json(operand) => operand.templates(),
            Self::Form(fields) => fields.values().collect(),
        }
    }

    /// The content type that the form implies, and the bytes.
    pub(super) fn render(&self, scope: &Scope) -> Result<(Option<&'static str>, Vec<u8>), UnknownName> {
        Ok(match self {
            Self::Text(text) => (None, text.render(scope)?.into_bytes()),
            Self::Json(operand) => {
                let value = operand.resolve(scope)?.shown();
                (Some("application/json"), value.to_string().into_bytes())
            }
            Self::Form(fields) => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                for (name, value) in fields {
                    form.append_pair(name, &value.render(scope)?);
                }
                (Some("application/x-www-form-urlencoded"), form.finish().into_bytes())
            }
        })
    }
}

/// The body behind `content-encoding: gzip`, if the request asked for it.
pub(super) fn unpacked(answer: &Answer, limit: usize) -> Result<Option<Vec<u8>>, ProbeFailure> {
    let encoding = answer.response.headers.iter().find(|(name, _)| name == "content-encoding");
    let packed =
        encoding.is_some_and(|(_, value)| ["gzip", "x-gzip"].contains(&value.trim().to_ascii_lowercase().as_str()));
    if !packed || !answer.wants_gzip || answer.response.body.is_empty() {
        return Ok(None);
    }
    let mut body = Vec::new();
    let mut reader = MultiGzDecoder::new(answer.response.body.as_slice()).take(limit as u64 + 1);
    reader.read_to_end(&mut body).map_err(|error| ProbeFailure::BadGzip { detail: error.to_string() })?;
    if body.len() > limit {
        return Err(ProbeFailure::TooLarge { limit });
    }
    Ok(Some(body))
}
