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
use strum::IntoStaticStr;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case", tag = "status")]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Verdict {
    Passed,
    /// It didn't hold: the learner's matter.
    Failed(Box<Failure>),
    Blocked {
        /// The first check that it waits on.
        on: CheckId,
    },
    /// This machine lacks a part; its points are outside the total.
    Unavailable {
        why: Message,
    },
    /// The lab's or the machine's fault; no points are lost.
    Error {
        fault: Fault,
    },
}

impl Verdict {
    /// A fault's: what this machine doesn't have is unavailable, all else an error.
    pub(crate) fn of(fault: Fault) -> Self {
        match fault {
            Fault::ProbeFailure(ProbeFailure::Unavailable { why, .. }) => Self::Unavailable { why },
            fault => Self::Error { fault },
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failure {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<StepAt>,
    /// What was asked, in technical words: `GET http://…`, `./deploy.sh`.
    pub(crate) asked: String,
    pub(crate) attempts: u32,
    #[serde(with = "millis")]
    pub(crate) took: Duration,
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

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StepAt {
    /// Its number, from 1.
    pub(crate) number: usize,
    pub(crate) of: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) say: Option<Text>,
}

impl StepAt {
    /// The step at this place, from 0, of so many.
    pub(crate) fn new(index: usize, of: usize, step: &Step) -> Self {
        Self { number: index + 1, of, say: step.say.as_ref().map(|say| say.value.clone()) }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Finding {
    /// The item of a `for-each` that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) item: Option<String>,
    pub(crate) problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Problem {
    Mismatch(Mismatch),
    /// The learner's work gave no answer to judge.
    #[serde(rename = "trouble")]
    ProbeFailure(ProbeFailure),
    TooFewItems {
        found: usize,
        min: usize,
    },
    Condition {
        that: String,
        message: Text,
        values: Vec<(String, Value)>,
    },
    /// The learner's folder broke the environment, twice, and a solution of the lab's
    /// didn't.
    Broke(Box<Fault>),
    TooManyItems {
        found: usize,
        most: usize,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Fault {
    #[serde(rename = "trouble")]
    #[strum(serialize = "trouble")]
    ProbeFailure(ProbeFailure),
    UnknownName(String),
    Canary {
        id: CheckId,
        #[serde(skip_serializing_if = "Option::is_none")]
        step: Option<StepAt>,
        findings: Vec<Finding>,
    },
    /// An overlay's text doesn't stand in the file exactly once.
    Overlay {
        path: String,
        matches: usize,
    },
    Condition {
        that: String,
        reason: String,
    },
    NotPutBack {
        path: String,
        trouble: ProbeFailure,
    },
    /// A step that puts things right didn't hold.
    Finally {
        step: StepAt,
        asked: String,
        findings: Vec<Finding>,
    },
    /// A check before couldn't be undone: nothing can be judged after it.
    Spoiled {
        check: CheckId,
    },
    Needs {
        check: CheckId,
    },
    /// It failed by time, each time on a machine that others kept busy.
    Starved {
        /// How many times longer everything took there.
        factor: f64,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    pub(crate) id: CheckId,
    pub(crate) task: TaskId,
    pub(crate) must: Text,
    pub(crate) points: u32,
    pub(crate) verdict: Verdict,
    #[serde(with = "millis")]
    pub(crate) took: Duration,
    /// Run only because another check needs it; not scored.
    pub(crate) only_needed: bool,
    #[serde(default, skip_serializing_if = "Visibility::is_visible")]
    pub(crate) visibility: Visibility,
    /// How many times longer everything took meanwhile, where others starved the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) starved: Option<f64>,
    /// What is there beside all that passed, and can't be judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unread: Vec<String>,
}

impl Fault {
    pub(crate) fn kind(&self) -> &'static str {
        self.into()
    }
}

impl CheckResult {
    /// Whether a learner is told what it asks.
    pub(crate) fn is_hidden(&self) -> bool {
        self.visibility == Visibility::Hidden
    }

    /// The same with everything told, for its author.
    pub(crate) fn opened(&self) -> Self {
        Self { visibility: Visibility::Visible, ..self.clone() }
    }

    /// The points it earned: all or none.
    pub(crate) fn earned(&self) -> u32 {
        if self.verdict == Verdict::Passed { self.points } else { 0 }
    }
}

pub(crate) mod millis {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::time::Duration;

    pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}
