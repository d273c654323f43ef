//! A learner's folder on a disk that is full, or that can't be written to.

use super::super::ground::{Ground, require_root, write_script};
use crate::support::in_one_line;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system of its own size, gone with this value.
struct Disk(PathBuf);

impl Disk {
    #[track_caller]
    fn mounted(at: PathBuf) -> Self {
        require_root();
        fs::create_dir_all(&at).unwrap();
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m,mode=755", "lab-test"]).arg(&at).status();
        assert!(done.unwrap().success(), "a file system can't be mounted");
        Self(at)
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
fn on_a_disk() -> (Disk, Ground, PathBuf) {
    let ground = Ground::tiny(&[]);
    let disk = Disk::mounted(ground.lab.home().join("disk"));
    let folder = ground.folder("disk/tiny");
    write_script(&folder.join("deploy.sh"), "exit 0");
    (disk, ground, folder)
}

fn leftovers(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder.join(".lab")).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.to_string_lossy().into_owned()).filter(|name| name.starts_with(".new-")).collect()
}

#[test]
fn on_a_full_disk_the_verdict_still_comes_and_what_was_kept_stays() {
    let (disk, ground, folder) = on_a_disk();
    let before = ground.lab.run(&folder, &["check", "deploy"]).exits(0);
    assert!(before.stdout.contains("1 of 1 point"), "{before}");
    let progress = fs::read(folder.join(".lab/progress.json")).unwrap();
    disk.fill();

    write_script(&ground.folder.join("elsewhere"), "");
    let report = ground.lab.home().join("out.xml").display().to_string();
    let full = ground
        .lab
        .run(&folder, &["check", "deploy", "--report", "json=full.json", "--report", &format!("junit={report}")]);
    let full = full.exits(3);
    assert!(full.stdout.contains("1 of 1 point"), "the verdict comes: {full}");
    assert!(in_one_line(&full.stderr).contains("couldn't save your progress"), "{full}");
    assert!(in_one_line(&full.stderr).contains("no space is left on the disk"), "{full}");
    assert!(in_one_line(&full.stderr).contains("couldn't write the json report to full.json"), "{full}");
    assert!(fs::read_to_string(&report).unwrap().contains("</testsuites>"), "the other report comes");
    assert_eq!(fs::read(folder.join(".lab/progress.json")).unwrap(), progress, "what was kept stays");
    assert_eq!(leftovers(&folder), Vec::<String>::new());
    // Without a report, what can't be kept costs no verdict.
    ground.lab.run(&folder, &["check", "deploy"]).exits(0);
    assert_eq!(ground.objects(), BTreeSet::new());
}

#[test]
fn in_a_folder_that_cannot_be_written_to_the_verdict_still_comes() {
    let (disk, ground, folder) = on_a_disk();
    disk.read_only();
    let ran = ground.lab.run(&folder, &["check", "deploy", "--report", "html=out.html"]).exits(2);
    assert!(ran.stdout.contains("1 of 1 point"), "{ran}");
    assert!(
        in_one_line(&ran.stderr).contains("couldn't save your progress")
            && in_one_line(&ran.stderr).contains("the file system is read-only"),
        "{ran}"
    );
    assert!(ran.stderr.contains("couldn't write the html report to out.html"), "{ran}");
    ground.lab.run(&folder, &["check", "deploy"]).exits(0);
    let started = ground.lab.run(&folder, &["start"]).exits(3);
    assert!(in_one_line(&started.stderr).contains("the file system is read-only"), "{started}");
    assert_eq!(ground.objects(), BTreeSet::new(), "and nothing was started");
}
