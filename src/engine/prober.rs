//! What the engine is told of a lab: it imports neither checks nor expectations.

use crate::plan::Readiness;
use crate::template::UnknownName;
use crate::world::World;
use futures_util::future::BoxFuture;
use std::time::Duration;

/// What the engine has to be told of a lab, for it knows nothing of checks: how a
/// service's readiness is asked, and which words are secret.
pub trait Prober: Send + Sync + std::fmt::Debug {
    /// Asks once whether a service serves.
    fn ask<'a>(
        &'a self,
        readiness: &'a Readiness,
        world: &'a dyn World,
        limit: Duration,
    ) -> BoxFuture<'a, Result<Answer, UnknownName>>;
    /// What is asked, without secrets.
    fn asked(&self, readiness: &Readiness) -> Result<String, UnknownName>;
    /// A text without the lab's secrets.
    fn redact(&self, text: &str) -> String;
}

#[derive(Debug)]
pub enum Answer {
    Serves,
    NotYet {
        /// Why, in technical words and without secrets.
        why: String,
        heard: Heard,
    },
}

/// What came back from a service that doesn't serve yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// An answer, though not the one that is awaited.
    Answer,
    /// The connection was refused.
    Refusal,
    /// Nothing.
    Silence,
}
