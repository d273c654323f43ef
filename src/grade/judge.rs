//! A check's verdict: its overlay, its items, its probe or scenario, and the
//! words that explain a failure.

use super::attempt::{Attempt, Held, StepFailure, StepOutcome, attempt, fetch, repeat, too_complex, unknown};
use super::overlay::{self, Before};
use super::scenario::{self, ScenarioOutcome};
use crate::definition::model::{Asks, Canary, Check, ForEach, Scenario, Step};
use crate::definition::text::Text;
use crate::expect::{Actual, Expect, Matcher, Mismatch, Observation, Unpicked, cel, compute, judge};
use crate::template::Scope;
use crate::verdict::{Failure, Fault, Finding, Problem, StepAt, Verdict};
use crate::world::{ProbeFailure, World};
use futures_util::stream::{self, StreamExt};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// Items of a `for-each` that are asked at once when its probe only reads.
const ITEMS_AT_ONCE: usize = 8;
/// Items of a `for-each` at the most: a page with 50,000 links has an end.
const MOST_ITEMS: usize = 500;

pub(super) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) held: Held,
    pub(crate) aftermath: Aftermath,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aftermath {
    /// What the next check may rely on.
    Sound,
    /// A `finally` or an overlay couldn't be undone: nothing that follows is
    /// judged in such an environment.
    Spoiled,
}

/// Judges a check in a world, its overlay laid and undone.
pub(super) async fn judge_check(check: &Check, world: &dyn World, scope: &Scope) -> Judged {
    if check.overlay.is_empty() {
        return judge_as_it_is(check, world, scope).await;
    }
    let mut before = Before::default();
    let judged = match overlay::lay(&check.overlay, world, scope, &mut before).await {
        Ok(()) => judge_as_it_is(check, world, scope).await,
        Err(unlaid) => Judged::of(check, unlaid.came(), None, scope),
    };
    match overlay::undo(before, world).await {
        Ok(()) => judged,
        Err(fault) => judged.spoiled(fault),
    }
}

/// Judges an expectation on the environment itself: its fault, if it doesn't hold.
pub(super) async fn judge_canary(canary: &Canary, world: &dyn World, scope: &Scope) -> Result<(), Fault> {
    let (came, step) = match &canary.asks {
        Asks::One(step) => (repeat(step, None, &world.strain(), || attempt(step, world, scope, None)).await, None),
        Asks::Scenario(scenario) => {
            let ScenarioOutcome { came, at, after, .. } = scenario::play(scenario, world, scope, &never()).await;
            after?;
            (came, at)
        }
    };
    let findings = match came {
        // What isn't here can't be unfair.
        StepOutcome::Held(_) | StepOutcome::Fault(Fault::ProbeFailure(ProbeFailure::Unavailable { .. })) => {
            return Ok(());
        }
        StepOutcome::StepFailure(missed) => missed.once.findings,
        StepOutcome::Fault(Fault::ProbeFailure(trouble)) => {
            vec![Finding { item: None, problem: Problem::ProbeFailure(trouble) }]
        }
        StepOutcome::Fault(fault) => return Err(fault),
        StepOutcome::Stopped => return Err(stopped()),
    };
    Err(Fault::Canary { id: canary.id.value.clone(), step, findings })
}

async fn judge_as_it_is(check: &Check, world: &dyn World, scope: &Scope) -> Judged {
    match (&check.asks, &check.for_each) {
        (Asks::One(step), None) => {
            let came = repeat(step, None, &world.strain(), || attempt(step, world, scope, None)).await;
            Judged::of(check, came, None, scope)
        }
        (Asks::One(step), Some(for_each)) => {
            let came = repeat(step, None, &world.strain(), || attempt_each(check, step, for_each, world, scope)).await;
            Judged::of(check, came, None, scope)
        }
        (Asks::Scenario(scenario), None) => {
            let ScenarioOutcome { came, at, scope, after } = scenario::play(scenario, world, scope, &never()).await;
            let judged = Judged::of(check, came, at, &scope);
            match after {
                Ok(()) => judged,
                Err(fault) => judged.spoiled(fault),
            }
        }
        (Asks::Scenario(scenario), Some(for_each)) => play_each(check, scenario, for_each, world, scope).await,
    }
}

/// A room ends as a whole, and nothing in it is put right then.
fn never() -> CancellationToken {
    CancellationToken::new()
}

fn stopped() -> Fault {
    Fault::ProbeFailure(ProbeFailure::Fault { detail: "interrupted".to_owned() })
}

impl Judged {
    fn of(check: &Check, came: StepOutcome, at: Option<StepAt>, scope: &Scope) -> Self {
        let of = |verdict| Self { verdict, held: Held::default(), aftermath: Aftermath::Sound };
        match came {
            StepOutcome::Held(held) => Self { held, ..of(Verdict::Passed) },
            StepOutcome::StepFailure(missed) => of(Verdict::Failed(Box::new(failure(check, *missed, at, scope)))),
            StepOutcome::Fault(fault @ Fault::NotPutBack { .. }) => {
                Self { aftermath: Aftermath::Spoiled, ..of(Verdict::Error { fault }) }
            }
            StepOutcome::Fault(fault) => of(Verdict::of(fault)),
            StepOutcome::Stopped => of(Verdict::Error { fault: stopped() }),
        }
    }

