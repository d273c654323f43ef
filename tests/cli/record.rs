//! Files of `.lab/` that can't be read: told, kept, never lost.

use super::support::{Machine, in_both};
use std::fs;
use std::os::unix::fs::PermissionsExt;

#[test]
fn an_unreadable_record_is_named_and_stays() {
    let machine = Machine::with_demo();
    machine.write("demo/.lab/lab.json", "{\"lab\": ");
    insta::assert_snapshot!(in_both(|language| {
        let commands = [["task"].as_slice(), &["check"], &["start", "demo"]];
        commands.map(|args| machine.lab(args).lang(language).within("demo").screen()).join("\n")
    }));
    assert_eq!(machine.read("demo/.lab/lab.json"), "{\"lab\": ");
    assert!(!machine.path("demo/demo").exists(), "no folder within the folder");
    let above = machine.lab(&["start", "demo"]).done();
    assert!(above.stderr.contains("lab.json can't be read"), "{}", above.stderr);
}

#[test]
fn unreadable_progress_is_set_aside_and_a_new_one_begun() {
    let machine = Machine::with_demo();
    machine.write("demo/.lab/progress.json", "not json");
    let done = machine.lab(&["status"]).within("demo").done();
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stdout.contains("0/5 points"), "{}", done.stdout);
    assert!(done.stderr.replace('\n', " ").contains("demo/.lab/progress.json ("), "it is said: {}", done.stderr);
    let kept = machine.tree().into_iter().find(|path| path.starts_with("demo/.lab/progress.json.")).unwrap();
    assert_eq!(machine.read(&kept), "not json");
}

#[test]
fn a_lab_that_is_gone_is_said() {
    let machine = Machine::with_demo();
    let done = machine.lab(&["task"]).env("LAB_PATH", "").within("demo").done();
    assert_eq!(done.code, Some(0), "this machine knows where it is: {done:?}");
    fs::remove_file(machine.home(".local/state/lab/known-folders.json")).unwrap();
    let done = machine.lab(&["task"]).env("LAB_PATH", "").within("demo").done();
    assert_eq!(done.code, Some(2), "{done:?}");
    assert!(done.stderr.contains("unknown lab `demo`"), "{}", done.stderr);
}

#[test]
fn a_folder_that_may_not_be_read_is_an_error_with_its_name() {
    let machine = Machine::new();
    let folder = machine.path("demo");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&folder).is_ok() {
        // Nothing is hidden from root.
        return;
    }
    let done = machine.lab(&["start", "demo"]).done();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(done.code, Some(3), "{done:?}");
    assert!(done.stderr.contains("work/demo: permission denied"), "{}", done.stderr);
}
