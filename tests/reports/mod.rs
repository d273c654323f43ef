//! Reports of a kept run, by `lab report`: no engine is needed. The kept runs
//! are those of the unit tests' fixtures, read out of their golden files.

mod browser;
mod html;
mod junit;

use crate::cli::support::{Machine, in_both};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A learner's folder in which this run was the last one.
pub fn with_run(name: &str) -> Machine {
    let machine = Machine::with_demo();
    machine.write("demo/.lab/local/outcome.json", &kept(name));
    machine
}

fn kept(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/tests/snapshots");
    let golden =
        fs::read_to_string(folder.join(format!("lab_runner__report__tests__formats__kept-{name}.snap"))).unwrap();
    golden.splitn(3, "---\n").nth(2).unwrap().to_owned()
}

/// A program or a file that a test needs.
#[track_caller]
pub fn tool(path: impl Into<PathBuf>) -> PathBuf {
    let path = path.into();
    assert!(path.exists(), "{} is missing: scripts/test installs it", path.display());
    path
}

#[test]
fn the_last_run_is_shown_again_in_the_readers_language() {
    let machine = with_run("red");
    insta::assert_snapshot!(in_both(|language| machine.lab(&["report"]).lang(language).within("demo").screen()));
}

#[test]
fn without_a_run_there_is_nothing_to_report() {
    let machine = Machine::with_demo();
    insta::assert_snapshot!(in_both(|language| machine.lab(&["report"]).lang(language).within("demo").screen()));
}

