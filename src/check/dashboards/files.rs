//! Dashboards and data sources from Grafana's provisioning files.

use super::source::{GrafanaContents, Sheet, Source};
use crate::expect::{Document, DocumentFormat};
use crate::world::{FileKind, ProbeFailure, World};
use serde_json::Value;

/// Where the learner's folder is read.
const PLACE: &str = "toolbox";

pub(super) async fn find(world: &dyn World, folder: &str) -> Result<GrafanaContents, ProbeFailure> {
    let folder = absolute(folder);
    let mut found = GrafanaContents::default();
    for file in yaml_files(world, &format!("{folder}/datasources"), &mut found).await? {
        for source in list(&file.1, "datasources") {
            found.sources.push(Source::read(source));
        }
    }
    for (path, file) in yaml_files(world, &format!("{folder}/dashboards"), &mut found).await? {
        for provider in list(&file, "providers") {
            let options = provider.get("options").unwrap_or(&Value::Null);
            match options.get("path").and_then(Value::as_str) {
                Some(place) if place.starts_with('/') => sheets(world, place, &mut found).await?,
                Some(place) => found.problems.push(format!("{}: path-not-absolute {place}", short(&path))),
                None => found.problems.push(format!("{}: no-path", short(&path))),
            }
        }
    }
    Ok(found)
}

async fn yaml_files(
    world: &dyn World,
    folder: &str,
    found: &mut GrafanaContents,
) -> Result<Vec<(String, Value)>, ProbeFailure> {
    let mut read = Vec::new();
    for path in paths(world, folder, &[".yaml", ".yml"], found).await? {
        match yaml(text(world, &path).await?) {
            Ok(value) => {
                if names_variable(&value) {
                    found.problems.push(format!("{}: variable-in-file", short(&path)));
                }
                read.push((path, value));
            }
            Err(reason) => found.problems.push(format!("{}: not-yaml {reason}", short(&path))),
        }
    }
    Ok(read)
}

async fn sheets(world: &dyn World, folder: &str, found: &mut GrafanaContents) -> Result<(), ProbeFailure> {
    for path in paths(world, folder.trim_end_matches('/'), &[".json"], found).await? {
        let origin = short(&path).to_owned();
        match serde_json::from_str::<Value>(&text(world, &path).await?) {
            Ok(value) => {
                let uid = |value: &Value| value.get("uid").and_then(Value::as_str).map(str::to_owned);
                if let Some(uid) = uid(&value)
                    && found.sheets.iter().any(|other| other.value.get("uid").and_then(Value::as_str) == Some(&uid))
                {
                    found.problems.push(format!("{origin}: same-uid {uid}"));
                }
                found.sheets.push(Sheet { origin, value });
            }
            Err(error) => found.problems.push(format!("{origin}: not-json {error}")),
        }
    }
    Ok(())
}

/// The files below a folder that end so, sorted.
async fn paths(
    world: &dyn World,
    folder: &str,
    ends: &[&str],
    found: &mut GrafanaContents,
) -> Result<Vec<String>, ProbeFailure> {
    let Some(listed) = world.files(PLACE.to_owned(), folder.to_owned()).await? else {
        found.problems.push(format!("{}: no-folder", short(folder)));
        return Ok(Vec::new());
    };
    let fits = |path: &str| ends.iter().any(|end| path.ends_with(end));
    let files = listed.into_iter().filter(|file| file.kind != FileKind::Folder && fits(&file.path));
    let mut paths: Vec<String> = files.map(|file| format!("{folder}/{}", file.path)).collect();
    paths.sort();
    Ok(paths)
}

async fn text(world: &dyn World, path: &str) -> Result<String, ProbeFailure> {
    let file = world.file(PLACE.to_owned(), path.to_owned()).await?;
    let file = file.ok_or_else(|| ProbeFailure::NoFile { path: path.to_owned() })?;
    Ok(String::from_utf8_lossy(&file.bytes).into_owned())
}

/// Whether a value stands for a variable of Grafana's environment; `$$` is a dollar.
fn names_variable(value: &Value) -> bool {
    match value {
        Value::String(text) => text.replace("$$", "").contains('$'),
        Value::Array(items) => items.iter().any(names_variable),
        Value::Object(entries) => entries.values().any(names_variable),
        _ => false,
    }
}

/// YAML under the same bounds as every other document.
fn yaml(text: String) -> Result<Value, String> {
    Document::new(text, DocumentFormat::Yaml).into_data()
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn absolute(folder: &str) -> String {
    let folder = folder.trim_end_matches('/');
    if folder.starts_with('/') { folder.to_owned() } else { format!("/work/{folder}") }
}

/// A path as the learner knows it.
fn short(path: &str) -> &str {
    path.strip_prefix("/work/").unwrap_or(path)
}
