//! Bodies: what is sent, and what comes packed.

use crate::expect::Operand;
use crate::template::{Scope, Template, UnknownName};
use crate::world::{HttpResponse, MAX_BODY, ProbeFailure};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
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

/// Unpacks a body by its content codings, asked for or not: without an `Accept-Encoding`
/// any is acceptable (RFC 9110, 12.5.3). One that browsers don't know is left, as they leave it.
pub(super) fn unpack(response: &mut HttpResponse) -> Result<(), ProbeFailure> {
    let codings = response.headers.iter().filter(|(name, _)| name == "content-encoding");
    let codings: Vec<String> =
        codings.flat_map(|(_, value)| value.split(',')).map(|coding| coding.trim().to_ascii_lowercase()).collect();
    for coding in codings.iter().rev() {
        if let Some(body) = decoded(coding, &response.body)? {
            response.body = body;
        }
    }
    Ok(())
}

/// A body without one coding; nothing where browsers leave it as it is.
fn decoded(coding: &str, packed: &[u8]) -> Result<Option<Vec<u8>>, ProbeFailure> {
    let broken = |detail: String| ProbeFailure::BadCoding { coding: coding.to_owned(), detail };
    let reader: Box<dyn Read + '_> = match coding {
        _ if packed.is_empty() => return Ok(None),
        "gzip" | "x-gzip" => Box::new(MultiGzDecoder::new(packed)),
        // The standard says zlib; some send it without its head, and browsers take both.
        "deflate" if is_zlib(packed) => Box::new(ZlibDecoder::new(packed)),
        "deflate" => Box::new(DeflateDecoder::new(packed)),
        "br" => Box::new(brotli_decompressor::Decompressor::new(packed, 4096)),
        "zstd" => Box::new(ruzstd::decoding::StreamingDecoder::new(packed).map_err(|error| broken(error.to_string()))?),
        _ => return Ok(None),
    };
    let mut body = Vec::new();
    reader.take(MAX_BODY as u64 + 1).read_to_end(&mut body).map_err(|error| broken(error.to_string()))?;
    if body.len() > MAX_BODY { Err(ProbeFailure::TooLarge { limit: MAX_BODY }) } else { Ok(Some(body)) }
}

/// Whether a zlib head begins (RFC 1950, 2.2).
fn is_zlib(packed: &[u8]) -> bool {
    matches!(packed, [method, flags, ..] if method & 15 == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
}
