//! Files of ours that can't be read: set aside, never lost.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file that can't be read as what it should be, and was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    pub(crate) path: PathBuf,
    pub(crate) now: PathBuf,
    pub(crate) reason: String,
}

impl SetAside {
    /// Sets a file aside, under a name that nothing has yet.
    pub(crate) fn new(path: &Path, reason: String) -> io::Result<Self> {
        let mut now = path.with_extension("json.unreadable");
        let mut count = 1;
        while now.exists() {
            count += 1;
            now = path.with_extension(format!("json.unreadable-{count}"));
        }
        fs::rename(path, &now)?;
        Ok(Self { path: path.to_owned(), now, reason })
    }
}
