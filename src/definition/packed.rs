//! Archives of ours: an entry that says what the archive is, then one folder.
//! Bundles and disputes are such.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// What an archive of one kind looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape<'a> {
    /// The path of its first entry, in JSON.
    pub(crate) head: &'a str,
    /// The version of its form.
    pub(crate) format: u32,
    /// Bytes of the first entry at the most.
    pub(crate) most_head: u64,
    /// The folder of all further entries.
    pub(crate) folder: &'a str,
    /// Bytes of those at the most.
    pub(crate) most: u64,
    /// What an entry outside of that folder means.
    pub(crate) outside: Outside,
}

/// What an entry outside of the archive's folder means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside {
    /// Our part ends before it, and somebody else's begins.
    Ends,
    /// The archive isn't to be trusted.
    LeadsOut,
}

/// Why an archive can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PackedError {
    /// It isn't one of this kind.
    #[error("another file")]
    NotOne,
    /// Another `lab`, a newer one, wrote it.
    #[error("format {0}")]
    Newer(u32),
    /// An entry leads out of its folder.
    #[error("{}", .0.display())]
    LeadsOut(PathBuf),
    /// It holds more than it may.
    #[error("too large")]
    TooLarge,
    /// It can't be read or unpacked.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Unpacks an archive into a folder, which is made, and returns its head.
pub(crate) fn unpack<H: DeserializeOwned>(file: impl Read, shape: Shape<'_>, into: &Path) -> Result<H, PackedError> {
    let mut archive = tar::Archive::new(file);
    let mut entries = archive.entries()?;
    let mut first = entries.next().ok_or(PackedError::NotOne)?.map_err(|_| PackedError::NotOne)?;
    if first.path().ok().as_deref() != Some(Path::new(shape.head)) {
        return Err(PackedError::NotOne);
    }
    let mut text = Vec::new();
    first.by_ref().take(shape.most_head).read_to_end(&mut text)?;
    let form: Form = serde_json::from_slice(&text).map_err(|_| PackedError::NotOne)?;
    if form.format != shape.format {
        return Err(PackedError::Newer(form.format));
    }
    let head = serde_json::from_slice(&text).map_err(|_| PackedError::NotOne)?;
    fs::create_dir_all(into)?;
    let mut left = shape.most;
    for entry in entries {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        if !path.starts_with(shape.folder) {
            match shape.outside {
                Outside::Ends => break,
                Outside::LeadsOut => return Err(PackedError::LeadsOut(path)),
            }
        }
        left = left.checked_sub(entry.size()).ok_or(PackedError::TooLarge)?;
        // Refuses `..`, and what would be written through a link.
        if path.components().any(|part| !matches!(part, Component::Normal(_))) || !entry.unpack_in(into)? {
            return Err(PackedError::LeadsOut(path));
        }
    }
    Ok(head)
}

/// What every format of a head has.
#[derive(Deserialize)]
struct Form {
    format: u32,
}

/// Adds an archive's first entry.
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
