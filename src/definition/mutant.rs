//! Mutants: wrong solutions, each made of a right one by a few edits, with the
//! checks that must refuse it. Reading one and making its changes is pure.

use super::diagnostic::{Diagnostic, Diagnostics};
use super::edit::{Edit, EditError};
use super::load::{self, LoadedLab};
use super::model::Lab;
use super::name::{CheckId, MutantId};
use super::outline::{Outline, Place};
use super::patch;
use super::{document, near, needs};
use crate::template::{Scope, Template};
use crate::untrusted::{self, Links};
use serde::Deserialize;
use serde_yaml::Spanned;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) struct Mutant {
    pub(crate) id: MutantId,
    pub(crate) over: String,
    /// The checks that must fail; all others must pass or wait on these.
    pub(crate) expect_fail: BTreeSet<CheckId>,
    pub(crate) made_by: MadeBy,
    /// What is wrong with it, by the comment at its file's head.
    pub(crate) about: Option<String>,
    pub(crate) source: Arc<str>,
}

#[derive(Debug, Clone)]
pub(crate) enum MadeBy {
    Edits(Vec<Edit>),
    /// By a unified diff, taken literally.
    Patch(String),
}

/// A file of a solution, as a mutant finds or leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SolutionFile {
    pub(crate) contents: Vec<u8>,
    pub(crate) executable: bool,
}

/// Files that differ from the solution's; none for one that is gone.
pub(crate) type Changes = BTreeMap<String, Option<SolutionFile>>;

/// Why a mutant can't be made: the solution has changed, or the mutant is wrong.
#[derive(Debug)]
pub(crate) enum Unmade {
    NoFile(String),
    Outside(String),
    /// The text to replace doesn't occur exactly once.
    Matches {
        path: String,
        count: usize,
    },
    Hunk {
        path: String,
        number: String,
    },
    /// A patch changes a file that isn't UTF-8.
    NoText(String),
    NoPatch(String),
    Unknown(String),
    Nothing,
    Io {
        path: String,
        source: io::Error,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    over: String,
    #[serde(rename = "expect-fail")]
    expect_fail: Vec<Spanned<CheckId>>,
    #[serde(default)]
    edit: Option<Vec<Edit>>,
    #[serde(default)]
    patch: Option<String>,
}

/// Reads files of a solution by their paths relative to it.
pub(crate) type ReadFile<'r> = &'r dyn Fn(&str) -> io::Result<Option<SolutionFile>>;

impl Mutant {
    /// Reads a mutant and checks all its rules. `solutions` has the names of the
    /// lab's solutions; `read` reads the files of one of them.
    pub(crate) fn parse(
        file: &Path,
        source: &str,
        lab: &Lab,
        solutions: &[String],
        read: &dyn Fn(&str, &str) -> io::Result<Option<SolutionFile>>,
    ) -> Result<Self, Diagnostics> {
        let source = document::without_mark(source);
        let refused = |found| Diagnostics::new(file, source, vec![found]);
        if source.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Err(refused(Diagnostic::new(0..0, message!("mutant-empty"))));
        }
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let id: MutantId = stem.parse().map_err(|error: super::name::InvalidName| {
            refused(Diagnostic::new(0..0, message!("mutant-bad-name", file = stem.as_ref(), why = error.message())))
        })?;
        let mut about = None;
        let keys: Keys = document::document(file, source, |keys: &Keys, outline| {
            about = head_comment(outline);
            let Some(root) = outline.root() else { return Vec::new() };
            let mut found = names(keys, root, &id, lab, solutions);
            found.extend(shape(keys, root));
            // What is made of an unknown solution can't be told.
            if found.is_empty() {
                let read = |path: &str| read(&keys.over, path);
                found.extend(made_by(keys).and_then(|made_by| unmade(&made_by, root, &read)));
            }
            found
        })?;
        // The rules above have seen to it that there is one.
        let made_by = made_by(&keys).unwrap_or(MadeBy::Edits(Vec::new()));
        let expect_fail = keys.expect_fail.into_iter().map(|id| id.value).collect();
        Ok(Self { id, over: keys.over, expect_fail, made_by, about, source: source.into() })
    }

