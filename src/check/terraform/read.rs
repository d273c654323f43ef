//! What the tool's JSON means, purely.

use crate::expect::{Document, DocumentFormat, Observation};
use crate::world::{Ended, Output};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What stands in the place of a value that is marked sensitive.
const MASK: &str = "•••";
/// Lines of a text that a failure shows.
const TAIL: usize = 30;
/// Shorter values would mask ordinary words.
const SHORTEST: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Init,
    Validate,
    Fmt,
    Plan,
    Planned,
    Apply,
    Destroy,
    Output,
    Show,
    Pull,
    /// What `init` noted of the backend.
    Backend,
    Test,
    Copies,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Validate => "validate",
            Self::Fmt => "fmt",
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Destroy => "destroy",
            Self::Output => "output",
            Self::Planned | Self::Show | Self::Pull | Self::Backend => "show",
            Self::Test | Self::Copies => "test",
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(crate) time: Duration,
    /// How many wrong copies counted, once tests were run on them.
    pub(crate) counted: Option<u64>,
    failed: bool,
    exit: i64,
    stage: &'static str,
    ended: Option<Ended>,
    errors: Vec<Value>,
    warnings: u64,
    hidden: Vec<String>,
    fields: Vec<(&'static str, Value)>,
    evidence: Vec<(&'static str, String)>,
    document: Map<String, Value>,
}

impl Answer {
    /// Takes over what a command said; whether the next may come.
    pub(crate) fn take(&mut self, stage: Stage, output: &Output) -> bool {
        self.stage = stage.name();
        self.exit = if output.ended.is_some() && output.exit == 0 { 137 } else { output.exit };
        self.ended = output.ended;
        let text = String::from_utf8_lossy(&output.stdout);
        let one = || serde_json::from_str::<Value>(&text).unwrap_or_default();
        match stage {
            Stage::Init | Stage::Plan | Stage::Apply | Stage::Destroy => {
                let lines = lines(&text);
                self.diagnostics(lines.iter().filter_map(|line| line.get("diagnostic")));
                if let Some(changes) = lines.iter().rev().find_map(|line| line.get("changes")) {
                    for (field, name) in
                        [("add", "add"), ("change", "change"), ("destroy", "remove"), ("import", "import")]
                    {
                        self.set(field, changes.get(name).cloned().unwrap_or_else(|| json!(0)));
                    }
                }
            }
            Stage::Validate => self.diagnostics(items(&one()["diagnostics"]).iter()),
            Stage::Fmt => {
                let files: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
                self.set("files", json!(files));
            }
            Stage::Planned => self.planned(&one()),
            Stage::Output => self.outputs(&one()),
            Stage::Show => self.state(&one()),
            Stage::Pull => {
                let pulled = one();
                self.set("lineage", pulled["lineage"].clone());
                self.set("serial", pulled["serial"].clone());
            }
            Stage::Backend => {
                let kind = one()["backend"]["type"].clone();
                self.set("backend", if kind.is_string() { kind } else { json!("local") });
            }
            Stage::Test => self.tested(&lines(&text)),
            Stage::Copies => self.copies(&one()),
        }
        self.failed |= self.exit != 0 || output.ended.is_some();
        if self.failed && self.errors.is_empty() && stage != Stage::Fmt {
            self.say("stderr", &String::from_utf8_lossy(&output.stderr));
        }
        !self.failed
    }

    pub(crate) fn formatted_otherwise(&mut self, output: &Output) {
        self.say("diff", &String::from_utf8_lossy(&output.stdout));
        // A file that doesn't parse is only told here.
        self.say("stderr", &String::from_utf8_lossy(&output.stderr));
    }

    fn diagnostics<'a>(&mut self, said: impl Iterator<Item = &'a Value>) {
        for diagnostic in said {
            if diagnostic["severity"] != "error" {
                self.warnings += 1;
                continue;
            }
            let mut error = Map::new();
            for name in ["summary", "detail", "address"] {
                error.insert(name.into(), diagnostic[name].as_str().unwrap_or_default().into());
            }
            error.insert("file".into(), diagnostic["range"]["filename"].as_str().unwrap_or_default().into());
            error.insert("line".into(), diagnostic["range"]["start"]["line"].clone());
            error.insert("code".into(), diagnostic["snippet"]["code"].as_str().unwrap_or_default().into());
            self.errors.push(Value::Object(error));
        }
    }

    fn planned(&mut self, plan: &Value) {
        let managed = |change: &&Value| change["mode"] == "managed";
        let mut moved = Vec::new();
        let mut changes = Vec::new();
        for change in items(&plan["resource_changes"]).iter().filter(managed) {
            if let Some(from) = change["previous_address"].as_str() {
                moved.push(json!(from));
            }
            changes.push(json!({
                "address": change["address"],
                "type": change["type"],
                "action": action(&change["change"]["actions"]),
                "previous": change["previous_address"],
                "importing": change["change"]["importing"]["id"],
            }));
        }
        let drift: Vec<Value> =
            items(&plan["resource_drift"]).iter().filter(managed).map(|change| change["address"].clone()).collect();
        let told: Vec<String> = changes
            .iter()
            .filter(|change| change["action"] != "no-op" || !change["previous"].is_null())
            .map(|change| {
                let from = change["previous"].as_str().map(|from| format!(" (from {from})")).unwrap_or_default();
                format!(
                    "{} {}{from}",
                    change["action"].as_str().unwrap_or_default(),
                    change["address"].as_str().unwrap_or_default()
                )
            })
            .collect();
        self.say("changes", &told.join("\n"));
        let outputs: Vec<&String> = plan["output_changes"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, change)| action(&change["actions"]) != "no-op")
            .map(|(name, _)| name)
            .collect();
        self.set("outputs-changed", json!(outputs));
        let configured = plan["configuration"]["provider_config"].as_object();
        let constraints: Map<String, Value> = configured
            .into_iter()
            .flat_map(Map::values)
            .filter(|provider| provider["version_constraint"].is_string())
            .filter_map(|provider| {
                Some((provider["full_name"].as_str()?.to_owned(), provider["version_constraint"].clone()))
            })
            .collect();
        self.set("constraints", Value::Object(constraints));
        for (field, value) in [("moved", json!(moved)), ("drift", json!(drift)), ("changes", json!(changes))] {
            self.set(field, value);
        }
    }

    fn state(&mut self, state: &Value) {
        self.outputs(&state["values"]["outputs"]);
        let mut resources = Vec::new();
        gather(&state["values"]["root_module"], &mut resources, &mut self.hidden);
        let addresses: Vec<Value> = resources.iter().map(|resource| resource["address"].clone()).collect();
        self.set("resources", json!(addresses));
        self.document.insert("state".into(), Value::Array(resources));
    }

    fn outputs(&mut self, outputs: &Value) {
        let (mut open, mut secrets) = (Map::new(), Map::new());
        for (name, output) in outputs.as_object().into_iter().flatten() {
            if output["sensitive"] == true {
                texts(&output["value"], &mut self.hidden);
                secrets.insert(name.clone(), output["value"].clone());
            } else {
                open.insert(name.clone(), output["value"].clone());
            }
        }
        let names: Vec<&String> = secrets.keys().collect();
        self.set("sensitive", json!(names));
        self.set("outputs", Value::Object(open));
        self.document.insert("secrets".into(), Value::Object(secrets));
    }

    fn tested(&mut self, said: &[Value]) {
        self.diagnostics(said.iter().filter_map(|line| line.get("diagnostic")));
        let summary = said.iter().find_map(|line| line.get("test_summary")).cloned().unwrap_or_default();
        let count = |name: &str| summary[name].as_u64().unwrap_or(0);
        self.set("passed", json!(count("passed")));
        self.set("failed", json!(count("failed") + count("errored")));
        // A run of no tests ends well, and proves nothing.
        self.failed |= count("passed") == 0;
    }

    fn copies(&mut self, report: &Value) {
        let original = &report["original"];
        self.set("passed", original["passed"].clone());
        self.set("failed", original["failed"].clone());
        if original["status"] != "pass" || original["passed"] == 0 {
            self.failed = true;
            self.say("tests", original["output"].as_str().unwrap_or_default());
            return;
        }
        self.counted = report["counted"].as_u64();
        for (field, name) in [("counted", "counted"), ("survivors", "survivors"), ("false-alarms", "false")] {
            self.set(field, report[name].clone());
        }
        let told = |name: &str| -> String {
            items(&report[name]).iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n\n")
        };
        self.say("unnoticed", &told("survivors"));
        self.say("equal", &told("false"));
    }

    fn set(&mut self, field: &'static str, value: Value) {
        self.fields.retain(|(name, _)| *name != field);
        self.fields.push((field, value));
    }

    fn say(&mut self, name: &'static str, text: &str) {
        let plain = strip_ansi_escapes::strip_str(text);
        let lines: Vec<&str> = plain.trim().lines().collect();
        if !lines.is_empty() {
            let start = lines.len().saturating_sub(TAIL);
            let cut = if start > 0 { "…\n" } else { "" };
            self.evidence.push((name, format!("{cut}{}", lines[start..].join("\n"))));
        }
    }

    pub(crate) fn seen(mut self, verb: &str) -> Observation {
        let told: Vec<String> = self.errors.iter().map(told).collect();
        let mut error = told.join("\n\n");
        let mut evidence = Vec::new();
        if let Some(ended) = self.ended {
            evidence.push(("ended", json!(ended).as_str().unwrap_or_default().to_owned()));
            evidence.push(("stage", self.stage.to_owned()));
        }
        if !error.is_empty() {
            evidence.push(("error", error.clone()));
        }
        evidence.append(&mut self.evidence);
        for (_, text) in &mut evidence {
            *text = self.hidden.iter().fold(std::mem::take(text), |text, secret| text.replace(secret, MASK));
        }
        error = self.hidden.iter().fold(error, |text, secret| text.replace(secret, MASK));
        let mut fields = vec![
            ("ok", json!(!self.failed)),
            ("exit", json!(self.exit)),
            ("stage", json!(if self.stage.is_empty() { verb } else { self.stage })),
            ("time", json!(u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX))),
            ("error", json!(error)),
            ("errors", json!(self.errors)),
            ("warnings", json!(self.warnings)),
        ];
        fields.extend(self.ended.map(|ended| ("ended", json!(ended))));
        fields.append(&mut self.fields);
        for (name, value) in &fields {
            self.document.entry((*name).to_owned()).or_insert_with(|| value.clone());
        }
        let text = Value::Object(self.document).to_string();
        Observation {
            fields,
            document: Some(Document::new(text, DocumentFormat::Json)),
            evidence,
            ..Observation::default()
        }
    }
}

