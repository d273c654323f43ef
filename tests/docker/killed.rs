//! `lab` killed without a word: the next command sweeps what is left of a
//! check and goes on with what is left of a start.

use super::ground::{Ground, within};
use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

#[test]
fn a_check_killed_while_it_runs_is_swept_by_the_next_command() {
    let ground = Ground::alone(&[]);
    ground.deploy("touch /work/here; sleep 3600");
    let running = ground.spawn(&["check"]);
    ground.wait_for_the_deploy();
    running.kill();
    assert!(!ground.objects().is_empty(), "nobody was left to clean up");

    let next = ground.run(&["status"]).exits(0);

    assert!(next.stderr.contains("removed one environment that an earlier run had left behind"), "{next}");
    ground.leaves_nothing();
    let locks = fs::read_dir(ground.lab.home().join("run/lab/rooms")).unwrap().count();
    assert_eq!(locks, 0, "its lock went too");
}

#[test]
fn a_check_killed_at_any_moment_is_swept_beside_the_next_check() {
    let ground = Ground::alone(&[]);
    ground.deploy("sleep 2");
    ground.run(&["check", "usable"]).exits(0);
    for objects in [1, 3, 5] {
        let running = ground.spawn(&["check"]);
        within("some objects", || ground.objects().len() >= objects);
        running.kill();
        // The daemon may still finish a call whose caller is gone.
        std::thread::sleep(Duration::from_millis(500));
        assert!(!ground.objects().is_empty());

        ground.run(&["check", "usable"]).exits(0);

        ground.leaves_nothing();
    }
}

#[test]
fn a_start_after_a_killed_stop_trusts_nothing_that_still_runs() {
    let ground = Ground::alone(&[]);
    ground.run(&["start"]).exits(0);
    let (whole, ran) = (ground.objects(), ground.containers(&[]));
    let locks = ground.lab.home().join("state/lab/locks");
    // Scenarios share the folder of locks.
    let marks = || -> BTreeSet<_> {
        let files = fs::read_dir(&locks).unwrap().flatten().map(|file| file.path());
        files.filter(|path| path.extension().is_some_and(|extension| extension == "removing")).collect()
    };
    let earlier = marks();
    let removing = || marks() != earlier;
    let running = ground.spawn(&["stop"]);
    within("its removal begins", removing);
    running.kill();

    ground.run(&["start"]).exits(0);

    assert_eq!(ground.objects(), whole);
    let kept: Vec<_> = ground.containers(&[]).into_iter().filter(|id| ran.contains(id)).collect();
    assert!(kept.is_empty(), "the daemon may still have been asked to remove them: {kept:?}");
    assert!(!removing());
    ground.run(&["stop", "--data"]).exits(0);
    ground.leaves_nothing();
}

#[test]
fn a_start_killed_at_any_moment_is_finished_by_the_next() {
    let ground = Ground::alone(&[]);
    ground.run(&["start"]).exits(0);
    let whole = ground.objects();
    ground.run(&["stop", "--data"]).exits(0);
    for objects in 1..=whole.len() {
        let running = ground.spawn(&["start"]);
        within("some objects", || ground.objects().len() >= objects);
        running.kill();

        ground.run(&["start"]).exits(0);

        assert_eq!(ground.objects(), whole, "killed at {objects} objects");
        ground.deploy("true");
        let said = ground.run(&["shell", "sh", "-c", "cat /work/deploy.sh"]).exits(0);
        assert!(said.stdout.contains("true"), "{said}");
        ground.run(&["stop", "--data"]).exits(0);
        assert_eq!(ground.objects(), BTreeSet::new(), "killed at {objects} objects");
    }
}

#[test]
fn a_room_past_its_deadline_ends_by_itself_and_goes() {
    let ground = Ground::alone(&[("toolbox:\n", "room-limit: 10s\n  toolbox:\n")]);
    ground.deploy("touch /work/here; sleep 3600");
    let running = ground.spawn(&["check"]);
    let ours = ["status=running", "label=org.lab-runner.service=toolbox"];
    // Not until the deploy runs: on a slow machine the room may end before.
    within("a toolbox", || !ground.containers(&ours).is_empty());
    running.kill();

    // Nobody calls `lab`: gate and toolbox end by the container's own clock.
    within("the toolbox's end", || ground.containers(&ours).is_empty());
    let gate = ["status=running", "label=org.lab-runner.service=gate"];
    within("the gate's end", || ground.containers(&gate).is_empty());

    let gc = ground.run(&["gc"]).exits(0);
    assert!(gc.stdout.contains("one environment removed"), "{gc}");
    ground.leaves_nothing();
}
