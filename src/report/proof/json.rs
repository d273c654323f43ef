//! A proof as JSON, for programs. The shape is a promise: keys are added, never
//! renamed or given another meaning while [`FORMAT`] stays the same.
//!
//! ```json
//! {
//!   "format": "lab-proof/v1",
//!   "lab": "static-site", "version": "1.0.0", "language": "en", "only": [],
//!   "standing": "proved" | "not-proved" | "fault",
//!   "rooms": 20, "at_once": 4, "repeats": 1, "took_ms": 71000,
//!   "checks": [{"id": "not-found", "must": "…", "points": 2, "killed_by": ["no-404"]}],
//!   "runs": [{
//!     "kind": "starter" | "solution" | "mutant" | "disputed", "name": "no-404", "took_ms": 9000,
//!     "checks": [{"id": "not-found", "status": "failed", "fit": "right" | "wrong" | "flaky"}]
//!   }],
//!   "gaps": [{"kind": "survived", "said": "…", "mutant": "…", "check": "…"}],
//!   "faults": [{"said": "…", "in": ["starter"], "check": "…"}],
//!   "notes": [{"kind": "unexplained", "check": "…", "explains": [{"line": 12, "say": "…"}], "of": 3}]
//! }
//! ```

use super::super::json::{check, millis};
use super::super::signs::Style;
use super::super::voice::Voice;
use super::said::gap_title;
use crate::i18n::Words;
use crate::mutation::{Fault, Fit, Gap, Mark, Note, Proof, ProofResult, RunProof, Subject};
use serde_json::{Value, json};

pub(crate) const FORMAT: &str = "lab-proof/v1";

pub(crate) fn json(proof: &Proof, words: &Words) -> Value {
    let style = Style::default();
    let voice = Voice { words, style: &style };
    json!({
        "format": FORMAT,
        "lab": proof.lab,
        "version": proof.version,
        "language": words.language(),
        "only": proof.only,
        "standing": match proof.standing() {
            ProofResult::Proved => "proved",
            ProofResult::NotProved => "not-proved",
            ProofResult::Fault => "fault",
        },
        "rooms": proof.runs.len() * usize::try_from(proof.how.repeats).unwrap_or(1),
        "at_once": proof.how.at_once,
        "repeats": proof.how.repeats,
        "took_ms": millis(proof.how.took),
        "checks": proof.checks.iter().map(|check| json!({
            "id": check.id,
            "must": voice.text(&check.must),
            "points": check.points,
            "killed_by": check.killed_by,
        })).collect::<Vec<_>>(),
        "runs": proof.runs.iter().map(|of| run(proof, of)).collect::<Vec<_>>(),
        "gaps": proof.gaps.iter().map(|of| gap(proof, of, voice)).collect::<Vec<_>>(),
        "faults": proof.faults.iter().map(|of| fault(of, voice)).collect::<Vec<_>>(),
        "notes": proof.notes.iter().map(|of| note(of, voice)).collect::<Vec<_>>(),
    })
}

pub(crate) fn kind(subject: &Subject) -> &'static str {
    match subject {
        Subject::Starter => "starter",
        Subject::Solution(_) => "solution",
        Subject::Mutant(_) => "mutant",
        Subject::Disputed(_) => "disputed",
    }
}

fn run(proof: &Proof, run: &RunProof) -> Value {
    let cells = proof.checks.iter().zip(&run.cells).map(|(check, cell)| {
        json!({
            "id": check.id,
            "status": match cell.mark {
                Mark::Passed => "passed",
                Mark::Failed => "failed",
                Mark::Blocked => "blocked",
                Mark::Unavailable => "unavailable",
                Mark::Error => "error",
                Mark::Missing => "missing",
            },
            "fit": match cell.fit {
                Fit::Right => "right",
                Fit::Wrong => "wrong",
                Fit::Flaky => "flaky",
            },
        })
    });
    json!({
        "kind": kind(&run.subject),
        "name": run.subject.name(),
        "took_ms": millis(run.took),
        "checks": cells.collect::<Vec<_>>(),
    })
}

fn gap(proof: &Proof, gap: &Gap, voice: Voice) -> Value {
    let mut value = match gap {
        Gap::StarterPasses { check } => json!({"kind": "starter-passes", "check": check}),
        Gap::StarterFailsNothing => json!({"kind": "starter-fails-nothing"}),
        Gap::SolutionFails { subject, result } => json!({
            "kind": "solution-fails", "solution": subject.name(), "check": result.id, "result": check(result, voice),
        }),
        Gap::Survived { mutant, check, sees, about } => json!({
            "kind": "survived", "mutant": mutant, "check": check, "sees": sees, "about": about,
        }),
        Gap::OnlyWaits { mutant, check, on } => {
            json!({"kind": "only-waits", "mutant": mutant, "check": check, "on": on})
        }
        Gap::FailsToo { mutant, result } => json!({
            "kind": "fails-too", "mutant": mutant, "check": result.id, "result": check(result, voice),
        }),
        Gap::Unkilled { check } => json!({"kind": "unkilled", "check": check}),
        Gap::Flaky { subject, check, .. } => {
            json!({"kind": "flaky", "in": subject.name(), "check": check})
        }
        Gap::FewSolutions { count } => json!({"kind": "few-solutions", "count": count}),
    };
    value["said"] = json!(gap_title(proof, gap, voice));
    value
}

fn fault(fault: &Fault, voice: Voice) -> Value {
    let names = |subjects: &[Subject]| subjects.iter().map(|of| of.name().to_owned()).collect::<Vec<_>>();
    match fault {
        Fault::Room { subjects, fault } => json!({"said": voice.say(&fault.message), "in": names(subjects)}),
        Fault::Check { subjects, result } => {
            let mut value = json!({"in": names(subjects), "check": result.id, "result": check(result, voice)});
            if let crate::verdict::Verdict::Error { fault } = &result.verdict {
                value["said"] = json!(voice.fault(fault));
            }
            value
        }
    }
}

fn note(note: &Note, voice: Voice) -> Value {
    match note {
        Note::Unexplained { check, explains, of } => {
            let explains = explains.iter().map(|(line, say)| json!({"line": line, "say": voice.text(say)}));
            json!({"kind": "unexplained", "check": check, "explains": explains.collect::<Vec<_>>(), "of": of})
        }
        Note::NotHere { check, why } => json!({"kind": "not-here", "check": check, "said": voice.say(why)}),
        Note::UnkilledUnscored { check } => json!({"kind": "unkilled-unscored", "check": check}),
        Note::Again { fault: of } => json!({"kind": "again", "fault": fault(of, voice)}),
    }
}
