//! A dashboard's variables and Grafana's own, and texts with them filled in.
//! Pure; what has to be asked is said as a [`Wanted`].

use super::source::GrafanaContents;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

/// The time that panels show, since 1970.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(crate) from: Duration,
    pub(crate) to: Duration,
}

impl Window {
    pub(crate) fn span(self) -> Duration {
        self.to.saturating_sub(self.from)
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    known: BTreeMap<String, Filling>,
}

#[derive(Debug, Clone)]
enum Filling {
    Raw(String),
    /// One of these, as part of a regular expression.
    AnyOf(Vec<String>),
    Refused(String),
}

/// What a variable's options have to be asked for: values of a label.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(crate) base: String,
    pub(crate) path: String,
    pub(crate) parameters: Vec<(&'static str, String)>,
}

pub(super) fn of(dashboard: &Value) -> impl Iterator<Item = &Value> {
    dashboard.get("templating").and_then(|part| part.get("list")).and_then(Value::as_array).into_iter().flatten()
}

// `$name`, `[[name:format]]`, `${name.field:format}`: Grafana's own syntax.
static REFERENCE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.[^:}]+)?(?::([^}]+))?\}").ok());
// `label_values(label)`, `label_values(metric{a="b"}, label)`.
static LABEL_VALUES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\s*label_values\(\s*(?:(.+)\s*,)?\s*(\w+)\s*\)\s*$").ok());

impl Values {
    pub(crate) fn built_in(window: Window) -> Self {
        let span = window.span();
        let mut values = Self::default();
        values.raw("__range", promql(span));
        values.raw("__range_s", span.as_secs().to_string());
        values.raw("__range_ms", span.as_millis().to_string());
        values.raw("__from", window.from.as_millis().to_string());
        values.raw("__to", window.to.as_millis().to_string());
        values
    }

    /// These, and the intervals of one query.
    pub(crate) fn with_intervals(&self, step: Duration, rate: Duration) -> Self {
        let mut values = self.clone();
        values.raw("__interval", promql(step));
        values.raw("__interval_ms", step.as_millis().to_string());
        values.raw("__rate_interval", promql(rate));
        values.raw("__rate_interval_ms", rate.as_millis().to_string());
        values
    }

    fn raw(&mut self, name: &str, value: String) {
        self.known.insert(name.to_owned(), Filling::Raw(value));
    }

    /// A text with all variables filled in; an unknown one stays as it is, as
    /// in Grafana. Or why it can't be.
    pub(crate) fn fill(&self, text: &str) -> Result<String, String> {
        let Some(reference) = REFERENCE.as_ref() else { return Ok(text.to_owned()) };
        let (mut filled, mut end) = (String::new(), 0);
        for found in reference.captures_iter(text) {
            let group = |numbers: [usize; 3]| numbers.into_iter().find_map(|number| found.get(number));
            let (Some(whole), Some(name)) = (found.get(0), group([1, 2, 4])) else { continue };
            filled.push_str(&text[end..whole.start()]);
            end = whole.end();
            match self.known.get(name.as_str()) {
                None => filled.push_str(whole.as_str()),
                Some(filling) => {
                    let format = found.get(3).or_else(|| found.get(5)).map(|format| format.as_str());
                    filled
                        .push_str(&filling.written(format).map_err(|why| format!("variable {} {why}", name.as_str()))?);
                }
            }
        }
        filled.push_str(&text[end..]);
        Ok(filled)
    }

    pub(crate) fn filled(&self, datasource: &Value) -> Result<Value, String> {
        Ok(match datasource {
            Value::String(name) => Value::String(self.fill(name)?),
            Value::Object(object) => {
                let mut object = object.clone();
                if let Some(Value::String(uid)) = object.get("uid") {
                    let uid = self.fill(uid)?;
                    object.insert("uid".to_owned(), Value::String(uid));
                }
                Value::Object(object)
            }
            other => other.clone(),
        })
    }

    /// What has to be asked for a variable's options, if anything has.
    pub(crate) fn wanted(&self, variable: &Value, found: &GrafanaContents) -> Option<Wanted> {
        if text(variable, "type") != "query" || refresh(variable) == 0 && !chosen(variable).is_empty() {
            return None;
        }
        let query = self.fill(query_of(variable)).ok()?;
        let parts = LABEL_VALUES.as_ref()?.captures(&query)?;
        let source = found.source(&self.filled(variable.get("datasource").unwrap_or(&Value::Null)).ok()?).ok()?;
        let selector = parts.get(1).map(|selector| ("match[]", selector.as_str().trim().to_owned()));
        let path = format!("label/{}/values", &parts[2]);
        Some(Wanted { base: source.base.clone(), path, parameters: selector.into_iter().collect() })
    }

