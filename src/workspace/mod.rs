//! The learner's folder: made from the starter, its record, safe copies.

mod archive;
pub mod copy;
