//! Learners' folders that mean harm: what `.lab/` says, and where it leads.

use super::{clean, in_time, pipe};
use crate::cli::support::{Machine, pack};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::Command;

#[test]
fn files_of_ours_that_are_none_are_named_and_never_waited_for() {
    let mut seen = 0;
    for (file, command) in [
        (".lab/lab.json", ["status"].as_slice()),
        (".lab/progress.json", &["status"]),
        (".lab/progress.json", &["check", "--all"]),
        (".lab/progress.json", &["hint", "deploy"]),
        (".lab/local/outcome.json", &["report"]),
        (".lab/local/state.json", &["env"]),
    ] {
        for kind in ["pipe", "zero", "sparse", "folder", "link"] {
            let machine = Machine::with_demo();
            let path = machine.path("demo").join(file);
            let _ = fs::remove_file(&path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match kind {
                "pipe" => pipe(&path),
                "zero" => symlink("/dev/zero", &path).unwrap(),
                "sparse" => fs::File::create(&path).unwrap().set_len(30 << 30).unwrap(),
                "folder" => fs::create_dir(&path).unwrap(),
                _ => symlink("/etc/passwd", &path).unwrap(),
            }
            let (code, said) = in_time(machine.lab(command).within("demo").command());
            // Without an engine some commands end before they come to it.
            if said.contains("docker.sock") {
                continue;
            }
            seen += 1;
            assert_eq!(code, Some(2), "{file} {kind} {command:?}: {said}");
            assert!(said.replace("\n  ", "").contains(&file[5..]), "{file} {kind}: {said}");
            assert!(!said.contains("Your work is not the cause") && !said.contains("memory"), "{said}");
        }
    }
    assert!(seen >= 15, "{seen}: three of the commands need no engine");
}

#[test]
fn a_labs_name_that_is_none_is_told_in_words() {
    let machine = Machine::with_demo();
    for name in ["../../etc", "", "DEMO"] {
        let record = serde_json::json!({"format": 1, "lab": name, "version": "1.0.0", "learner": "x"});
        fs::write(machine.path("demo/.lab/lab.json"), record.to_string()).unwrap();
        let done = machine.lab(&["status"]).within("demo").done();
        assert!(done.code == Some(2) && !done.stderr.contains("message:"), "{done:?}");
    }
}

#[test]
fn a_learner_who_is_no_line_of_text_is_refused_in_words() {
    let machine = Machine::with_demo();
    let long = "a".repeat(101);
    for learner in ["", "a\nb", "\u{1b}[31mred", long.as_str()] {
        let record = serde_json::json!({"format": 1, "lab": "demo", "version": "1.0.0", "learner": learner});
        fs::write(machine.path("demo/.lab/lab.json"), record.to_string()).unwrap();
        for done in
            [machine.lab(&["status"]).within("demo").done(), machine.lab(&["start", "demo", "--as", learner]).done()]
        {
            assert!(
                done.code == Some(2) && done.stderr.replace("\n  ", " ").contains("a learner's id"),
                "{learner:?}: {done:?}"
            );
            clean(&done);
        }
    }
}

#[test]
fn a_folder_that_no_engine_can_be_told_of_is_refused_before_anything_is_laid() {
    let machine = Machine::with_demo();
    let named = machine.path(OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&named).unwrap();
    let started = machine.lab(&["start", "demo"]).within(&named).done();
    fs::rename(machine.path("demo"), named.join("moved")).unwrap();
    for done in [started, machine.lab(&["status"]).within(named.join("moved")).done()] {
        assert!(done.code == Some(2) && done.stderr.contains("isn't UTF-8"), "{done:?}");
    }
    assert_eq!(fs::read_dir(&named).unwrap().count(), 1, "nothing but what was moved there");
}

#[test]
fn a_folder_of_ours_that_is_a_link_leads_nowhere() {
    let machine = Machine::with_demo();
    fs::rename(machine.path("demo/.lab"), machine.path("elsewhere")).unwrap();
    symlink(machine.path("elsewhere"), machine.path("demo/.lab")).unwrap();
    let before = machine.read("elsewhere/lab.json");
    let done = machine.lab(&["status"]).within("demo").done();
    assert_eq!(done.code, Some(2), "{done:?}");
    assert_eq!(machine.read("elsewhere/lab.json"), before);
    assert!(!machine.path("elsewhere/progress.json").exists());
}

#[test]
fn a_submission_does_not_choose_its_judge() {
    let machine = Machine::with_demo();
    // A lab of the submission's own, of the same name, which it points to in every way there was.
    let evil = machine.path("demo/judge/demo");
    fs::create_dir_all(evil.parent().unwrap()).unwrap();
    Command::new("cp").arg("-r").arg(pack().join("demo")).arg(&evil).status().unwrap();
    let yaml = fs::read_to_string(evil.join("lab.yaml")).unwrap();
    fs::write(evil.join("lab.yaml"), yaml.replacen("version: ", "version: 66.", 1)).unwrap();
    let state = machine.home(".local/state/lab/known-folders.json");
    for (way, forgotten) in
        [("judge/demo".to_owned(), true), (evil.display().to_string(), true), ("judge/demo".to_owned(), false)]
    {
        if forgotten {
            let _ = fs::remove_file(&state);
        }
        let record = serde_json::json!({"format": 1, "lab": "demo", "version": "1", "learner": "peer", "pack": way, "judge": way, "lab_path": way});
        machine.write("demo/.lab/lab.json", &record.to_string());
        let done = machine.lab(&["status"]).within("demo").done();
        assert_eq!(done.code, Some(0), "{done:?}");
        assert!(!done.stdout.contains("66."), "{done:?}");
        fs::rename(&evil, machine.path("kept")).unwrap();
        assert_eq!(machine.lab(&["status"]).within("demo").done().stdout, done.stdout, "the same without it");
        fs::rename(machine.path("kept"), &evil).unwrap();
    }
}

#[test]
fn a_lab_of_ones_own_is_found_again_by_this_machine_alone() {
    let machine = Machine::new();
    Command::new("cp").arg("-r").arg(pack().join("demo")).arg(machine.path("demo")).status().unwrap();
    fs::create_dir(machine.path("mine")).unwrap();
    let started = machine.lab(&["-C", "mine", "start", "./demo"]).env("LAB_PATH", "").done();
    assert_eq!(started.code, Some(3), "without an engine: {started:?}");
    let status = |machine: &Machine| machine.lab(&["status"]).env("LAB_PATH", "").within("mine").done();
    assert_eq!(status(&machine).code, Some(0), "{:?}", status(&machine));
    fs::remove_file(machine.home(".local/state/lab/known-folders.json")).unwrap();
    let done = status(&machine);
    assert!(done.code == Some(2) && done.stderr.contains("lab start PATH/demo"), "{done:?}");
}
