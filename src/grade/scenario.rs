//! Steps one after the other, and what puts things right whatever happened.

use super::attempt::{Held, StepOutcome, Until, judge_step};
use crate::definition::model::{Scenario, Step};
use crate::template::Scope;
use crate::verdict::{Fault, Finding, Problem, StepAt};
use crate::world::{ProbeFailure, World};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

pub(super) struct ScenarioOutcome {
    /// Its last step's end; all captures, when every step held.
    pub(crate) came: StepOutcome,
    pub(crate) at: Option<StepAt>,
    /// The values that held there.
    pub(crate) scope: Scope,
    pub(crate) after: Result<(), Fault>,
}

/// Plays the steps until one doesn't hold, and then `finally`, each step of
/// it. `cancel` ends the steps, and never `finally`.
pub(super) async fn play(
    scenario: &Scenario,
    world: &dyn World,
    scope: &Scope,
    cancel: &CancellationToken,
) -> ScenarioOutcome {
    let mut scope = scope.clone();
    let until = scenario.timeout.map(|timeout| Until::new(timeout.0, world.strain()));
    let mut handed = Held::default();
    let mut came = None;
    let mut at = None;
    let steps = &scenario.steps.value;
    for (index, step) in steps.iter().enumerate() {
        match judge_step(step, world, &scope, until.as_ref(), cancel).await {
            StepOutcome::Held(held) => {
                set(&mut scope, &held.captures);
                handed.captures.extend(held.captures);
                handed.unread.extend(held.unread);
            }
            ended => {
                came = Some(ended);
                at = Some(StepAt::new(index, steps.len(), step));
                break;
            }
        }
    }
    let after = put_right(&scenario.finally, world, scope.clone()).await;
    ScenarioOutcome { came: came.unwrap_or(StepOutcome::Held(handed)), at, scope, after }
}

/// Each step of `finally`, also after one that failed: the first fault is told.
async fn put_right(steps: &[Step], world: &dyn World, mut scope: Scope) -> Result<(), Fault> {
    let never = CancellationToken::new();
    let mut after = Ok(());
    for (index, step) in steps.iter().enumerate() {
        // A scenario may have ended before it made what this one puts right.
        if step.names().any(|name| name.starts_with("capture.") && scope.get(&name).is_none()) {
            continue;
        }
        let (asked, findings) = match judge_step(step, world, &scope, None, &never).await {
            StepOutcome::Held(held) => {
                set(&mut scope, &held.captures);
                continue;
            }
            // What this machine doesn't have was never touched.
            StepOutcome::Fault(Fault::ProbeFailure(ProbeFailure::Unavailable { .. })) | StepOutcome::Stopped => {
                continue;
            }
            StepOutcome::StepFailure(missed) => (missed.once.asked, missed.once.findings),
            StepOutcome::Fault(Fault::ProbeFailure(trouble)) => {
                let asked = step.probe.value.asked(&scope).unwrap_or_default();
                (asked, vec![Finding { item: None, problem: Problem::ProbeFailure(trouble) }])
            }
            StepOutcome::Fault(fault) => {
                after = after.and(Err(fault));
                continue;
            }
        };
        let step = StepAt::new(index, steps.len(), step);
        after = after.and(Err(Fault::Finally { step, asked, findings }));
    }
    after
}

fn set(scope: &mut Scope, captures: &[(String, Value)]) {
    for (name, value) in captures {
        scope.set(format!("capture.{name}"), value.clone());
    }
}
