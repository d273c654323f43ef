//! What a response is to selectors.

use crate::expect::{Document, DocumentFormat, Observation};
use crate::world::HttpResponse;
use serde_json::{Value, json};

pub(in crate::check) fn see(url: &str, response: &HttpResponse) -> Observation {
    let body = String::from_utf8_lossy(&response.body).into_owned();
    let header = |name: &str| response.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value);
    let media_type = media_type(response);
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
    let cache_control: Vec<&str> =
        response.headers.iter().filter(|(name, _)| name == "cache-control").map(|(_, value)| value.as_str()).collect();
    fields.extend(lifetime(&cache_control.join(",")).map(|seconds| ("lifetime", json!(seconds))));
    let format = match media_type.as_deref().map_or(DocumentFormat::Unknown, DocumentFormat::of_media_type) {
        // Servers without a table of types say `text/plain` or nothing.
        DocumentFormat::Unknown => DocumentFormat::of_path(&path_of(url)),
        format => format,
    };
    Observation {
        fields,
        headers: response.headers.clone(),
        document: Some(Document::new(body, format)),
        base: Some(url.to_owned()),
        evidence: media_type.map(|media_type| ("content-type", media_type)).into_iter().collect(),
        ..Observation::default()
    }
}

/// A response's content type without its parameters, in lower case.
pub(in crate::check) fn media_type(response: &HttpResponse) -> Option<String> {
    let header = response.headers.iter().find(|(name, _)| name == "content-type");
    header.map(|(_, value)| essence(value))
}

/// How many seconds a browser may show the answer again without asking, as
/// `Cache-Control` says; what isn't said there is for each browser to guess.
fn lifetime(cache_control: &str) -> Option<u64> {
    let directives: Vec<String> = cache_control.split(',').map(|part| part.trim().to_ascii_lowercase()).collect();
    if directives.iter().any(|name| matches!(name.as_str(), "no-cache" | "no-store")) {
        return Some(0);
    }
    let age = directives.iter().find_map(|directive| directive.strip_prefix("max-age="))?;
    // More digits than a number holds are for ever; what is no number is stale (RFC 9111, 4.2.1).
    let age = age.trim_matches('"');
    let digits = !age.is_empty() && age.bytes().all(|byte| byte.is_ascii_digit());
    Some(if digits { age.parse().unwrap_or(u64::MAX) } else { 0 })
}

fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a browser would take the body for what the URL promises: the
/// extension's registered types (`mime_guess`'s table), or HTML for a folder.
fn media_type_fits(url: &str, media_type: Option<&str>, body: &[u8]) -> bool {
    let Some(media_type) = media_type else { return false };
    let path = path_of(url);
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

fn path_of(url: &str) -> String {
    url::Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.path().to_owned())
}

fn looks_like_html(body: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&body[..body.len().min(64)]).trim_start().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
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
    fn a_lifetime_is_what_cache_control_says() {
        assert_eq!(lifetime("public, Max-Age=31536000, immutable"), Some(31_536_000));
        assert_eq!(lifetime("max-age=600, no-cache"), Some(0));
        assert_eq!(lifetime("no-store"), Some(0));
        assert_eq!(lifetime("max-age=\"60\""), Some(60));
        assert_eq!(lifetime("max-age=soon"), Some(0));
        assert_eq!(lifetime("max-age=99999999999999999999"), Some(u64::MAX));
        // Those of proxies bind no browser.
        assert_eq!(lifetime("public, s-maxage=60"), None);
        assert_eq!(lifetime(""), None);
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
    fn broken_utf8_is_still_a_text() {
        let response = HttpResponse { body: vec![b'a', 0xff], ..HttpResponse::default() };
        assert_eq!(see("http://x/", &response).field("body"), Some(&json!("a\u{fffd}")));
    }
}
