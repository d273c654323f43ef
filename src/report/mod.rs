//! What readers see: events and results rendered. Nothing here decides.

pub mod diagnostics;
