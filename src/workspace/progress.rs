//! How far the work in a folder has come: each check's last verdict, the hints that
//! were read, and what follows from them, such as the current task.

use super::newer;
use crate::definition::model::{Lab, Task, Tier};
use crate::definition::name::{CheckId, TaskId};
use crate::outcome::Outcome;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Failed versions that are kept of each task: no hint waits for more.
const MAX_VERSIONS: usize = 50;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TaskProgress {
    #[serde(default)]
    pub(crate) format: u32,
    /// The last verdict of each check: `passed`, `failed`, …
    #[serde(default, deserialize_with = "newer::known")]
    pub(crate) checks: BTreeMap<CheckId, LastVerdict>,
    /// Hints read so far, in all.
    #[serde(default)]
    pub(crate) hints_read: u32,
    /// Of which task or check, by its id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) hints: BTreeMap<String, u32>,
    /// The versions of the folder that failed, of each task: short hashes, of
    /// which only the number matters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) failed_versions: BTreeMap<TaskId, Vec<String>>,
    /// Whether the solutions were asked for before every core task passed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) given_up: bool,
}

/// How a check stood when it was last judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LastVerdict {
    Passed,
    Failed,
    Blocked,
    /// The same, and it held before: it is asked again with the current task.
    Lapsed,
    Unavailable,
}

impl TaskProgress {
    /// Adds an outcome. A task whose checks only wait wasn't tried, so it
    /// gains no failed version.
    pub(crate) fn add(&mut self, outcome: &Outcome, version: Option<&str>) {
        for result in outcome.results() {
            let standing = match result.verdict {
                Verdict::Passed => LastVerdict::Passed,
                Verdict::Failed(_) => LastVerdict::Failed,
                Verdict::Blocked { .. } => match self.checks.get(&result.id) {
                    Some(LastVerdict::Passed | LastVerdict::Lapsed) => LastVerdict::Lapsed,
                    _ => LastVerdict::Blocked,
                },
                Verdict::Unavailable { .. } => LastVerdict::Unavailable,
                Verdict::Error { .. } => continue,
            };
            if let (Verdict::Failed(_), Some(version)) = (&result.verdict, version) {
                self.add_failed_version(&result.task, version);
            }
            self.checks.insert(result.id.clone(), standing);
        }
    }

    /// Counts a version of the folder as one that failed, once.
    pub(crate) fn add_failed_version(&mut self, task: &TaskId, version: &str) {
        let versions = self.failed_versions.entry(task.clone()).or_default();
        if versions.len() < MAX_VERSIONS && !versions.iter().any(|known| known == version) {
            versions.push(version.to_owned());
        }
    }

    /// Distinct versions of the folder that failed in a task.
    pub(crate) fn failed_versions_of(&self, task: &TaskId) -> u32 {
        self.failed_versions.get(task).map_or(0, |versions| u32::try_from(versions.len()).unwrap_or(u32::MAX))
    }

    /// Records that a hint of a task or check was read, counted from 1. Two commands
    /// that read the same one at once record it once: the next stays unread.
    pub(crate) fn read_hint(&mut self, id: &str, number: usize) {
        let read = self.hints.entry(id.to_owned()).or_default();
        let before = *read;
        *read = before.max(u32::try_from(number).unwrap_or(u32::MAX));
        self.hints_read = self.hints_read.saturating_add(*read - before);
    }

    /// Forgets how a task's checks stood, or all. What was read stays recorded.
    pub(crate) fn reset(&mut self, task: Option<&Task>) {
        let Some(task) = task else {
            self.checks.clear();
            self.failed_versions.clear();
            return;
        };
        for check in &task.checks.value {
            self.checks.remove(&check.id.value);
        }
        self.failed_versions.remove(&task.id.value);
    }

