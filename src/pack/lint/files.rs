//! Files that a lab names: they are there, and inside it.

use super::Lint;
use crate::message;
use crate::pack::model::{Image, Lab};
use crate::pack::outline::Place;
use serde_yaml::Spanned;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path};

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
        let span = place.key(target).span();
        let path = Path::new(&source.value);
        let inside = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside {
            lint.say(span, message!("file-outside", path = path));
            continue;
        }
        let (whole, found) = (fs::canonicalize(folder), fs::canonicalize(folder.join(path)));
        match (whole, found) {
            (Ok(whole), Ok(found)) if !found.starts_with(&whole) => {
                lint.say(span, message!("file-outside", path = path));
            }
            (_, Ok(_)) => {}
            (_, Err(_)) => _ = lint.say(span, message!("no-file", path = path)),
        }
    }
}
