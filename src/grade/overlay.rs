//! Overlays: the lab edits the learner's files, asks, and puts them back.

use crate::definition::edit::{Edit, EditError};
use crate::template::Scope;
use crate::verdict::Fault;
use crate::world::{Blame, FileKind, FileSeen, ProbeFailure, World};

const WORK: &str = "/work";
/// The mode of a file that wasn't there before.
const MODE: u32 = 0o644;

/// What files were before they were edited, and the folders that were made for them,
/// in the order of the edits.
#[derive(Debug, Default)]
pub(super) struct Before(Vec<(String, Option<FileSeen>, Vec<String>)>);

pub(super) enum Unlaid {
    /// The learner's file isn't there, or can't be edited as it is.
    Learners(ProbeFailure),
    Fault(Fault),
}

impl From<ProbeFailure> for Unlaid {
    fn from(trouble: ProbeFailure) -> Self {
        match trouble.blame() {
            Blame::Learner => Self::Learners(trouble),
            Blame::Environment | Blame::Nobody => Self::Fault(Fault::ProbeFailure(trouble)),
        }
    }
}

/// Makes all edits. What was made of them before one failed is in `before`.
pub(super) async fn lay(edits: &[Edit], world: &dyn World, scope: &Scope, before: &mut Before) -> Result<(), Unlaid> {
    for edit in edits {
        let unknown = |name: crate::template::UnknownName| Unlaid::Fault(Fault::UnknownName(name.0));
        let current = match edit.reads(scope).map_err(unknown)? {
            Some(path) => read(world, &path).await?,
            None => None,
        };
        let contents = current.as_ref().map(|file| file.bytes.as_slice());
        let changes = edit.apply(scope, contents).map_err(|error| match error {
            EditError::NoFile { path } => Unlaid::Learners(ProbeFailure::NoFile { path }),
            EditError::Matches { path, count } => Unlaid::Fault(Fault::Overlay { path, matches: count }),
            EditError::Unknown(name) => unknown(name),
        })?;
        for change in changes {
            let old = read(world, &change.path).await?;
            let mode = old.as_ref().or(current.as_ref()).map_or(MODE, |file| file.mode & 0o7777);
            before.0.push((change.path.clone(), old, Vec::new()));
            let put = world.put(full(&change.path), change.contents, mode).await;
            // What the learner's folder kept from being written needs no undoing.
            if put.as_ref().is_err_and(|failure| failure.blame() == Blame::Learner) {
                before.0.pop();
            }
            let new = put?;
            if let Some((.., folders)) = before.0.last_mut() {
                *folders = new;
            }
        }
    }
    Ok(())
}

/// Puts every file back, the last one first, also after one that can't be: then
/// later checks would judge the lab's edit.
pub(super) async fn undo(before: Before, world: &dyn World) -> Result<(), Fault> {
    let mut undone = Ok(());
    for (path, old, folders) in before.0.into_iter().rev() {
        let (contents, mode) = match old {
            Some(file) => (Some(file.bytes), file.mode & 0o7777),
            None => (None, MODE),
        };
        let mut put = world.put(full(&path), contents, mode).await.map(drop);
        if put.is_ok() && !folders.is_empty() {
            put = world.remove_folders(folders).await;
        }
        undone = undone.and(put.map_err(|trouble| Fault::NotPutBack { path, trouble }));
    }
    undone
}

async fn read(world: &dyn World, path: &str) -> Result<Option<FileSeen>, Unlaid> {
    let file = world.file("toolbox".to_owned(), full(path)).await?;
    match file {
        Some(file) if file.kind == FileKind::File && file.size > file.bytes.len() as u64 => {
            // What isn't read whole can't be put back whole. Whose that is shows when a
            // solution's file can be.
            Err(Unlaid::Fault(Fault::ProbeFailure(ProbeFailure::TooLarge { limit: file.bytes.len() })))
        }
        Some(file) if file.kind == FileKind::File => Ok(Some(file)),
        _ => Ok(None),
    }
}

fn full(path: &str) -> String {
    format!("{WORK}/{}", path.trim_start_matches("./"))
}
