//! The single integration test binary.

mod cli;
mod definitions;
mod docker;
mod guides;
mod hostile;
mod learn;
mod promises;
mod properties;
mod readme;
mod reports;
mod strangers;
mod support;
mod tidy;
mod words;
