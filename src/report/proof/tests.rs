//! Golden screens of proofs, in both languages.

use super::*;
use crate::definition::text::Language;
use crate::mutation::fixtures::{
    all_passed, error, failed_why, how, judged, lab, mutant, no_room, not_here, of_mutant, run, solution, starter,
    waits,
};
use crate::mutation::{Executed, Fault, judge};
use crate::verdict::Verdict::Passed;

/// Everything that can be wrong at once, and a crowd of mutants.
fn wrong() -> Proof {
    let mut mutants = vec![
        mutant("no-exit", &["deploy"]),
        mutant("soft-404", &["not-found"]),
        mutant("no-page", &["home-page"]),
        mutant("waits", &["not-found"]),
    ];
    let mut executed = vec![
        starter(),
        solution("python"),
        run(
            Subject::Solution("shell".to_owned()),
            vec![
                judged([Passed, failed_why(Some("There is no page.")), waits("home-page"), Passed]),
                judged([Passed, failed_why(None), waits("home-page"), not_here()]),
            ],
        ),
        of_mutant("no-exit", [failed_why(None), waits("deploy"), waits("home-page"), waits("deploy")]),
        of_mutant("soft-404", all_passed()),
        of_mutant("no-page", [Passed, failed_why(None), waits("home-page"), error()]),
        of_mutant("waits", [Passed, failed_why(None), waits("home-page"), Passed]),
    ];
    for number in 1..=30 {
        let id = format!("crowd-{number}");
        mutants.push(mutant(&id, &["not-found"]));
        executed.push(of_mutant(&id, [Passed, Passed, failed_why(None), Passed]));
    }
    executed.last_mut().unwrap().attempts = vec![no_room()];
    judge(&lab(), &mutants, &executed, &[], how())
}

fn right() -> Proof {
    let ids = ["deploy", "home-page", "not-found", "weight"];
    let mutants: Vec<_> = ids.iter().map(|id| mutant(&format!("no-{id}"), &[id])).collect();
    let mut executed: Vec<Executed> = vec![starter(), solution("python"), solution("shell")];
    for (at, id) in ids.iter().enumerate() {
        let mut verdicts = all_passed();
        verdicts[at] = failed_why(Some(["The page is another one.", "There is no page."][at % 2]));
        executed.push(of_mutant(&format!("no-{id}"), verdicts));
    }
    judge(&lab(), &mutants, &executed, &[], how())
}

fn golden(name: &str, of: &Proof, style: Style) {
    for language in Language::ALL {
        let screen = proof(of, &Words::new(language), &style);
        let widest = screen.lines().map(super::super::page::columns).max().unwrap_or_default();
        assert!(widest <= style.text_width(), "{widest} columns:\n{screen}");
        insta::assert_snapshot!(format!("{name}-{}", language.code()), screen);
    }
}

#[test]
fn a_proved_lab_has_its_matrix_and_one_line() {
    golden("proved", &right(), Style::default());
}

#[test]
fn what_is_missing_is_told_below_the_matrix() {
    golden("not-proved", &wrong(), Style::default());
}

#[test]
fn several_labs_end_with_what_each_lacks() {
    let mut second_try = right();
    second_try.notes.push(crate::mutation::Note::Again { fault: wrong().faults[0].clone() });
    let mut fault = wrong().faults[1].clone();
    if let Fault::Room { fault, .. } = &mut fault {
        fault.details.push((message!("proof-in"), "FATAL: no space left\nHINT: make some".to_owned()));
    }
    second_try.notes.push(crate::mutation::Note::Again { fault });
    golden("second-try", &second_try, Style::default());
    for language in Language::ALL {
        let words = Words::new(language);
        assert_eq!(recap(&[right()], &words, &Style::default()), "");
        let screen = recap(&[right(), wrong()], &words, &Style::default());
        insta::assert_snapshot!(format!("recap-{}", language.code()), screen);
    }
}

#[test]
fn forty_columns_and_ascii_are_enough() {
    golden("not-proved-narrow", &wrong(), Style { width: 40, unicode: false, ..Style::default() });
}

#[test]
fn what_was_asked_for_alone_is_told() {
    let mutants = [mutant("no-page", &["home-page"])];
    let executed = [of_mutant("no-page", [Passed, failed_why(None), waits("home-page"), Passed])];
    golden("only", &judge(&lab(), &mutants, &executed, &["no-page".to_owned()], how()), Style::default());
}

#[test]
fn programs_get_the_same_as_json() {
    let words = Words::new(Language::En);
    insta::assert_snapshot!("proved-json", format!("{:#}", json::json(&right(), &words)));
    let wrong = json::json(&wrong(), &words);
    let kinds: Vec<&str> = wrong["gaps"].as_array().unwrap().iter().filter_map(|gap| gap["kind"].as_str()).collect();
    assert_eq!(wrong["standing"], "fault");
    assert_eq!(kinds, ["solution-fails", "flaky", "survived", "fails-too", "only-waits", "unkilled"]);
}

#[test]
fn test_reporters_get_a_case_for_each_folder_and_each_check() {
    let words = Words::new(Language::En);
    insta::assert_snapshot!("proved-junit", junit::junit(&[right()], &words, None));
    let wrong = junit::junit(&[wrong()], &words, None);
    let count = |text: &str| wrong.matches(text).count();
    // Whatever is missing about one folder is one failure.
    assert_eq!((count("<failure "), count("<error ")), (4, 2), "{wrong}");
    assert!(wrong.contains("mutant 2 soft-404 should fail 3 not-found, but passed it"), "{wrong}");
}
