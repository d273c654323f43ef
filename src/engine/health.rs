//! What `lab doctor` asks of an engine beyond what environments need.

use super::connect::Engine;
use super::error::EngineError;
use super::image::{self, ImageError};
use std::time::{Duration, SystemTime};

/// How long an engine gets to ask a registry.
const REGISTRY_WITHIN: Duration = Duration::from_secs(8);

/// What an engine says of the machine that it runs on, which may be a virtual one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Health {
    pub(crate) memory: Option<u64>,
    /// Its clock when it answered.
    pub(crate) clock: Option<SystemTime>,
    pub(crate) root: Option<String>,
}

impl Engine {
    pub(crate) async fn health(&self) -> Result<Health, EngineError> {
        let info = self.docker.info().await.map_err(|source| EngineError::call("look at", "its machine", source))?;
        Ok(Health {
            memory: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()),
            clock: info.system_time.and_then(|text| humantime::parse_rfc3339_weak(&without_fraction(&text)).ok()),
            root: info.docker_root_dir,
        })
    }

    /// Whether the engine reaches the registry of an image, which it asks about
    /// the image without pulling it. A registry that refuses has been reached.
    pub(crate) async fn reaches_registry_of(&self, reference: &str) -> Result<(), ImageError> {
        let asked = self.docker.inspect_registry_image(reference, None);
        let Ok(answer) = tokio::time::timeout(REGISTRY_WITHIN, asked).await else {
            return Err(ImageError::Silent { image: reference.to_owned(), after: REGISTRY_WITHIN });
        };
        match answer.map_err(|error| image::refusal(reference, &error)) {
            Err(error @ (ImageError::Unreachable { .. } | ImageError::RateLimited { .. })) => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

/// Engines write nine digits of a second, or an offset from UTC, as they like.
fn without_fraction(text: &str) -> String {
    let (seconds, rest) = text.split_at(text.len().min("2026-01-31T12:00:00".len()));
    let utc = rest.ends_with('Z') || rest.is_empty();
    // Of another zone nothing is said: better unknown than wrong.
    if utc { format!("{seconds}Z") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engines_time_is_read_to_the_second_and_only_in_utc() {
        let read = |text: &str| humantime::parse_rfc3339_weak(&without_fraction(text)).ok();
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_769_860_800);
        assert_eq!(read("2026-01-31T12:00:00.123456789Z"), Some(noon));
        assert_eq!(read("2026-01-31T12:00:00Z"), Some(noon));
        for other in ["2026-01-31T12:00:00+02:00", "", "soon"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
