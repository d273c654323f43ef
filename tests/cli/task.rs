use super::support::{Machine, in_both};

#[test]
fn the_current_task_is_shown_with_its_names_filled_in() {
    let machine = Machine::with_demo();
    insta::assert_snapshot!(in_both(|language| machine.lab(&["task"]).lang(language).within("demo").screen()));
}

#[test]
fn the_task_after_a_finished_one_is_current() {
    let machine = Machine::with_demo();
    machine.write("demo/.lab/progress.json", r#"{"format": 1, "checks": {"start": "passed", "home": "passed"}}"#);
    let done = machine.lab(&["task"]).within("demo/site").done();
    assert!(done.stdout.starts_with("Task 2 of 2: Answer 404"), "{}", done.stdout);
}

#[test]
fn a_task_is_found_by_number_and_by_name() {
    let machine = Machine::with_demo();
    let by_number = machine.lab(&["task", "2"]).within("demo").done();
    assert!(by_number.stdout.starts_with("Task 2 of 2: Answer 404 · about 30 min\n\n# Answer 404\n"), "{by_number:?}");
    let by_name = machine.lab(&["task", "missing", "-C", "demo"]).done();
    assert_eq!(by_name.stdout, by_number.stdout);
}

#[test]
fn a_page_is_read_like_a_task_and_comes_after_the_last() {
    let machine = Machine::with_demo();
    let page = machine.lab(&["task", "further"]).within("demo").done();
    assert!(page.stdout.starts_with("Where to go from here · not scored\n\n# Where to go"), "{page:?}");
    machine.write(
        "demo/.lab/progress.json",
        r#"{"format": 1, "checks": {"start": "passed", "home": "passed", "not-found": "passed"}}"#,
    );
    let after = machine.lab(&["task"]).within("demo").done();
    assert_eq!(after.stdout, page.stdout);
}

#[test]
fn an_unknown_task_has_a_near_one() {
    let machine = Machine::with_demo();
    insta::assert_snapshot!(in_both(|language| {
        ["mising", "0", "3"].map(|name| machine.lab(&["task", name]).lang(language).within("demo").screen()).join("\n")
    }));
}
