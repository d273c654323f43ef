//! Unified diffs as mutants write them, made of a solution's files.

use super::mutant::{Changes, ReadFile, SolutionFile, Unmade, now, read_beneath};
use diffy::patch_set::{FileMode, FileOperation, FilePatch, ParseOptions, PatchSet};

/// The files that a diff changes. Nothing is looked for elsewhere than in the
/// files that it names: `a/` and `b/` before their names are git's.
pub(super) fn changes(text: &str, read: ReadFile<'_>) -> Result<Changes, Unmade> {
    let options = if text.lines().any(|line| line.starts_with("diff --git ")) {
        ParseOptions::gitdiff()
    } else {
        ParseOptions::unidiff()
    };
    let mut changes = Changes::new();
    for file in PatchSet::parse(text, options) {
        let file = file.map_err(|error| Unmade::NoPatch(error.to_string()))?;
        one(&file, &mut changes, read)?;
    }
    Ok(changes)
}

fn one(file: &FilePatch<'_, str>, changes: &mut Changes, read: ReadFile<'_>) -> Result<(), Unmade> {
    let (from, to) = match file.operation() {
        FileOperation::Delete(from) => (Some(bare(from, "a/")), None),
        FileOperation::Create(to) => (None, Some(bare(to, "b/"))),
        FileOperation::Modify { original, modified } => (Some(bare(original, "a/")), Some(bare(modified, "b/"))),
        // Git's `rename from` has no prefix.
        FileOperation::Rename { from, to } | FileOperation::Copy { from, to } => (Some(&**from), Some(&**to)),
    };
    let old = match from {
        None => None,
        Some(path) => Some(now(changes, path, read)?.ok_or_else(|| Unmade::NoFile(path.to_owned()))?),
    };
    let name = to.or(from).unwrap_or_default();
    let owned = || name.to_owned();
    let text = match &old {
        None => String::new(),
        Some(file) => String::from_utf8(file.contents.clone()).map_err(|_| Unmade::NoText(owned()))?,
    };
    let patch = file.patch().as_text().ok_or_else(|| Unmade::NoPatch("binary".to_owned()))?;
    let patched = diffy::apply(&text, patch).map_err(|error| {
        // The crate tells the hunk's number only in words: `error applying hunk #2`.
        let said = error.to_string();
        Unmade::Hunk { path: owned(), number: said.rsplit('#').next().unwrap_or_default().to_owned() }
    })?;
    let executable = match file.new_mode() {
        Some(mode) => *mode == FileMode::Executable,
        None => old.is_some_and(|file| file.executable),
    };
    if let (Some(from), FileOperation::Rename { .. } | FileOperation::Delete(_)) = (from, file.operation()) {
        changes.insert(from.to_owned(), None);
    }
    if let Some(to) = to {
        // Also a new file must lie beneath the folder.
        read_beneath(to, read)?;
        changes.insert(to.to_owned(), Some(SolutionFile { contents: patched.into_bytes(), executable }));
    }
    Ok(())
}

fn bare<'p>(path: &'p str, prefix: &str) -> &'p str {
    path.strip_prefix(prefix).unwrap_or(path)
}
