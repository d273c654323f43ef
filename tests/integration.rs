//! The single integration test binary.

mod docker;
mod definitions;
