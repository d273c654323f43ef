//! `dashboards`: Grafana dashboards, from their files or from a running
//! Grafana, each panel's queries run against the real Prometheus.
//!
//! `panel.rs` turns a dashboard into panels and queries and `variables.rs`
//! fills them in, purely and the same way for both; `files.rs` and `grafana.rs`
//! are where dashboards and data sources come from.

mod files;
mod grafana;
mod panel;
mod source;
mod variables;

use super::prometheus::{self, Answer};
use super::{Field, Kind, ProbeError, Target, Yields};
use crate::expect::{Document, DocumentFormat, Observation};
use crate::quantity::Span;
use crate::template::{Scope, Template, UnknownName};
use crate::world::{ProbeFailure, World};
use panel::{Context, Query, Unshown};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer};
use serde_json::{Value, json};
use source::GrafanaContents;
use std::time::{Duration, Instant};
use variables::{Values, Window};

/// Panels that are asked, over all dashboards.
const MOST_PANELS: usize = 200;
/// Lines of a failure's evidence.
const LINES: usize = 12;

#[derive(Debug, Clone)]
pub struct Dashboards {
    pub(crate) origin: Origin,
    /// The time that panels show, up to now.
    pub(crate) over: Duration,
}

#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// `provisioning`: a folder in the toolbox as Grafana would read it.
    Files(Template),
    /// `grafana`: a running one, by its URL.
    Grafana(Template),
}

/// Grafana's dashboards, each panel's queries run against Prometheus.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// A folder in the toolbox as Grafana would read it.
    provisioning: Option<Template>,
    /// The URL of a running Grafana.
    grafana: Option<Template>,
    /// How far back each panel is asked to look.
    over: Span,
}

schema_as!(Dashboards, Entry);

impl<'de> Deserialize<'de> for Dashboards {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = Entry::deserialize(deserializer)?;
        let origin = match (entry.provisioning, entry.grafana) {
            (Some(folder), None) => Origin::Files(folder),
            (None, Some(url)) => Origin::Grafana(url),
            _ => return Err(de::Error::custom(message!("dashboards-shape").to_error_text())),
        };
        Ok(Self { origin, over: entry.over.0 })
    }
}

impl Kind for Dashboards {
    const NAME: &'static str = "dashboards";
    const YIELDS: Yields = Yields::Document;
    const TIMEOUT: Duration = Duration::from_secs(30);
    const FIELDS: &'static [Field] = fields! {
        "sources": "the URLs of the Prometheus data sources, as Grafana would use them",
        "dashboards": "the titles of the provisioned dashboards",
        "panels": "how many panels there are, those without data by nature (text, row) and those of `unread` aside",
        "empty": "the panels without data, as `dashboard / panel: reason`",
        "unread": "panels that only Grafana can fill, as `dashboard / panel: reason`: repeat, library-panel, time-shift, other-panels-data, …",
        "problems": "what can't be used, as `where: reason`: not-json, schema-v2, path-not-absolute, …",
    };

    fn templates(&self) -> Vec<&Template> {
        match &self.origin {
            Origin::Files(text) | Origin::Grafana(text) => vec![text],
        }
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        match &self.origin {
            Origin::Files(_) => Vec::new(),
            Origin::Grafana(url) => vec![("grafana".to_owned(), Target::Url(url))],
        }
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        let over = humantime::format_duration(self.over);
        Ok(match &self.origin {
            Origin::Files(folder) => format!("dashboards of {} (last {over})", folder.render(scope)?),
            Origin::Grafana(url) => format!("dashboards at {} (last {over})", url.render(scope)?),
        })
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        let clock = Clock { begun: Instant::now(), limit: timeout };
        let found = match &self.origin {
            Origin::Files(folder) => files::find(world, &folder.render(scope)?).await?,
            Origin::Grafana(url) => grafana::find(world, &url.render(scope)?, &clock).await?,
        };
        Ok(judge(world, found, self.over, &clock).await?)
    }
}

/// What is left of the time for all questions together.
struct Clock {
    begun: Instant,
    limit: Duration,
}

impl Clock {
    fn left(&self) -> Duration {
        self.limit.saturating_sub(self.begun.elapsed())
    }
}

struct Judged {
    name: String,
    reason: Option<Unshown>,
    queries: Vec<String>,
}

async fn judge(
    world: &dyn World,
    mut found: GrafanaContents,
    over: Duration,
    clock: &Clock,
) -> Result<Observation, ProbeFailure> {
    let now = prometheus::now();
    let window = Window { from: now.saturating_sub(over), to: now };
    let (mut titles, mut judged): (Vec<String>, Vec<Judged>) = (Vec::new(), Vec::new());
    let sheets = std::mem::take(&mut found.sheets);
    for sheet in &sheets {
        let dashboard = match panel::classic(&sheet.value) {
            Ok(dashboard) => dashboard,
            Err(reason) => {
                found.problems.push(format!("{}: {reason}", sheet.origin));
                continue;
            }
        };
        let title = panel::title(dashboard);
        titles.push(title.clone());
        let asker = Asker { world, found: &found, window, clock };
        let values = asker.variables(dashboard).await?;
        for panel in panel::panels(dashboard) {
            if judged.len() == MOST_PANELS {
                return Err(ProbeFailure::TooManyFiles { limit: MOST_PANELS });
            }
            let name = format!("{title} / {}", panel.title);
            let mut one = Judged { name, reason: None, queries: Vec::new() };
            one.reason = match panel::queries(&panel, Context { found: &found, values: &values, window }) {
                Ok(queries) => asker.reason(queries, &mut one.queries).await?.map(Unshown::Empty),
                Err(unshown) => Some(unshown),
            };
            judged.push(one);
        }
    }
    Ok(see(&found, &titles, &judged))
}

