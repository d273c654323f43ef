//! `prometheus`: asks a Prometheus server over its HTTP API: queries, targets,
//! rules, alerts.

mod api;
mod seen;

pub(super) use api::{Answer, ask, now, seconds};
pub(super) use seen::has_data;

use super::{Field, Kind, ProbeError, Target, Yields};
use crate::expect::Observation;
use crate::quantity::Span;
use crate::template::{Scope, Template, UnknownName};
use crate::world::World;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer};
use std::time::Duration;

/// Where a Prometheus answers that is called by its own name.
const USUAL: &str = "http://prometheus:9090";
/// Points of a range query, unless a step is given.
const POINTS: u32 = 60;

#[derive(Debug, Clone)]
pub struct Prometheus {
    pub(crate) question: Question,
    /// The server's URL (default: `http://prometheus:9090`).
    pub(crate) at: Template,
}

#[derive(Debug, Clone)]
pub(crate) enum Question {
    /// `query`: a `PromQL` expression, now.
    Now(Template),
    /// `query` and `over`: the same, at each step of a time that ends now.
    Over {
        query: Template,
        /// How far it looks back.
        over: Duration,
        /// From one point to the next.
        step: Duration,
    },
    /// `targets`: what is scraped, as far as its URL holds this text.
    Targets(Template),
    /// `rules`: recording and alerting rules of this name; all for an empty one.
    Rules(Template),
    /// `alerts`: pending and firing alerts of this name; all for an empty one.
    Alerts(Template),
}

/// A question to a Prometheus server: a query, its targets, rules or alerts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// An expression to evaluate now, or with `over` across a range.
    query: Option<Template>,
    /// With `query`: how far it looks back.
    over: Option<Span>,
    /// With `over`: from one point to the next.
    step: Option<Span>,
    /// What is scraped, as far as its URL holds this text.
    targets: Option<Template>,
    /// Recording and alerting rules of this name; all for an empty one.
    rules: Option<Template>,
    /// Pending and firing alerts of this name; all for an empty one.
    alerts: Option<Template>,
    /// Where Prometheus is (default: its service).
    at: Option<Template>,
}

schema_as!(Prometheus, Entry);

impl<'de> Deserialize<'de> for Prometheus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = Entry::deserialize(deserializer)?;
        let wrong = || de::Error::custom(message!("prometheus-shape").to_error_text());
        let question = match (entry.query, entry.targets, entry.rules, entry.alerts, entry.over) {
            (Some(query), None, None, None, None) => Question::Now(query),
            (Some(query), None, None, None, Some(Span(over))) => {
                let step = entry.step.map_or(over / POINTS, |Span(step)| step);
                Question::Over { query, over, step: step.max(Duration::from_millis(100)) }
            }
            (None, Some(part), None, None, None) => Question::Targets(part),
            (None, None, Some(name), None, None) => Question::Rules(name),
            (None, None, None, Some(name), None) => Question::Alerts(name),
            _ => return Err(wrong()),
        };
        if entry.step.is_some() && !matches!(question, Question::Over { .. }) {
            return Err(wrong());
        }
        Ok(Self { question, at: entry.at.unwrap_or_else(|| Template::literal(USUAL)) })
    }
}

impl Question {
    fn template(&self) -> &Template {
        match self {
            Self::Now(text) | Self::Targets(text) | Self::Rules(text) | Self::Alerts(text) => text,
            Self::Over { query, .. } => query,
        }
    }
}

impl Kind for Prometheus {
    const NAME: &'static str = "prometheus";
    const YIELDS: Yields = Yields::Document;
    const TIMEOUT: Duration = Duration::from_secs(10);
    const FIELDS: &'static [Field] = fields! {
        "count": "how many series, targets, rules or alerts came",
        "value": "`query`: the number, when one series came; the last one with `over`. NaN and infinities are texts",
        "values": "`query`: the numbers of all series, the last ones with `over`",
        "min": "`query` with `over`: the smallest number, when one series came",
        "max": "`query` with `over`: the largest number, when one series came",
        "up": "`targets`: how many of them were scraped well the last time",
        "urls": "`targets`: their scrape URLs, parameters decoded",
        "errors": "`targets`, `rules`: what Prometheus says is wrong with them",
        "names": "`rules`, `alerts`: their names, each once, sorted",
        "firing": "`alerts`, `rules`: how many fire",
        "pending": "`alerts`, `rules`: how many wait for their `for`",
        "error": "why Prometheus refused, if it did",
    };

    fn templates(&self) -> Vec<&Template> {
        vec![self.question.template(), &self.at]
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        vec![("at".to_owned(), Target::Url(&self.at))]
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        let text = self.question.template().render(scope)?;
        let named = |what: &str| if text.is_empty() { what.to_owned() } else { format!("{what} {text}") };
        Ok(match &self.question {
            Question::Now(_) => format!("promql {text}"),
            Question::Over { over, .. } => format!("promql {text} (last {})", humantime::format_duration(*over)),
            Question::Targets(_) => named("prometheus targets"),
            Question::Rules(_) => named("prometheus rules"),
            Question::Alerts(_) => named("prometheus alerts"),
        })
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        let at = self.at.render(scope)?;
        let text = self.question.template().render(scope)?;
        let get = |path, parameters| ask(world, &at, path, parameters, timeout);
        Ok(match &self.question {
            Question::Now(_) => seen::series(get("query", vec![("query", text)]).await?.of_lab()?),
            Question::Over { over, step, .. } => {
                let now = api::now();
                let parameters = vec![
                    ("query", text),
                    ("start", seconds(now.saturating_sub(*over))),
                    ("end", seconds(now)),
                    ("step", seconds(*step)),
                ];
                seen::series(get("query_range", parameters).await?.of_lab()?)
            }
            Question::Targets(_) => seen::targets(get("targets", vec![("state", "active".to_owned())]).await?, &text),
            Question::Rules(_) => seen::rules(get("rules", Vec::new()).await?, &text),
            Question::Alerts(_) => seen::alerts(get("alerts", Vec::new()).await?, &text),
        })
    }
}

#[cfg(test)]
mod tests;
