//! The only reader of lab files. Every mistake points into the file.

use super::diagnostic::Diagnostics;
pub use super::document::{LoadError, MAX_BYTES};
use super::document::{document, read, without_mark};
pub use super::lint::Rigour;
use super::model::Lab;
use super::{kinds, lint};
use crate::check::program::{self, Definition};
use serde_yaml::{Location, Spanned};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) const LAB_FILE: &str = "lab.yaml";

/// Bytes that a file of a lab may have which isn't text for `lab` itself.
pub(crate) const MOST_FILE: u64 = 64 << 20;

#[derive(Debug, Clone)]
pub struct LoadedLab {
    pub lab: Lab,
    pub(crate) folder: PathBuf,
    pub(crate) source: Arc<str>,
}

/// Loads the lab of a folder: reads its `lab.yaml` and checks the rules that
/// it needs to run.
pub fn load(folder: &Path) -> Result<LoadedLab, LoadError> {
    load_as(folder, Rigour::Running)
}

#[tracing::instrument(level = "debug", name = "load", skip_all, fields(folder = %folder.display()))]
pub fn load_as(folder: &Path, rigour: Rigour) -> Result<LoadedLab, LoadError> {
    let file = folder.join(LAB_FILE);
    let source = read(&file)?.map_err(LoadError::Invalid)?;
    let source = without_mark(&source);
    let kinds = kinds::of(folder)?;
    let lab = program::knowing(&kinds, || check(&file, source, Some(folder), rigour));
    let mut lab = lab.map_err(LoadError::Invalid)?;
    let of_kinds: Vec<_> = lab.kinds().into_iter().flat_map(of_kind).collect();
    lab.environment.toolbox.files.extend(of_kinds);
    Ok(LoadedLab { lab, folder: folder.to_owned(), source: source.into() })
}

/// What the toolbox gets of a kind: where each of its files goes, and from where.
fn of_kind(kind: &'static Definition) -> impl Iterator<Item = (String, Spanned<String>)> {
    let files = kind.files.iter().filter_map(|file| Some((file, kind.folder.as_ref()?.join(file))));
    files.map(|(file, source)| {
        let source = Spanned::new(source.to_string_lossy().into_owned(), Location::UNKNOWN, Location::UNKNOWN);
        (format!("/opt/kinds/{}/{file}", kind.name), source)
    })
}

/// Reads the text of a lab file and checks all rules that need no other file.
pub fn parse(file: &Path, source: &str) -> Result<Lab, Diagnostics> {
    check(file, without_mark(source), None, Rigour::Running)
}

fn check(file: &Path, source: &str, folder: Option<&Path>, rigour: Rigour) -> Result<Lab, Diagnostics> {
    document(file, source, |lab, outline| lint::lint(lab, outline, folder, rigour))
}
