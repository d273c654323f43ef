//! `http`: sends one request and yields the answer. Redirects aren't followed.

use super::{Field, Kind, ProbeError, Target, Yields};
use crate::expect::{Document, Format, Seen};
use crate::template::{Scope, Template, UnknownName};
use crate::world::{HttpRequest, HttpResponse, World};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Bytes of a body that a check reads at most.
pub(super) const MAX_BODY: usize = 8 << 20;

/// One HTTP request.
#[derive(Debug, Clone)]
pub struct Http {
    /// `GET`, `PUT`, …, from the key that held the URL.
    pub method: &'static str,
    /// The URL.
    pub url: Template,
    /// Headers to send.
    pub headers: BTreeMap<String, Template>,
    /// The body to send.
    pub body: Option<Template>,
}

/// The keys that name a method and hold the URL.
const METHODS: &[(&str, &str)] = &[
    ("get", "GET"),
    ("head", "HEAD"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
];

const KEYS: &[&str] = &["get", "head", "post", "put", "patch", "delete", "options", "headers", "body"];

impl Kind for Http {
    const NAME: &'static str = "http";
    const YIELDS: Yields = Yields::DocumentAndHeaders;
    const TIMEOUT: Duration = Duration::from_secs(10);
    const FIELDS: &'static [Field] = &[
        Field { name: "status", doc: "the status code, a number" },
        Field { name: "body", doc: "the body as a text" },
        Field { name: "size", doc: "the body's bytes" },
        Field { name: "time", doc: "milliseconds from sending to the body's end" },
        Field { name: "location", doc: "the `Location` header as an absolute URL" },
        Field { name: "media-type", doc: "the content type without its parameters, in lower case" },
        Field {
            name: "media-type-fits",
            doc: "whether the content type fits what the URL's extension and the body are",
        },
    ];

    fn writes(&self) -> bool {
        !matches!(self.method, "GET" | "HEAD" | "OPTIONS")
    }

    fn templates(&self) -> Vec<&Template> {
        std::iter::once(&self.url).chain(self.headers.values()).chain(&self.body).collect()
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        vec![(self.method.to_ascii_lowercase(), Target::Url(&self.url))]
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        Ok(format!("{} {}", self.method, self.url.render(scope)?))
    }

    fn fetch<'a>(
        &'a self,
        world: &'a dyn World,
        scope: &'a Scope,
        timeout: Duration,
    ) -> BoxFuture<'a, Result<Seen, ProbeError>> {
        Box::pin(async move {
            let url = self.url.render(scope)?;
            let mut headers = Vec::new();
            for (name, value) in &self.headers {
                headers.push((name.clone(), value.render(scope)?));
            }
            let body = match &self.body {
                Some(body) => body.render(scope)?.into_bytes(),
                None => Vec::new(),
            };
            let request = HttpRequest {
                method: self.method.to_owned(),
                url: url.clone(),
                headers,
                body,
                timeout,
                max_body: MAX_BODY,
            };
            Ok(see(&url, &world.http(request).await?))
        })
    }
}

/// What a response is to selectors.
pub(super) fn see(url: &str, response: &HttpResponse) -> Seen {
    let body = String::from_utf8_lossy(&response.body).into_owned();
    let header = |name: &str| response.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value);
    let media_type = header("content-type").map(|value| essence(value));
    let location = header("location").map(|location| {
        url::Url::parse(url).ok().and_then(|base| base.join(location).ok()).map_or(location.clone(), String::from)
    });
    let mut fields = vec![
        ("status", json!(response.status)),
        ("size", json!(response.body.len())),
        ("time", json!(u64::try_from(response.time.as_millis()).unwrap_or(u64::MAX))),
        ("media-type-fits", Value::Bool(media_type_fits(url, media_type.as_deref(), &response.body))),
        ("body", Value::String(body.clone())),
    ];
    fields.extend(media_type.clone().map(|media_type| ("media-type", Value::String(media_type))));
    fields.extend(location.map(|location| ("location", Value::String(location))));
    let format = match media_type.as_deref() {
        Some("text/html" | "application/xhtml+xml") => Format::Html,
        Some(media_type) if media_type.ends_with("json") => Format::Json,
        _ => Format::Unknown,
    };
    Seen {
        fields,
        headers: response.headers.clone(),
        document: Some(Document { text: body, format }),
        base: Some(url.to_owned()),
        evidence: media_type.map(|media_type| ("content-type", media_type)).into_iter().collect(),
    }
}

fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a browser would take the body for what the URL promises: the
/// extension's registered types (`mime_guess`'s table), or HTML for a folder.
fn media_type_fits(url: &str, media_type: Option<&str>, body: &[u8]) -> bool {
    let Some(media_type) = media_type else { return false };
    let path = url::Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.path().to_owned());
    let name = path.rsplit('/').next().unwrap_or_default();
    let Some((_, extension)) = name.rsplit_once('.') else {
        return media_type == "text/html" || !looks_like_html(body);
    };
    // Types that browsers take alike for one extension (RFC 9239 for scripts).
    let also: &[&str] = match extension.to_ascii_lowercase().as_str() {
        "js" | "mjs" => &["text/javascript", "application/javascript"],
        "ico" => &["image/x-icon", "image/vnd.microsoft.icon"],
        "xml" => &["application/xml", "text/xml"],
        "webmanifest" => &["application/manifest+json", "application/json"],
        _ => &[],
    };
    also.contains(&media_type) || mime_guess::from_ext(extension).iter().any(|guess| guess.essence_str() == media_type)
}

fn looks_like_html(body: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&body[..body.len().min(64)]).trim_start().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

impl<'de> Deserialize<'de> for Http {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HttpVisitor)
    }
}

struct HttpVisitor;

impl<'de> Visitor<'de> for HttpVisitor {
    type Value = Http;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("@expected-http")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Http, A::Error> {
        let mut request: Option<(&'static str, Template)> = None;
        let (mut headers, mut body) = (BTreeMap::new(), None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "headers" => headers = map.next_value()?,
                "body" => body = Some(map.next_value()?),
                key => match METHODS.iter().find(|(name, _)| *name == key) {
                    Some((_, method)) if request.is_none() => request = Some((method, map.next_value()?)),
                    Some(_) => {
                        return Err(de::Error::custom(crate::message!("http-two-methods", key = key).to_error_text()));
                    }
                    None => {
                        let error = de::Error::unknown_field(key, KEYS);
                        map.next_value::<IgnoredAny>()?;
                        return Err(error);
                    }
                },
            }
        }
        let (method, url) =
            request.ok_or_else(|| de::Error::custom(crate::message!("http-no-method").to_error_text()))?;
        Ok(Http { method, url, headers, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(url: &str, content_type: &str) -> bool {
        let response = HttpResponse {
            headers: vec![("content-type".into(), content_type.into())],
            body: b"<!doctype html>".to_vec(),
            ..HttpResponse::default()
        };
        see(url, &response).field("media-type-fits") == Some(&Value::Bool(true))
    }

    #[test]
    fn a_content_type_fits_its_extension() {
        assert!(fits("http://x/a.css?v=2", "text/css; charset=utf-8"));
        assert!(fits("http://x/a.js", "application/javascript"));
        assert!(fits("http://x/a.svg", "image/svg+xml"));
        assert!(fits("http://x/about/", "text/html"));
        assert!(!fits("http://x/a.css", "application/octet-stream"));
        assert!(!fits("http://x/about/", "text/plain"));
        assert!(!fits("http://x/a.html", "application/octet-stream"));
    }

    #[test]
    fn a_location_is_made_absolute() {
        let response = HttpResponse {
            status: 301,
            headers: vec![("location".into(), "/about/".into())],
            ..HttpResponse::default()
        };
        assert_eq!(see("http://x:1/old.html", &response).field("location"), Some(&json!("http://x:1/about/")));
    }

    #[test]
    fn reading_methods_read_and_others_write() {
        let http = |yaml: &str| serde_yaml::from_str::<Http>(yaml).unwrap();
        assert!(!http("get: http://x/").writes());
        assert!(http("put: http://x/").writes());
    }

    #[test]
    fn a_request_needs_exactly_one_method() {
        assert!(serde_yaml::from_str::<Http>("body: x").is_err());
        assert!(serde_yaml::from_str::<Http>("{get: http://x/, put: http://x/}").is_err());
        assert!(serde_yaml::from_str::<Http>("got: http://x/").unwrap_err().to_string().contains("got"));
    }

    #[test]
    fn broken_utf8_is_still_a_text() {
        let response = HttpResponse { body: vec![b'a', 0xff], ..HttpResponse::default() };
        assert_eq!(see("http://x/", &response).field("body"), Some(&json!("a\u{fffd}")));
    }
}