#[test]
fn a_run_that_a_newer_lab_kept_is_refused_and_stays() {
    let machine = Machine::with_demo();
    machine.write("demo/.lab/local/outcome.json", r#"{"format": 2, "verdicts": {}}"#);
    insta::assert_snapshot!(in_both(|language| machine.lab(&["report"]).lang(language).within("demo").screen()));
    assert_eq!(machine.read("demo/.lab/local/outcome.json"), r#"{"format": 2, "verdicts": {}}"#);
}

#[test]
fn an_unreadable_run_is_set_aside_and_said() {
    let machine = Machine::with_demo();
    insta::assert_snapshot!(in_both(|language| {
        machine.write("demo/.lab/local/outcome.json", "{\"format\": 1, \"at\"");
        machine.lab(&["report"]).lang(language).within("demo").screen()
    }));
    assert_eq!(machine.read("demo/.lab/local/outcome.json.unreadable"), "{\"format\": 1, \"at\"");
}

#[test]
fn several_reports_come_from_one_run() {
    let machine = with_run("faults");
    let formats = ["human", "json", "junit", "check50", "gradescope", "markdown", "html", "github"];
    let args: Vec<String> = formats.iter().map(|format| format!("--report={format}=out.{format}")).collect();
    let args: Vec<&str> = std::iter::once("report").chain(args.iter().map(String::as_str)).collect();
    let done = machine.lab(&args).within("demo").done();
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{done:?}");
    for format in formats {
        let file = machine.read(&format!("demo/out.{format}"));
        assert!(file.contains("anonymous-write-is-refused") && file.ends_with(['\n', '>']), "{format}: {file}");
        if !["human", "github"].contains(&format) {
            let shown = machine.lab(&["report", "--format", format]).within("demo").done();
            assert_eq!(shown.stdout, file, "the same on standard output");
        }
    }
    let mode = fs::metadata(machine.path("demo/out.html")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
}

#[test]
fn a_path_that_will_not_do_costs_nothing_but_itself() {
    let machine = with_run("red");
    fs::create_dir(machine.path("demo/folder")).unwrap();
    let reports = ["json=folder", "junit=missing/out.xml", "html=deploy.sh/out.html", "markdown=good.md"];
    let args: Vec<String> = reports.iter().map(|report| format!("--report={report}")).collect();
    insta::assert_snapshot!(in_both(|language| {
        let args: Vec<&str> = std::iter::once("report").chain(args.iter().map(String::as_str)).collect();
        machine.write("demo/deploy.sh", "true\n");
        let done = machine.lab(&args).lang(language).within("demo").screen();
        assert!(machine.read("demo/good.md").contains("not-found"), "the others come");
        fs::remove_file(machine.path("demo/good.md")).unwrap();
        done
    }));
    let left: Vec<String> = machine.tree().into_iter().filter(|path| path.contains(".new-")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_full_disk_is_a_fault_and_not_a_wrong_path() {
    let machine = with_run("red");
    let done =
        machine.lab(&["report", "--report", "json=/dev/full", "--report", "html=out.html"]).within("demo").done();
    assert_eq!(done.code, Some(3), "{done:?}");
    assert!(done.stderr.contains("couldn't write the json report to /dev/full: no space is left"), "{}", done.stderr);
    assert!(machine.read("demo/out.html").starts_with("<!DOCTYPE html>"));
}

#[test]
fn what_is_no_file_is_written_into_and_a_link_stays_one() {
    let machine = with_run("red");
    machine.write("demo/there.md", "old");
    std::os::unix::fs::symlink("there.md", machine.path("demo/link.md")).unwrap();
    let done = machine
        .lab(&["report", "--format", "json", "--report", "junit=/dev/stdout", "--report", "markdown=link.md"])
        .within("demo")
        .done();
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stdout.contains("</testsuites>"), "{}", done.stdout);
    assert!(machine.path("demo/link.md").is_symlink() && machine.read("demo/there.md").contains("not-found"));
    // Nobody reads: told, and not waited for.
    let pipe = machine.path("demo/pipe");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &pipe,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    let done = machine.lab(&["report", "--report", "json=pipe"]).within("demo").done();
    assert_eq!(done.code, Some(3), "{done:?}");
    assert!(done.stderr.contains("couldn't write the json report to pipe"), "{}", done.stderr);
}

#[test]
fn two_reports_to_one_file_and_words_that_are_no_report_are_refused() {
    let machine = with_run("red");
    insta::assert_snapshot!(in_both(|language| {
        let cases: [&[&str]; 4] = [
            &["report", "--report", "json=a", "--report", "html=a"],
            &["report", "--report", "jsn=a"],
            &["report", "--report", "out.xml"],
            &["check", "--report", "json="],
        ];
        cases.map(|args| machine.lab(args).lang(language).within("demo").screen()).join("\n")
    }));
    assert!(!machine.path("demo/a").exists());
}

#[test]
fn a_step_of_github_gets_its_summary_below_what_is_there() {
    let machine = with_run("red");
    machine.write("summary.md", "before\n");
    let summary = machine.path("summary.md").display().to_string();
    let done =
        machine.lab(&["report", "--format", "github"]).env("GITHUB_STEP_SUMMARY", &summary).within("demo").done();
    assert_eq!(done.code, Some(0), "{done:?}");
    let written = machine.read("summary.md");
    assert!(written.starts_with("before\n# Static website") && written.contains("| publish |"), "{written}");
    assert!(done.stdout.contains("::error title=publish · not-found::an unknown path"), "{}", done.stdout);
    // Without it, only the log; and a summary that can't be written is told.
    assert_eq!(machine.lab(&["report", "--format", "github"]).within("demo").done().code, Some(0));
    let folder = machine.path("").display().to_string();
    let done = machine.lab(&["report", "--format", "github"]).env("GITHUB_STEP_SUMMARY", &folder).within("demo").done();
    assert_eq!(done.code, Some(2), "{done:?}");
    assert!(done.stdout.contains("::error title="), "{}", done.stdout);
}

#[test]
fn a_run_that_judges_nothing_says_so_in_check50s_form_too() {
    let machine = Machine::with_demo();
    let done = machine.lab(&["check", "--format", "check50", "--report", "check50=out.json"]).within("demo").done();
    assert_eq!(done.code, Some(3), "{done:?}");
    let value: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!((value["slug"].as_str(), value["error"]["type"].as_str()), (Some("demo"), Some("fault")), "{value}");
    assert_eq!(machine.read("demo/out.json"), done.stdout);
}
