//! `function`: calls a function with an event, as AWS's Invoke API does, past
//! the HTTP API in front of it.

use super::{Field, Kind, ProbeError, Target, Yields};
use crate::expect::{Document, DocumentFormat, Observation, Operand};
use crate::template::{Scope, Template, UnknownName};
use crate::world::{HttpRequest, HttpResponse, ProbeFailure, World};
use data_encoding::BASE64;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// Bytes of an answer: functions give 6 MB at the most.
const MAX_ANSWER: usize = 8 << 20;
/// Lines of the log's end that a failure shows.
const TAIL_LINES: usize = 12;

/// A call: `function: {invoke: "Import", at: "${open.control}", event: {…}}`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// The function's name.
    pub(crate) invoke: Template,
    /// Where the Invoke API is.
    pub(crate) at: Template,
    /// The event (default: an empty mapping).
    #[serde(default)]
    pub(crate) event: Option<Operand>,
}

impl Kind for Function {
    const NAME: &'static str = "function";
    const YIELDS: Yields = Yields::Document;
    const TIMEOUT: Duration = Duration::from_secs(30);
    const FIELDS: &'static [Field] = fields! {
        "payload": "what the function returned; `$…` reads into it",
        "error": "the error's type, when there was one: an exception's class, `Sandbox.Timedout`, …",
        "message": "the error's message, when there was one",
        "duration": "milliseconds the call took, the start of an instance included",
        "cold": "whether a new instance was started for it",
        "instance": "the instance that ran it",
        "request-id": "the id that the function was given",
        "log": "the lines that it printed, a list; of a long log the last 4 kB",
    };

    fn writes(&self) -> bool {
        true
    }

    fn templates(&self) -> Vec<&Template> {
        let event = self.event.iter().flat_map(Operand::templates);
        [&self.invoke, &self.at].into_iter().chain(event).collect()
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        vec![("at".to_owned(), Target::Url(&self.at))]
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        Ok(format!("invoke {}", self.invoke.render(scope)?))
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        let request = self.request(scope, timeout)?;
        Ok(see(&world.http(request).await?)?)
    }
}

impl Function {
    fn request(&self, scope: &Scope, timeout: Duration) -> Result<HttpRequest, UnknownName> {
        let event = match &self.event {
            Some(event) => event.resolve(scope)?.shown(),
            None => json!({}),
        };
        let (at, name) = (self.at.render(scope)?, self.invoke.render(scope)?);
        let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let url = format!("{}/2015-03-31/functions/{name}/invocations", at.trim_end_matches('/'));
        Ok(HttpRequest {
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("x-amz-log-type".to_owned(), "Tail".to_owned()),
            ],
            body: event.to_string().into_bytes(),
            max_body: MAX_ANSWER,
            ..HttpRequest::plain("POST", &url, timeout)
        })
    }
}

/// What an answer of the Invoke API is to selectors. An error of the function
/// has status 200 and a header that says so; another status is the API's own
/// word, such as that there is no such function.
fn see(response: &HttpResponse) -> Result<Observation, ProbeFailure> {
    let header =
        |name: &str| response.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str());
    let text = String::from_utf8_lossy(&response.body).into_owned();
    let payload: Option<Value> = serde_json::from_str(&text).ok();
    let word = |key: &str| payload.as_ref().and_then(|payload| payload.get(key)).and_then(Value::as_str);
    let error = match (header("x-amz-function-error"), header("x-amzn-errortype")) {
        (Some(kind), _) => Some((word("errorType").unwrap_or(kind), word("errorMessage"))),
        (None, Some(kind)) => Some((kind, word("Message"))),
        (None, None) if response.status == 200 && header("x-amz-executed-version").is_some() => None,
        (None, None) => {
            return Err(ProbeFailure::Fault {
                detail: format!("no Invoke API answers there: status {}", response.status),
            });
        }
    };
    let mut fields = Vec::new();
    let mut evidence = Vec::new();
    if let Some((kind, message)) = error {
        let message = message.unwrap_or_default();
        evidence.push(("error", format!("{kind}: {message}")));
        fields.push(("error", json!(kind)));
        fields.push(("message", json!(message)));
    }
    if let Some(log) = header("x-amz-log-result") {
        let bytes = BASE64.decode(log.as_bytes());
        let bytes =
            bytes.map_err(|_| ProbeFailure::Fault { detail: "the log of an invocation isn't base64".to_owned() })?;
        let log = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = log.lines().collect();
        if !lines.is_empty() {
            evidence.push(("log", lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")));
        }
        fields.push(("log", json!(lines)));
    }
    fields.extend(
        header("x-cloud-duration").and_then(|text| text.parse::<f64>().ok()).map(|time| ("duration", json!(time))),
    );
    fields.extend(header("x-cloud-cold").map(|cold| ("cold", Value::Bool(cold == "true"))));
    fields.extend(header("x-cloud-instance").map(|instance| ("instance", json!(instance))));
    fields.extend(header("x-amzn-requestid").map(|id| ("request-id", json!(id))));
    // On a slow machine what a function waits for comes too late: it is ended, or says so.
    let unwell = payload.as_ref().is_some_and(|payload| payload["statusCode"].as_i64() >= Some(500));
    let hang_on_time = if error.is_some() || unwell { vec!["payload", "error", "message", "log"] } else { Vec::new() };
    fields.extend(payload.map(|payload| ("payload", payload)));
    let document = Some(Document::new(text, DocumentFormat::Json));
    Ok(Observation { fields, document, evidence, hang_on_time, ..Observation::default() })
}

#[cfg(test)]
mod tests;
