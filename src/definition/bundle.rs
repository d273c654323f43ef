//! A bundle: labs and their images in one file, for machines without a network.
//!
//! The file is an archive in Docker's own form, so that `docker load` reads it
//! too, with entries of ours before Docker's: `lab-bundle/bundle.json`, then
//! `lab-bundle/labs/…` as labs lie in a pack.

use super::name::LabId;
use super::packed::{self, Outside, PackedError, Shape};
use super::shipped::labs_in;
use crate::untrusted;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub(crate) const FORMAT: u32 = 1;

pub(crate) const OURS: &str = "lab-bundle";
const HEAD: &str = "lab-bundle/bundle.json";
/// Bytes of labs that a bundle may unpack.
const MOST_BYTES: u64 = 1 << 30;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) format: u32,
    /// The version of the `lab` that wrote it, on which its images' tags depend.
    pub(crate) lab: String,
    pub(crate) labs: Vec<LabId>,
    pub(crate) images: Vec<String>,
}

/// Our part of a bundle: its head, labs and the folders they build from, each
/// with its path in the pack that it becomes. Docker's part goes behind it.
pub(crate) fn ours(head: &Head, folders: &[(PathBuf, PathBuf)]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    archive.follow_symlinks(false);
    packed::append_head(&mut archive, HEAD, head)?;
    for (path, source) in folders {
        archive.append_dir_all(Path::new(OURS).join("labs").join(path), source)?;
    }
    let mut bytes = archive.into_inner()?;
    // Two empty blocks end an archive, and Docker's part is still to come.
    bytes.truncate(bytes.len() - END);
    Ok(bytes)
}

const END: usize = 1024;

pub(crate) fn pack_in(folder: &Path) -> PathBuf {
    folder.join(OURS).join("labs")
}

/// The file that marks a folder as an unpacked bundle, which may be replaced.
const MARK: &str = ".lab-bundle";
/// Characters of a folder's name that ids are written out in.
const MOST_NAME: usize = 120;

/// Puts an unpacked bundle among the others, in the place of an earlier one of the
/// same labs. What lies there and isn't a bundle is set aside, never removed.
pub(crate) fn put(fresh: tempfile::TempDir, bundles: &Path, head: &Head) -> io::Result<()> {
    std::fs::write(fresh.path().join(MARK), "")?;
    let ids: Vec<&str> = head.labs.iter().map(LabId::as_str).collect();
    let mut name = ids.join("+");
    if name.len() > MOST_NAME {
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&name)[..8]);
        name = format!("{}+{digest}", ids[0]);
    }
    let place = bundles.join(name);
    let aside = tempfile::Builder::new().prefix(".old-").tempdir_in(bundles)?;
    let old = aside.path().join("bundle");
    match std::fs::rename(&place, &old) {
        Ok(()) if old.join(MARK).is_file() => {}
        Ok(()) => drop(aside.keep()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    std::fs::rename(fresh.keep(), place)
}

/// Unpacks the labs of a bundle into a folder, which is made, and returns the
/// bundle's head. Reads no further than to the first entry of Docker's.
pub(crate) fn unpack(file: impl Read, folder: &Path) -> Result<Head, PackedError> {
    let shape = Shape {
        head: HEAD,
        format: FORMAT,
        most_head: 1 << 20,
        folder: OURS,
        most: MOST_BYTES,
        outside: Outside::Ends,
    };
    let head: Head = packed::unpack(file, shape, folder)?;
    if head.labs.is_empty() {
        return Err(PackedError::BadHead("labs: []".to_owned()));
    }
    let labs = pack_in(folder);
    if let Some(link) = untrusted::what_leads_out(&labs)? {
        return Err(PackedError::LeadsOut(Path::new(OURS).join("labs").join(link)));
    }
    // One that the head doesn't name would take another lab's place unseen.
    let mut named: Vec<&str> = head.labs.iter().map(LabId::as_str).collect();
    named.sort_unstable();
    named.dedup();
    match labs_in(&labs) {
        found if found != named => Err(PackedError::BadHead(format!("labs: [{}]", found.join(", ")))),
        _ => Ok(head),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn head() -> Head {
        Head { format: FORMAT, lab: "0.1.0".into(), labs: vec!["a".parse().unwrap()], images: vec!["lab-x:1".into()] }
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
            assert!(matches!(unpack(other, into.path()), Err(PackedError::NotOne)), "{other:?}");
        }
        let newer = ours(&Head { format: 9, ..head() }, &[]).unwrap();
        assert!(matches!(unpack([newer, dockers()].concat().as_slice(), into.path()), Err(PackedError::Newer(9))));
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
        assert!(matches!(unpack(bytes.as_slice(), &into.path().join("in")), Err(PackedError::LeadsOut(_))));
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
