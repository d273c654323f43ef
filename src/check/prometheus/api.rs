//! Prometheus's HTTP API, version 1: one question, one answer.

use crate::world::{HttpRequest, ProbeFailure, World};
use serde_json::Value;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[derive(Debug, Clone, PartialEq)]
pub(in crate::check) enum Answer {
    /// The `data` of a success.
    Data(Value),
    /// A refusal: `errorType` and `error`.
    Refused {
        /// Such as `bad_data` or `execution`.
        kind: String,
        error: String,
    },
}

impl Answer {
    /// The same, where the lab wrote the query: an expression that can't be
    /// read is its fault. One that can't be run isn't: that is up to the data.
    pub(super) fn of_lab(self) -> Result<Self, ProbeFailure> {
        match self {
            Self::Refused { kind, error } if kind == "bad_data" => Err(ProbeFailure::Fault { detail: error }),
            other => Ok(other),
        }
    }
}

/// Asks one endpoint below `/api/v1/`.
pub(in crate::check) async fn ask(
    world: &dyn World,
    at: &str,
    path: &str,
    parameters: Vec<(&str, String)>,
    timeout: Duration,
) -> Result<Answer, ProbeFailure> {
    let bad = || ProbeFailure::BadUrl { url: at.to_owned() };
    let mut url = url::Url::parse(&format!("{}/api/v1/{path}", at.trim_end_matches('/'))).map_err(|_| bad())?;
    if !parameters.is_empty() {
        url.query_pairs_mut().extend_pairs(parameters);
    }
    let response = world.http(HttpRequest::plain("GET", url.as_str(), timeout)).await?;
    read(response.status, &response.body)
}

fn read(status: u16, body: &[u8]) -> Result<Answer, ProbeFailure> {
    let no_answer = || {
        let start: String = String::from_utf8_lossy(body).chars().take(200).collect();
        ProbeFailure::Broken {
            detail: format!("no answer of Prometheus's API: status {status}, {}", start.trim()),
            learners: true,
        }
    };
    let mut value: Value = serde_json::from_slice(body).map_err(|_| no_answer())?;
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    match text(&value, "status").as_deref() {
        Some("success") => Ok(Answer::Data(value.get_mut("data").map(Value::take).unwrap_or_default())),
        Some("error") => Ok(Answer::Refused {
            kind: text(&value, "errorType").unwrap_or_default(),
            error: text(&value, "error").unwrap_or_default(),
        }),
        _ => Err(no_answer()),
    }
}

/// Since 1970, by the host's clock, which containers share.
pub(in crate::check) fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// A time or a span as Prometheus reads it.
pub(in crate::check) fn seconds(span: Duration) -> String {
    format!("{:.3}", span.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_the_words_and_anything_else_is_no_answer() {
        let refused = br#"{"status":"error","errorType":"bad_data","error":"invalid parameter"}"#;
        let answer = read(400, refused).unwrap();
        assert_eq!(answer, Answer::Refused { kind: "bad_data".into(), error: "invalid parameter".into() });
        assert!(matches!(answer.of_lab(), Err(ProbeFailure::Fault { .. })));
        let data_s = br#"{"status":"error","errorType":"execution","error":"many-to-many"}"#;
        assert!(read(422, data_s).unwrap().of_lab().is_ok());
        for body in [&b"Service Unavailable"[..], b"", b"{}", b"[1]"] {
            assert!(matches!(read(503, body), Err(ProbeFailure::Broken { .. })));
        }
    }

    #[test]
    fn spans_are_seconds() {
        assert_eq!(seconds(Duration::from_millis(1500)), "1.500");
    }
}
