//! A bundle: labs and their images in one file, for machines without a network.
//!
//! The file is an archive in Docker's own form, so that `docker load` reads it
//! too, with entries of ours before Docker's: `lab-bundle/bundle.json`, then
//! `lab-bundle/labs/…` as labs lie in a pack.

use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The form of a bundle's head.
pub const FORMAT: u32 = 1;

/// The folder of our entries.
const OURS: &str = "lab-bundle";
/// Bytes of labs that a bundle may unpack.
const MOST_BYTES: u64 = 1 << 30;

/// What a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of the `lab` that wrote it, on which its images' tags depend.
    pub lab: String,
    /// The labs' ids.
    pub labs: Vec<String>,
    /// The images' tags.
    pub images: Vec<String>,
}

/// Why a bundle can't be read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It isn't one.
    #[error("no bundle")]
    NotOne,
    /// A newer `lab` wrote it.
    #[error("format {0}")]
    Newer(u32),
    /// An entry leads out of the bundle.
    #[error("{}", .0.display())]
    LeadsOut(PathBuf),
    /// It holds more than labs do.
    #[error("too large")]
    TooLarge,
    /// It can't be read or unpacked.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Our part of a bundle: its head, labs and the folders they build from, each
/// with its path in the pack that it becomes. Docker's part goes behind it.
pub fn ours(head: &Head, folders: &[(PathBuf, PathBuf)]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    archive.follow_symlinks(false);
    let text = serde_json::to_vec_pretty(head)?;
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, format!("{OURS}/bundle.json"), text.as_slice())?;
    for (path, source) in folders {
        archive.append_dir_all(Path::new(OURS).join("labs").join(path), source)?;
    }
    let mut bytes = archive.into_inner()?;
    // Two empty blocks end an archive, and Docker's part is still to come.
    bytes.truncate(bytes.len() - END);
    Ok(bytes)
}

/// Bytes of an archive's end.
const END: usize = 1024;

/// The pack within a folder that a bundle was unpacked into.
#[must_use]
pub fn pack_in(folder: &Path) -> PathBuf {
    folder.join(OURS).join("labs")
}

/// Unpacks the labs of a bundle into a folder, which is made, and returns the
/// bundle's head. Reads no further than to the first entry of Docker's.
pub fn unpack(file: impl Read, folder: &Path) -> Result<Head, BundleError> {
    let mut archive = tar::Archive::new(file);
    let mut entries = archive.entries()?;
    let mut first = entries.next().ok_or(BundleError::NotOne)?.map_err(|_| BundleError::NotOne)?;
    if first.path().ok().as_deref() != Some(&Path::new(OURS).join("bundle.json")) {
        return Err(BundleError::NotOne);
    }
    let mut text = Vec::new();
    first.by_ref().take(1 << 20).read_to_end(&mut text)?;
    let form: Form = serde_json::from_slice(&text).map_err(|_| BundleError::NotOne)?;
    if form.format > FORMAT {
        return Err(BundleError::Newer(form.format));
    }
    let head: Head = serde_json::from_slice(&text).map_err(|_| BundleError::NotOne)?;
    fs::create_dir_all(folder)?;
    let mut left = MOST_BYTES;
    for entry in entries {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        if !path.starts_with(OURS) {
            break;
        }
        left = left.checked_sub(entry.size()).ok_or(BundleError::TooLarge)?;
        // Refuses `..`, and what would be written through a link.
        if path.components().any(|part| !matches!(part, Component::Normal(_))) || !entry.unpack_in(folder)? {
            return Err(BundleError::LeadsOut(path));
        }
    }
    Ok(head)
}

/// What every format of a head has.
#[derive(Deserialize)]
struct Form {
    format: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        Head { format: FORMAT, lab: "0.1.0".into(), labs: vec!["a".into()], images: vec!["lab-x:1".into()] }
    }

    fn packed() -> (tempfile::TempDir, Vec<u8>) {
        let pack = tempfile::tempdir().unwrap();
        fs::create_dir_all(pack.path().join("a/files")).unwrap();
        fs::write(pack.path().join("a/lab.yaml"), "id: a\n").unwrap();
        fs::write(pack.path().join("a/files/x"), "x").unwrap();
        let bytes = ours(&head(), &[("a".into(), pack.path().join("a"))]).unwrap();
        (pack, bytes)
    }

    /// What Docker writes: an archive with an end of its own.
    fn dockers() -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(2);
        archive.append_data(&mut header, "manifest.json", &b"[]"[..]).unwrap();
        archive.into_inner().unwrap()
    }

    #[test]
    fn labs_come_out_as_they_went_in_with_dockers_part_behind_them() {
        let (_pack, ours) = packed();
        let whole = [ours, dockers()].concat();
        let paths: Vec<String> = tar::Archive::new(whole.as_slice())
            .entries()
            .unwrap()
            .map(|entry| entry.unwrap().path().unwrap().display().to_string())
            .collect();
        assert_eq!(paths.last().map(String::as_str), Some("manifest.json"), "{paths:?}");
        let into = tempfile::tempdir().unwrap();
        assert_eq!(unpack(whole.as_slice(), into.path()).unwrap(), head());
        assert_eq!(fs::read_to_string(pack_in(into.path()).join("a/files/x")).unwrap(), "x");
        assert!(!into.path().join("manifest.json").exists());
    }

    #[test]
    fn other_files_are_told_apart() {
        let into = tempfile::tempdir().unwrap();
        for other in [&b""[..], b"not an archive, however long it goes on", &dockers()] {
            assert!(matches!(unpack(other, into.path()), Err(BundleError::NotOne)), "{other:?}");
        }
        let newer = ours(&Head { format: 9, ..head() }, &[]).unwrap();
        assert!(matches!(unpack([newer, dockers()].concat().as_slice(), into.path()), Err(BundleError::Newer(9))));
    }

    #[test]
    fn an_entry_that_leads_out_is_refused() {
        let into = tempfile::tempdir().unwrap();
        let mut archive = tar::Builder::new(ours(&head(), &[]).unwrap());
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        let name = b"lab-bundle/../../out";
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name);
        header.set_cksum();
        archive.append(&header, &b"x"[..]).unwrap();
        let bytes = archive.into_inner().unwrap();
        assert!(matches!(unpack(bytes.as_slice(), &into.path().join("in")), Err(BundleError::LeadsOut(_))));
        assert!(!into.path().join("out").exists());
    }

    #[test]
    fn a_file_behind_a_link_out_is_refused() {
        let (into, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut archive = tar::Builder::new(ours(&head(), &[]).unwrap());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        archive.append_link(&mut header, "lab-bundle/labs/l", outside.path()).unwrap();
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        archive.append_data(&mut header, "lab-bundle/labs/l/x", &b"x"[..]).unwrap();
        let bytes = archive.into_inner().unwrap();
        assert!(unpack(bytes.as_slice(), into.path()).is_err());
        assert!(!outside.path().join("x").exists());
    }
}
