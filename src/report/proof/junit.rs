//! Proofs as the XML of `JUnit`: a suite for each lab, a case for each folder that was
//! judged and for each check that must have been refused by something.

use super::super::junit::{Case, End, Said, Suite, xml};
use super::super::page::Page;
use super::super::voice::Voice;
use super::said;
use crate::i18n::Words;
use crate::mutation::{Gap, Note, Proof};
use std::time::{Duration, SystemTime};

pub(crate) fn junit(proofs: &[Proof], words: &Words, at: Option<SystemTime>) -> String {
    let voice = Voice::plain(words);
    let suites: Vec<Suite> = proofs.iter().map(|proof| suite(proof, voice)).collect();
    xml("lab test", proofs.iter().map(|proof| proof.how.took).sum(), at, &suites)
}

fn suite(proof: &Proof, voice: Voice) -> Suite {
    let case = |name: &str, class: &str, took, end| Case {
        name: name.to_owned(),
        class: format!("{}.{class}", proof.lab),
        took,
        end,
    };
    let mut cases: Vec<Case> = proof
        .runs
        .iter()
        .map(|run| {
            let faults = proof.faults.iter().filter(|fault| fault.subjects().contains(&run.subject));
            let faults = page(voice, |page| faults.for_each(|fault| said::fault(page, proof, fault, voice)));
            let gaps: Vec<&Gap> =
                proof.gaps.iter().filter(|gap| gap.subject().as_ref() == Some(&run.subject)).collect();
            let end = match (faults.is_empty(), gaps.first()) {
                (false, _) => End::Error(said("fault", faults.lines().next().unwrap_or_default(), &faults)),
                (true, Some(first)) => failed(proof, first, &gaps, voice),
                (true, None) => End::Passed,
            };
            case(run.subject.name(), (&run.subject).into(), run.took, end)
        })
        .collect();
    for check in &proof.checks {
        let gaps: Vec<&Gap> =
            proof.gaps.iter().filter(|gap| matches!(gap, Gap::Unkilled { check: id } if *id == check.id)).collect();
        let not_here =
            proof.notes.iter().find(|note| matches!(note, Note::NotHere { check: id, .. } if *id == check.id));
        let end = match (gaps.first(), not_here) {
            (Some(first), _) => failed(proof, first, &gaps, voice),
            (None, Some(note)) => {
                let text = page(voice, |page| said::note(page, proof, note, voice));
                End::Skipped(said("unavailable", text.lines().next().unwrap_or_default(), &text))
            }
            // Not asked for, so nothing is said of it.
            (None, None) if check.killed_by.is_empty() => continue,
            (None, None) => End::Passed,
        };
        cases.push(case(check.id.as_str(), "check", Duration::ZERO, end));
    }
    let of_all: Vec<&Gap> = proof.gaps.iter().filter(|gap| matches!(gap, Gap::FewSolutions { .. })).collect();
    if let Some(first) = of_all.first() {
        cases.push(case("solutions", "lab", Duration::ZERO, failed(proof, first, &of_all, voice)));
    }
    let properties = vec![("lab-version".to_owned(), proof.version.clone())];
    Suite { name: proof.lab.to_string(), took: proof.how.took, properties, cases }
}

fn failed(proof: &Proof, first: &Gap, gaps: &[&Gap], voice: Voice) -> End {
    let text = page(voice, |page| gaps.iter().for_each(|gap| said::gap(page, proof, gap, voice)));
    End::Failed(said("not-proved", &said::gap_title(proof, first, voice), &text))
}

fn said(kind: &str, message: &str, text: &str) -> Said {
    Said { message: message.to_owned(), kind: kind.to_owned(), text: text.to_owned() }
}

fn page(voice: Voice, write: impl FnOnce(&mut Page)) -> String {
    let mut page = Page::new(voice.style);
    write(&mut page);
    page.finish()
}
