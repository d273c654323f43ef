//! Readiness: our own probes with short pauses. The engine's health checks
//! wait a whole interval before their first probe (measured: twice the time).

use super::connect::Engine;
use super::docker_world::DockerWorld;
use super::error::EngineError;
use crate::check::ProbeError;
use crate::event::{Doing, Event};
use crate::expect::judge;
use crate::plan::{Readiness, Role};
use crate::template::Scope;
use crate::world::ProbeFailure;
use futures_util::future::BoxFuture;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Pauses between probes grow from here …
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// … to here.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
/// One probe's limit.
const PROBE_LIMIT: Duration = Duration::from_secs(5);
/// After this long a container that isn't ready is asked whether it still runs.
const LOOK_AFTER: Duration = Duration::from_millis(400);

/// What a readiness probe came to.
pub(super) enum Answer {
    /// It holds.
    Serves,
    /// It doesn't.
    NotYet {
        /// Why, in technical words.
        why: String,
        /// Whether nothing came back at all.
        silent: bool,
    },
}

impl Answer {
    fn not_yet(why: String) -> Self {
        Self::NotYet { why, silent: false }
    }
}

/// Asks once whether a service serves.
pub(super) async fn ask(readiness: &Readiness, place: &DockerWorld, scope: &Scope) -> Result<Answer, EngineError> {
    let unknown = |unknown: crate::template::UnknownName| EngineError::UnknownName(unknown.0);
    // A readiness probe may ask its own place, which so comes back to itself.
    let asked: BoxFuture<'_, _> = readiness.probe.fetch(place, scope, PROBE_LIMIT);
    Ok(match asked.await {
        Ok(seen) => match judge(&readiness.expect, &seen, scope).map_err(unknown)?.first() {
            // `tcp` alone says whether the port is open.
            None if seen.field("open") != Some(&serde_json::Value::Bool(false)) => Answer::Serves,
            None => Answer::not_yet("refused".to_owned()),
            Some(missed) => Answer::not_yet(format!("{} {}", missed.selector, short(&missed.actual))),
        },
        Err(ProbeError::Unknown(name)) => return Err(unknown(name)),
        Err(ProbeError::ProbeFailure(trouble)) => {
            let silent = matches!(trouble, ProbeFailure::TimedOut { .. });
            Answer::NotYet { why: words(&trouble), silent }
        }
    })
}

impl Engine {
    /// Waits until a service serves, or has ended, or the limit is over; how
    /// often it was asked.
    pub(super) async fn wait_ready(
        &self,
        place: &DockerWorld,
        role: &Role,
        readiness: &Readiness,
        scope: &Scope,
        stop: &CancellationToken,
    ) -> Result<u32, EngineError> {
        let asked = readiness.probe.asked(scope).map_err(|unknown| EngineError::UnknownName(unknown.0))?;
        let begun = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut looked = begun;
        let (mut tries, mut silent) = (0, true);
        loop {
            tries += 1;
            let answer = match ask(readiness, place, scope).await? {
                Answer::Serves => return Ok(tries),
                Answer::NotYet { why, silent: this } => {
                    silent &= this;
                    why
                }
            };
            if stop.is_cancelled() {
                return Err(EngineError::Interrupted);
            }
            if looked.elapsed() > LOOK_AFTER {
                looked = Instant::now();
                self.still_runs(place, role).await?;
                // Through a gate that is gone nothing is ever reached.
                self.still_runs(place, &Role::Gate).await?;
                self.events.send(Event::Progress {
                    part: role.to_string(),
                    doing: Doing::Waiting {
                        asked: asked.clone(),
                        tries,
                        answer: answer.clone(),
                        elapsed: begun.elapsed(),
                        limit: readiness.within,
                    },
                });
            }
            if begun.elapsed() + pause > readiness.within {
                let id = place.environment().member(role.as_str()).map(|member| member.id).unwrap_or_default();
                return Err(EngineError::NotReady {
                    service: role.to_string(),
                    within: readiness.within,
                    asked,
                    tries,
                    answer,
                    silent,
                    log: self.log_tail(&id).await,
                });
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => return Err(EngineError::Interrupted),
            }
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        }
    }

    async fn still_runs(&self, place: &DockerWorld, role: &Role) -> Result<(), EngineError> {
        let Some(member) = place.environment().member(role.as_str()) else { return Ok(()) };
        let found = self.docker.inspect_container(&member.id, None).await;
        let found = found.map_err(|source| EngineError::call("inspect", role.as_str(), source))?;
        let state = found.state.unwrap_or_default();
        if state.running == Some(true) {
            return Ok(());
        }
        Err(EngineError::Ended {
            service: role.to_string(),
            exit: state.exit_code.unwrap_or(-1),
            log: self.log_tail(&member.id).await,
        })
    }
}

fn short(actual: &crate::expect::Actual) -> String {
    let text = match actual {
        crate::expect::Actual::Value(value) => value.to_string(),
        other => format!("{other:?}"),
    };
    text.chars().take(60).collect()
}

/// A trouble in technical words, for progress lines and faults.
pub(super) fn words(trouble: &ProbeFailure) -> String {
    match trouble {
        ProbeFailure::Refused { address } => format!("{address}: connection refused"),
        ProbeFailure::Down { service, .. } => format!("{service}: not running"),
        ProbeFailure::TimedOut { after, .. } => format!("no answer in {:.1} s", after.as_secs_f64()),
        ProbeFailure::Broken { detail } | ProbeFailure::Fault { detail } => detail.clone(),
        ProbeFailure::TooLarge { limit } => format!("more than {limit} bytes"),
        ProbeFailure::TooManyFiles { limit } => format!("more than {limit} files"),
        ProbeFailure::RedirectLoop { url } => format!("{url}: a redirect loop"),
        ProbeFailure::TooManyRedirects { limit } => format!("more than {limit} redirects"),
        ProbeFailure::NoPage { url, status } => format!("{url}: {status}"),
        ProbeFailure::BadGzip { detail } => format!("broken gzip: {detail}"),
        ProbeFailure::Elsewhere { host } => format!("{host}: not a host of this lab"),
        ProbeFailure::NoFile { path } => format!("{path}: no such file"),
        ProbeFailure::Unavailable { service, .. } => format!("{service}: not on this machine"),
        ProbeFailure::BadUrl { url } => format!("{url}: no usable URL"),
    }
}
