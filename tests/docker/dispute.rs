//! `lab check --trace` and `lab dispute`: what a probe saw is shown, and a
//! verdict that was wrong is replayed from one file, then kept as a solution.

use super::ground::Ground;
use crate::support::in_one_line;
use std::fs;
use std::process::Command;

const SHOUTS: &str = "echo hello > out\necho >> out";

#[test]
fn a_trace_shows_the_value_and_how_each_matcher_judged_it() {
    let ground = Ground::of("proof", &[]);
    ground.deploy(SHOUTS);
    let ran = ground.run(&["check", "hello", "--trace", "--format", "json"]).exits(1);
    // Only what was asked for, and nothing of it in the report's stream.
    assert!(!ran.stderr.contains("trace deploy"), "{ran}");
    assert!(ran.json()["tasks"].is_array());
    let said = in_one_line(&ran.stderr);
    assert!(said.contains("trace hello · lab.yaml:31 asked cat out 1 attempt"), "{ran}");
    assert!(said.contains(r#"expected stdout (line 33) → "hello\n\n" ✘ hello⏎"#), "{ran}");
    ground.leaves_nothing();
}

#[test]
fn a_disputed_verdict_is_replayed_and_an_upheld_one_becomes_a_solution() {
    let ground = Ground::of("proof", &[]);
    ground.deploy(SHOUTS);
    let file = ground.lab.home().join("disputed.tar.gz");
    let output = file.to_str().unwrap();
    ground.run(&["dispute", "hello", "--message", "it does say hello", "--output", output]).exits(0);
    ground.leaves_nothing();

    let ran = ground.run(&["test", "--with", output]).exits(1);
    assert!(ran.stderr.contains("it does say hello"), "{ran}");
    let said = in_one_line(&ran.stdout);
    assert!(said.contains("✘ disputed a disputed should pass everything, but fails 2 hello"), "{ran}");

    // The instructor upholds it: the check was too strict.
    ground.edit("stdout: \"hello\\n\"", "stdout: {contains: \"hello\"}");
    let ran = ground.run(&["test", "--with", output]).exits(0);
    let keep = in_one_line(ran.stderr.split_once("mkdir ").expect(&ran.stderr).1);
    let kept = Command::new("sh").args(["-c", &format!("mkdir {keep}")]).status().unwrap();
    assert!(kept.success(), "{keep}");
    let kept = fs::read_to_string(ground.pack().join("proof/solutions/disputed/deploy.sh")).unwrap();
    assert!(kept.contains(SHOUTS), "{kept}");
    let ran = ground.run(&["test", "proof", "--only", "disputed"]).exits(0);
    assert!(ran.stdout.contains("1 solution"), "{ran}");
    ground.leaves_nothing();
}

#[test]
fn what_cannot_be_disputed_or_replayed_says_why() {
    let ground = Ground::of("proof", &[]);
    ground.deploy("echo hello > out");
    let ran = ground.run(&["dispute", "hello"]).exits(2);
    assert!(ran.stderr.contains("`hello` passes: there is nothing to dispute"), "{ran}");
    ground.deploy("exit 1");
    let ran = ground.run(&["dispute", "hello"]).exits(2);
    assert!(ran.stderr.contains("it is blocked by `deploy`") && ran.stderr.contains("lab dispute deploy"), "{ran}");
    assert!(!ground.folder.join(".lab/local/dispute-hello.tar.gz").exists());
    let ran = ground.run(&["dispute", "helo"]).exits(2);
    assert!(ran.stderr.contains("hello"), "{ran}");
    let ran = ground.run(&["test", "--with", "deploy.sh"]).exits(2);
    assert!(ran.stderr.contains("deploy.sh` isn't a file of `lab dispute`"), "{ran}");
    ground.run(&["dispute", "deploy"]).exits(0);
    let ran = ground.run(&["test", "static-site", "--with", ".lab/local/dispute-deploy.tar.gz"]).exits(2);
    assert!(ran.stderr.contains("the dispute is about the lab `proof`, not about `static-site`"), "{ran}");
    ground.leaves_nothing();
}
