//! The commands that look at a playground or change it: `env`, `shell`,
//! `logs`, `stop`, `restart`, `gc`.

use super::support::{Machine, in_both};

const COMMANDS: [&str; 5] = ["env", "shell", "logs", "stop", "restart"];

#[test]
fn outside_a_labs_folder_they_say_where_to_go() {
    let machine = Machine::new();
    for command in COMMANDS.into_iter().chain(["task", "status", "check"]) {
        let done = machine.lab(&[command]).done();
        assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "lab {command}");
        let said = "✘ this isn't a lab's folder\n  → cd into a lab's folder, or start a lab: lab list · lab start static-site\n";
        assert_eq!(done.stderr, said, "lab {command}");
    }
}

#[test]
fn a_lab_that_was_not_begun_is_said() {
    let machine = Machine::new();
    insta::assert_snapshot!(in_both(|language| {
        ["env", "stop"].map(|command| machine.lab(&[command, "demo"]).lang(language).screen()).join("\n")
    }));
}

#[test]
fn without_an_engine_they_fault() {
    let machine = Machine::with_demo();
    for command in COMMANDS {
        let done = machine.lab(&[command]).within("demo").done();
        assert_eq!((done.code, done.stdout.as_str()), (Some(3), ""), "lab {command}");
        assert!(done.stderr.contains("there is no Docker engine"), "lab {command}: {}", done.stderr);
        assert!(!done.stderr.contains("judged"), "lab {command} judges nothing: {}", done.stderr);
    }
    let done = machine.lab(&["gc"]).done();
    assert_eq!(done.code, Some(3), "{done:?}");
}

#[test]
fn an_unknown_service_has_a_near_one() {
    let machine = Machine::with_demo();
    insta::assert_snapshot!(in_both(|language| {
        [["logs", "wbe"], ["restart", "tolbox"]]
            .map(|args| machine.lab(&args).lang(language).within("demo").screen())
            .join("\n")
    }));
}
