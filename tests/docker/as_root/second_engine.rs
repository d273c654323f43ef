//! What only an engine of the test's own can show: a daemon that is restarted or
//! killed under `lab`, its full disk, and a machine that has no images and no network.

use super::super::ground::{self, Ground, docker};
use super::engine::SecondEngine;
use crate::support::in_one_line;
use std::fs;
use std::process::Stdio;

/// Enough for the images of the tiny lab and their layers.
const DISK: u32 = 1200;

/// A tiny lab whose image is built from a folder beside it.
fn tiny() -> Ground {
    let ground = Ground::alone(&[]);
    let images = ground.pack().join("images");
    let beside = images.join(format!("{}-below", ground::image()));
    fs::create_dir_all(&beside).unwrap();
    let folder = images.join(ground::image());
    let dockerfile = fs::read_to_string(folder.join("Dockerfile")).unwrap();
    fs::write(beside.join("Dockerfile"), "FROM debian:trixie-slim\nLABEL of=a-test\n").unwrap();
    let name = beside.file_name().unwrap().to_str().unwrap();
    let from_beside = dockerfile.replacen("FROM debian:trixie-slim", &format!("FROM ${{BELOW}}\nENV BY={name}"), 1);
    fs::write(folder.join("Dockerfile"), format!("ARG BELOW=../{name}\n{from_beside}")).unwrap();
    ground
}

/// The tiny lab's images, carried over to an engine by docker's own means.
fn carried(ground: &Ground, to: &SecondEngine) {
    ground.run(&["images", "tiny", "--prepare"]).exits(0);
    let tags = ground::docker_text(&["images", "--format", "{{.Repository}}:{{.Tag}}"]);
    let ours = format!("lab-{}", ground::image());
    let needed = tags
        .lines()
        .filter(|tag| tag.starts_with(&ours) || tag.starts_with("lab-gate:") || *tag == "debian:trixie-slim");
    let mut save = docker(&["save"]).args(needed).stdout(Stdio::piped()).spawn().unwrap();
    let loaded = to.docker(&["load"]).stdin(save.stdout.take().unwrap()).output().unwrap();
    assert!(save.wait().unwrap().success() && loaded.status.success(), "{loaded:?}");
}

#[test]
fn a_bundle_is_all_that_a_machine_without_images_or_network_needs() {
    let ground = tiny();
    let engine = SecondEngine::begin(&ground.lab.home(), DISK);
    ground.deploy("true");
    let file = ground.lab.home().join("tiny.tar").display().to_string();
    ground.run(&["bundle", "tiny", "--output", &file]).exits(0);
    // Nothing else of the first machine is there: neither the lab nor an image.
    fs::rename(ground.pack(), ground.lab.home().join("gone")).unwrap();
    assert_eq!(String::from_utf8_lossy(&engine.docker(&["images", "-q"]).output().unwrap().stdout), "");
    let missing = engine.run(&ground, &["start"]);
    assert_eq!(missing.code, Some(2), "the lab isn't there: {missing}");

    let loaded = engine.run(&ground, &["bundle", "load", &file]).exits(0);
    assert!(loaded.stdout.contains("tiny"), "{loaded}");
    let images = engine.run(&ground, &["images", "tiny"]).exits(0);
    assert!(!images.stdout.contains("to build"), "{images}");
    let started = engine.run(&ground, &["start"]).exits(0);
    assert!(!started.stderr.contains("built"), "nothing is built again: {started}");
    let checked = engine.run(&ground, &["check", "--all"]).exits(0);
    assert!(checked.stdout.contains("3 of 3 points"), "{checked}");
    engine.run(&ground, &["stop", "--data"]).exits(0);
    assert_eq!(engine.objects(), Vec::<String>::new());
}

