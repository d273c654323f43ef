//! A folder starts over. What was there is moved into a backup beside it first,
//! so that at every moment all of it is in one of two places.

use super::newer::MOST;
use super::record::Workspace;
use super::starter::{self, StarterError};
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What a reset leaves where it is: the record and the learner's history.
const KEPT: [&str; 2] = [".lab", ".git"];
/// Resets within one second that find a name for their backup.
const MAX_SAME_SECOND: u32 = 100;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Done {
    /// Where everything is that was in the folder; none when it was empty.
    pub(crate) backup: Option<PathBuf>,
    pub(crate) files: usize,
}

/// Moves what is in the folder into a backup beside it, then lays the starter.
/// The folder itself stays, for a playground has it mounted. `now` is seconds
/// since 1970. An error leaves the folder as it was, or, where the system
/// refuses even that, the backup with all that isn't in the folder.
pub(crate) fn reset(folder: &Path, starter: &Path, now: u64) -> Result<Done, StarterError> {
    reset_with(folder, starter, now, &|from, to| fs::rename(from, to))
}

type Rename<'a> = &'a dyn Fn(&Path, &Path) -> io::Result<()>;

fn reset_with(folder: &Path, starter: &Path, now: u64, rename: Rename<'_>) -> Result<Done, StarterError> {
    // Whole before anything moves, on the folder's own file system.
    let local = folder.join(".lab/local");
    fs::create_dir_all(&local).map_err(failed(&local))?;
    let fresh = tempfile::Builder::new().prefix(".starter-").tempdir_in(&local).map_err(failed(&local))?;
    let files = starter::lay(starter, fresh.path())?;

    let old = names(folder)?;
    let backup = if old.is_empty() { None } else { Some(back_up(folder, &old, now, rename)?) };
    for name in names(fresh.path())? {
        let target = folder.join(&name);
        fs::rename(fresh.path().join(&name), &target).map_err(failed(&target))?;
    }
    Ok(Done { backup, files })
}

fn names(folder: &Path) -> Result<Vec<PathBuf>, StarterError> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(failed(folder))?;
    let names = entries.into_iter().map(|entry| PathBuf::from(entry.file_name()));
    let mut names: Vec<PathBuf> = names.filter(|name| KEPT.iter().all(|kept| name != Path::new(kept))).collect();
    names.sort();
    Ok(names)
}

fn back_up(folder: &Path, names: &[PathBuf], now: u64, rename: Rename<'_>) -> Result<PathBuf, StarterError> {
    let backup = new_backup(folder, now)?;
    keep_progress(folder, &backup)
        .map_err(Stopped::whole)
        .and_then(|()| move_all(folder, &backup, names, rename))
        .map_err(|stopped| {
            if stopped.whole {
                let _ = fs::remove_dir_all(&backup);
            }
            stopped.error
        })?;
    Ok(backup)
}

struct Stopped {
    error: StarterError,
    /// Whether everything is in the folder, so that the backup can go.
    whole: bool,
}

impl Stopped {
    fn whole(error: StarterError) -> Self {
        Self { error, whole: true }
    }
}

/// The backup's folder, under a name that nothing had.
fn new_backup(folder: &Path, now: u64) -> Result<PathBuf, StarterError> {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mode = fs::metadata(folder).map_err(failed(folder))?.permissions().mode();
    let stamp = stamp(now);
    let mut number = 1;
    loop {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let backup = folder.with_file_name(format!("{name}.backup-{stamp}{suffix}"));
        match fs::create_dir(&backup) {
            Ok(()) => {
                fs::set_permissions(&backup, fs::Permissions::from_mode(mode)).map_err(failed(&backup))?;
                return Ok(backup);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < MAX_SAME_SECOND => number += 1,
            Err(error) => return Err(failed(&backup)(error)),
        }
    }
}

/// `20261122-163931`, in UTC: it sorts, and is the same on every machine.
fn stamp(now: u64) -> String {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
    let text = humantime::format_rfc3339_seconds(time).to_string();
    text.chars().filter_map(|c| if c == 'T' { Some('-') } else { c.is_ascii_digit().then_some(c) }).collect()
}

/// The progress goes along as a copy. Without `lab.json` beside it the backup
/// is no lab's folder.
fn keep_progress(folder: &Path, backup: &Path) -> Result<(), StarterError> {
    let progress = folder.join(".lab/progress.json");
    let text = match (Workspace { folder: folder.to_owned() }).read_own("progress.json", MOST) {
        Ok(text) => text,
        Err(none) if none.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(&progress)(error)),
    };
    let target = backup.join(".lab");
    fs::create_dir(&target).map_err(failed(&target))?;
    fs::write(target.join("progress.json"), text).map_err(failed(&progress))
}

