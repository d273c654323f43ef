//! Dashboards and data sources of a running Grafana, over its HTTP API. Queries
//! go through it too: its data source proxy speaks Prometheus's own API.

use super::Clock;
use super::source::{GrafanaContents, Sheet, Source};
use crate::world::{HttpRequest, ProbeFailure, World};
use serde_json::Value;

/// All data sources, and the dashboards that came from files.
pub(super) async fn find(world: &dyn World, at: &str, clock: &Clock) -> Result<GrafanaContents, ProbeFailure> {
    let at = at.trim_end_matches('/');
    let mut found = GrafanaContents::default();
    let sources = get(world, &format!("{at}/api/datasources"), clock).await?;
    for value in sources.as_array().into_iter().flatten() {
        let source = Source::read(value);
        found.sources.push(Source { base: format!("{at}/api/datasources/proxy/uid/{}", source.uid), ..source });
    }
    let listed = get(world, &format!("{at}/api/search?type=dash-db&limit=100"), clock).await?;
    for entry in listed.as_array().into_iter().flatten() {
        let Some(uid) = entry.get("uid").and_then(Value::as_str) else { continue };
        let mut answer = get(world, &format!("{at}/api/dashboards/uid/{uid}"), clock).await?;
        let meta = answer.get("meta").unwrap_or(&Value::Null);
        if meta.get("provisioned").and_then(Value::as_bool) != Some(true) {
            continue;
        }
        let file = meta.get("provisionedExternalId").and_then(Value::as_str).filter(|file| !file.is_empty());
        let origin = file.unwrap_or(uid).to_owned();
        let value = answer.get_mut("dashboard").map(Value::take).unwrap_or_default();
        found.sheets.push(Sheet { origin, value });
    }
    Ok(found)
}

async fn get(world: &dyn World, url: &str, clock: &Clock) -> Result<Value, ProbeFailure> {
    let response = world.http(HttpRequest::plain("GET", url, clock.left())).await?;
    let broken = |detail: String| ProbeFailure::Broken {
        detail: format!("no answer of Grafana's API at {url}: {detail}"),
        learners: true,
    };
    if response.status != 200 {
        return Err(broken(format!("status {}", response.status)));
    }
    serde_json::from_slice(&response.body).map_err(|error| broken(error.to_string()))
}
