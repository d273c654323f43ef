//! One check, once or until it holds: fetch, judge, explain.

use super::overlay::{self, Before, Unlaid};
use crate::check::{Probe, ProbeError};
use crate::expect::{Expect, Seen, judge};
use crate::pack::model::{Always, Check, ForEach};
use crate::pack::text::Text;
use crate::template::{Scope, UnknownName};
use crate::verdict::{Failure, Fault, Finding, Problem, Verdict};
use crate::world::{Blame, Trouble, World};
use futures_util::stream::{self, StreamExt};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Pauses between attempts when the lab doesn't say.
const EVERY: Duration = Duration::from_millis(250);
/// Items of a `for-each` that are asked at once when its probe only reads.
const ITEMS_AT_ONCE: usize = 8;
/// Items of a `for-each` at the most: a page with 50,000 links has an end.
const MOST_ITEMS: usize = 500;

/// A check's verdict and the values it hands on.
pub(super) struct Judged {
    pub verdict: Verdict,
    pub captures: Vec<(String, Value)>,
}

/// Judges a check in a world, its overlay laid and undone.
pub(super) async fn judge_check(check: &Check, world: &dyn World, scope: &Scope) -> Judged {
    if check.overlay.is_empty() {
        return judge_as_it_is(check, world, scope).await;
    }
    let mut before = Before::default();
    let laid = overlay::lay(&check.overlay, world, scope, &mut before).await;
    let judged = match laid {
        Ok(()) => judge_as_it_is(check, world, scope).await,
        Err(Unlaid::Fault(fault)) => Judged::fault(fault),
        Err(Unlaid::Missing(path)) => {
            let findings = vec![Finding { item: None, problem: Problem::Trouble(Trouble::NoFile { path }) }];
            let once = Once { asked: String::new(), findings, seen: None, items: None };
            let failure = failure(check, once, 1, Duration::ZERO, scope);
            Judged { verdict: Verdict::Failed(Box::new(failure)), captures: Vec::new() }
        }
    };
    match overlay::undo(before, world).await {
        Ok(()) => judged,
        Err(fault) => Judged::fault(fault),
    }
}

impl Judged {
    fn fault(fault: Fault) -> Self {
        Self { verdict: Verdict::of(fault), captures: Vec::new() }
    }
}

async fn judge_as_it_is(check: &Check, world: &dyn World, scope: &Scope) -> Judged {
    let begun = Instant::now();
    let (within, every) = match &check.eventually {
        Some(eventually) => (eventually.within.0, eventually.every.map_or(EVERY, |every| every.0)),
        None => (Duration::ZERO, EVERY),
    };
    let mut attempts = 0;
    loop {
        attempts += 1;
        let started = Instant::now();
        let once = match &check.always {
            Some(always) => throughout(check, always, world, scope, &mut attempts).await,
            None => attempt(check, world, scope).await,
        };
        let over = begun.elapsed() + every >= within;
        match once {
            Ok(Once { findings, seen, .. }) if findings.is_empty() => {
                let captures = match seen {
                    Some(seen) => captures(check, &seen),
                    None => Vec::new(),
                };
                return Judged { verdict: Verdict::Passed, captures };
            }
            Ok(once) if over => {
                let failure = failure(check, once, attempts, started.elapsed(), scope);
                return Judged { verdict: Verdict::Failed(Box::new(failure)), captures: Vec::new() };
            }
            // A fault may pass as well, while there is time.
            Err(fault) if over => {
                return Judged::fault(fault);
            }
            Err(fault @ Fault::Trouble(Trouble::Unavailable { .. })) => return Judged::fault(fault),
            Ok(_) | Err(_) => tokio::time::sleep(every).await,
        }
    }
}

/// Asks again and again for as long as it must hold: the first attempt that
/// finds something, else the last.
async fn throughout(
    check: &Check,
    always: &Always,
    world: &dyn World,
    scope: &Scope,
    attempts: &mut u32,
) -> Result<Once, Fault> {
    let begun = Instant::now();
    loop {
        let once = attempt(check, world, scope).await?;
        if !once.findings.is_empty() || begun.elapsed() >= always.span.0 {
            return Ok(once);
        }
        let left = always.span.0.saturating_sub(begun.elapsed());
        tokio::time::sleep(always.every.map_or(EVERY, |every| every.0).min(left)).await;
        *attempts += 1;
    }
}

/// Judges an expectation on the environment itself: what didn't hold.
pub(super) async fn judge_canary(
    probe: &Probe,
    expect: &Expect,
    world: &dyn World,
    scope: &Scope,
) -> Result<Vec<Finding>, Fault> {
    ask(probe, expect, None, probe.timeout(), world, scope).await.map(|answer| answer.findings)
}

/// What one attempt found.
struct Once {
    asked: String,
    findings: Vec<Finding>,
    /// What the last probe saw, to explain and to capture from.
    seen: Option<Seen>,
    items: Option<usize>,
}

/// What one probe found.
struct Answer {
    asked: String,
    findings: Vec<Finding>,
    seen: Option<Seen>,
}

