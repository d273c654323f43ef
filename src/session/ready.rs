//! How a lab's readiness is asked: what the engine is told of checks and secrets.

use crate::check::ProbeError;
use crate::engine::{Answer, Heard, Prober};
use crate::expect::{Actual, Unjudged, judge};
use crate::grade::Redactor;
use crate::plan::Readiness;
use crate::template::{Scope, UnknownName};
use crate::world::{ProbeFailure, World};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;

/// Characters of a value that a progress line shows.
const SHOWN: usize = 60;

/// Asks with the values of one environment.
#[derive(Debug)]
pub struct LabProber {
    scope: Scope,
    redactor: Redactor,
}

impl LabProber {
    pub fn of(scope: &Scope) -> Arc<dyn Prober> {
        Arc::new(Self { scope: scope.clone(), redactor: Redactor::new(scope) })
    }

    fn not_yet(&self, why: &str) -> Answer {
        Answer::NotYet { why: self.redactor.text(why), heard: Heard::Answer }
    }

    /// A value's first characters, cut after its secrets are gone.
    fn short(&self, actual: &Actual) -> String {
        let text = match actual {
            Actual::Value(value) => value.to_string(),
            Actual::Several(values) => serde_json::to_string(values).unwrap_or_default(),
            Actual::Unreadable { reason, .. } => reason.clone(),
            Actual::Nothing => "–".to_owned(),
        };
        self.redactor.text(&text).chars().take(SHOWN).collect()
    }
}

impl Prober for LabProber {
    fn ask<'a>(
        &'a self,
        readiness: &'a Readiness,
        world: &'a dyn World,
        limit: Duration,
    ) -> BoxFuture<'a, Result<Answer, UnknownName>> {
        Box::pin(async move {
            Ok(match readiness.probe.fetch(world, &self.scope, limit).await {
                Ok(seen) => {
                    match judge(&readiness.expect, &seen, &self.scope).map(|missed| missed.into_iter().next()) {
                        Err(Unjudged::Unknown(name)) => return Err(name),
                        Err(Unjudged::Excess(excess)) => {
                            self.not_yet(&technical(&ProbeFailure::TooComplex { excess, learners: false }))
                        }
                        // `tcp` alone says whether the port is open.
                        Ok(None) if seen.field("open") != Some(&serde_json::Value::Bool(false)) => Answer::Serves,
                        Ok(None) => Answer::NotYet { why: "connection refused".to_owned(), heard: Heard::Refusal },
                        Ok(Some(missed)) => {
                            self.not_yet(&format!("{} {}", missed.selector, self.short(&missed.actual)))
                        }
                    }
                }
                Err(ProbeError::Unknown(name)) => return Err(name),
                Err(ProbeError::ProbeFailure(failure)) => {
                    let heard = match failure {
                        ProbeFailure::TimedOut { .. } => Heard::Silence,
                        ProbeFailure::Refused { .. } | ProbeFailure::ListensElsewhere { .. } => Heard::Refusal,
                        _ => Heard::Answer,
                    };
                    Answer::NotYet { why: self.redactor.text(&technical(&failure)), heard }
                }
            })
        })
    }

    fn asked(&self, readiness: &Readiness) -> Result<String, UnknownName> {
        Ok(self.redactor.text(&readiness.probe.asked(&self.scope)?))
    }

    fn redact(&self, text: &str) -> String {
        self.redactor.text(text)
    }
}

/// A failure in the words of protocols and errors, which are the same in each language.
fn technical(failure: &ProbeFailure) -> String {
    match failure {
        ProbeFailure::Refused { address, .. } | ProbeFailure::ListensElsewhere { wanted: address, .. } => {
            format!("{address}: connection refused")
        }
        ProbeFailure::TimedOut { what, after, .. } => format!("{what}: {:.1} s, 0 B", after.as_secs_f64()),
        ProbeFailure::Broken { detail, .. }
        | ProbeFailure::Fault { detail }
        | ProbeFailure::BadCoding { detail, .. } => detail.clone(),
        ProbeFailure::NoPage { url, status } => format!("{url}: {status}"),
        ProbeFailure::Ended { service, exit, .. } => format!("{service}: exit {exit}"),
        ProbeFailure::Down { service: what, .. }
        | ProbeFailure::Unavailable { service: what, .. }
        | ProbeFailure::RedirectLoop { url: what }
        | ProbeFailure::Elsewhere { host: what }
        | ProbeFailure::NoFile { path: what }
        | ProbeFailure::LeadsOut { path: what }
        | ProbeFailure::NotHere { what }
        | ProbeFailure::BadUrl { url: what } => what.clone(),
        ProbeFailure::TooComplex { excess, .. } => format!("> {} {}", excess.limit, excess.bound),
        ProbeFailure::TooLarge { limit }
        | ProbeFailure::TooManyFiles { limit }
        | ProbeFailure::TooManyRedirects { limit } => format!("> {limit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_secret_is_gone_before_a_value_is_cut() {
        let mut scope = Scope::default();
        let secret = "GK4f6a91b2c3d4e5f60718293a";
        scope.set("secret.key", secret);
        let prober = LabProber { redactor: Redactor::new(&scope), scope };
        for before in 0..SHOWN {
            let short = prober.short(&Actual::Value(json!(format!("{}{secret}", "x".repeat(before)))));
            assert!(!short.contains(&secret[..4]), "{short}");
        }
    }
}
