//! `lab gc --all` removes all that is its user's on an engine. On a host of another name that is
//! what the test made, and no one else's.

use super::super::ground::{Ground, LEARNER, docker, require_root, within};
use super::super::running::Running;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

/// `lab`, on a host of this name.
fn on_host(ground: &Ground, folder: &Path, host: &str, args: &[&str]) -> Command {
    let lab = ground.lab.command(folder, args);
    let mut command = Command::new("unshare");
    command
        .args(["--uts", "sh", "-c", "hostname \"$0\" && exec \"$@\"", host])
        .arg(lab.get_program())
        .args(lab.get_args());
    command.current_dir(folder).env_clear();
    command.envs(lab.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

#[test]
fn all_that_no_command_works_on_is_removed_and_the_rest_is_named() {
    require_root();
    let ground = Ground::tiny(&[]);
    let host = format!("lab-test-{}", std::process::id());
    let run = |folder: &Path, args: &[&str]| Running::begin(on_host(&ground, folder, &host, args)).wait();
    let (one, two) = (ground.folder.clone(), ground.folder("two"));
    run(&one, &["start"]).exits(0);
    run(&two, &["start"]).exits(0);
    let project = |folder: &Path| {
        let label = format!("label=org.lab-runner.workspace={}", folder.display());
        let mut listed = docker(&[
            "ps",
            "-a",
            "--filter",
            &label,
            "--filter",
            "label=org.lab-runner.kind=playground",
            "--format",
            "{{.Label \"org.lab-runner.project\"}}",
        ]);
        let text = String::from_utf8(listed.output().unwrap().stdout).unwrap();
        text.lines().next().unwrap_or_default().to_owned()
    };
    let (first, second) = (project(&one), project(&two));
    let locks = ground.lab.home().join("state/lab/locks");

    // One playground is held by another command, and a check has a room.
    ground.deploy("touch /work/here; until [ -e /work/done ]; do sleep 0.1; done");
    let check = Running::begin(on_host(&ground, &one, &host, &["check", "deploy"]));
    ground.wait_for_the_deploy();
    let held = File::open(locks.join(format!("{first}.lock"))).unwrap();
    held.lock().unwrap();
    let gc = run(&one, &["gc", "--all"]).exits(0);
    assert!(gc.stdout.contains(&format!("removed: {second}\n")), "{gc}");
    assert_eq!(gc.stdout.matches("another lab command is using it").count(), 2, "{gc}");
    assert_eq!((project(&one), project(&two)), (first.clone(), String::new()));
    ground.exec("room", "toolbox", LEARNER, "touch /work/done");
    check.wait().exits(0);
    drop(held);

    // What a killed command would leave half removed bears its mark: without one nothing goes.
    let mark = locks.join(format!("{first}.removing"));
    fs::create_dir(&mark).unwrap();
    run(&one, &["gc", "--all"]).exits(3);
    assert_eq!(project(&one), first);
    fs::remove_dir(&mark).unwrap();
    let gc = run(&one, &["gc", "--all"]).exits(0);
    assert!(gc.stdout.contains("one environment removed") && !mark.exists(), "{gc}");
    within("nothing to be left", || ground.objects().is_empty());
}
