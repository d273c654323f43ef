//! Which checks run, and in which order.
//!
//! File order is cut at each check that changes something: readers between
//! two writers run together, after the first and before the second. What a
//! check needs stands before it in the file (the linter sees to that).

use crate::definition::model::{Check, Lab, Room, Task};
use crate::definition::name::{CheckId, TaskId};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    All,
    UpTo(TaskId),
    Named { tasks: BTreeSet<TaskId>, checks: BTreeSet<CheckId> },
}

#[derive(Debug, Clone, Copy)]
pub struct Chosen<'a> {
    pub(crate) task: &'a Task,
    pub(crate) check: &'a Check,
    /// Whether it runs only because another one needs it.
    pub(crate) only_needed: bool,
}

/// The checks of a selection by the room in which they are judged: those of
/// tasks that share one first, then each task's that has its own. In each room
/// runs what its checks need from other tasks as well, unscored.
pub fn rooms<'a>(lab: &'a Lab, selection: &Selection) -> Vec<Vec<Chosen<'a>>> {
    let mut shared = BTreeSet::new();
    let mut own: Vec<(&TaskId, BTreeSet<CheckId>)> = Vec::new();
    for one in selected(lab, selection).iter().filter(|one| !one.only_needed) {
        let (task, check) = (&one.task.id.value, one.check.id.value.clone());
        match (one.task.room, own.last_mut()) {
            (Room::Shared, _) => _ = shared.insert(check),
            (Room::Own, Some((last, checks))) if *last == task => _ = checks.insert(check),
            (Room::Own, _) => own.push((task, BTreeSet::from([check]))),
        }
    }
    let all = Some(shared).filter(|shared| !shared.is_empty()).into_iter().chain(own.into_iter().map(|(_, own)| own));
    all.map(|checks| selected(lab, &Selection::Named { tasks: BTreeSet::new(), checks })).collect()
}

/// The checks of a selection and all that they need, in file order.
pub fn selected<'a>(lab: &'a Lab, selection: &Selection) -> Vec<Chosen<'a>> {
    let last = match selection {
        Selection::UpTo(last) => lab.tasks.value.iter().position(|task| task.id.value == *last),
        Selection::All | Selection::Named { .. } => None,
    };
    let wanted = |at: usize, task: &Task, check: &Check| match selection {
        Selection::All => true,
        Selection::UpTo(_) => last.is_none_or(|last| at <= last),
        Selection::Named { tasks, checks } => tasks.contains(&task.id.value) || checks.contains(&check.id.value),
    };
    let mut wanted_ids = BTreeSet::new();
    for (at, task) in lab.tasks.value.iter().enumerate() {
        for check in &task.checks.value {
            if wanted(at, task, check) {
                wanted_ids.insert(&check.id.value);
            }
        }
    }
    // Backwards, for `needs` only points backwards.
    let all: Vec<(&Task, &Check)> = lab.checks().collect();
    let mut needed = wanted_ids.clone();
    for (_, check) in all.iter().rev() {
        if needed.contains(&check.id.value) {
            needed.extend(check.needs.iter().map(|id| &id.value));
        }
    }
    all.into_iter()
        .filter(|(_, check)| needed.contains(&check.id.value))
        .map(|(task, check)| Chosen { task, check, only_needed: !wanted_ids.contains(&check.id.value) })
        .collect()
}

/// Cuts the checks into groups whose members may run together.
pub(super) fn groups<'a>(chosen: &[Chosen<'a>]) -> Vec<Vec<Chosen<'a>>> {
    let mut groups: Vec<Vec<Chosen<'a>>> = Vec::new();
    let mut readers: Vec<Chosen<'a>> = Vec::new();
    for one in chosen {
        if one.check.writes() {
            if !readers.is_empty() {
                groups.push(std::mem::take(&mut readers));
            }
            groups.push(vec![*one]);
            continue;
        }
        // A reader that waits on a reader begins a new group behind it.
        let waits = one.check.needs.iter().any(|need| readers.iter().any(|other| other.check.id.value == need.value));
        if waits {
            groups.push(std::mem::take(&mut readers));
        }
        readers.push(*one);
    }
    if !readers.is_empty() {
        groups.push(readers);
    }
    groups
}
