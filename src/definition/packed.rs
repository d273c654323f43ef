//! Archives of ours: an entry that says what the archive is, then one folder.
//! Bundles and disputes are such. Strangers write them, so that this is the one
//! place where they are unpacked: files and folders of plain names into a folder
//! where nothing is yet, links when nothing more is written, and limits on all of it.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant, UNIX_EPOCH};
use tar::EntryType;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape<'a> {
    /// The path of its first entry, in JSON.
    pub(crate) head: &'a str,
    pub(crate) format: u32,
    /// Bytes of the first entry at the most.
    pub(crate) most_head: u64,
    pub(crate) folder: &'a str,
    /// Bytes of those at the most.
    pub(crate) most: u64,
    pub(crate) outside: Outside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside {
    /// Our part ends before it, and somebody else's begins.
    Ends,
    /// The archive isn't to be trusted.
    LeadsOut,
}

/// Entries that an archive may have: a learner's folder may have 20,000.
const MOST_ENTRIES: usize = 25_000;
/// Folders within each other: a learner's folder may have 100.
const MOST_DEPTH: usize = 110;
/// How long unpacking may take: what fits the other limits takes seconds.
const MOST_TIME: Duration = Duration::from_secs(120);
/// Bytes that any archive may unpack to, however small it is, and how often
/// its own size what is more may be.
const SMALL: u64 = 128 << 20;
const MOST_RATIO: u64 = 200;
/// Bytes of an entry's header with its long names.
const MOST_HEADER: u64 = 64 << 10;

#[derive(Debug, thiserror::Error)]
pub(crate) enum PackedError {
    #[error("another file")]
    NotOne,
    #[error("{0}")]
    BadHead(String),
    /// Another `lab`, a newer one, wrote it.
    #[error("format {0}")]
    Newer(u32),
    #[error("{}", .0.display())]
    LeadsOut(PathBuf),
    /// An entry is no file and no folder, or is there twice.
    #[error("{}", .0.display())]
    Odd(PathBuf),
    #[error("too large")]
    TooLarge,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads what an archive is compressed to, no further than its own size warrants.
pub(crate) struct Unpressed<'a, R> {
    source: R,
    packed: &'a Cell<u64>,
    read: u64,
}

impl<'a, R: Read> Unpressed<'a, R> {
    /// `packed` counts the bytes that the decompressor has taken.
    pub(crate) fn new(source: R, packed: &'a Cell<u64>) -> Self {
        Self { source, packed, read: 0 }
    }
}

impl<R: Read> Read for Unpressed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.read += count as u64;
        if self.read > SMALL && self.read / MOST_RATIO > self.packed.get() {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        Ok(count)
    }
}

/// Reads no more than is allowed just now: what stands between two entries, such as
/// a name of a gigabyte, is held in memory.
struct Allowed<'a, R> {
    source: R,
    left: &'a Cell<u64>,
}

impl<R: Read> Read for Allowed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.left.get()).unwrap_or(usize::MAX).min(buffer.len());
        if left == 0 && !buffer.is_empty() {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let count = self.source.read(&mut buffer[..left])?;
        self.left.set(self.left.get() - count as u64);
        Ok(count)
    }
}

pub(crate) struct Counted<'a, R> {
    pub(crate) source: R,
    pub(crate) count: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}

