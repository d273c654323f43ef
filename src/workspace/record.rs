//! `.lab/`: what a learner's folder knows of its lab.
//!
//! `lab.json` and `progress.json` travel with the learner's repository;
//! `local/` holds what belongs to this machine (0600, ignored). Everything is
//! replaced at once, and what can't be read is set aside, never lost.

use super::aside::SetAside;
use super::atomic;
use super::newer::{self, MOST};
use super::progress::TaskProgress;
use crate::definition::model::Lab;
use crate::definition::name::{LabId, LearnerId};
use crate::outcome::Outcome;
use crate::untrusted::{self, Links};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The version of the files' form. A newer one is read as far as it goes, and
/// what isn't known of it stays (`newer.rs`).
const FORMAT: u32 = 1;

/// Which lab a folder belongs to, and whose work it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    #[serde(default)]
    pub(crate) format: u32,
    pub(crate) lab: LabId,
    /// The lab's version when the folder was made.
    #[serde(default)]
    pub(crate) version: String,
    /// The learner's id: drawn once, or given by an instructor.
    pub(crate) learner: LearnerId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Local {
    /// The playground's `run.nonce`.
    #[serde(deserialize_with = "drawn")]
    pub(crate) run_nonce: String,
    #[serde(deserialize_with = "without_controls")]
    pub(crate) secrets: BTreeMap<String, String>,
    #[serde(deserialize_with = "drawn")]
    pub gate_password: String,
}

/// Reads secrets, which become variables: those of a hand's edit may be what no variable can.
fn without_controls<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let secrets = BTreeMap::<String, String>::deserialize(deserializer)?;
    let plain = !secrets.values().any(|secret| secret.chars().any(char::is_control));
    if plain { Ok(secrets) } else { Err(D::Error::custom("a secret that lab didn't draw")) }
}

/// Reads a text as `lab` draws it.
fn drawn<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { Ok(text) } else { Err(D::Error::custom("a text that lab didn't draw")) }
}

/// A learner's folder, by its canonical path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    pub folder: PathBuf,
}

impl Workspace {
    /// The folder that `from` lies in, upwards: the nearest with a record.
    pub(crate) fn around(from: &Path) -> Option<Self> {
        let from = fs::canonicalize(from).ok()?;
        from.ancestors()
            .find(|folder| folder.join(".lab/lab.json").symlink_metadata().is_ok())
            .map(|folder| Self { folder: folder.to_owned() })
    }

    pub fn record(&self) -> io::Result<Record> {
        serde_json::from_slice(&self.read_own("lab.json", MOST)?).map_err(io::Error::from)
    }

    /// Writes the record and what goes with it.
    pub fn write_record(&self, record: &Record) -> io::Result<()> {
        let folder = self.folder.join(".lab");
        self.refuse_links()?;
        fs::create_dir_all(&folder)?;
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            atomic::write(
                &ignore,
                b"# What belongs to this machine stays here; the rest is your progress: commit it.\nlocal/\n",
                0o644,
            )?;
        }
        self.write("lab.json", record, 0o644)
    }

    /// The progress; none yet is the same as an empty one. What can't be read
    /// is set aside, and said.
    pub(crate) fn progress(&self) -> io::Result<(TaskProgress, Option<SetAside>)> {
        let (progress, aside) = self.read("progress.json")?;
        Ok((progress.unwrap_or_default(), aside))
    }

    /// Adds an outcome, and the version of the folder that it judged, to the
    /// progress. Errors change nothing.
    pub(crate) fn add(&self, outcome: &Outcome, version: Option<&str>) -> io::Result<TaskProgress> {
        self.update(|progress| progress.add(outcome, version))
    }

    /// Changes the progress as it stands now, and returns it.
    pub(crate) fn update(&self, change: impl FnOnce(&mut TaskProgress)) -> io::Result<TaskProgress> {
        atomic::alone(&self.folder.join(".lab"), || {
            let (mut progress, _) = self.progress()?;
            progress.format = FORMAT;
            change(&mut progress);
            self.write("progress.json", &progress, 0o644)?;
            Ok(progress)
        })
    }

    /// What belongs to this machine, made by `fresh` when it isn't there.
    pub fn local(&self, fresh: impl FnOnce() -> Local) -> io::Result<(Local, Option<SetAside>)> {
        let (local, aside) = self.read("local/state.json")?;
        if let Some(local) = local {
            return Ok((local, aside));
        }
        let folder = self.folder.join(".lab/local");
        fs::create_dir_all(&folder)?;
        let local = fresh();
        self.write("local/state.json", &local, 0o600)?;
        Ok((local, aside))
    }

    pub(crate) fn write_local(&self, local: &Local) -> io::Result<()> {
        self.write("local/state.json", local, 0o600)
    }

    /// Reads a file of `.lab/`, which whoever made the folder may have placed.
    pub(super) fn read_own(&self, name: &str, most: u64) -> io::Result<Vec<u8>> {
        self.refuse_links()?;
        untrusted::read(&self.folder.join(".lab").join(name), Links::Refused, most)
    }

    /// What is read and written below `.lab/` lies in this folder, nowhere else.
    pub(crate) fn refuse_links(&self) -> io::Result<()> {
        untrusted::refuse_link(&self.folder.join(".lab"))?;
        untrusted::refuse_link(&self.folder.join(".lab/local"))
    }

    /// Writes a file; what a newer `lab` has put there beside stays.
    fn write<T: Serialize>(&self, name: &str, value: &T, mode: u32) -> io::Result<()> {
        self.refuse_links()?;
        let path = self.folder.join(".lab").join(name);
        let mut text = serde_json::to_vec_pretty(&newer::merged(serde_json::to_value(value)?, &path))?;
        text.push(b'\n');
        atomic::write(&path, &text, mode)
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> io::Result<(Option<T>, Option<SetAside>)> {
        let path = self.folder.join(".lab").join(name);
        let text = match self.read_own(name, MOST) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((None, None)),
            Err(error) => return Err(error),
        };
        match serde_json::from_slice(&text) {
            Ok(value) => Ok((Some(value), None)),
            Err(error) => Ok((None, Some(SetAside::new(&path, error.to_string())?))),
        }
    }
}

