//! What `lab do` does: an action's probe or scenario, on a playground.

use super::attempt::{Attempt, StepOutcome, attempt, repeat};
use super::redact::Redactor;
use super::run::Ground;
use super::scenario::{self, ScenarioOutcome};
use crate::check::Probe;
use crate::definition::model::{Action, Asks, Step};
use crate::expect::{Actual, Matcher, Mismatch, Observation};
use crate::verdict::{Failure, Fault, Finding, Problem, Verdict};
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Acted {
    /// Passed when all was done, failed when something answered otherwise.
    pub(crate) verdict: Verdict,
    /// What was asked, in technical words; empty for a scenario.
    pub(crate) asked: String,
    /// What its probe told: name and text.
    pub(crate) told: Vec<(String, String)>,
    /// From start to end.
    pub(crate) took: Duration,
}

/// Does it. None when cancelled: a scenario's `finally` was played even so.
pub(crate) async fn act(action: &Action, ground: Ground<'_>, cancel: &CancellationToken) -> Option<Acted> {
    let begun = Instant::now();
    let (came, at, asked, told) = match &action.asks {
        Asks::One(step) => {
            let (came, told) = tokio::select! {
                done = one(step, ground) => done,
                () = cancel.cancelled() => return None,
            };
            (came, None, step.probe.value.asked(ground.scope).unwrap_or_default(), told)
        }
        Asks::Scenario(scenario) => {
            let ScenarioOutcome { came, at, after, .. } =
                scenario::play(scenario, ground.world, ground.scope, cancel).await;
            let came = match after {
                Ok(()) => came,
                Err(fault) => StepOutcome::Fault(fault),
            };
            (came, at, String::new(), Vec::new())
        }
    };
    let mut verdict = match came {
        StepOutcome::Held(_) => Verdict::Passed,
        StepOutcome::StepFailure(missed) => Verdict::Failed(Box::new(Failure { step: at, ..missed.failure() })),
        StepOutcome::Fault(fault) => Verdict::of(fault),
        StepOutcome::Stopped => return None,
    };
    let redactor = Redactor::new(ground.scope);
    redactor.out_of(&mut verdict);
    let told = told.into_iter().map(|(name, text)| (name, redactor.text(&text))).collect();
    Some(Acted { verdict, asked: redactor.text(&asked), told, took: begun.elapsed() })
}

async fn one(step: &Step, ground: Ground<'_>) -> (StepOutcome, Vec<(String, String)>) {
    let last: Mutex<Option<Observation>> = Mutex::new(None);
    let ask = || async {
        let mut once = attempt(step, ground.world, ground.scope, None).await?;
        must_end_well(step, &mut once);
        last.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&once.seen);
        Ok::<_, Fault>(once)
    };
    let came = repeat(step, None, &ground.world.strain(), ask).await;
    let seen = last.into_inner().unwrap_or_else(PoisonError::into_inner);
    (came, seen.map(told).unwrap_or_default())
}

/// A command of which the lab expects nothing must end without an error.
fn must_end_well(step: &Step, once: &mut Attempt) {
    let Some(seen) = once.seen.as_ref().filter(|_| step.expect.value.0.is_empty()) else { return };
    let exit = seen.field("exit").filter(|_| matches!(step.probe.value, Probe::Exec(_)));
    if let Some(exit) = exit.filter(|exit| **exit != json!(0)) {
        let mismatch = Mismatch {
            selector: "exit".to_owned(),
            expected: Matcher::equals(json!(0)),
            actual: Actual::Value(exit.clone()),
            difference: None,
        };
        once.findings.push(Finding { item: None, problem: Problem::Mismatch(mismatch) });
    }
}

/// What tells most of an answer, and the texts that help.
fn told(seen: Observation) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let named = |name: &&str| seen.field(name).map(|value| ((*name).to_owned(), text(value)));
    let mut told: Vec<(String, String)> = ["status", "exit", "up"].iter().filter_map(named).collect();
    let times = seen.field("times").and_then(Value::as_object);
    told.extend(times.map(|times| {
        let each = times.iter().map(|(name, time)| format!("{name} {time} ms"));
        ("times".to_owned(), each.collect::<Vec<_>>().join(", "))
    }));
    for (name, text) in seen.evidence {
        if !told.iter().any(|(known, _)| known == name) {
            told.push((name.to_owned(), text));
        }
    }
    told
}
