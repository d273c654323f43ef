//! The second look: which verdicts of a run can't be believed yet, and what they are
//! once the same was judged again by itself.
//!
//! Two kinds can't. A failure that hung on time, on a machine that others starved, says
//! nothing of the learner. And an error may be the learner's: who fills a disk, or ends
//! a service of the lab's, must not gain by it. Whose it is shows in two more rooms: the
//! learner's folder breaks it again, and a solution of the lab's doesn't.

use super::run::waiting;
use crate::definition::model::Lab;
use crate::definition::name::CheckId;
use crate::verdict::{CheckResult, Failure, Fault, Finding, Problem, Verdict};
use crate::world::ProbeFailure;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// It failed by time, on a starved machine.
    Time,
    Broke,
}

fn doubt(result: &CheckResult) -> Option<Doubt> {
    match &result.verdict {
        Verdict::Failed(failure) if failure.hangs_on_time && result.starved.is_some() => Some(Doubt::Time),
        Verdict::Error { fault } if may_be_broken(fault) => Some(Doubt::Broke),
        _ => None,
    }
}

/// Whether a learner's work may have done it.
fn may_be_broken(fault: &Fault) -> bool {
    match fault {
        Fault::ProbeFailure(trouble) => {
            !matches!(trouble, ProbeFailure::Unavailable { .. } | ProbeFailure::NotHere { .. })
        }
        Fault::Canary { .. }
        | Fault::Overlay { .. }
        | Fault::Condition { .. }
        | Fault::NotPutBack { .. }
        | Fault::Finally { .. } => true,
        Fault::UnknownName(_) | Fault::Starved { .. } | Fault::Spoiled { .. } | Fault::Needs { .. } => false,
    }
}

