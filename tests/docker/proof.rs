//! `lab test`: a lab is proved, or what is missing is named.

use super::ground::{Ground, within};
use crate::support::in_one_line;
use std::fs;

/// No room and no laid folder is left.
#[track_caller]
fn leaves_nothing(ground: &Ground) {
    ground.leaves_nothing();
    let left: Vec<_> = fs::read_dir(ground.lab.home().join("tmp")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_lab_whose_checks_refuse_each_mutant_is_proved() {
    let ground = Ground::of("proof", &[]);
    let ran = ground.run(&["test", "proof", "--format", "json"]).exits(0);
    let whole = ran.json();
    let proof = &whole["proofs"][0];
    assert_eq!((&proof["standing"], &proof["rooms"]), (&"proved".into(), &5.into()), "{proof:#}");
    assert_eq!(proof["gaps"], serde_json::json!([]));
    let killed = |at: usize| proof["checks"][at]["killed_by"][0].as_str().unwrap().to_owned();
    assert_eq!((killed(0), killed(1)), ("broken".to_owned(), "silent".to_owned()));
    leaves_nothing(&ground);
}

#[test]
fn a_weaker_check_lets_a_mutant_live_and_is_named() {
    let ground = Ground::of("proof", &[("stdout: \"hello\\n\"", "stdout: {exists: true}")]);
    let ran = ground.run(&["test", "proof", "--only", "silent"]).exits(1);
    let said = in_one_line(&ran.stdout);
    assert!(said.contains("✘ mutant 1 silent should fail 2 hello, but passed it"), "{ran}");
    assert!(said.contains("The check looks at: stdout. The mutant: Says something else."), "{ran}");
    assert!(said.contains("not proved: one problem"), "{ran}");
    leaves_nothing(&ground);
}

#[test]
fn a_mutant_that_no_longer_applies_is_told_before_any_room() {
    let ground = Ground::of("proof", &[]);
    ground.edit_file("mutants/silent.yaml", "replace: \"hello\"", "replace: \"hallo\"");
    let ran = ground.run(&["test", "proof"]).exits(2);
    assert!(ran.stderr.contains("mutants/silent.yaml:5:32"), "{ran}");
    assert!(ran.stderr.contains("this text isn't in `deploy.sh`"), "{ran}");
    assert_eq!(ran.stdout, "", "nothing ran");
}

#[test]
fn a_fault_is_no_proof_and_no_failure() {
    let overlay = "needs: [deploy]\n        overlay: [{file: out, replace: \"nowhere\", with: \"x\"}]";
    let ground = Ground::of("proof", &[("needs: [deploy]", overlay)]);
    let ran = ground.run(&["test", "proof", "--only", "one"]).exits(3);
    assert!(ran.stdout.contains("! check 2 hello couldn't be judged"), "{ran}");
    assert!(ran.stdout.contains("not judged: one environment error"), "{ran}");
    leaves_nothing(&ground);
}

#[test]
fn a_check_that_changes_its_mind_is_named() {
    // Passes for about one nonce in two; twelve rooms hardly agree.
    let ground = Ground::of("proof", &[("run: \"cat out\"", "run: \"case ${run.nonce} in [a-n]*) cat out;; esac\"")]);
    let ran = ground.run(&["test", "proof", "--only", "one", "--repeat", "12"]).exits(1);
    let said = in_one_line(&ran.stdout);
    assert!(said.contains("✘ check 2 hello is flaky on solution a one: "), "{ran}");
    leaves_nothing(&ground);
}

#[test]
fn ctrl_c_removes_every_room() {
    let ground = Ground::of("proof", &[]);
    fs::write(ground.pack().join("proof/starter/deploy.sh"), "#!/bin/sh\nsleep 3600\n").unwrap();
    let running = ground.spawn(&["test", "proof", "--jobs", "2"]);
    let toolboxes = ["label=org.lab-runner.kind=room", "label=org.lab-runner.service=toolbox", "status=running"];
    within("a room", || !ground.containers(&toolboxes).is_empty());
    running.interrupt();
    running.wait().exits(130);
    leaves_nothing(&ground);
}
