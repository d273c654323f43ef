//! What is asked, and what must hold: by one probe, or step by step.

use super::edit::Edit;
use super::text::Text;
use crate::check::Probe;
use crate::expect::{Cel, Expect, Matcher, Selector};
use crate::quantity::Span;
use crate::template::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_yaml::Spanned;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub(crate) enum Asks {
    One(Box<Step>),
    Scenario(Scenario),
}

#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    /// The steps; the first that doesn't hold ends them.
    pub(crate) steps: Spanned<Vec<Step>>,
    /// Steps that follow whatever happened, each of them.
    pub(crate) finally: Vec<Step>,
    /// Limit for all steps together, without `finally` (default: none but theirs).
    pub(crate) timeout: Option<Span>,
}

/// What must hold between values, in arithmetic that matchers don't have.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Condition {
    /// The expression: names are captures, the probe's fields and `each.NAME`.
    #[schemars(with = "Cel")]
    pub(crate) that: Spanned<Cel>,
    /// What a learner reads when it doesn't hold.
    #[schemars(with = "Text")]
    pub(crate) message: Spanned<Text>,
}

#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) say: Option<Spanned<Text>>,
    pub(crate) probe: Spanned<Probe>,
    pub(crate) expect: Spanned<Expect>,
    /// What must hold besides, once all of that does.
    pub(crate) cel: Option<Condition>,
    /// Values to hand on: name → selector. Each must pick something.
    pub(crate) capture: BTreeMap<String, Spanned<Selector>>,
    /// Edits of the learner's files, for this step only.
    pub(crate) overlay: Vec<Edit>,
    pub(crate) eventually: Option<Eventually>,
    pub(crate) always: Option<Always>,
    /// Limit for one run of the probe (default: the kind's).
    pub(crate) timeout: Option<Span>,
}

/// Asks again until the expectations hold.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Eventually {
    /// For how long at the most.
    pub(crate) within: Span,
    /// How often (default: each 250 milliseconds).
    #[serde(default)]
    pub(crate) every: Option<Span>,
}

/// Demands that the expectations hold throughout.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Always {
    /// For how long.
    #[serde(rename = "for")]
    pub(crate) span: Span,
    /// How often it is asked (default: each 250 milliseconds).
    #[serde(default)]
    pub(crate) every: Option<Span>,
}

impl Step {
    /// Every name that it uses, such as `capture.home`, as often as it does.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        let matchers = self.expect.value.0.iter().flat_map(|expectation| &expectation.matchers.value);
        let edits = self.overlay.iter().flat_map(Edit::templates);
        let templates = self.probe.value.templates().into_iter().chain(edits);
        let used = templates.flat_map(Template::names).map(str::to_owned);
        used.chain(matchers.flat_map(Matcher::names)).collect::<Vec<_>>().into_iter()
    }
}

impl Asks {
    /// All steps in file order, those of `finally` at the end.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step> {
        let (steps, finally) = match self {
            Self::One(step) => (std::slice::from_ref(&**step), [].as_slice()),
            Self::Scenario(scenario) => (scenario.steps.value.as_slice(), scenario.finally.as_slice()),
        };
        steps.iter().chain(finally)
    }

    /// Whether it may change what later checks see.
    pub(crate) fn writes(&self) -> bool {
        self.steps().any(|step| !step.overlay.is_empty() || step.probe.value.writes())
    }
}
