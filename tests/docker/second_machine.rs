//! A folder that travels: cloned on another machine, it goes on there from
//! nothing but itself.

use super::ground::{Ground, copy};
use crate::support::{Lab, Ran};
use std::fs;
use std::path::Path;

/// `lab` in a folder of another machine: no state, no cache, no runs of the first.
fn there(ground: &Ground, folder: &Path, args: &[&str]) -> Ran {
    let home = ground.lab.home().join("machine");
    fs::create_dir_all(home.join("run")).unwrap();
    let pack = ground.lab.home().join("elsewhere");
    if !pack.exists() {
        copy(&ground.pack(), &pack);
    }
    let second = Lab::new()
        .env("XDG_STATE_HOME", home.join("state"))
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env("LAB_PATH", pack);
    second.run(folder, args)
}

#[test]
fn a_folder_goes_on_where_it_was_on_a_second_machine() {
    let ground = Ground::alone(&[]);
    ground.deploy("echo one > /work/made; exit 0");
    ground.run(&["check", "--all"]).exits(0);
    fs::write(ground.folder.join("notes.txt"), "mine").unwrap();
    // What git would carry: `.lab/.gitignore` leaves out what is this machine's.
    let ignored = fs::read_to_string(ground.folder.join(".lab/.gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "local/"), "{ignored}");
    let folder = ground.lab.home().join("machine/clone");
    copy(&ground.folder, &folder);
    fs::remove_dir_all(folder.join(".lab/local")).unwrap();
    // The first machine is gone, and with it the pack's path of the record.
    fs::rename(ground.pack(), ground.lab.home().join("gone")).unwrap();
    copy(&ground.lab.home().join("gone"), &ground.lab.home().join("elsewhere"));

    let status = there(&ground, &folder, &["status"]).exits(0);
    assert!(status.stdout.contains("3/3 points"), "{status}");
    let none = there(&ground, &folder, &["report"]).exits(2);
    assert!(none.stderr.contains("nothing of tiny has been judged on this machine yet"), "{none}");
    there(&ground, &folder, &["start"]).exits(0);
    assert_eq!(fs::read_to_string(folder.join("notes.txt")).unwrap(), "mine", "the work is as it was");
    there(&ground, &folder, &["check", "--all"]).exits(0);
    there(&ground, &folder, &["report", "--format", "markdown"]).exits(0);
    there(&ground, &folder, &["stop", "--data"]).exits(0);
    ground.leaves_nothing();
}

#[test]
fn records_of_an_older_and_a_newer_lab_go_on_too() {
    let ground = Ground::alone(&[]);
    ground.deploy("exit 0");
    let record = ground.folder.join(".lab/lab.json");
    let progress = ground.folder.join(".lab/progress.json");
    let mut value: serde_json::Value = serde_json::from_slice(&fs::read(&record).unwrap()).unwrap();
    // An older one knew less.
    for later in ["format", "version"] {
        value.as_object_mut().unwrap().remove(later);
    }
    fs::write(&record, value.to_string()).unwrap();
    fs::write(&progress, r#"{"checks": {"page": "passed"}}"#).unwrap();
    ground.run(&["check", "deploy"]).exits(0);
    // A newer one knows more, and finds it again when the folder comes back.
    value["format"] = 9.into();
    value["team"] = "blue".into();
    fs::write(&record, value.to_string()).unwrap();
    fs::write(&progress, r#"{"format": 9, "checks": {"page": {"flaky": 2}}, "streak": 4}"#).unwrap();
    fs::create_dir_all(ground.folder.join(".lab/local")).unwrap();
    fs::write(ground.folder.join(".lab/local/outcome.json"), r#"{"format": 9}"#).unwrap();
    ground.run(&["report"]).exits(2);
    ground.run(&["start"]).exits(0);
    ground.run(&["check", "deploy"]).exits(0);
    ground.run(&["stop", "--data"]).exits(0);
    let kept: serde_json::Value = serde_json::from_slice(&fs::read(&progress).unwrap()).unwrap();
    assert_eq!((&kept["streak"], &kept["checks"]["page"]["flaky"], &kept["format"]), (&4.into(), &2.into(), &9.into()));
    assert_eq!(kept["checks"]["deploy"], "passed");
    let kept: serde_json::Value = serde_json::from_slice(&fs::read(&record).unwrap()).unwrap();
    assert_eq!(kept["team"], "blue");
    ground.run(&["report"]).exits(0);
    ground.leaves_nothing();
}
