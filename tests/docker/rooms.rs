//! A task's own room, and a check that the learner is told little of.

use super::ground::{Ground, check};
use serde_json::Value;

#[test]
fn a_task_with_a_room_of_its_own_sees_nothing_of_the_others() {
    let ground = Ground::of("rooms", &[]);

    let all = ground.run(&["check", "--all", "--format", "json"]).exits(1).json();

    for id in ["deploy", "spoils", "fresh"] {
        assert_eq!(check(&all, id)["status"], "passed", "{all:#}");
        assert_eq!(check(&all, id)["only_needed"], false, "{all:#}");
    }
    assert_eq!(all["points"]["total"], 4, "each check counts once: {all:#}");
    // By itself it runs in one room, with what it needs before it.
    let one = ground.run(&["check", "apart", "--format", "json"]).exits(0).json();
    assert_eq!(check(&one, "deploy")["only_needed"], true, "{one:#}");
    ground.edit("    room: own\n", "");
    let shared = ground.run(&["check", "apart", "work", "--format", "json"]).exits(1).json();
    assert_eq!(check(&shared, "fresh")["status"], "failed", "{shared:#}");
    ground.leaves_nothing();
}

#[test]
fn of_a_hidden_check_the_learner_reads_its_points_and_its_verdict() {
    let ground = Ground::of("rooms", &[]);

    let red = ground.run(&["check", "work"]).exits(1);

    assert!(red.stdout.contains("a hidden requirement must be met"), "{red}");
    let report = |format: &str| ground.run(&["report", "--format", format]).exits(0).stdout;
    for format in ["human", "json", "junit", "check50", "markdown", "html", "github"] {
        let told = report(format);
        assert!(told.contains("a hidden requirement must be met"), "{format}: {told}");
        for word in ["answer", "42"] {
            assert!(!told.contains(&format!("{word}.txt")) && !told.contains("must be 42"), "{format}: {told}");
        }
        assert!(!told.contains("Write 42"), "{format}: {told}");
    }
    // Gradescope shows it to instructors alone.
    let results: Value = serde_json::from_str(&report("gradescope")).unwrap();
    let tests = results["tests"].as_array().unwrap();
    let hidden: Vec<&Value> = tests.iter().filter(|test| test["visibility"] == "hidden").collect();
    assert_eq!(hidden.len(), 1, "{results:#}");
    assert!(hidden[0]["output"].as_str().unwrap().contains("Write 42"), "{results:#}");
    let status = ground.run(&["status"]).exits(0);
    assert!(status.stdout.contains("a hidden requirement must be met") && !status.stdout.contains("42"), "{status}");
}