fn see(found: &GrafanaContents, titles: &[String], judged: &[Judged]) -> Observation {
    let (mut empty, mut unread) = (Vec::new(), Vec::new());
    for panel in judged {
        match &panel.reason {
            Some(Unshown::Empty(reason)) => empty.push(format!("{}: {reason}", panel.name)),
            Some(Unshown::Unread(reason)) => unread.push(format!("{}: {reason}", panel.name)),
            None => {}
        }
    }
    let urls: Vec<&str> =
        found.sources.iter().filter(|source| source.is_prometheus()).map(|source| &*source.url).collect();
    let mut lines: Vec<String> = found.problems.iter().chain(&empty).chain(&unread).take(LINES).cloned().collect();
    let more = (found.problems.len() + empty.len() + unread.len()).saturating_sub(LINES);
    if more > 0 {
        lines.push(format!("… +{more}"));
    }
    let panels =
        judged.iter().map(|panel| json!({"panel": panel.name, "reason": panel.reason.as_ref().map(Unshown::reason), "queries": panel.queries}));
    let document = json!({"panels": panels.collect::<Vec<Value>>()}).to_string();
    Observation {
        fields: vec![
            ("sources", json!(urls)),
            ("dashboards", json!(titles)),
            ("panels", json!(judged.len() - unread.len())),
            ("empty", json!(empty)),
            ("unread", json!(unread)),
            ("problems", json!(found.problems)),
        ],
        document: Some(Document::new(document, DocumentFormat::Json)),
        evidence: if lines.is_empty() { Vec::new() } else { vec![("panels", lines.join("\n"))] },
        unread,
        ..Observation::default()
    }
}

struct Asker<'a> {
    world: &'a dyn World,
    found: &'a GrafanaContents,
    window: Window,
    clock: &'a Clock,
}

impl Asker<'_> {
    /// The values of a dashboard's variables, in their order: later ones may
    /// use earlier ones.
    async fn variables(&self, dashboard: &Value) -> Result<Values, ProbeFailure> {
        let mut values = Values::built_in(self.window);
        for variable in variables::of(dashboard) {
            let options = match values.wanted(variable, self.found) {
                Some(wanted) => {
                    let asked = (wanted.path.as_str(), wanted.parameters);
                    match prometheus::ask(self.world, &wanted.base, asked.0, asked.1, self.clock.left()).await? {
                        Answer::Data(Value::Array(options)) => options,
                        Answer::Data(_) | Answer::Refused { .. } => Vec::new(),
                    }
                }
                None => Vec::new(),
            };
            values.add(variable, &options, self.found);
        }
        Ok(values)
    }

    /// Why a panel shows nothing: none when one of its queries has data.
    async fn reason(&self, queries: Vec<Query>, asked: &mut Vec<String>) -> Result<Option<String>, ProbeFailure> {
        let mut reason = "no-query".to_owned();
        for query in queries {
            asked.push(query.expression.clone());
            match self.ask(&query).await? {
                Answer::Data(data) if prometheus::has_data(&data) => return Ok(None),
                // What is there now, such as alerts that fire, was there at another time.
                Answer::Data(_) if query.step.is_none() && self.once(&query).await? => return Ok(None),
                Answer::Data(_) => reason = format!("no-data {}", query.expression),
                Answer::Refused { error, .. } => reason = format!("refused {} ({error})", query.expression),
            }
        }
        Ok(Some(reason))
    }

    /// Whether a query of one point in time has data at any point of the window.
    async fn once(&self, query: &Query) -> Result<bool, ProbeFailure> {
        let step = Some((self.window.span() / 100).max(Duration::from_secs(1)));
        let over = Query { base: query.base.clone(), expression: query.expression.clone(), step };
        Ok(matches!(self.ask(&over).await?, Answer::Data(data) if prometheus::has_data(&data)))
    }

    async fn ask(&self, query: &Query) -> Result<Answer, ProbeFailure> {
        let mut parameters = vec![("query", query.expression.clone())];
        let path = match query.step {
            None => {
                parameters.push(("time", prometheus::seconds(self.window.to)));
                "query"
            }
            Some(step) => {
                parameters.push(("start", prometheus::seconds(self.window.from)));
                parameters.push(("end", prometheus::seconds(self.window.to)));
                parameters.push(("step", prometheus::seconds(step)));
                "query_range"
            }
        };
        prometheus::ask(self.world, &query.base, path, parameters, self.clock.left()).await
    }
}

#[cfg(test)]
mod tests;
