//! Files that are whole or not there: written beside and renamed.

use crate::message::system_code;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// Replaces a file's contents at once; a crash leaves the old ones. `mode` is
/// the permission bits of the new file.
pub(crate) fn write(path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("a file needs a folder"))?;
    let mut fresh = tempfile::Builder::new().prefix(".new-").tempfile_in(folder).map_err(without_path)?;
    fresh.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
    fresh.write_all(contents)?;
    fresh.as_file().sync_all()?;
    fresh.persist(path).map_err(|error| error.error)?;
    // The rename itself must survive a crash, too.
    File::open(folder)?.sync_all()
}

/// How long one waits for another `lab` that changes a file of the same folder.
const PATIENCE: Duration = Duration::from_secs(5);

/// Does something to a folder's files while no other `lab` does.
pub(crate) fn alone<T>(folder: &Path, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    // The folder itself is locked: a file for it would be one more that a stranger may place.
    let lock = File::open(folder)?;
    let begun = Instant::now();
    while let Err(TryLockError::WouldBlock) = lock.try_lock() {
        if begun.elapsed() > PATIENCE {
            return Err(io::Error::from(io::ErrorKind::WouldBlock));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    act()
}

/// The error itself. tempfile adds a path that differs each time, says
/// nothing to a reader who named another, and hides the code in its text.
fn without_path(error: io::Error) -> io::Error {
    system_code(&error).map_or(error, io::Error::from_raw_os_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_no_path_of_ours() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(&folder.path().join("missing/file"), b"x", 0o600).unwrap_err();
        assert_eq!((error.kind(), error.to_string().contains(".new-")), (io::ErrorKind::NotFound, false), "{error}");
    }

    #[test]
    fn a_replaced_file_has_its_mode_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        write(&path, b"one", 0o600).unwrap();
        write(&path, b"two", 0o600).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
