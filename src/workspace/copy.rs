//! The safe copy of a learner's folder, as a tar archive for a clean room.
//!
//! The folder may be hostile and may change while it is read, so everything is
//! opened beneath one directory handle (`openat`), nothing is read through a link,
//! and the folder is listed, measured and judged before a byte of it is read.
//! `listing.rs` lists it; `archive.rs` holds what is written and the judgement
//! of the links.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use thiserror::Error;

use crate::workspace::archive::{self, Entry, EntryKind};
use crate::workspace::listing::{Listing, list, unreadable};

/// The user and group of the copy's files: who commands in a clean room run as.
pub(crate) const OWNER: u32 = 65_532;

/// Copies a folder into an anonymous archive and leaves the folder as it was.
///
/// The archive holds everything in the folder less what the `.gitignore` files
/// inside it name (with or without a repository; no other ignore file counts),
/// less `.lab` at the top, and less every `.git` unless the rules keep it.
/// Names are relative to the folder, sorted, and the folder itself has no entry,
/// so equal folders give equal archives. Files belong to the room's user and are
/// `rwxr-xr-x` if their owner may execute them, else `rw-r--r--`; times are in
/// whole seconds.
///
/// What leads out of the folder in the copy is an error, never left out in
/// silence. Links are judged as they will stand in the copy: one that points to
/// something left out is kept, and dangles there.
pub(crate) fn copy_folder(folder: &Path, rules: &CopyRules) -> Result<FolderCopy, CopyError> {
    until_unchanged(|| copy_once(folder, rules))
}

/// What the lab says of the copy (`environment.folder`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CopyRules {
    /// The most bytes that the copied files may hold together; default 64 MiB.
    pub(crate) max_bytes: u64,
    /// Whether `.git` is copied too, whole, whatever `.gitignore` says; default no.
    pub(crate) keep_git: bool,
    /// The most entries (files, folders and links) of the copy; default 20,000.
    pub(crate) max_files: u64,
}

impl Default for CopyRules {
    fn default() -> Self {
        Self { max_bytes: 64 << 20, keep_git: false, max_files: 20_000 }
    }
}

