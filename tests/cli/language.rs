//! Which language is spoken: `--lang`, then `LAB_LANG`, then the locale.

use super::support::{Machine, Run};

fn is_french(run: Run<'_>) -> bool {
    run.done().stdout.contains("NIVEAU")
}

#[test]
fn the_command_line_wins_over_lab_lang_and_that_over_the_locale() {
    let machine = Machine::new();
    let list = || machine.lab(&["list"]);
    assert!(!is_french(list()));
    assert!(is_french(list().env("LANG", "fr_FR.UTF-8")));
    assert!(is_french(list().env("LC_ALL", "fr_CA.UTF-8").env("LANG", "en_GB.UTF-8")));
    assert!(is_french(list().env("LC_MESSAGES", "fr_BE.UTF-8").env("LANG", "en_GB.UTF-8")));
    assert!(!is_french(list().lang("en").env("LANG", "fr_FR.UTF-8")));
    assert!(is_french(list().lang("fr").env("LANG", "en_GB.UTF-8")));
    assert!(is_french(machine.lab(&["--lang", "fr", "list"]).lang("en")));
    assert!(is_french(machine.lab(&["list", "--lang=fr"]).lang("en")));
    assert!(!is_french(list().lang("").env("LANG", "C.UTF-8")));
}

#[test]
fn a_mistake_on_the_command_line_is_told_in_its_own_language() {
    let machine = Machine::new();
    let done = machine.lab(&["--lang=fr", "strat"]).done();
    assert!(done.stderr.contains("commande inconnue"), "{}", done.stderr);
    let done = machine.lab(&["strat", "--lang", "fr"]).lang("en").done();
    assert!(done.stderr.contains("commande inconnue"), "{}", done.stderr);
}

#[test]
fn without_utf_8_the_signs_are_ascii() {
    let machine = Machine::new();
    let done = machine.lab(&["strat"]).env("LANG", "C").done();
    assert!(done.stderr.starts_with("FAIL "), "{}", done.stderr);
    assert!(done.stderr.is_ascii(), "{}", done.stderr);
}
