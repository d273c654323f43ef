//! The learner's folder: made from the starter, its record, safe copies.

mod archive;
pub(crate) mod aside;
pub(crate) mod atomic;
pub(crate) mod copy;
pub(crate) mod dispute;
pub(crate) mod fingerprint;
pub(crate) mod hints;
pub(crate) mod index;
pub(crate) mod kept;
mod listing;
mod newer;
pub(crate) mod progress;
pub mod record;
pub(crate) mod repository;
pub(crate) mod reset;
pub(crate) mod solution;
pub(crate) mod starter;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