/// An error as the tool itself would tell it.
fn told(error: &Value) -> String {
    let text = |name: &str| error[name].as_str().unwrap_or_default();
    let address = if text("address").is_empty() { String::new() } else { format!(" ({})", text("address")) };
    let mut lines = vec![format!("{}{address}", text("summary"))];
    if !text("file").is_empty() {
        let code = text("code").lines().next().unwrap_or_default().trim();
        lines.push(format!("  on {} line {}: {code}", text("file"), error["line"]));
    }
    lines.extend(text("detail").lines().map(|line| format!("  {line}")));
    lines.join("\n")
}

/// `["delete", "create"]` and `["create", "delete"]` are one thing: `replace`.
fn action(actions: &Value) -> Value {
    match items(actions) {
        [one] => one.clone(),
        [_, _] => json!("replace"),
        _ => json!("no-op"),
    }
}

/// The resources of a module and of those below it, their sensitive values masked.
fn gather(module: &Value, found: &mut Vec<Value>, hidden: &mut Vec<String>) {
    for resource in items(&module["resources"]).iter().filter(|resource| resource["mode"] == "managed") {
        let mut values = resource["values"].clone();
        mask(&mut values, &resource["sensitive_values"], hidden);
        found.push(json!({"address": resource["address"], "type": resource["type"], "values": values}));
    }
    for child in items(&module["child_modules"]) {
        gather(child, found, hidden);
    }
}

/// Masks what is marked, in values of any depth.
fn mask(value: &mut Value, marks: &Value, hidden: &mut Vec<String>) {
    match (value, marks) {
        (value, Value::Bool(true)) => {
            texts(value, hidden);
            *value = json!(MASK);
        }
        (Value::Object(values), Value::Object(marks)) => {
            for (name, mark) in marks {
                if let Some(value) = values.get_mut(name) {
                    mask(value, mark, hidden);
                }
            }
        }
        (Value::Array(values), Value::Array(marks)) => {
            for (value, mark) in values.iter_mut().zip(marks) {
                mask(value, mark, hidden);
            }
        }
        _ => {}
    }
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() >= SHORTEST => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(values) => values.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
