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
use crate::message::Message;
use crate::verdict::{CheckResult, Verdict};
use std::time::Duration;

/// Whose folder is judged in one room.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// What a learner begins with.
    Starter,
    Solution(String),
    Mutant(MutantId),
    /// A learner's folder whose verdict is disputed: held to be a right solution.
    Disputed(String),
}

impl Subject {
    /// Its own name; the starter's is `starter`.
    #[must_use]
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
    /// Whose folder.
    pub(crate) subject: Subject,
    /// One for each repeat.
    pub(crate) attempts: Vec<Attempt>,
    /// Those that told nothing of the lab, and were made once more by themselves.
    pub(crate) set_aside: Vec<Attempt>,
    /// All its rooms together.
    pub(crate) took: Duration,
}

/// What became of one room.
#[derive(Debug, Clone)]
pub(crate) enum Attempt {
    Judged(Vec<CheckResult>),
    /// There was no room to judge in.
    Fault(RoomFault),
}

impl Attempt {
    /// Whether a fault kept something from being judged.
    #[must_use]
    pub(crate) fn is_fault(&self) -> bool {
        match self {
            Self::Judged(results) => results.iter().any(|result| Mark::of(&result.verdict) == Mark::Error),
            Self::Fault(_) => true,
        }
    }
}

/// Why there was no room to judge in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RoomFault {
    /// What happened.
    pub(crate) message: Message,
    /// More to show: a name and a text each.
    pub(crate) details: Vec<(Message, String)>,
}

/// What `lab test` came to for one lab.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    pub(crate) lab: LabId,
    pub(crate) version: String,
    /// The names that limited the runs; empty when nothing did.
    pub(crate) only: Vec<String>,
    /// The lab's checks, in file order: the matrix's rows.
    pub(crate) checks: Vec<CheckProof>,
    /// What ran: the matrix's columns.
    pub(crate) runs: Vec<RunProof>,
    /// What keeps the lab from being proved.
    pub(crate) gaps: Vec<Gap>,
    /// What couldn't be judged, by a fault of the lab or the machine.
    pub(crate) faults: Vec<Fault>,
    /// What an author may want to know and nothing depends on.
    pub(crate) notes: Vec<Note>,
    /// How it was run and how long it took.
    pub(crate) how: How,
}

/// How a lab was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct How {
    /// Rooms side by side.
    pub(crate) at_once: usize,
    /// How often each was run.
    pub(crate) repeats: u32,
    /// All of it, images aside.
    pub(crate) took: Duration,
}

/// A row of the matrix.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CheckProof {
    pub(crate) id: CheckId,
    /// What must be so.
    pub(crate) must: Text,
    /// What it is worth.
    pub(crate) points: u32,
    /// The mutants that it refused as they say.
    pub(crate) killed_by: Vec<MutantId>,
}

/// A column of the matrix.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunProof {
    /// Whose folder.
    pub(crate) subject: Subject,
    /// A cell for each check.
    pub(crate) cells: Vec<Cell>,
    /// All its rooms together.
    pub(crate) took: Duration,
}

/// One check in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    /// What it came to.
    pub(crate) mark: Mark,
    /// Whether that is as it should be.
    pub(crate) fit: Fit,
}

/// A verdict without its reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It held.
    Passed,
    /// It didn't.
    Failed,
    /// It waits on another.
    Blocked,
    /// This machine lacks a part.
    Unavailable,
    /// A fault of the lab or the machine.
    Error,
    /// Nothing was judged.
    Missing,
}

impl Mark {
    /// The mark of a verdict.
    #[must_use]
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

/// Whether a verdict is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It is.
    Right,
    /// It isn't.
    Wrong,
    /// It was another one in another repeat.
    Flaky,
}

/// One thing that keeps a lab from being proved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Gap {
    /// The untouched starter passes a check that isn't `baseline: true`.
    StarterPasses {
        /// Which.
        check: CheckId,
    },
    /// The untouched starter fails nothing.
    StarterFailsNothing,
    /// A right solution fails a check.
    SolutionFails {
        /// Whose folder.
        subject: Subject,
        /// The check and why.
        result: Box<CheckResult>,
    },
    /// A check passed a mutant that it should refuse.
    Survived {
        mutant: MutantId,
        check: CheckId,
        /// What the check looks at: its selectors.
        sees: Vec<String>,
        /// What is wrong with the mutant.
        about: Option<String>,
    },
    /// A check that should refuse a mutant never saw it: it waits on another.
    OnlyWaits {
        mutant: MutantId,
        check: CheckId,
        /// What it waits on.
        on: CheckId,
    },
    /// A check refuses a mutant that doesn't expect it to.
    FailsToo {
        mutant: MutantId,
        /// The check and why.
        result: Box<CheckResult>,
    },
    /// No mutant expects a check to fail.
    Unkilled {
        /// Which.
        check: CheckId,
    },
    /// A verdict that changes from one repeat to the next.
    Flaky {
        /// Whose folder.
        subject: Subject,
        check: CheckId,
        /// What it came to each time.
        marks: Vec<Mark>,
    },
    /// Fewer than two solutions: nothing shows that a check leaves the way open.
    FewSolutions {
        /// How many there are.
        count: usize,
    },
}

impl Gap {
    /// Whose folder it is about, if it is about one.
    #[must_use]
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

/// What couldn't be judged.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    /// No room for a run.
    Room {
        /// Whose folder, of all to which the same happened.
        subjects: Vec<Subject>,
        /// Why.
        fault: RoomFault,
    },
    /// A check that is an error.
    Check {
        /// Whose folder, of all to which the same happened.
        subjects: Vec<Subject>,
        /// The check and why.
        result: Box<CheckResult>,
    },
}

impl Fault {
    /// Whose folders it kept from being judged.
    #[must_use]
    pub(crate) fn subjects(&self) -> &[Subject] {
        match self {
            Self::Room { subjects, .. } | Self::Check { subjects, .. } => subjects,
        }
    }
}

/// What an author may want to know.
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
    /// A check can't be proved on this machine.
    NotHere {
        /// Which.
        check: CheckId,
        /// What is missing.
        why: Message,
    },
    /// A check without points is refused by nothing.
    UnkilledUnscored {
        /// Which.
        check: CheckId,
    },
    /// Something couldn't be judged beside the others, and could by itself.
    Again {
        /// What had happened, and to whom.
        fault: Fault,
    },
}

/// What a proof comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ProofResult {
    /// All that was run is as it should be.
    Proved,
    /// Something isn't.
    NotProved,
    /// Something couldn't be judged.
    Fault,
}

impl Proof {
    /// What it comes to: a fault weighs more than a gap.
    #[must_use]
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
