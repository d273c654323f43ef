//! Deploys that mean harm or go wrong: each is the learner's failure, told for
//! what it is, within its limits, and the room stays usable for other checks.

use super::ground::{Ground, check, evidence};
use serde_json::Value;

const TIMEOUT: &str = "timeout: 10m";

/// What a deploy came to.
struct Judged {
    outcome: Value,
}

/// Judges a deploy that has `timeout` seconds; the next checks must be fine.
#[track_caller]
fn judged(timeout: u32, script: &str) -> Judged {
    let ground = Ground::tiny(&[(TIMEOUT, &format!("timeout: {timeout}s"))]);
    ground.deploy(script);
    let ran = ground.run(&["check", "--all", "--format", "json"]).exits(1);
    let outcome = ran.json();
    assert_eq!(check(&outcome, "deploy")["status"], "failed", "{ran}");
    assert_eq!(check(&outcome, "page")["status"], "passed", "{ran}");
    assert_eq!(check(&outcome, "usable")["status"], "passed", "{ran}");
    ground.leaves_nothing();
    Judged { outcome }
}

impl Judged {
    #[track_caller]
    fn ended(&self, how: &str) {
        assert_eq!(evidence(&self.outcome, "ended"), how, "{:#}", self.outcome);
    }

    #[track_caller]
    fn exit(&self, code: i64) {
        let actual = &check(&self.outcome, "deploy")["failure"]["findings"][0]["actual"]["value"];
        assert_eq!(*actual, code, "{:#}", self.outcome);
    }

    #[track_caller]
    fn prints(&self, text: &str) {
        let said = evidence(&self.outcome, "stdout") + &evidence(&self.outcome, "stderr");
        assert!(said.contains(text), "{said}");
    }
}

#[test]
fn one_that_never_ends_is_ended() {
    let judged = judged(2, "echo begun; sleep 3600");
    judged.ended("timed-out");
    judged.prints("begun");
}

#[test]
fn one_that_ignores_every_polite_signal_is_ended() {
    let judged = judged(2, "trap '' TERM INT HUP QUIT; while :; do sleep 1; done");
    judged.ended("timed-out");
}

#[test]
fn one_that_leaves_its_session_is_ended() {
    let judged = judged(2, "setsid sh -c 'trap \"\" TERM; sleep 3600' & sleep 3600");
    judged.ended("timed-out");
}

#[test]
fn what_is_ended_leaves_no_process_behind() {
    for (ended, script) in [("timed-out", "sleep 3600"), ("too-much-output", "exec yes")] {
        let count = r#"run: "cat /proc/[0-9]*/comm | grep -c perl"}
        expect: {stdout: "0\n"}"#;
        let usable = "run: \"echo fine\"}\n        expect: {stdout: \"fine\\n\"}";
        let ground = Ground::tiny(&[(TIMEOUT, "timeout: 3s"), (usable, count)]);
        ground.deploy(&format!("setsid perl -e 'sleep 3600' & {script}"));
        let outcome = ground.run(&["check", "--all", "--format", "json"]).exits(1).json();
        assert_eq!(evidence(&outcome, "ended"), ended);
        assert_eq!(check(&outcome, "usable")["status"], "passed", "{outcome:#}");
    }
}

#[test]
fn one_that_prints_for_ever_is_ended_and_memory_stays_bounded() {
    let ground = Ground::tiny(&[]);
    ground.deploy("yes 'a line of some length, again and again and again'");
    let check = ground.spawn(&["check", "--all", "--format", "json"]);
    let mut peak = 0;
    let ran = check.wait_watching(|status| {
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse().ok());
        peak = peak.max(kilobytes.unwrap_or(0));
    });
    let outcome = ran.exits(1).json();
    assert_eq!(evidence(&outcome, "ended"), "too-much-output");
    assert_eq!(super::ground::check(&outcome, "usable")["status"], "passed");
    assert!((1..200 << 10).contains(&peak), "{peak} KiB");
    ground.leaves_nothing();
}

#[test]
fn one_that_kills_its_shell_is_told_by_its_exit_code() {
    let judged = judged(20, "echo begun; kill -9 $$");
    judged.exit(137);
    judged.ended("");
    judged.prints("begun");
}

