//! One HTTP exchange over a connection that is already there.

use crate::world::{HttpRequest, HttpResponse, ProbeFailure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::pin::pin;
use std::time::Instant;
use tokio::net::TcpStream;
use url::{Position, Url};

/// Bytes of a response's head, and of what is read ahead of a body.
pub(super) const MAX_HEAD: usize = 64 << 10;
/// Header lines of a response.
pub(super) const MAX_HEADERS: usize = 128;

/// The URL, if it is one that may be asked.
///
/// One with credentials isn't: they would be dropped without a word, for no
/// `Authorization` header is made of them.
pub(super) fn usable_url(text: &str) -> Result<Url, ProbeFailure> {
    Url::parse(text)
        .ok()
        .filter(|url| url.scheme() == "http" && url.has_host() && url.username().is_empty() && url.password().is_none())
        .ok_or_else(|| ProbeFailure::BadUrl { url: text.to_owned() })
}

/// `host:port`, the port always given.
pub(super) fn host_and_port(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(80))
}

pub(super) fn message(url: &Url, request: &HttpRequest) -> Result<Request<Full<Bytes>>, ProbeFailure> {
    let target: Uri = url[Position::BeforePath..Position::AfterQuery]
        .parse()
        .map_err(|_| ProbeFailure::BadUrl { url: request.url.clone() })?;
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|error| ProbeFailure::Fault { detail: format!("method `{}`: {error}", request.method) })?;
    let headers = headers(url, &method, request)?;
    let mut message = Request::new(Full::new(Bytes::from(request.body.clone())));
    *message.method_mut() = method;
    *message.uri_mut() = target;
    *message.headers_mut() = headers;
    Ok(message)
}

fn headers(url: &Url, method: &Method, request: &HttpRequest) -> Result<HeaderMap, ProbeFailure> {
    let mut own = HeaderMap::new();
    for (name, text) in &request.headers {
        let fault = |error: &dyn Error| ProbeFailure::Fault { detail: format!("header `{name}`: {error}") };
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|error| fault(&error))?;
        // A length that isn't the body's would make the lab, not the service, the broken party.
        if [header::CONTENT_LENGTH, header::TRANSFER_ENCODING].contains(&header) {
            return Err(ProbeFailure::Fault { detail: format!("header `{name}`: it follows from the body") });
        }
        let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|error| fault(&error))?;
        own.try_append(header, value).map_err(|error| fault(&error))?;
    }
    // `Host` goes first, as RFC 9110, 7.2 advises. The parser vouched for its characters.
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let host = HeaderValue::from_str(host).map_err(|_| ProbeFailure::BadUrl { url: request.url.clone() })?;
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::HOST, host),
        (header::USER_AGENT, HeaderValue::from_static(concat!("lab/", env!("CARGO_PKG_VERSION")))),
        (header::CONNECTION, HeaderValue::from_static("close")),
    ] {
        if !own.contains_key(&name) {
            headers.insert(name, value);
        }
    }
    headers.extend(own);
    // hyper sends no length with an empty body, and some servers (S3's among them) then answer 411.
    if request.body.is_empty() && [Method::POST, Method::PUT, Method::PATCH].contains(method) {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    Ok(headers)
}

/// Sends the request and reads the answer, at most `max_body` bytes of body. `learners`
/// tells whether a service that runs the learner's files answers.
///
/// The connection is driven by this future and not by a task of its own, so
/// that dropping the one closes the other.
pub(super) async fn exchange(
    stream: TcpStream,
    message: Request<Full<Bytes>>,
    max_body: usize,
    learners: bool,
) -> Result<HttpResponse, ProbeFailure> {
    let broken = |error: hyper::Error| broken(&error, learners);
    let (mut sender, connection) = http1::Builder::new()
        .max_headers(MAX_HEADERS)
        // The one caps a head that came whole, the other stops waiting for its end.
        .max_header_size(MAX_HEAD)
        .max_buf_size(MAX_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    let mut answer = pin!(async {
        let sent = Instant::now();
        let (head, mut incoming) = sender.send_request(message).await.map_err(broken)?.into_parts();
        // Copied out frame by frame: kept as they come, chunks of one byte would
        // each hold on to a read buffer, many times the cap in all.
        let mut body = Vec::new();
        while let Some(frame) = incoming.frame().await {
            let frame = frame.map_err(broken)?;
            let Some(data) = frame.data_ref() else { continue };
            if data.len() > max_body - body.len() {
                return Err(ProbeFailure::TooLarge { limit: max_body });
            }
            body.extend_from_slice(data);
        }
        let time = sent.elapsed();
        let headers = head.headers.iter();
        let headers = headers
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        Ok(HttpResponse { status: head.status.as_u16(), headers: headers.collect(), body, time })
    });
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        // What ended the connection reaches the answer, too, after what was read before it.
        _ = connection => answer.await,
    }
}

/// hyper's error with its causes, which it doesn't print by itself.
fn broken(error: &hyper::Error, learners: bool) -> ProbeFailure {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    let detail = causes.fold(error.to_string(), |detail, cause| format!("{detail}: {cause}"));
    ProbeFailure::Broken { detail, learners }
}
