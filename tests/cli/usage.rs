//! What isn't a command line is said in the reader's language: exit code 2.

use super::support::{Machine, in_both};

fn screens(cases: &[&[&str]]) -> String {
    let machine = Machine::new();
    let text = in_both(|language| {
        cases.iter().map(|args| machine.lab(args).lang(language).screen()).collect::<Vec<_>>().join("\n")
    });
    assert_eq!(text.matches("-- exit 2\n").count(), 2 * cases.len(), "{text}");
    assert!(!text.contains("-- stdout"), "{text}");
    text
}

#[test]
fn unknown_commands_and_arguments_have_near_ones() {
    insta::assert_snapshot!(screens(&[&["strat"], &["frobnicate"], &["list", "--fodler", "x"], &["list", "more"]]));
}

#[test]
fn values_that_will_not_do_are_named() {
    insta::assert_snapshot!(screens(&[
        &["check", "--format", "xml"],
        &["check", "--format", "jsn"],
        &["check", "--format"],
        &["logs", "--tail", "many"],
        &["completions", "tcsh"],
        &["completions"],
    ]));
}
