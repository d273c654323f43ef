//! What a learner does and how it is judged, as plain data.

use super::asks::Asks;
use super::edit::Edit;
use super::name::{CheckId, TaskId};
use super::text::Text;
use crate::check::Probe;
use crate::expect::{Expect, Selector};
use crate::quantity::Span;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_yaml::Spanned;

/// A step of the learner's way.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its id.
    #[schemars(with = "TaskId")]
    pub(crate) id: Spanned<TaskId>,
    /// Whether it belongs to finishing the lab.
    pub(crate) tier: Tier,
    /// How long it takes, about.
    pub(crate) duration: Span,
    /// Its title.
    #[schemars(with = "Text")]
    pub(crate) title: Spanned<Text>,
    /// One line that says what to do first, for `lab start`.
    #[serde(default)]
    #[schemars(with = "Option<Text>")]
    pub(crate) first: Option<Spanned<Text>>,
    /// Hints, in the order they unlock.
    #[serde(default)]
    pub(crate) hints: Vec<Hint>,
    /// Where its checks are judged (default: beside those of other tasks).
    #[serde(default)]
    pub(crate) room: Room,
    /// What must be so.
    #[schemars(with = "Vec<Check>")]
    pub(crate) checks: Spanned<Vec<Check>>,
}

/// Whether a task belongs to finishing the lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tier {
    /// All core tasks passed means done.
    Core,
    /// For those who want more.
    Bonus,
}

/// The clean room of a task's checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Room {
    /// The one of all tasks that want no other.
    #[default]
    Shared,
    /// One of its own, beside the others; what its checks need from other tasks
    /// runs there first, unscored.
    Own,
}

/// How much a learner is told of a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Visibility {
    /// Everything.
    #[default]
    Visible,
    /// That it is there, what it is worth and what it came to. Gradescope shows
    /// the rest to instructors alone.
    Hidden,
}

impl Visibility {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
    pub(crate) fn is_visible(&self) -> bool {
        *self == Self::Visible
    }
}

/// A hint.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hint {
    /// The hint.
    #[schemars(with = "Text")]
    pub(crate) say: Spanned<Text>,
    /// Failed versions of the folder after which it unlocks (default: 0).
    #[serde(default)]
    pub(crate) after: u32,
}

#[derive(Debug, Clone)]
pub struct Check {
    pub(crate) id: Spanned<CheckId>,
    pub(crate) must: Spanned<Text>,
    pub(crate) points: u32,
    pub(crate) needs: Vec<Spanned<CheckId>>,
    /// Runs the check for each of some items.
    pub(crate) for_each: Option<ForEach>,
    pub(crate) asks: Asks,
    pub(crate) explain: Vec<Explain>,
    pub(crate) overlay: Vec<Edit>,
    pub(crate) alone: bool,
    pub(crate) baseline: bool,
    pub(crate) hints: Vec<Hint>,
    pub(crate) visibility: Visibility,
}

/// Runs a check for each item that a probe and a selector find.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForEach {
    /// The item's name, for `${each.NAME}`.
    #[serde(rename = "as")]
    pub(crate) name: String,
    /// Where the items come from.
    #[serde(rename = "in")]
    pub(crate) source: Source,
    /// Which items.
    #[schemars(with = "Selector")]
    pub(crate) select: Spanned<Selector>,
    /// The fewest items that there must be (default: 1).
    #[serde(default)]
    pub(crate) min: Option<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Source(pub Probe);

/// Words for a failure that is common.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Explain {
    /// What holds when these words apply.
    #[schemars(with = "Expect")]
    pub(crate) when: Spanned<Expect>,
    /// The words.
    #[schemars(with = "Text")]
    pub(crate) say: Spanned<Text>,
}

impl Check {
    /// Whether no other check may run beside it.
    pub(crate) fn writes(&self) -> bool {
        self.alone || !self.overlay.is_empty() || self.asks.writes()
    }
}

impl Task {
    pub(crate) fn points(&self) -> u32 {
        self.checks.value.iter().map(|check| check.points).sum()
    }
}
