//! One way to run `lab`, cut off from whoever runs the tests.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// After this, what hasn't come or hasn't ended fails its test. It says of no machine
/// how fast it is: what a test lets run for ever, or for an hour, is what it must end.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// A folder that all runs of the tests by one user share.
pub fn shared(name: &str) -> PathBuf {
    let user = rustix::process::geteuid().as_raw();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{user}"));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A home of its own for runs of `lab`: nothing of this process's environment
/// gets in but `PATH`, and where the Docker engine is.
#[must_use]
pub struct Lab {
    home: TempDir,
    env: Vec<(&'static str, OsString)>,
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Lab {
    pub fn new() -> Self {
        let home = tempfile::Builder::new().prefix("lab-test-").tempdir().unwrap();
        let lab = Self { home, env: Vec::new() };
        fs::create_dir(lab.home().join("run")).unwrap();
        lab
    }

    /// The home folder: as the engine's labels name it, without links.
    pub fn home(&self) -> PathBuf {
        fs::canonicalize(self.home.path()).unwrap()
    }

    /// A further environment variable.
    pub fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a variable of what is run from now on.
    pub fn set(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.env.push((name, value.into()));
    }

    /// The command, in a folder; what it prints is kept.
    pub fn command(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
        command.args(args).current_dir(folder).env_clear();
        for kept in ["PATH", "DOCKER_HOST"] {
            command.envs(std::env::var_os(kept).map(|value| (kept, value)));
        }
        let home = self.home();
        // Tests run side by side, each a stranger to the others; the strain has tests of its own.
        command.env("LAB_ASSUME_CALM", "1");
        command.env("LANG", "C.UTF-8").env("HOME", &home);
        command.env("XDG_STATE_HOME", home.join("state")).env("XDG_RUNTIME_DIR", home.join("run"));
        // Only unpacked labs are in there: they are the same for all.
        command.env("XDG_CACHE_HOME", shared("cache"));
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs `lab` to its end.
    pub fn run(&self, folder: &Path, args: &[&str]) -> Ran {
        let output = assert_cmd::Command::from_std(self.command(folder, args)).timeout(PATIENCE).output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// The same, if it ended with this code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// What `--format json` printed.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

/// A message in one line: those of `lab` are wrapped for a terminal.
pub fn in_one_line(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl std::fmt::Display for Ran {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "exit {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}
