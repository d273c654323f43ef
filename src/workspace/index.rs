//! Which folders a learner has, for `lab list`: only a cache, for each
//! folder's own record is the truth.

use super::atomic;
use super::newer::MOST;
use super::record::Workspace;
use crate::definition::name::LabId;
use crate::untrusted::{self, Links};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn path(state: &Path) -> PathBuf {
    state.join("folders.json")
}

/// The folders that are still there and belong to this lab, newest first.
pub(crate) fn folders(state: &Path, lab: &LabId) -> Vec<Workspace> {
    read(state)
        .into_iter()
        .map(|folder| Workspace { folder })
        .filter(|workspace| workspace.record().is_ok_and(|record| record.lab == *lab))
        .collect()
}

/// Notes a folder, as the newest.
pub(crate) fn note(state: &Path, workspace: &Workspace) -> io::Result<()> {
    if read(state).first() == Some(&workspace.folder) {
        return Ok(());
    }
    fs::create_dir_all(state)?;
    atomic::alone(state, || {
        let mut all = read(state);
        all.retain(|folder| *folder != workspace.folder && folder.join(".lab").is_dir());
        all.insert(0, workspace.folder.clone());
        atomic::write(&path(state), &serde_json::to_vec(&all)?, 0o600)
    })
}

/// What this machine knows of a folder. It isn't in the folder, so that whoever
/// hands one in can't say by which lab it is judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    /// The lab's folder, where the folder's owner named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lab: Option<PathBuf>,
    #[serde(default)]
    pub(crate) learner: String,
    /// The digest of the lab that judged it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) judge: Option<String>,
}

fn known_path(state: &Path) -> PathBuf {
    state.join("known-folders.json")
}

fn all_known(state: &Path) -> BTreeMap<PathBuf, Known> {
    let text = untrusted::read(&known_path(state), Links::Followed, MOST).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

pub(crate) fn known(state: &Path, workspace: &Workspace) -> Option<Known> {
    all_known(state).remove(&workspace.folder)
}

/// Changes what is known of a folder, and forgets those that are gone.
pub(crate) fn know(state: &Path, workspace: &Workspace, change: impl FnOnce(&mut Known)) -> io::Result<()> {
    fs::create_dir_all(state)?;
    atomic::alone(state, || {
        let mut all = all_known(state);
        all.retain(|folder, _| folder.join(".lab").is_dir());
        change(all.entry(workspace.folder.clone()).or_default());
        atomic::write(&known_path(state), &serde_json::to_vec(&all)?, 0o600)
    })
}

fn read(state: &Path) -> Vec<PathBuf> {
    let text = untrusted::read(&path(state), Links::Followed, MOST).unwrap_or_default();
    let mut known = BTreeSet::new();
    let all: Vec<PathBuf> = serde_json::from_slice(&text).unwrap_or_default();
    all.into_iter().filter(|folder| known.insert(folder.clone())).collect()
}
