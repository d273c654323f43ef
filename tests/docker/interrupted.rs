//! Signals in each phase: exit code 130 before what runs can end, and nothing left.

use super::between::engine_that_changes_nothing;
use super::ground::{Ground, docker, image, within};
use super::running::Running;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// Presses Ctrl-C and sees what is to be seen after it in every phase.
#[track_caller]
fn ends_cleanly(ground: &Ground, running: Running) {
    running.interrupt();
    let ran = running.wait().exits(130);
    assert!(ran.stderr.contains("interrupted: cleaning up"), "{ran}");
    ground.leaves_nothing();
}

/// The toolbox gets an image of its own whose making takes longer than any test.
fn with_a_slow_image() -> Ground {
    let ground = Ground::tiny(&[]);
    let folder = ground.pack().join(format!("images/{}-slow", image()));
    fs::create_dir(&folder).unwrap();
    let word = ground.lab.home().file_name().unwrap().to_string_lossy().into_owned();
    fs::write(folder.join("Dockerfile"), format!("FROM debian:trixie-slim\nRUN sleep 3600; : {word}\n")).unwrap();
    ground.edit(
        &format!("toolbox:\n    image: {{build: ../images/{}}}", image()),
        &format!("toolbox:\n    image: {{build: ../images/{}-slow}}", image()),
    );
    ground
}

/// Containers of the daemon's own that build the slow image.
fn builders(ground: &Ground) -> usize {
    let word = ground.lab.home().file_name().unwrap().to_string_lossy().into_owned();
    let output = docker(&["ps", "-a", "--no-trunc", "--format", "{{.Command}}"]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).matches(&word).count()
}

#[test]
fn while_an_image_is_built() {
    for command in ["start", "check"] {
        let ground = with_a_slow_image();
        let running = ground.spawn(&[command]);
        within("the build", || builders(&ground) == 1);
        ends_cleanly(&ground, running);
        within("the daemon ends the build too", || builders(&ground) == 0);
    }
}

#[test]
fn while_networks_and_containers_are_made() {
    let ground = Ground::tiny(&[]);
    // The first makes the images, so that the others are as fast as can be.
    ground.run(&["check", "usable"]).exits(0);
    for command in ["start", "check"] {
        for objects in [1, 2, 4] {
            let running = ground.spawn(&[command]);
            within("the first objects", || ground.objects().len() >= objects);
            ends_cleanly(&ground, running);
        }
    }
}

#[test]
fn while_a_service_is_waited_for() {
    for command in ["start", "check"] {
        let ground = Ground::tiny(&[("port: 8080}\n        within: 10m", "port: 8081}\n        within: 20m")]);
        let running = ground.spawn(&[command]);
        let filters = ["status=running", "label=org.lab-runner.service=web"];
        within("the service", || !ground.containers(&filters).is_empty());
        std::thread::sleep(Duration::from_millis(500));
        ends_cleanly(&ground, running);
    }
}

#[test]
fn while_checks_run() {
    let ground = Ground::tiny(&[]);
    ground.deploy("touch /work/here; trap '' INT TERM; sleep 3600");
    let running = ground.spawn(&["check"]);
    ground.wait_for_the_deploy();
    ends_cleanly(&ground, running);
}

#[test]
fn pressed_twice_it_still_cleans_up() {
    let ground = Ground::tiny(&[]);
    ground.deploy("touch /work/here; sleep 3600");
    let running = ground.spawn(&["check"]);
    ground.wait_for_the_deploy();
    running.interrupt();
    std::thread::sleep(Duration::from_millis(100));
    ends_cleanly(&ground, running);
}

#[test]
fn a_playground_that_stood_before_stays() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    let before = ground.objects();
    ground.edit("port: 8080}\n        within: 10m", "port: 8081}\n        within: 20m");
    let running = ground.spawn(&["start"]);
    std::thread::sleep(Duration::from_secs(1));
    running.interrupt();
    running.wait().exits(130);
    assert_eq!(ground.objects(), before);
}

#[test]
fn a_closed_terminal_and_a_termination_clean_up_as_well() {
    let endings: [fn(&mut Running); 2] = [Running::hang_up, |running| running.terminate()];
    for end in endings {
        let ground = Ground::tiny(&[]);
        ground.deploy("touch /work/here; trap '' INT TERM HUP; sleep 50");
        // Also where this test runs under `nohup`, which hands its ignoring of SIGHUP on.
        let lab = ground.lab.command(&ground.folder, &["check"]);
        let mut command = Command::new("env");
        command.arg("--default-signal=HUP").arg(lab.get_program()).args(lab.get_args()).env_clear();
        command.envs(lab.get_envs().filter_map(|(name, value)| Some((name, value?)))).current_dir(&ground.folder);
        let mut running = Running::begin(command);
        ground.wait_for_the_deploy();
        end(&mut running);
        running.wait().exits(130);
        ground.leaves_nothing();
    }
}

#[test]
fn a_sweep_that_the_engine_never_answers_keeps_nobody_waiting() {
    let ground = Ground::alone(&[]);
    ground.deploy("touch /work/here; sleep 50");
    let killed = ground.spawn(&["check"]);
    ground.wait_for_the_deploy();
    killed.kill();
    let left = ground.objects();
    assert!(!left.is_empty(), "there must be something to sweep");
    let engine = engine_that_changes_nothing(&ground);
    let status = || {
        let mut command = ground.lab.command(&ground.folder, &["status"]);
        command.env("DOCKER_HOST", engine.address());
        Running::begin(command)
    };

    let begun = Instant::now();
    status().wait().exits(0);
    let limit = begun.elapsed();
    assert!(engine.calls() > 0, "it tried to remove something");
    assert_eq!(ground.objects(), left, "and the engine heard of nothing");

    let asked = engine.calls();
    let running = status();
    within("the sweep", || engine.calls() > asked);
    running.interrupt();
    let after = Instant::now();
    let ran = running.wait();
    assert!(ran.stderr.contains("interrupted: cleaning up"), "{ran}");
    assert!(after.elapsed() < limit, "Ctrl-C waited for the sweep: {:?} of {limit:?}", after.elapsed());

    ground.run(&["status"]).exits(0);
    ground.leaves_nothing();
}
