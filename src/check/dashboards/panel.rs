//! A dashboard's JSON → panels → queries. Pure. What isn't handled is refused
//! by name, so that no panel passes or fails for our ignorance.

use super::source::GrafanaContents;
use super::variables::{Values, Window, interval, parse};
use serde_json::Value;
use std::time::Duration;

/// Panels that have no query by nature.
const WITHOUT_DATA: &[&str] = &["row", "text", "dashlist", "annolist", "alertlist", "news", "welcome"];

pub(super) struct Panel<'a> {
    pub(crate) title: String,
    pub(crate) value: &'a Value,
    repeated_row: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Query {
    pub(crate) base: String,
    pub(crate) expression: String,
    /// From one point to the next; none for one point in time.
    pub(crate) step: Option<Duration>,
}

/// The part of a file that is a classic dashboard, or why there is none.
pub(super) fn classic(value: &Value) -> Result<&Value, String> {
    let version = text(value, "apiVersion");
    let inner = value.get("spec").filter(|_| version.starts_with("dashboard.grafana.app/")).unwrap_or(value);
    let has = |key: &str| inner.get(key).is_some();
    if version.contains("/v2") || has("elements") && has("layout") {
        return Err("schema-v2".to_owned());
    }
    if !inner.is_object() {
        return Err("no-dashboard".to_owned());
    }
    if title(inner).is_empty() {
        return Err("no-title".to_owned());
    }
    Ok(inner)
}

pub(super) fn title(dashboard: &Value) -> String {
    text(dashboard, "title").trim().to_owned()
}

/// The panels that should show data, those in collapsed rows too.
pub(super) fn panels(dashboard: &Value) -> Vec<Panel<'_>> {
    let mut found = Vec::new();
    // Before version 5 of Grafana each row held its panels.
    for row in list(dashboard, "rows") {
        let inner = list(row, "panels").filter(|inner| !WITHOUT_DATA.contains(&kind(inner)));
        found.extend(inner.map(|value| Panel { title: name(value), value, repeated_row: is_repeated(row) }));
    }
    let mut repeated_row = false;
    for value in list(dashboard, "panels") {
        if kind(value) == "row" {
            repeated_row = is_repeated(value);
            let inner = list(value, "panels").filter(|inner| !WITHOUT_DATA.contains(&kind(inner)));
            found.extend(inner.map(|value| Panel { title: name(value), value, repeated_row }));
        } else if !WITHOUT_DATA.contains(&kind(value)) {
            found.push(Panel { title: name(value), value, repeated_row });
        }
    }
    found
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn kind(panel: &Value) -> &str {
    text(panel, "type")
}

fn is_repeated(panel: &Value) -> bool {
    !text(panel, "repeat").is_empty()
}

fn name(panel: &Value) -> String {
    let title = text(panel, "title").trim();
    let id = || panel.get("id").and_then(Value::as_u64).unwrap_or_default();
    if title.is_empty() { format!("#{}", id()) } else { title.to_owned() }
}

/// What a panel's queries are filled in from.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(crate) found: &'a GrafanaContents,
    pub(crate) values: &'a Values,
    pub(crate) window: Window,
}

/// Why a panel isn't seen with data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unshown {
    /// It has none.
    Empty(String),
    /// Grafana may well fill it, and we can't tell.
    Unread(String),
}

impl Unshown {
    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Empty(reason) | Self::Unread(reason) => reason,
        }
    }
}

impl From<String> for Unshown {
    fn from(reason: String) -> Self {
        let of_grafana =
            ["other-panels-data", "other-source", "variable", "unknown-source __expr__", "unknown-source -- "];
        if of_grafana.iter().any(|start| reason.starts_with(start)) {
            Self::Unread(reason)
        } else {
            Self::Empty(reason)
        }
    }
}

/// A panel's queries, or why it has none that can be asked.
pub(super) fn queries(panel: &Panel<'_>, context: Context<'_>) -> Result<Vec<Query>, Unshown> {
    let unread = |reason: &str| Err(Unshown::Unread(reason.to_owned()));
    let value = panel.value;
    if panel.repeated_row || is_repeated(value) {
        return unread("repeat");
    }
    if value.get("libraryPanel").is_some_and(|library| !library.is_null()) {
        return unread("library-panel");
    }
    if !text(value, "timeShift").is_empty() {
        return unread("time-shift");
    }
    let (mut queries, mut reason) = (Vec::new(), "no-query".to_owned());
    for target in list(value, "targets").filter(|target| !flag(target, "hide")) {
        match query(target, value, context) {
            Ok(query) => queries.push(query),
            Err(why) => reason = why,
        }
    }
    if queries.is_empty() { Err(reason.into()) } else { Ok(queries) }
}

fn query(target: &Value, panel: &Value, context: Context<'_>) -> Result<Query, String> {
    let Context { found, values, window } = context;
    let own = target.get("datasource").filter(|own| !own.is_null());
    let datasource = own.or_else(|| panel.get("datasource")).unwrap_or(&Value::Null);
    let source = found.source(&values.filled(datasource)?)?;
    if !source.is_prometheus() {
        return Err(format!("other-source {}", source.kind));
    }
    let expression = text(target, "expr");
    if expression.trim().is_empty() {
        return Err("no-query".to_owned());
    }
    // The smallest step: the query's, else the panel's, else the source's,
    // else Grafana's own fifteen seconds.
    let scrape = source.interval.as_deref().and_then(parse).unwrap_or(Duration::from_secs(15));
    let own = [text(target, "interval"), text(panel, "interval")].into_iter().find(|text| !text.is_empty());
    let least = own.and_then(|text| parse(&values.fill(text).ok()?)).unwrap_or(scrape);
    let points = panel.get("maxDataPoints").and_then(Value::as_u64).filter(|points| *points > 0).unwrap_or(1000);
    let step = interval(window.span(), u32::try_from(points).unwrap_or(u32::MAX)).max(least);
    let expression = values.with_intervals(step, (step + least).max(4 * least)).fill(expression)?;
    let instant = flag(target, "instant") && !flag(target, "range");
    Ok(Query { base: source.base.clone(), expression, step: (!instant).then_some(step) })
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}
