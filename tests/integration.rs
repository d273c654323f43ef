//! The single integration test binary.

mod definitions;
mod docker;
mod learn;
