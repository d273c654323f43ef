//! Runs of the `lab` binary that need no engine: one file for each subcommand.

mod engine;
pub mod support;

mod bundle;
mod check;
mod completions;
mod doctor;
mod help;
mod language;
mod lint;
mod list;
mod new;
mod playground;
mod record;
mod start;
mod status;
mod streams;
mod task;
mod usage;
