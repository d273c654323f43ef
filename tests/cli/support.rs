//! A machine of one's own for runs of the binary: nothing of the real one's
//! environment, home or engine shows.

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A home and a place to work in, both empty and gone in the end. There is no
/// engine on it, and a pack with the lab `demo`.
pub struct Machine {
    folder: TempDir,
}

/// One run, to be.
#[must_use]
pub struct Run<'a> {
    machine: &'a Machine,
    args: Vec<String>,
    env: Vec<(&'static str, String)>,
    folder: PathBuf,
}

/// What a run came to.
#[derive(Debug)]
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Machine {
    pub fn new() -> Self {
        // Of one length wherever it runs, so that lines wrap alike.
        let folder = tempfile::Builder::new().prefix("lab-").rand_bytes(8).tempdir_in("/tmp").unwrap();
        let machine = Self { folder };
        for name in ["home", "work"] {
            fs::create_dir(machine.folder.path().join(name)).unwrap();
        }
        machine
    }

    /// A machine on which the lab `demo` was begun, in `demo`.
    pub fn with_demo() -> Self {
        let machine = Self::new();
        let done = machine.lab(&["start", "demo", "--as", "pupil-7"]).without_git().done();
        assert_eq!(done.code, Some(3), "without an engine: {done:?}");
        machine
    }

    /// A path in the place to work in.
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join("work").join(path)
    }

    pub fn home(&self, path: &str) -> PathBuf {
        self.folder.path().join("home").join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Every path below the place to work in, sorted.
    pub fn tree(&self) -> Vec<String> {
        let root = self.path("");
        let mut found = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                found.push(path.strip_prefix(&root).unwrap().display().to_string());
                if path.is_dir() {
                    folders.push(path);
                }
            }
        }
        found.sort();
        found
    }

    /// A run of `lab` with these arguments.
    pub fn lab(&self, args: &[&str]) -> Run<'_> {
        Run {
            machine: self,
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            env: Vec::new(),
            folder: PathBuf::new(),
        }
    }

    /// What differs from run to run, made the same.
    fn plain(&self, text: &str) -> String {
        let own = self.folder.path().canonicalize().unwrap();
        let text = text.replace(&own.display().to_string(), "[MACHINE]");
        let text = text.replace(&self.folder.path().display().to_string(), "[MACHINE]");
        text.replace(&pack().display().to_string(), "[PACK]")
    }
}

/// The folder with the lab `demo`.
pub fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/labs")
}

impl Run<'_> {
    /// In the reader's language.
    pub fn lang(self, language: &str) -> Self {
        self.env("LAB_LANG", language)
    }

    pub fn env(mut self, name: &'static str, value: &str) -> Self {
        self.env.push((name, value.to_owned()));
        self
    }

    /// Where no git is to be found.
    pub fn without_git(self) -> Self {
        self.env("PATH", "/nonexistent")
    }

    /// Started in a folder of the place to work in.
    pub fn within(mut self, folder: impl AsRef<Path>) -> Self {
        folder.as_ref().clone_into(&mut self.folder);
        self
    }

    /// The command, for what a run alone can't show.
    pub fn command(&self) -> std::process::Command {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("lab"));
        command
            .env_clear()
            .env("HOME", self.machine.home(""))
            .env("LANG", "C.UTF-8")
            .env("PATH", "/usr/bin:/bin")
            .env("LAB_PATH", pack())
            .env("DOCKER_HOST", "unix:///nonexistent/docker.sock")
            .current_dir(self.machine.path(&self.folder))
            .args(&self.args)
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn done(self) -> Done {
        let output = Command::from_std(self.command()).output().unwrap();
        Done {
            code: output.status.code(),
            stdout: self.machine.plain(&String::from_utf8(output.stdout).unwrap()),
            stderr: self.machine.plain(&String::from_utf8(output.stderr).unwrap()),
        }
    }

    /// The run as a text for a golden file: its exit code and its two streams.
    pub fn screen(self) -> String {
        let shown = format!("$ lab {}", self.args.join(" "));
        let shown = self.machine.plain(&shown);
        let done = self.done();
        let code = done.code.map_or_else(|| "killed".to_owned(), |code| code.to_string());
        let stream =
            |name: &str, text: &str| if text.is_empty() { String::new() } else { format!("-- {name}\n{text}") };
        format!("{shown}\n{}{}-- exit {code}\n", stream("stdout", &done.stdout), stream("stderr", &done.stderr))
    }
}

/// The same run in English and in French, as one text.
pub fn in_both(run: impl Fn(&str) -> String) -> String {
    ["en", "fr"].map(run).join("\n")
}
