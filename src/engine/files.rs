//! Files out of containers, read through the archive interface and parsed as
//! a hostile tar: a link is reported as one and never followed on the host.

use super::connect::Engine;
use super::docker_world::WORK;
use super::error::EngineError;
use crate::world::{FileKind, FileSeen, Listed, ProbeFailure};
use bollard::query_parameters::DownloadFromContainerOptionsBuilder;
use futures_util::StreamExt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Component, Path, PathBuf};

/// Bytes of a file that are read at most: as many as a learner's folder may have, for
/// what a check edits must be put back whole.
const MAX_FILE: usize = 64 << 20;
/// Links that are followed one after the other.
const MAX_LINKS: usize = 20;
/// Bytes of a folder's archive that are read at most.
const MAX_FOLDER: usize = 64 << 20;
/// Entries of a folder that are listed at most.
const MAX_ENTRIES: usize = 20_000;

impl Engine {
    /// One file of a container; none when nothing stands at the path.
    pub(super) async fn read_file(
        &self,
        container: &str,
        path: &str,
    ) -> Result<Option<(FileSeen, Option<PathBuf>)>, EngineError> {
        let options = DownloadFromContainerOptionsBuilder::new().path(path).build();
        let mut stream = Box::pin(self.docker.download_from_container(container, Some(options)));
        let mut archive = Vec::new();
        while let Some(chunk) = stream.next().await {
            match chunk.map_err(|source| EngineError::call("read", path, source)) {
                Ok(chunk) => archive.extend_from_slice(&chunk),
                Err(error) if error.refusal() == Some(404) => return Ok(None),
                Err(error) => return Err(error),
            }
            // The rest of a large file, or of a whole folder, isn't needed.
            let is_folder = archive.get(156) == Some(&b'5');
            if archive.len() > if is_folder { 64 << 10 } else { MAX_FILE + (64 << 10) } {
                break;
            }
        }
        Ok(first_entry(&archive))
    }

    /// The same; links are followed as long as they stay in the learner's folder.
    pub(super) async fn read_through_links(
        &self,
        container: &str,
        path: &str,
    ) -> Result<Option<FileSeen>, EngineError> {
        let mut at = path.to_owned();
        for _ in 0..MAX_LINKS {
            match self.read_file(container, &at).await? {
                Some((_, Some(target))) if let Some(next) = led_to(&at, &target) => at = next,
                found => return Ok(found.map(|(seen, _)| seen)),
            }
        }
        Ok(None)
    }

    /// What lies below a folder of a container; none when no folder stands at the path.
    /// A link to a folder is followed as above, one below it is an entry. A folder that
    /// is too large is its owner's trouble.
    pub(super) async fn list_files(
        &self,
        container: &str,
        folder: &str,
    ) -> Result<Result<Option<Vec<Listed>>, ProbeFailure>, EngineError> {
        let mut at = folder.to_owned();
        for _ in 0..MAX_LINKS {
            let options = DownloadFromContainerOptionsBuilder::new().path(&at).build();
            let mut stream = Box::pin(self.docker.download_from_container(container, Some(options)));
            let mut archive = Vec::new();
            while let Some(chunk) = stream.next().await {
                match chunk.map_err(|source| EngineError::call("list", folder, source)) {
                    Ok(chunk) => archive.extend_from_slice(&chunk),
                    Err(error) if error.refusal() == Some(404) => return Ok(Ok(None)),
                    Err(error) => return Err(error),
                }
                if archive.len() > MAX_FOLDER {
                    return Ok(Err(ProbeFailure::TooLarge { limit: MAX_FOLDER }));
                }
            }
            match first_entry(&archive) {
                Some((_, Some(target))) if let Some(next) = led_to(&at, &target) => at = next,
                _ => return Ok(entries(&archive)),
            }
        }
        Ok(Ok(None))
    }
}

/// The first entry of an archive that may end early.
fn first_entry(archive: &[u8]) -> Option<(FileSeen, Option<PathBuf>)> {
    let mut archive = tar::Archive::new(archive);
    let entry = archive.entries().ok()?.next()?.ok()?;
    let header = entry.header();
    let kind = kind_of(header.entry_type());
    let (mode, size) = (header.mode().ok()?, header.size().ok()?);
    let target = entry.link_name().ok().flatten().map(std::borrow::Cow::into_owned);
    let mut bytes = Vec::new();
    // What arrived of a cut archive is enough.
    let _ = entry.take(MAX_FILE as u64).read_to_end(&mut bytes);
    Some((FileSeen { mode, size, bytes, kind }, target))
}

/// Where a link leads, if it stays below the learner's folder.
fn led_to(link: &str, target: &Path) -> Option<String> {
    let mut place = Path::new(link).parent()?.to_owned();
    for part in target.components() {
        match part {
            Component::RootDir => place = PathBuf::from("/"),
            Component::ParentDir => _ = place.pop(),
            Component::Normal(name) => place.push(name),
            Component::CurDir | Component::Prefix(_) => {}
        }
    }
    let inside = Path::new(link).starts_with(WORK) && place.starts_with(WORK);
    inside.then(|| place.to_str().map(str::to_owned)).flatten()
}

