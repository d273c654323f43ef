//! The labs that the binary carries, and where labs are found.
//!
//! Shipped labs are unpacked into the cache by their hash, so that the rest of
//! the program only knows folders, and an update never meets an old file.

use super::kinds;
use crate::check::program::Definition;
use crate::untrusted::{self, Links};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

static LABS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/labs.tar"));

/// The shipped pack's secret for nonces. At home it only makes learners'
/// values differ; an instructor's pack has one of its own in `pack.secret`.
const SHIPPED_SECRET: &str = "lab-runner's shipped labs";

pub(crate) const SECRET_FILE: &str = "pack.secret";
const MOST_SECRET: u64 = 4 << 10;

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
    let ours = texts(|path| path.ends_with("lab.yaml") && path.components().count() == 2)?;
    let id = |path: &Path| path.components().next().map(|id| id.as_os_str().to_string_lossy().into_owned());
    Ok(ours.into_iter().map(|(path, source)| (id(&path).unwrap_or_default(), source)).collect())
}

/// The kinds of checks that live with the shipped labs.
pub(crate) fn kinds() -> io::Result<Vec<&'static Definition>> {
    let ours = texts(|path| path.starts_with(kinds::FOLDER) && path.ends_with(kinds::FILE))?;
    let read = |(path, source): (PathBuf, String)| kinds::parse(&path, &source);
    ours.into_iter().map(read).collect::<Result<_, _>>().map_err(|wrong| io::Error::other(format!("{wrong:?}")))
}

fn texts(wanted: impl Fn(&Path) -> bool) -> io::Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    for entry in tar::Archive::new(LABS).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        if wanted(&path) {
            let mut source = String::new();
            entry.read_to_string(&mut source)?;
            found.push((path, source));
        }
    }
    Ok(found)
}

/// The secret of a folder's labs: its own, or the shipped one's where it has none.
pub(crate) fn secret(pack: &Path) -> io::Result<String> {
    match untrusted::read_text(&pack.join(SECRET_FILE), Links::Refused, MOST_SECRET) {
        Ok(secret) => Ok(secret.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(SHIPPED_SECRET.to_owned()),
        Err(error) => Err(error),
    }
}

/// The ids of a pack's labs: folders that hold a `lab.yaml`.
pub(crate) fn labs_in(pack: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(pack) else { return Vec::new() };
    let mut ids: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("lab.yaml").is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
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
