//! Kinds of checks that live with their labs: `kinds/<kind>/kind.yaml`, in the lab's folder or
//! beside it in its pack.

use super::diagnostic::{Diagnostic, Diagnostics};
use super::document::{LoadError, document, read, without_mark};
use super::lint::inside;
use super::name::LabId;
use super::outline::{Outline, Place};
use super::probe_yaml::KEYS;
use super::text::{Language, Text};
use crate::check::program::{Definition, PROTOCOL, Step};
use crate::check::{Field, KINDS, Yields};
use crate::expect::judged::Schema;
use crate::expect::operand::ValueType;
use crate::message::Message;
use crate::quantity::Span;
use crate::world::User;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The folder of kinds, in a lab's or a pack's.
pub(crate) const FOLDER: &str = "kinds";
pub(crate) const FILE: &str = "kind.yaml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct KindFile {
    protocol: u32,
    kind: String,
    summary: Text,
    steps: Vec<Step>,
    timeout: Span,
    keys: Value,
    #[serde(default)]
    together: Text,
    #[serde(default)]
    only_reads: Vec<String>,
    #[serde(default)]
    reads: Option<String>,
    fields: BTreeMap<String, FieldFile>,
    #[serde(default)]
    document: bool,
    #[serde(default)]
    evidence: Vec<String>,
    #[serde(default)]
    files: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldFile {
    #[serde(rename = "type")]
    of: ValueType,
    /// What it holds.
    holds: Text,
}

/// The kinds that a lab's checks may ask, its own before its pack's.
pub fn of(lab: &Path) -> Result<Vec<&'static Definition>, LoadError> {
    let whole = fs::canonicalize(lab).unwrap_or_else(|_| lab.to_owned());
    let pack = whole.parent().unwrap_or(&whole);
    let mut found: Vec<&'static Definition> = Vec::new();
    for folder in [lab.join(FOLDER), pack.join(FOLDER)] {
        for name in names(&folder) {
            if !found.iter().any(|kind| kind.name == name) {
                let file = folder.join(name).join(FILE);
                let source = read(&file)?.map_err(LoadError::Invalid)?;
                found.push(parse(&file, &source).map_err(LoadError::Invalid)?);
            }
        }
    }
    Ok(found)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let kinds = entries.filter(|entry| entry.path().join(FILE).is_file());
    let mut names: Vec<String> = kinds.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// Reads the text of a `kind.yaml`, which may be a file that isn't there.
pub(crate) fn parse(file: &Path, source: &str) -> Result<&'static Definition, Diagnostics> {
    let folder = file.parent().unwrap_or(file);
    let place = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let same = known.iter().find(|kind| kind.folder == place && kind.source == source);
    // What its files are by now is seen again.
    if let Some(Known { kind, .. }) = same.filter(|same| unfit(folder, &same.kind.files).next().is_none()) {
        return Ok(kind);
    }
    let read = document(file, without_mark(source), |kind: &KindFile, outline| rules(kind, outline, folder))?
        .definition(folder);
    // Fields are named for as long as the process lives.
    let kind = Box::leak(Box::new(read));
    known.push(Known { folder: place, source: source.to_owned(), kind });
    Ok(kind)
}

/// The kinds that were read so far: each lab of a pack asks for the same ones.
static KNOWN: Mutex<Vec<Known>> = Mutex::new(Vec::new());

struct Known {
    folder: PathBuf,
    source: String,
    kind: &'static Definition,
}

/// The places in `files` of those that aren't in a kind's folder, and why.
fn unfit(folder: &Path, files: &[String]) -> impl Iterator<Item = (usize, Message)> {
    // A kind in the binary has its files there as well.
    let there = folder.is_dir();
    files
        .iter()
        .enumerate()
        .filter(move |_| there)
        .filter_map(move |(at, file)| Some((at, inside(folder, file).err()?)))
}

