//! An engine that isn't there, doesn't answer or is elsewhere. A socket
//! without permission can't be shown as root: `engine::connect` maps it.

use super::ground::Ground;
use crate::support::{Ran, in_one_line};
use std::os::unix::net::UnixListener;

/// What `lab` says when the engine is at `host`: as a fault, on one command
/// that makes, one that judges and one that only looks.
fn at(host: &str) -> Vec<Ran> {
    let ground = Ground::tiny(&[]);
    let said: Vec<Ran> = [["start"].as_slice(), &["check"], &["stop"]]
        .map(|args| {
            let mut command = ground.lab.command(&ground.folder, args);
            super::running::Running::begin({
                command.env("DOCKER_HOST", host);
                command
            })
            .wait()
            .exits(3)
        })
        .into();
    // Where one stands needs no engine.
    let mut command = ground.lab.command(&ground.folder, &["status"]);
    let status = command.env("DOCKER_HOST", host).output().unwrap();
    assert!(status.status.success(), "{status:?}");
    assert!(String::from_utf8_lossy(&status.stdout).contains("the playground's state is unknown"), "{status:?}");
    ground.leaves_nothing();
    said
}

#[test]
fn where_no_engine_is_who_said_so_is_named() {
    for ran in at("unix:///nonexistent.sock") {
        let said = "there is no Docker engine at /nonexistent.sock (from DOCKER_HOST)";
        let words = in_one_line(&ran.stderr);
        assert!(words.contains(said), "{ran}");
        assert!(words.contains("unset DOCKER_HOST") && !words.contains("install"), "{ran}");
    }
}

#[test]
fn a_stopped_engine_is_told_with_how_to_start_it() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    // A socket file stays behind when its daemon has ended.
    drop(UnixListener::bind(&socket).unwrap());
    for ran in at(&format!("unix://{}", socket.display())) {
        assert!(ran.stderr.contains("the Docker engine isn't running"), "{ran}");
        assert!(ran.stderr.contains(socket.to_str().unwrap()), "{ran}");
        assert!(ran.stderr.contains("systemctl start docker"), "{ran}");
    }
}

#[test]
fn an_engine_elsewhere_is_refused_with_the_reason() {
    for host in ["tcp://192.0.2.1:2375", "ssh://someone@192.0.2.1"] {
        for ran in at(host) {
            assert!(ran.stderr.contains(host) && ran.stderr.contains("is on another machine"), "{ran}");
            assert!(ran.stderr.contains("unset DOCKER_HOST"), "{ran}");
        }
    }
}