    /// The same with nothing to rely on afterwards. An error of its own tells
    /// more than what followed from it.
    fn spoiled(self, fault: Fault) -> Self {
        let verdict = match self.verdict {
            verdict @ Verdict::Error { .. } => verdict,
            _ => Verdict::Error { fault },
        };
        Self { verdict, held: Held::default(), aftermath: Aftermath::Spoiled }
    }
}

/// Asks for each item, those of a reading probe side by side.
pub(super) async fn attempt_each(
    check: &Check,
    step: &Step,
    for_each: &ForEach,
    world: &dyn World,
    scope: &Scope,
) -> Result<Attempt, Fault> {
    let items = match items(for_each, world, scope).await? {
        Ok(items) => items,
        Err(once) => return Ok(once),
    };
    let count = items.len();
    let at_once = if step.probe.value.writes() { 1 } else { ITEMS_AT_ONCE };
    let answers: Vec<Result<Attempt, Fault>> = stream::iter(items)
        .map(|item| async move {
            let (name, scope) = of_item(for_each, &item, scope);
            let once = attempt(step, world, &scope, None).await?;
            Ok(of_named(once, &name, check, None, &scope))
        })
        .buffered(at_once)
        .collect()
        .await;
    let mut all: Option<Attempt> = None;
    for once in answers {
        all = Some(together(all, once?));
    }
    let nothing = || Attempt {
        asked: String::new(),
        findings: Vec::new(),
        seen: None,
        captures: Vec::new(),
        items: None,
        limit: None,
        why: None,
    };
    Ok(Attempt { items: Some(count), ..all.unwrap_or_else(nothing) })
}

/// An item's attempt by its name, with the lab's words for what it failed by.
fn of_named(mut once: Attempt, name: &str, check: &Check, at: Option<&StepAt>, scope: &Scope) -> Attempt {
    for finding in &mut once.findings {
        finding.item = Some(name.to_owned());
    }
    if let (false, Some(seen)) = (once.findings.is_empty(), &once.seen) {
        once.why = explanation(check, at, seen, scope);
    }
    once
}

/// The attempts at several items as one: it shows the first that the lab has
/// words for, or the first that failed.
fn together(all: Option<Attempt>, mut once: Attempt) -> Attempt {
    let Some(mut all) = all else { return once };
    let tells_more = !once.findings.is_empty() && (all.findings.is_empty() || all.why.is_none() && once.why.is_some());
    if tells_more {
        std::mem::swap(&mut all, &mut once);
    }
    all.findings.extend(once.findings);
    all
}

/// Plays a scenario for each item, one after the other.
async fn play_each(check: &Check, scenario: &Scenario, for_each: &ForEach, world: &dyn World, scope: &Scope) -> Judged {
    let items = match items(for_each, world, scope).await {
        Ok(Ok(items)) => items,
        Ok(Err(once)) => {
            let missed = Box::new(StepFailure::at_once(once));
            return Judged::of(check, StepOutcome::StepFailure(missed), None, scope);
        }
        Err(fault) => return Judged::of(check, StepOutcome::Fault(fault), None, scope),
    };
    let count = items.len();
    let mut handed = None;
    let mut first: Option<(Box<StepFailure>, Option<StepAt>, Scope)> = None;
    for item in items {
        let (name, scope) = of_item(for_each, &item, scope);
        let ScenarioOutcome { came, at, scope, after } = scenario::play(scenario, world, &scope, &never()).await;
        match (came, after, &mut first) {
            (came, Err(fault), _) => return Judged::of(check, came, at, &scope).spoiled(fault),
            (StepOutcome::Held(held), Ok(()), _) => _ = handed.get_or_insert(held),
            (StepOutcome::StepFailure(mut missed), Ok(()), first) => {
                missed.once = of_named(missed.once, &name, check, at.as_ref(), &scope);
                missed.once.items = Some(count);
                if let Some((before, before_at, before_scope)) = first.take() {
                    let is_shown = before.once.why.is_some() || missed.once.why.is_none();
                    missed.once = together(Some(before.once), missed.once);
                    *first = Some(if is_shown { (missed, before_at, before_scope) } else { (missed, at, scope) });
                } else {
                    *first = Some((missed, at, scope));
                }
            }
            (came, Ok(()), _) => return Judged::of(check, came, at, &scope),
        }
    }
    match first {
        Some((missed, at, scope)) => Judged::of(check, StepOutcome::StepFailure(missed), at, &scope),
        None => Judged::of(check, StepOutcome::Held(handed.unwrap_or_default()), None, scope),
    }
}

