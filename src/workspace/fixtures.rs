//! Folders for the tests of copying them, and what their copies hold.

use super::copy::{CopyError, CopyRules, FolderCopy, LeftOut, LeftOutReason, copy_folder};
use super::listing::{Listing, list};
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A folder with these files; a name that ends in `/` is an empty folder.
pub(super) fn folder_of(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if name.ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::write(path, content).unwrap();
        }
    }
    folder
}

pub(super) fn copy(folder: &TempDir) -> Result<FolderCopy, CopyError> {
    copy_folder(folder.path(), &CopyRules::default())
}

/// The names in an archive, in its order.
pub(super) fn names(copy: FolderCopy) -> Vec<String> {
    let mut archive = tar::Archive::new(copy.archive);
    let entries = archive.entries().unwrap().map(Result::unwrap);
    entries.map(|entry| String::from_utf8(entry.path_bytes().into_owned()).unwrap()).collect()
}

pub(super) fn content(archive: std::fs::File, name: &[u8]) -> Vec<u8> {
    let mut archive = tar::Archive::new(archive);
    let mut entries = archive.entries().unwrap().map(Result::unwrap);
    let mut entry = entries.find(|entry| *entry.path_bytes() == *name).unwrap();
    let mut content = Vec::new();
    entry.read_to_end(&mut content).unwrap();
    content
}

pub(super) fn left_out(copy: &FolderCopy) -> Vec<(&str, &str)> {
    let mut pairs = Vec::new();
    for LeftOut { path, reason } in &copy.left_out {
        let LeftOutReason::IgnoredBy(gitignore) = reason;
        pairs.push((path.to_str().unwrap(), gitignore.to_str().unwrap()));
    }
    pairs
}

/// The root of a folder and its listing, to change the folder after it.
pub(super) fn listed(folder: &TempDir) -> (Dir, Listing) {
    let root = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
    let listing = list(&root, &CopyRules::default()).unwrap();
    (root, listing)
}

pub(super) fn make_fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}
