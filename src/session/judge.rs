//! By what a folder is judged, for reports.

use super::stock;
use crate::definition::digest::{self, LabDigest};
use crate::definition::load::LoadedLab;
use crate::outcome::Judge;
use std::io;

/// The digest of a lab with all that its images are built from.
pub(crate) fn digest(loaded: &LoadedLab) -> io::Result<LabDigest> {
    // What can't be built is told when it is to be built.
    let build = stock::folders(loaded).unwrap_or_default();
    digest::of(&loaded.folder, &build)
}

pub(super) fn judge(loaded: &LoadedLab, learner: &str, folder: Option<&str>) -> Option<Judge> {
    let LabDigest { whole, public } = digest(loaded).ok()?;
    Some(Judge {
        digest: whole,
        public_digest: public,
        path: loaded.folder.display().to_string(),
        learner: learner.to_owned(),
        folder_digest: folder.map(|folder| format!("sha256:{folder}")).unwrap_or_default(),
    })
}
