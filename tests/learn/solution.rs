use super::{Desk, names};
use std::fs;

#[test]
fn before_passing_both_ways_are_explained() {
    let desk = Desk::new();
    let english = desk.lab(&["solution", "plain"]);
    assert_eq!((english.exit, english.out.as_str()), (2, ""));
    assert!(english.err.contains("one is left: publish"), "{}", english.err);
    let words: Vec<&str> = english.err.split_whitespace().collect();
    assert!(words.join(" ").contains("lab solution --give-up"), "{}", english.err);
    let french = desk.lab(&["--lang", "fr", "solution"]);
    let words: Vec<&str> =
        french.err.split(|c: char| c.is_whitespace() && c != '\u{a0}').filter(|w| !w.is_empty()).collect();
    assert!(words.join(" ").contains("il en reste une\u{a0}: publish"), "{}", french.err);
    assert_eq!(names(&desk.path("home")), ["demo"]);
}

#[test]
fn after_passing_one_is_put_beside_the_folder_and_never_over_anything() {
    let desk = Desk::new();
    desk.stand(&[("deploy", "passed"), ("again", "passed")], 0);
    let list = desk.lab(&["solution"]);
    assert_eq!(list.exit, 0, "{}", list.err);
    assert!(list.out.contains("plain · 2 files: deploy.sh, site/index.html\n    Copies the site.\n"), "{}", list.out);
    assert!(list.out.contains("terse · one file: deploy.sh"), "{}", list.out);

    let laid = desk.lab(&["solution", "plain"]);
    assert!(laid.out.contains("diff -ru -x .lab -x .git . ../demo-solution-plain\n"), "{}", laid.out);
    let script = desk.path("home/demo-solution-plain/deploy.sh");
    assert!(fs::read_to_string(&script).unwrap().contains("cp -r site /out"));
    fs::write(&script, "mine\n").unwrap();
    let again = desk.lab(&["solution", "plain"]);
    assert!(again.out.contains("was not changed"), "{}", again.out);
    assert_eq!(fs::read_to_string(&script).unwrap(), "mine\n");
    assert_eq!(desk.progress().get("given_up"), None);
}

#[test]
fn giving_up_is_recorded_and_shown() {
    let desk = Desk::new();
    desk.stand(&[("deploy", "failed")], 0);
    assert_eq!(desk.lab(&["solution", "plian", "--give-up"]).exit, 2);
    assert_eq!(desk.progress().get("given_up"), None, "a slip of the pen is no giving up");
    let said = desk.lab(&["solution", "plain", "--give-up"]);
    assert_eq!(said.exit, 0, "{}", said.err);
    assert!(said.out.starts_with("Recorded: you gave up."), "{}", said.out);
    assert_eq!(desk.progress()["given_up"], true);
    assert_eq!(desk.progress()["checks"]["deploy"], "failed");
    assert_eq!(desk.lab(&["solution"]).exit, 0, "once is enough");
    assert!(desk.lab(&["--lang", "fr", "status"]).out.contains("abandonné\u{a0}:"));
}
