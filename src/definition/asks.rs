//! What is asked, and what must hold: by one probe, or step by step.

use super::edit::Edit;
use super::task::{Always, Eventually};
use super::text::Text;
use crate::check::{KINDS, Probe};
use crate::expect::{Cel, Expect, Matcher, Selector};
use crate::quantity::Span;
use crate::template::Template;
use schemars::JsonSchema;
use serde::{Deserialize, de};
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
    /// What it does, in a learner's words.
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

pub(super) struct EntryKeys {
    pub(crate) probe: Option<Spanned<Probe>>,
    pub(crate) expect: Option<Spanned<Expect>>,
    pub(crate) cel: Option<Condition>,
    pub(crate) capture: Option<BTreeMap<String, Spanned<Selector>>>,
    pub(crate) eventually: Option<Eventually>,
    pub(crate) always: Option<Always>,
    pub(crate) timeout: Option<Span>,
    pub(crate) scenario: Option<Spanned<Vec<Step>>>,
    pub(crate) finally: Option<Vec<Step>>,
}

impl EntryKeys {
    pub(crate) fn asks<E: de::Error>(self) -> Result<Asks, E> {
        let refused = |message: crate::message::Message| Err(E::custom(message.to_error_text()));
        let Some(steps) = self.scenario else {
            if self.finally.is_some() {
                return refused(message!("finally-alone", key = "finally"));
            }
            let Some(probe) = self.probe else {
                let kinds: Vec<&str> = KINDS.iter().copied().chain(["scenario"]).collect();
                return refused(message!("no-probe", kinds = kinds.join(", ")));
            };
            return Ok(Asks::One(Box::new(Step {
                say: None,
                probe,
                expect: self.expect.ok_or_else(|| E::missing_field("expect"))?,
                cel: self.cel,
                capture: self.capture.unwrap_or_default(),
                overlay: Vec::new(),
                eventually: self.eventually,
                always: self.always,
                timeout: self.timeout,
            })));
        };
        if let Some(probe) = self.probe {
            return refused(message!("two-probes", first = probe.value.name(), second = "scenario"));
        }
        let of_steps = [
            ("expect", self.expect.is_some()),
            ("cel", self.cel.is_some()),
            ("capture", self.capture.is_some()),
            ("eventually", self.eventually.is_some()),
            ("always", self.always.is_some()),
        ];
        if let Some((key, _)) = of_steps.into_iter().find(|(_, there)| *there) {
            return refused(message!("belongs-to-steps", key = key));
        }
        Ok(Asks::Scenario(Scenario { steps, finally: self.finally.unwrap_or_default(), timeout: self.timeout }))
    }
}
