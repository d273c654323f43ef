//! Reports: outcomes and events in words, signs and columns.
//!
//! Reports render and decide nothing: every number comes from the outcome.
//! Functions here return text; only [`terminal`] names the process's streams,
//! and only what [`clean`] has seen gets into a text.

pub(crate) use crate::clean;
pub(crate) mod numbers;
pub(crate) mod signs;
pub(crate) mod voice;

pub(crate) mod describe;
pub(crate) mod trouble;

pub(crate) mod block;
pub(crate) mod page;
pub(crate) mod window;

pub(crate) mod action;
pub mod diagnostics;
pub(crate) mod failure;
pub(crate) mod fault;
pub(crate) mod findings;
pub(crate) mod glance;
pub(crate) mod outcome;
pub(crate) mod progress;
pub(crate) mod proof;
pub(crate) mod prose;
pub(crate) mod table;
pub(crate) mod terminal;
pub(crate) mod trace;

pub(crate) mod check50;
pub(crate) mod format;
pub(crate) mod github;
pub(crate) mod gradescope;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod markdown;
mod told;

pub(crate) use action::action;
pub(crate) use format::ReportFormat;
pub(crate) use glance::glance;
pub(crate) use outcome::{Extra, Next, outcome};
pub(crate) use progress::Progress;
pub(crate) use signs::{Sign, Style};

#[cfg(test)]
mod tests;
