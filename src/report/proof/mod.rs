//! What `lab test` proved: the table of checks and mutants, and what is missing.

pub(crate) mod json;
pub(crate) mod junit;
mod matrix;
mod said;

use super::page::{Line, Page};
use super::signs::{Paint, Sign, Style};
use super::voice::Voice;
use crate::i18n::Words;
use crate::mutation::{Proof, ProofResult, Subject};

pub(crate) fn proof(proof: &Proof, words: &Words, style: &Style) -> String {
    let voice = Voice { words, style };
    let mut page = Page::new(style);
    let about = voice.joined(&[
        voice.say(&message!("proof-checks", count = proof.checks.len())),
        subjects(proof, voice),
        rooms(proof, voice),
    ]);
    let head = Line::default().push(proof.lab.as_str(), Paint::Bold).push(voice.dot(), Paint::Plain);
    page.line(0, 2, &head.push(&about, Paint::Plain));
    page.blank();
    matrix::write(&mut page, proof, voice);
    for fault in &proof.faults {
        page.blank();
        said::fault(&mut page, proof, fault, voice);
    }
    page.blank();
    for gap in &proof.gaps {
        // What has more than a headline stands by itself.
        if said::is_long(gap) {
            page.blank();
        }
        said::gap(&mut page, proof, gap, voice);
        if said::is_long(gap) {
            page.blank();
        }
    }
    if !proof.notes.is_empty() {
        page.blank();
        proof.notes.iter().for_each(|note| said::note(&mut page, proof, note, voice));
    }
    page.blank();
    end(&mut page, proof, voice);
    page.finish()
}

/// `starter, 2 solutions, 17 mutants`
fn subjects(proof: &Proof, voice: Voice) -> String {
    let count = |is: fn(&Subject) -> bool| proof.runs.iter().filter(|run| is(&run.subject)).count();
    let counted = [
        (count(|subject| *subject == Subject::Starter), "starter"),
        (count(|subject| matches!(subject, Subject::Solution(_))), "solutions"),
        (count(|subject| matches!(subject, Subject::Disputed(_))), "disputed"),
        (count(|subject| matches!(subject, Subject::Mutant(_))), "mutants"),
    ];
    let said = counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| {
        voice.say(&match what {
            "starter" => message!("proof-starter"),
            "solutions" => message!("proof-solutions", count = count),
            "disputed" => message!("proof-disputed", count = count),
            _ => message!("proof-mutants", count = count),
        })
    });
    said.collect::<Vec<_>>().join(", ")
}

/// `20 clean rooms, 4 at a time`
fn rooms(proof: &Proof, voice: Voice) -> String {
    let count = proof.runs.len() * usize::try_from(proof.how.repeats).unwrap_or(1);
    let rooms = voice.say(&message!("proof-rooms", count = count));
    if proof.how.at_once > 1 && count > 1 {
        let at_once = voice.say(&message!("proof-at-once", count = proof.how.at_once.min(count)));
        return format!("{rooms}, {at_once}");
    }
    rooms
}

/// All labs of a run once more, after their matrices: a line each, and what
/// keeps it from being proved. Nothing for a single lab.
pub(crate) fn recap(proofs: &[Proof], words: &Words, style: &Style) -> String {
    if proofs.len() < 2 {
        return String::new();
    }
    let voice = Voice { words, style };
    let mut page = Page::new(style);
    page.blank();
    page.line(0, 0, &Line::default().push(&voice.say(&message!("proof-recap")), Paint::Bold));
    for proof in proofs {
        page.blank();
        page.line(0, 0, &Line::default().push(proof.lab.as_str(), Paint::Bold));
        let faults = proof.faults.iter().map(|of| (Sign::Fault, said::fault_title(proof, of, voice)));
        let gaps = proof.gaps.iter().map(|of| (Sign::Failed, said::gap_title(proof, of, voice)));
        for (sign, text) in faults.chain(gaps) {
            page.line(0, sign.hang(style), &sign.line(style).push(&text, Paint::Plain));
        }
        end(&mut page, proof, voice);
    }
    page.finish()
}

fn end(page: &mut Page, proof: &Proof, voice: Voice) {
    let (sign, message) = match proof.standing() {
        ProofResult::Proved if proof.only.is_empty() => (Sign::Passed, message!("proof-proved")),
        ProofResult::Proved => (Sign::Passed, message!("proof-proved-only", only = proof.only.join(", "))),
        ProofResult::NotProved => (Sign::Failed, message!("proof-not-proved", count = proof.gaps.len())),
        ProofResult::Fault => (Sign::Fault, message!("proof-fault", count = proof.faults.len())),
    };
    let line = sign
        .line(voice.style)
        .push(&voice.say(&message), Paint::Bold)
        .part(&voice.duration(proof.how.took), voice.dot());
    page.line(0, sign.hang(voice.style), &line);
}

#[cfg(test)]
mod tests;