    /// Adds a variable, with the options that were asked for.
    pub(crate) fn add(&mut self, variable: &Value, asked: &[Value], found: &GrafanaContents) {
        let options: Vec<String> = match text(variable, "type") {
            "constant" | "textbox" => {
                let chosen = chosen(variable).into_iter().next();
                return self.raw(text(variable, "name"), chosen.unwrap_or_else(|| query_of(variable).to_owned()));
            }
            "custom" => query_of(variable).split(',').map(|option| after_label(option).trim().to_owned()).collect(),
            "interval" => return self.add_interval(variable),
            "datasource" => {
                let kind = query_of(variable);
                let mut sources: Vec<_> = found.sources.iter().filter(|source| source.kind == kind).collect();
                sources.sort_by_key(|source| !source.default);
                sources.into_iter().map(|source| source.uid.clone()).collect()
            }
            "query" => {
                let readable = LABEL_VALUES.as_ref().is_some_and(|pattern| pattern.is_match(query_of(variable)));
                if !readable && refresh(variable) != 0 {
                    return self.refuse(variable, format!("asks {}", query_of(variable)));
                }
                asked.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            "adhoc" | "groupby" => return,
            other => return self.refuse(variable, format!("is of type {other}")),
        };
        match narrowed(options, text(variable, "regex")) {
            Ok(options) => self.choose(variable, options, found),
            Err(why) => self.refuse(variable, why),
        }
    }

    fn refuse(&mut self, variable: &Value, why: String) {
        self.known.insert(text(variable, "name").to_owned(), Filling::Refused(why));
    }

    /// What of the options is chosen, as Grafana would choose when it loads.
    fn choose(&mut self, variable: &Value, options: Vec<String>, found: &GrafanaContents) {
        let flag = |key: &str| variable.get(key).and_then(Value::as_bool).unwrap_or_default();
        // A data source may be chosen by its name, or as the default one.
        let mut chosen: Vec<String> = chosen(variable);
        if text(variable, "type") == "datasource" {
            chosen.retain(|name| name != "default");
            for choice in &mut chosen {
                if let Some(source) = found.sources.iter().find(|source| source.name == *choice) {
                    choice.clone_from(&source.uid);
                }
            }
        }
        let all = chosen.iter().any(|choice| choice == "$__all") || chosen.is_empty() && flag("includeAll");
        let filling = if all {
            match text(variable, "allValue") {
                "" => Filling::AnyOf(options),
                own => Filling::Raw(own.to_owned()),
            }
        } else {
            let known = |choice: &String| options.is_empty() || options.contains(choice);
            let mut values: Vec<String> = chosen.into_iter().filter(known).collect();
            if values.is_empty() {
                values.extend(options.into_iter().next());
            }
            if flag("multi") || flag("includeAll") {
                Filling::AnyOf(values)
            } else {
                Filling::Raw(values.into_iter().next().unwrap_or_default())
            }
        };
        self.known.insert(text(variable, "name").to_owned(), filling);
    }

    /// An `interval` variable: the chosen one, or by itself a thirtieth of the range.
    fn add_interval(&mut self, variable: &Value) {
        let first = || query_of(variable).split(',').next().unwrap_or_default().trim().to_owned();
        let chosen = chosen(variable).into_iter().next().unwrap_or_else(first);
        if !chosen.starts_with("$__auto") {
            return self.raw(text(variable, "name"), chosen);
        }
        let span = self.known.get("__range_ms").and_then(|range| range.written(None).ok()?.parse().ok());
        let count = variable.get("auto_count").and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok());
        let least = parse(text(variable, "auto_min")).unwrap_or(Duration::from_secs(10));
        let step = interval(Duration::from_millis(span.unwrap_or_default()), count.unwrap_or(30).max(1));
        self.raw(text(variable, "name"), promql(step.max(least)));
    }
}

