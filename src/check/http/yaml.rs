//! How a request is written in YAML: the key that names the method holds the URL.

use super::{Body, Http};
use crate::message;
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
