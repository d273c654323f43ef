//! The outcome as JSON, for programs. The shape is a promise, told in
//! `docs/formats.md`.
//!
//! Texts are in the report's language. Long ones are cut after 4,000
//! characters, with `…`. Values are as they were seen; [`to_text`] escapes what
//! a terminal might obey.

use super::clean;
use super::voice::Voice;
use crate::exit::Exit;
use crate::expect::Actual;
use crate::i18n::Words;
use crate::outcome::{Outcome, TaskOutcome};
use crate::verdict::{CheckResult, Failure, Fault, Finding, Problem, StepAt, Verdict};
use crate::world::ProbeFailure;
use serde_json::{Map, Value, json};
use std::time::Duration;

pub(crate) const FORMAT: &str = "lab-outcome/v1";

/// Characters of one text.
const TEXT_CAP: usize = 4_000;

pub(crate) fn json(outcome: &Outcome, words: &Words) -> Value {
    let voice = Voice::plain(words);
    let tally = &outcome.tally;
    json!({
        "format": FORMAT,
        "lab": outcome.lab,
        "version": outcome.version,
        "title": voice.text(&outcome.title),
        "language": words.language(),
        "scope": outcome.scope,
        "points": {"earned": tally.earned, "total": tally.total, "final": !tally.unfinished()},
        "tally": {
            "passed": tally.passed,
            "failed": tally.failed,
            "blocked": tally.blocked,
            "unavailable": tally.unavailable,
            "errors": tally.errors,
        },
        "to_come": outcome.to_come,
        "hints_read": outcome.hints_read,
        "judge": judge(outcome),
        "took_ms": millis(outcome.took),
        "exit": Exit::of(outcome) as u8,
        "tasks": outcome.tasks.iter().map(|of| task(of, voice)).collect::<Vec<_>>(),
    })
}

pub(crate) fn judge(outcome: &Outcome) -> Value {
    let Some(judge) = &outcome.judge else { return Value::Null };
    json!({
        "lab": outcome.lab,
        "version": outcome.version,
        "digest": judge.digest,
        "public_digest": judge.public_digest,
        "path": judge.path,
        "learner": judge.learner,
        "folder_digest": judge.folder_digest,
    })
}

/// The value as indented text that is safe to show on a terminal: JSON escapes
/// C0 by itself, and here also what else is hidden.
pub(crate) fn to_text(value: &Value) -> String {
    let pretty = format!("{value:#}\n");
    let mut text = String::with_capacity(pretty.len());
    for character in pretty.chars() {
        // Outside of its strings JSON has nothing hidden but newlines.
        if character != '\n' && clean::is_hidden(character) {
            text.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            text.push(character);
        }
    }
    text
}

fn task(task: &TaskOutcome, voice: Voice) -> Value {
    json!({
        "id": task.id,
        "title": voice.text(&task.title),
        "tier": task.tier,
        "earned": task.tally.earned,
        "total": task.tally.total,
        "checks": task.results.iter().map(|result| check(result, voice)).collect::<Vec<_>>(),
    })
}

pub(super) fn check(result: &CheckResult, voice: Voice) -> Value {
    let mut check = json!({
        "id": result.id,
        "must": if result.is_hidden() { voice.requirement(result) } else { voice.text(&result.must).to_owned() },
        "points": result.points,
        "earned": result.earned(),
        "took_ms": millis(result.took),
        "only_needed": result.only_needed,
    });
    let (status, more) = match &result.verdict {
        Verdict::Passed => ("passed", None),
        Verdict::Failed(_) if result.is_hidden() => ("failed", None),
        Verdict::Failed(failure) => ("failed", Some(("failure", of_failure(failure, voice)))),
        Verdict::Blocked { on } => ("blocked", Some(("on", json!(on)))),
        Verdict::Unavailable { why } => ("unavailable", Some(("why", json!(voice.say(why))))),
        Verdict::Error { fault } => ("error", Some(("fault", of_fault(fault, voice)))),
    };
    check["status"] = json!(status);
    if let Some((key, value)) = more {
        check[key] = value;
    }
    if !result.unread.is_empty() && !result.is_hidden() {
        check["unread"] = result.unread.iter().map(|text| cut(text)).collect();
    }
    if result.is_hidden() {
        check["visibility"] = json!("hidden");
    }
    check
}

