//! What the scenarios stand on: a lab for tests in a folder of its own, what
//! the daemon has of it, and a clean-up that holds whatever happens.

use super::running::Running;
use crate::support::{Lab, PATIENCE, Ran};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// The user of a clean room's commands.
pub const LEARNER: &str = "65532";
/// Environments of how many scenarios may run at once.
const AT_ONCE: usize = 2;
/// The shipped images around workflows.
const WORKFLOW: [&str; 7] = ["workflow", "shelf", "runner", "deploy-host", "deploy-web", "witness", "toolbox-cicd"];
static RUNNING: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// A learner's folder of a lab, and the right to use the daemon.
pub struct Ground {
    pub lab: Lab,
    /// The learner's folder.
    pub folder: PathBuf,
    id: &'static str,
    _images: Arc<Images>,
    turn: Option<Turn>,
}

/// Some of the turns that scenarios take.
struct Turn(usize);

/// The test lab's images, removed after the last scenario that uses them.
struct Images;

impl Ground {
    /// A folder of the tiny lab, whose definition `edits` changes first: each
    /// text that occurs once, and what replaces it.
    pub fn tiny(edits: &[(&str, &str)]) -> Self {
        Self::of("tiny", edits)
    }

    /// The same of another of the labs for tests.
    pub fn of(id: &'static str, edits: &[(&str, &str)]) -> Self {
        let ground = Self::new(id, |lab| {
            // What runs of a proof are laid in is beneath the home too.
            let (pack, scratch) = (lab.home().join("pack"), lab.home().join("tmp"));
            fs::create_dir(&scratch).unwrap();
            lab.env("LAB_PATH", pack).env("TMPDIR", scratch)
        });
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docker/labs"), &ground.pack());
        let shipped: &[&str] = if id == "workflow" { &WORKFLOW } else { &["garage", "toolbox-s3"] };
        for image in shipped {
            let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs/images").join(image);
            copy(&shipped, &ground.pack().join("images").join(image));
        }
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("labs/kinds"), &ground.pack().join("kinds"));
        // Images of a name that no other test run has.
        fs::rename(ground.pack().join("images/test-tiny"), ground.pack().join("images").join(image())).unwrap();
        let definition = ground.pack().join(id).join("lab.yaml");
        let text = fs::read_to_string(&definition).unwrap().replace("images/test-tiny", &format!("images/{}", image()));
        fs::write(&definition, text).unwrap();
        for (text, with) in edits {
            ground.edit(text, with);
        }
        ground.made(id)
    }

    /// A folder of a shipped lab whose definition may be changed: its pack is a copy.
    pub fn pack_of(id: &'static str) -> Self {
        let ground = Self::new(id, |lab| {
            let pack = lab.home().join("pack");
            lab.env("LAB_PATH", pack)
        });
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs");
        for folder in [id, "images", "kinds"] {
            copy(&shipped.join(folder), &ground.pack().join(folder));
        }
        ground.made(id)
    }

    /// The same while no other scenario runs: what a dead run leaves may be
    /// swept by any command of this user.
    pub fn alone(edits: &[(&str, &str)]) -> Self {
        let mut ground = Self::tiny(edits);
        // Its own turn is given back first, for two that wait would wait for ever.
        ground.turn = None;
        ground.turn = Some(Turn::take(AT_ONCE));
        ground
    }

    /// A folder of a shipped lab, with its starter.
    pub fn starter(id: &'static str) -> Self {
        Self::new(id, |lab| lab).made(id)
    }

    /// A folder of a shipped lab that holds one of its solutions.
    pub fn shipped(id: &'static str, solution: &str) -> Self {
        let ground = Self::new(id, |lab| lab).made(id);
        for entry in fs::read_dir(&ground.folder).unwrap().flatten().filter(|entry| entry.file_name() != ".lab") {
            let path = entry.path();
            if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
        }
        let solutions = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs").join(id).join("solutions");
        copy(&solutions.join(solution), &ground.folder);
        ground
    }

    fn new(id: &'static str, set: impl FnOnce(Lab) -> Lab) -> Self {
        // Held while waiting too, so that they aren't made again and again.
        let images = Images::shared();
        let turn = Turn::take(1);
        require_docker();
        let lab = set(Lab::new());
        let folder = lab.home().join("work").join(id);
        // One maker for each image, though each scenario has a home of its own.
        let locks = crate::support::shared("locks");
        let state = lab.home().join("state/lab");
        fs::create_dir_all(&locks).and_then(|()| fs::create_dir_all(&state)).unwrap();
        std::os::unix::fs::symlink(locks, state.join("locks")).unwrap();
        Self { lab, folder, id, _images: images, turn: Some(turn) }
    }

    /// Makes the learner's folder without an engine: its record and starter.
    fn made(self, id: &str) -> Self {
        self.make_folder(&self.folder, id);
        self
    }

    /// Another learner's folder of the same lab.
    pub fn folder(&self, name: &str) -> PathBuf {
        let folder = self.lab.home().join(name);
        self.make_folder(&folder, self.id);
        folder
    }

    fn make_folder(&self, folder: &Path, id: &str) {
        fs::create_dir_all(folder).unwrap();
        // The engine that isn't there comes after the folder is made.
        let mut command = self.lab.command(folder, &["start", id, "--folder", "."]);
        let output = command.env("DOCKER_HOST", "unix:///nonexistent.sock").output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(folder.join(".lab/lab.json").is_file());
    }

    /// The pack with the test lab.
    pub fn pack(&self) -> PathBuf {
        self.lab.home().join("pack")
    }

    /// Changes the test lab's definition.
    #[track_caller]
    pub fn edit(&self, text: &str, with: &str) {
        self.edit_file("lab.yaml", text, with);
    }

    /// Changes a file of the test lab.
    #[track_caller]
    pub fn edit_file(&self, file: &str, text: &str, with: &str) {
        let path = self.pack().join(self.id).join(file);
        let source = fs::read_to_string(&path).unwrap();
        assert_eq!(source.matches(text).count(), 1, "`{text}` must stand in {file} once");
        fs::write(path, source.replace(text, with)).unwrap();
    }

    /// Writes the learner's `deploy.sh`.
    pub fn deploy(&self, script: &str) {
        write_script(&self.folder.join("deploy.sh"), script);
    }

    /// Runs `lab` in the learner's folder.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.lab.run(&self.folder, args)
    }

    /// Runs `lab` in the learner's folder beside the test.
    pub fn spawn(&self, args: &[&str]) -> Running {
        Running::begin(self.lab.command(&self.folder, args))
    }

    /// What the starter's deploy prints in a clean room.
    #[track_caller]
    pub fn printed_in_a_room(&self, script: &str) -> String {
        self.deploy(&format!("{{ {script}\n}} 2>&1\nexit 1"));
        let ran = self.run(&["check", "deploy", "--format", "json"]).exits(1);
        evidence(&ran.json(), "stdout")
    }

    /// A label's value filters: this scenario's containers of a service.
    pub fn containers(&self, filters: &[&str]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for line in
            list(&["ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Label \"org.lab-runner.workspace\"}}"], filters)
        {
            let (id, workspace) = line.split_once(' ').unwrap_or((&line, ""));
            if self.is_ours(workspace) {
                found.push(id.to_owned());
            }
        }
        found
    }

    /// The one container of a service that runs, in a playground or a room.
    #[track_caller]
    pub fn container(&self, kind: &str, service: &str) -> String {
        let filters = [
            "status=running".to_owned(),
            format!("label=org.lab-runner.kind={kind}"),
            format!("label=org.lab-runner.service={service}"),
        ];
        let found = self.containers(&filters.each_ref().map(String::as_str));
        assert_eq!(found.len(), 1, "{kind} {service}: {found:?}");
        found[0].clone()
    }

    /// Everything that the daemon has of this scenario.
    pub fn objects(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (kind, command) in [("container", "ps -a"), ("network", "network ls"), ("volume", "volume ls")] {
            let mut args: Vec<&str> = command.split(' ').collect();
            let name = if kind == "container" { "{{.Names}}" } else { "{{.Name}}" };
            let format = format!("{name} {{{{.Label \"org.lab-runner.workspace\"}}}}");
            args.extend(["--format", &format]);
            for line in list(&args, &["label=org.lab-runner.project"]) {
                let (name, workspace) = line.split_once(' ').unwrap_or((&line, ""));
                if self.is_ours(workspace) {
                    found.insert(format!("{kind} {name}"));
                }
            }
        }
        found
    }

    fn is_ours(&self, workspace: &str) -> bool {
        Path::new(workspace).starts_with(self.lab.home())
    }

    /// Nothing may be left; looked at once, for nothing may be left *now*.
    #[track_caller]
    pub fn leaves_nothing(&self) {
        assert_eq!(self.objects(), BTreeSet::new());
    }

    /// A command in a room's container, while a deploy keeps the room open.
    pub fn exec(&self, kind: &str, service: &str, user: &str, script: &str) -> String {
        let container = self.container(kind, service);
        let output = docker(&["exec", "-u", user, &container, "sh", "-c", script]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    /// Holds a clean room open while `look` looks at it; the check then ends green.
    pub fn in_a_room(&self, look: impl FnOnce()) -> Ran {
        self.deploy("touch /work/here; until [ -e /work/done ]; do sleep 0.1; done");
        let check = self.spawn(&["check", "deploy", "usable", "--format", "json"]);
        self.wait_for_the_deploy();
        look();
        self.exec("room", "toolbox", LEARNER, "touch /work/done");
        check.wait()
    }

    /// Waits until a deploy has written `/work/here` in a room.
    #[track_caller]
    pub fn wait_for_the_deploy(&self) {
        let filters = ["label=org.lab-runner.kind=room", "label=org.lab-runner.service=toolbox"];
        within("the deploy to begin", || {
            self.containers(&filters)
                .iter()
                .any(|id| docker(&["exec", id, "test", "-e", "/work/here"]).output().unwrap().status.success())
        });
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let labelled = |command: &str| {
            self.objects()
                .into_iter()
                .filter_map(|object| object.strip_prefix(command).map(str::to_owned))
                .collect::<Vec<_>>()
        };
        for (kind, command) in [
            ("container ", vec!["rm", "-f", "-v"]),
            ("network ", vec!["network", "rm"]),
            ("volume ", vec!["volume", "rm"]),
        ] {
            for name in labelled(kind) {
                let _ = docker(&command).arg(name).output();
            }
        }
    }
}

impl Turn {
    fn take(turns: usize) -> Self {
        let (running, freed) = &RUNNING;
        let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
        while *running + turns > AT_ONCE {
            running = freed.wait(running).unwrap_or_else(PoisonError::into_inner);
        }
        *running += turns;
        Self(turns)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (running, freed) = &RUNNING;
        *running.lock().unwrap_or_else(PoisonError::into_inner) -= self.0;
        freed.notify_all();
    }
}

impl Images {
    fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Images>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let images = Arc::new(Self);
            *shared = Arc::downgrade(&images);
            images
        })
    }
}

