//! The learner's folder: made from the starter, its record, safe copies.

mod archive;
mod atomic;
pub mod copy;
pub mod fingerprint;
pub mod hints;
pub mod index;
mod listing;
pub mod record;
pub mod reset;
pub mod solution;
pub mod starter;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
