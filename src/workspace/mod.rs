//! The learner's folder: made from the starter, its record, safe copies.

mod archive;
mod atomic;
pub mod copy;
pub mod index;
mod listing;
pub mod record;
pub mod starter;

#[cfg(test)]
mod fixtures;
