//! What the results of the runs prove.

use super::{
    Attempt, Cell, CheckProof, Executed, Fault, Fit, Gap, How, Mark, Note, Proof, RoomFault, RunProof, Subject,
};
use crate::definition::model::{Check, Lab};
use crate::definition::mutant::Mutant;
use crate::definition::name::{CheckId, MutantId};
use crate::definition::needs;
use crate::definition::text::Text;
use crate::verdict::{self, CheckResult, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// The fewest solutions that a lab needs: with one, nothing shows that its
/// checks leave the way open.
const SOLUTIONS: usize = 2;

/// Judges what was run. `only` is what limited the runs.
pub(crate) fn judge(lab: &Lab, mutants: &[Mutant], executed: &[Executed], only: &[String], how: How) -> Proof {
    let mut judging = Judging {
        lab,
        needed: needs::needed(lab),
        mutants: mutants.iter().map(|mutant| (&mutant.id, mutant)).collect(),
        gaps: Vec::new(),
        faults: Vec::new(),
        killed_by: BTreeMap::new(),
        not_here: BTreeMap::new(),
    };
    let runs: Vec<RunProof> = executed.iter().map(|executed| judging.run(executed)).collect();
    if only.is_empty() {
        let count = executed.iter().filter(|run| matches!(run.subject, Subject::Solution(_))).count();
        if count < SOLUTIONS {
            judging.gaps.push(Gap::FewSolutions { count });
        }
    }
    let mut notes = judging.unkilled(executed, only);
    notes.extend(again(executed));
    if only.is_empty() {
        notes.extend(unexplained(lab, executed));
    }
    let checks = lab.checks().map(|(_, check)| CheckProof {
        id: check.id.value.clone(),
        must: check.must.value.clone(),
        points: check.points,
        killed_by: judging.killed_by.get(&check.id.value).cloned().unwrap_or_default(),
    });
    Proof {
        lab: lab.id.value.clone(),
        version: lab.version.value.clone(),
        only: only.to_vec(),
        checks: checks.collect(),
        runs,
        gaps: judging.gaps,
        faults: judging.faults,
        notes,
        how,
    }
}

struct Judging<'a> {
    lab: &'a Lab,
    needed: BTreeMap<&'a CheckId, BTreeSet<&'a CheckId>>,
    mutants: BTreeMap<&'a MutantId, &'a Mutant>,
    gaps: Vec<Gap>,
    faults: Vec<Fault>,
    killed_by: BTreeMap<CheckId, Vec<MutantId>>,
    not_here: BTreeMap<CheckId, crate::message::Message>,
}

impl<'a> Judging<'a> {
    fn run(&mut self, executed: &Executed) -> RunProof {
        let subject = &executed.subject;
        for attempt in &executed.attempts {
            faults(&mut self.faults, subject, attempt);
        }
        let lab = self.lab;
        let cells: Vec<Cell> = lab.checks().map(|(_, check)| self.cell(executed, check)).collect();
        let nothing_fails = cells.iter().all(|cell| matches!(cell.mark, Mark::Passed | Mark::Unavailable));
        if *subject == Subject::Starter && nothing_fails {
            self.gaps.push(Gap::StarterFailsNothing);
        }
        RunProof { subject: subject.clone(), cells, took: executed.took }
    }

    fn cell(&mut self, executed: &Executed, check: &'a Check) -> Cell {
        let id = &check.id.value;
        let found: Vec<&CheckResult> = executed
            .attempts
            .iter()
            .filter_map(|attempt| match attempt {
                Attempt::Judged(results) => results.iter().find(|result| result.id == *id),
                Attempt::Fault(_) => None,
            })
            .collect();
        let Some(first) = found.first() else { return Cell { mark: Mark::Missing, fit: Fit::Wrong } };
        let marks: Vec<Mark> = found.iter().map(|result| Mark::of(&result.verdict)).collect();
        if marks.iter().any(|mark| *mark != marks[0]) {
            let subject = executed.subject.clone();
            self.gaps.push(Gap::Flaky { subject, check: id.clone(), marks: marks.clone() });
            return Cell { mark: marks[0], fit: Fit::Flaky };
        }
        if let Verdict::Unavailable { why } = &first.verdict {
            self.not_here.entry(id.clone()).or_insert_with(|| why.clone());
            return Cell { mark: Mark::Unavailable, fit: Fit::Right };
        }
        let right = match &executed.subject {
            _ if marks[0] == Mark::Error => false,
            Subject::Starter => self.on_starter(check, first),
            Subject::Solution(_) | Subject::Disputed(_) => self.on_solution(&executed.subject, first),
            Subject::Mutant(mutant) => self.on_mutant(mutant, check, first),
        };
        Cell { mark: marks[0], fit: if right { Fit::Right } else { Fit::Wrong } }
    }

    fn on_starter(&mut self, check: &Check, result: &CheckResult) -> bool {
        let right = result.verdict != Verdict::Passed || check.baseline;
        if !right {
            self.gaps.push(Gap::StarterPasses { check: result.id.clone() });
        }
        right
    }

    fn on_solution(&mut self, subject: &Subject, result: &CheckResult) -> bool {
        // What waits on it says nothing more.
        if let Verdict::Failed(_) = result.verdict {
            self.gaps.push(Gap::SolutionFails { subject: subject.clone(), result: Box::new(result.clone()) });
        }
        result.verdict == Verdict::Passed
    }

