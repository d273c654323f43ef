//! The learner's commands on a folder of their own. No engine is needed: what
//! needs one finds none.

mod hint;
mod open;
mod reset;
mod solution;

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const LAB: &str = include_str!("lab.yaml");

/// A machine without an engine, with a pack of one small lab, and a learner
/// who has started it.
struct Desk {
    top: TempDir,
}

/// What a command wrote, and its exit code.
struct Said {
    out: String,
    err: String,
    exit: i32,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { top: tempfile::tempdir().unwrap() };
        desk.write("pack/demo/lab.yaml", LAB);
        desk.write("pack/demo/starter/deploy.sh", "exit 1\n");
        desk.write("pack/demo/starter/site/index.html", "<h1>Start</h1>\n");
        desk.write("pack/demo/solutions/plain/deploy.sh", "#!/bin/sh\n# Copies the site.\ncp -r site /out\n");
        desk.write("pack/demo/solutions/plain/site/index.html", "<h1>Done</h1>\n");
        desk.write("pack/demo/solutions/terse/deploy.sh", "cp site/* /out\n");
        fs::create_dir_all(desk.path("home")).unwrap();
        let started = desk.command("home", &["start", "demo"]);
        assert_eq!(started.exit, 3, "the folder is made, and there is no engine: {}", started.err);
        assert!(desk.path("home/demo/.lab/lab.json").is_file());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.top.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, here: &str, args: &[&str]) -> Said {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("lab"));
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.path("home"))
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("LC_ALL", "C.UTF-8")
            .env("LAB_PATH", self.path("pack"))
            .env("DOCKER_HOST", "unix:///nonexistent/docker.sock")
            .current_dir(self.path(here))
            .args(args);
        let output = command.output().unwrap();
        Said {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            exit: output.status.code().unwrap(),
        }
    }

    /// A command in the learner's folder.
    fn lab(&self, args: &[&str]) -> Said {
        self.command("home/demo", args)
    }

    fn progress(&self) -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(self.path("home/demo/.lab/progress.json")).unwrap()).unwrap()
    }

    /// Checks with how they stand, and as many versions that failed in `publish`.
    fn stand(&self, checks: &[(&str, &str)], failed_versions: usize) {
        let checks: BTreeMap<_, _> = checks.iter().copied().collect();
        let versions: Vec<String> = (0..failed_versions).map(|number| format!("{number:012}")).collect();
        let mut progress = if self.path("home/demo/.lab/progress.json").exists() {
            self.progress()
        } else {
            serde_json::json!({"format": 1})
        };
        progress["checks"] = serde_json::json!(checks);
        progress["failed_versions"] = serde_json::json!({"publish": versions});
        self.write("home/demo/.lab/progress.json", &progress.to_string());
    }
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
