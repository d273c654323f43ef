//! Any file of the format: read, checked for what YAML hides, and made a typed value. Every
//! mistake points into the file.

use super::diagnostic::{Diagnostic, Diagnostics};
pub use super::outline::MAX_BYTES;
use super::outline::Outline;
use super::{serde_errors, yaml_pitfalls};
use crate::message::Message;
use crate::untrusted::{self, Links, Unfit, Why};
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub enum LoadError {
    Io {
        path: PathBuf,
        source: io::Error,
    },
    NotALab {
        path: PathBuf,
    },
    TooBig {
        path: PathBuf,
        /// The bytes it has, or those that were read before giving up.
        bytes: u64,
        limit: u64,
    },
    Invalid(Diagnostics),
}

impl LoadError {
    /// What is wrong, in one line. [`Diagnostics`] have more to show.
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::Io { path, source } => {
                message!("lab-unreadable", path = path, reason = source)
            }
            Self::NotALab { path } => message!("not-a-lab", path = path),
            Self::TooBig { path, bytes, limit } => {
                message!("lab-too-big", path = path, bytes = *bytes, limit = *limit)
            }
            Self::Invalid(diagnostics) => {
                message!("lab-invalid", path = &diagnostics.file, count = diagnostics.found.len() + diagnostics.more,)
            }
        }
    }
}

/// Some editors put a byte-order mark before the text. It is no part of it.
pub(super) fn without_mark(source: &str) -> &str {
    source.strip_prefix('\u{feff}').unwrap_or(source)
}

/// Reads a file of the format: its syntax, its traps, its shape, and then the
/// rules that no single field can break.
pub(super) fn document<T: DeserializeOwned>(
    file: &Path,
    source: &str,
    rules: impl FnOnce(&T, &Outline) -> Vec<Diagnostic>,
) -> Result<T, Diagnostics> {
    let refused = |found| Err(Diagnostics::new(file, source, found));
    if source.len() > MAX_BYTES {
        let message = message!("lab-too-big", path = file, bytes = source.len(), limit = MAX_BYTES);
        return refused(vec![Diagnostic::new(0..0, message)]);
    }
    let (outline, broken) = Outline::read(source);
    if let Some(error) = broken {
        return refused(vec![yaml_pitfalls::of_scan_error(&error, &outline)]);
    }
    if let Some(second) = outline.second {
        return refused(vec![Diagnostic::new(second..second + 3, message!("second-document"))]);
    }
    let mut found = yaml_pitfalls::find(&outline);
    match serde_errors::read(&outline) {
        Ok(read) => {
            // What a trap made of a value breaks rules, too; the trap says more.
            let broken = rules(&read, &outline);
            let traps: HashSet<usize> = found.iter().map(|trap| trap.span.start).collect();
            found.extend(broken.into_iter().filter(|rule| !traps.contains(&rule.span.start)));
            if found.is_empty() { Ok(read) } else { refused(found) }
        }
        Err(misfit) => {
            // What doesn't fit because of a trap needs no second word.
            if !found.iter().any(|trap| same_line(source, trap.span.start, misfit.span.start)) {
                found.push(*misfit);
            }
            refused(found)
        }
    }
}

fn same_line(source: &str, one: usize, other: usize) -> bool {
    let between = source.as_bytes().get(one.min(other)..one.max(other));
    between.is_some_and(|between| !between.contains(&b'\n'))
}

/// The text of a file; a text that isn't UTF-8 is a mistake with a place.
pub(super) fn read(path: &Path) -> Result<Result<String, Diagnostics>, LoadError> {
    let io = |source| LoadError::Io { path: path.to_owned(), source };
    let not_a_lab = || LoadError::NotALab { path: path.parent().unwrap_or(path).to_owned() };
    let limit = MAX_BYTES as u64;
    let bytes = match untrusted::read(path, Links::Followed, limit) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(not_a_lab());
        }
        Err(error) => {
            return Err(match Unfit::within(&error).map(|unfit| unfit.why) {
                Some(Why::NotAFile(_) | Why::AnotherUsers) => not_a_lab(),
                Some(Why::TooLarge(_)) => {
                    let bytes = std::fs::metadata(path).map_or(limit + 1, |metadata| metadata.len());
                    LoadError::TooBig { path: path.to_owned(), bytes, limit }
                }
                None => io(error),
            });
        }
    };
    Ok(String::from_utf8(bytes).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        Diagnostics::new(path, &text, vec![Diagnostic::new(start..start + 3, message!("not-utf8"))])
    }))
}
