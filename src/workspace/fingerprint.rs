//! Which version of a folder a copy is: a short hash of all that the clean
//! room gets, times aside, so that saving a file unchanged makes no new one.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

/// Bytes of the hash that are kept: a folder has dozens of versions, not millions.
const KEPT: usize = 6;

/// What an archived folder holds: of each path a short hash of all but its times.
pub(crate) fn entries(archive: &File) -> io::Result<BTreeMap<PathBuf, Entry>> {
    let mut found = BTreeMap::new();
    each(archive, |path, is_link, hash| {
        found.insert(path.to_owned(), Entry { is_link, hash });
    })?;
    Ok(found)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) is_link: bool,
    hash: Vec<u8>,
}

/// All that an archived folder holds, as one digest. The archive is rewound before and after.
pub(crate) fn whole(archive: &File) -> io::Result<String> {
    let mut whole = Sha256::new();
    each(archive, |_, _, hash| whole.update(hash))?;
    Ok(data_encoding::HEXLOWER.encode(&whole.finalize()))
}

/// A version as it is counted by.
pub(crate) fn short(whole: &str) -> String {
    whole.chars().take(2 * KEPT).collect()
}

/// Shows each entry of an archive: its path, whether it is a link, its hash.
fn each(archive: &File, mut see: impl FnMut(&Path, bool, Vec<u8>)) -> io::Result<()> {
    let mut file = archive;
    file.rewind()?;
    let mut entries = tar::Archive::new(file);
    for entry in entries.entries()? {
        let mut entry = entry?;
        let mut hash = Sha256::new();
        let header = entry.header();
        let is_link = header.entry_type().is_symlink();
        hash.update([header.entry_type().as_byte()]);
        hash.update(header.mode()?.to_be_bytes());
        let path = entry.path()?.into_owned();
        let link = entry.link_name_bytes().unwrap_or_default();
        // Each part with its length, so that no two folders read alike.
        for part in [&*entry.path_bytes(), &*link] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.update(entry.size().to_be_bytes());
        let mut buffer = [0_u8; 16 << 10];
        loop {
            match entry.read(&mut buffer)? {
                0 => break,
                read => hash.update(&buffer[..read]),
            }
        }
        see(&path, is_link, hash.finalize().to_vec());
    }
    file.rewind()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::copy::{CopyRules, copy_folder};
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, SystemTime};

    fn version(folder: &Path) -> String {
        short(&whole(&copy_folder(folder, &CopyRules::default()).unwrap().archive).unwrap())
    }

    #[test]
    fn a_version_is_of_contents_names_and_modes_not_of_times() {
        let folder = tempfile::tempdir().unwrap();
        let (script, other) = (folder.path().join("deploy.sh"), folder.path().join("other.sh"));
        fs::write(&script, "one").unwrap();
        let first = version(folder.path());
        assert_eq!(first.len(), 2 * KEPT);

        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        File::options().write(true).open(&script).unwrap().set_modified(old).unwrap();
        assert_eq!(version(folder.path()), first, "a time");

        let mut seen = vec![first];
        let mut changed = |what: &str| {
            let now = version(folder.path());
            assert!(!seen.contains(&now), "{what}");
            seen.push(now);
        };
        fs::write(&script, "two").unwrap();
        changed("contents");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        changed("a mode");
        fs::rename(&script, &other).unwrap();
        changed("a name");
        std::os::unix::fs::symlink("other.sh", &script).unwrap();
        changed("a link");
    }

    #[test]
    fn the_archive_can_still_be_read_from_its_start() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "x").unwrap();
        let mut copy = copy_folder(folder.path(), &CopyRules::default()).unwrap();
        whole(&copy.archive).unwrap();
        let mut bytes = Vec::new();
        copy.archive.read_to_end(&mut bytes).unwrap();
    }
}