async fn attempt(check: &Check, world: &dyn World, scope: &Scope) -> Result<Once, Fault> {
    let probe = &check.probe.value;
    let limit = check.timeout.map_or_else(|| probe.timeout(), |timeout| timeout.0);
    let Some(for_each) = &check.for_each else {
        let answer = ask(probe, &check.expect.value, None, limit, world, scope).await?;
        return Ok(Once { asked: answer.asked, findings: answer.findings, seen: answer.seen, items: None });
    };
    let items = match items(for_each, world, scope).await? {
        Ok(items) => items,
        Err(once) => return Ok(once),
    };
    let count = items.len();
    let at_once = if probe.writes() { 1 } else { ITEMS_AT_ONCE };
    let answers: Vec<Result<Answer, Fault>> = stream::iter(items.into_iter().take(MOST_ITEMS))
        .map(|item| {
            let scope = scope.with(format!("each.{}", for_each.name), item.clone());
            let name = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
            async move { ask(probe, &check.expect.value, Some(name), limit, world, &scope).await }
        })
        .buffered(at_once)
        .collect()
        .await;
    let mut once = Once { asked: String::new(), findings: Vec::new(), seen: None, items: Some(count) };
    for answer in answers {
        let answer = answer?;
        // What is shown and explained is the first item that failed.
        if once.asked.is_empty() || (once.findings.is_empty() && !answer.findings.is_empty()) {
            once.asked = answer.asked;
            once.seen = answer.seen;
        }
        once.findings.extend(answer.findings);
    }
    Ok(once)
}

/// The items of a `for-each`, or what went wrong while looking for them.
async fn items(for_each: &ForEach, world: &dyn World, scope: &Scope) -> Result<Result<Vec<Value>, Once>, Fault> {
    let probe = &for_each.source.0;
    let asked = probe.asked(scope).map_err(unknown)?;
    let failed = |problem: Problem, seen: Option<Seen>| {
        let findings = vec![Finding { item: None, problem }];
        Ok(Err(Once { asked: format!("{asked} · {}", for_each.select.value), findings, seen, items: Some(0) }))
    };
    let seen = match probe.fetch(world, scope, probe.timeout()).await {
        Ok(seen) => seen,
        Err(ProbeError::Unknown(name)) => return Err(unknown(name)),
        Err(ProbeError::Trouble(trouble)) if trouble.blame() == Blame::Learner => {
            return failed(Problem::Trouble(trouble), None);
        }
        Err(ProbeError::Trouble(trouble)) => return Err(Fault::Trouble(trouble)),
    };
    let mut items = match for_each.select.value.pick(&seen) {
        Ok(hits) => hits.items(),
        Err(_) => Vec::new(),
    };
    let mut known = std::collections::HashSet::new();
    items.retain(|item| known.insert(item.to_string()));
    let min = for_each.min.unwrap_or(1);
    if items.len() < min {
        return failed(Problem::TooFewItems { found: items.len(), min }, Some(seen));
    }
    Ok(Ok(items))
}

/// Asks a probe once and judges the answer.
async fn ask(
    probe: &Probe,
    expect: &Expect,
    item: Option<String>,
    limit: Duration,
    world: &dyn World,
    scope: &Scope,
) -> Result<Answer, Fault> {
    let asked = probe.asked(scope).map_err(unknown)?;
    let finding = |problem| Finding { item: item.clone(), problem };
    match probe.fetch(world, scope, limit).await {
        Ok(seen) => {
            let mismatches = judge(expect, &seen, scope).map_err(unknown)?;
            let findings = mismatches.into_iter().map(|mismatch| finding(Problem::Mismatch(mismatch))).collect();
            Ok(Answer { asked, findings, seen: Some(seen) })
        }
        Err(ProbeError::Unknown(name)) => Err(unknown(name)),
        Err(ProbeError::Trouble(trouble)) => match trouble.blame() {
            Blame::Learner => Ok(Answer { asked, findings: vec![finding(Problem::Trouble(trouble))], seen: None }),
            Blame::Environment | Blame::Nobody => Err(Fault::Trouble(trouble)),
        },
    }
}

fn failure(check: &Check, once: Once, attempts: u32, took: Duration, scope: &Scope) -> Failure {
    let why = once.seen.as_ref().and_then(|seen| explanation(check, seen, scope));
    let evidence = once.seen.map(|seen| seen.evidence).unwrap_or_default();
    Failure {
        asked: once.asked,
        attempts,
        took,
        findings: once.findings,
        evidence: evidence.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(),
        why,
        passes_in_playground: false,
        items: once.items,
    }
}

/// The first of the lab's explanations that applies.
fn explanation(check: &Check, seen: &Seen, scope: &Scope) -> Option<Text> {
    check
        .explain
        .iter()
        .find(|explain| judge(&explain.when.value, seen, scope).is_ok_and(|missed| missed.is_empty()))
        .map(|explain| explain.say.value.clone())
}

fn captures(check: &Check, seen: &Seen) -> Vec<(String, Value)> {
    check
        .capture
        .iter()
        .filter_map(|(name, selector)| {
            use crate::expect::Hits;
            let value = match selector.value.pick(seen).ok()? {
                Hits::One(value) => value?,
                Hits::Many(values) => Value::Array(values),
            };
            Some((name.clone(), value))
        })
        .collect()
}

fn unknown(name: UnknownName) -> Fault {
    Fault::UnknownName(name.0)
}
