//! The outcome of one `lab check`: verdicts by task, and every number that a
//! report shows. Reports count nothing themselves.

use crate::definition::model::{Lab, Tier};
use crate::definition::name::{CheckId, LabId, TaskId};
use crate::definition::text::Text;
use crate::verdict::{CheckResult, Verdict, millis};
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub(crate) lab: LabId,
    pub(crate) version: String,
    pub(crate) title: Text,
    pub(crate) scope: RunScope,
    /// Results by task, in file order; tasks without a result are left out.
    pub(crate) tasks: Vec<TaskOutcome>,
    pub tally: Tally,
    /// Tasks after the current one, which have no verdict yet.
    pub(crate) to_come: usize,
    /// From the command to the last verdict.
    #[serde(with = "millis")]
    pub(crate) took: Duration,
    /// Hints read so far in this lab.
    pub(crate) hints_read: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) judge: Option<Judge>,
}

/// By which lab something was judged, and whose folder: what a report must say so
/// that nobody takes a verdict of another lab for one of this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Judge {
    pub(crate) digest: String,
    /// The digest of what learners get of it, the same with and without solutions.
    pub(crate) public_digest: String,
    pub(crate) path: String,
    /// On whom the values depend.
    pub(crate) learner: String,
    pub(crate) folder_digest: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunScope {
    All,
    /// The current task and the finished ones before it.
    UpTo(TaskId),
    /// Some tasks or checks, and what they need.
    Named(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskOutcome {
    pub(crate) id: TaskId,
    pub(crate) title: Text,
    pub(crate) tier: Tier,
    pub(crate) results: Vec<CheckResult>,
    pub(crate) tally: Tally,
}

/// Numbers of verdicts and points. Outside both sums are the points of checks that
/// this machine can't run, and of those that ran only because others need them. What
/// a fault kept from being judged stays in the total, so that no unfinished sum looks
/// whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub(crate) earned: u32,
    pub(crate) total: u32,
    pub passed: u32,
    pub(crate) failed: u32,
    pub(crate) blocked: u32,
    pub(crate) unavailable: u32,
    pub(crate) errors: u32,
}

/// A hint that can be read now, for a failed check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToRead {
    pub(crate) check: CheckId,
    /// The hint's number, from 1.
    pub(crate) number: usize,
    pub(crate) of: usize,
}

impl Tally {
    pub(crate) fn of<'a>(results: impl IntoIterator<Item = &'a CheckResult>) -> Self {
        let mut tally = Self::default();
        for result in results {
            match result.verdict {
                Verdict::Passed => tally.passed += 1,
                Verdict::Failed(_) => tally.failed += 1,
                Verdict::Blocked { .. } => tally.blocked += 1,
                Verdict::Unavailable { .. } => tally.unavailable += 1,
                Verdict::Error { .. } => tally.errors += 1,
            }
            if !matches!(result.verdict, Verdict::Unavailable { .. }) && !result.only_needed {
                tally.earned += result.earned();
                tally.total += result.points;
            }
        }
        tally
    }

    /// Whether a fault kept something from being judged: then the points are those so
    /// far, and no score.
    pub(crate) fn unfinished(&self) -> bool {
        self.errors > 0
    }

    /// Whether anything has a verdict that a learner's work decided.
    pub(crate) fn judged_any(&self) -> bool {
        self.passed + self.failed + self.blocked > 0
    }

    /// Whether nothing stands in the way of all points.
    pub(crate) fn all_passed(&self) -> bool {
        self.failed == 0 && self.blocked == 0 && self.errors == 0
    }
}

impl Outcome {
    /// Sorts results into their tasks and adds them up.
    pub(crate) fn new(lab: &Lab, scope: RunScope, results: &[CheckResult], took: Duration, hints_read: u32) -> Self {
        let tally = Tally::of(results);
        let tasks: Vec<TaskOutcome> = lab
            .tasks
            .value
            .iter()
            .filter_map(|task| {
                let results: Vec<CheckResult> =
                    results.iter().filter(|result| result.task == task.id.value).cloned().collect();
                (!results.is_empty()).then(|| TaskOutcome {
                    id: task.id.value.clone(),
                    title: task.title.value.clone(),
                    tier: task.tier,
                    tally: Tally::of(&results),
                    results,
                })
            })
            .collect();
        let to_come = match &scope {
            RunScope::UpTo(_) => lab.tasks.value.len() - tasks.len(),
            RunScope::All | RunScope::Named(_) => 0,
        };
        Self {
            lab: lab.id.value.clone(),
            version: lab.version.value.clone(),
            title: lab.title.value.clone(),
            scope,
            tasks,
            tally,
            to_come,
            took,
            hints_read,
            judge: None,
        }
    }

    pub(crate) fn results(&self) -> impl Iterator<Item = &CheckResult> {
        self.tasks.iter().flat_map(|task| &task.results)
    }
}
