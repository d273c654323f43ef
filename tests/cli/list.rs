use super::support::{Machine, in_both};
use std::fs;

/// Without the shipped labs' rows, of which there are more each month, and
/// without the columns' widths, which follow the longest.
fn of_demo(screen: &str) -> String {
    let shipped: Vec<String> =
        fs::read_dir("labs").unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    let squeezed =
        |line: &str| line.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ");
    let rows = screen.lines().filter(|line| !shipped.iter().any(|lab| line.starts_with(&format!("{lab} "))));
    rows.map(squeezed).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_lab_that_was_not_begun_is_offered() {
    let machine = Machine::new();
    insta::assert_snapshot!(in_both(|language| of_demo(&machine.lab(&["list"]).lang(language).screen())));
    assert!(machine.tree().is_empty(), "looking changes nothing");
}

#[test]
fn a_lab_that_was_begun_shows_its_points() {
    let machine = Machine::with_demo();
    machine.write("demo/.lab/progress.json", r#"{"format": 1, "checks": {"start": "passed", "home": "failed"}}"#);
    insta::assert_snapshot!(in_both(|language| of_demo(&machine.lab(&["list"]).lang(language).screen())));
}

#[test]
fn every_shipped_lab_is_listed() {
    let listed = Machine::new().lab(&["list"]).done().stdout;
    let shipped = fs::read_dir("labs").unwrap().map(|entry| entry.unwrap().path());
    for lab in shipped.filter(|path| path.join("lab.yaml").is_file()) {
        let id = lab.file_name().unwrap().to_string_lossy().into_owned();
        assert!(listed.contains(&format!("\n{id} ")), "{id} isn't in\n{listed}");
    }
    let shipped_only = Machine::new().lab(&["list"]).env("LAB_PATH", "").done().stdout;
    assert!(shipped_only.ends_with("lab start static-site\n"), "a newcomer begins with the easiest: {shipped_only}");
}

#[test]
fn a_broken_lab_costs_the_list_one_line() {
    let machine = Machine::new();
    machine.write("pack/broken/lab.yaml", "apiVersion: lab/v1\nid: broken\ntittle: {en: x}\n");
    let pack = machine.path("pack").display().to_string();
    let done = machine.lab(&["list"]).env("LAB_PATH", &pack).done();
    assert_eq!(done.code, Some(0));
    assert!(done.stdout.contains("\nstatic-site "), "{}", done.stdout);
    let line = done.stdout.lines().find(|line| line.starts_with('✘')).unwrap();
    assert!(line.contains("[MACHINE]/work/pack/broken"), "{}", done.stdout);
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let machine = Machine::new();
    let mut command = machine.lab(&["list"]).command();
    let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn();
    let mut child = child.unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "no panic, no word");
}
