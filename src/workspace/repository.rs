//! A git repository for a new folder, so that its history begins with the
//! starter and not with the first thing that broke.

use std::path::Path;
use std::process::{Command, Stdio};

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

#[cfg(test)]
mod tests {
    use super::*;

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
