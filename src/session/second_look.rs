//! The second look: what a run came to that can't be believed yet, judged once more by
//! itself, and what broke both times with a solution of the lab's as well.

use super::clean_room::beside;
use super::playground::SessionContext;
use crate::definition::name::CheckId;
use crate::event::{Event, Events};
use crate::grade::second::{self, Again};
use crate::grade::{self, Selection};
use crate::mutation::source::rules;
use crate::verdict::CheckResult;
use crate::workspace::copy::{FolderCopy, copy_folder};
use crate::workspace::solution;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a calm machine is waited for, at the most.
const CALM_WITHIN: Duration = Duration::from_secs(60);

/// The results of a run, settled. It costs nothing where all can be believed.
pub(super) async fn settled(
    setting: &SessionContext<'_>,
    again: &Again,
    results: Vec<CheckResult>,
    copy: &FolderCopy,
    nonce: &str,
) -> Vec<CheckResult> {
    let count = again.checks.len();
    setting.events.send(Event::Notice(if again.starved {
        message!("second-look-busy", count = count)
    } else {
        message!("second-look-broke", count = count)
    }));
    // What was waited for once is waited for again, and the machine as long.
    let longest = results.iter().filter(|result| again.checks.contains(&result.id)).map(|result| result.took).max();
    if again.starved {
        let calm = setting.engine.strain.calmed(longest.unwrap_or_default().min(CALM_WITHIN));
        tokio::select! {
            () = calm => {}
            () = setting.cancel.cancelled() => {}
        }
    }
    let second = in_rooms(setting, &again.checks, copy, nonce).await;
    let broke = second::broke_twice(&results, &second);
    let solution = if broke.is_empty() { Vec::new() } else { of_a_solution(setting, &broke, nonce).await };
    second::settled(&setting.loaded.lab, results, again, &second, &solution)
}

/// What a solution of the lab's comes to, if it has one.
async fn of_a_solution(setting: &SessionContext<'_>, checks: &BTreeSet<CheckId>, nonce: &str) -> Vec<CheckResult> {
    let Some(solution) = solution::all(&setting.loaded.folder).into_iter().next() else { return Vec::new() };
    let rules = rules(setting.loaded);
    let copied = tokio::task::spawn_blocking(move || copy_folder(&solution.folder, &rules)).await;
    match copied {
        Ok(Ok(copy)) => in_rooms(setting, checks, &copy, nonce).await,
        // A lab whose solution can't be copied proves nothing of a learner.
        _ => Vec::new(),
    }
}

/// Judges some checks in rooms of their own, one after the other. Where a room can't be
/// made there is no result.
async fn in_rooms(
    setting: &SessionContext<'_>,
    checks: &BTreeSet<CheckId>,
    copy: &FolderCopy,
    nonce: &str,
) -> Vec<CheckResult> {
    let events = Events::nowhere();
    let engine = setting.engine.with_events(events.clone());
    let setting = SessionContext { engine: &engine, events: &events, ..*setting };
    let selection = Selection::Named { tasks: BTreeSet::new(), checks: checks.clone() };
    let mut results = Vec::new();
    for chosen in grade::rooms(&setting.loaded.lab, &selection) {
        let judged = Box::pin(beside(&setting, &chosen, copy, nonce)).await.unwrap_or_default();
        results.extend(judged.into_iter().filter(|result| !result.only_needed));
    }
    results
}
