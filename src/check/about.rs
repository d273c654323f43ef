//! What there is to know of a kind, for the reference.

use super::{Field, Yields};
use std::time::Duration;

/// A kind, as the reference tells of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    /// Its key in YAML.
    pub(crate) name: &'static str,
    /// The fields that selectors can name.
    pub(crate) fields: &'static [Field],
    /// Which further selectors its value answers to.
    pub(crate) yields: Yields,
    /// The default limit for one run.
    pub(crate) timeout: Duration,
}
