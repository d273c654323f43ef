//! The outcome in the JSON that check50 writes, for tools that read it.
//!
//! `passed` is true, false, or null for what wasn't judged, as there. What
//! kept it from being judged is the cause: a check it waits on, a part that
//! this machine lacks, a fault. After a fault no check has points: the run is unfinished.

use super::clean;
use super::told;
use super::voice::Voice;
use crate::i18n::Words;
use crate::message::Message;
use crate::outcome::Outcome;
use crate::verdict::{CheckResult, Failure, Problem, Verdict};
use serde_json::{Value, json};

pub(crate) fn outcome(outcome: &Outcome, words: &Words) -> Value {
    let voice = Voice::plain(words);
    json!({
        "slug": outcome.lab,
        "version": env!("CARGO_PKG_VERSION"),
        "results": outcome.results().map(|result| check(result, outcome, voice)).collect::<Vec<_>>(),
    })
}

/// The document of a run that judged nothing: its `error` stands in the place
/// of results. `kind` is a name for programs.
pub(crate) fn error(lab: &str, kind: &str, happened: &Message, words: &Words) -> Value {
    let value = clean::line(&words.say(happened));
    json!({
        "slug": lab,
        "version": env!("CARGO_PKG_VERSION"),
        "error": {"type": kind, "value": value, "traceback": [], "data": {}},
    })
}

fn check(result: &CheckResult, outcome: &Outcome, voice: Voice) -> Value {
    let passed = match result.verdict {
        Verdict::Passed => Some(true),
        Verdict::Failed(_) => Some(false),
        Verdict::Blocked { .. } | Verdict::Unavailable { .. } | Verdict::Error { .. } => None,
    };
    let log: Vec<String> = told::text(result, voice).lines().map(str::to_owned).collect();
    let dependency = match &result.verdict {
        Verdict::Blocked { on } => Some(on),
        _ => None,
    };
    let mut data = json!({"task": result.task, "verdict": told::verdict(result, voice)});
    if !outcome.tally.unfinished() {
        data["points"] = json!(result.points);
        data["earned"] = json!(result.earned());
    }
    // The documented form has no room beside the results.
    data["judge"] = super::json::judge(outcome);
    json!({
        "name": result.id,
        "description": told::requirement(result, voice),
        "passed": passed,
        "log": log,
        "cause": cause(result, voice),
        "data": data,
        "dependency": dependency,
    })
}

fn cause(result: &CheckResult, voice: Voice) -> Value {
    let rationale = told::reason(result, voice);
    match &result.verdict {
        Verdict::Passed => Value::Null,
        Verdict::Failed(_) if result.is_hidden() => json!({"rationale": rationale, "help": null}),
        Verdict::Failed(failure) => of_failure(failure, &rationale, voice),
        Verdict::Blocked { .. } => json!({"rationale": rationale, "help": null}),
        Verdict::Unavailable { .. } => {
            json!({"rationale": rationale, "help": voice.say(&message!("report-unavailable-points"))})
        }
        Verdict::Error { fault } => json!({
            "rationale": rationale,
            "help": voice.say(&message!("report-not-your-fault")),
            "error": {"type": fault.kind(), "value": rationale, "traceback": [], "data": {}},
        }),
    }
}

/// What was expected and what was there, of the first finding that has both.
fn of_failure(failure: &Failure, rationale: &str, voice: Voice) -> Value {
    let why = failure.why.as_ref().map(|why| clean::text(voice.text(why).trim()));
    let mut cause = json!({"rationale": rationale, "help": why});
    let mismatch = failure.findings.iter().find_map(|finding| match &finding.problem {
        Problem::Mismatch(mismatch) => Some(mismatch),
        _ => None,
    });
    if let Some(mismatch) = mismatch {
        let (expected, actual) = voice.pair(&mismatch.selector, &mismatch.expected, &mismatch.actual);
        cause["expected"] = json!(clean::text(&expected));
        cause["actual"] = json!(clean::text(&actual));
    }
    cause
}