fn move_all(folder: &Path, backup: &Path, names: &[PathBuf], rename: Rename<'_>) -> Result<(), Stopped> {
    for (number, name) in names.iter().enumerate() {
        let (from, to) = (folder.join(name), backup.join(name));
        let Err(source) = rename(&from, &to) else { continue };
        let (moved, rest) = names.split_at(number);
        let error = if source.kind() == io::ErrorKind::CrossesDevices {
            // The folder is a mount of its own, or has one in it.
            match copy_all(folder, backup, rest) {
                // From here on the backup is complete, and stays.
                Ok(()) => return remove_all(folder, rest).map_err(|error| Stopped { error, whole: false }),
                Err(error) => error,
            }
        } else {
            failed(&from)(source)
        };
        return Err(Stopped { error, whole: move_back(folder, backup, moved) });
    }
    Ok(())
}

/// Whether everything that was moved is in the folder again.
fn move_back(folder: &Path, backup: &Path, moved: &[PathBuf]) -> bool {
    moved.iter().all(|name| fs::rename(backup.join(name), folder.join(name)).is_ok())
}

fn copy_all(folder: &Path, backup: &Path, names: &[PathBuf]) -> Result<(), StarterError> {
    names.iter().try_for_each(|name| copy_exactly(&folder.join(name), &backup.join(name)))
}

fn remove_all(folder: &Path, names: &[PathBuf]) -> Result<(), StarterError> {
    names.iter().try_for_each(|name| {
        let from = folder.join(name);
        let is_folder = fs::symlink_metadata(&from).is_ok_and(|metadata| metadata.is_dir());
        if is_folder { fs::remove_dir_all(&from) } else { fs::remove_file(&from) }.map_err(failed(&from))
    })
}

/// A file, link or folder with its modes and times; anything else is an error.
fn copy_exactly(from: &Path, to: &Path) -> Result<(), StarterError> {
    let io = failed(from);
    let metadata = fs::symlink_metadata(from).map_err(failed(from))?;
    if metadata.is_symlink() {
        return fs::read_link(from).and_then(|target| std::os::unix::fs::symlink(target, to)).map_err(io);
    }
    if metadata.is_dir() {
        fs::create_dir(to).map_err(failed(to))?;
        for entry in fs::read_dir(from).map_err(io)? {
            let name = entry.map_err(failed(from))?.file_name();
            copy_exactly(&from.join(&name), &to.join(&name))?;
        }
        return fs::set_permissions(to, metadata.permissions()).map_err(failed(to));
    }
    if !metadata.is_file() {
        return Err(io(io::Error::other("neither a file, nor a folder, nor a link")));
    }
    fs::copy(from, to).map_err(io)?;
    let copied = fs::File::open(to).map_err(failed(to))?;
    if let Ok(modified) = metadata.modified() {
        let _ = copied.set_modified(modified);
    }
    copied.sync_all().map_err(failed(to))
}

