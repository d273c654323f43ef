//! Readiness: our own probes with short pauses. The engine's health checks
//! wait a whole interval before their first probe (measured: twice the time).

use super::connect::Engine;
use super::docker_world::DockerWorld;
use super::error::EngineError;
use super::prober::{Answer, Heard};
use crate::event::{Doing, Event};
use crate::plan::{Readiness, Role};
use crate::template::UnknownName;
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

impl From<UnknownName> for EngineError {
    fn from(unknown: UnknownName) -> Self {
        Self::UnknownName(unknown.0)
    }
}

impl DockerWorld {
    pub(super) async fn asks(&self, readiness: &Readiness) -> Result<Answer, EngineError> {
        // Who asks has a pause and a limit of their own.
        let place = Self { awaited: None, ..self.clone() };
        // A readiness probe may ask its own place, which so comes back to itself.
        let asked: BoxFuture<'_, _> = self.prober.ask(readiness, &place, PROBE_LIMIT);
        Ok(asked.await?)
    }
}

impl Engine {
    /// Waits until a service serves, or has ended, or the limit is over; how
    /// often it was asked.
    pub(super) async fn wait_ready(
        &self,
        place: &DockerWorld,
        role: &Role,
        readiness: &Readiness,
        stop: &CancellationToken,
    ) -> Result<u32, EngineError> {
        let asked = place.prober.asked(readiness)?;
        let begun = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut looked = begun;
        let (mut tries, mut silent) = (0, true);
        loop {
            tries += 1;
            let answer = match place.asks(readiness).await? {
                Answer::Serves => return Ok(tries),
                Answer::NotYet { why, heard } => {
                    silent &= heard == Heard::Silence;
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
                    log: self.log_tail(&id, &*place.prober).await,
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
        let state = self.state(&member.id).await?;
        if state.running {
            return Ok(());
        }
        Err(EngineError::Ended {
            service: role.to_string(),
            exit: state.exit.unwrap_or(-1),
            log: self.log_tail(&member.id, &*place.prober).await,
        })
    }
}