    pub(crate) fn changes(&self, scope: &Scope, read: ReadFile<'_>) -> Result<Changes, Unmade> {
        self.made_by.changes(scope, read).map_err(|(_, why)| why)
    }
}

fn made_by(keys: &Keys) -> Option<MadeBy> {
    match (&keys.edit, &keys.patch) {
        (Some(edits), None) => Some(MadeBy::Edits(edits.clone())),
        (None, Some(patch)) => Some(MadeBy::Patch(patch.clone())),
        _ => None,
    }
}

impl MadeBy {
    /// The files that change; with an error the number of the edit that it is about.
    fn changes(&self, scope: &Scope, read: ReadFile<'_>) -> Result<Changes, (usize, Unmade)> {
        let changes = match self {
            Self::Edits(edits) => by_edits(edits, scope, read)?,
            Self::Patch(text) => patch::changes(text, read).map_err(|why| (0, why))?,
        };
        for (path, file) in &changes {
            if read_beneath(path, read).map_err(|why| (0, why))? != *file {
                return Ok(changes);
            }
        }
        Err((0, Unmade::Nothing))
    }
}

fn by_edits(edits: &[Edit], scope: &Scope, read: ReadFile<'_>) -> Result<Changes, (usize, Unmade)> {
    let mut changes = Changes::new();
    for (at, edit) in edits.iter().enumerate() {
        let unknown = |name: crate::template::UnknownName| (at, Unmade::Unknown(name.0));
        let current = match edit.reads(scope).map_err(unknown)? {
            Some(path) => now(&changes, plain(&path), read).map_err(|why| (at, why))?,
            None => None,
        };
        let contents = current.as_ref().map(|file| file.contents.as_slice());
        let edited = edit.apply(scope, contents).map_err(|error| match error {
            EditError::NoFile { path } => (at, Unmade::NoFile(path)),
            EditError::Matches { path, count } => (at, Unmade::Matches { path, count }),
            EditError::Unknown(name) => unknown(name),
        })?;
        for change in edited {
            let path = plain(&change.path).to_owned();
            let old = now(&changes, &path, read).map_err(|why| (at, why))?;
            if change.contents.is_none() && old.is_none() {
                return Err((at, Unmade::NoFile(path)));
            }
            let executable = old.or_else(|| current.clone()).is_some_and(|file| file.executable);
            changes.insert(path, change.contents.map(|contents| SolutionFile { contents, executable }));
        }
    }
    Ok(changes)
}

pub(super) fn now(changes: &Changes, path: &str, read: ReadFile<'_>) -> Result<Option<SolutionFile>, Unmade> {
    match changes.get(path) {
        Some(file) => Ok(file.clone()),
        None => read_beneath(path, read),
    }
}

/// `./deploy.sh` and `deploy.sh` are one file.
fn plain(path: &str) -> &str {
    path.trim_start_matches("./")
}

/// Reads a file, if its path stays beneath the folder.
pub(super) fn read_beneath(path: &str, read: ReadFile<'_>) -> Result<Option<SolutionFile>, Unmade> {
    let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if path.is_empty() || !inside {
        return Err(Unmade::Outside(path.to_owned()));
    }
    read(path).map_err(|source| Unmade::Io { path: path.to_owned(), source })
}

