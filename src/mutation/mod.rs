//! Proving that a lab's checks are right: the starter must fail, honest
//! solutions must pass, and each mutant must be refused by the checks that it
//! names and by no other. Pure: what is to run, and what the results mean.

mod choose;
mod judge;
pub mod source;

pub(crate) use choose::{Run, UnknownOnly, runs};
pub(crate) use judge::judge;

use crate::definition::name::{CheckId, LabId, MutantId};
use crate::definition::text::Text;
use crate::exit::Exit;
use crate::message::Message;
use crate::verdict::{CheckResult, Verdict};
use serde::Serialize;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Subject {
    Starter,
    Solution(String),
    Mutant(MutantId),
    /// A learner's folder whose verdict is disputed: held to be a right solution.
    Disputed(String),
}

impl Subject {
    /// Its own name; the starter's is `starter`.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Starter => "starter",
            Self::Solution(name) | Self::Disputed(name) => name,
            Self::Mutant(id) => id.as_str(),
        }
    }
}

/// What running one subject came to: one attempt for each repeat.
#[derive(Debug, Clone)]
pub(crate) struct Executed {
    pub(crate) subject: Subject,
    pub(crate) attempts: Vec<Attempt>,
    /// Those that told nothing of the lab, and were made once more by themselves.
    pub(crate) set_aside: Vec<Attempt>,
    pub(crate) took: Duration,
}

#[derive(Debug, Clone)]
pub(crate) enum Attempt {
    Judged(Vec<CheckResult>),
    Fault(RoomFault),
}

impl Attempt {
    pub(crate) fn is_fault(&self) -> bool {
        match self {
            Self::Judged(results) => results.iter().any(|result| Mark::of(&result.verdict) == Mark::Error),
            Self::Fault(_) => true,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RoomFault {
    pub(crate) message: Message,
    /// More to show: a name and a text each.
    pub(crate) details: Vec<(Message, String)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Proof {
    pub(crate) lab: LabId,
    pub(crate) version: String,
    /// The names that limited the runs; empty when nothing did.
    pub(crate) only: Vec<String>,
    /// The lab's checks, in file order: the matrix's rows.
    pub(crate) checks: Vec<CheckProof>,
    pub(crate) runs: Vec<RunProof>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) faults: Vec<Fault>,
    /// What an author may want to know and nothing depends on.
    pub(crate) notes: Vec<Note>,
    pub(crate) how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct How {
    pub(crate) at_once: usize,
    pub(crate) repeats: u32,
    /// All of it, images aside.
    pub(crate) took: Duration,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CheckProof {
    pub(crate) id: CheckId,
    pub(crate) must: Text,
    pub(crate) points: u32,
    /// The mutants that it refused as they say.
    pub(crate) killed_by: Vec<MutantId>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunProof {
    pub(crate) subject: Subject,
    pub(crate) cells: Vec<Cell>,
    pub(crate) took: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) mark: Mark,
    pub(crate) fit: Fit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mark {
    Passed,
    Failed,
    Blocked,
    Unavailable,
    Error,
    Missing,
}

impl Mark {
    pub(crate) fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Passed => Self::Passed,
            Verdict::Failed(_) => Self::Failed,
            Verdict::Blocked { .. } => Self::Blocked,
            Verdict::Unavailable { .. } => Self::Unavailable,
            Verdict::Error { .. } => Self::Error,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fit {
    Right,
    Wrong,
    /// It was another one in another repeat.
    Flaky,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Gap {
    /// The untouched starter passes a check that isn't `baseline: true`.
    StarterPasses {
        check: CheckId,
    },
    StarterFailsNothing,
    SolutionFails {
        subject: Subject,
        result: Box<CheckResult>,
    },
    /// A check passed a mutant that it should refuse.
    Survived {
        mutant: MutantId,
        check: CheckId,
        /// What the check looks at: its selectors.
        sees: Vec<String>,
        about: Option<String>,
    },
    /// A check that should refuse a mutant never saw it: it waits on another.
    OnlyWaits {
        mutant: MutantId,
        check: CheckId,
        on: CheckId,
    },
    FailsToo {
        mutant: MutantId,
        result: Box<CheckResult>,
    },
    Unkilled {
        check: CheckId,
    },
    /// A verdict that changes from one repeat to the next.
    Flaky {
        subject: Subject,
        check: CheckId,
        marks: Vec<Mark>,
    },
    /// Fewer than two solutions: nothing shows that a check leaves the way open.
    FewSolutions {
        count: usize,
    },
}

impl Gap {
    /// Whose folder it is about, if it is about one.
    pub(crate) fn subject(&self) -> Option<Subject> {
        match self {
            Self::StarterPasses { .. } | Self::StarterFailsNothing => Some(Subject::Starter),
            Self::SolutionFails { subject, .. } | Self::Flaky { subject, .. } => Some(subject.clone()),
            Self::Survived { mutant, .. } | Self::OnlyWaits { mutant, .. } | Self::FailsToo { mutant, .. } => {
                Some(Subject::Mutant(mutant.clone()))
            }
            Self::Unkilled { .. } | Self::FewSolutions { .. } => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    Room {
        subjects: Vec<Subject>,
        fault: RoomFault,
    },
    Check {
        /// Whose folder, of all to which the same happened.
        subjects: Vec<Subject>,
        result: Box<CheckResult>,
    },
}

impl Fault {
    pub(crate) fn subjects(&self) -> &[Subject] {
        match self {
            Self::Room { subjects, .. } | Self::Check { subjects, .. } => subjects,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Note {
    /// Explanations of a check that no run triggers.
    Unexplained {
        check: CheckId,
        /// Each with the line of the lab's file where it stands.
        explains: Vec<(u64, Text)>,
        /// How many it has in all.
        of: usize,
    },
    NotHere {
        check: CheckId,
        why: Message,
    },
    UnkilledUnscored {
        check: CheckId,
    },
    /// Something couldn't be judged beside the others, and could by itself.
    Again {
        fault: Fault,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ProofResult {
    Proved,
    NotProved,
    Fault,
}

impl From<ProofResult> for Exit {
    fn from(standing: ProofResult) -> Self {
        match standing {
            ProofResult::Proved => Self::Success,
            ProofResult::NotProved => Self::ChecksFailed,
            ProofResult::Fault => Self::Fault,
        }
    }
}

impl Proof {
    /// What it comes to: a fault weighs more than a gap.
    pub(crate) fn standing(&self) -> ProofResult {
        match (self.faults.is_empty(), self.gaps.is_empty()) {
            (false, _) => ProofResult::Fault,
            (true, false) => ProofResult::NotProved,
            (true, true) => ProofResult::Proved,
        }
    }
}

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;
