//! The single integration test binary.

mod cli;
mod definitions;
mod docker;
mod guides;
mod hostile;
mod learn;
mod reports;
mod support;
mod tidy;