fn of_failure(failure: &Failure, voice: Voice) -> Value {
    let mut value = json!({
        "asked": cut(&failure.asked),
        "attempts": failure.attempts,
        "took_ms": millis(failure.took),
        "passes_in_playground": failure.passes_in_playground,
        "findings": failure.findings.iter().map(|of| finding(of, voice)).collect::<Vec<_>>(),
        "evidence": failure.evidence.iter()
            .map(|(name, text)| json!({"name": name, "text": cut(text)}))
            .collect::<Vec<_>>(),
    });
    if let Some(step) = &failure.step {
        value["step"] = of_step(step, voice);
    }
    if let Some(limit) = failure.limit_ms {
        value["limit_ms"] = json!(limit);
    }
    if let Some(why) = &failure.why {
        value["why"] = json!(voice.text(why));
    }
    if let Some(items) = failure.items {
        value["items"] = json!(items);
    }
    value
}

fn of_step(step: &StepAt, voice: Voice) -> Value {
    let mut value = json!({"number": step.number, "of": step.of});
    if let Some(say) = &step.say {
        value["say"] = json!(voice.text(say));
    }
    value
}

fn finding(finding: &Finding, voice: Voice) -> Value {
    let mut value = Map::new();
    if let Some(item) = &finding.item {
        value.insert("item".to_owned(), cut(item));
    }
    match &finding.problem {
        Problem::Mismatch(mismatch) => {
            let selector = mismatch.selector.as_str();
            let (expected, actual) = voice.pair(selector, &mismatch.expected, &mismatch.actual);
            value.insert("selector".to_owned(), json!(selector));
            value.insert("expected".to_owned(), capped(&json!(mismatch.expected)));
            value.insert("expected_said".to_owned(), json!(expected));
            value.insert("actual".to_owned(), of_actual(&mismatch.actual));
            value.insert("actual_said".to_owned(), json!(actual));
            if let Some(difference) = &mismatch.difference {
                let parting = json!({
                    "line": difference.line,
                    "column": difference.column,
                    "expected": difference.expected,
                    "actual": difference.actual,
                });
                value.insert("difference".to_owned(), parting);
            }
        }
        Problem::ProbeFailure(trouble) => {
            value.insert("trouble".to_owned(), of_trouble(trouble, voice));
        }
        Problem::Broke(fault) => {
            value.insert("broke".to_owned(), of_fault(fault, voice));
        }
        Problem::TooFewItems { found, min } => {
            value.insert("too_few_items".to_owned(), json!({"found": found, "min": min}));
        }
        Problem::Condition { that, message, values } => {
            let values: Map<String, Value> = values.iter().map(|(name, value)| (name.clone(), capped(value))).collect();
            let condition = json!({"that": that, "message": voice.text(message), "values": values});
            value.insert("condition".to_owned(), condition);
        }
        Problem::TooManyItems { found, most } => {
            value.insert("too_many_items".to_owned(), json!({"found": found, "most": most}));
        }
    }
    Value::Object(value)
}

fn of_actual(actual: &Actual) -> Value {
    match actual {
        Actual::Value(value) => json!({"value": capped(value)}),
        Actual::Nothing => json!({"nothing": true}),
        Actual::Several(values) => json!({"several": values.iter().map(capped).collect::<Vec<_>>()}),
        Actual::Unreadable { format, reason } => json!({"unreadable": {"format": format, "reason": reason}}),
    }
}

fn of_trouble(trouble: &ProbeFailure, voice: Voice) -> Value {
    let kind: &str = trouble.into();
    json!({"kind": kind, "said": voice.trouble(trouble)})
}

fn of_fault(fault: &Fault, voice: Voice) -> Value {
    let mut value = match fault {
        Fault::ProbeFailure(trouble) => json!({"trouble": of_trouble(trouble, voice)}),
        Fault::UnknownName(name) => json!({"name": name}),
        Fault::Canary { id, step, findings } => {
            let mut value = json!({
                "canary": id,
                "findings": findings.iter().map(|of| finding(of, voice)).collect::<Vec<_>>(),
            });
            if let Some(at) = step {
                value["step"] = of_step(at, voice);
            }
            value
        }
        Fault::Condition { that, reason } => json!({"that": that, "reason": cut(reason)}),
        Fault::Finally { step, asked, findings } => json!({
            "step": of_step(step, voice),
            "asked": cut(asked),
            "findings": findings.iter().map(|of| finding(of, voice)).collect::<Vec<_>>(),
        }),
        Fault::NotPutBack { path, trouble } => {
            json!({"path": path, "trouble": of_trouble(trouble, voice)})
        }
        Fault::Overlay { path, matches } => json!({"path": path, "matches": matches}),
        Fault::Starved { factor } => json!({"factor": factor}),
        Fault::Spoiled { check } | Fault::Needs { check } => json!({"check": check}),
    };
    value["kind"] = json!(fault.kind());
    value["said"] = json!(voice.fault(fault));
    value
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn cut(text: &str) -> Value {
    clean::cut(text, TEXT_CAP).into()
}

fn capped(value: &Value) -> Value {
    clean::cut_each(value.clone(), TEXT_CAP)
}
