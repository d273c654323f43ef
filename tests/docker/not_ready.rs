//! Environments that can't come up: exit code 3, the reason, and nothing left.

use super::ground::{Ground, docker, image};

const READY: &str = "port: 8080}\n        within: 10m";

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
    std::fs::write(&dockerfile, "FROM debian:trixie-slim\nRUN echo it breaks here && exit 7\n").unwrap();
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
