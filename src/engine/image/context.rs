//! A build folder as one value: read once, so that what is hashed is what is
//! sent, even when someone edits it meanwhile.

use super::error::ImageError;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The most that a build folder may hold. Programs and packages are fetched
/// while the image is built, so its folder is a few texts; more is a mistake.
const LARGEST: u64 = 64 << 20;

/// The time of every file that we send, 2000-01-01: times are no part of the
/// hash, so equal tags must hold equal times; and zip, which Python's wheels
/// and others are made of, knows none before 1980.
const MTIME: u64 = 946_684_800;

/// Where Debian and its kin keep the machine's own certificate authorities.
pub(super) const HOST_AUTHORITIES: &str = "/usr/local/share/ca-certificates";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Context {
    entries: BTreeMap<PathBuf, Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Folder,
    File { bytes: Vec<u8>, executable: bool },
    Link(PathBuf),
}

/// A certificate authority of the machine: its file's name and contents.
pub(super) type Authority = (PathBuf, Vec<u8>);

impl Context {
    /// Reads a folder, except for files that have the name of one of the
    /// machine's authorities: those were put there for a build by hand.
    pub(crate) fn read(folder: &Path, authorities: &[Authority]) -> Result<Self, ImageError> {
        let mut entries = BTreeMap::new();
        let mut left = LARGEST;
        let mut folders = vec![PathBuf::new()];
        while let Some(inside) = folders.pop() {
            let path = folder.join(&inside);
            for entry in std::fs::read_dir(&path).map_err(|error| unreadable(&path, &error))? {
                let entry = entry.map_err(|error| unreadable(&path, &error))?;
                let (path, name) = (entry.path(), inside.join(entry.file_name()));
                if authorities.iter().any(|(authority, _)| *authority == name) {
                    continue;
                }
                let metadata = entry.metadata().map_err(|error| unreadable(&path, &error))?;
                let read = if metadata.is_dir() {
                    folders.push(name.clone());
                    Entry::Folder
                } else if metadata.is_symlink() {
                    Entry::Link(std::fs::read_link(&path).map_err(|error| unreadable(&path, &error))?)
                } else if metadata.is_file() {
                    left = left
                        .checked_sub(metadata.len())
                        .ok_or_else(|| ImageError::TooLarge { folder: folder.to_owned(), limit: LARGEST })?;
                    let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
                    Entry::File { bytes, executable: metadata.permissions().mode() & 0o111 != 0 }
                } else {
                    return Err(ImageError::Unreadable { path, detail: "not a file, a folder or a link".into() });
                };
                entries.insert(name, read);
            }
        }
        Ok(Self { entries })
    }