fn names(keys: &Keys, root: Place, id: &MutantId, lab: &Lab, solutions: &[String]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if !solutions.contains(&keys.over) {
        let known: Vec<&str> = solutions.iter().map(String::as_str).collect();
        let message = message!("mutant-unknown-solution", mutant = id.as_str(), solution = keys.over.as_str());
        found.push(suggest(Diagnostic::new(root.key("over").span(), message), &keys.over, &known));
    }
    let list = root.key("expect-fail");
    if keys.expect_fail.is_empty() {
        found.push(Diagnostic::new(list.span(), message!("mutant-expects-nothing")));
    }
    let checks: Vec<&str> = lab.checks().map(|(_, check)| check.id.value.as_str()).collect();
    let needed = needs::needed(lab);
    for (at, check) in keys.expect_fail.iter().enumerate() {
        let (span, name) = (list.item(at).span(), check.value.as_str());
        let Some(needed) = needed.get(&check.value) else {
            let message = message!("mutant-unknown-check", mutant = id.as_str(), check = name);
            let found_here = Diagnostic::new(span, message).code("unknown-check").label(message!("no-such-check-here"));
            found.push(suggest(found_here, name, &checks));
            continue;
        };
        if keys.expect_fail[..at].iter().any(|other| other.value == check.value) {
            found.push(Diagnostic::new(span, message!("mutant-check-twice", check = name)));
        } else if let Some(other) = keys.expect_fail.iter().find(|other| needed.contains(&other.value)) {
            let message = message!("mutant-check-waits", check = name, other = other.value.as_str());
            found.push(Diagnostic::new(span, message));
        }
    }
    found
}

fn suggest(found: Diagnostic, name: &str, known: &[&str]) -> Diagnostic {
    match near(name, known) {
        near if !near.is_empty() => found.near(&near),
        _ if known.is_empty() => found,
        _ => found.help(message!("there-are", names = known.join(", "))),
    }
}

/// Exactly one of `edit` and `patch`, and names in edits that have a value.
fn shape(keys: &Keys, root: Place) -> Vec<Diagnostic> {
    let edits = match (&keys.edit, &keys.patch) {
        (Some(edits), None) if !edits.is_empty() => edits,
        (Some(_), None) => return vec![Diagnostic::new(root.key("edit").span(), message!("mutant-no-edit"))],
        (None, Some(_)) => return Vec::new(),
        (None, None) => return vec![Diagnostic::new(root.span(), message!("mutant-no-edit"))],
        (Some(_), Some(_)) => return vec![Diagnostic::new(root.name("patch"), message!("mutant-two-ways"))],
    };
    let mut found = Vec::new();
    for (at, edit) in edits.iter().enumerate() {
        let place = root.key("edit").item(at);
        for name in edit.templates().into_iter().flat_map(Template::names) {
            if name.strip_prefix("nonce.").is_none_or(str::is_empty) {
                let message = message!("mutant-unknown-name", name = name);
                found.push(Diagnostic::new(written(place, name), message).code("unknown-name"));
            }
        }
    }
    found
}

fn written(place: Place, name: &str) -> Range<usize> {
    let (start, text) = (place.range().start, place.text());
    let at = text.match_indices("${").find(|(at, _)| text[at + 2..].trim_start().starts_with(name));
    let end = at.and_then(|(at, _)| text[at..].find('}').map(|end| at + end + 1));
    match (at, end) {
        (Some((at, _)), Some(end)) => start + at..start + end,
        _ => place.span(),
    }
}

