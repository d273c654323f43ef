//! From the first start to the last stop: what is made, kept, changed, removed.

use super::ground::{Ground, check, copy, docker_text, within};
use std::path::Path;

#[test]
fn a_lab_goes_from_red_to_green_and_leaves_nothing() {
    let ground = Ground::starter("static-site");

    let started = ground.run(&["start"]).exits(0);
    assert!(started.stdout.contains("storage  ready in"), "{started}");
    let playground = ground.objects();
    assert_eq!(playground.len(), 6, "three containers, two networks, one volume: {playground:?}");

    let red = ground.run(&["check", "--format", "json"]).exits(1).json();
    assert_eq!(check(&red, "deploy")["status"], "failed");
    assert_eq!(ground.objects(), playground, "a clean room leaves nothing");

    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("labs/static-site/solutions/awscli"), &ground.folder);
    let green = ground.run(&["check", "--all", "--format", "json"]).exits(0).json();
    assert_eq!(green["tally"]["failed"], 0);
    assert_eq!(green["points"]["earned"], green["points"]["total"]);
    assert_eq!(ground.objects(), playground);

    let stopped = ground.run(&["stop"]).exits(0);
    assert!(stopped.stdout.contains("static-site is stopped"), "{stopped}");
    assert!(stopped.stdout.contains("lab stop --data"), "what stays is said: {stopped}");
    assert_eq!(ground.objects().len(), 1, "only the store's volume: {:?}", ground.objects());
    ground.run(&["stop", "--data"]).exits(0);
    ground.leaves_nothing();
    let again = ground.run(&["stop"]).exits(0);
    assert!(again.stdout.contains("static-site wasn't running"), "{again}");
}

#[test]
fn a_second_start_finds_nothing_to_do() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    let before = ground.containers(&[]);
    assert_eq!(before.len(), 4);

    let again = ground.run(&["start"]).exits(0);

    assert!(again.stdout.contains("nothing to do"), "{again}");
    assert_eq!(ground.containers(&[]), before);
    ground.run(&["stop", "--data"]).exits(0);
    ground.leaves_nothing();
}

#[test]
fn a_changed_service_is_made_anew_and_no_other() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    let parts = ["gate", "other", "toolbox", "web"];
    let before = parts.map(|part| ground.container("playground", part));

    ground.edit(r#"GREETING: "hello""#, r#"GREETING: "hello again""#);
    let started = ground.run(&["start"]).exits(0);

    assert!(!started.stdout.contains("nothing to do"), "{started}");
    let after = parts.map(|part| ground.container("playground", part));
    assert_eq!(before[..3], after[..3]);
    assert_ne!(before[3], after[3]);
    let said = ground.run(&["shell", "perl", "-e", SAY]).exits(0);
    assert!(said.stdout.ends_with("hello again"), "{said}");
}

/// Asks the service for its page.
const SAY: &str = "use IO::Socket::INET; $s = IO::Socket::INET->new('web:8080') or die; \
                   print $s \"GET / HTTP/1.0\\r\\n\\r\\n\"; print while <$s>";

#[test]
fn a_service_that_died_is_started_again() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    let web = ground.container("playground", "web");
    docker_text(&["kill", &web]);

    let started = ground.run(&["start"]).exits(0);

    let words: Vec<&str> = started.stdout.split_whitespace().collect();
    assert!(words.join(" ").contains("web ready in"), "{started}");
    assert_eq!(ground.container("playground", "web"), web);
}

#[test]
fn data_survives_a_stop_and_goes_when_that_is_said() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    ground.exec("playground", "web", "0", "echo kept > /data/word");
    ground.run(&["restart", "web"]).exits(0);
    assert_eq!(ground.exec("playground", "web", "1000", "cat /data/word"), "kept\n");

    // Stopping removes the anonymous volumes too, which no label tells of.
    let web = ground.container("playground", "web");
    let mounts = docker_text(&[
        "inspect",
        "-f",
        r#"{{range .Mounts}}{{if eq .Destination "/anonymous"}}{{.Name}}{{end}}{{end}}"#,
        &web,
    ]);
    assert_eq!(mounts.len(), 64, "{mounts}");
    let stopped = ground.run(&["stop"]).exits(0);
    assert!(stopped.stdout.contains("lab stop --data"), "{stopped}");
    assert!(!docker_text(&["volume", "ls", "-q"]).lines().any(|volume| volume == mounts));
    assert!(ground.run(&["status"]).exits(0).stdout.contains("lab stop --data"));

    ground.run(&["start"]).exits(0);
    assert_eq!(ground.exec("playground", "web", "1000", "cat /data/word"), "kept\n");
    let stopped = ground.run(&["stop", "--data"]).exits(0);
    assert!(!stopped.stdout.contains("--data"), "{stopped}");
    ground.leaves_nothing();
}

#[test]
fn a_reset_begins_the_playground_anew_too() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    ground.exec("playground", "web", "0", "echo kept > /data/word");

    let reset = ground.run(&["reset", "--yes"]).exits(0);

    assert!(reset.stdout.contains("its services' data removed"), "{reset}");
    ground.leaves_nothing();
}

#[test]
fn a_start_that_fails_keeps_the_data_of_the_last() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    ground.exec("playground", "web", "0", "echo kept > /data/word");
    ground.run(&["stop"]).exits(0);
    ground.edit(
        "command: [perl, /serve.pl]\n      user: \"1000\"\n      env: {GREETING: \"hello\"}",
        "command: [\"false\"]\n      env: {GREETING: \"hello\"}",
    );

    ground.run(&["start"]).exits(3);

    let objects = ground.objects();
    assert!(objects.len() == 1 && objects.iter().all(|object| object.starts_with("volume ")), "{objects:?}");
}

#[test]
fn a_playground_whose_folder_is_gone_is_swept() {
    let ground = Ground::alone(&[]);
    let other = ground.folder("elsewhere");
    ground.run(&["start"]).exits(0);
    std::fs::remove_dir_all(&ground.folder).unwrap();

    let swept = ground.lab.run(&other, &["status"]).exits(0);

    assert!(swept.stderr.contains("removed one environment that an earlier run had left behind"), "{swept}");
    within("nothing is left", || ground.objects().is_empty());
}
