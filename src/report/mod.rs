//! Reports: outcomes and events in words, signs and columns.
//!
//! Reports render and decide nothing: every number comes from the outcome.
//! Functions here return text; only [`terminal`] names the process's streams,
//! and only what [`clean`] has seen gets into a text.

pub mod clean;
pub mod numbers;
pub mod signs;
pub mod voice;

pub mod describe;
mod selectors;
pub mod trouble;

pub mod block;
pub mod page;
pub mod window;

pub mod action;
pub mod diagnostics;
pub mod failure;
pub mod fault;
pub mod findings;
pub mod glance;
pub mod outcome;
pub mod progress;
pub mod proof;
pub mod table;
pub mod terminal;
pub mod trace;

pub mod check50;
pub mod format;
pub mod github;
pub mod gradescope;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
mod told;

pub use action::action;
pub use format::ReportFormat;
pub use glance::glance;
pub use outcome::{Extra, Next, outcome};
pub use progress::Progress;
pub use signs::{Sign, Style};

#[cfg(test)]
mod tests;
