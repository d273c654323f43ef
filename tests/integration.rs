//! The single integration test binary.

mod definitions;
