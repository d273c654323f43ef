//! A proof as JSON, for programs. The shape is a promise, told in
//! `docs/formats.md`.

use super::super::json::{check, millis};
use super::super::voice::Voice;
use super::said::gap_title;
use crate::i18n::Words;
use crate::mutation::{Fault, Gap, Note, Proof, RunProof, Subject};
use serde_json::{Value, json};

pub(crate) const FORMAT: &str = "lab-proof/v1";

pub(crate) fn json(proof: &Proof, words: &Words) -> Value {
    let voice = Voice::plain(words);
    json!({
        "format": FORMAT,
        "lab": proof.lab,
        "version": proof.version,
        "language": words.language(),
        "only": proof.only,
        "standing": proof.standing(),
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

fn run(proof: &Proof, run: &RunProof) -> Value {
    let cells = proof.checks.iter().zip(&run.cells);
    let cells = cells.map(|(check, cell)| json!({"id": check.id, "status": cell.mark, "fit": cell.fit}));
    let kind: &str = (&run.subject).into();
    json!({
        "kind": kind,
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