    /// A folder that never was on a disk.
    pub(crate) fn of(files: impl IntoIterator<Item = (&'static str, Vec<u8>)>) -> Self {
        let file = |(name, bytes)| (PathBuf::from(name), Entry::File { bytes, executable: false });
        Self { entries: files.into_iter().map(file).collect() }
    }

    /// The text of the Dockerfile, if there is one.
    pub(crate) fn dockerfile(&self) -> Option<String> {
        match self.entries.get(Path::new("Dockerfile"))? {
            Entry::File { bytes, .. } => Some(String::from_utf8_lossy(bytes).into_owned()),
            Entry::Folder | Entry::Link(_) => None,
        }
    }

    pub(crate) fn has(&self, path: &Path) -> bool {
        matches!(self.entries.get(path), Some(Entry::File { .. }))
    }

    /// Leaves out a folder and the folders above it that become empty.
    pub(crate) fn remove(&mut self, folder: &Path) {
        self.entries.retain(|path, _| !path.starts_with(folder));
        for above in folder.ancestors().skip(1).filter(|above| *above != Path::new("")) {
            if !self.entries.keys().any(|path| path != above && path.starts_with(above)) {
                self.entries.remove(above);
            }
        }
    }

    /// Feeds all that decides what is built: names, contents, executable bits
    /// and links. Neither times nor other permissions, which git doesn't keep.
    pub(crate) fn hash_into(&self, hash: &mut Sha256) {
        for (path, entry) in &self.entries {
            let (kind, content) = match entry {
                Entry::Folder => (b'd', [].as_slice()),
                Entry::File { bytes, executable: false } => (b'f', bytes.as_slice()),
                Entry::File { bytes, executable: true } => (b'x', bytes.as_slice()),
                Entry::Link(target) => (b'l', target.as_os_str().as_encoded_bytes()),
            };
            hash.update([kind]);
            hash_part(hash, path.as_os_str().as_encoded_bytes());
            hash_part(hash, content);
        }
    }

    /// The archive to send. Where the folder has a placeholder `*.crt`, the
    /// machine's own authorities stand beside it, so that build stages can
    /// speak TLS through them. Names and modes are those that `docker build`
    /// sends for a fresh checkout, so its cache serves us and ours serves it.
    pub(crate) fn archive(&self, authorities: &[Authority]) -> std::io::Result<Vec<u8>> {
        let mut archive = tar::Builder::new(Vec::new());
        for (path, entry) in &self.entries {
            match entry {
                Entry::Folder => append(&mut archive, path, tar::EntryType::Directory, 0o755, &[])?,
                Entry::File { bytes, executable } => {
                    let mode = if *executable { 0o755 } else { 0o644 };
                    append(&mut archive, path, tar::EntryType::Regular, mode, bytes)?;
                }
                Entry::Link(target) => {
                    let mut header = header(tar::EntryType::Symlink, 0o777, 0);
                    archive.append_link(&mut header, path, target)?;
                }
            }
        }
        if self.wants_authorities() {
            for (name, bytes) in authorities {
                append(&mut archive, name, tar::EntryType::Regular, 0o644, bytes)?;
            }
        }
        archive.into_inner()
    }

    fn wants_authorities(&self) -> bool {
        self.entries.keys().any(|path| path.components().count() == 1 && is_certificate(path))
    }
}

/// The machine's own certificate authorities in a folder, by name; none if it
/// isn't there.
pub(super) fn authorities(folder: &Path) -> Vec<Authority> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<Authority> = entries
        .flatten()
        .filter(|entry| is_certificate(&entry.path()))
        .filter_map(|entry| Some((PathBuf::from(entry.file_name()), std::fs::read(entry.path()).ok()?)))
        .collect();
    found.sort();
    found
}

fn is_certificate(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("crt"))
}

/// Feeds one part with its length, so that parts can't run into each other.
pub(super) fn hash_part(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_be_bytes());
    hash.update(part);
}

/// The first 16 hexadecimal digits of a hash.
pub(super) fn short(hash: Sha256) -> String {
    data_encoding::HEXLOWER.encode(&hash.finalize()[..8])
}

pub(super) fn header(kind: tar::EntryType, mode: u32, size: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_mtime(MTIME);
    header.set_uid(0);
    header.set_gid(0);
    header
}

fn append(
    archive: &mut tar::Builder<Vec<u8>>,
    path: &Path,
    kind: tar::EntryType,
    mode: u32,
    bytes: &[u8],
) -> std::io::Result<()> {
    let mut header = header(kind, mode, bytes.len() as u64);
    archive.append_data(&mut header, path, bytes)
}

