//! A whole run: canaries, then the checks in their groups.

use super::attempt::{Attempt, Held, attempt};
use super::judge::{Aftermath, Judged, attempt_each, judge_canary, judge_check};
use super::order::{Chosen, groups};
use super::redact::Redactor;
use super::trace;
use crate::check::{Probe, Target};
use crate::definition::model::{Asks, Canary, Check, Lab};
use crate::definition::name::CheckId;
use crate::event::{Event, Events};
use crate::expect::{Hits, Matcher};
use crate::template::Scope;
use crate::verdict::{CheckResult, Fault, Finding, Problem, Verdict};
use crate::world::World;
use futures_util::future::join_all;
use std::collections::{BTreeMap, BTreeSet};
use tokio::time::Instant;
use tracing::Instrument;

#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub world: &'a dyn World,
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
    let mut spoiled: Option<CheckId> = None;
    for group in groups(chosen) {
        for one in &group {
            events.send(Event::CheckStarted(one.check.id.value.clone()));
        }
        let judged = join_all(group.iter().map(|one| {
            let (done, scope, faults, spoiled) = (&done, &scope, &faults, &spoiled);
            let span = tracing::debug_span!("verdict", check = %one.check.id.value);
            let judging = async move {
                let (begun, strain) = (Instant::now(), room.world.strain());
                let mark = strain.mark();
                let after = spoiled.clone().map(|check| Verdict::Error { fault: Fault::Spoiled { check } });
                let decided = after.or_else(|| faults.get(&one.check.id.value).cloned());
                let Judged { mut verdict, held: Held { captures, unread }, aftermath } = match decided
                    .or_else(|| waiting(one.check, done))
                    .or_else(|| unavailable(one.check, room.world, scope))
                {
                    Some(verdict) => Judged { verdict, held: Held::default(), aftermath: Aftermath::Sound },
                    None => trace::of(&one.check.id.value, judge_check(one.check, room.world, scope)).await,
                };
                let starved = strain.since(mark).starved();
                if let (Verdict::Failed(failure), Some(playground)) = (&mut verdict, playground) {
                    failure.passes_in_playground = passes_there(lab, one.check, &failure.findings, playground).await;
                }
                let result = CheckResult {
                    id: one.check.id.value.clone(),
                    task: one.task.id.value.clone(),
                    must: one.check.must.value.clone(),
                    points: one.check.points,
                    verdict,
                    took: begun.elapsed(),
                    only_needed: one.only_needed,
                    visibility: one.check.visibility,
                    starved,
                    unread,
                };
                (result, captures, aftermath)
            };
            judging.instrument(span)
        }))
        .await;
        for (result, captures, aftermath) in judged {
            if aftermath == Aftermath::Spoiled {
                spoiled.get_or_insert_with(|| result.id.clone());
            }
            for (name, value) in captures {
                scope.set(format!("capture.{name}"), value);
            }
            let result = redactor.result(result);
            tracing::debug!(check = %result.id, verdict = <&str>::from(&result.verdict), "judged");
            events.send(Event::CheckDone(Box::new(result.clone())));
            done.insert(result.id.clone(), result);
        }
    }
    chosen.iter().filter_map(|one| done.remove(&one.check.id.value)).collect()
}

