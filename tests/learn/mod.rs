//! The learner's commands on a folder of their own. No engine is needed: what
//! needs one finds none.

mod hint;
mod open;
mod reset;
mod solution;

use crate::support::Lab;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const LAB: &str = include_str!("lab.yaml");

/// A machine without an engine, with a pack of one small lab, and a learner
/// who has started it.
struct Desk {
    lab: Lab,
}

/// What a command wrote, and its exit code.
struct Said {
    out: String,
    err: String,
    exit: i32,
}

impl Desk {
    fn new() -> Self {
        let lab = Lab::new();
        let pack = lab.home().join("pack");
        let desk = Self { lab: lab.env("LAB_PATH", pack).env("DOCKER_HOST", "unix:///nonexistent/docker.sock") };
        desk.write("pack/demo/lab.yaml", LAB);
        for text in ["publish.en", "publish.fr", "more.en", "more.fr"] {
            desk.write(&format!("pack/demo/tasks/{text}.md"), "Do it.\n");
        }
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
        self.lab.home().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, here: &str, args: &[&str]) -> Said {
        let ran = self.lab.run(&self.path(here), args);
        Said { exit: ran.code.unwrap(), out: ran.stdout, err: ran.stderr }
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
