//! One step, once or until it holds: fetch, judge, capture.

use super::overlay::{self, Before, Unlaid};
use super::time::hangs_on_time;
use super::trace;
use crate::check::{Probe, ProbeError};
use crate::definition::model::{Always, Condition, Step};
use crate::definition::text::Text;
use crate::expect::{Actual, Hits, Matcher, Mismatch, Observation, Unjudged, Unpicked, cel, compute, judge};
use crate::strain::{Mark, Strain};
use crate::template::{Scope, UnknownName};
use crate::verdict::{Fault, Finding, Problem};
use crate::world::{Blame, Excess, ProbeFailure, World};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Pauses between attempts when the lab doesn't say.
const EVERY: Duration = Duration::from_millis(250);
/// The least that a probe gets, however little is left of a scenario's time.
const LEAST: Duration = Duration::from_secs(1);

pub(super) enum StepOutcome {
    Held(Held),
    StepFailure(Box<StepFailure>),
    Fault(Fault),
    /// Somebody pressed Ctrl-C.
    Stopped,
}

/// What is left of what held.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    pub(crate) captures: Vec<(String, Value)>,
    /// What couldn't be judged beside it.
    pub(crate) unread: Vec<String>,
}

pub(super) struct StepFailure {
    pub(crate) once: Attempt,
    pub(crate) attempts: u32,
    pub(crate) took: Duration,
    /// Whether more time might have made it hold.
    pub(crate) hangs_on_time: bool,
}

impl StepFailure {
    /// What failed before anything was waited for.
    pub(crate) fn at_once(once: Attempt) -> Self {
        Self { once, attempts: 1, took: Duration::ZERO, hangs_on_time: false }
    }
}

/// When a scenario's time is up: what others take of it doesn't count.
pub(super) struct Until {
    strain: Strain,
    mark: Mark,
    within: Duration,
}

impl Until {
    pub(crate) fn new(within: Duration, strain: Strain) -> Self {
        Self { mark: strain.mark(), strain, within }
    }

    fn left(&self) -> Duration {
        self.within.saturating_sub(self.strain.since(self.mark).spent())
    }
}

pub(super) struct Attempt {
    pub(crate) asked: String,
    pub(crate) findings: Vec<Finding>,
    /// What the probe saw, to explain from.
    pub(crate) seen: Option<Observation>,
    /// What is handed on, when nothing was found wrong.
    pub(crate) captures: Vec<(String, Value)>,
    /// Items of a `for-each`, when there were some.
    pub(crate) items: Option<usize>,
    pub(crate) limit: Option<Duration>,
    /// The lab's own words for what one of its items failed by.
    pub(crate) why: Option<Text>,
}

impl Attempt {
    /// One attempt that came to nothing but a problem.
    pub(crate) fn of(asked: String, problem: Problem) -> Self {
        let findings = vec![Finding { item: None, problem }];
        Self { asked, findings, seen: None, captures: Vec::new(), items: None, limit: None, why: None }
    }
}

/// Judges a step: its overlay laid, asked until it holds, the overlay undone.
/// `until` is when its scenario's time is up.
pub(super) async fn judge_step(
    step: &Step,
    world: &dyn World,
    scope: &Scope,
    until: Option<&Until>,
    cancel: &CancellationToken,
) -> StepOutcome {
    let strain = world.strain();
    let asked = async || {
        tokio::select! {
            came = repeat(step, until, &strain, || attempt(step, world, scope, until)) => came,
            () = cancel.cancelled() => StepOutcome::Stopped,
        }
    };
    if step.overlay.is_empty() {
        return asked().await;
    }
    let mut before = Before::default();
    let came = match overlay::lay(&step.overlay, world, scope, &mut before).await {
        Ok(()) => asked().await,
        Err(unlaid) => unlaid.came(),
    };
    match overlay::undo(before, world).await {
        Ok(()) => came,
        Err(fault) => StepOutcome::Fault(fault),
    }
}

impl Unlaid {
    /// An overlay that couldn't be laid, as what its step came to.
    pub(crate) fn came(self) -> StepOutcome {
        match self {
            Self::Fault(fault) => StepOutcome::Fault(fault),
            Self::Learners(failure) => {
                let once = Attempt::of(String::new(), Problem::ProbeFailure(failure));
                StepOutcome::StepFailure(Box::new(StepFailure::at_once(once)))
            }
        }
    }
}