impl Record {
    pub fn new(lab: &Lab, learner: LearnerId) -> Self {
        Self { format: FORMAT, lab: lab.id.value.clone(), version: lab.version.value.clone(), learner }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace { folder: fs::canonicalize(folder.path()).unwrap() };
        let record = Record {
            format: 1,
            lab: "demo".parse().unwrap(),
            version: "1.0.0".into(),
            learner: "abc".parse().unwrap(),
        };
        workspace.write_record(&record).unwrap();
        (folder, workspace)
    }

    #[test]
    fn what_several_change_at_once_is_all_kept() {
        let (_folder, workspace) = workspace();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let workspace = &workspace;
                scope.spawn(move || {
                    for hint in 1..=10 {
                        workspace.update(|progress| progress.read_hint(&format!("task-{number}"), hint)).unwrap();
                    }
                });
            }
        });
        let progress = workspace.progress().unwrap().0;
        assert_eq!((progress.hints_read, progress.hints.len()), (80, 8));
    }

    #[test]
    fn a_folder_inside_finds_its_workspace() {
        let (folder, workspace) = workspace();
        let inside = folder.path().join("site/css");
        fs::create_dir_all(&inside).unwrap();
        assert_eq!(Workspace::around(&inside), Some(workspace));
    }

    #[test]
    fn an_unreadable_progress_is_set_aside_and_kept() {
        let (folder, workspace) = workspace();
        let path = folder.path().join(".lab/progress.json");
        for round in 1..=2 {
            fs::write(&path, "{half").unwrap();
            let (progress, aside) = workspace.progress().unwrap();
            assert_eq!(progress, TaskProgress::default());
            assert_eq!(fs::read(aside.unwrap().now).unwrap(), b"{half", "round {round}");
        }
    }

    #[test]
    fn what_no_variable_can_hold_is_set_aside_and_drawn_anew() {
        let drawn = |text: &str| Local { run_nonce: text.into(), secrets: BTreeMap::new(), gate_password: text.into() };
        for bad in [r#""run_nonce": """#, r#""gate_password": "a\u0000""#, r#""secrets": {"key": "a\nb"}"#] {
            let (folder, workspace) = workspace();
            let good = r#""run_nonce": "a", "gate_password": "b", "secrets": {"key": "it's <one>"}"#;
            let (key, _) = bad.split_once(':').unwrap();
            let fields = good.split(", ").map(|field| if field.starts_with(key) { bad } else { field });
            let path = folder.path().join(".lab/local/state.json");
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("{{{good}}}")).unwrap();
            assert_eq!(workspace.local(|| drawn("c")).unwrap().0.run_nonce, "a");
            fs::write(&path, format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))).unwrap();
            let (local, aside) = workspace.local(|| drawn("c")).unwrap();
            assert!(local == drawn("c") && aside.is_some(), "{bad}");
        }
    }

    #[test]
    fn what_a_newer_version_adds_is_no_error() {
        let (folder, workspace) = workspace();
        let text = r#"{"format": 7, "checks": {"deploy": "passed"}, "hints_read": 2, "badges": ["x"]}"#;
        fs::write(folder.path().join(".lab/progress.json"), text).unwrap();
        let (progress, aside) = workspace.progress().unwrap();
        assert_eq!((progress.hints_read, aside), (2, None));
    }

    #[test]
    fn a_file_that_only_counts_hints_goes_on_counting() {
        let (folder, workspace) = workspace();
        fs::write(folder.path().join(".lab/progress.json"), r#"{"format": 1, "hints_read": 2}"#).unwrap();
        let progress = workspace.update(|progress| progress.read_hint("publish", 1)).unwrap();
        assert_eq!((progress.hints_read, progress.hints["publish"]), (3, 1));
        assert_eq!(workspace.progress().unwrap().0, progress);
    }

    #[test]
    fn secrets_are_drawn_once_and_readable_by_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, workspace) = workspace();
        let fresh =
            |nonce: &str| Local { run_nonce: nonce.into(), secrets: BTreeMap::new(), gate_password: "pw".into() };
        assert_eq!(workspace.local(|| fresh("one")).unwrap().0.run_nonce, "one");
        assert_eq!(workspace.local(|| fresh("two")).unwrap().0.run_nonce, "one");
        let mode = fs::metadata(folder.path().join(".lab/local/state.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
