//! The learner's folder: made from the starter, its record, safe copies.

mod archive;
mod atomic;
pub mod copy;
pub mod index;
pub mod record;
pub mod starter;
