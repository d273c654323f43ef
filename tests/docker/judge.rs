//! The lab's own commands run as a user of their own, whom nothing of the
//! learner's can reach.

use super::ground::{Ground, check};

/// The last check, as the lab itself.
const USABLE: &str = "exec: {run: \"echo fine\"}\n        expect: {stdout: \"fine\\n\"}";

#[track_caller]
fn judged(deploy: &str, run: &str, expect: &str) {
    let exec = format!("exec:\n          as: judge\n          run: |\n            {run}\n        expect: {expect}");
    let ground = Ground::tiny(&[(USABLE, &exec)]);
    ground.deploy(deploy);
    let outcome = ground.run(&["check", "--all", "--format", "json"]).exits(0).json();
    assert_eq!(check(&outcome, "usable")["status"], "passed", "{outcome:#}");
    ground.leaves_nothing();
}

#[test]
fn a_judge_has_a_home_of_its_own_and_reads_the_folder() {
    let deploy = "echo echo forged > ~/.profile; echo echo forged > ~/.bashrc; \
                  mkdir -p /judge 2>/dev/null; echo x > /judge/.profile 2>/dev/null; ls /judge 2>/dev/null; exit 0";
    let run = r"sh -lc 'cd; pwd; echo $TMPDIR; ls -A; test -r /work/deploy.sh && echo reads; touch /work/deploy.sh /work/new /home/learner/new 2>/dev/null || echo writes nothing'";
    judged(deploy, run, r#"{stdout: "/judge\n/judge\nreads\nwrites nothing\n"}"#);
}

#[test]
fn a_process_of_the_learners_neither_traces_nor_reads_a_judge() {
    let deploy = "setsid perl -e '
        for (1..600) {
          for my $p (glob \"/proc/[0-9]*\") {
            next unless (stat $p)[4] == 65530;
            kill 9, $p =~ /(\\d+)/;
            open F, \"<\", \"$p/environ\" and do { local $/; my $e = <F>; open O, \">\", \"/tmp/stolen\"; print O $e; close O };
            open O, \">\", \"/tmp/seen\"; close O;
          }
          select undef, undef, undef, 0.05;
        }' </dev/null >/dev/null 2>&1 &\nexit 0";
    let run = "sleep 1; test -e /tmp/seen && test ! -e /tmp/stolen && echo alone";
    judged(deploy, run, r#"{stdout: "alone\n"}"#);
}

#[test]
fn a_bomb_that_the_learner_left_keeps_no_judge_from_its_work() {
    let deploy = "perl -e 'for (1..200) { defined($p = fork) or last; $p or exec qw(setsid sleep 500) }' </dev/null >/dev/null 2>&1\nexit 0";
    judged(deploy, "echo fine", r#"{stdout: "fine\n"}"#);
}
