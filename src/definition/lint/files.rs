//! Files that a lab names: they are there, and inside it.

use super::Lint;
use crate::definition::document::{MAX_BYTES, without_mark};
use crate::definition::model::{Image, Lab};
use crate::definition::outline::Place;
use crate::expect::{Document, DocumentFormat, Matcher};
use crate::message::Message;
use crate::untrusted::{self, Links, Unfit, Why};
use serde_json::Value;
use serde_yaml::Spanned;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

pub(super) fn lint(lint: &mut Lint, folder: &Path) {
    let (lab, root) = (lint.lab, lint.root);
    let whole = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if lab.id.value.as_str() != name {
        let message = message!("id-is-folder", id = lab.id.value.as_str(), folder = name);
        lint.say(root.key("id").span(), message);
    }
    if !folder.join("starter").is_dir() {
        lint.say(root.key("id").span(), message!("missing-starter"));
    }
    if let Ok(Some(path)) = untrusted::what_leads_out(&folder.join("starter")) {
        lint.say(root.key("id").span(), message!("starter-leads-out", path = Path::new("starter").join(path)));
    }
    let tasks: Vec<_> = lint.tasks().map(|(place, task)| (place, &task.id)).collect();
    for (place, id) in tasks.into_iter().chain(lint.pages().map(|(place, page)| (place, &page.id))) {
        for language in &lab.languages.value {
            let path = Lab::text_path(id.value.as_str(), *language);
            if !folder.join(&path).is_file() {
                lint.say(place.key("id").span(), message!("no-task-text", path = path));
            }
        }
    }
    let environment = root.key("environment");
    for (name, service) in &lab.environment.services {
        let place = environment.key("services").key(name.as_str());
        image(lint, folder, place.key("image"), &service.image.value);
        sources(lint, folder, place.key("files"), &service.files);
    }
    let toolbox = environment.key("toolbox");
    image(lint, folder, toolbox.key("image"), &lab.environment.toolbox.image.value);
    sources(lint, folder, toolbox.key("files"), &lab.environment.toolbox.files);
    schemas(lint, folder);
}

/// A folder to build from stands in the lab, or beside it in its pack.
fn image(lint: &mut Lint, folder: &Path, place: Place, image: &Image) {
    let Image::Build(path) = image else { return };
    let span = place.key("build").span();
    let pack = fs::canonicalize(folder).ok().and_then(|folder| folder.parent().map(Path::to_owned));
    let source = fs::canonicalize(folder.join(path)).ok();
    match (pack, source) {
        (Some(pack), Some(source)) if !source.starts_with(&pack) => {
            lint.say(span, message!("build-outside", path = path));
        }
        (_, Some(source)) if source.join("Dockerfile").is_file() => {}
        (_, Some(_)) => _ = lint.say(span, message!("no-dockerfile", path = path)),
        (_, None) => _ = lint.say(span, message!("no-build-folder", path = path)),
    }
}

/// What services get is the lab's own, so that a lab can't hand out the
/// instructor's other files.
fn sources(lint: &mut Lint, folder: &Path, place: Place, files: &BTreeMap<String, Spanned<String>>) {
    for (target, source) in files {
        if let Err(message) = inside(folder, &source.value) {
            lint.say(place.key(target).span(), message);
        }
    }
}

/// Where a path of the lab leads, which stays inside it.
pub(crate) fn inside(folder: &Path, path: &str) -> Result<PathBuf, Message> {
    let path = Path::new(path);
    if !path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(message!("file-outside", path = path));
    }
    match (fs::canonicalize(folder), fs::canonicalize(folder.join(path))) {
        (Ok(whole), Ok(found)) if !found.starts_with(&whole) => Err(message!("file-outside", path = path)),
        (_, Ok(found)) => Ok(found),
        (_, Err(_)) => Err(message!("no-file", path = path)),
    }
}

fn schemas(lint: &mut Lint, folder: &Path) {
    for (place, expect) in lint.expects() {
        for expectation in &expect.0 {
            let place = place.key(&expectation.selector.value.to_string());
            fill(lint, folder, place, &expectation.matchers.value);
        }
    }
}

fn fill(lint: &mut Lint, folder: &Path, place: Place, matchers: &[Matcher]) {
    for matcher in matchers {
        let place = place.key(matcher.key());
        match matcher {
            Matcher::Schema(schema, _) => {
                let Some(file) = schema.file() else { continue };
                let filled = read_schema(folder, file)
                    .and_then(|source| schema.fill(source).map_err(|reason| message!("bad-schema", reason = reason)));
                if let Err(message) = filled {
                    lint.say(place.key("file").span(), message);
                }
            }
            Matcher::Nested(_, inner) => fill(lint, folder, place, inner),
            _ => {}
        }
    }
}

/// A schema's file as data: JSON, or what its name says.
fn read_schema(folder: &Path, file: &str) -> Result<Value, Message> {
    let path = inside(folder, file)?;
    let unread = |reason: String| message!("schema-unreadable", path = file, reason = reason);
    let limit = MAX_BYTES as u64;
    let text = untrusted::read_text(&path, Links::Followed, limit).map_err(|error| {
        match Unfit::within(&error).map(|unfit| unfit.why) {
            Some(Why::NotAFile(_) | Why::AnotherUsers) => message!("no-file", path = file),
            Some(Why::TooLarge(_)) => {
                let bytes = fs::metadata(&path).map_or(limit + 1, |found| found.len());
                message!("lab-too-big", path = file, bytes = bytes, limit = limit)
            }
            None => unread(error.to_string()),
        }
    })?;
    let format = DocumentFormat::of_path(file);
    Document::new(without_mark(&text).to_owned(), format).into_data().map_err(unread)
}