    pub(crate) fn core_left<'a>(&self, lab: &'a Lab) -> impl Iterator<Item = &'a Task> {
        lab.tasks.value.iter().filter(|task| task.tier == Tier::Core && !self.is_passed(task))
    }

    /// Whether every check of a task passed when it was last judged, those
    /// aside that this machine can't judge.
    pub(crate) fn is_passed(&self, task: &Task) -> bool {
        let mut any = false;
        task.checks.value.iter().all(|check| match self.checks.get(&check.id.value) {
            Some(LastVerdict::Passed) => {
                any = true;
                true
            }
            Some(LastVerdict::Unavailable) => true,
            Some(LastVerdict::Failed | LastVerdict::Blocked | LastVerdict::Lapsed) | None => false,
        }) && any
    }

    /// The current task: the first core one that isn't passed, else the first
    /// bonus one; none when all are passed.
    pub(crate) fn current<'a>(&self, lab: &'a Lab) -> Option<&'a Task> {
        let open = |tier: Tier| lab.tasks.value.iter().find(|task| task.tier == tier && !self.is_passed(task));
        open(Tier::Core).or_else(|| open(Tier::Bonus))
    }

    /// Points of the checks that passed when they were last judged, of all.
    pub(crate) fn points(&self, lab: &Lab) -> (u32, u32) {
        let passed = |id: &CheckId| self.checks.get(id) == Some(&LastVerdict::Passed);
        let earned = lab.checks().filter(|(_, check)| passed(&check.id.value)).map(|(_, check)| check.points).sum();
        (earned, lab.tasks.value.iter().map(Task::points).sum())
    }

    /// The last task that a check without arguments judges: the current one, or a later
    /// one that held until something before it failed.
    pub(crate) fn reached(&self, lab: &Lab) -> Option<TaskId> {
        let current = self.current_id(lab)?;
        let lapsed = |task: &&Task| {
            task.checks.value.iter().any(|check| self.checks.get(&check.id.value) == Some(&LastVerdict::Lapsed))
        };
        let last = lab.tasks.value.iter().rfind(|task| task.id.value == current || lapsed(task));
        last.map(|task| task.id.value.clone())
    }

    /// The tasks up to the current one, for a check without arguments.
    pub(crate) fn current_id(&self, lab: &Lab) -> Option<TaskId> {
        self.current(lab).map(|task| task.id.value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_hint_read_twice_at_once_is_recorded_once() {
        let mut progress = TaskProgress::default();
        progress.read_hint("publish", 1);
        progress.read_hint("publish", 1);
        assert_eq!((progress.hints_read, progress.hints["publish"]), (1, 1));
        progress.read_hint("publish", 2);
        assert_eq!((progress.hints_read, progress.hints["publish"]), (2, 2));
    }

    #[test]
    fn a_reset_forgets_verdicts_and_keeps_what_was_read() {
        let lab = crate::workspace::tests::lab();
        let (publish, more) = (&lab.tasks.value[0], &lab.tasks.value[1]);
        let mut progress = TaskProgress { given_up: true, ..TaskProgress::default() };
        for check in ["first", "second", "third"] {
            progress.checks.insert(check.parse().unwrap(), LastVerdict::Passed);
        }
        progress.add_failed_version(&publish.id.value, "aaa");
        progress.read_hint("publish", 1);
        assert!(progress.is_passed(publish) && progress.is_passed(more));
        progress.reset(Some(more));
        assert!(progress.is_passed(publish) && !progress.is_passed(more));
        progress.reset(Some(publish));
        assert!(!progress.is_passed(publish));
        assert_eq!(progress.failed_versions_of(&publish.id.value), 0);
        progress.reset(None);
        assert_eq!((progress.checks.len(), progress.hints_read, progress.given_up), (0, 1, true));
    }

    #[test]
    fn what_waits_on_a_failure_is_no_failure_and_is_asked_again_where_it_held() {
        use crate::outcome::RunScope;
        use crate::verdict::{CheckResult, Failure};
        let lab = crate::workspace::tests::lab();
        let ids: Vec<CheckId> = lab.checks().map(|(_, check)| check.id.value.clone()).collect();
        let outcome = |verdicts: &[Verdict]| {
            let results: Vec<CheckResult> = lab
                .checks()
                .zip(verdicts)
                .map(|((task, check), verdict)| CheckResult {
                    id: check.id.value.clone(),
                    task: task.id.value.clone(),
                    must: check.must.value.clone(),
                    points: check.points,
                    verdict: verdict.clone(),
                    took: std::time::Duration::ZERO,
                    only_needed: false,
                    visibility: check.visibility,
                    starved: None,
                    unread: Vec::new(),
                })
                .collect();
            Outcome::new(&lab, RunScope::All, &results, std::time::Duration::ZERO, 0)
        };
        let failed = || Verdict::Failed(Box::new(Failure::of(String::new(), Vec::new())));
        let blocked = || Verdict::Blocked { on: ids[0].clone() };
        let stand = |progress: &TaskProgress| ids.iter().map(|id| progress.checks[id]).collect::<Vec<_>>();
        let (first, last) = (lab.tasks.value[0].id.value.clone(), lab.tasks.value[1].id.value.clone());

        let mut never = TaskProgress::default();
        never.add(&outcome(&[failed(), blocked(), blocked()]), None);
        assert_eq!(stand(&never), [LastVerdict::Failed, LastVerdict::Blocked, LastVerdict::Blocked]);
        assert_eq!(never.reached(&lab), Some(first.clone()), "nothing that held is to be asked again");

        let mut before = TaskProgress::default();
        before.add(&outcome(&[Verdict::Passed, Verdict::Passed, Verdict::Passed]), None);
        for _ in 0..2 {
            before.add(&outcome(&[failed(), blocked(), blocked()]), None);
            assert_eq!(stand(&before), [LastVerdict::Failed, LastVerdict::Lapsed, LastVerdict::Lapsed]);
            assert_eq!((before.current_id(&lab), before.reached(&lab)), (Some(first.clone()), Some(last.clone())));
        }
    }
}
