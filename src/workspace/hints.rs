//! Which hint comes next. Hints unlock by distinct failed versions of the
//! folder, so that trying comes before reading; what was read stays readable.

use super::progress::{LastVerdict, TaskProgress};
use crate::definition::model::{Check, Hint, Lab, Task};
use crate::definition::name::CheckId;
use crate::outcome::{Outcome, ToRead};
use crate::verdict::Verdict;

/// The hints of a check or a task, and how far they were read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shelf<'a> {
    pub(crate) task: &'a Task,
    /// The check they are of, when they aren't the whole task's.
    pub(crate) check: Option<&'a Check>,
    pub(crate) hints: &'a [Hint],
    pub(crate) read: usize,
    /// Distinct failed versions of the folder, in this task.
    pub(crate) failed: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Next<'a> {
    Ready(&'a Hint),
    Locked(u32),
    AllRead,
    None,
}

impl<'a> Shelf<'a> {
    /// The hints that help with a check: its own, else its task's.
    pub(crate) fn of_check(task: &'a Task, check: &'a Check, progress: &TaskProgress) -> Self {
        if check.hints.is_empty() {
            return Self::of_task(task, progress);
        }
        Self::new(task, Some(check), &check.hints, progress)
    }

    pub(crate) fn of_task(task: &'a Task, progress: &TaskProgress) -> Self {
        Self::new(task, None, &task.hints, progress)
    }

    /// Those of the first failed check, else the current task's; none when all
    /// is passed.
    pub(crate) fn by_default(lab: &'a Lab, progress: &TaskProgress) -> Option<Self> {
        let failed = |check: &Check| progress.checks.get(&check.id.value) == Some(&LastVerdict::Failed);
        lab.checks()
            .find(|(_, check)| failed(check))
            .map(|(task, check)| Self::of_check(task, check, progress))
            .or_else(|| progress.current(lab).map(|task| Self::of_task(task, progress)))
    }

    fn new(task: &'a Task, check: Option<&'a Check>, hints: &'a [Hint], progress: &TaskProgress) -> Self {
        let mut shelf = Self { task, check, hints, read: 0, failed: progress.failed_versions_of(&task.id.value) };
        // A newer version of the lab may have fewer.
        shelf.read = progress.hints.get(shelf.id()).map_or(0, |read| *read as usize).min(hints.len());
        shelf
    }

    /// The id of the check or task that they are of.
    pub(crate) fn id(&self) -> &'a str {
        self.check.map_or(self.task.id.value.as_str(), |check| check.id.value.as_str())
    }

    pub(crate) fn next(&self) -> Next<'a> {
        match self.hints.get(self.read) {
            Some(hint) if hint.after <= self.failed => Next::Ready(hint),
            Some(hint) => Next::Locked(hint.after - self.failed),
            None if self.hints.is_empty() => Next::None,
            None => Next::AllRead,
        }
    }

    pub(crate) fn already_read(&self) -> &'a [Hint] {
        &self.hints[..self.read]
    }
}

