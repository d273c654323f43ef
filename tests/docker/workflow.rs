//! The probe `workflow` against real servers: what is pushed arrives or doesn't,
//! a stranger gets nothing, and workflows that mean harm change no verdict.

use super::ground::{Ground, check};
use std::fs;

/// A folder of the lab, its images made before: what runs workflows is built in
/// minutes where nobody has it yet, and a scenario's commands have two.
fn ground() -> Ground {
    let ground = Ground::of("workflow", &[]);
    let prepared = ground.lab.command(&ground.folder, &["images", "workflow", "--prepare"]).output().unwrap();
    assert!(prepared.status.success(), "{}", String::from_utf8_lossy(&prepared.stderr));
    ground
}

#[test]
fn a_good_commit_arrives_a_bad_one_does_not_and_a_stranger_gets_nothing() {
    let ground = ground();
    let green = ground.run(&["check", "--all", "--format", "json"]).exits(0).json();
    assert_eq!(green["tally"]["passed"], 10, "{green:#}");

    // The same checks see what is wrong: a deployment that waits for no test.
    let path = ground.folder.join(".github/workflows/ci.yml");
    let good = fs::read_to_string(&path).unwrap();
    fs::write(&path, good.replace("    needs: test\n", "")).unwrap();
    let red = ground.run(&["check", "push", "failing-test", "--format", "json"]).exits(1).json();
    assert_eq!(check(&red, "push")["status"], "passed", "{red:#}");
    let failed = check(&red, "failing-test");
    assert_eq!(failed["status"], "failed", "{failed:#}");
    assert!(failed["failure"].to_string().contains("(this run's commit)"), "{failed:#}");

    // A key in disguise is a leak, and isn't shown.
    fs::write(&path, good.replace("          curl", "          base64 ~/.ssh/id_ed25519\n          curl")).unwrap();
    let red = ground.run(&["check", "push", "--format", "json"]).exits(1).json();
    let failed = check(&red, "push")["failure"].to_string();
    assert!(failed.contains("PRODUCTION_KEY: log of CI/deploy"), "{failed}");
    // How every such key begins, twice encoded.
    assert!(!failed.contains("LS0tLS1CRUdJTiBPUEVOU1NI"), "{failed}");
    ground.leaves_nothing();
}

#[test]
fn a_workflow_that_cannot_run_is_told_with_its_line() {
    let ground = ground();
    let path = ground.folder.join(".github/workflows/ci.yml");
    let good = fs::read_to_string(&path).unwrap();
    for (from, to, told) in [
        ("permissions:", "permission:", "ci.yml:5: `permission` isn't a key that GitHub knows here"),
        ("uses: actions/upload-artifact@v4", "uses: peaceiris/actions-gh-pages@v4", "isn't on this lab's shelf"),
        (
            "runs-on: ubuntu-latest\n    strategy",
            "runs-on: macos-latest\n    strategy",
            "no runner `macos-latest` here",
        ),
    ] {
        fs::write(&path, good.replace(from, to)).unwrap();
        let red = ground.run(&["check", "push", "--format", "json"]).exits(1).json();
        let failed = check(&red, "push");
        assert_eq!(failed["status"], "failed", "{failed:#}");
        assert!(failed["failure"].to_string().contains(told), "{told}: {failed:#}");
    }
    ground.leaves_nothing();
}