#[test]
fn a_daemon_that_is_restarted_or_killed_costs_a_command_and_nothing_else() {
    let ground = Ground::alone(&[]);
    let mut engine = SecondEngine::begin(&ground.lab.home(), DISK);
    carried(&ground, &engine);
    engine.run(&ground, &["start"]).exits(0);
    let whole = engine.objects();
    ground.deploy("touch /work/here; sleep 3600");

    // Restarted in the middle of a check: as an update of the engine does.
    let check = engine.lab(&ground, &["check", "deploy"]);
    until_the_deploy_runs(&engine);
    engine.stop();
    let ended = check.wait().exits(3);
    assert!(ended.stderr.contains("engine"), "{ended}");
    assert!(!ended.stdout.contains("0 of 1 point"), "no learner fails for that: {ended}");
    let gone = engine.run(&ground, &["start"]).exits(3);
    assert!(gone.stderr.contains("start that engine"), "{gone}");
    engine.start().unwrap();
    let status = engine.run(&ground, &["status"]).exits(0);
    assert!(status.stdout.contains("the playground isn't running"), "{status}");
    engine.run(&ground, &["start"]).exits(0);
    engine.run(&ground, &["gc"]).exits(0);
    assert_eq!(engine.objects(), whole);

    // Killed in the middle of a check and of a start.
    let check = engine.lab(&ground, &["check", "deploy"]);
    until_the_deploy_runs(&engine);
    engine.kill();
    check.wait().exits(3);
    engine.start().unwrap();
    engine.run(&ground, &["stop", "--data"]).exits(0);
    engine.run(&ground, &["gc"]).exits(0);
    assert_eq!(engine.objects(), Vec::<String>::new());
    let start = engine.lab(&ground, &["start"]);
    ground::within("something to be made", || !engine.objects().is_empty());
    engine.kill();
    start.wait().exits(3);
    engine.start().unwrap();
    engine.run(&ground, &["start"]).exits(0);
    assert_eq!(engine.objects(), whole);
    ground.deploy("true");
    engine.run(&ground, &["check", "deploy"]).exits(0);
    engine.run(&ground, &["stop", "--data"]).exits(0);
    assert_eq!(engine.objects(), Vec::<String>::new());
}

fn until_the_deploy_runs(engine: &SecondEngine) {
    ground::within("the deploy to begin", || {
        let filters = ["label=org.lab-runner.kind=room", "label=org.lab-runner.service=toolbox"];
        let listed = engine.docker(&["ps", "-q", "--filter", filters[0], "--filter", filters[1]]).output().unwrap();
        let id = String::from_utf8_lossy(&listed.stdout).trim().to_owned();
        let here = engine.docker(&["exec", &id, "test", "-e", "/work/here"]).output().unwrap();
        !id.is_empty() && here.status.success()
    });
}

#[test]
fn an_engine_whose_disk_is_full_is_told_as_that_and_goes_on_once_there_is_space() {
    let ground = Ground::alone(&[]);
    let engine = SecondEngine::begin(&ground.lab.home(), DISK);
    carried(&ground, &engine);
    let removed = engine.docker(&["rmi", "-f"]).args(own_images(&engine)).output().unwrap();
    assert!(removed.status.success(), "{removed:?}");
    ground.deploy("true");
    engine.fill();
    for args in [["start"].as_slice(), &["check", "deploy"]] {
        let full = engine.run(&ground, args).exits(3);
        let words = in_one_line(&full.stderr);
        assert!(words.contains("disk") && words.contains("`lab gc` removes what lab left behind"), "{full}");
        assert_eq!(engine.objects(), Vec::<String>::new(), "{full}");
    }
    engine.empty();
    engine.run(&ground, &["start"]).exits(0);
    // Full again, with all images there: what can't be made is told and removed.
    engine.run(&ground, &["stop", "--data"]).exits(0);
    engine.fill();
    let full = engine.run(&ground, &["start"]);
    if full.code != Some(0) {
        let full = full.exits(3);
        assert!(full.stderr.contains("free some space"), "{full}");
        assert_eq!(engine.objects(), Vec::<String>::new(), "{full}");
    }
    engine.empty();
    engine.run(&ground, &["start"]).exits(0);
    engine.run(&ground, &["check", "deploy"]).exits(0);
    engine.run(&ground, &["stop", "--data"]).exits(0);
    assert_eq!(engine.objects(), Vec::<String>::new());
}

/// The test lab's own images there, so that they must be built again.
fn own_images(engine: &SecondEngine) -> Vec<String> {
    let listed = engine.docker(&["images", "--format", "{{.Repository}}:{{.Tag}}"]).output().unwrap();
    let ours = format!("lab-{}", ground::image());
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    text.lines().filter(|tag| tag.starts_with(&ours)).map(str::to_owned).collect()
}