/// The hints that help with an outcome's failed checks and can be read now.
pub(crate) fn to_read(lab: &Lab, outcome: &Outcome, progress: &TaskProgress) -> Vec<ToRead> {
    let failed =
        |id: &CheckId| outcome.results().any(|result| result.id == *id && matches!(result.verdict, Verdict::Failed(_)));
    lab.checks()
        .filter(|(_, check)| failed(&check.id.value))
        .filter_map(|(task, check)| {
            let shelf = Shelf::of_check(task, check, progress);
            let ready = matches!(shelf.next(), Next::Ready(_));
            ready.then(|| ToRead { check: check.id.value.clone(), number: shelf.read + 1, of: shelf.hints.len() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::RunScope;
    use crate::verdict::{CheckResult, Failure};
    use crate::workspace::tests::lab;
    use std::time::Duration;

    /// `publish` has three hints (after 0, 2, 3), its check `second` one of its own.
    fn progress(failed: &[&str]) -> TaskProgress {
        let mut progress = TaskProgress::default();
        for check in failed {
            progress.checks.insert(check.parse().unwrap(), LastVerdict::Failed);
        }
        progress
    }

    fn fail(progress: &mut TaskProgress, version: &str) {
        progress.add_failed_version(&"publish".parse().unwrap(), version);
    }

    #[test]
    fn a_checks_own_hints_come_before_its_tasks() {
        let lab = lab();
        let of = |failed: &[&str]| Shelf::by_default(&lab, &progress(failed)).unwrap().id().to_owned();
        assert_eq!(of(&[]), "publish", "the current task's");
        assert_eq!(of(&["first"]), "publish", "a check without hints has its task's");
        assert_eq!(of(&["second"]), "second");
        assert_eq!(of(&["third", "first"]), "publish", "by file order");
    }

    fn outcome(lab: &Lab, verdicts: Vec<(&str, Verdict)>) -> Outcome {
        let results = lab.checks().zip(verdicts).map(|((task, check), (id, verdict))| {
            assert_eq!(check.id.value.as_str(), id);
            CheckResult {
                id: check.id.value.clone(),
                task: task.id.value.clone(),
                must: check.must.value.clone(),
                points: 1,
                verdict,
                took: Duration::ZERO,
                only_needed: false,
                visibility: crate::definition::model::Visibility::Visible,
                starved: None,
                unread: Vec::new(),
            }
        });
        let results: Vec<CheckResult> = results.collect();
        Outcome::new(lab, RunScope::All, &results, Duration::ZERO, 0)
    }

    fn failed() -> Verdict {
        Verdict::Failed(Box::new(Failure {
            step: None,
            asked: String::new(),
            attempts: 1,
            took: Duration::ZERO,
            findings: Vec::new(),
            evidence: Vec::new(),
            why: None,
            passes_in_playground: false,
            limit_ms: None,
            hangs_on_time: false,
            items: None,
        }))
    }

    #[test]
    fn an_outcome_counts_a_failed_version_where_something_failed() {
        let lab = lab();
        let blocked = Verdict::Blocked { on: "second".parse().unwrap() };
        let red = outcome(&lab, vec![("first", Verdict::Passed), ("second", failed()), ("third", blocked)]);
        let mut progress = TaskProgress::default();
        for version in ["aaa", "aaa", "bbb"] {
            progress.add(&red, Some(version));
        }
        assert_eq!(progress.failed_versions_of(&"publish".parse().unwrap()), 2);
        assert_eq!(progress.failed_versions_of(&"more".parse().unwrap()), 0, "it only waits");
        assert_eq!(progress.checks[&"third".parse::<CheckId>().unwrap()], LastVerdict::Blocked);

        let second = ToRead { check: "second".parse().unwrap(), number: 1, of: 1 };
        assert_eq!(to_read(&lab, &red, &progress), [second], "what passed or waits needs no hint");
        progress.read_hint("second", 1);
        assert_eq!(to_read(&lab, &red, &progress), [], "it was read");
    }

    #[test]
    fn failed_versions_are_bounded_and_count_once() {
        let mut progress = TaskProgress::default();
        for version in (0..60).chain(0..60) {
            fail(&mut progress, &version.to_string());
        }
        assert_eq!(progress.failed_versions_of(&"publish".parse().unwrap()), 50);
    }

    #[test]
    fn hints_unlock_by_distinct_failed_versions() {
        let lab = lab();
        let mut progress = progress(&["first"]);
        let next = |progress: &TaskProgress| match Shelf::by_default(&lab, progress).unwrap().next() {
            Next::Ready(hint) => hint.say.value.get(crate::definition::text::Language::En).to_owned(),
            Next::Locked(missing) => format!("{missing} missing"),
            Next::AllRead => "all".to_owned(),
            Next::None => "none".to_owned(),
        };
        assert_eq!(next(&progress), "one");
        progress.read_hint("publish", 1);
        assert_eq!(next(&progress), "2 missing");
        fail(&mut progress, "aaa");
        fail(&mut progress, "aaa");
        assert_eq!(next(&progress), "1 missing", "the same version counts once");
        fail(&mut progress, "bbb");
        assert_eq!(next(&progress), "two");
        progress.read_hint("publish", 2);
        fail(&mut progress, "ccc");
        progress.read_hint("publish", 3);
        assert_eq!(next(&progress), "all");
        assert_eq!(progress.hints_read, 3);
    }

    #[test]
    fn a_lab_with_fewer_hints_than_were_read_is_no_trouble() {
        let lab = lab();
        let mut progress = progress(&["second"]);
        for number in 1..=5 {
            progress.read_hint("second", number);
        }
        let shelf = Shelf::by_default(&lab, &progress).unwrap();
        assert_eq!(shelf.already_read().len(), 1);
        assert!(matches!(shelf.next(), Next::AllRead));
    }

    #[test]
    fn a_task_without_hints_says_so() {
        let lab = lab();
        let shelf = Shelf::by_default(&lab, &progress(&["third"])).unwrap();
        assert!(matches!(shelf.next(), Next::None));
    }
}