fn of_item(for_each: &ForEach, item: &Value, scope: &Scope) -> (String, Scope) {
    let name = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
    (name, scope.with(format!("each.{}", for_each.name), item.clone()))
}

/// The items of a `for-each`, each once, or what went wrong while looking for them.
async fn items(for_each: &ForEach, world: &dyn World, scope: &Scope) -> Result<Result<Vec<Value>, Attempt>, Fault> {
    let probe = &for_each.source.0;
    let asked = format!("{} · {}", probe.asked(scope).map_err(unknown)?, for_each.select.value);
    let none = |problem| Attempt { items: Some(0), ..Attempt::of(asked.clone(), problem) };
    let seen = match fetch(probe, world, scope, world.strain().stretched(probe.timeout())).await? {
        Ok(seen) => seen,
        Err(trouble) => return Ok(Err(none(Problem::ProbeFailure(trouble)))),
    };
    let select = for_each.select.value.clone();
    let pick = move || {
        let mut items = select.pick(&seen).map(|hits| hits.items());
        let mut known = std::collections::HashSet::new();
        if let Ok(items) = &mut items {
            items.retain(|item| known.insert(item.to_string()));
        }
        (seen, items)
    };
    let (seen, items) = compute(pick).await.map_err(Fault::ProbeFailure)?;
    let items = match items {
        Ok(items) => items,
        Err(Unpicked::Excess(excess)) => {
            return Ok(Err(none(Problem::ProbeFailure(too_complex(probe, world, scope, excess)?))));
        }
        Err(Unpicked::Unreadable(unreadable)) => {
            let selector = for_each.select.value.to_string();
            let actual = Actual::from(unreadable);
            let mismatch = Mismatch { selector, expected: Matcher::Exists(true), actual, difference: None };
            return Ok(Err(Attempt { seen: Some(seen), ..none(Problem::Mismatch(mismatch)) }));
        }
    };
    let (found, min) = (items.len(), for_each.min.unwrap_or(1));
    let wrong = |problem| Ok(Err(Attempt { seen: Some(seen), ..none(problem) }));
    match found {
        _ if found < min => wrong(Problem::TooFewItems { found, min }),
        _ if found > MOST_ITEMS => wrong(Problem::TooManyItems { found, most: MOST_ITEMS }),
        _ => Ok(Ok(items)),
    }
}

fn failure(check: &Check, missed: StepFailure, at: Option<StepAt>, scope: &Scope) -> Failure {
    let explained = || explanation(check, at.as_ref(), missed.once.seen.as_ref()?, scope);
    // Where a `for-each` has items, each was explained by itself; where it has none,
    // what was seen is the listing, which the lab's words aren't about.
    let why = if missed.once.items.is_some() { missed.once.why.clone() } else { explained() };
    Failure { step: at, why, ..missed.failure() }
}

impl StepFailure {
    /// The same as it is told, but for the lab's own words.
    pub(super) fn failure(self) -> Failure {
        let Self { once, attempts, took, hangs_on_time } = self;
        let ended = once.seen.as_ref().and_then(|seen| seen.field("ended")?.as_str());
        let limit = once.limit.filter(|_| ended == Some("timed-out"));
        let evidence = once.seen.map(|seen| evidence(seen, &once.findings)).unwrap_or_default();
        Failure {
            attempts,
            took,
            evidence,
            items: once.items,
            limit_ms: limit.and_then(|limit| u64::try_from(limit.as_millis()).ok()),
            hangs_on_time,
            ..Failure::of(once.asked, once.findings)
        }
    }
}

/// What helps to read the findings: what is about them all, and the details of
/// the fields that were missed. Of several items only the first was kept as seen.
fn evidence(seen: Observation, findings: &[Finding]) -> Vec<(String, String)> {
    let item = findings.first().and_then(|finding| finding.item.as_ref());
    let missed = |name: &str| {
        findings.iter().filter(|finding| finding.item.as_ref() == item).any(|finding| match &finding.problem {
            Problem::Mismatch(mismatch) => mismatch.selector == name,
            Problem::Condition { values, .. } => values.iter().any(|(used, _)| *used == cel::name(name)),
            _ => false,
        })
    };
    let details = seen.details.into_iter().filter(|(name, _)| missed(name));
    seen.evidence.into_iter().chain(details).map(|(name, text)| (name.to_owned(), text)).collect()
}

/// The first of the lab's explanations that applies. One that looks at what the
/// step's probe doesn't yield is about another step.
fn explanation(check: &Check, at: Option<&StepAt>, seen: &Observation, scope: &Scope) -> Option<Text> {
    let step = check.asks.steps().nth(at.map_or(0, |at| at.number - 1))?;
    let applies = |when: &Expect| {
        when.0.iter().all(|expectation| step.probe.value.answers(&expectation.selector.value))
            && judge(when, seen, scope).is_ok_and(|missed| missed.is_empty())
    };
    let explain = check.explain.iter().find(|explain| applies(&explain.when.value))?;
    Some(explain.say.value.clone())
}
