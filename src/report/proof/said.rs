//! Gaps, faults and notes of a proof, in words.

use super::super::block::{self, Fact};
use super::super::clean;
use super::super::failure::{self, INDENT};
use super::super::page::{Line, Page, columns};
use super::super::signs::{Paint, Sign};
use super::super::voice::Voice;
use super::matrix::short;
use crate::definition::name::{CheckId, MutantId};
use crate::mutation::{Fault, Gap, Mark, Note, Proof, Subject};
use crate::verdict::{self, CheckResult, Verdict};

/// A headline of one gap and what is known of its cause.
pub(super) fn gap(page: &mut Page, proof: &Proof, gap: &Gap, voice: Voice) {
    headline(page, Sign::Failed, &gap_title(proof, gap, voice), voice);
    match gap {
        Gap::SolutionFails { result, .. } | Gap::FailsToo { result, .. } => failed(page, result, voice),
        Gap::Survived { sees, about, .. } => {
            let sees = voice.say(&message!("proof-sees", sees = sees.join(", ")));
            let about = about.as_ref().map(|about| voice.say(&message!("proof-about", about = clean::line(about))));
            let both = format!("{sees} {}", about.unwrap_or_default());
            page.line(INDENT, 0, &Line::plain(both.trim_end()));
        }
        Gap::StarterPasses { .. }
        | Gap::StarterFailsNothing
        | Gap::OnlyWaits { .. }
        | Gap::Unkilled { .. }
        | Gap::Flaky { .. }
        | Gap::FewSolutions { .. } => {}
    }
}

pub(super) fn is_long(gap: &Gap) -> bool {
    matches!(gap, Gap::SolutionFails { .. } | Gap::FailsToo { .. } | Gap::Survived { .. })
}

pub(super) fn gap_title(proof: &Proof, gap: &Gap, voice: Voice) -> String {
    let check = |id: &CheckId| check_name(proof, id);
    let mutant = |id: &MutantId| subject(proof, &Subject::Mutant(id.clone()), voice);
    voice.say(&match gap {
        Gap::StarterPasses { check: id } => message!("proof-starter-passes", check = check(id)),
        Gap::StarterFailsNothing => message!("proof-starter-fails-nothing"),
        Gap::SolutionFails { subject: of, result } => {
            message!("proof-solution-fails", solution = subject(proof, of, voice), check = check(&result.id))
        }
        Gap::Survived { mutant: id, check: of, .. } => {
            message!("proof-survived", mutant = mutant(id), check = check(of))
        }
        Gap::OnlyWaits { mutant: id, check: of, on } => {
            message!("proof-only-waits", mutant = mutant(id), check = check(of), on = on.as_str())
        }
        Gap::FailsToo { mutant: id, result } => {
            message!("proof-fails-too", mutant = mutant(id), check = check(&result.id))
        }
        Gap::Unkilled { check: id } => message!("proof-unkilled", check = check(id)),
        Gap::Flaky { subject: of, check: id, marks } => {
            let marks = marks.iter().map(|mark| said(*mark, voice)).collect::<Vec<_>>().join(", ");
            message!("proof-flaky", check = check(id), subject = subject(proof, of, voice), marks = marks)
        }
        Gap::FewSolutions { count } => message!("proof-few-solutions", count = *count),
    })
}

pub(super) fn fault(page: &mut Page, proof: &Proof, fault: &Fault, voice: Voice) {
    headline(page, Sign::Fault, &fault_title(proof, fault, voice), voice);
    page.blank();
    let within = subjects(proof, fault.subjects(), voice);
    let mut facts = vec![Fact::labelled(voice.say(&message!("proof-in")), &within)];
    facts.extend(known(fault, voice));
    block::write(page, INDENT, &facts, voice);
}

fn known(fault: &Fault, voice: Voice) -> Vec<Fact> {
    match fault {
        Fault::Room { fault, .. } => {
            let details = fault.details.iter();
            details.map(|(name, text)| Fact::labelled(voice.say(name), &voice.shown(text.trim()))).collect()
        }
        Fault::Check { result, .. } => match &result.verdict {
            Verdict::Error { fault: verdict::Fault::Canary { findings, .. } } => {
                failure::findings(findings, None, voice)
            }
            _ => Vec::new(),
        },
    }
}