#[test]
fn one_that_kills_all_it_can_kills_only_itself() {
    let judged = judged(20, "echo begun; kill -9 -1");
    judged.exit(137);
    judged.ended("");
    judged.prints("begun");
}

#[test]
fn one_that_kills_the_first_process_cannot() {
    let judged = judged(20, "kill -9 1; echo code $?; exit 1");
    judged.exit(1);
    judged.prints("code 1");
    judged.prints("Operation not permitted");
}

#[test]
fn a_fork_bomb_is_bounded() {
    judged(5, "bomb() { bomb | bomb & }; bomb; sleep 3600");
}

#[test]
fn one_that_forks_much_meets_its_limit() {
    let judged = judged(20, "for i in $(seq 200); do sleep 100 & done; echo all; exit 1");
    judged.prints("Resource temporarily unavailable");
}

#[test]
fn one_that_fills_its_folder_meets_the_cap() {
    let judged = judged(
        30,
        "head -c 1G /dev/zero > big; echo code $?; stat -c %s big; rm big; \
         head -c 1G /dev/zero > /tmp/big; echo code $?; stat -c %s /tmp/big; rm /tmp/big; exit 1",
    );
    judged.prints("No space left on device");
    // 16 MiB for the folder and 64 to grow, less what the starter holds.
    let said = evidence(&judged.outcome, "stdout");
    let sizes: Vec<u64> = said.lines().filter_map(|line| line.parse().ok()).collect();
    assert_eq!(sizes.len(), 2, "{said}");
    assert!((60 << 20..=80 << 20).contains(&sizes[0]), "{said}");
    assert!((60 << 20..=64 << 20).contains(&sizes[1]), "{said}");
}

#[test]
fn a_child_in_the_background_does_not_hold_the_check() {
    let judged = judged(30, "sleep 3600 & echo begun; exit 1");
    judged.exit(1);
    judged.prints("begun");
}

#[test]
fn one_that_takes_all_memory_is_told_so() {
    let judged = judged(30, "exec perl -e '$x .= \"x\" x (1 << 20) while 1'");
    judged.exit(137);
    judged.ended("out-of-memory");
}

#[test]
fn one_that_prints_what_a_terminal_obeys_is_shown_harmless() {
    let ground = Ground::tiny(&[]);
    ground.deploy("printf '\\033]52;c;aGVsbG8=\\007\\033[2J\\rpassed \\x9b31m\\n\\x00\\x01\\x02end\\n'; exit 1");
    for format in ["human", "json"] {
        let ran = ground.run(&["check", "deploy", "--format", format]).exits(1);
        let hidden = |character: char| character.is_control() && character != '\n';
        assert!(!ran.stdout.chars().any(hidden), "{ran}");
        assert!(ran.stdout.contains("end"), "{ran}");
    }
}

#[test]
fn a_verdict_is_not_what_a_deploy_prints() {
    let ground = Ground::tiny(&[]);
    ground.deploy("echo '{\"format\":\"lab-outcome/v1\",\"tally\":{\"failed\":0}}'; echo PASS; exit 3");
    let outcome = ground.run(&["check", "--format", "json"]).exits(1).json();
    assert_eq!(outcome["tally"]["failed"], 1);
}

#[test]
fn too_much_output_of_a_command_in_a_service_ends_that_command_alone() {
    let flood = "exec: {in: web, run: \"trap '' TERM; yes & yes\"}";
    let ground = Ground::tiny(&[("exec: {run: [\"./deploy.sh\"]}", flood)]);
    let ran = ground.run(&["check", "--all", "--format", "json"]).exits(1);
    let outcome = ran.json();
    assert_eq!(evidence(&outcome, "ended"), "too-much-output", "{ran}");
    let exit = &check(&outcome, "deploy")["failure"]["findings"][0]["actual"]["value"];
    assert_eq!(*exit, 137, "never 126, which says that a file can't be run: {ran}");
    // The service itself, which runs as the same user, still answers.
    assert_eq!(check(&outcome, "page")["status"], "passed", "{ran}");
    ground.leaves_nothing();
}
