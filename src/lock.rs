//! Locks among processes: files that the kernel frees when their holder ends,
//! whatever ended it. Nobody but this user can open one, and so hold it.

use crate::untrusted::{Unfit, Why};
use rustix::fs::OFlags;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;

/// How often a held lock is asked for again.
const AGAIN: Duration = Duration::from_millis(50);
/// How often a lock file may be removed just before it is locked.
const REMOVALS: u32 = 20;

/// A lock; free again when this is dropped, or its process ends.
#[derive(Debug)]
pub(crate) struct FileLock {
    path: PathBuf,
    _file: File,
}

impl FileLock {
    /// Takes a lock unless someone holds it. Its folder is made where it is missing.
    pub(crate) fn try_take(path: &Path) -> io::Result<Option<Self>> {
        if let Some(folder) = path.parent() {
            make_private(folder)?;
        }
        for _ in 0..REMOVALS {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false).mode(0o600);
            let mut file = options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path)?;
            match file.try_lock() {
                Ok(()) if is_at(&file, path)? => {
                    // An earlier version made it readable by everyone, and who can open it can hold it.
                    file.set_permissions(Permissions::from_mode(0o600))?;
                    file.set_len(0)?;
                    write!(file, "{}", std::process::id())?;
                    return Ok(Some(Self { path: path.to_owned(), _file: file }));
                }
                // A sweep removed it before it was locked.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(source)) => return Err(source),
            }
        }
        Ok(None)
    }

    /// Waits for a lock; after `patience` the holder's process is told once, as far as
    /// it is known. Polls, so that dropping the future ends the wait.
    pub(crate) async fn take(
        path: &Path,
        patience: Duration,
        waits_for: impl FnOnce(Option<u32>) + Send,
    ) -> io::Result<Self> {
        let begun = Instant::now();
        let mut waits_for = Some(waits_for);
        loop {
            if let Some(lock) = Self::try_take(path)? {
                return Ok(lock);
            }
            if begun.elapsed() > patience
                && let Some(waits_for) = waits_for.take()
            {
                waits_for(holder(path));
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the lock back and removes its file.
    pub(crate) fn remove(self) {
        // An absent file and a free lock mean the same.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether nobody holds a lock. One that can't be asked is held, as far as anyone knows.
pub(crate) fn is_free(path: &Path) -> bool {
    match File::open(path) {
        Ok(file) => file.try_lock().is_ok(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// Makes a folder that nobody else can enter, or closes one that is ours.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let found = fs::metadata(folder)?;
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(Unfit::error(folder, Why::AnotherUsers));
    }
    if found.mode() & 0o077 != 0 {
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// The process that holds a lock, as it wrote into the file.
fn holder(path: &Path) -> Option<u32> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Whether a file is still the one at its path.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(found) => Ok(found.ino() == file.metadata()?.ino()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn nobody_else_can_open_a_lock_nor_enter_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        // As an earlier version made them.
        let locks = folder.path().join("locks");
        fs::create_dir(&locks).unwrap();
        fs::set_permissions(&locks, Permissions::from_mode(0o755)).unwrap();
        let old = locks.join("old.lock");
        fs::write(&old, "").unwrap();
        fs::set_permissions(&old, Permissions::from_mode(0o644)).unwrap();
        for path in [old, locks.join("new.lock"), folder.path().join("deep/er/x.lock")] {
            let _lock = FileLock::try_take(&path).unwrap().unwrap();
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700), "{path:?}");
        }
    }

    #[test]
    fn a_lock_is_held_once_and_free_after_its_holder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        assert!(is_free(&path), "one that isn't there");
        let lock = FileLock::try_take(&path).unwrap().unwrap();
        assert!(FileLock::try_take(&path).unwrap().is_none());
        assert!(!is_free(&path));
        assert_eq!(holder(&path), Some(std::process::id()));
        drop(lock);
        assert!(is_free(&path));
    }

    #[test]
    fn a_lock_that_cannot_be_asked_is_held() {
        let folder = tempfile::tempdir().unwrap();
        let through_a_file = folder.path().join("file/a.lock");
        fs::write(folder.path().join("file"), "").unwrap();
        assert!(!is_free(&through_a_file), "not a directory, which tells nothing of its holder");
        let to_itself = folder.path().join("loop");
        std::os::unix::fs::symlink(&to_itself, &to_itself).unwrap();
        assert!(!is_free(&to_itself));
    }

    #[test]
    fn a_link_in_a_locks_place_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (precious, path) = (folder.path().join("precious"), folder.path().join("a.lock"));
        fs::write(&precious, "kept").unwrap();
        std::os::unix::fs::symlink(&precious, &path).unwrap();
        assert!(FileLock::try_take(&path).is_err());
        assert_eq!(fs::read_to_string(&precious).unwrap(), "kept");
    }

    #[tokio::test]
    async fn who_waits_says_so_once_and_then_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        let lock = FileLock::try_take(&path).unwrap().unwrap();
        let mut told = None;
        let taken = FileLock::take(&path, Duration::ZERO, |holder| {
            told = Some(holder);
            drop(lock);
        });
        assert!(taken.await.is_ok());
        assert_eq!(told, Some(Some(std::process::id())));
    }
}