pub(super) fn fault_title(proof: &Proof, fault: &Fault, voice: Voice) -> String {
    match fault {
        Fault::Room { fault, .. } => voice.say(&message!("proof-no-room", reason = voice.say(&fault.message))),
        Fault::Check { result, .. } => {
            let why = match &result.verdict {
                Verdict::Error { fault } => voice.fault(fault),
                _ => String::new(),
            };
            voice.say(&message!("proof-unjudged", check = check_name(proof, &result.id), why = why))
        }
    }
}

fn subjects(proof: &Proof, subjects: &[Subject], voice: Voice) -> String {
    subjects.iter().map(|of| subject(proof, of, voice)).collect::<Vec<_>>().join(", ")
}

pub(super) fn note(page: &mut Page, proof: &Proof, note: &Note, voice: Voice) {
    let (mark, text) = match note {
        Note::Unexplained { check, explains, of } => {
            let lines = explains.iter().map(|(line, _)| line.to_string()).collect::<Vec<_>>().join(", ");
            let count = explains.len();
            let message = message!("proof-unexplained", check = check.as_str(), lines = lines, count = count, of = *of);
            (voice.dot().trim(), voice.say(&message))
        }
        Note::NotHere { check, why } => {
            let message = message!("proof-not-here", check = check.as_str(), why = voice.say(why));
            (Sign::Unavailable.text(voice.style), voice.say(&message))
        }
        Note::UnkilledUnscored { check } => {
            (voice.dot().trim(), voice.say(&message!("proof-unkilled-unscored", check = check.as_str())))
        }
        Note::Again { fault } => {
            let message = message!(
                "proof-again",
                subjects = subjects(proof, fault.subjects(), voice),
                why = fault_title(proof, fault, voice)
            );
            (Sign::Fault.text(voice.style), voice.say(&message))
        }
    };
    page.line(0, columns(mark) + 1, &Line::default().push(&format!("{mark} "), Paint::Dim).push(&text, Paint::Plain));
    if let Note::Again { fault } = note {
        block::write(page, INDENT, &known(fault, voice), voice);
    }
}

fn headline(page: &mut Page, sign: Sign, text: &str, voice: Voice) {
    page.line(0, sign.hang(voice.style), &sign.line(voice.style).push(text, Paint::Bold));
}

/// Why a check failed, as a learner would read it.
fn failed(page: &mut Page, result: &CheckResult, voice: Voice) {
    if let Verdict::Failed(failure) = &result.verdict {
        page.blank();
        block::write(page, INDENT, &failure::facts(failure, voice), voice);
    }
}

/// `3 not-found`
fn check_name(proof: &Proof, id: &CheckId) -> String {
    let at = proof.checks.iter().position(|check| check.id == *id).map_or(0, |at| at + 1);
    format!("{at} {id}")
}

/// `mutant 5 soft-404`
fn subject(proof: &Proof, subject: &Subject, voice: Voice) -> String {
    let name = clean::line(subject.name());
    let short = short(proof, subject);
    voice.say(&match subject {
        Subject::Starter => message!("proof-starter"),
        Subject::Solution(_) => message!("proof-of-solution", short = short, name = name),
        Subject::Mutant(_) => message!("proof-of-mutant", short = short, name = name),
        Subject::Disputed(_) => message!("proof-of-disputed", short = short, name = name),
    })
}

fn said(mark: Mark, voice: Voice) -> String {
    voice.say(&match mark {
        Mark::Passed => message!("proof-mark-passed"),
        Mark::Failed => message!("proof-mark-failed"),
        Mark::Blocked => message!("proof-mark-waits"),
        Mark::Unavailable => message!("proof-mark-not-here"),
        Mark::Error | Mark::Missing => message!("proof-mark-fault"),
    })
}