/// Asks the environment's own expectations; what doesn't hold makes errors of
/// the checks that it guards. Those that change nothing are asked side by side.
async fn canaries(lab: &Lab, chosen: &[Chosen<'_>], room: Ground<'_>) -> BTreeMap<CheckId, Verdict> {
    let guards_chosen = |guards: &[serde_yaml::Spanned<CheckId>]| {
        guards.iter().any(|id| chosen.iter().any(|one| one.check.id.value == id.value))
    };
    let canaries = lab.environment.canaries.iter().filter(|canary| guards_chosen(&canary.guards));
    let (writers, readers): (Vec<&Canary>, Vec<&Canary>) = canaries.partition(|canary| canary.asks.writes());
    let mut found = join_all(readers.iter().map(|canary| judge_canary(canary, room.world, room.scope))).await;
    for canary in &writers {
        found.push(judge_canary(canary, room.world, room.scope).await);
    }
    let of_each = readers.iter().chain(&writers).zip(found);
    let faults = of_each.filter_map(|(canary, found)| Some((canary, found.err()?)));
    faults
        .flat_map(|(canary, fault)| {
            canary.guards.iter().map(move |id| (id.value.clone(), Verdict::Error { fault: fault.clone() }))
        })
        .collect()
}

/// The verdict of a check that waits on others, if it does: an error first,
/// for a fault must never look like a failure.
pub(super) fn waiting(check: &Check, done: &BTreeMap<CheckId, CheckResult>) -> Option<Verdict> {
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

/// The verdict of a check that goes to what this machine doesn't have, before
/// any of its steps is taken.
fn unavailable(check: &Check, world: &dyn World, scope: &Scope) -> Option<Verdict> {
    let source = check.for_each.iter().map(|for_each| &for_each.source.0);
    let probes = check.asks.steps().map(|step| &step.probe.value).chain(source);
    let mut targets = probes.flat_map(Probe::targets).filter_map(|(_, target)| match target {
        Target::Service(name) => Some(name.to_owned()),
        Target::Host(host) => host.render(scope).ok(),
        // What a step captures or an item is, is known only later.
        Target::Url(url) => url::Url::parse(&url.render(scope).ok()?).ok()?.host_str().map(str::to_owned),
        Target::Port(_) => None,
    });
    let why = targets.find_map(|name| world.missing(&name))?;
    Some(Verdict::Unavailable { why })
}

/// Whether a reading check holds in the playground, and what it needs as well:
/// where nothing was deployed, nothing is broken either.
async fn passes_there(lab: &Lab, check: &Check, findings: &[Finding], playground: Ground<'_>) -> bool {
    let needed = check.needs.iter().filter_map(|need| lab.check(&need.value)).filter(|need| asks_alone(need));
    let holds = async |check: &Check| judge_check(check, playground.world, playground.scope).await.verdict;
    asks_alone(check)
        && answers_there(check, findings, playground).await
        && join_all(needed.map(holds)).await.iter().all(|verdict| *verdict == Verdict::Passed)
}

/// Whether it holds there because what was missed in the room is there, and not because
/// nothing was found that could be wrong.
async fn answers_there(check: &Check, findings: &[Finding], Ground { world, scope }: Ground<'_>) -> bool {
    let (once, step) = match (&check.asks, &check.for_each) {
        (Asks::One(step), None) => (attempt(step, world, scope, None).await, step),
        (Asks::One(step), Some(for_each)) => (attempt_each(check, step, for_each, world, scope).await, step),
        (Asks::Scenario(_), _) => return judge_check(check, world, scope).await.verdict == Verdict::Passed,
    };
    let Ok(Attempt { findings: wrong, seen: Some(seen), items, .. }) = once else { return false };
    let missed = |selector: &str| {
        findings.iter().any(|finding| match &finding.problem {
            Problem::Mismatch(mismatch) => mismatch.selector == selector,
            _ => false,
        })
    };
    let mut missed = step.expect.value.0.iter().filter(|expectation| missed(&expectation.selector.value.to_string()));
    wrong.is_empty()
        && items != Some(0)
        && missed.all(|expectation| {
            let absent = expectation.matchers.value.iter().any(|matcher| matches!(matcher, Matcher::Exists(false)));
            absent
                || match expectation.selector.value.pick(&seen) {
                    Ok(Hits::One(value)) => value.is_some(),
                    Ok(Hits::Many(values)) => !values.is_empty(),
                    Err(_) => false,
                }
        })
}

/// Whether a check can be asked by itself: it only reads, soon, and compares
/// with nothing captured before it.
fn asks_alone(check: &Check) -> bool {
    let mut own = BTreeSet::new();
    for step in check.asks.steps() {
        let captured = step.names().any(|name| name.starts_with("capture.") && !own.contains(&name));
        if captured || step.eventually.is_some() || step.always.is_some() {
            return false;
        }
        own.extend(step.capture.keys().map(|name| format!("capture.{name}")));
    }
    !check.writes()
}

#[cfg(test)]
mod tests;