/// Whether an error on this machine may have come of others keeping it busy.
fn may_be_starved(result: &CheckResult) -> bool {
    let timed_out = |trouble: &ProbeFailure| matches!(trouble, ProbeFailure::TimedOut { .. });
    let hangs_on_time = match &result.verdict {
        Verdict::Error { fault: Fault::ProbeFailure(trouble) | Fault::NotPutBack { trouble, .. } } => {
            timed_out(trouble)
        }
        Verdict::Error { fault: Fault::Canary { .. } | Fault::Finally { .. } } => true,
        _ => false,
    };
    hangs_on_time && result.starved.is_some()
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Again {
    /// The checks, and those that wait on them.
    pub(crate) checks: BTreeSet<CheckId>,
    /// Whether some of them failed by time.
    pub(crate) starved: bool,
    pub(crate) broke: bool,
}

/// The checks of a run whose verdicts can't be believed yet, and all that waits on them.
pub(crate) fn again(results: &[CheckResult]) -> Again {
    let mut again = Again::default();
    // What is waited on stands before in the file, and so in the results of a room; in
    // those of several rooms it need not.
    loop {
        let before = again.checks.len();
        for result in results {
            let waits = match &result.verdict {
                Verdict::Blocked { on: check }
                | Verdict::Error { fault: Fault::Needs { check } | Fault::Spoiled { check } } => {
                    again.checks.contains(check)
                }
                _ => false,
            };
            let doubt = doubt(result);
            again.starved |= doubt == Some(Doubt::Time);
            again.broke |= doubt == Some(Doubt::Broke);
            if waits || doubt.is_some() {
                again.checks.insert(result.id.clone());
            }
        }
        if again.checks.len() == before {
            return again;
        }
    }
}

/// The checks that broke both times: for these a solution is judged as well.
pub(crate) fn broke_twice(first: &[CheckResult], second: &[CheckResult]) -> BTreeSet<CheckId> {
    let broke = |results: &[CheckResult]| -> BTreeSet<CheckId> {
        let broke = results.iter().filter(|result| doubt(result) == Some(Doubt::Broke) && !may_be_starved(result));
        broke.map(|result| result.id.clone()).collect()
    };
    broke(first).intersection(&broke(second)).cloned().collect()
}

/// The results of a run, with the verdicts of the second look in the place of those
/// that couldn't be believed. `solution` is what a solution of the lab's came to.
pub(crate) fn settled(
    lab: &Lab,
    first: Vec<CheckResult>,
    again: &Again,
    second: &[CheckResult],
    solution: &[CheckResult],
) -> Vec<CheckResult> {
    let of = |results: &[CheckResult], id: &CheckId| results.iter().find(|result| result.id == *id).cloned();
    let mut done: BTreeMap<CheckId, CheckResult> =
        first.into_iter().map(|result| (result.id.clone(), result)).collect();
    // In file order, for what a check waits on is settled before it.
    for (_, check) in lab.checks() {
        let id = &check.id.value;
        let Some(result) = done.get(id).filter(|_| again.checks.contains(id)).cloned() else { continue };
        let second = of(second, id);
        let settled = settle(&result, second.as_ref(), of(solution, id).as_ref());
        let took = result.took + second.map_or(Duration::ZERO, |second| second.took);
        let verdict = match (waiting(check, &done), settled) {
            (Some(waits), _) => waits,
            // Where it is the learner's that nothing can be judged after a check, what comes
            // after it waits on that.
            (None, Verdict::Error { fault: Fault::Spoiled { check } }) if has_failed(&done, &check) => {
                Verdict::Blocked { on: check }
            }
            (None, settled) => settled,
        };
        done.insert(id.clone(), CheckResult { verdict, took, ..result });
    }
    lab.checks().filter_map(|(_, check)| done.remove(&check.id.value)).collect()
}

fn has_failed(done: &BTreeMap<CheckId, CheckResult>, check: &CheckId) -> bool {
    done.get(check).is_some_and(|result| matches!(result.verdict, Verdict::Failed(_)))
}

/// One check's verdict after the second look.
fn settle(first: &CheckResult, second: Option<&CheckResult>, solution: Option<&CheckResult>) -> Verdict {
    let by_time = |result: &CheckResult| (doubt(result) == Some(Doubt::Time)).then_some(result.starved).flatten();
    let Some(second) = second else { return unbelieved(first) };
    if let Some(factor) = by_time(second) {
        return Verdict::Error { fault: Fault::Starved { factor } };
    }
    match (&second.verdict, doubt(first)) {
        // It waits in the second room on what held in the first.
        (
            Verdict::Blocked { .. }
            | Verdict::Unavailable { .. }
            | Verdict::Error { fault: Fault::Needs { .. } | Fault::Spoiled { .. } },
            Some(_),
        ) => unbelieved(first),
        (Verdict::Error { fault }, Some(Doubt::Broke))
            if may_be_broken(fault) && !may_be_starved(second) && solution.is_some_and(is_judged) =>
        {
            Verdict::Failed(Box::new(broke(fault, second)))
        }
        (verdict, _) => verdict.clone(),
    }
}

/// Whether a solution's check got a verdict, on a machine that others left alone.
fn is_judged(solution: &CheckResult) -> bool {
    matches!(solution.verdict, Verdict::Passed | Verdict::Failed(_)) && doubt(solution).is_none()
}

/// What a verdict is that can't be believed, and couldn't be asked again.
fn unbelieved(first: &CheckResult) -> Verdict {
    match (doubt(first), first.starved) {
        (Some(Doubt::Time), Some(factor)) => Verdict::Error { fault: Fault::Starved { factor } },
        _ => first.verdict.clone(),
    }
}

/// A failure that says what the learner's folder broke.
fn broke(fault: &Fault, second: &CheckResult) -> Failure {
    let problem = Problem::Broke(Box::new(fault.clone()));
    Failure { took: second.took, ..Failure::of(String::new(), vec![Finding { item: None, problem }]) }
}

#[cfg(test)]
mod tests;
