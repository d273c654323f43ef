//! A learner's folder from a lab's starter. Nothing that is there is ever
//! overwritten.

use crate::untrusted::{self, Links};
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub(crate) enum StarterError {
    /// The folder has something in it that isn't this lab's.
    #[error("`{}` isn't empty", folder.display())]
    NotEmpty { folder: PathBuf },
    #[error("`{}` is missing", starter.display())]
    NoStarter { starter: PathBuf },
    /// Something in the starter isn't the starter's own.
    #[error("`{}` leads out", path.display())]
    LeadsOut { path: PathBuf },
    #[error("`{}`: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// Copies a starter into a folder that is new or empty; how many files.
pub(crate) fn lay(starter: &Path, folder: &Path) -> Result<usize, StarterError> {
    if !starter.is_dir() {
        return Err(StarterError::NoStarter { starter: starter.to_owned() });
    }
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| StarterError::Io { path, source }
    };
    if folder.is_file() {
        return Err(StarterError::NotEmpty { folder: folder.to_owned() });
    }
    if folder.exists() && fs::read_dir(folder).map_err(io(folder))?.next().is_some() {
        return Err(StarterError::NotEmpty { folder: folder.to_owned() });
    }
    // Before anything is laid: a half-made folder would be in the way of the next start.
    if let Some(path) = untrusted::what_leads_out(starter).map_err(io(starter))? {
        return Err(StarterError::LeadsOut { path: starter.join(path) });
    }
    fs::create_dir_all(folder).map_err(io(folder))?;
    copy(starter, folder)
}

fn copy(from: &Path, to: &Path) -> Result<usize, StarterError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| StarterError::Io { path, source }
    };
    let mut files = 0;
    for entry in fs::read_dir(from).map_err(io(from))? {
        let entry = entry.map_err(io(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(io(&source))?;
        if kind.is_dir() {
            fs::create_dir_all(&target).map_err(io(&target))?;
            files += copy(&source, &target)?;
            continue;
        }
        if kind.is_symlink() {
            fs::read_link(&source).and_then(|leads| symlink(leads, &target)).map_err(io(&target))?;
        } else {
            let (mut from, metadata) = untrusted::open(&source, Links::Refused).map_err(io(&source))?;
            let made = fs::File::create_new(&target);
            made.and_then(|mut made| {
                std::io::copy(&mut from, &mut made)?;
                made.set_permissions(metadata.permissions())
            })
            .map_err(io(&target))?;
        }
        files += 1;
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let starter = tempfile::tempdir().unwrap();
        fs::write(starter.path().join("a"), "starter").unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "mine").unwrap();
        assert!(matches!(lay(starter.path(), folder.path()), Err(StarterError::NotEmpty { .. })));
        assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"mine");
    }

    #[test]
    fn a_starter_that_leads_out_is_refused_before_anything_is_laid() {
        for (name, target) in
            [("shadow", "/etc/passwd"), ("up", "../.."), ("environ", "/proc/self/environ"), ("gone", "x")]
        {
            let starter = tempfile::tempdir().unwrap();
            fs::create_dir(starter.path().join("a")).unwrap();
            fs::write(starter.path().join("a/file"), "x").unwrap();
            symlink(target, starter.path().join(name)).unwrap();
            let folder = tempfile::tempdir().unwrap();
            let new = folder.path().join("new");
            assert!(matches!(lay(starter.path(), &new), Err(StarterError::LeadsOut { .. })), "{name}");
            assert!(!new.exists(), "{name}");
        }
        let starter = tempfile::tempdir().unwrap();
        fs::write(starter.path().join("file"), "x").unwrap();
        symlink("file", starter.path().join("link")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(lay(starter.path(), &folder.path().join("new")).unwrap(), 2);
        assert_eq!(fs::read_link(folder.path().join("new/link")).unwrap(), Path::new("file"));
    }

    #[test]
    fn an_empty_folder_gets_every_file_with_its_exec_bit() {
        use std::os::unix::fs::PermissionsExt;
        let starter = tempfile::tempdir().unwrap();
        fs::create_dir(starter.path().join("site")).unwrap();
        fs::write(starter.path().join("site/index.html"), "x").unwrap();
        fs::write(starter.path().join("deploy.sh"), "x").unwrap();
        fs::set_permissions(starter.path().join("deploy.sh"), fs::Permissions::from_mode(0o755)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(lay(starter.path(), &folder.path().join("new")).unwrap(), 2);
        let mode = fs::metadata(folder.path().join("new/deploy.sh")).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111);
    }
}
