//! A git repository for a new folder, so that its history begins with the
//! starter and not with the first thing that broke.

use crate::untrusted::{self, Links};
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::path::{Component, Path};
use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;

/// Bytes of a `.git` that is a file: its one line is a path.
const LINK_MAX: u64 = 8 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repository {
    /// There is one now, with nothing committed yet.
    New,
    /// The folder lies in one, git isn't there, or didn't want to.
    Untouched,
}

/// Makes a folder a repository, where git is there and it isn't in one.
pub(crate) fn begin(folder: &Path) -> Repository {
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        // Where hooks or scripts call us, these name another repository.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR"] {
            command.env_remove(name);
        }
        command.current_dir(folder).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().ok().map(|status| status.success())
    };
    match git(&["rev-parse", "--git-dir"]) {
        Some(false) if git(&["init", "--quiet"]) == Some(true) => Repository::New,
        _ => Repository::Untouched,
    }
}

/// What a mount over `.git` keeps from those who write a folder, and with it git: its identity,
/// for a mount is of that one and of none that has its name later. None where it is a link, for a
/// mount has no hold on it, or where it names a place in the folder. Where there is no `.git`, an
/// empty folder is made: to git that is no repository, and `git init` fills it.
pub(crate) fn to_close(folder: &Path) -> io::Result<Option<String>> {
    let path = folder.join(".git");
    let found = match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let owner = fs::metadata(folder)?;
            fs::create_dir(&path)?;
            lchown(&path, Some(owner.uid()), Some(owner.gid()))?;
            fs::symlink_metadata(&path)?
        }
        found => found?,
    };
    if found.is_symlink() || (found.is_file() && leads_into(folder, &path)?) {
        return Ok(None);
    }
    // A number is used again, and not each file system knows when a file was made.
    let made = found.created().ok().and_then(|made| made.duration_since(UNIX_EPOCH).ok());
    Ok(Some(format!("{} {}", found.ino(), made.unwrap_or_default().as_nanos())))
}

/// Whether a `.git` that is a file names a place in a folder, or one behind a link in there.
fn leads_into(folder: &Path, path: &Path) -> io::Result<bool> {
    let text = untrusted::read_text(path, Links::Refused, LINK_MAX)?;
    // Git refuses a file of any other form, and looks no further.
    let Some(place) = text.strip_prefix("gitdir: ") else { return Ok(false) };
    let folder = fs::canonicalize(folder)?;
    let mut at = folder.clone();
    // Each step on the way, for a link in the folder can be replaced.
    for step in Path::new(place.trim_end_matches(['\n', '\r'])).components() {
        if step == Component::ParentDir {
            at.pop();
        } else {
            at.push(step);
        }
        let place = fs::canonicalize(&at).unwrap_or_else(|_| at.clone());
        if at.starts_with(&folder) || place.starts_with(&folder) {
            return Ok(true);
        }
        at = place;
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_git_into_the_folder_cannot_be_closed() {
        let ground = tempfile::tempdir().unwrap();
        let (folder, outside) = (ground.path().join("work"), ground.path().join("main/.git/worktrees/w"));
        fs::create_dir(&folder).unwrap();
        fs::create_dir_all(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, folder.join("link")).unwrap();
        let git = folder.join(".git");
        let closed = |text: String| {
            fs::write(&git, text).unwrap();
            to_close(&folder).unwrap().is_some()
        };
        let absolute = |path: &Path| format!("gitdir: {}\n", path.display());
        assert!(closed("gitdir: ../main/.git/worktrees/w\n".to_owned()) && closed(absolute(&outside)));
        assert!(closed("gitdir: ../none/of/these".to_owned()) && closed("no path at all".to_owned()));
        for inside in ["x", "./x", "link", "link/x", "../work/x", "../work/link", "../main/../work/x", "x/../../y"] {
            assert!(!closed(format!("gitdir: {inside}\n")), "{inside}");
        }
        assert!(!closed(absolute(&folder.join("x"))) && !closed(absolute(&folder.join("link"))));
        fs::remove_file(&git).unwrap();
        std::os::unix::fs::symlink(&outside, &git).unwrap();
        assert_eq!(to_close(&folder).unwrap(), None);
        fs::remove_file(&git).unwrap();
        let made = to_close(&folder).unwrap();
        assert!(made.is_some() && git.is_dir());
        assert_eq!(to_close(&folder).unwrap(), made, "the second time it is there");
        fs::rename(&git, folder.join("old")).unwrap();
        assert_ne!(to_close(&folder).unwrap(), made, "another one");
    }

    #[test]
    fn a_folder_is_made_a_repository_once_and_not_within_another() {
        let folder = tempfile::tempdir().unwrap();
        // Only where git is there can it be asked for.
        let there = Command::new("git").arg("--version").stdout(Stdio::null()).status().is_ok();
        assert_eq!(begin(folder.path()) == Repository::New, there);
        assert_eq!(folder.path().join(".git").is_dir(), there);
        let within = folder.path().join("within");
        std::fs::create_dir(&within).unwrap();
        if there {
            assert_eq!(begin(folder.path()), Repository::Untouched);
            assert_eq!(begin(&within), Repository::Untouched);
            assert!(!within.join(".git").exists());
        }
    }
}
