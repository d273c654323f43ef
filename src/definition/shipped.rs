//! The labs that the binary carries, and where labs are found.
//!
//! Shipped labs are unpacked into the cache by their hash, so that the rest of
//! the program only knows folders, and an update never meets an old file.

use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// `labs/`, packed by `build.rs`.
static LABS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/labs.tar"));

/// The shipped pack's secret for nonces. At home it only makes learners'
/// values differ; an instructor's pack has one of its own in `pack.secret`.
const SHIPPED_SECRET: &str = "lab-runner's shipped labs";

/// A folder with labs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pack {
    pub(crate) folder: PathBuf,
    /// The key of its learners' nonces.
    pub(crate) secret: String,
}

/// Unpacks the shipped labs, if they aren't there yet, and returns their
/// folder. The cheap case is one look at a folder's name.
pub(crate) fn unpacked(cache: &Path) -> io::Result<PathBuf> {
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(LABS)[..8]);
    let packs = cache.join("packs");
    let folder = packs.join(&hash);
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(&packs)?;
    // Complete or absent: two processes may do this at once.
    let fresh = tempfile::Builder::new().prefix(".new-").tempdir_in(&packs)?;
    tar::Archive::new(LABS).unpack(fresh.path())?;
    let fresh = fresh.keep();
    match fs::rename(&fresh, &folder) {
        Ok(()) => {}
        Err(_) if folder.is_dir() => fs::remove_dir_all(&fresh)?,
        Err(error) => {
            let _ = fs::remove_dir_all(&fresh);
            return Err(error);
        }
    }
    Ok(folder)
}

/// The `lab.yaml` of every shipped lab with its id, without unpacking anything.
pub(crate) fn definitions() -> io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in tar::Archive::new(LABS).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let mut parts = path.components();
        let id = parts.next().map(|part| part.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
        if parts.as_path() == Path::new("lab.yaml") {
            let mut source = String::new();
            entry.read_to_string(&mut source)?;
            found.push((id, source));
        }
    }
    Ok(found)
}

/// The packs to look in: those of `LAB_PATH` first, then the shipped one.
#[must_use]
pub(crate) fn packs(lab_path: &[PathBuf], shipped: &Path) -> Vec<Pack> {
    let own = lab_path.iter().map(|folder| Pack {
        folder: folder.clone(),
        secret: fs::read_to_string(folder.join("pack.secret"))
            .map_or_else(|_| SHIPPED_SECRET.to_owned(), |secret| secret.trim().to_owned()),
    });
    own.chain([Pack { folder: shipped.to_owned(), secret: SHIPPED_SECRET.to_owned() }]).collect()
}

/// The ids of a pack's labs: folders that hold a `lab.yaml`.
#[must_use]
pub(crate) fn labs_in(pack: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(pack) else { return Vec::new() };
    let mut ids: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("lab.yaml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    ids.sort();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn shipped_labs_keep_their_exec_bits_and_unpack_once() {
        let cache = tempfile::tempdir().unwrap();
        let folder = unpacked(cache.path()).unwrap();
        let script = folder.join("static-site/solutions/awscli/deploy.sh");
        assert_eq!(fs::metadata(script).unwrap().permissions().mode() & 0o111, 0o111);
        fs::write(folder.join("mark"), "").unwrap();
        assert_eq!(unpacked(cache.path()).unwrap(), folder);
        assert!(folder.join("mark").exists(), "it wasn't unpacked again");
    }

    #[test]
    fn definitions_are_read_without_unpacking() {
        let ids: Vec<String> = definitions().unwrap().into_iter().map(|(id, _)| id).collect();
        assert!(ids.contains(&"static-site".to_owned()), "{ids:?}");
    }
}