/// Attempts until one holds, or for as long as all must. What others take of the
/// machine meanwhile doesn't count.
pub(super) async fn repeat<F>(step: &Step, until: Option<&Until>, strain: &Strain, ask: impl Fn() -> F) -> StepOutcome
where
    F: Future<Output = Result<Attempt, Fault>>,
{
    let begun = strain.mark();
    let (within, every) = match &step.eventually {
        Some(eventually) => (eventually.within.0, eventually.every.map_or(EVERY, |every| every.0)),
        None => (Duration::ZERO, EVERY),
    };
    let mut attempts = 0;
    loop {
        attempts += 1;
        let started = Instant::now();
        let once = match &step.always {
            Some(always) => throughout(always, &ask, &mut attempts).await,
            None => ask().await,
        };
        let over = strain.since(begun).spent() + every >= within || until.is_some_and(|until| every >= until.left());
        match once {
            Ok(Attempt { findings, captures, seen, .. }) if findings.is_empty() => {
                let unread = seen.map(|seen| seen.unread).unwrap_or_default();
                return StepOutcome::Held(Held { captures, unread });
            }
            Ok(once) if over => {
                let (took, hangs_on_time) =
                    (started.elapsed(), hangs_on_time(step, once.seen.as_ref(), &once.findings));
                return StepOutcome::StepFailure(Box::new(StepFailure { once, attempts, took, hangs_on_time }));
            }
            // A fault may pass as well, while there is time.
            Err(fault) if over => return StepOutcome::Fault(fault),
            Err(fault @ Fault::ProbeFailure(ProbeFailure::Unavailable { .. })) => return StepOutcome::Fault(fault),
            Ok(_) | Err(_) => tokio::time::sleep(every).await,
        }
    }
}

/// Asks again and again for as long as it must hold: the first attempt that
/// finds something, else the last.
async fn throughout<F>(always: &Always, ask: &impl Fn() -> F, attempts: &mut u32) -> Result<Attempt, Fault>
where
    F: Future<Output = Result<Attempt, Fault>>,
{
    let begun = Instant::now();
    loop {
        let once = ask().await?;
        if !once.findings.is_empty() || begun.elapsed() >= always.span.0 {
            return Ok(once);
        }
        let left = always.span.0.saturating_sub(begun.elapsed());
        tokio::time::sleep(always.every.map_or(EVERY, |every| every.0).min(left)).await;
        *attempts += 1;
    }
}

/// Asks a step's probe once, and judges and captures from the answer.
pub(super) async fn attempt(
    step: &Step,
    world: &dyn World,
    scope: &Scope,
    until: Option<&Until>,
) -> Result<Attempt, Fault> {
    let probe = &step.probe.value;
    let asked = probe.asked(scope).map_err(unknown)?;
    let limit = step.timeout.map_or_else(|| probe.timeout(), |timeout| timeout.0);
    let left = until.map(|until| until.left().max(LEAST));
    let limit = world.strain().stretched(left.map_or(limit, |left| limit.min(left)));
    let begun = Instant::now();
    let answer = fetch(probe, world, scope, limit).await?;
    let took = begun.elapsed();
    match answer {
        Ok(seen) => {
            let (judged_step, judged_scope) = (step.clone(), scope.clone());
            let work = move || {
                let judged = judged(&judged_step, &seen, &judged_scope);
                (seen, judged)
            };
            let (seen, judged) = compute(work).await.map_err(Fault::ProbeFailure)?;
            let (findings, captures) = match judged? {
                Ok(judged) => judged,
                Err(excess) => {
                    let trouble = too_complex(probe, world, scope, excess)?;
                    trace::attempted(step, scope, &asked, took, Err(&trouble));
                    return Ok(Attempt::of(asked, Problem::ProbeFailure(trouble)));
                }
            };
            trace::attempted(step, scope, &asked, took, Ok((&seen, &findings)));
            Ok(Attempt { asked, findings, seen: Some(seen), captures, items: None, limit: Some(limit), why: None })
        }
        Err(trouble) => {
            trace::attempted(step, scope, &asked, took, Err(&trouble));
            Ok(Attempt::of(asked, Problem::ProbeFailure(trouble)))
        }
    }
}

/// Asks a probe: what it saw, or the learner's trouble.
pub(super) async fn fetch(
    probe: &Probe,
    world: &dyn World,
    scope: &Scope,
    limit: Duration,
) -> Result<Result<Observation, ProbeFailure>, Fault> {
    match probe.fetch(world, scope, limit).await {
        Ok(seen) => Ok(Ok(seen)),
        Err(ProbeError::Unknown(name)) => Err(unknown(name)),
        Err(ProbeError::ProbeFailure(trouble)) => match trouble.blame() {
            Blame::Learner => Ok(Err(trouble)),
            Blame::Environment | Blame::Nobody => Err(Fault::ProbeFailure(trouble)),
        },
    }
}

