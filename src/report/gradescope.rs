//! The outcome as the `results.json` that Gradescope reads from an autograder.
//!
//! A check that wasn't judged, by this machine's lack or by a fault, has
//! neither score nor status, so that it counts nowhere and its output says why. Where
//! a fault kept something from being judged, no check has a score, nor does the
//! whole: Gradescope then says that the autograder has failed, and takes no mark.

use super::told;
use super::voice::Voice;
use crate::i18n::Words;
use crate::outcome::{Outcome, RunScope};
use crate::verdict::{CheckResult, Verdict};
use serde_json::{Value, json};

pub(crate) fn outcome(outcome: &Outcome, words: &Words) -> Value {
    let voice = Voice::plain(words);
    let tasks = outcome.tasks.iter().enumerate();
    let tests = tasks.flat_map(|(task, of)| {
        let checks = of.results.iter().enumerate();
        checks.map(move |(check, result)| test(result, outcome, &format!("{}.{}", task + 1, check + 1), voice))
    });
    let mut results = json!({
        // Whole seconds, and never none for what took some time.
        "execution_time": outcome.took.as_millis().div_ceil(1000),
        "output": super::outcome::sum_up(outcome, voice),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "lab": outcome.lab,
            "version": outcome.version,
            "hints_read": outcome.hints_read,
            "judge": super::json::judge(outcome),
            "all": outcome.scope == RunScope::All,
        },
        "tests": tests.collect::<Vec<_>>(),
    });
    if !outcome.tally.unfinished() {
        results["score"] = json!(outcome.tally.earned);
    }
    results
}

fn test(result: &CheckResult, outcome: &Outcome, number: &str, voice: Voice) -> Value {
    // Who may see it is Gradescope's to mind, so the instructor gets all of it.
    let hidden = result.is_hidden();
    let result = &result.opened();
    let mut output = told::text(result, voice);
    let mut test = json!({
        "name": told::requirement(result, voice),
        "number": number,
        "tags": [result.task.as_str(), result.id.as_str()],
        "visibility": if hidden { "hidden" } else { "visible" },
        "output_format": "text",
    });
    let status = match result.verdict {
        Verdict::Passed => Some("passed"),
        Verdict::Failed(_) | Verdict::Blocked { .. } => Some("failed"),
        Verdict::Unavailable { .. } | Verdict::Error { .. } => None,
    };
    if let Some(status) = status {
        test["status"] = json!(status);
        if result.only_needed {
            let not_counted = voice.say(&message!("report-not-counted"));
            output = format!("{not_counted}\n{output}");
        } else if !outcome.tally.unfinished() {
            test["score"] = json!(result.earned());
            test["max_score"] = json!(result.points);
        }
    }
    test["output"] = json!(output);
    test
}