/// Why it can't be made of its solution as that is now.
fn unmade(made_by: &MadeBy, root: Place, read: ReadFile<'_>) -> Option<Diagnostic> {
    let names: BTreeSet<&str> = match made_by {
        MadeBy::Edits(edits) => edits.iter().flat_map(Edit::templates).flat_map(Template::names).collect(),
        MadeBy::Patch(_) => BTreeSet::new(),
    };
    // Any values will do: they are other ones in each room.
    let mut scope = Scope::default();
    for name in names {
        scope.set(name, "aaaaaaaaaa");
    }
    let (at, why) = made_by.changes(&scope, read).err()?;
    let place = match made_by {
        MadeBy::Edits(_) => root.key("edit").item(at),
        MadeBy::Patch(_) => root.key("patch"),
    };
    let file = |place: Place| {
        let key = ["file", "move", "delete"].into_iter().find(|key| place.has(key));
        key.map_or_else(|| place.span(), |key| place.key(key).span())
    };
    Some(match why {
        Unmade::NoFile(path) => Diagnostic::new(file(place), message!("mutant-no-file", path = path)),
        Unmade::Outside(path) => Diagnostic::new(file(place), message!("mutant-outside", path = path)),
        Unmade::Matches { path, count } => {
            let span = if place.has("replace") { place.key("replace").span() } else { place.span() };
            Diagnostic::new(span, message!("mutant-matches", path = path, count = count))
                .help(message!("mutant-matches-help"))
        }
        Unmade::Hunk { path, number } => {
            Diagnostic::new(place.span(), message!("mutant-hunk", path = path, number = number))
                .help(message!("mutant-hunk-help"))
        }
        Unmade::NoText(path) => Diagnostic::new(place.span(), message!("mutant-no-text", path = path)),
        Unmade::NoPatch(reason) => Diagnostic::new(place.span(), message!("mutant-no-patch", reason = reason)),
        Unmade::Unknown(name) => {
            Diagnostic::new(place.span(), message!("mutant-unknown-name", name = name)).code("unknown-name")
        }
        Unmade::Nothing => Diagnostic::new(place.span(), message!("mutant-nothing")),
        Unmade::Io { path, source } => {
            Diagnostic::new(place.span(), message!("mutant-unreadable", path = path, reason = &source))
        }
    })
}

/// Loads a lab's mutants, over these solutions: folders by name. All mistakes
/// of all files come back at once.
pub(crate) fn mutants(
    loaded: &LoadedLab,
    solutions: &BTreeMap<String, PathBuf>,
) -> Result<Vec<Mutant>, Vec<Diagnostics>> {
    let names: Vec<String> = solutions.keys().cloned().collect();
    let read_file = |solution: &str, path: &str| match solutions.get(solution) {
        Some(folder) => solution_file(&folder.join(path)),
        None => Ok(None),
    };
    let entries = std::fs::read_dir(loaded.folder.join("mutants")).into_iter().flatten().filter_map(Result::ok);
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| !path.file_name().unwrap_or_default().to_string_lossy().starts_with('.'));
    files.sort();
    let (mut mutants, mut wrong) = (Vec::new(), Vec::new());
    for file in files {
        let plain = |found| Diagnostics::new(&file, "", vec![found]);
        if file.extension().is_none_or(|extension| extension != "yaml") {
            wrong.push(plain(Diagnostic::new(0..0, message!("mutant-foreign-file"))));
            continue;
        }
        let source = match document::read(&file) {
            Ok(Ok(source)) => source,
            Ok(Err(diagnostics)) => {
                wrong.push(diagnostics);
                continue;
            }
            Err(error) => {
                wrong.push(plain(Diagnostic::new(0..0, error.message()).code("mutant-unreadable")));
                continue;
            }
        };
        match Mutant::parse(&file, &source, &loaded.lab, &names, &read_file) {
            Ok(mutant) => mutants.push(mutant),
            Err(diagnostics) => wrong.push(diagnostics),
        }
    }
    if wrong.is_empty() { Ok(mutants) } else { Err(wrong) }
}

/// A file of a solution; none when there is none, or something else.
pub(crate) fn solution_file(path: &Path) -> io::Result<Option<SolutionFile>> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return Ok(None),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let executable = metadata.permissions().mode() & 0o100 != 0;
    Ok(Some(SolutionFile { contents: untrusted::read(path, Links::Followed, load::MOST_FILE)?, executable }))
}

/// The comment before the first key, on one line; editors' own lines aside.
fn head_comment(outline: &Outline) -> Option<String> {
    let first = outline.root()?.range().start;
    let lines = outline.comments.iter().take_while(|comment| comment.start < first);
    let text = |comment: &Range<usize>| outline.source[comment.clone()].trim_start_matches('#').trim().to_owned();
    let said: Vec<String> =
        lines.map(text).filter(|line| !line.is_empty() && !line.starts_with("yaml-language-server")).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

#[cfg(test)]
mod tests;
