//! Many environments at once: none meets another.

use super::ground::{Ground, docker_text, write_script};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn two_folders_of_one_lab_have_playgrounds_of_their_own() {
    let ground = Ground::tiny(&[]);
    let other = ground.folder("other");

    ground.run(&["start"]).exits(0);
    ground.lab.run(&other, &["start"]).exits(0);

    // Every published port is the daemon's choice, so none can be in use.
    let mut ports = Vec::new();
    for container in ground.containers(&["status=running"]) {
        let listed = docker_text(&["port", &container]);
        ports.extend(listed.lines().map(|line| line.rsplit(' ').next().unwrap().to_owned()));
    }
    assert_eq!(ports.len(), 6, "gate, web and other, twice: {ports:?}");
    assert_eq!(ports.iter().collect::<BTreeSet<_>>().len(), 6, "{ports:?}");
    assert!(ports.iter().all(|port| port.starts_with("127.0.0.1:")), "{ports:?}");
    for (folder, word) in [(&ground.folder, "mine"), (&other, "yours")] {
        fs::write(folder.join("word"), word).unwrap();
        let said = ground.lab.run(folder, &["shell", "cat", "/work/word"]).exits(0);
        assert_eq!(said.stdout, word);
    }

    ground.run(&["stop"]).exits(0);
    let left = ground.objects();
    assert_eq!(left.len(), 7, "the other one stays: {left:?}");
    let said = ground.lab.run(&other, &["shell", "cat", "/work/word"]).exits(0);
    assert_eq!(said.stdout, "yours");
    ground.lab.run(&other, &["stop"]).exits(0);
    ground.leaves_nothing();
}

#[test]
fn eight_rooms_at_once_are_all_green() {
    let ground = Ground::tiny(&[]);
    let checks: Vec<_> = (0..8)
        .map(|number| {
            let folder = ground.folder(&format!("learner-{number}"));
            write_script(
                &folder.join("deploy.sh"),
                &format!("echo {number} > mine; sleep 2; [ $(cat mine) = {number} ]"),
            );
            let lab = &ground.lab;
            super::running::Running::begin(lab.command(&folder, &["check", "--all", "--format", "json"]))
        })
        .collect();

    for check in checks {
        let ran = check.wait().exits(0);
        assert_eq!(ran.json()["tally"]["passed"], 3, "{ran}");
        assert!(!ran.stderr.contains("left behind"), "none takes another's room for a dead one: {ran}");
    }
    ground.leaves_nothing();
}

#[test]
fn a_room_of_another_shell_is_not_taken_for_a_dead_one() {
    let ground = Ground::tiny(&[]);
    // A session without a runtime folder keeps its locks elsewhere.
    let elsewhere = ground.lab.home().join("no-session");
    fs::create_dir(&elsewhere).unwrap();

    let ran = ground.in_a_room(|| {
        let mut command = ground.lab.command(&ground.folder, &["gc"]);
        let output = command.env("XDG_RUNTIME_DIR", &elsewhere).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(ground.containers(&["status=running"]).len(), 4);
    });

    ran.exits(0);
    ground.leaves_nothing();
}
