//! One request and, where asked, the redirects that answer it.

use crate::world::{HttpRequest, HttpResponse, ProbeFailure, World};
use std::time::Instant;
use url::Url;

/// Redirects that are followed at most.
const MOST: usize = 10;

#[derive(Debug)]
pub(in crate::check) struct Answer {
    pub(crate) url: String,
    pub(crate) redirects: Vec<String>,
    /// With its body unpacked.
    pub(crate) response: HttpResponse,
    /// Bytes of the body as it was sent.
    pub(crate) size: usize,
}

/// Sends a request. The request's timeout is for all of it; a host outside the
/// lab is refused by the world.
pub(super) async fn ask(world: &dyn World, mut request: HttpRequest, follow: bool) -> Result<Answer, ProbeFailure> {
    let (begun, limit) = (Instant::now(), request.timeout);
    let mut known = vec![(request.method.clone(), without_fragment(&request.url))];
    let mut redirects = Vec::new();
    loop {
        let mut response = world.http(request.clone()).await?;
        let next = if follow { target(&request, &response) } else { None };
        let Some(next) = next else {
            let size = response.body.len();
            super::body::unpack(&mut response)?;
            return Ok(Answer { url: request.url, redirects, response, size });
        };
        if redirects.len() == MOST {
            return Err(ProbeFailure::TooManyRedirects { limit: MOST });
        }
        redirect(&mut request, next, response.status);
        let step = (request.method.clone(), without_fragment(&request.url));
        if known.contains(&step) {
            return Err(ProbeFailure::RedirectLoop { url: step.1 });
        }
        known.push(step);
        redirects.push(request.url.clone());
        request.timeout = limit.saturating_sub(begun.elapsed());
    }
}

fn without_fragment(url: &str) -> String {
    url.split('#').next().unwrap_or_default().to_owned()
}

fn target(request: &HttpRequest, response: &HttpResponse) -> Option<Url> {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let (_, location) = response.headers.iter().find(|(name, _)| name == "location")?;
    Url::parse(&request.url).ok()?.join(location).ok()
}

/// Changes the request as browsers do (RFC 9110, 15.4): a POST becomes a GET,
/// except by 307 and 308, and another host gets no credentials.
fn redirect(request: &mut HttpRequest, next: Url, status: u16) {
    let becomes_get = match status {
        303 => request.method != "HEAD",
        301 | 302 => request.method == "POST",
        _ => false,
    };
    if becomes_get {
        "GET".clone_into(&mut request.method);
        request.body.clear();
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    }
    let before = Url::parse(&request.url).ok();
    if before.and_then(|url| url.host_str().map(str::to_owned)).as_deref() != next.host_str() {
        request
            .headers
            .retain(|(name, _)| !["authorization", "cookie", "host"].contains(&name.to_ascii_lowercase().as_str()));
    }
    request.url = next.into();
}
