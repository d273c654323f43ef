//! Verdicts: what a check came to, and whose matter that is.
//!
//! The five differ in type, in report and in exit code, so that no learner
//! ever fails because Docker hiccuped.

use crate::definition::model::{Step, Visibility};
use crate::definition::name::{CheckId, TaskId};
use crate::definition::text::Text;
use crate::expect::Mismatch;
use crate::message::Message;
use crate::world::ProbeFailure;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub(crate) enum Verdict {
    /// All that was expected held.
    Passed,
    /// It didn't hold: the learner's matter.
    Failed(Box<Failure>),
    /// It waits on a check that failed, or is itself blocked.
    Blocked {
        /// The first check that it waits on.
        on: CheckId,
    },
    /// This machine lacks a part; its points are outside the total.
    Unavailable {
        /// What is missing.
        why: Message,
    },
    /// The lab's or the machine's fault; no points are lost.
    Error {
        /// What happened.
        fault: Fault,
    },
}

impl Verdict {
    /// A fault's: what this machine doesn't have is unavailable, all else an error.
    #[must_use]
    pub(crate) fn of(fault: Fault) -> Self {
        match fault {
            Fault::ProbeFailure(ProbeFailure::Unavailable { why, .. }) => Self::Unavailable { why },
            fault => Self::Error { fault },
        }
    }
}

/// What a learner reads about a failed check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// The step of a scenario that didn't hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<StepAt>,
    /// What was asked, in technical words: `GET http://…`, `./deploy.sh`.
    pub(crate) asked: String,
    /// How often it was asked.
    pub(crate) attempts: u32,
    /// The last attempt's duration.
    #[serde(with = "millis")]
    pub(crate) took: Duration,
    /// What didn't hold.
    pub(crate) findings: Vec<Finding>,
    /// Texts that help, such as the last lines of standard error.
    pub(crate) evidence: Vec<(String, String)>,
    /// The lab's own words for this failure, if it has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<Text>,
    /// The same probe holds in the playground: a step was done by hand.
    pub(crate) passes_in_playground: bool,
    /// Items of a `for-each`, when there were some: how many in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) items: Option<usize>,
    /// The limit that ended the command, in milliseconds, when one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) limit_ms: Option<u64>,
    /// Whether more time might have made another verdict.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) hangs_on_time: bool,
}

impl Failure {
    /// One attempt that found this.
    #[must_use]
    pub(crate) fn of(asked: String, findings: Vec<Finding>) -> Self {
        Self {
            step: None,
            asked,
            attempts: 1,
            took: Duration::ZERO,
            findings,
            evidence: Vec::new(),
            why: None,
            passes_in_playground: false,
            items: None,
            limit_ms: None,
            hangs_on_time: false,
        }
    }
}

/// One of a scenario's steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StepAt {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// How many there are.
    pub(crate) of: usize,
    /// What it does, if the lab says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) say: Option<Text>,
}

impl StepAt {
    /// The step at this place, from 0, of so many.
    #[must_use]
    pub(crate) fn new(index: usize, of: usize, step: &Step) -> Self {
        Self { number: index + 1, of, say: step.say.as_ref().map(|say| say.value.clone()) }
    }
}

/// One thing that didn't hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Finding {
    /// The item of a `for-each` that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) item: Option<String>,
    /// What.
    pub(crate) problem: Problem,
}

/// The ways in which a check fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Problem {
    /// An expectation doesn't hold.
    Mismatch(Mismatch),
    /// The learner's work gave no answer to judge.
    #[serde(rename = "trouble")]
    ProbeFailure(ProbeFailure),
    /// A `for-each` found too few items.
    TooFewItems {
        /// How many it found.
        found: usize,
        /// How many there must be.
        min: usize,
    },
    /// A condition between values doesn't hold.
    Condition {
        that: String,
        /// The lab's words for it.
        message: Text,
        /// The values of the names that it uses.
        values: Vec<(String, Value)>,
    },
    /// The learner's folder broke the environment, twice, and a solution of the lab's
    /// didn't.
    Broke(Box<Fault>),
    /// A `for-each` found more items than are asked for.
    TooManyItems {
        /// How many it found.
        found: usize,
        /// How many there may be.
        most: usize,
    },
}

/// A fault of the lab or the machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fault {
    /// The environment couldn't answer.
    #[serde(rename = "trouble")]
    ProbeFailure(ProbeFailure),
    /// The lab names what nothing defines.
    UnknownName(String),
    /// A canary didn't hold.
    Canary {
        /// Which.
        id: CheckId,
        /// The step of its scenario, if it is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        step: Option<StepAt>,
        /// What didn't hold.
        findings: Vec<Finding>,
    },
    /// An overlay's text doesn't stand in the file exactly once.
    Overlay {
        path: String,
        /// How often the text stands there.
        matches: usize,
    },
    /// A condition between values has no answer.
    Condition {
        that: String,
        /// Why not.
        reason: String,
    },
    /// A file that was edited for a check couldn't be put back.
    NotPutBack {
        path: String,
        /// Why.
        trouble: ProbeFailure,
    },
    /// A step that puts things right didn't hold.
    Finally {
        /// Which.
        step: StepAt,
        asked: String,
        /// What didn't hold.
        findings: Vec<Finding>,
    },
    /// A check before couldn't be undone: nothing can be judged after it.
    Spoiled {
        /// Which.
        check: CheckId,
    },
    /// A check that this one needs is an error.
    Needs {
        /// Which.
        check: CheckId,
    },
    /// It failed by time, each time on a machine that others kept busy.
    Starved {
        /// How many times longer everything took there.
        factor: f64,
    },
}

/// One check's part in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    pub(crate) id: CheckId,
    pub(crate) task: TaskId,
    /// What must be so.
    pub(crate) must: Text,
    /// What it is worth.
    pub(crate) points: u32,
    /// What it came to.
    pub(crate) verdict: Verdict,
    /// From first attempt to verdict.
    #[serde(with = "millis")]
    pub(crate) took: Duration,
    /// Run only because another check needs it; not scored.
    pub(crate) only_needed: bool,
    /// How much a learner is told of it.
    #[serde(default, skip_serializing_if = "Visibility::is_visible")]
    pub(crate) visibility: Visibility,
    /// How many times longer everything took meanwhile, where others starved the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) starved: Option<f64>,
}

impl Fault {
    /// A name for programs.
    #[must_use]
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::ProbeFailure(_) => "trouble",
            Self::UnknownName(_) => "unknown-name",
            Self::Canary { .. } => "canary",
            Self::Overlay { .. } => "overlay",
            Self::Condition { .. } => "condition",
            Self::NotPutBack { .. } => "not-put-back",
            Self::Finally { .. } => "finally",
            Self::Spoiled { .. } => "spoiled",
            Self::Needs { .. } => "needs",
            Self::Starved { .. } => "starved",
        }
    }
}

impl CheckResult {
    /// Whether a learner is told what it asks.
    #[must_use]
    pub(crate) fn is_hidden(&self) -> bool {
        self.visibility == Visibility::Hidden
    }

    /// The same with everything told, for its author.
    #[must_use]
    pub(crate) fn opened(&self) -> Self {
        Self { visibility: Visibility::Visible, ..self.clone() }
    }

    /// The points it earned: all or none.
    #[must_use]
    pub(crate) fn earned(&self) -> u32 {
        if self.verdict == Verdict::Passed { self.points } else { 0 }
    }
}

/// Durations as whole milliseconds.
pub(crate) mod millis {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::time::Duration;

    /// Serialises as a number of milliseconds.
    pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    /// Reads them again.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}