/// What is wrong with what was seen, and what is handed on; or that it is more
/// than is looked through.
type Judged = Result<(Vec<Finding>, Vec<(String, Value)>), Excess>;

fn judged(step: &Step, seen: &Observation, scope: &Scope) -> Result<Judged, Fault> {
    let mismatches = match judge(&step.expect.value, seen, scope) {
        Ok(mismatches) => mismatches,
        Err(Unjudged::Unknown(name)) => return Err(unknown(name)),
        Err(Unjudged::Excess(excess)) => return Ok(Err(excess)),
    };
    let mut findings = mismatches.into_iter().map(finding).collect();
    let captures = match captures(step, seen, &mut findings) {
        Ok(captures) => captures,
        Err(excess) => return Ok(Err(excess)),
    };
    // Of values that aren't as expected arithmetic says nothing.
    if let (true, Some(condition)) = (findings.is_empty(), &step.cel) {
        findings.extend(unmet(condition, step, seen, &captures, scope)?);
    }
    Ok(Ok((findings, captures)))
}

/// An answer that is too much to look through: a failure of whoever gave it.
pub(super) fn too_complex(
    probe: &Probe,
    world: &dyn World,
    scope: &Scope,
    excess: Excess,
) -> Result<ProbeFailure, Fault> {
    let learners = probe.asks_the_learner(world, scope);
    let trouble = ProbeFailure::TooComplex { excess, learners };
    if learners { Ok(trouble) } else { Err(Fault::ProbeFailure(trouble)) }
}

fn finding(mismatch: Mismatch) -> Finding {
    Finding { item: None, problem: Problem::Mismatch(mismatch) }
}

/// The values that a step hands on. A capture that picks nothing is a finding:
/// what follows couldn't be asked, and nobody would know why.
fn captures(step: &Step, seen: &Observation, findings: &mut Vec<Finding>) -> Result<Vec<(String, Value)>, Excess> {
    let mut captures = Vec::new();
    for (name, selector) in &step.capture {
        let actual = match selector.value.pick(seen) {
            Ok(Hits::One(Some(value))) => {
                captures.push((name.clone(), value));
                continue;
            }
            Ok(Hits::Many(values)) => {
                captures.push((name.clone(), Value::Array(values)));
                continue;
            }
            Ok(Hits::One(None)) => Actual::Nothing,
            Err(Unpicked::Excess(excess)) => return Err(excess),
            Err(Unpicked::Unreadable(unreadable)) => unreadable.into(),
        };
        let selector = selector.value.to_string();
        let expected = Matcher::Exists(true);
        findings.push(finding(Mismatch { selector, expected, actual, difference: None }));
    }
    Ok(captures)
}

fn unmet(
    condition: &Condition,
    step: &Step,
    seen: &Observation,
    captures: &[(String, Value)],
    scope: &Scope,
) -> Result<Option<Finding>, Fault> {
    let that = &condition.that.value;
    let known = known(step, seen, captures, scope);
    let used = that.names();
    let values: BTreeMap<String, Value> = known.into_iter().filter(|(name, _)| used.contains(name)).collect();
    match that.holds(&values) {
        Ok(true) => Ok(None),
        Ok(false) => {
            let message = condition.message.value.clone();
            let values = values.into_iter().collect();
            Ok(Some(Finding {
                item: None,
                problem: Problem::Condition { that: that.text().to_owned(), message, values },
            }))
        }
        Err(error) => Err(Fault::Condition { that: that.text().to_owned(), reason: error.0 }),
    }
}

/// Values by the names that conditions know them by. A field that the probe
/// didn't see is null.
fn known(step: &Step, seen: &Observation, captures: &[(String, Value)], scope: &Scope) -> BTreeMap<String, Value> {
    let mut each = serde_json::Map::new();
    let mut known = BTreeMap::new();
    for name in scope.names() {
        let Some(value) = scope.get(name) else { continue };
        if let Some(name) = name.strip_prefix("capture.") {
            known.insert(cel::name(name), value.clone());
        } else if let Some(name) = name.strip_prefix("each.") {
            each.insert(cel::name(name), value.clone());
        }
    }
    if !each.is_empty() {
        known.insert("each".to_owned(), Value::Object(each));
    }
    for field in step.probe.value.fields() {
        known.insert(cel::name(field.name), seen.field(field.name).cloned().unwrap_or_default());
    }
    known.extend(captures.iter().map(|(name, value)| (cel::name(name), value.clone())));
    known
}

pub(super) fn unknown(name: UnknownName) -> Fault {
    Fault::UnknownName(name.0)
}