impl Drop for Images {
    fn drop(&mut self) {
        for tag in list(&["images", "--format", "{{.Repository}}:{{.Tag}}"], &[]) {
            if tag.starts_with(&format!("lab-{}", image())) {
                let _ = docker(&["rmi", &tag]).output();
            }
        }
    }
}

/// The folder of the test lab's image; the tag begins with `lab-` and this.
pub fn image() -> String {
    format!("test-tiny-{}", std::process::id())
}

/// A docker command on the engine that `lab` uses.
pub fn docker(args: &[&str]) -> Command {
    let mut command = Command::new("docker");
    command.args(args).stdin(Stdio::null());
    command
}

/// What a docker command prints.
#[track_caller]
pub fn docker_text(args: &[&str]) -> String {
    let output = docker(args).output().unwrap();
    assert!(output.status.success(), "docker {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// The lines of a docker listing.
#[track_caller]
fn list(args: &[&str], filters: &[&str]) -> Vec<String> {
    let mut args = args.to_vec();
    for filter in filters {
        args.extend(["--filter", filter]);
    }
    docker_text(&args).lines().map(str::to_owned).collect()
}

/// For what only root can do.
#[track_caller]
pub fn require_root() {
    assert!(rustix::process::geteuid().is_root(), "only root can do this: scripts/test asks sudo for it");
}

fn require_docker() {
    let version = docker(&["version", "--format", "{{.Server.Version}}"]).output();
    let answered = version.is_ok_and(|output| output.status.success());
    assert!(answered, "these tests need a Docker daemon and the docker command");
}

/// Waits for what the daemon does in its own time.
#[track_caller]
pub fn within(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A check of an outcome in JSON.
#[track_caller]
pub fn check<'a>(outcome: &'a serde_json::Value, id: &str) -> &'a serde_json::Value {
    let tasks = outcome["tasks"].as_array().unwrap().iter();
    let mut checks = tasks.flat_map(|task| task["checks"].as_array().unwrap());
    checks.find(|check| check["id"] == id).unwrap_or_else(|| panic!("no check {id} in {outcome:#}"))
}

/// A piece of evidence of the failed `deploy`.
#[track_caller]
pub fn evidence(outcome: &serde_json::Value, name: &str) -> String {
    let deploy = check(outcome, "deploy");
    let all = deploy["failure"]["evidence"].as_array().unwrap_or_else(|| panic!("no evidence: {deploy:#}"));
    let found = all.iter().find(|evidence| evidence["name"] == name);
    found.map(|evidence| evidence["text"].as_str().unwrap().to_owned()).unwrap_or_default()
}

pub fn write_script(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/bash\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Copies a folder with its files and their modes.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
