//! Environments that can't come up: exit code 3, the reason, and nothing left.

use super::ground::{Ground, check, docker, image};
use std::fs;

const READY: &str = "port: 8080}\n        within: 10m";
/// What makes the service the learner's own program.
const PROGRAM: &str = "[perl, /work/serve.pl]\n      user: \"1000\"\n      workspace: ro\n      runs: learner\n      env: {GREETING: \"hello\"}";

#[test]
fn a_service_that_never_serves_is_told_with_its_last_answer_and_log() {
    let ground = Ground::tiny(&[(READY, "port: 8081}\n        within: 2s")]);
    for command in ["start", "check"] {
        let ran = ground.run(&[command]).exits(3);
        for part in ["web wasn't ready after 2 s", "last probe", "tcp web:8081", "refused", "end of the log", "serving"]
        {
            assert!(ran.stderr.contains(part), "{part}: {ran}");
        }
        assert!(ran.stderr.contains("Your work is not the cause"), "{ran}");
        ground.leaves_nothing();
    }
}

#[test]
fn a_service_that_ends_at_once_is_told_with_its_exit_code_and_log() {
    let command = "      command: [perl, /serve.pl]\n      user: \"1000\"\n      env: {GREETING: \"hello\"}";
    let ended = "      command: [sh, -c, \"echo no configuration here >&2; exit 78\"]\n      user: \"1000\"\n      env: {GREETING: \"hello\"}";
    let ground = Ground::tiny(&[(command, ended)]);
    for command in ["start", "check"] {
        // A run may not last as long as the service might take.
        let ran = ground.run(&[command]).exits(3);
        for part in ["web exited with code 78", "no configuration here"] {
            assert!(ran.stderr.contains(part), "{part}: {ran}");
        }
        ground.leaves_nothing();
    }
}

#[test]
fn a_program_that_is_not_there_is_told() {
    let command = "      command: [perl, /serve.pl]\n      user: \"1000\"\n      env: {GREETING: \"hello\"}";
    let ground = Ground::tiny(&[(command, "      command: [no-such-program]")]);
    let ran = ground.run(&["start"]).exits(3);
    assert!(ran.stderr.contains("no-such-program"), "{ran}");
    ground.leaves_nothing();
}

#[test]
fn an_image_that_cannot_be_had_is_told_with_what_was_tried() {
    let toolbox = format!("toolbox:\n    image: {{build: ../images/{}}}", image());
    let ground = Ground::tiny(&[(&toolbox, "toolbox:\n    image: {pull: \"localhost:1/none:1\"}")]);
    for command in ["start", "check"] {
        let ran = ground.run(&[command]).exits(3);
        for part in ["no image for toolbox", "localhost:1/none:1", "refused"] {
            assert!(ran.stderr.contains(part), "{part}: {ran}");
        }
        ground.leaves_nothing();
    }
}

#[test]
fn a_build_that_fails_is_told_with_its_step_and_last_lines() {
    let ground = Ground::tiny(&[]);
    let dockerfile = ground.pack().join("images").join(image()).join("Dockerfile");
    fs::write(&dockerfile, "FROM debian:trixie-slim\nRUN echo it breaks here && exit 7\n").unwrap();
    let ran = ground.run(&["start"]).exits(3);
    for part in ["step 2 failed", "it breaks here"] {
        assert!(ran.stderr.contains(part), "{part}: {ran}");
    }
    ground.leaves_nothing();
}

#[test]
fn a_range_with_no_free_subnet_is_told() {
    // Documentation addresses (RFC 5737); one network of that range is ours.
    let ground = Ground::tiny(&[]);
    let name = format!("lab-test-subnet-{}", std::process::id());
    let made = docker(&["network", "create", "--internal", "--subnet", "192.0.2.0/27", &name]).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let mut command = ground.lab.command(&ground.folder, &["start"]);
    let ran = super::running::Running::begin({
        command.env("LAB_SUBNETS", "192.0.2.0/27");
        command
    })
    .wait();
    let _ = docker(&["network", "rm", &name]).output();
    assert!(ran.exits(3).stderr.contains("LAB_SUBNETS"), "the way out is named");
    ground.leaves_nothing();
}

#[test]
fn a_playgrounds_service_speaks_for_the_files_that_it_was_started_with() {
    let ground = Ground::tiny(&[
        ("[perl, /serve.pl]\n      user: \"1000\"\n      env: {GREETING: \"hello\"}", PROGRAM),
        (READY, "port: 8080}\n        within: 1s"),
        (
            "http: {get: \"${open.page}/\"}\n        expect: {status: 200, body: \"hello\"}",
            "service: {up: web}\n        timeout: 5s\n        expect: {up: true}",
        ),
    ]);
    let program = fs::read_to_string(ground.pack().join("tiny/files/serve.pl")).unwrap();
    let waits = format!("sleep 1 until -e '/data/by-hand';\n{program}");
    fs::write(ground.folder.join("serve.pl"), waits).unwrap();
    ground.run(&["start"]).exits(0);
    ground.exec("playground", "web", "0", "touch /data/by-hand");
    let failure = || {
        let ran = ground.run(&["check", "page", "--format", "json"]).exits(1);
        check(&ran.json(), "page")["failure"].clone()
    };
    let by_hand = failure();
    assert_eq!(by_hand["passes_in_playground"], true, "{by_hand:#}");

    let elsewhere = program.replace("LocalPort => 8080", "LocalAddr => '127.0.0.1', LocalPort => 8080");
    fs::write(ground.folder.join("serve.pl"), elsewhere).unwrap();
    let outdated = failure();
    assert_eq!(outdated["passes_in_playground"], false, "{outdated:#}");
    let told = ground.run(&["report"]).exits(0);
    for part in ["listens on", "127.0.0.1:8080"] {
        assert!(told.stdout.contains(part), "{part}: {told}");
    }
}
