//! The learner's folder: made from the starter, its record, safe copies.

mod archive;
pub mod aside;
pub mod atomic;
pub mod copy;
pub mod dispute;
pub mod fingerprint;
pub mod hints;
pub mod index;
pub mod kept;
mod listing;
mod newer;
pub mod record;
pub mod repository;
pub mod reset;
pub mod solution;
pub mod starter;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