impl Filling {
    /// The text in a query. Without a format as Grafana's Prometheus source
    /// writes it: several values, and one of several, as a regular expression.
    fn written(&self, format: Option<&str>) -> Result<String, String> {
        let values = match self {
            Self::Refused(why) => return Err(why.clone()),
            Self::Raw(value) => std::slice::from_ref(value),
            Self::AnyOf(values) => values.as_slice(),
        };
        let regex = |escape: fn(&str) -> String| match values {
            [only] => escape(only),
            _ => format!("({})", values.iter().map(|value| escape(value)).collect::<Vec<_>>().join("|")),
        };
        match (format, self) {
            (None, Self::Raw(value)) => Ok(value.clone()),
            // Within a quoted text of PromQL: each backslash is written twice.
            (None, _) => Ok(regex(|value| regex::escape(value).replace('\\', "\\\\"))),
            (Some("regex"), _) => Ok(regex(regex::escape)),
            (Some("pipe"), _) => Ok(values.join("|")),
            (Some("csv" | "raw" | "text"), _) => Ok(values.join(",")),
            (Some(other), _) => Err(format!("has format {other}")),
        }
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn query_of(variable: &Value) -> &str {
    match variable.get("query") {
        Some(Value::String(query)) => query,
        Some(object) => text(object, "query"),
        None => "",
    }
}

/// When options are asked for: 0 never, 1 on load, 2 when the time changes.
fn refresh(variable: &Value) -> u64 {
    match variable.get("refresh") {
        Some(Value::Bool(truth)) => u64::from(*truth),
        other => other.and_then(Value::as_u64).unwrap_or_default(),
    }
}

fn chosen(variable: &Value) -> Vec<String> {
    let value = variable.get("current").and_then(|current| current.get("value"));
    let values = match value {
        Some(Value::Array(values)) => values.iter().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    };
    values.into_iter().filter_map(Value::as_str).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

fn after_label(option: &str) -> &str {
    option.split_once(" : ").map_or(option, |(_, value)| value)
}

/// The options that a variable's `regex` leaves: its group `value`, else the
/// first, else the whole.
fn narrowed(options: Vec<String>, pattern: &str) -> Result<Vec<String>, String> {
    if pattern.is_empty() {
        return Ok(options);
    }
    let inner = pattern.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')).map_or(pattern, |(inner, _)| inner);
    let regex = Regex::new(inner).map_err(|_| format!("has regex {pattern}"))?;
    let mut kept: Vec<String> = Vec::new();
    for option in options {
        if let Some(found) = regex.captures(&option) {
            let part = found.name("value").or_else(|| found.get(1)).or_else(|| found.get(0));
            let part = part.map(|part| part.as_str().to_owned()).unwrap_or_default();
            if !kept.contains(&part) {
                kept.push(part);
            }
        }
    }
    Ok(kept)
}

/// A span as `PromQL` reads it.
fn promql(span: Duration) -> String {
    if span.subsec_millis() == 0 { format!("{}s", span.as_secs()) } else { format!("{}ms", span.as_millis()) }
}

/// A span as Grafana's fields hold it: `15s`, `>1m`, or a bare number of seconds.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim().trim_start_matches('>');
    let bare = || text.parse().ok().map(Duration::from_secs);
    humantime::parse_duration(text).ok().or_else(bare).filter(|span| !span.is_zero())
}

/// A window's step for this many points, rounded as Grafana rounds it.
pub(super) fn interval(window: Duration, points: u32) -> Duration {
    /// Below the first number (milliseconds) the second is the step.
    const STEPS: &[(u64, u64)] = &[
        (10, 1),
        (15, 10),
        (35, 20),
        (75, 50),
        (150, 100),
        (350, 200),
        (750, 500),
        (1_500, 1_000),
        (3_500, 2_000),
        (7_500, 5_000),
        (12_500, 10_000),
        (17_500, 15_000),
        (25_000, 20_000),
        (45_000, 30_000),
        (90_000, 60_000),
        (210_000, 120_000),
        (450_000, 300_000),
        (750_000, 600_000),
        (1_050_000, 900_000),
        (1_500_000, 1_200_000),
    ];
    let raw = u64::try_from(window.as_millis()).unwrap_or(u64::MAX) / u64::from(points.max(1));
    let step = STEPS.iter().find(|(below, _)| raw < *below).map_or(1_800_000, |(_, step)| *step);
    Duration::from_millis(step)
}

#[cfg(test)]
mod tests;
