//! What authors watch: each attempt as it was judged, kept beside the verdict.
//!
//! Who watches is known by the task that judges (`tokio::task_local`), not by a
//! parameter: a run that nobody watches pays nothing, and no signature between
//! the command and an attempt has to carry what only `--trace` and `lab dispute`
//! want.

use super::redact::Redactor;
use crate::definition::model::Step;
use crate::definition::name::CheckId;
use crate::expect::{Actual, Expect, Hits, Matcher, Observation, Unpicked};
use crate::template::Scope;
use crate::verdict::{Finding, Problem, millis};
use crate::world::ProbeFailure;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Characters of one text that are kept, such as a body: enough to see what it
/// is, little enough that a run of hundreds of probes stays small.
const TEXT_CAP: usize = 16_384;

tokio::task_local! {
    static WATCH: Watch;
    static CHECK: CheckId;
}

/// Keeps the attempts of the runs that it watches.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<Vec<Attempted>>>);

/// An attempt at a step, the last one where there were several.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Attempted {
    pub(crate) check: CheckId,
    /// The line of the lab's file where its probe stands.
    pub(crate) line: u64,
    /// The item of a `for-each`, such as `each.page`, by name.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) items: Map<String, Value>,
    pub(crate) asked: String,
    pub(crate) attempts: u32,
    #[serde(rename = "took-ms", with = "millis")]
    pub(crate) took: Duration,
    pub(crate) answer: Answer,
    pub(crate) expect: Vec<Looked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cel: Option<Weighed>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    Value {
        fields: Map<String, Value>,
        /// Headers, in the order received.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        headers: Vec<(String, String)>,
        /// The text that `$…`, `css …` and `links …` read, its first part.
        #[serde(skip_serializing_if = "Option::is_none")]
        document: Option<String>,
    },
    ProbeFailure(ProbeFailure),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Looked {
    pub(crate) selector: String,
    /// The line of the lab's file where it stands.
    pub(crate) line: u64,
    pub(crate) picked: Actual,
    /// Each matcher, its names filled in, and whether it holds.
    pub(crate) matchers: Vec<(Matcher, bool)>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Weighed {
    pub(crate) that: String,
    /// Whether it holds; none where it wasn't asked, for something else failed.
    pub(crate) holds: Option<bool>,
}

impl Watch {
    /// Watches all that is judged within this future.
    pub(crate) async fn over<F: Future>(&self, judging: F) -> F::Output {
        WATCH.scope(self.clone(), judging).await
    }

    /// What was seen so far, in the order in which it was first asked.
    pub(crate) fn take(&self) -> Vec<Attempted> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, mut attempted: Attempted) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |kept: &&mut Attempted| {
            kept.check == attempted.check && kept.line == attempted.line && kept.items == attempted.items
        };
        match kept.iter_mut().find(same) {
            Some(before) => {
                attempted.attempts = before.attempts + 1;
                *before = attempted;
            }
            None => kept.push(attempted),
        }
    }
}

/// Says which check is judged within this future.
pub(super) async fn of<F: Future>(check: &CheckId, judging: F) -> F::Output {
    CHECK.scope(check.clone(), judging).await
}

/// Tells who watches, if anybody does, of an attempt that was just judged.
pub(super) fn attempted(
    step: &Step,
    scope: &Scope,
    asked: &str,
    took: Duration,
    answer: Result<(&Observation, &[Finding]), &ProbeFailure>,
) {
    let Ok(watch) = WATCH.try_with(Watch::clone) else { return };
    let Ok(check) = CHECK.try_with(CheckId::clone) else { return };
    let redactor = Redactor::new(scope);
    let items = scope.names().filter(|name| name.starts_with("each."));
    let items = items.filter_map(|name| Some((name.to_owned(), scope.get(name)?.clone())));
    watch.keep(Attempted {
        check,
        line: step.probe.referenced.line(),
        items: items.collect(),
        asked: redactor.text(asked),
        attempts: 1,
        took,
        expect: answer.map_or_else(|_| Vec::new(), |(seen, _)| looked(&step.expect.value, seen, scope, &redactor)),
        cel: step.cel.as_ref().map(|condition| Weighed {
            that: condition.that.value.text().to_owned(),
            holds: answer.ok().and_then(|(_, findings)| holds(findings)),
        }),
        answer: match answer {
            Ok((seen, _)) => raw(seen, &redactor),
            Err(trouble) => {
                let mut trouble = trouble.clone();
                redactor.out_of(&mut trouble);
                Answer::ProbeFailure(trouble)
            }
        },
    });
}

/// Whether the condition held: it is asked only where all else did.
fn holds(findings: &[Finding]) -> Option<bool> {
    match findings.iter().find(|finding| matches!(finding.problem, Problem::Condition { .. })) {
        Some(_) => Some(false),
        None => findings.is_empty().then_some(true),
    }
}

fn raw(seen: &Observation, redactor: &Redactor) -> Answer {
    let field = |(name, value): &(&str, Value)| ((*name).to_owned(), shown(value, redactor));
    Answer::Value {
        fields: seen.fields.iter().map(field).collect(),
        headers: seen.headers.iter().map(|(name, value)| (name.clone(), redactor.text(value))).collect(),
        document: seen.document.as_ref().map(|document| capped(&redactor.text(&document.text))),
    }
}

fn looked(expect: &Expect, seen: &Observation, scope: &Scope, redactor: &Redactor) -> Vec<Looked> {
    let one = |expectation: &crate::expect::Expectation| {
        let selector = &expectation.selector.value;
        let hits = selector.pick(seen);
        let matchers = expectation.matchers.value.iter().filter_map(|matcher| {
            // A name that isn't there is the check's error, told elsewhere.
            let mut matcher = matcher.resolve(scope).ok()?;
            let holds = hits.as_ref().is_ok_and(|hits| matcher.check(hits).is_ok());
            redactor.out_of(&mut matcher);
            Some((matcher, holds))
        });
        Looked {
            selector: selector.text().to_owned(),
            line: expectation.selector.referenced.line(),
            matchers: matchers.collect(),
            picked: match &hits {
                Ok(Hits::One(None)) | Err(Unpicked::Excess(_)) => Actual::Nothing,
                Ok(Hits::One(Some(value))) => Actual::Value(shown(value, redactor)),
                Ok(Hits::Many(values)) => Actual::Several(values.iter().map(|value| shown(value, redactor)).collect()),
                Err(Unpicked::Unreadable(unreadable)) => Actual::Unreadable {
                    format: unreadable.format.to_owned(),
                    reason: redactor.text(&unreadable.reason),
                },
            },
        }
    };
    expect.0.iter().map(one).collect()
}

/// A value without secrets, long texts cut.
fn shown(value: &Value, redactor: &Redactor) -> Value {
    let mut value = value.clone();
    redactor.out_of(&mut value);
    match value {
        Value::String(text) => Value::String(capped(&text)),
        Value::Array(_) | Value::Object(_) => {
            let text = value.to_string();
            if text.len() > TEXT_CAP { Value::String(capped(&text)) } else { value }
        }
        other => other,
    }
}

fn capped(text: &str) -> String {
    match text.char_indices().nth(TEXT_CAP) {
        Some((end, _)) => format!("{}… (+{} B)", &text[..end], text.len() - end),
        None => text.to_owned(),
    }
}