/// Every rule of a kind's file that no single key can break.
fn rules(kind: &KindFile, outline: &Outline, folder: &Path) -> Vec<Diagnostic> {
    let Some(root) = outline.root() else { return Vec::new() };
    let mut found = Vec::new();
    let mut say = |place: Place, message| found.push(Diagnostic::new(place.span(), message));
    let name = kind.kind.as_str();
    let of_folder = folder.file_name().unwrap_or_default().to_string_lossy();
    if kind.protocol != PROTOCOL {
        say(root.key("protocol"), message!("kind-protocol", known = PROTOCOL));
    }
    if KINDS.contains(&name) || KEYS.contains(&name) {
        say(root.key("kind"), message!("kind-taken", name = name));
    } else if let Err(error) = name.parse::<LabId>() {
        say(root.key("kind"), error.message());
    } else if name != of_folder {
        say(root.key("kind"), message!("kind-is-folder", kind = name, folder = &*of_folder));
    }
    let properties = kind.keys.get("properties").and_then(Value::as_object);
    if properties.is_none() || kind.keys.get("type").and_then(Value::as_str) != Some("object") {
        say(root.key("keys"), message!("kind-no-map"));
    }
    if let Err(reason) = Schema::new(english(&kind.keys, &mut BTreeMap::new())) {
        say(root.key("keys"), message!("bad-schema", reason = reason));
    } else if kind.keys.to_string().contains("\"$ref\":") {
        // It becomes a part of the lab's schema, where a way through it leads elsewhere.
        say(root.key("keys"), message!("kind-refers"));
    }
    let mut key = |place: Place, key: &str| {
        if properties.is_some_and(|properties| !properties.contains_key(key)) {
            say(place, message!("kind-no-such-key", key = key));
        }
    };
    kind.only_reads.iter().enumerate().for_each(|(at, name)| key(root.key("only-reads").item(at), name));
    kind.reads.iter().for_each(|name| key(root.key("reads"), name));
    for (at, step) in kind.steps.iter().enumerate() {
        step.when
            .iter()
            .enumerate()
            .for_each(|(nth, name)| key(root.key("steps").item(at).key("when").item(nth), name));
    }
    for (at, step) in kind.steps.iter().enumerate() {
        let place = root.key("steps").item(at);
        if step.run.is_empty() {
            say(place, message!("exec-nothing-to-run"));
        }
        if let (Some(service), Some(_)) = (&step.service, step.user) {
            say(place.key("as"), message!("user-in-service", service = service.as_str()));
        }
    }
    if !kind.steps.last().is_some_and(|last| last.when.is_empty() && last.user == Some(User::Judge)) {
        say(root.key("steps").item(kind.steps.len().saturating_sub(1)), message!("kind-last-step"));
    }
    for name in kind.fields.keys() {
        if let Err(error) = name.parse::<LabId>() {
            found.push(Diagnostic::new(root.key("fields").name(name), error.message()));
        }
    }
    found.extend(
        unfit(folder, &kind.files).map(|(at, message)| Diagnostic::new(root.key("files").item(at).span(), message)),
    );
    found
}

impl KindFile {
    fn definition(self, folder: &Path) -> Definition {
        let mut french = BTreeMap::new();
        let mut keys = english(&self.keys, &mut french);
        if let Some(keys) = keys.as_object_mut() {
            keys.insert("description".to_owned(), said(&self.summary, &mut french).into());
        }
        let mut types = BTreeMap::new();
        let fields = self.fields.into_iter().map(|(name, field)| {
            let name = lasting(name);
            types.insert(name, field.of);
            Field { name, doc: lasting(said(&field.holds, &mut french)) }
        });
        let fields = fields.collect();
        let together = (self.together != Text::default()).then(|| (&self.together).into());
        Definition {
            name: lasting(self.kind),
            folder: fs::canonicalize(folder).ok(),
            files: self.files,
            // The rules have seen it.
            keys: Schema::new(keys).unwrap_or_default(),
            together,
            fields,
            types,
            evidence: self.evidence.into_iter().map(lasting).collect(),
            yields: if self.document { Yields::Document } else { Yields::Fields },
            timeout: self.timeout.0,
            steps: self.steps,
            only_reads: self.only_reads,
            reads: self.reads,
            french,
        }
    }
}

fn lasting(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// A text's English, its French kept beside it.
fn said(text: &Text, french: &mut BTreeMap<String, String>) -> String {
    let english = text.get(Language::En).to_owned();
    if let Some(words) = text.exactly(Language::Fr) {
        french.insert(english.clone(), words.to_owned());
    }
    english
}

/// A schema whose descriptions are in English, as JSON Schema has them.
fn english(schema: &Value, french: &mut BTreeMap<String, String>) -> Value {
    match schema {
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let words = (key == "description").then(|| Text::deserialize(value).ok()).flatten();
                let words = words.filter(|words| *words != Text::default());
                let value = match words {
                    Some(words) => said(&words, french).into(),
                    None => english(value, french),
                };
                (key.clone(), value)
            });
            entries.collect()
        }
        Value::Array(items) => items.iter().map(|item| english(item, french)).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests;
