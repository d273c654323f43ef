//! What a lab is proved with: its solutions and mutants, loaded, and a folder
//! laid for a run.

use super::choose::Run;
use crate::definition::diagnostic::{Diagnostic, Diagnostics};
use crate::definition::load::LoadedLab;
use crate::definition::mutant::{self, Changes, Mutant, Unmade};
use crate::quantity::Size;
use crate::template::Scope;
use crate::workspace::copy::{CopyError, CopyRules, copy_folder};
use crate::workspace::solution;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone)]
pub struct Proofs {
    pub(crate) solutions: BTreeMap<String, PathBuf>,
    pub(crate) mutants: Vec<Mutant>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum LayError {
    #[error(transparent)]
    Copy(#[from] CopyError),
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It can't be made of its solution, which was right a moment ago.
    #[error("the solution has changed meanwhile")]
    Unmade(Unmade),
}

/// Loads what a lab is proved with; all mistakes of all files at once.
pub fn load(loaded: &LoadedLab) -> Result<Proofs, Vec<Diagnostics>> {
    let solutions: BTreeMap<String, PathBuf> =
        solution::all(&loaded.folder).into_iter().map(|solution| (solution.name, solution.folder)).collect();
    let rules = rules(loaded);
    let mut wrong: Vec<Diagnostics> =
        solutions.values().filter_map(|folder| Some(uncopied(folder, copy_folder(folder, &rules).err()?))).collect();
    match mutant::mutants(loaded, &solutions) {
        Ok(mutants) if wrong.is_empty() => Ok(Proofs { solutions, mutants }),
        Ok(_) => Err(wrong),
        Err(of_mutants) => {
            wrong.extend(of_mutants);
            Err(wrong)
        }
    }
}

pub(crate) fn rules(loaded: &LoadedLab) -> CopyRules {
    let folder = &loaded.lab.environment.folder;
    let default = CopyRules::default();
    CopyRules { max_bytes: folder.max.map_or(default.max_bytes, |Size(max)| max), keep_git: folder.keep_git, ..default }
}

/// A folder that can't be copied into a room is a mistake with a place: for a
/// link that is the link, and what it says is its text.
fn uncopied(folder: &Path, error: CopyError) -> Diagnostics {
    match error {
        CopyError::LinkLeadsOut { path, target } | CopyError::LinkAbsolute { path, target } => {
            let target = target.display().to_string();
            let found = Diagnostic::new(0..target.len(), message!("solution-link-out"))
                .help(message!("solution-link-out-help"));
            Diagnostics::new(&folder.join(path), &target, vec![found])
        }
        other => {
            let found = Diagnostic::new(0..0, message!("solution-uncopied", why = other.to_string()));
            Diagnostics::new(folder, "", vec![found])
        }
    }
}

/// Creates a run's folder at `target`, which is empty: a copy of the solution as
/// a room would get it, with the mutant's changes.
pub(crate) fn lay(run: &Run<'_>, rules: &CopyRules, scope: &Scope, target: &Path) -> Result<(), LayError> {
    let copy = copy_folder(&run.folder, rules)?;
    tar::Archive::new(copy.archive).unpack(target)?;
    let Some(mutant) = run.mutant else { return Ok(()) };
    let read = |path: &str| mutant::solution_file(&target.join(path));
    let changes = mutant.changes(scope, &read).map_err(LayError::Unmade)?;
    write(target, &changes)?;
    Ok(())
}

fn write(folder: &Path, changes: &Changes) -> io::Result<()> {
    for (path, file) in changes {
        let path = folder.join(path);
        let Some(file) = file else {
            fs::remove_file(&path)?;
            continue;
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, &file.contents)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(if file.executable { 0o755 } else { 0o644 }))?;
    }
    Ok(())
}
