//! `repeat`: the same request many times, and how the answers spread.

use super::follow;
use crate::check::ProbeError;
use crate::expect::{Document, DocumentFormat, Observation};
use crate::world::{Blame, HttpRequest, ProbeFailure, World};
use futures_util::stream::{self, StreamExt};
use schemars::JsonSchema;
use serde::de::{self, Deserialize, Deserializer};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Requests at most.
const MOST: u32 = 1000;
/// Requests at once at most.
const MOST_AT_ONCE: u32 = 50;
/// Bytes of each body at most: many are read at once.
const MAX_BODY: usize = 1 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Repeat {
    /// Requests in all, 1 to 1000.
    pub(crate) count: u32,
    /// Requests at once, 1 to 50 (default: 1).
    pub(crate) concurrency: u32,
}

/// Sends the request `count` times; its timeout is for all of them together.
pub(super) async fn ask(
    world: &dyn World,
    request: &HttpRequest,
    repeat: Repeat,
    follow: bool,
) -> Result<Observation, ProbeError> {
    let (begun, limit) = (Instant::now(), request.timeout);
    let learners = super::runs_learners_files(world, &request.url);
    let mut answers = stream::iter(0..repeat.count)
        .map(|_| async move {
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                let what = format!("{} {} × {}", request.method, request.url, repeat.count);
                return Err(ProbeFailure::TimedOut { what, after: limit, learners });
            }
            let request = HttpRequest { timeout: left, max_body: MAX_BODY, ..request.clone() };
            let answer = follow::ask(world, request, follow).await?;
            Ok((answer.response.status, answer.response.time))
        })
        .buffer_unordered(repeat.concurrency as usize);
    let (mut statuses, mut times, mut trouble) = (BTreeMap::new(), Vec::new(), None);
    while let Some(answer) = answers.next().await {
        match answer {
            Ok((status, time)) => {
                *statuses.entry(status.to_string()).or_insert(0_u32) += 1;
                times.push(time);
            }
            Err(found) if found.blame() == Blame::Learner => {
                *statuses.entry("none".to_owned()).or_insert(0) += 1;
                trouble = Some(found);
            }
            Err(found) => return Err(found.into()),
        }
    }
    // Without a single answer there is nothing to count.
    match trouble {
        Some(trouble) if times.is_empty() => Err(trouble.into()),
        _ => Ok(see(&statuses, times)),
    }
}

fn see(statuses: &BTreeMap<String, u32>, mut times: Vec<Duration>) -> Observation {
    times.sort();
    let millis =
        |time: Option<&Duration>| json!(time.map_or(0, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)));
    let at = |percent: usize| millis(times.get((times.len() * percent).div_ceil(100).saturating_sub(1)));
    let times = json!({"min": millis(times.first()), "median": at(50), "p95": at(95), "max": millis(times.last())});
    let statuses = json!(statuses);
    let text = json!({"statuses": statuses, "times": times}).to_string();
    let shown = statuses.as_object().into_iter().flatten().map(|(status, count)| format!("{status} × {count}"));
    let evidence = vec![("statuses", shown.collect::<Vec<_>>().join(", "))];
    Observation {
        fields: vec![("statuses", statuses), ("times", times)],
        // So that `$.times.p95` reaches into them.
        document: Some(Document::new(text, DocumentFormat::Json)),
        evidence,
        ..Observation::default()
    }
}

/// How often, and how many at once.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Requests in all, 1 to 1000.
    count: u32,
    /// Requests at once, 1 to 50 (default: 1).
    #[serde(default = "one")]
    concurrency: u32,
}

fn one() -> u32 {
    1
}

schema_as!(Repeat, Entry);

impl<'de> Deserialize<'de> for Repeat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Entry { count, concurrency } = Entry::deserialize(deserializer)?;
        for (key, number, most) in [("count", count, MOST), ("concurrency", concurrency, MOST_AT_ONCE)] {
            if number == 0 || number > most {
                let message = message!("number-out-of-range", key = key, number = number, most = most);
                return Err(de::Error::custom(message.to_error_text()));
            }
        }
        Ok(Self { count, concurrency })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_ranked() {
        let times = (1..=100).rev().map(Duration::from_millis).collect();
        let seen = see(&BTreeMap::from([("200".to_owned(), 100)]), times);
        assert_eq!(seen.field("times"), Some(&json!({"min": 1, "median": 50, "p95": 95, "max": 100})));
        assert_eq!(see(&BTreeMap::new(), Vec::new()).field("times").and_then(|times| times["max"].as_u64()), Some(0));
        assert_eq!(seen.field("statuses"), Some(&json!({"200": 100})));
    }
}
