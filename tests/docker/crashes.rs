//! Crashes without a pattern: `kill -9` at random moments, a reboot, a disk
//! that is full, a folder that can't be written to.

use super::between::whole_files;
use super::ground::{Ground, docker};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Random moments of every run of the tests; `LAB_TEST_CRASHES=50` says another
/// number, and then `between.rs` leaves out no call either.
const MOMENTS: u64 = 10;

/// How many moments were asked for.
pub fn asked_for() -> Option<u64> {
    let asked = std::env::var("LAB_TEST_CRASHES").ok()?;
    Some(asked.parse().expect("LAB_TEST_CRASHES is a number of moments"))
}

/// A new seed each time, or `LAB_TEST_SEED`, so that a red run can be had again.
pub fn seed() -> u64 {
    let seed = std::env::var("LAB_TEST_SEED").ok().map(|seed| seed.parse().expect("LAB_TEST_SEED is a number"));
    let seed = seed.unwrap_or_else(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        u64::from(since.subsec_micros())
    });
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
    ground.run(&["start"]).exits(0);
    let whole = ground.objects();
    let seed = seed();
    let mut state = seed;
    for round in 0..asked_for().unwrap_or(MOMENTS) {
        let command: &[&str] = match random(&mut state) % 3 {
            0 => &["start"],
            1 => &["check", "deploy"],
            _ => &["stop", "--data"],
        };
        let moment = Duration::from_millis(random(&mut state) % 1_500);
        let running = ground.spawn(command);
        std::thread::sleep(moment);
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
    ground.deploy("touch /work/here; sleep 50");
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

/// A file system of its own size, gone with this value. Only root can make one.
struct Disk(PathBuf);

impl Disk {
    fn mounted(at: PathBuf) -> Option<Self> {
        fs::create_dir_all(&at).unwrap();
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m,mode=755", "lab-test"]).arg(&at).output();
        if done.is_ok_and(|done| done.status.success()) {
            return Some(Self(at));
        }
        assert!(!super::ground::is_for_root(), "a file system can't be mounted");
        let _ = writeln!(std::io::stderr(), "NOT CHECKED: a full disk: only root can mount a small one");
        None
    }

    fn fill(&self) {
        // One file takes all but the last page, a second one that.
        for name in ["filler", "filler-2"] {
            let _ = fs::write(self.0.join(name), vec![b'x'; 2 << 20]);
        }
    }

    fn read_only(&self) {
        let done = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// The ground's folder on a disk of its own.
fn on_a_disk() -> Option<(Disk, Ground, PathBuf)> {
    let ground = Ground::tiny(&[]);
    let disk = Disk::mounted(ground.lab.home().join("disk"))?;
    let folder = ground.folder("disk/tiny");
    super::ground::write_script(&folder.join("deploy.sh"), "exit 0");
    Some((disk, ground, folder))
}

fn leftovers(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder.join(".lab")).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.to_string_lossy().into_owned()).filter(|name| name.starts_with(".new-")).collect()
}

#[test]
fn on_a_full_disk_the_verdict_still_comes_and_what_was_kept_stays() {
    let Some((disk, ground, folder)) = on_a_disk() else { return };
    let before = ground.lab.run(&folder, &["check", "deploy"]).exits(0);
    assert!(before.stdout.contains("1 of 1 point"), "{before}");
    let progress = fs::read(folder.join(".lab/progress.json")).unwrap();
    disk.fill();

    super::ground::write_script(&ground.folder.join("elsewhere"), "");
    let report = ground.lab.home().join("out.xml").display().to_string();
    let full = ground
        .lab
        .run(&folder, &["check", "deploy", "--report", "json=full.json", "--report", &format!("junit={report}")]);
    let full = full.exits(3);
    assert!(full.stdout.contains("1 of 1 point"), "the verdict comes: {full}");
    assert!(full.stderr.contains("your progress couldn't be kept"), "{full}");
    assert!(full.stderr.contains("No space left on device"), "{full}");
    assert!(full.stderr.contains("the json report couldn't be written to full.json"), "{full}");
    assert!(fs::read_to_string(&report).unwrap().contains("</testsuites>"), "the other report comes");
    assert_eq!(fs::read(folder.join(".lab/progress.json")).unwrap(), progress, "what was kept stays");
    assert_eq!(leftovers(&folder), Vec::<String>::new());
    // Without a report, what can't be kept costs no verdict.
    ground.lab.run(&folder, &["check", "deploy"]).exits(0);
    assert_eq!(ground.objects(), BTreeSet::new());
}

#[test]
fn in_a_folder_that_cannot_be_written_to_the_verdict_still_comes() {
    let Some((disk, ground, folder)) = on_a_disk() else { return };
    disk.read_only();
    let ran = ground.lab.run(&folder, &["check", "deploy", "--report", "html=out.html"]).exits(2);
    assert!(ran.stdout.contains("1 of 1 point"), "{ran}");
    assert!(
        ran.stderr.contains("your progress couldn't be kept") && ran.stderr.contains("Read-only file system"),
        "{ran}"
    );
    assert!(ran.stderr.contains("the html report couldn't be written to out.html"), "{ran}");
    ground.lab.run(&folder, &["check", "deploy"]).exits(0);
    let started = ground.lab.run(&folder, &["start"]).exits(3);
    assert!(started.stderr.contains("Read-only file system"), "{started}");
    assert_eq!(ground.objects(), BTreeSet::new(), "and nothing was started");
}
