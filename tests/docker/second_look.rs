//! Who breaks what a lab needs pays for it, and nobody pays for a machine that others keep
//! busy.

use super::ground::{Ground, check, docker, docker_text, image, write_script};
use std::thread;
use std::time::Duration;

const FILLS: &str = "echo hello > out\nhead -c 200M /dev/zero > fill 2>/dev/null\nexit 0";

#[test]
fn who_fills_the_disk_fails_unless_the_labs_solution_does_so_too() {
    // After the deploy the lab writes a file of its own into the folder.
    let edit =
        ("needs: [deploy]\n", "needs: [deploy]\n        overlay:\n          - {file: note, write: \"a note\\n\"}\n");
    let ground = Ground::of("proof", &[edit]);
    ground.deploy(FILLS);

    let broke = ground.run(&["check", "--all", "--format", "json"]).exits(1).json();

    let hello = check(&broke, "hello");
    assert_eq!(hello["status"], "failed", "{broke:#}");
    assert_eq!(hello["failure"]["findings"][0]["broke"]["kind"], "trouble", "{broke:#}");
    assert_eq!(broke["points"]["final"], true, "{broke:#}");
    let told = ground.run(&["report"]).exits(0);
    assert!(told.stdout.contains("your folder broke what the lab needs, twice"), "{told}");

    for solution in ["one", "two"] {
        write_script(&ground.pack().join("proof/solutions").join(solution).join("deploy.sh"), FILLS);
    }
    let of_the_lab = ground.run(&["check", "--all", "--format", "json"]).exits(3).json();
    assert_eq!(check(&of_the_lab, "hello")["status"], "error", "{of_the_lab:#}");
    assert_eq!(of_the_lab["points"]["final"], false, "{of_the_lab:#}");
    ground.leaves_nothing();
}

/// Processes that keep the machine busy, in containers of their own, for a bounded time.
struct Hogs(Vec<String>);

impl Hogs {
    fn begin(tag: &str) -> Self {
        let count = 4 * thread::available_parallelism().map_or(1, usize::from);
        let hog = ["run", "--detach", "--rm", "--entrypoint", "timeout", tag, "180", "sh", "-c", "while :; do :; done"];
        Self((0..count).map(|_| docker_text(&hog)).collect())
    }
}

impl Drop for Hogs {
    fn drop(&mut self) {
        for hog in &self.0 {
            let _ = docker(&["rm", "--force", hog]).output();
        }
    }
}

#[test]
#[ignore = "thorough"]
fn on_a_machine_that_others_keep_busy_right_work_never_fails_and_wrong_work_never_passes() {
    let mut ground = Ground::of("proof", &[]);
    ground.lab.set("LAB_ASSUME_CALM", "");
    let works = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo hello > out";
    ground.deploy(works);
    let calm = ground.run(&["check", "--all", "--format", "json"]).exits(0).json();
    let took = check(&calm, "deploy")["took_ms"].as_u64().unwrap();
    // Enough time without others, too little beside them.
    let limit = format!("exec: {{run: [\"./deploy.sh\"]}}\n        timeout: {}ms", took * 3 / 2 + 500);
    ground.edit("exec: {run: [\"./deploy.sh\"]}", &limit);
    let images = docker_text(&["images", "--format", "{{.Repository}}:{{.Tag}}"]);
    let tag = images.lines().find(|tag| tag.starts_with(&format!("lab-{}", image()))).unwrap();

    let hogs = Hogs::begin(tag);
    thread::sleep(Duration::from_secs(2));
    for _ in 0..2 {
        let busy = ground.run(&["check", "--all", "--format", "json"]);
        let status = check(&busy.json(), "deploy")["status"].clone();
        assert!(status == "passed" || status == "error", "{busy}");
    }
    ground.deploy("while :; do :; done");
    let endless = ground.run(&["check", "--all", "--format", "json"]);
    assert_ne!(check(&endless.json(), "deploy")["status"], "passed", "{endless}");
    drop(hogs);

    // What hangs without others is the learner's, and the limit is named.
    let alone = ground.run(&["check", "--all"]).exits(1);
    assert!(alone.stdout.contains("stopped after"), "{alone}");
    ground.leaves_nothing();
}
