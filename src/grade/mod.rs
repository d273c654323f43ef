//! Checks and a world in, verdicts out.
pub mod outcome;