#[derive(Debug)]
pub struct FolderCopy {
    /// The tar archive (GNU): an anonymous temporary file, rewound to its start,
    /// which the system removes when it is closed.
    pub archive: std::fs::File,
    /// How many files and links were copied; folders aren't counted.
    pub(crate) files: u64,
    /// What was ignored, sorted: a folder ignored as a whole is one item.
    /// `.lab` and `.git`, which nobody expects in the copy, aren't listed.
    pub(crate) left_out: Vec<LeftOut>,
    /// When anything that was copied last changed, by the system's own record.
    pub(crate) changed: SystemTime,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LeftOut {
    pub(crate) path: PathBuf,
    pub(crate) reason: LeftOutReason,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LeftOutReason {
    /// This `.gitignore` names it; relative to the folder.
    IgnoredBy(PathBuf),
}

/// Why a folder can't be copied. Paths are relative to the folder, except in
/// [`CopyError::NotAFolder`].
#[derive(Debug, Error)]
pub enum CopyError {
    /// Nothing is there, or something that isn't a folder.
    #[error("no folder at `{}`", path.display())]
    NotAFolder { path: PathBuf },
    /// Of a chain of links, this is the one that takes the step outside.
    #[error("the link `{}` leads out of the folder, to `{}`", path.display(), target.display())]
    LinkLeadsOut {
        path: PathBuf,
        /// What it says, verbatim.
        target: PathBuf,
    },
    /// Even a target inside the folder is elsewhere in the clean room.
    #[error("the link `{}` leads to an absolute path, `{}`", path.display(), target.display())]
    LinkAbsolute {
        path: PathBuf,
        /// What it says, verbatim.
        target: PathBuf,
    },
    /// Following the links up to this one takes more steps than any honest
    /// folder needs.
    #[error("the links of the folder, up to `{}`, are too tangled to follow", path.display())]
    LinksTangled {
        /// The link at which the patience ended.
        path: PathBuf,
    },
    /// Known before anything is read.
    #[error("{bytes} bytes to copy, more than {limit}")]
    TooBig {
        /// The most that the rules allow, in bytes.
        limit: u64,
        /// The sum of the files' lengths.
        bytes: u64,
        /// At most three files with their lengths, the longest first.
        largest: Vec<(PathBuf, u64)>,
    },
    /// Folders and links count too.
    #[error("more than {limit} files, folders and links to copy")]
    TooManyFiles {
        /// The most that the rules allow.
        limit: u64,
    },
    /// No honest folder is so deep.
    #[error("`{}` lies more than {limit} folders deep", path.display())]
    TooDeep {
        path: PathBuf,
        /// The most folders that may lie within each other.
        limit: usize,
    },
    /// Neither a file, nor a folder, nor a link.
    #[error("`{}` is a {kind}", path.display())]
    SpecialFile { path: PathBuf, kind: SpecialKind },
    /// The system refuses to read it, or it is a `.gitignore` that can't be used.
    #[error("`{}` can't be read", path.display())]
    Unreadable {
        /// Where it is; `.` is the folder itself.
        path: PathBuf,
        source: io::Error,
    },
    /// It was replaced, removed or shortened while it was copied, several times
    /// in a row.
    #[error("`{}` keeps changing while it is copied", path.display())]
    Changed { path: PathBuf },
    /// The temporary file that holds the archive can't be written.
    #[error("the temporary archive can't be written")]
    Archive(#[source] io::Error),
}

/// The files that no archive can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum SpecialKind {
    Socket,
    Fifo,
    /// A character or block device.
    Device,
}

/// How often a folder that changes while it is copied is copied again.
const ATTEMPTS: u32 = 3;

/// An editor that saves by renaming, or a service that writes its scratch files
/// here, is no reason to refuse: the next listing is usually in peace.
fn until_unchanged<T>(mut attempt: impl FnMut() -> Result<T, CopyError>) -> Result<T, CopyError> {
    for _ in 1..ATTEMPTS {
        match attempt() {
            Err(CopyError::Changed { .. }) => {}
            result => return result,
        }
    }
    attempt()
}

fn copy_once(folder: &Path, rules: &CopyRules) -> Result<FolderCopy, CopyError> {
    let root = Dir::open_ambient_dir(folder, ambient_authority()).map_err(|source| {
        use io::ErrorKind::{NotADirectory, NotFound};
        let path = folder.to_path_buf();
        match source.kind() {
            NotFound | NotADirectory => CopyError::NotAFolder { path },
            _ => unreadable(Path::new(""), source),
        }
    })?;
    let Listing { entries, left_out, changed } = list(&root, rules)?;
    archive::refuse_links_that_lead_out(&entries)?;
    refuse_too_big(&entries, rules.max_bytes)?;
    let files = entries.iter().filter(|entry| entry.kind != EntryKind::Folder).count() as u64;
    let archive = archive::write(&root, &entries)?;
    Ok(FolderCopy { archive, files, left_out, changed })
}

fn refuse_too_big(entries: &[Entry], limit: u64) -> Result<(), CopyError> {
    let mut sizes: Vec<(&Path, u64)> = entries.iter().map(|e| (e.path.as_path(), e.size())).collect();
    let bytes = sizes.iter().fold(0_u64, |sum, (_, size)| sum.saturating_add(*size));
    if bytes <= limit {
        return Ok(());
    }
    // The sort is stable, so that equals stay in the order of their names.
    sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let largest = sizes.into_iter().filter(|(_, size)| *size > 0).take(3);
    let largest = largest.map(|(path, size)| (path.to_path_buf(), size)).collect();
    Err(CopyError::TooBig { limit, bytes, largest })
}

#[cfg(test)]
mod tests;
