//! `lab check --watch`: a save checks again in a room that was made ahead, and
//! Ctrl-C leaves nothing of it.

use super::ground::{Ground, within};
use std::fs::{self, File};
use std::io::Write;
use std::process::{Child, ChildStdin, Stdio};
use std::time::Duration;

/// A watch under way, whose two streams go to files.
struct Watch {
    child: Child,
    stdin: Option<ChildStdin>,
    folder: tempfile::TempDir,
}

impl Watch {
    fn begin(ground: &Ground, args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let stream = |name: &str| Stdio::from(File::create(folder.path().join(name)).unwrap());
        let args: Vec<&str> = ["check", "--watch"].iter().chain(args).copied().collect();
        let mut command = ground.lab.command(&ground.folder, &args);
        let mut child = command.stdin(Stdio::piped()).stdout(stream("out")).stderr(stream("err")).spawn().unwrap();
        let stdin = child.stdin.take();
        Self { child, stdin, folder }
    }

    fn read(&self, stream: &str) -> String {
        fs::read_to_string(self.folder.path().join(stream)).unwrap()
    }

    /// How often it has begun to wait.
    fn waits(&self) -> usize {
        self.read("err").matches("watching: each save runs the checks again").count()
    }

    #[track_caller]
    fn until(&self, waits: usize) {
        within(&format!("its {waits}. wait"), || self.waits() >= waits);
    }

    /// How often a verdict was shown.
    fn verdicts(&self) -> usize {
        self.read("out").matches(" points · ").count() + self.read("out").matches(" point · ").count()
    }

    #[track_caller]
    fn interrupt(mut self, ground: &Ground) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        within("its end", || self.child.try_wait().unwrap().is_some());
        assert_eq!(self.child.wait().unwrap().code(), Some(130), "{}", self.read("err"));
        ground.leaves_nothing();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_save_checks_again_and_so_does_enter_and_nothing_stays() {
    let ground = Ground::tiny(&[]);
    ground.deploy("exit 3");
    let mut watch = Watch::begin(&ground, &["deploy", "--report", "junit=report.xml"]);
    watch.until(1);
    assert!(watch.read("out").contains("actual    3"), "{}", watch.read("out"));
    // The next room is made while nobody waits for it: all but the folder.
    within("a room made ahead", || ground.containers(&["status=running"]).len() >= 4);

    ground.deploy("exit 0");
    watch.until(2);
    assert!(watch.read("out").contains("1 of 1 point"), "{}", watch.read("out"));
    assert_eq!(watch.verdicts(), 2);

    // A report in the folder is no save, nor is what `lab` keeps there.
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(watch.verdicts(), 2, "{}", watch.read("err"));

    // The same again is a save in which nothing has changed.
    ground.deploy("exit 0");
    watch.until(3);
    assert!(watch.read("err").contains("nothing that is judged has changed"), "{}", watch.read("err"));
    assert_eq!(watch.verdicts(), 2);

    watch.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    watch.until(4);
    assert_eq!(watch.verdicts(), 3, "Enter checks though nothing changed");

    within("a room made ahead", || ground.containers(&["status=running"]).len() >= 4);
    watch.interrupt(&ground);
}

#[test]
fn what_a_save_cannot_concern_is_not_asked_again() {
    let check = "      - id: readme\n        must: {en: \"there must be a README\"}\n        file: {path: README.md}\n        expect: {exists: true}\n      - id: deploy\n";
    let ground = Ground::tiny(&[("      - id: deploy\n", check)]);
    ground.deploy("exit 0");
    let watch = Watch::begin(&ground, &["readme", "deploy", "--format", "json", "--report", "json=last.json"]);
    watch.until(1);
    ground.deploy("exit 4");
    watch.until(2);
    assert!(watch.read("err").contains("because nothing that they read has changed: readme"), "{}", watch.read("err"));
    let last: serde_json::Value = serde_json::from_slice(&fs::read(ground.folder.join("last.json")).unwrap()).unwrap();
    let checks = last["tasks"][0]["checks"].as_array().unwrap();
    let found: Vec<_> = checks.iter().map(|check| (check["id"].as_str(), check["status"].as_str())).collect();
    assert_eq!(found, [(Some("readme"), Some("failed")), (Some("deploy"), Some("failed"))], "both are in the outcome");
    fs::write(ground.folder.join("README.md"), "x").unwrap();
    watch.until(3);
    let last: serde_json::Value = serde_json::from_slice(&fs::read(ground.folder.join("last.json")).unwrap()).unwrap();
    assert_eq!(last["tasks"][0]["checks"][0]["status"], "passed");
    watch.interrupt(&ground);
}

#[test]
fn interrupted_while_the_next_room_is_made_it_leaves_nothing() {
    let ground = Ground::tiny(&[]);
    ground.deploy("exit 0");
    for objects in [1, 3] {
        let watch = Watch::begin(&ground, &["usable"]);
        watch.until(1);
        within("some of the next room", || ground.objects().len() >= objects);
        watch.interrupt(&ground);
    }
}