/// Unpacks an archive into a folder, which is made, and returns its head.
pub(crate) fn unpack<H: DeserializeOwned>(file: impl Read, shape: Shape<'_>, into: &Path) -> Result<H, PackedError> {
    let begun = Instant::now();
    let allowed = Cell::new(MOST_HEADER);
    let mut archive = tar::Archive::new(Allowed { source: file, left: &allowed });
    let mut entries = archive.entries()?;
    let mut first = entries.next().ok_or(PackedError::NotOne)?.map_err(|_| PackedError::NotOne)?;
    if first.path().ok().as_deref() != Some(Path::new(shape.head)) {
        return Err(PackedError::NotOne);
    }
    let mut text = Vec::new();
    allowed.set(shape.most_head);
    first.by_ref().take(shape.most_head).read_to_end(&mut text)?;
    let form: Form = serde_json::from_slice(&text).map_err(|_| PackedError::NotOne)?;
    if form.format != shape.format {
        return Err(PackedError::Newer(form.format));
    }
    let head = serde_json::from_slice(&text).map_err(|error| PackedError::BadHead(error.to_string()))?;
    fs::create_dir_all(into)?;
    let mut left = shape.most;
    let mut links: Vec<(PathBuf, PathBuf)> = Vec::new();
    for number in 0.. {
        allowed.set(MOST_HEADER);
        let Some(entry) = entries.next() else { break };
        let mut entry = entry.map_err(too_large)?;
        let path = entry.path()?.into_owned();
        if !path.starts_with(shape.folder) {
            match shape.outside {
                Outside::Ends => break,
                Outside::LeadsOut => return Err(PackedError::LeadsOut(path)),
            }
        }
        if path.components().any(|part| !matches!(part, Component::Normal(_))) {
            return Err(PackedError::LeadsOut(path));
        }
        left = left.checked_sub(entry.size()).ok_or(PackedError::TooLarge)?;
        if number >= MOST_ENTRIES || path.components().count() > MOST_DEPTH || begun.elapsed() > MOST_TIME {
            return Err(PackedError::TooLarge);
        }
        let target = into.join(&path);
        allowed.set(entry.size());
        let made = match entry.header().entry_type() {
            EntryType::Directory => fs::create_dir_all(&target),
            EntryType::Regular => file_of(&mut entry, &target),
            EntryType::Symlink => {
                let leads = entry.link_name()?.unwrap_or_default().into_owned();
                links.push((target, leads));
                Ok(())
            }
            _ => return Err(PackedError::Odd(path)),
        };
        made.map_err(|error| of_entry(error, &path))?;
    }
    // Last, so that nothing is written through one.
    for (link, leads) in links {
        let path = link.strip_prefix(into).unwrap_or(&link).to_owned();
        link.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| symlink(leads, &link))
            .map_err(|error| of_entry(error, &path))?;
    }
    Ok(head)
}

fn file_of(entry: &mut tar::Entry<'_, impl Read>, target: &Path) -> io::Result<()> {
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    // Of the mode only this counts: no set-user-id, nothing that its owner can't read.
    let mode = if entry.header().mode()? & 0o111 == 0 { 0o644 } else { 0o755 };
    let modified = UNIX_EPOCH.checked_add(Duration::from_secs(entry.header().mtime()?)).unwrap_or(UNIX_EPOCH);
    let mut file = OpenOptions::new().write(true).create_new(true).open(target)?;
    io::copy(entry, &mut file)?;
    file.set_permissions(Permissions::from_mode(mode))?;
    file.set_modified(modified).or(Ok(()))
}

/// What is there twice, or a file and a folder at once, is the archive's doing.
fn of_entry(error: io::Error, path: &Path) -> PackedError {
    use io::ErrorKind::{AlreadyExists, InvalidFilename, IsADirectory, NotADirectory};
    match error.kind() {
        AlreadyExists | NotADirectory | IsADirectory | InvalidFilename => PackedError::Odd(path.to_owned()),
        _ => too_large(error),
    }
}

fn too_large(error: io::Error) -> PackedError {
    match error.kind() {
        io::ErrorKind::FileTooLarge => PackedError::TooLarge,
        _ => PackedError::Io(error),
    }
}

#[derive(Deserialize)]
struct Form {
    format: u32,
}

pub(crate) fn append_head(
    archive: &mut tar::Builder<impl io::Write>,
    path: &str,
    head: &impl serde::Serialize,
) -> io::Result<()> {
    let text = serde_json::to_vec_pretty(head)?;
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, path, text.as_slice())
}
