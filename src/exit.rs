//! Exit codes, one documented enum.

use crate::outcome::Outcome;
use std::process::ExitCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    /// 0: nothing judged failed.
    Success = 0,
    /// 1: checks failed, or a lab isn't proved.
    ChecksFailed = 1,
    /// 2: usage error, invalid lab, or a folder that can't be copied.
    Usage = 2,
    /// 3: a fault of the environment or the lab. Never 1 for a fault.
    Fault = 3,
    /// 130: interrupted.
    Interrupted = 130,
}

impl Exit {
    /// The code for an outcome: any error 3, else any failed or blocked 1, else 0.
    pub(crate) fn of(outcome: &Outcome) -> Self {
        if outcome.tally.errors > 0 {
            Self::Fault
        } else if outcome.tally.failed > 0 || outcome.tally.blocked > 0 {
            Self::ChecksFailed
        } else {
            Self::Success
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
