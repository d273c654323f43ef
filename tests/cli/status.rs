use super::support::{Machine, in_both};

#[test]
fn where_one_stands_is_shown_without_an_engine() {
    let machine = Machine::with_demo();
    machine.write(
        "demo/.lab/progress.json",
        r#"{"format": 1, "checks": {"start": "passed", "home": "failed", "not-found": "blocked"}}"#,
    );
    insta::assert_snapshot!(in_both(|language| machine.lab(&["status"]).lang(language).within("demo").screen()));
}

#[test]
fn after_the_last_task_there_is_more_to_do_than_to_check() {
    let machine = Machine::with_demo();
    machine.write(
        "demo/.lab/progress.json",
        r#"{"format": 1, "checks": {"start": "passed", "home": "passed", "not-found": "passed"}}"#,
    );
    for (language, next) in [("en", "Next: "), ("fr", "Ensuite\u{a0}: ")] {
        let done = machine.lab(&["status"]).lang(language).within("demo").done();
        let last = done.stdout.lines().last().unwrap_or_default();
        assert!(last.starts_with(next) && last.contains("lab solution · lab list"), "{done:?}");
    }
}

#[test]
fn a_folder_elsewhere_is_found_by_its_lab() {
    let machine = Machine::with_demo();
    machine.write("elsewhere/x", "");
    let done = machine.lab(&["status", "demo"]).within("elsewhere").done();
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stdout.contains("[MACHINE]/work/demo"), "{}", done.stdout);
}
