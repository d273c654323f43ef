//! Folders that can't be copied are refused before anything is made.

use super::ground::{Ground, docker, docker_text};
use crate::support::Ran;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Stdio;
use std::time::Duration;

/// Judges the folder: its end and how many containers were made meanwhile.
#[track_caller]
fn judged(ground: &Ground, code: i32) -> (Ran, usize) {
    // Heard live, for the daemon remembers only its last 256 events.
    let label = format!("label=org.lab-runner.workspace={}", ground.folder.display());
    let since = docker_text(&["info", "--format", "{{.SystemTime}}"]);
    let args =
        ["events", "--since", &since, "--filter", &label, "--filter", "event=create", "--filter", "type=container"];
    let mut listener = docker(&args).stdout(Stdio::piped()).spawn().unwrap();
    let ran = ground.run(&["check"]);
    std::thread::sleep(Duration::from_millis(300));
    listener.kill().unwrap();
    let heard = listener.wait_with_output().unwrap().stdout;
    ground.leaves_nothing();
    (ran.exits(code), String::from_utf8_lossy(&heard).lines().count())
}

/// Exit code 2, the words, and that no container was ever made.
#[track_caller]
fn is_refused(ground: &Ground, words: &[&str]) {
    let (ran, made) = judged(ground, 2);
    for word in words.iter().chain(&["nothing was judged"]) {
        assert!(ran.stderr.replace("\n  ", " ").contains(word), "{word}: {ran}");
    }
    assert_eq!(made, 0);
}

#[test]
fn terabytes_are_refused_without_being_read() {
    let ground = Ground::tiny(&[]);
    File::create(ground.folder.join("big.bin")).unwrap().set_len(8 << 40).unwrap();
    // Whoever reads eight of them takes longer than any run may.
    is_refused(&ground, &["your folder contains 8388609 MiB, more than the 16 MiB", "big.bin"]);
}

#[test]
fn few_patterns_in_many_files_are_too_many() {
    let ground = Ground::tiny(&[]);
    let patterns: Vec<String> = (0..6_500).map(|number| format!("*a{number}*b?[c-d]*/x{number}\n")).collect();
    fs::write(ground.folder.join(".gitignore"), patterns.concat()).unwrap();
    for folder in ["one", "two"] {
        fs::create_dir(ground.folder.join(folder)).unwrap();
        fs::hard_link(ground.folder.join(".gitignore"), ground.folder.join(folder).join(".gitignore")).unwrap();
    }
    is_refused(&ground, &["more than 12000 patterns in all"]);
}

#[test]
fn a_link_that_leads_out_is_refused() {
    let ground = Ground::tiny(&[]);
    symlink("../../elsewhere", ground.folder.join("out")).unwrap();
    is_refused(&ground, &["out is a link to ../../elsewhere, outside your folder"]);
    fs::remove_file(ground.folder.join("out")).unwrap();
    symlink("/etc/passwd", ground.folder.join("out")).unwrap();
    is_refused(&ground, &["out is a link to the absolute path /etc/passwd"]);
}

#[test]
fn a_socket_is_refused() {
    let ground = Ground::tiny(&[]);
    let _listener = UnixListener::bind(ground.folder.join("door")).unwrap();
    is_refused(&ground, &["door is a socket"]);
}

#[test]
fn names_of_any_bytes_arrive_as_they_are() {
    let ground = Ground::tiny(&[]);
    for name in ["new\nline", "-rf", " sp ace ", "caf\u{e9}", "*"] {
        fs::write(ground.folder.join(name), name).unwrap();
    }
    symlink("new\nline", ground.folder.join("link")).unwrap();
    ground.deploy(
        "set -e\n\
         [ \"$(cat $'new\\nline')\" = $'new\\nline' ]; [ \"$(cat link)\" = $'new\\nline' ]\n\
         [ \"$(cat ./-rf)\" = -rf ]; [ \"$(cat ' sp ace ')\" = ' sp ace ' ]; [ -f '*' ]; [ -f café ]\n\
         [ \"$(ls | wc -l)\" -ge 7 ]",
    );
    let (_, made) = judged(&ground, 0);
    assert_eq!(made, 4, "gate, two services, toolbox");
}

#[test]
fn what_a_gitignore_names_stays_behind_and_is_told() {
    let ground = Ground::tiny(&[]);
    fs::write(ground.folder.join(".gitignore"), "secret.env\n").unwrap();
    fs::write(ground.folder.join("secret.env"), "TOKEN=1").unwrap();
    ground.deploy("[ ! -e secret.env ] && [ ! -e .lab ]");
    let ran = ground.run(&["check", "deploy"]).exits(0);
    assert!(ran.stderr.contains("secret.env: ignored by your .gitignore, not copied"), "{ran}");
}
