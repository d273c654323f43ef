//! Whether a build that says nothing works: what the container of its step consumes. And its
//! end: what is given up must not go on.

use super::Images;
use bollard::query_parameters::{InspectContainerOptions, RemoveContainerOptionsBuilder, StatsOptionsBuilder};
use futures_util::StreamExt;
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// What an engine gets to tell of a container's work.
const ASKED_WITHIN: Duration = Duration::from_secs(5);
/// What an engine gets to end a step by itself, once nobody reads its output any more.
const ENDS_WITHIN: Duration = Duration::from_secs(5);
/// The pause between looks at a step that ends.
const PAUSE: Duration = Duration::from_millis(50);

/// The containers of build steps that are under way, by the image's tag. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Steps(Arc<Mutex<BTreeMap<String, String>>>);

impl Steps {
    pub(super) fn begun(&self, tag: &str, container: Option<&str>) {
        match container {
            Some(container) => self.all().insert(tag.to_owned(), container.to_owned()),
            None => self.all().remove(tag),
        };
    }

    fn of(&self, tag: &str) -> Option<String> {
        self.all().get(tag).cloned()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Work {
    /// Nanoseconds of CPU.
    pub(super) cpu: u64,
    /// Bytes over its network.
    pub(super) bytes: u64,
}

impl Work {
    /// Whether something was done since an earlier look; a shell that only sleeps, or waits for
    /// an answer that doesn't come, takes next to nothing.
    pub(super) fn goes_on_since(self, before: Self) -> bool {
        const CPU: u64 = 20_000_000;
        self.cpu.saturating_sub(before.cpu) > CPU || self.bytes != before.bytes
    }
}

impl Images {
    /// What the step of an image's build has consumed; none between steps, or where the engine
    /// doesn't tell.
    pub(super) async fn work(&self, tag: &str) -> Option<Work> {
        let container = self.steps.of(tag)?;
        let options = StatsOptionsBuilder::new().stream(false).one_shot(true).build();
        let mut stats = Box::pin(self.docker.stats(&container, Some(options)));
        let stats = timeout(ASKED_WITHIN, stats.next()).await.ok()??.ok()?;
        let cpu = stats.cpu_stats.and_then(|cpu| cpu.cpu_usage?.total_usage).unwrap_or_default();
        let networks = stats.networks.unwrap_or_default();
        let bytes = networks.values().map(|one| one.rx_bytes.unwrap_or(0) + one.tx_bytes.unwrap_or(0)).sum();
        Some(Work { cpu, bytes })
    }

    /// Makes sure that builds that nobody waits for any more have ended in the engine: of one
    /// image, or of all.
    pub(super) async fn end_builds(&self, tag: Option<&str>) {
        let containers: Vec<String> = match tag {
            Some(tag) => self.steps.all().remove(tag).into_iter().collect(),
            None => std::mem::take(&mut *self.steps.all()).into_values().collect(),
        };
        join_all(containers.iter().map(|container| self.end_build(container))).await;
    }

    async fn end_build(&self, container: &str) {
        let begun = Instant::now();
        // The classic builder kills and removes it when its reader is gone.
        while let Ok(found) = self.docker.inspect_container(container, None::<InspectContainerOptions>).await {
            if begun.elapsed() > ENDS_WITHIN {
                // Its id came from the build's output: what has a label or a network of ours is none.
                if found.config.is_some_and(|config| config.labels.unwrap_or_default().is_empty()) {
                    let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
                    let _ = self.docker.remove_container(container, Some(options)).await;
                }
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_and_bytes_are_work_and_waking_up_is_none() {
        let before = Work { cpu: 5_000_000_000, bytes: 10 };
        assert!(Work { cpu: 6_000_000_000, ..before }.goes_on_since(before));
        assert!(Work { bytes: 11, ..before }.goes_on_since(before));
        assert!(!Work { cpu: 5_001_000_000, ..before }.goes_on_since(before));
        assert!(!before.goes_on_since(before));
    }
}
