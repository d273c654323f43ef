//! Files out of containers, read through the archive interface and parsed as
//! a hostile tar: a link is reported as one and never followed on the host.

use super::connect::Engine;
use super::error::EngineError;
use crate::world::{FileKind, FileSeen};
use bollard::query_parameters::DownloadFromContainerOptionsBuilder;
use futures_util::StreamExt;
use std::fs::File;
use std::io::{self, Read, Seek};

/// Bytes of a file that are read at most.
const MAX_FILE: usize = 1 << 20;

impl Engine {
    /// One file of a container; none when nothing stands at the path.
    pub(super) async fn read_file(&self, container: &str, path: &str) -> Result<Option<FileSeen>, EngineError> {
        let options = DownloadFromContainerOptionsBuilder::new().path(path).build();
        let mut stream = Box::pin(self.docker.download_from_container(container, Some(options)));
        let mut archive = Vec::new();
        while let Some(chunk) = stream.next().await {
            match chunk.map_err(|source| EngineError::call("read", path, source)) {
                Ok(chunk) => archive.extend_from_slice(&chunk),
                Err(error) if error.status() == Some(404) => return Ok(None),
                Err(error) => return Err(error),
            }
            // The rest of a large file, or of a whole folder, isn't needed.
            if archive.len() > MAX_FILE + (64 << 10) {
                break;
            }
        }
        Ok(first_entry(&archive))
    }
}

/// The first entry of an archive that may end early.
fn first_entry(archive: &[u8]) -> Option<FileSeen> {
    let mut archive = tar::Archive::new(archive);
    let entry = archive.entries().ok()?.next()?.ok()?;
    let header = entry.header();
    let kind = match header.entry_type() {
        tar::EntryType::Regular | tar::EntryType::Continuous => FileKind::File,
        tar::EntryType::Directory => FileKind::Folder,
        tar::EntryType::Symlink | tar::EntryType::Link => FileKind::Link,
        _ => FileKind::Other,
    };
    let (mode, size) = (header.mode().ok()?, header.size().ok()?);
    let mut bytes = Vec::new();
    // What arrived of a cut archive is enough.
    let _ = entry.take(MAX_FILE as u64).read_to_end(&mut bytes);
    Some(FileSeen { mode, size, bytes, kind })
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
        let seen = first_entry(&builder.into_inner().unwrap()).unwrap();
        assert_eq!((seen.kind, seen.bytes.len()), (FileKind::Link, 0));
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
        assert_eq!(first_entry(&archive).unwrap().bytes.len(), 2000);
        assert_eq!(first_entry(&[0xff; 4096]), None);
    }
}