fn kind_of(entry_type: tar::EntryType) -> FileKind {
    match entry_type {
        tar::EntryType::Regular | tar::EntryType::Continuous => FileKind::File,
        tar::EntryType::Directory => FileKind::Folder,
        tar::EntryType::Symlink | tar::EntryType::Link => FileKind::Link,
        _ => FileKind::Other,
    }
}

/// All entries below an archive's folder, whose own name stands first in each path.
fn entries(archive: &[u8]) -> Result<Option<Vec<Listed>>, ProbeFailure> {
    let broken = |error: &io::Error| ProbeFailure::Fault { detail: format!("broken archive: {error}") };
    let mut archive = tar::Archive::new(archive);
    let mut listed = Vec::new();
    for (index, entry) in archive.entries().map_err(|error| broken(&error))?.enumerate() {
        let entry = entry.map_err(|error| broken(&error))?;
        let kind = kind_of(entry.header().entry_type());
        if index == 0 {
            if kind != FileKind::Folder {
                return Ok(None);
            }
            continue;
        }
        if listed.len() == MAX_ENTRIES {
            return Err(ProbeFailure::TooManyFiles { limit: MAX_ENTRIES });
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let below = path.split_once('/').map_or(path.as_str(), |(_, below)| below).trim_end_matches('/');
        listed.push(Listed { path: below.to_owned(), size: entry.size(), kind });
    }
    Ok(Some(listed))
}

/// Another handle on an anonymous file, at its beginning.
pub(super) fn reopened(file: &File) -> io::Result<File> {
    // `try_clone` would share the position with every other reader.
    use std::os::fd::AsRawFd;
    let mut file = File::open(format!("/proc/self/fd/{}", file.as_raw_fd())).or_else(|_| file.try_clone())?;
    file.rewind()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_reported_and_not_followed() {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_mode(0o777);
        header.set_size(0);
        builder.append_link(&mut header, "passwd", "/etc/passwd").unwrap();
        let (seen, target) = first_entry(&builder.into_inner().unwrap()).unwrap();
        assert_eq!(target.as_deref(), Some(Path::new("/etc/passwd")));
        assert_eq!((seen.kind, seen.bytes.len()), (FileKind::Link, 0));
    }

    #[test]
    fn a_link_leads_on_only_within_the_folder() {
        let led = |link: &str, target: &str| led_to(link, Path::new(target));
        assert_eq!(led("/work/site/a.css", "../src/a.css").as_deref(), Some("/work/src/a.css"));
        assert_eq!(led("/work/a", "/work/b/./c").as_deref(), Some("/work/b/c"));
        for (link, target) in [
            ("/work/a", "/etc/passwd"),
            ("/work/a", "../etc/passwd"),
            ("/work/a", "/work/../etc/x"),
            ("/work/a", "/workshop/x"),
            ("/etc/a", "b"),
            ("/etc/a", "/work/b"),
        ] {
            assert_eq!(led(link, target), None, "{link} {target}");
        }
    }

    #[test]
    fn a_cut_or_broken_archive_never_panics() {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(2000);
        builder.append_data(&mut header, "a", [b'x'; 2000].as_slice()).unwrap();
        let archive = builder.into_inner().unwrap();
        for end in 0..archive.len() {
            let _ = first_entry(&archive[..end]);
        }
        assert_eq!(first_entry(&archive).unwrap().0.bytes.len(), 2000);
        assert_eq!(first_entry(&[0xff; 4096]), None);
    }

    fn folder(files: usize) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_mode(0o755);
        header.set_size(0);
        builder.append_data(&mut header, "site/", io::empty()).unwrap();
        builder.append_data(&mut header, "site/css/", io::empty()).unwrap();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_size(3);
        for file in 0..files {
            builder.append_data(&mut header, format!("site/css/{file}.css"), b"abc".as_slice()).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn a_folder_is_listed_by_paths_below_it() {
        let listed = entries(&folder(1)).unwrap().unwrap();
        let listed: Vec<_> = listed.iter().map(|file| (file.path.as_str(), file.size, file.kind)).collect();
        assert_eq!(listed, [("css", 0, FileKind::Folder), ("css/0.css", 3, FileKind::File)]);
    }

    #[test]
    fn a_file_is_no_folder_and_a_huge_folder_is_named() {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(3);
        builder.append_data(&mut header, "a", b"abc".as_slice()).unwrap();
        assert_eq!(entries(&builder.into_inner().unwrap()), Ok(None));
        assert_eq!(entries(&folder(MAX_ENTRIES)), Err(ProbeFailure::TooManyFiles { limit: MAX_ENTRIES }));
    }

    #[test]
    fn a_cut_archive_is_a_fault_and_never_panics() {
        let archive = folder(2);
        for end in (0..archive.len()).step_by(97) {
            let _ = entries(&archive[..end]);
        }
        assert!(matches!(entries(&[0xff; 4096]), Err(ProbeFailure::Fault { .. })));
    }
}