#[test]
fn the_doctor_sees_what_is_left_and_a_firewall_that_blocks_what_containers_send() {
    let ground = Ground::alone(&[]);
    let engine = SecondEngine::begin(&ground.lab.home(), DISK);
    let doctor = || {
        let said = engine.run(&ground, &["doctor"]);
        in_one_line(&said.stdout)
    };
    let said = doctor();
    assert!(said.contains("the image for the test is missing") && said.contains("`lab images --prepare`"), "{said}");
    carried(&ground, &engine);
    let said = doctor();
    assert!(said.contains("✔ containers can reach each other"), "{said}");
    assert!(said.contains("✔ this machine's clock and the engine's agree"), "{said}");
    let (before, at) = said.split_once(" GiB free in ").unwrap();
    let (before, free) = before.rsplit_once(' ').unwrap();
    assert!(before.ends_with('✘') && free.parse::<u32>().unwrap() <= DISK / 1024, "its disk is a small one: {said}");
    assert!(at.starts_with(&*ground.lab.home().to_string_lossy()), "{said}");
    assert!(said.contains("can't reach the registry docker.io"), "it has no network: {said}");

    ground.deploy("touch /work/here; sleep 3600");
    let check = engine.lab(&ground, &["check", "deploy"]);
    until_the_deploy_runs(&engine);
    check.kill();
    let said = doctor();
    assert!(said.contains("✘ one environment is left over from an earlier run") && said.contains("`lab gc`"), "{said}");
    engine.run(&ground, &["gc"]).exits(0);
    assert!(!doctor().contains("is left over from"));

    // Its socket is open, and nobody answers there.
    engine.signal("STOP");
    let said = doctor();
    assert!(said.starts_with("✘ the engine runs but didn't answer for 10 s"), "{said}");
    engine.signal("CONT");

    let rules: [&[&str]; 2] = [&["FORWARD"], &["OUTPUT", "-o", "br-+"]];
    for rule in rules {
        engine.firewall("-I", rule);
    }
    let said = doctor();
    assert!(said.contains("✘ containers start but can't be reached"), "{said}");
    assert!(said.contains("`sudo systemctl restart docker`"), "{said}");
    assert_eq!(engine.objects(), Vec::<String>::new());
    for rule in rules {
        engine.firewall("-D", rule);
    }
    assert!(doctor().contains("✔ containers can reach each other"));
    assert_eq!(engine.objects(), Vec::<String>::new());
}

#[test]
fn where_nothing_arrives_everything_is_made_once_more_at_other_addresses() {
    let ground = Ground::alone(&[("within: 10m", "within: 4s")]);
    let engine = SecondEngine::begin(&ground.lab.home(), DISK);
    carried(&ground, &engine);
    ground.deploy("true");
    let subnet = || {
        let of_room = ["network", "ls", "-q", "--filter", "name=-room", "--filter", "label=org.lab-runner.project"];
        let listed = engine.docker(&of_room).output().unwrap();
        let id = String::from_utf8_lossy(&listed.stdout).trim().to_owned();
        let format = "{{(index .IPAM.Config 0).Subnet}}";
        let found = engine.docker(&["network", "inspect", "--format", format, &id]).output().unwrap();
        String::from_utf8_lossy(&found.stdout).trim().to_owned()
    };
    // Docker writes into no other table before what it lets pass.
    let all = ["FORWARD", "-t", "mangle"];
    for command in [&["check", "deploy"][..], &["start"]] {
        engine.firewall("-I", &all);
        let lab = engine.lab(&ground, command);
        let mut first = String::new();
        ground::within("the first network", || {
            first = subnet();
            !first.is_empty()
        });
        // From now on only what has these addresses gets nowhere.
        let these = [&all[..], &["-s", &first]].concat();
        engine.firewall("-I", &these);
        engine.firewall("-D", &all);
        let ended = lab.wait().exits(0);
        assert!(ended.stderr.contains("web never answered: recreating the environment once"), "{ended}");
        engine.firewall("-D", &these);
    }
    engine.run(&ground, &["stop", "--data"]).exits(0);

    // Not for ever: it may be that nothing arrives on this machine at all.
    engine.firewall("-I", &all);
    for command in [&["check", "deploy"][..], &["start"]] {
        let ended = engine.run(&ground, command).exits(3);
        assert!(ended.stderr.contains("web wasn't ready after 4 s"), "{ended}");
        assert_eq!(engine.objects(), Vec::<String>::new());
    }
}
