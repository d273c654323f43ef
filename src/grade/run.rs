//! A whole run: canaries, then the checks in their groups.

use super::attempt::{judge_canary, judge_check};
use super::order::{Chosen, groups};
use super::redact::Redactor;
use crate::event::{Event, Events};
use crate::pack::model::{Check, Lab};
use crate::pack::name::CheckId;
use crate::template::Scope;
use crate::verdict::{CheckResult, Fault, Finding, Problem, Verdict};
use crate::world::{Trouble, World};
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::time::Instant;

/// A world and the values that hold in it.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The world.
    pub world: &'a dyn World,
    /// Its values.
    pub scope: &'a Scope,
}

/// Judges the chosen checks, in order. `playground` is where a failed reading
/// check is asked once more, to tell a step done by hand.
pub async fn run(
    lab: &Lab,
    chosen: &[Chosen<'_>],
    room: Ground<'_>,
    playground: Option<Ground<'_>>,
    events: &Events,
) -> Vec<CheckResult> {
    let redactor = Redactor::new(room.scope);
    let mut scope = room.scope.clone();
    let faults = canaries(lab, chosen, room).await;
    let mut done: BTreeMap<CheckId, CheckResult> = BTreeMap::new();
    for group in groups(chosen) {
        for one in &group {
            events.send(Event::CheckStarted(one.check.id.value.clone()));
        }
        let judged = join_all(group.iter().map(|one| {
            let (done, scope, faults) = (&done, &scope, &faults);
            async move {
                let begun = Instant::now();
                let decided = faults.get(&one.check.id.value).cloned().or_else(|| waiting(one.check, done));
                let (mut verdict, captures) = if let Some(verdict) = decided {
                    (verdict, Vec::new())
                } else {
                    let judged = judge_check(one.check, room.world, scope).await;
                    (judged.verdict, judged.captures)
                };
                if let (Verdict::Failed(failure), Some(playground)) = (&mut verdict, playground) {
                    failure.passes_in_playground = passes_there(one.check, playground).await;
                }
                let result = CheckResult {
                    id: one.check.id.value.clone(),
                    task: one.task.id.value.clone(),
                    must: one.check.must.value.clone(),
                    points: one.check.points,
                    verdict,
                    took: begun.elapsed(),
                    only_needed: one.only_needed,
                };
                (result, captures)
            }
        }))
        .await;
        for (result, captures) in judged {
            for (name, value) in captures {
                scope.set(format!("capture.{name}"), value);
            }
            let result = redactor.result(result);
            events.send(Event::CheckDone(Box::new(result.clone())));
            done.insert(result.id.clone(), result);
        }
    }
    chosen.iter().filter_map(|one| done.remove(&one.check.id.value)).collect()
}

/// Asks the environment's own expectations; what doesn't hold makes errors of
/// the checks that it guards.
async fn canaries(lab: &Lab, chosen: &[Chosen<'_>], room: Ground<'_>) -> BTreeMap<CheckId, Verdict> {
    let guards_chosen = |guards: &[serde_yaml::Spanned<CheckId>]| {
        guards.iter().any(|id| chosen.iter().any(|one| one.check.id.value == id.value))
    };
    let asked = lab.environment.canaries.iter().filter(|canary| guards_chosen(&canary.guards)).map(|canary| async {
        let found = judge_canary(&canary.probe, &canary.expect, room.world, room.scope).await;
        let fault = match found {
            Ok(findings) if findings.is_empty() => return Vec::new(),
            Ok(findings) => Fault::Canary { id: canary.id.value.clone(), findings },
            // What isn't here can't be unfair.
            Err(Fault::Trouble(Trouble::Unavailable { .. })) => return Vec::new(),
            Err(Fault::Trouble(trouble)) => {
                let findings = vec![Finding { item: None, problem: Problem::Trouble(trouble) }];
                Fault::Canary { id: canary.id.value.clone(), findings }
            }
            Err(fault) => fault,
        };
        canary.guards.iter().map(|id| (id.value.clone(), Verdict::Error { fault: fault.clone() })).collect()
    });
    join_all(asked).await.into_iter().flatten().collect()
}

/// The verdict of a check that waits on others, if it does: an error first,
/// for a fault must never look like a failure.
fn waiting(check: &Check, done: &BTreeMap<CheckId, CheckResult>) -> Option<Verdict> {
    let needed = || check.needs.iter().filter_map(|need| done.get(&need.value));
    let error = needed().find(|result| matches!(result.verdict, Verdict::Error { .. }));
    if let Some(result) = error {
        return Some(Verdict::Error { fault: Fault::Needs { check: result.id.clone() } });
    }
    needed().find_map(|result| match &result.verdict {
        Verdict::Unavailable { why } => Some(Verdict::Unavailable { why: why.clone() }),
        Verdict::Failed(_) | Verdict::Blocked { .. } => Some(Verdict::Blocked { on: result.id.clone() }),
        Verdict::Passed | Verdict::Error { .. } => None,
    })
}

/// Whether a reading check holds in the playground. One that compares with
/// captured values can't be asked alone.
async fn passes_there(check: &Check, playground: Ground<'_>) -> bool {
    let matchers = check.expect.value.0.iter().flat_map(|expectation| &expectation.matchers.value);
    let mut names = matchers.flat_map(crate::expect::Matcher::names);
    let templates = check.probe.value.templates();
    let captured = names.any(|name| name.starts_with("capture."))
        || templates.iter().flat_map(|template| template.names()).any(|name| name.starts_with("capture."));
    let waits = check.eventually.is_some() || check.always.is_some();
    if captured || waits || check.probe.value.writes() || !check.overlay.is_empty() {
        return false;
    }
    judge_check(check, playground.world, playground.scope).await.verdict == Verdict::Passed
}

#[cfg(test)]
mod tests;