    fn on_mutant(&mut self, id: &MutantId, check: &Check, result: &CheckResult) -> bool {
        let Some(mutant) = self.mutants.get(id).copied() else { return false };
        let expected = mutant.expect_fail.contains(&result.id);
        let (mutant_id, check_id) = (id.clone(), result.id.clone());
        match (&result.verdict, expected) {
            (Verdict::Failed(_), true) => {
                self.killed_by.entry(check_id).or_default().push(mutant_id);
                true
            }
            (Verdict::Failed(_), false) => {
                self.gaps.push(Gap::FailsToo { mutant: mutant_id, result: Box::new(result.clone()) });
                false
            }
            (Verdict::Passed, true) => {
                let (sees, about) = (sees(check), mutant.about.clone());
                self.gaps.push(Gap::Survived { mutant: mutant_id, check: check_id, sees, about });
                false
            }
            (Verdict::Blocked { on }, true) => {
                self.gaps.push(Gap::OnlyWaits { mutant: mutant_id, check: check_id, on: on.clone() });
                false
            }
            // Only what must fail may be waited on. Else something fails that
            // shouldn't, which is said of that.
            (Verdict::Blocked { .. }, false) => self
                .needed
                .get(&result.id)
                .is_some_and(|needed| mutant.expect_fail.iter().any(|id| needed.contains(id))),
            (Verdict::Passed, false) => true,
            (Verdict::Unavailable { .. } | Verdict::Error { .. }, _) => false,
        }
    }

    /// Of the checks in question those that nothing refuses.
    fn unkilled(&mut self, executed: &[Executed], only: &[String]) -> Vec<Note> {
        let expected: BTreeSet<&CheckId> = executed
            .iter()
            .filter_map(|run| match &run.subject {
                Subject::Mutant(id) => self.mutants.get(id),
                _ => None,
            })
            .flat_map(|mutant| &mutant.expect_fail)
            .collect();
        let mut notes = Vec::new();
        for (_, check) in self.lab.checks() {
            let id = &check.id.value;
            if let Some(why) = self.not_here.get(id) {
                notes.push(Note::NotHere { check: id.clone(), why: why.clone() });
                continue;
            }
            let asked = only.is_empty() || only.iter().any(|name| name == id.as_str());
            // Where a mutant expects it to fail and it doesn't, that is said already.
            if !asked || expected.contains(id) {
                continue;
            }
            if check.points > 0 {
                self.gaps.push(Gap::Unkilled { check: id.clone() });
            } else {
                notes.push(Note::UnkilledUnscored { check: id.clone() });
            }
        }
        notes
    }
}

/// What kept a room from being judged. The same fault of several is said once.
fn faults(known: &mut Vec<Fault>, subject: &Subject, attempt: &Attempt) {
    match attempt {
        Attempt::Fault(fault) => room_fault(known, subject, fault),
        Attempt::Judged(results) => results.iter().for_each(|result| check_fault(known, subject, result)),
    }
}

fn room_fault(faults: &mut Vec<Fault>, subject: &Subject, fault: &RoomFault) {
    for known in &mut *faults {
        if let Fault::Room { subjects, fault: other } = known
            && other.message == fault.message
        {
            add(subjects, subject);
            return;
        }
    }
    faults.push(Fault::Room { subjects: vec![subject.clone()], fault: fault.clone() });
}

fn check_fault(faults: &mut Vec<Fault>, subject: &Subject, result: &CheckResult) {
    let Verdict::Error { fault } = &result.verdict else { return };
    // What waits on an error says nothing more.
    if matches!(fault, verdict::Fault::Needs { .. }) {
        return;
    }
    for known in &mut *faults {
        if let Fault::Check { subjects, result: other } = known
            && other.id == result.id
            && other.verdict == result.verdict
        {
            add(subjects, subject);
            return;
        }
    }
    faults.push(Fault::Check { subjects: vec![subject.clone()], result: Box::new(result.clone()) });
}

/// What could be judged only by itself. Where that failed as well, it is a fault.
fn again(executed: &[Executed]) -> impl Iterator<Item = Note> {
    let mut known = Vec::new();
    for run in executed.iter().filter(|run| !run.attempts.iter().any(Attempt::is_fault)) {
        run.set_aside.iter().for_each(|attempt| faults(&mut known, &run.subject, attempt));
    }
    known.into_iter().map(|fault| Note::Again { fault })
}

fn add(subjects: &mut Vec<Subject>, subject: &Subject) {
    if !subjects.contains(subject) {
        subjects.push(subject.clone());
    }
}

fn sees(check: &Check) -> Vec<String> {
    let mut sees = Vec::new();
    for expectation in check.asks.steps().flat_map(|step| &step.expect.value.0) {
        let selector = expectation.selector.value.to_string();
        if !sees.contains(&selector) {
            sees.push(selector);
        }
    }
    sees
}

fn unexplained(lab: &Lab, executed: &[Executed]) -> Vec<Note> {
    let shown: BTreeSet<(&CheckId, Option<&str>, Option<&str>)> = executed
        .iter()
        .flat_map(|run| &run.attempts)
        .filter_map(|attempt| match attempt {
            Attempt::Judged(results) => Some(results),
            Attempt::Fault(_) => None,
        })
        .flatten()
        .filter_map(|result| match &result.verdict {
            Verdict::Failed(failure) => {
                failure.why.as_ref().map(|why| (&result.id, why.en.as_deref(), why.fr.as_deref()))
            }
            _ => None,
        })
        .collect();
    let is_shown = |id: &CheckId, say: &Text| shown.contains(&(id, say.en.as_deref(), say.fr.as_deref()));
    let all = lab.checks().filter_map(|(_, check)| {
        let id = &check.id.value;
        let left = check.explain.iter().filter(|explain| !is_shown(id, &explain.say.value));
        let explains: Vec<(u64, Text)> =
            left.map(|explain| (explain.say.referenced.line(), explain.say.value.clone())).collect();
        (!explains.is_empty()).then(|| Note::Unexplained { check: id.clone(), explains, of: check.explain.len() })
    });
    all.collect()
}
