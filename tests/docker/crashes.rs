//! Crashes without a pattern: `kill -9` at moments drawn from a seed, a reboot.

use super::between::whole_files;
use super::ground::{Ground, docker};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::time::Instant;

/// Moments of every run of the tests; `LAB_TEST_CRASHES=50` says another number, and
/// then `between.rs` leaves out no call either. `scripts/test-thorough` does.
const MOMENTS: u64 = 10;

/// What is killed.
const COMMANDS: [&[&str]; 3] = [&["start"], &["check", "deploy"], &["stop", "--data"]];

/// How many moments were asked for.
pub fn asked_for() -> Option<u64> {
    let asked = std::env::var("LAB_TEST_CRASHES").ok()?;
    Some(asked.parse().expect("LAB_TEST_CRASHES is a number of moments"))
}

/// What the moments are drawn from: the same in each run unless `LAB_TEST_SEED` says
/// another. `scripts/test-thorough` takes a new one each time.
pub fn seed() -> u64 {
    let seed = std::env::var("LAB_TEST_SEED").ok();
    let seed = seed.map_or(1, |seed| seed.parse().expect("LAB_TEST_SEED is a number"));
    let _ = writeln!(std::io::stderr(), "moments of LAB_TEST_SEED={seed}");
    seed
}

/// A small generator.
pub fn random(state: &mut u64) -> u64 {
    // SplitMix64.
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[test]
fn killed_at_random_moments_it_always_recovers() {
    let ground = Ground::alone(&[]);
    ground.deploy("true");
    ground.run(&["images", "tiny", "--prepare"]).exits(0);
    // How long each takes here when nobody kills it: moments are parts of that.
    let mut whole = BTreeSet::new();
    let takes = COMMANDS.map(|command| {
        let begun = Instant::now();
        ground.run(command).exits(0);
        whole.extend(ground.objects());
        begun.elapsed()
    });
    let seed = seed();
    let mut state = seed;
    for round in 0..asked_for().unwrap_or(MOMENTS) {
        let which = usize::try_from(random(&mut state) % 3).unwrap();
        let per_mille = u32::try_from(random(&mut state) % 1_000).unwrap();
        let running = ground.spawn(COMMANDS[which]);
        std::thread::sleep(takes[which] * per_mille / 1_000);
        running.kill();
        whole_files(&ground);
        // Crashes follow crashes; now and then all must be well.
        if round % 5 == 4 {
            ground.run(&["start"]).exits(0);
            ground.run(&["gc"]).exits(0);
            assert_eq!(ground.objects(), whole, "round {round}, LAB_TEST_SEED={seed}");
            ground.run(&["check", "deploy"]).exits(0);
            assert_eq!(ground.objects(), whole, "round {round}, LAB_TEST_SEED={seed}");
        }
    }
    ground.run(&["stop", "--data"]).exits(0);
    ground.leaves_nothing();
}

#[test]
fn after_a_reboot_the_playground_starts_again_and_the_room_goes() {
    let ground = Ground::alone(&[]);
    ground.run(&["start"]).exits(0);
    let whole = ground.objects();
    ground.deploy("touch /work/here; sleep 3600");
    let running = ground.spawn(&["check", "deploy"]);
    ground.wait_for_the_deploy();
    running.kill();
    // What a reboot leaves: containers that don't run, and memory that is empty.
    let containers = ground.containers(&["status=running"]);
    assert!(containers.len() >= 8, "{containers:?}");
    assert!(docker(&["kill"]).args(&containers).output().unwrap().status.success());
    let runs = ground.lab.home().join("run/lab");
    fs::remove_dir_all(&runs).unwrap();

    let status = ground.run(&["status"]).exits(0);
    assert!(status.stdout.contains("the playground isn't running"), "{status}");
    ground.run(&["start"]).exits(0);
    assert_eq!(ground.objects(), whole);
    ground.deploy("true");
    let said = ground.run(&["check"]).exits(0);
    assert!(said.stdout.contains("3 of 3 points"), "{said}");
    ground.run(&["stop", "--data"]).exits(0);
    ground.leaves_nothing();
}
