//! What Prometheus's answers are to selectors. Pure.

use super::Answer;
use crate::expect::{Document, DocumentFormat, Observation};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Lines of a failure's evidence.
const LINES: usize = 8;

pub(super) fn series(answer: Answer) -> Observation {
    let data = match answer {
        Answer::Data(data) => data,
        refused @ Answer::Refused { .. } => return refusal(refused),
    };
    let found = read_series(&data);
    let last = |points: &Vec<Point>| points.last().map(|point| point.value.clone());
    let values: Vec<Value> = found.iter().filter_map(|series| last(&series.points)).collect();
    let mut fields = vec![("count", json!(found.len())), ("values", json!(values))];
    if let [only] = found.as_slice() {
        fields.extend(last(&only.points).map(|value| ("value", value)));
        if data.get("resultType").and_then(Value::as_str) == Some("matrix") {
            let mut numbers: Vec<f64> = only.points.iter().filter_map(|point| point.value.as_f64()).collect();
            numbers.sort_by(f64::total_cmp);
            fields.extend(numbers.first().map(|number| ("min", json!(number))));
            fields.extend(numbers.last().map(|number| ("max", json!(number))));
        }
    }
    let lines = found.iter().filter_map(|series| Some(format!("{} {}", series.labels, last(&series.points)?)));
    let evidence = lines.clone().take(LINES).collect::<Vec<_>>().join("\n");
    let more = lines.count().saturating_sub(LINES);
    let document = found.iter().map(|series| {
        let points: Vec<Value> = series.points.iter().map(|point| json!([point.at, point.value])).collect();
        json!({"labels": series.metric, "value": last(&series.points), "points": points})
    });
    let document = json!({"series": document.collect::<Vec<_>>()});
    Observation { fields, ..with(&document, evidence, more, "series") }
}

/// Whether a query's answer holds at least one number: NaN is none, a panel
/// shows nothing for it.
pub(in crate::check) fn has_data(data: &Value) -> bool {
    let is_nan = |value: &Value| value.as_str() == Some("NaN");
    read_series(data).iter().any(|series| series.points.iter().any(|point| !is_nan(&point.value)))
}

struct Series<'a> {
    metric: &'a Value,
    labels: String,
    points: Vec<Point>,
}

struct Point {
    at: Value,
    value: Value,
}

/// The series of an instant's or a range's answer; a scalar is one without labels.
fn read_series(data: &Value) -> Vec<Series<'_>> {
    let result = data.get("result");
    if data.get("resultType").and_then(Value::as_str) == Some("scalar") {
        let points = result.and_then(point).into_iter().collect();
        return vec![Series { metric: &Value::Null, labels: "{}".to_owned(), points }];
    }
    let read = |series: &'_ Value| -> Vec<Point> {
        match series.get("values").and_then(Value::as_array) {
            Some(values) => values.iter().filter_map(point).collect(),
            None => series.get("value").and_then(point).into_iter().collect(),
        }
    };
    result
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|series| {
            let metric = series.get("metric").unwrap_or(&Value::Null);
            Series { metric, labels: labels(metric), points: read(series) }
        })
        .collect()
}

fn point(pair: &Value) -> Option<Point> {
    Some(Point { at: pair.get(0)?.clone(), value: number(pair.get(1)?.as_str()?) })
}

/// A sample's value. JSON has no NaN and no infinities: those stay texts.
fn number(text: &str) -> Value {
    let number = text.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
    number.map_or_else(|| json!(text), Value::Number)
}

/// `{a="b"}` as Prometheus writes it.
fn labels(metric: &Value) -> String {
    let pairs = metric.as_object().into_iter().flatten().filter(|(name, _)| *name != "__name__");
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}{{{}}}", metric.get("__name__").and_then(Value::as_str).unwrap_or_default(), pairs.join(","))
}

/// The targets whose scrape URL holds `part`.
pub(super) fn targets(answer: Answer, part: &str) -> Observation {
    let data = match answer {
        Answer::Data(data) => data,
        refused @ Answer::Refused { .. } => return refusal(refused),
    };
    let text = |target: &Value, key: &str| target.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let url = |target: &Value| decoded(&text(target, "scrapeUrl"));
    let all: Vec<&Value> = data.get("activeTargets").and_then(Value::as_array).into_iter().flatten().collect();
    let chosen: Vec<&Value> = all.iter().copied().filter(|target| url(target).contains(part)).collect();
    let up = chosen.iter().filter(|target| text(target, "health") == "up").count();
    let mut urls: Vec<String> = chosen.iter().map(|target| url(target)).collect();
    urls.sort();
    let errors: BTreeSet<String> =
        chosen.iter().map(|target| text(target, "lastError")).filter(|error| !error.is_empty()).collect();
    // Where none fits, those that are there tell what was written instead.
    let shown = if chosen.is_empty() { &all } else { &chosen };
    let lines = shown.iter().map(|target| {
        let line = format!("{} {} {}", url(target), text(target, "health"), text(target, "lastError"));
        line.trim_end().to_owned()
    });
    let lines: Vec<String> = lines.collect();
    let fields =
        vec![("count", json!(chosen.len())), ("up", json!(up)), ("urls", json!(urls)), ("errors", json!(errors))];
    let more = lines.len().saturating_sub(LINES);
    let evidence = lines.into_iter().take(LINES).collect::<Vec<_>>().join("\n");
    Observation { fields, ..with(&json!({"targets": chosen}), evidence, more, "targets") }
}

