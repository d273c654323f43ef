//! `http`: sends a request, or many of the same, and yields the answer.
//! Redirects aren't followed unless asked.

mod body;
mod follow;
mod repeat;
mod seen;
mod yaml;

pub(crate) use body::Body;
pub(super) use follow::Answer as Fetched;
pub(crate) use repeat::Repeat;
pub(super) use seen::{media_type, see};

use super::{Field, Kind, Lack, ProbeError, Target, Yields};
use crate::expect::Observation;
use crate::template::{Scope, Template, UnknownName};
use crate::world::{HttpRequest, ProbeFailure, World};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct Http {
    /// `GET`, `PUT`, …, from the key that held the URL.
    pub(crate) method: &'static str,
    pub(crate) url: Template,
    /// Headers to send.
    pub(crate) headers: BTreeMap<String, Template>,
    /// Cookies to send, as they stand here: nothing is encoded or remembered.
    pub(crate) cookies: BTreeMap<String, Template>,
    pub(crate) body: Option<Body>,
    /// Whether redirects are followed, at most 10, within the lab's hosts.
    pub(crate) follow: bool,
    /// Sends the request many times and yields `statuses` and `times` instead.
    pub(crate) repeat: Option<Repeat>,
}

impl Kind for Http {
    const NAME: &'static str = "http";
    const YIELDS: Yields = Yields::DocumentAndHeaders;
    const TIMEOUT: Duration = Duration::from_secs(10);
    const FIELDS: &'static [Field] = fields! {
        "status": "the status code, a number",
        "body": "the body as a text",
        "size": "the body's bytes, as received",
        "time": "milliseconds from sending to the body's end",
        "location": "the `Location` header as an absolute URL",
        "media-type": "the content type without its parameters, in lower case",
        "media-type-fits": "whether the content type fits what the URL's extension and the body are",
        "lifetime": "seconds that a browser may show the answer again without asking, by `Cache-Control`; nothing when it doesn't say",
        "redirects": "with `follow`: the URLs that were redirected to, in order",
        "statuses": "with `repeat`: how often each status came, such as {\"200\": 49, \"503\": 1}; `none` counts requests without an answer",
        "times": "with `repeat`: {min, median, p95, max} milliseconds of the answers",
    };

    fn writes(&self) -> bool {
        self.repeat.is_some() || !matches!(self.method, "GET" | "HEAD" | "OPTIONS")
    }

    fn templates(&self) -> Vec<&Template> {
        let body = self.body.iter().flat_map(Body::templates);
        std::iter::once(&self.url).chain(self.headers.values()).chain(self.cookies.values()).chain(body).collect()
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        vec![(self.method.to_ascii_lowercase(), Target::Url(&self.url))]
    }

    fn lacks(&self, selector: &str) -> Option<Lack> {
        let of_many = matches!(selector, "statuses" | "times");
        match (self.repeat, selector) {
            (Some(_), _) if !of_many => Some(Lack::Beside("repeat")),
            (None, _) if of_many => Some(Lack::Wants("repeat")),
            (_, "redirects") if !self.follow => Some(Lack::Wants("follow")),
            _ => None,
        }
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        let times = self.repeat.map(|repeat| format!(" × {}", repeat.count)).unwrap_or_default();
        Ok(format!("{} {}{times}", self.method, self.url.render(scope)?))
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        let request = self.request(scope, timeout)?;
        if let Some(repeat) = self.repeat {
            return repeat::ask(world, &request, repeat, self.follow).await;
        }
        let answer = follow::ask(world, request, self.follow).await?;
        let mut seen = see(&answer.url, &answer.response);
        if let Some((_, size)) = seen.fields.iter_mut().find(|(name, _)| *name == "size") {
            *size = json!(answer.size);
        }
        if self.follow {
            seen.fields.push(("redirects", json!(answer.redirects)));
        }
        Ok(seen)
    }
}

impl Http {
    fn request(&self, scope: &Scope, timeout: Duration) -> Result<HttpRequest, UnknownName> {
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            headers.push((name.clone(), value.render(scope)?));
        }
        let mut cookies = Vec::new();
        for (name, value) in &self.cookies {
            cookies.push(format!("{name}={}", value.render(scope)?));
        }
        if !cookies.is_empty() {
            headers.push(("cookie".to_owned(), cookies.join("; ")));
        }
        let mut bytes = Vec::new();
        if let Some(body) = &self.body {
            let (content_type, rendered) = body.render(scope)?;
            bytes = rendered;
            if let Some(content_type) = content_type
                && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            {
                headers.push(("content-type".to_owned(), content_type.to_owned()));
            }
        }
        let request = HttpRequest::plain(self.method, &self.url.render(scope)?, timeout);
        Ok(HttpRequest { headers, body: bytes, ..request })
    }
}

pub(super) fn runs_learners_files(world: &dyn World, url: &str) -> bool {
    let url = url::Url::parse(url).ok();
    url.and_then(|url| url.host_str().map(|host| world.runs_learners_files(host))).unwrap_or_default()
}

/// A GET without headers of its own.
pub(super) async fn get(
    world: &dyn World,
    url: &str,
    timeout: Duration,
    follow: bool,
) -> Result<Fetched, ProbeFailure> {
    follow::ask(world, HttpRequest::plain("GET", url, timeout), follow).await
}

#[cfg(test)]
mod tests;
