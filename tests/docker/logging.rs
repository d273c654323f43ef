//! What `LAB_LOG`, `--log` and `lab doctor --bundle` tell, and what they never tell.

use super::ground::Ground;
use flate2::read::GzDecoder;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

/// Every value that was drawn for this learner, of the playground's.
fn drawn(ground: &Ground) -> Vec<String> {
    let read = |path: &str| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(ground.folder.join(path)).unwrap()).unwrap()
    };
    let mut drawn = vec![read(".lab/lab.json")["learner"].as_str().unwrap().to_owned()];
    let local = read(".lab/local/state.json");
    for key in ["run-nonce", "run_nonce", "gate-password", "gate_password"] {
        drawn.extend(local[key].as_str().map(str::to_owned));
    }
    drawn.extend(local["secrets"].as_object().unwrap().values().map(|secret| secret.as_str().unwrap().to_owned()));
    assert!(drawn.len() >= 4, "{local}");
    drawn
}

fn unpacked(bundle: &Path) -> Vec<(String, String)> {
    let mut archive = tar::Archive::new(GzDecoder::new(fs::File::open(bundle).unwrap()));
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (name, text)
    });
    entries.collect()
}

#[test]
fn a_log_has_every_stage_and_no_secret_and_a_bundle_has_the_log_and_no_names() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    // What goes wrong is told with what was answered, which may hold a secret.
    let secret = "cat .lab/local/state.json; env >&2; exit 3";
    ground.deploy(secret);
    let log = ground.lab.home().join("run.jsonl");
    ground.run(&["check", "--log", log.to_str().unwrap()]).exits(1);
    ground.run(&["start", "--log", log.to_str().unwrap()]).exits(0);

    let text = fs::read_to_string(&log).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let closed = |line: &&serde_json::Value| line["fields"]["message"] == "close";
    let spans: BTreeSet<&str> = lines.iter().filter(closed).filter_map(|line| line["span"]["name"].as_str()).collect();
    for stage in ["load", "plan", "execute", "engine.observe", "gate.http", "probe", "verdict"] {
        assert!(spans.contains(stage), "{stage} isn't in {spans:?}");
    }
    assert!(lines.iter().any(|line| line["fields"]["message"] == "engine call"), "{text}");
    let judged = |line: &&serde_json::Value| line["fields"]["message"] == "judged";
    assert!(lines.iter().filter(judged).any(|line| line["fields"]["verdict"] == "failed"), "{text}");
    for value in drawn(&ground) {
        assert!(!text.contains(&value), "{value} is in the log");
    }

    let bundle = ground.lab.home().join("bug.tar.gz");
    let doctor = ground.run(&["doctor", "--bundle", bundle.to_str().unwrap()]);
    assert!(doctor.stdout.contains("contains what a bug report needs"), "{doctor}");
    let files = unpacked(&bundle);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["doctor.txt", "about.json", "log.jsonl"]);
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    for (name, text) in &files {
        assert!(!text.contains(ground.lab.home().to_str().unwrap()), "{name} names the home folder");
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '.').collect();
        assert!(!words.contains(host.as_str()), "{name} names the host");
    }
    let about: serde_json::Value = serde_json::from_str(&files[1].1).unwrap();
    assert_eq!(about["lab"], env!("CARGO_PKG_VERSION"));
    assert!(about["engine"]["version"].is_string() && about["labs"].to_string().contains("static-site"), "{about}");
    assert_eq!(files[2].1.lines().count(), lines.len(), "the whole log of before");
}

#[test]
fn nothing_is_logged_unless_it_is_asked_for() {
    let ground = Ground::tiny(&[]);
    ground.deploy("true");
    let quiet = ground.run(&["check"]).exits(0);
    assert!(!quiet.stderr.contains("engine call"), "{quiet}");
    let mut command = ground.lab.command(&ground.folder, &["check"]);
    let logged = command.env("LAB_LOG", "debug").output().unwrap();
    let logged = String::from_utf8_lossy(&logged.stderr);
    assert!(logged.contains("engine call") && logged.contains("DEBUG"), "{logged}");
    let mut command = ground.lab.command(&ground.folder, &["check"]);
    let refused = command.env("LAB_LOG", "loud").output().unwrap();
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
}