/// A URL with its parameters decoded, as people write them.
fn decoded(url: &str) -> String {
    let Some((before, query)) = url.split_once('?') else { return url.to_owned() };
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
    format!("{before}?{}", pairs.join("&"))
}

pub(super) fn rules(answer: Answer, name: &str) -> Observation {
    let data = match answer {
        Answer::Data(data) => data,
        refused @ Answer::Refused { .. } => return refusal(refused),
    };
    let groups = data.get("groups").and_then(Value::as_array).into_iter().flatten();
    let all = groups.flat_map(|group| group.get("rules").and_then(Value::as_array).into_iter().flatten());
    let rules: Vec<&Value> = all.filter(|rule| named(rule.get("name"), name)).collect();
    let texts = |key: &str| {
        let values = rules.iter().filter_map(|rule| rule.get(key)?.as_str()).filter(|value| !value.is_empty());
        values.map(str::to_owned).collect::<BTreeSet<String>>()
    };
    let state = |state: &str| rules.iter().filter(|rule| is(rule.get("state"), state)).count();
    let errors = texts("lastError");
    let fields = vec![
        ("count", json!(rules.len())),
        ("names", json!(texts("name"))),
        ("errors", json!(errors)),
        ("firing", json!(state("firing"))),
        ("pending", json!(state("pending"))),
    ];
    let evidence = errors.into_iter().collect::<Vec<_>>().join("\n");
    Observation { fields, ..with(&json!({"rules": rules}), evidence, 0, "errors") }
}

/// The pending and firing alerts of this name, or all.
pub(super) fn alerts(answer: Answer, name: &str) -> Observation {
    let data = match answer {
        Answer::Data(data) => data,
        refused @ Answer::Refused { .. } => return refusal(refused),
    };
    let label = |alert: &Value| alert.get("labels").and_then(|labels| labels.get("alertname")).cloned();
    let all = data.get("alerts").and_then(Value::as_array).into_iter().flatten();
    let alerts: Vec<&Value> = all.filter(|alert| named(label(alert).as_ref(), name)).collect();
    let state = |state: &str| alerts.iter().filter(|alert| is(alert.get("state"), state)).count();
    let names: BTreeSet<String> = alerts.iter().filter_map(|alert| Some(label(alert)?.as_str()?.to_owned())).collect();
    let fields = vec![
        ("count", json!(alerts.len())),
        ("names", json!(names)),
        ("firing", json!(state("firing"))),
        ("pending", json!(state("pending"))),
    ];
    let lines = alerts.iter().map(|alert| {
        let labels = alert.get("labels").map(labels).unwrap_or_default();
        format!("{} {labels}", alert.get("state").and_then(Value::as_str).unwrap_or_default())
    });
    let evidence = lines.take(LINES).collect::<Vec<_>>().join("\n");
    Observation { fields, ..with(&json!({"alerts": alerts}), evidence, alerts.len().saturating_sub(LINES), "alerts") }
}

fn named(found: Option<&Value>, wanted: &str) -> bool {
    wanted.is_empty() || is(found, wanted)
}

fn is(found: Option<&Value>, wanted: &str) -> bool {
    found.and_then(Value::as_str) == Some(wanted)
}

fn refusal(answer: Answer) -> Observation {
    let error = match answer {
        Answer::Refused { error, .. } => error,
        Answer::Data(_) => String::new(),
    };
    Observation { fields: vec![("error", json!(error))], evidence: vec![("error", error)], ..Observation::default() }
}

fn with(document: &Value, evidence: String, more: usize, name: &'static str) -> Observation {
    let evidence = if more > 0 { format!("{evidence}\n… +{more}") } else { evidence };
    Observation {
        document: Some(Document::new(document.to_string(), DocumentFormat::Json)),
        evidence: if evidence.is_empty() { Vec::new() } else { vec![(name, evidence)] },
        ..Observation::default()
    }
}
