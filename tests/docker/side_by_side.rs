//! Many environments at once: none meets another.

use super::ground::{Ground, docker_text, write_script};
use futures_util::future::join_all;
use lab_runner::definition::load::load;
use lab_runner::engine::{Engine, connect};
use lab_runner::event::Events;
use lab_runner::grade::Selection;
use lab_runner::outcome::RunScope;
use lab_runner::plan::Project;
use lab_runner::session::playground::SessionContext;
use lab_runner::session::{Dirs, clean_room};
use lab_runner::workspace::record::Workspace;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

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

    ground.run(&["stop", "--data"]).exits(0);
    let left = ground.objects();
    assert_eq!(left.len(), 7, "the other one stays: {left:?}");
    let said = ground.lab.run(&other, &["shell", "cat", "/work/word"]).exits(0);
    assert_eq!(said.stdout, "yours");
    ground.lab.run(&other, &["stop", "--data"]).exits(0);
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

/// As `lab test` does it: one process, one engine, one folder, eight rooms.
#[test]
fn eight_rooms_of_one_process_are_all_green_and_no_sweep_takes_one() {
    let ground = Ground::tiny(&[]);
    ground.deploy("echo $RANDOM > mine; before=$(cat mine); sleep 2; [ \"$(cat mine)\" = $before ]");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let events = Events::nowhere();
        let surroundings = connect::Surroundings {
            docker_host: std::env::var("DOCKER_HOST").ok(),
            assume_calm: true,
            ..connect::Surroundings::default()
        };
        let engine = Engine::connect(&surroundings, events.clone()).await.unwrap();
        let home = ground.lab.home();
        let dirs = Dirs { cache: home.join("cache"), state: home.join("state/lab"), run: home.join("run/lab") };
        let loaded = load(&ground.pack().join("tiny")).unwrap();
        let workspace = Workspace { folder: ground.folder.clone() };
        let record = workspace.record().unwrap();
        let gate = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs/images/gate");
        let cancel = CancellationToken::new();
        let setting = SessionContext {
            engine: &engine,
            dirs: &dirs,
            gate: &gate,
            loaded: &loaded,
            pack_secret: "",
            workspace: &workspace,
            record: &record,
            range: None,
            events: &events,
            cancel: &cancel,
        };
        let rooms = (0..8).map(|_| Box::pin(clean_room::check(&setting, &Selection::All, RunScope::All, 0, |_, _| {})));
        let ours = Project::playground(&loaded.lab.id.value, &ground.folder).name;
        let sweeps = async {
            loop {
                let swept = engine.sweep(clean_room::now()).await.unwrap();
                assert!(swept.environments.iter().all(|project| !project.starts_with(&ours)), "{swept:?}");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        let outcomes = tokio::select! {
            outcomes = join_all(rooms) => outcomes,
            () = sweeps => unreachable!("it sweeps for ever"),
        };
        for outcome in outcomes {
            assert_eq!(outcome.unwrap().tally.passed, 3);
        }
    });
    ground.leaves_nothing();
}
