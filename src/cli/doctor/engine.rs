//! What an engine that answers tells.

use super::super::context::Context;
use super::Finding;
use crate::engine::connect::SocketSource;
use crate::engine::image::{self, ImageError};
use crate::engine::{Engine, EngineError, Health};
use crate::message::Message;
use crate::session::SessionError;
use crate::session::trial::{self, Trial};
use futures_util::future::join_all;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The limit for what takes milliseconds.
const SOON: Duration = Duration::from_secs(10);

pub(super) struct Findings {
    pub(crate) all: Vec<Finding>,
    pub(crate) health: Option<Health>,
}

impl From<Vec<Finding>> for Findings {
    fn from(all: Vec<Finding>) -> Self {
        Self { all, health: None }
    }
}

pub(super) async fn findings(context: &Context, engine: &Engine, cancel: &CancellationToken) -> Findings {
    let about = &engine.about;
    let found = match &about.found {
        SocketSource::DockerHost => message!("doctor-found-docker-host"),
        SocketSource::Context(name) => message!("doctor-found-context", name = name.as_str()),
        SocketSource::Usual => message!("doctor-found-usual"),
    };
    let mut all = vec![
        Finding {
            hint: about.podman.then(|| message!("doctor-podman")),
            ..Finding::good(message!("doctor-engine", version = about.version.as_str(), api = about.api.as_str()))
        },
        Finding::good(message!("doctor-socket", socket = about.socket.as_path(), found = found)),
    ];
    let left = match soon(engine.left_over(crate::session::clean_room::now())).await {
        Ok(left) => left,
        Err(finding) => {
            // An engine that can't even list is asked nothing else.
            all.push(finding);
            return all.into();
        }
    };
    match engine.environments().await {
        Ok(environments) => {
            let ours = environments.iter().filter(|environment| environment.ours);
            let ours = ours.filter(|environment| !left.contains(&environment.project));
            let (rooms, playgrounds): (Vec<_>, Vec<_>) = ours.partition(|environment| environment.room);
            let counts = message!("doctor-environments", playgrounds = playgrounds.len(), rooms = rooms.len());
            all.push(Finding::good(counts));
        }
        Err(error) => all.push(Finding::of(&error)),
    }
    all.extend(left_over(&left));
    let shipped = match context.shipped() {
        Ok(shipped) => shipped,
        Err(error) => {
            all.push(Finding::bad(error.message, message!("hint-disk")));
            return all.into();
        }
    };
    let range = context.surroundings.range;
    let tried = Box::pin(trial::trial(engine, &context.surroundings.dirs, &shipped, range, cancel)).await;
    all.push(traffic(tried));
    all.extend(registries(engine, &shipped.join("images")).await);
    match engine.health().await {
        Ok(health) => Findings { all, health: Some(health) },
        Err(error) => {
            all.push(Finding::of(&error));
            all.into()
        }
    }
}

/// What a healthy engine answers at once. One that has locked itself up keeps its
/// socket open and answers never: Engine 20.10 was seen to, at its networks.
pub(super) async fn soon<T>(asked: impl Future<Output = Result<T, EngineError>>) -> Result<T, Finding> {
    let Ok(answer) = tokio::time::timeout(SOON, asked).await else {
        let what = message!("doctor-stuck", seconds = SOON.as_secs());
        return Err(Finding::bad(what, message!("doctor-stuck-hint")));
    };
    answer.map_err(|error| Finding::of(&error))
}

pub(super) fn left_over(names: &[String]) -> Option<Finding> {
    let what = message!("doctor-left", count = names.len(), names = names.join(", "));
    (!names.is_empty()).then(|| Finding::bad(what, message!("doctor-gc")))
}

/// What a trial tells of what stands between containers and this machine.
pub(super) fn traffic(tried: Result<Trial, SessionError>) -> Finding {
    match tried {
        Ok(Trial::Works) => Finding::good(message!("doctor-traffic")),
        Ok(Trial::NoImage) => {
            Finding::note(message!("doctor-traffic-unknown"), message!("doctor-traffic-unknown-hint"))
        }
        Ok(Trial::NothingArrives) => Finding::bad(message!("doctor-traffic-not"), message!("doctor-traffic-hint")),
        Err(SessionError::Engine(error)) => Finding::of(&error),
        Err(error) => {
            let error = crate::error::Error::from(error);
            let hint = error.hints.into_iter().next();
            Finding { hint, ..Finding::bad(error.message, message!("hint-doctor")) }
        }
    }
}

/// Whether the registries answer, all asked at once. Without them goes what is
/// here, so that none is missed.
async fn registries(engine: &Engine, images: &Path) -> Vec<Finding> {
    let registries = image::registries(images);
    let asked = registries.iter().map(async |(name, reference)| {
        let answer = engine.reaches_registry_of(reference).await;
        registry(name, answer)
    });
    join_all(asked).await
}

pub(super) fn registry(name: &str, answer: Result<(), ImageError>) -> Finding {
    match answer {
        Ok(()) => Finding::good(message!("doctor-registry", name = name)),
        Err(error @ ImageError::RateLimited { .. }) => Finding::note(error.message(), message!("hint-rate-limit")),
        Err(error) => Finding::note(silent(name, &error), message!("doctor-registry-hint")),
    }
}

fn silent(name: &str, error: &ImageError) -> Message {
    match error {
        ImageError::Unreachable { .. } => error.message(),
        _ => message!("doctor-registry-silent", name = name),
    }
}
