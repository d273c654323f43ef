//! How a request is written in YAML: the key that names the method holds the URL.

use super::{Body, Http, Repeat};
use crate::expect::Operand;
use crate::template::Template;
use schemars::JsonSchema;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

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

const KEYS: &[&str] = &[
    "get", "head", "post", "put", "patch", "delete", "options", "headers", "cookies", "body", "json", "form", "follow",
    "repeat",
];

impl<'de> Deserialize<'de> for Http {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HttpVisitor)
    }
}

/// One HTTP request, or many of the same. Redirects aren't followed unless asked.
// What the visitor below reads, for the schema alone.
#[derive(JsonSchema)]
#[schemars(rename = "Http", deny_unknown_fields)]
#[expect(dead_code, reason = "read by schemars, never made")]
struct Shape {
    /// The URL to GET.
    get: Option<Template>,
    /// The URL to HEAD.
    head: Option<Template>,
    /// The URL to POST to.
    post: Option<Template>,
    /// The URL to PUT to.
    put: Option<Template>,
    /// The URL to PATCH.
    patch: Option<Template>,
    /// The URL to DELETE.
    delete: Option<Template>,
    /// The URL to ask for its OPTIONS.
    options: Option<Template>,
    /// Headers to send. A packed body is unpacked, whether `accept-encoding` asked for it or not.
    #[schemars(default)]
    headers: BTreeMap<String, Template>,
    /// Cookies to send, as they stand here: nothing is encoded or remembered.
    #[schemars(default)]
    cookies: BTreeMap<String, Template>,
    /// A text to send as it is.
    body: Option<Template>,
    /// A value to send as `application/json`.
    json: Option<Operand>,
    /// Fields to send as a browser sends a form.
    #[schemars(default)]
    form: BTreeMap<String, Template>,
    /// Follows redirects, at most 10, within the lab's hosts (default: no).
    #[schemars(default)]
    follow: bool,
    /// Sends the request many times and yields `statuses` and `times` instead.
    repeat: Option<Repeat>,
}

schema_as!(Http, Shape);

struct HttpVisitor;

impl<'de> Visitor<'de> for HttpVisitor {
    type Value = Http;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("@expected-http")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Http, A::Error> {
        let (mut request, mut body): (Option<(&'static str, _)>, Option<Body>) = (None, None);
        let (mut headers, mut cookies) = (BTreeMap::new(), BTreeMap::new());
        let (mut follow, mut repeat) = (false, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "headers" => headers = map.next_value()?,
                "cookies" => cookies = map.next_value()?,
                "follow" => follow = map.next_value()?,
                "repeat" => repeat = Some(map.next_value()?),
                "body" | "json" | "form" if body.is_some() => {
                    return Err(de::Error::custom(message!("http-two-bodies", key = key).to_error_text()));
                }
                "body" => body = Some(Body::Text(map.next_value()?)),
                "json" => body = Some(Body::Json(map.next_value()?)),
                "form" => body = Some(Body::Form(map.next_value()?)),
                key => match METHODS.iter().find(|(name, _)| *name == key) {
                    Some((_, method)) if request.is_none() => request = Some((method, map.next_value()?)),
                    Some(_) => {
                        return Err(de::Error::custom(message!("http-two-methods", key = key).to_error_text()));
                    }
                    None => {
                        let error = de::Error::unknown_field(key, KEYS);
                        map.next_value::<IgnoredAny>()?;
                        return Err(error);
                    }
                },
            }
        }
        let (method, url) = request.ok_or_else(|| de::Error::custom(message!("http-no-method").to_error_text()))?;
        Ok(Http { method, url, headers, cookies, body, follow, repeat })
    }
}
