//! The digest of a lab: all that decides a verdict, byte by byte.

use crate::untrusted::{self, Links};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Folders of a lab that its learners don't need, which a bundle may lack.
const PRIVATE: &[&str] = &["solutions", "mutants"];
/// Entries and bytes of a lab at the most.
const MOST_ENTRIES: usize = 100_000;
const MOST_BYTES: u64 = 4 << 30;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabDigest {
    pub(crate) whole: String,
    /// Without solutions and mutants.
    pub(crate) public: String,
}

pub(crate) fn of(lab: &Path, build: &[PathBuf]) -> io::Result<LabDigest> {
    let mut folders: Vec<&PathBuf> = build.iter().collect();
    folders.sort();
    folders.dedup();
    let mut parts = vec![(PathBuf::from("lab"), lab.to_owned())];
    let named =
        |folder: &&PathBuf| (Path::new("build").join(folder.file_name().unwrap_or_default()), (*folder).clone());
    parts.extend(folders.iter().map(named));
    let mut walk = Walk { whole: Sha256::new(), public: Sha256::new(), entries: 0, bytes: 0 };
    for (name, folder) in &parts {
        walk.folder(folder, name, name == Path::new("lab"), true)?;
    }
    let said = |hash: Sha256| format!("sha256:{}", data_encoding::HEXLOWER.encode(&hash.finalize()));
    Ok(LabDigest { whole: said(walk.whole), public: said(walk.public) })
}

struct Walk {
    whole: Sha256,
    public: Sha256,
    entries: usize,
    bytes: u64,
}

impl Walk {
    fn folder(&mut self, folder: &Path, name: &Path, top: bool, public: bool) -> io::Result<()> {
        let mut names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
        names.sort();
        for entry in names {
            self.entries += 1;
            if self.entries > MOST_ENTRIES || self.bytes > MOST_BYTES || name.components().count() > 100 {
                return Err(io::Error::from(io::ErrorKind::FileTooLarge));
            }
            let public = public && !(top && PRIVATE.iter().any(|private| entry == *private));
            let (path, name) = (folder.join(&entry), name.join(&entry));
            let metadata = fs::symlink_metadata(&path)?;
            if metadata.is_dir() {
                self.add(&name, "folder", public, &[]);
                self.folder(&path, &name, false, public)?;
            } else if metadata.is_symlink() {
                self.add(&name, "link", public, fs::read_link(&path)?.as_os_str().as_bytes());
            } else if metadata.is_file() {
                let kind = if metadata.permissions().mode() & 0o111 == 0 { "file" } else { "program" };
                let hash = self.contents(&path)?;
                self.add(&name, kind, public, &hash);
            } else {
                self.add(&name, "other", public, &[]);
            }
        }
        Ok(())
    }

    fn contents(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        let (file, _) = untrusted::open(path, Links::Refused)?;
        let (mut file, mut hash) = (file.take(MOST_BYTES), Sha256::new());
        let mut buffer = vec![0_u8; 64 << 10];
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                return Ok(hash.finalize().to_vec());
            }
            self.bytes += read as u64;
            hash.update(&buffer[..read]);
        }
    }

    /// Each part with its length, so that no two labs read alike.
    fn add(&mut self, name: &Path, kind: &str, public: bool, content: &[u8]) {
        let hashes = std::iter::once(&mut self.whole).chain(public.then_some(&mut self.public));
        for hash in hashes {
            for part in [name.as_os_str().as_bytes(), kind.as_bytes(), content] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts_and_solutions_only_in_the_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (lab, build) = (folder.path().join("lab"), folder.path().join("image"));
        fs::create_dir_all(lab.join("solutions/one")).unwrap();
        fs::create_dir_all(&build).unwrap();
        fs::write(lab.join("lab.yaml"), "id: lab\n").unwrap();
        fs::write(build.join("Dockerfile"), "FROM scratch\n").unwrap();
        let now = || of(&lab, std::slice::from_ref(&build)).unwrap();
        let first = now();
        assert_eq!(now(), first);
        fs::write(lab.join("solutions/one/x"), "x").unwrap();
        let solved = now();
        assert!(solved.whole != first.whole && solved.public == first.public);
        fs::write(lab.join("lab.yaml"), "id: lax\n").unwrap();
        assert!(now().public != first.public);
        fs::write(lab.join("lab.yaml"), "id: lab\n").unwrap();
        fs::write(build.join("Dockerfile"), "FROM scratch \n").unwrap();
        assert!(now().public != first.public);
        fs::write(build.join("Dockerfile"), "FROM scratch\n").unwrap();
        fs::set_permissions(lab.join("lab.yaml"), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(now().public != first.public);
    }
}