fn unreadable(path: &Path, error: &std::io::Error) -> ImageError {
    ImageError::Unreadable { path: path.to_owned(), detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Read;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Dockerfile"), "FROM scratch\n").unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(folder.path().join("sub/run.sh"), "true\n").unwrap();
        folder
    }

    fn hash(folder: &Path) -> String {
        hash_beside(folder, &[])
    }

    fn hash_beside(folder: &Path, authorities: &[Authority]) -> String {
        let mut hash = Sha256::new();
        Context::read(folder, authorities).unwrap().hash_into(&mut hash);
        short(hash)
    }

    fn listed(archive: &[u8]) -> Vec<(String, u32, String)> {
        let mut archive = tar::Archive::new(archive);
        let entries = archive.entries().unwrap().map(|entry| {
            let mut entry = entry.unwrap();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let header = entry.header();
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            (entry.path().unwrap().display().to_string(), header.mode().unwrap(), text)
        });
        entries.collect()
    }

    #[test]
    fn the_hash_changes_with_contents_names_and_executable_bits() {
        let folder = folder();
        let script = folder.path().join("sub/run.sh");
        let mut seen = vec![hash(folder.path())];
        fs::write(&script, "false\n").unwrap();
        seen.push(hash(folder.path()));
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        seen.push(hash(folder.path()));
        fs::rename(&script, folder.path().join("sub/run")).unwrap();
        seen.push(hash(folder.path()));
        std::os::unix::fs::symlink("run", &script).unwrap();
        seen.push(hash(folder.path()));
        fs::create_dir(folder.path().join("empty")).unwrap();
        seen.push(hash(folder.path()));
        let different: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!(different.len(), seen.len(), "{seen:?}");
        assert!(seen.iter().all(|hash| hash.len() == 16));
    }

    #[test]
    fn the_hash_ignores_times_and_other_permissions() {
        let folder = folder();
        let script = folder.path().join("sub/run.sh");
        let before = hash(folder.path());
        fs::File::open(&script).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(hash(folder.path()), before);
    }

    #[test]
    fn the_machines_authorities_are_sent_and_not_hashed() {
        let folder = folder();
        let authority = (PathBuf::from("office.crt"), b"office".to_vec());
        let none = Context::read(folder.path(), &[]).unwrap().archive(std::slice::from_ref(&authority)).unwrap();
        assert!(!listed(&none).iter().any(|(name, ..)| name == "office.crt"), "without a placeholder none is sent");

        fs::write(folder.path().join("local-ca.crt"), "# a placeholder\n").unwrap();
        let before = hash(folder.path());
        // Someone built by hand and left a copy there.
        fs::write(folder.path().join("office.crt"), "old").unwrap();
        assert_eq!(hash_beside(folder.path(), std::slice::from_ref(&authority)), before);
        let context = Context::read(folder.path(), std::slice::from_ref(&authority)).unwrap();
        let sent = listed(&context.archive(&[authority]).unwrap());
        assert_eq!(
            sent,
            [
                ("Dockerfile".into(), 0o644, "FROM scratch\n".into()),
                ("local-ca.crt".into(), 0o644, "# a placeholder\n".into()),
                ("sub".into(), 0o755, String::new()),
                ("sub/run.sh".into(), 0o644, "true\n".into()),
                ("office.crt".into(), 0o644, "office".into()),
            ]
        );
    }

    #[test]
    fn the_authorities_of_a_machine_are_its_crt_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.crt", "a.crt", "README"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let expected = ["a.crt", "b.crt"].map(|name| (PathBuf::from(name), name.as_bytes().to_vec()));
        assert_eq!(authorities(folder.path()), expected);
        assert!(authorities(&folder.path().join("none")).is_empty());
    }

    #[test]
    fn a_removed_folder_takes_the_empty_ones_above_along() {
        let folder = folder();
        let before = Context::read(folder.path(), &[]).unwrap();
        fs::create_dir_all(folder.path().join("origin/GARAGE")).unwrap();
        fs::write(folder.path().join("origin/GARAGE/Dockerfile"), "FROM scratch\n").unwrap();
        let mut context = Context::read(folder.path(), &[]).unwrap();
        assert!(context.has(Path::new("origin/GARAGE/Dockerfile")));
        context.remove(Path::new("origin/GARAGE"));
        assert_eq!(context, before);
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let folder = folder();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let error = Context::read(folder.path(), &[]).unwrap_err();
        assert!(matches!(&error, ImageError::Unreadable { path, .. } if *path == socket), "{error:?}");
    }

    #[test]
    fn a_folder_that_is_too_large_is_refused() {
        let folder = folder();
        fs::File::create(folder.path().join("disk.img")).unwrap().set_len(LARGEST).unwrap();
        assert!(matches!(Context::read(folder.path(), &[]), Err(ImageError::TooLarge { limit: LARGEST, .. })));
    }
}
