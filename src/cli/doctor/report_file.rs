//! `lab doctor --bundle`: what a bug report needs, without what tells who sent it.

use super::super::context::Context;
use super::super::logging;
use super::{Finding, screen, users};
use crate::definition::shipped;
use crate::definition::text::Language;
use crate::engine::connect::About;
use crate::error::Error;
use crate::i18n::Words;
use crate::report::Style;
use crate::workspace::atomic;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes of a log at the most: its end tells what went wrong.
const LOG_MAX: u64 = 8 << 20;

/// Writes the bundle.
pub(super) fn write(context: &Context, path: &Path, about: Option<&About>, findings: &[Finding]) -> Result<(), Error> {
    let log = logging::last(&context.surroundings.dirs.state);
    let style = Style { colour: false, ..Style::default() };
    let private = Private::current(context.surroundings.home.as_deref());
    let mut files = vec![
        ("doctor.txt", screen(findings, &Words::new(Language::En), &style)),
        ("about.json", format!("{:#}\n", self::about(context, about)?)),
    ];
    if let Some(log) = log.filter(|log| log.is_file()) {
        files.push(("log.jsonl", end(&log).map_err(|source| Error::io(&log, &source))?));
    }
    let packed = pack(files.into_iter().map(|(name, text)| (name, private.out_of(&text))));
    let path = context.surroundings.here.join(path);
    packed.and_then(|bytes| atomic::write(&path, &bytes, 0o600)).map_err(|source| Error::io(&path, &source))
}

/// Versions, the engine, and the ids of the labs that this machine knows.
fn about(context: &Context, engine: Option<&About>) -> Result<serde_json::Value, Error> {
    let system = rustix::system::uname();
    let packs = context.surroundings.packs().into_iter().chain([context.shipped()?]);
    let labs: Vec<String> = packs.flat_map(|pack| shipped::labs_in(&pack)).collect();
    Ok(json!({
        "format": 1,
        "lab": env!("CARGO_PKG_VERSION"),
        "engine": engine.map(|about| json!({
            "version": about.version, "api": about.api, "podman": about.podman, "socket": about.socket,
        })),
        "system": {
            "name": system.sysname().to_string_lossy(),
            "release": system.release().to_string_lossy(),
            "machine": system.machine().to_string_lossy(),
        },
        "labs": labs,
    }))
}

/// A log's end, from the beginning of a line.
fn end(log: &Path) -> io::Result<String> {
    let mut file = File::open(log)?;
    let from = file.metadata()?.len().saturating_sub(LOG_MAX);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(LOG_MAX).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(if from == 0 { text } else { text.split_once('\n').map_or(String::new(), |(_, rest)| rest.to_owned()) })
}

fn pack(files: impl Iterator<Item = (&'static str, String)>) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, Path::new("lab-bundle").join(name), text.as_bytes())?;
    }
    archive.into_inner()?.finish()
}

/// What tells who someone is, each with what stands for it.
struct Private(Vec<(String, &'static str)>);

impl Private {
    fn current(home: Option<&Path>) -> Self {
        let homes = home.into_iter().flat_map(|home| [Some(home.to_owned()), fs::canonicalize(home).ok()]).flatten();
        let homes = homes.map(|home| home.display().to_string());
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        Self::of(homes, users::of(&[rustix::process::getuid().as_raw()]).found.into_iter().map(|(name, _)| name), host)
    }

    fn of(homes: impl Iterator<Item = String>, users: impl Iterator<Item = String>, host: String) -> Self {
        let homes = homes.map(|home| (home.trim_end_matches('/').to_owned(), "~"));
        let names = users.map(|user| (user, "[user]")).chain([(host, "[host]")]);
        Self(homes.chain(names).filter(|(private, _)| !private.is_empty()).collect())
    }

    fn out_of(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (private, instead)| without(&text, private, instead))
    }
}

/// Puts `instead` in the place of each `private` that isn't part of a longer word.
fn without(text: &str, private: &str, instead: &str) -> String {
    let is_word = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    let (mut found, mut from) = (String::new(), 0);
    for (at, _) in text.match_indices(private) {
        let (before, after) = (&text[..at], &text[at + private.len()..]);
        // A path begins with what is no part of a word.
        let begins = !is_word(private.chars().next()) || !is_word(before.chars().next_back());
        if begins && !is_word(after.chars().next()) {
            found.push_str(&text[from..at]);
            found.push_str(instead);
            from = at + private.len();
        }
    }
    found + &text[from..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_user_and_host_are_taken_out_and_other_words_stay() {
        let private =
            Private::of(["/home/ada".to_owned()].into_iter(), ["ada".to_owned()].into_iter(), "tower.local".to_owned());
        let text = r#"{"path":"/home/ada/work/x","by":"ada@tower.local","in":"/data/ada","else":"Canada /home/adam"}"#;
        let wanted = r#"{"path":"~/work/x","by":"[user]@[host]","in":"/data/[user]","else":"Canada /home/adam"}"#;
        assert_eq!(private.out_of(text), wanted);
    }

    #[test]
    fn a_long_log_is_cut_at_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let line = format!("{}\n", "x".repeat(99));
        fs::write(&path, line.repeat(usize::try_from(LOG_MAX).unwrap() / 100 + 50)).unwrap();
        let kept = end(&path).unwrap();
        assert!(kept.len() as u64 <= LOG_MAX && kept.len() as u64 > LOG_MAX - 200);
        assert!(kept.lines().all(|line| line.len() == 99));
    }
}