fn failed(path: &Path) -> impl Fn(io::Error) -> StarterError + use<> {
    let path = path.to_owned();
    move |source| StarterError::Io { path: path.clone(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::os::unix::fs::MetadataExt;
    use tempfile::TempDir;

    const NOW: u64 = 1_795_365_571;

    /// A learner's folder with work in it, and a starter.
    fn folders() -> (TempDir, PathBuf, PathBuf) {
        let top = tempfile::tempdir().unwrap();
        let (folder, starter) = (top.path().join("demo"), top.path().join("starter"));
        for (path, content) in [
            ("demo/.lab/lab.json", "record"),
            ("demo/.lab/progress.json", "progress"),
            ("demo/.git/HEAD", "history"),
            ("demo/.gitignore", "mine"),
            ("demo/deploy.sh", "mine"),
            ("demo/notes/a/b.md", "mine"),
            ("starter/.gitignore", "new"),
            ("starter/deploy.sh", "new"),
            ("starter/site/index.html", "new"),
        ] {
            let path = top.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        fs::set_permissions(folder.join("deploy.sh"), fs::Permissions::from_mode(0o750)).unwrap();
        std::os::unix::fs::symlink("deploy.sh", folder.join("link")).unwrap();
        (top, folder, starter)
    }

    /// Every file and link beneath a folder.
    fn tree(folder: &Path) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut left = vec![folder.to_owned()];
        while let Some(at) = left.pop() {
            for entry in fs::read_dir(&at).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                let metadata = fs::symlink_metadata(&path).unwrap();
                if metadata.is_dir() {
                    left.push(path);
                } else if metadata.is_symlink() {
                    found.insert(name, format!("-> {}", fs::read_link(&path).unwrap().display()));
                } else {
                    found.insert(name, format!("{} {:o}", fs::read_to_string(&path).unwrap(), metadata.mode() & 0o700));
                }
            }
        }
        found
    }

    const MINE: [(&str, &str); 5] = [
        (".gitignore", "mine 600"),
        (".lab/progress.json", "progress 600"),
        ("deploy.sh", "mine 700"),
        ("link", "-> deploy.sh"),
        ("notes/a/b.md", "mine 600"),
    ];
    const AFTER: [(&str, &str); 6] = [
        (".git/HEAD", "history 600"),
        (".gitignore", "new 600"),
        (".lab/lab.json", "record 600"),
        (".lab/progress.json", "progress 600"),
        ("deploy.sh", "new 600"),
        ("site/index.html", "new 600"),
    ];

    fn is(found: &BTreeMap<String, String>, wanted: &[(&str, &str)]) {
        let found: Vec<(&str, &str)> = found.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn the_starter_is_back_and_everything_else_is_in_the_backup() {
        let (top, folder, starter) = folders();
        let done = reset(&folder, &starter, NOW).unwrap();
        let backup = top.path().join("demo.backup-20261122-163931");
        assert_eq!(done, Done { backup: Some(backup.clone()), files: 3 });
        is(&tree(&folder), &AFTER);
        is(&tree(&backup), &MINE);
    }

    #[test]
    fn an_older_backup_is_never_touched() {
        let (top, folder, starter) = folders();
        let first = reset(&folder, &starter, NOW).unwrap().backup.unwrap();
        let second = reset(&folder, &starter, NOW).unwrap().backup.unwrap();
        assert_eq!(second, top.path().join("demo.backup-20261122-163931-2"));
        is(&tree(&first), &MINE);
    }

    #[test]
    fn a_folder_on_another_file_system_is_copied_whole_before_anything_goes() {
        let (_top, folder, starter) = folders();
        let across = |_: &Path, _: &Path| Err(io::ErrorKind::CrossesDevices.into());
        let backup = reset_with(&folder, &starter, NOW, &across).unwrap().backup.unwrap();
        is(&tree(&folder), &AFTER);
        is(&tree(&backup), &MINE);
    }

    #[test]
    fn what_fails_half_way_leaves_all_as_it_was() {
        let (top, folder, starter) = folders();
        let before = tree(&folder);
        for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::CrossesDevices] {
            let half = |from: &Path, to: &Path| {
                if from.ends_with("notes") { Err(kind.into()) } else { fs::rename(from, to) }
            };
            // A fifo can't be copied; it can be renamed.
            let fifo = folder.join("notes/fifo");
            assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
            assert!(reset_with(&folder, &starter, NOW, &half).is_err());
            fs::remove_file(&fifo).unwrap();
            assert_eq!(tree(&folder), before, "{kind}");
            assert_eq!(fs::read_dir(top.path()).unwrap().count(), 2, "no backup stays");
        }
    }

    #[test]
    fn a_lab_without_starter_changes_nothing() {
        let (top, folder, _) = folders();
        let before = tree(&folder);
        assert!(reset(&folder, &top.path().join("nothing"), NOW).is_err());
        assert_eq!(tree(&folder), before);
    }

    #[test]
    fn an_empty_folder_needs_no_backup() {
        let (_top, folder, starter) = folders();
        for name in names(&folder).unwrap() {
            let path = folder.join(name);
            if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
        }
        assert_eq!(reset(&folder, &starter, NOW).unwrap(), Done { backup: None, files: 3 });
        is(&tree(&folder), &AFTER);
    }
}
