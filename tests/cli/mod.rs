//! Runs of the `lab` binary, without an engine: one file for each subcommand.
