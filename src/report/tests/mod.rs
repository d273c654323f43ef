//! Golden screens: what people see, in both languages. A change of words
//! shows here, and is to be read with one's own eyes.

mod answers;
mod fixtures;
mod formats;
mod kinds;

use super::outcome::{Extra, Next, outcome};
use super::page::columns;
use super::signs::Style;
use super::{action, clean, fault, glance, json};
use crate::definition::model::Visibility;
use crate::definition::text::Language;
use crate::grade::Acted;
use crate::i18n::Words;
use crate::outcome::ToRead;
use crate::outcome::{Outcome, RunScope};
use crate::verdict::{Fault, Verdict};
use crate::world::ServiceSeen;
use fixtures::millis;

fn extra() -> Extra<'static> {
    Extra { room: Some(millis(912)), ..Extra::default() }
}

fn screen(of: &Outcome, language: Language, style: Style) -> String {
    outcome(of, &Words::new(language), &style, extra())
}

/// One golden file per language.
fn golden(name: &str, of: &Outcome, style: Style) {
    for language in Language::ALL {
        insta::assert_snapshot!(format!("{name}-{}", language.code()), screen(of, language, style));
    }
}

#[test]
fn a_red_run_lists_all_and_explains_each_independent_cause() {
    golden("red", &fixtures::red(), Style::default());
}

#[test]
fn a_hint_that_can_be_read_now_is_offered_where_its_check_failed() {
    let hints = [ToRead { check: "not-found".parse().unwrap(), number: 2, of: 3 }];
    for (language, line) in [
        (Language::En, "try lab hint not-found · 2 of 3 hints, recorded"),
        (Language::Fr, "essayez lab hint not-found · indice 2 sur 3, consigné"),
    ] {
        let words = Words::new(language);
        let screen = outcome(&fixtures::red(), &words, &Style::default(), Extra { hints: &hints, ..extra() });
        let shown = screen.lines().filter(|shown| shown.split_whitespace().collect::<Vec<_>>().join(" ") == line);
        assert_eq!(shown.count(), 1, "{screen}");
    }
}

#[test]
fn a_green_run_is_short() {
    golden("green", &fixtures::green(), Style::default());
}

#[test]
fn a_chain_of_blocked_checks_is_listed_not_explained() {
    golden("chain", &fixtures::chain(), Style::default());
}

#[test]
fn up_to_the_current_task_later_ones_are_to_come() {
    golden("up-to", &fixtures::up_to(), Style::default());
}

#[test]
fn a_green_task_leads_to_the_next() {
    let passed = ["deploy", "home-page", "not-found"].map(|id| fixtures::check(id, Verdict::Passed));
    let of = fixtures::outcome(RunScope::UpTo("publish".parse().unwrap()), &passed);
    golden("up-to-green", &of, Style::default());
    let words = Words::new(Language::En);
    let done = outcome(&of, &words, &Style::default(), Extra { next: Some(Next::Lab), ..extra() });
    assert!(done.ends_with("Next: lab solution · lab list (every core task is passed)\n"), "{done}");
    let extra = Extra { next: Some(Next::Lab), page: Some("go-live"), ..extra() };
    let done = outcome(&of, &words, &Style::default(), extra);
    assert!(done.ends_with("Next: lab task go-live · lab solution · lab list (every core task is passed)\n"), "{done}");
}

#[test]
fn a_check_by_name_shows_what_it_needed_without_counting_it() {
    golden("named", &fixtures::named(), Style::default());
}

#[test]
fn a_fault_is_told_once_and_is_nobodys_failure() {
    golden("faults", &fixtures::faults(), Style::default());
    golden("only-faults", &fixtures::only_faults(), Style::default());
}

#[test]
fn of_a_hidden_check_only_the_instructor_reads_more() {
    let mut red = fixtures::red();
    for result in red.tasks.iter_mut().flat_map(|task| &mut task.results) {
        if result.id.as_str() == "not-found" {
            result.visibility = Visibility::Hidden;
        }
    }
    golden("hidden", &red, Style::default());
    let words = Words::new(Language::En);
    let of = |document: serde_json::Value, list: &str| {
        let all = document[list].as_array().unwrap().clone();
        all.into_iter().find(|of| of.to_string().contains("hidden")).unwrap()
    };
    let told = [
        of(json::json(&red, &words)["tasks"][0].clone(), "checks"),
        of(super::check50::outcome(&red, &words), "results"),
        of(super::gradescope::outcome(&red, &words), "tests"),
    ];
    insta::assert_snapshot!("hidden-formats", told.map(|value| json::to_text(&value)).join("―\n"));
}

#[test]
fn a_scenario_names_its_step_and_what_could_not_be_put_right() {
    golden("scenarios", &fixtures::scenarios(), Style::default());
    let value = json::json(&fixtures::scenarios(), &Words::new(Language::En));
    insta::assert_snapshot!("json-scenarios", json::to_text(&value));
}

#[test]
fn a_condition_says_what_must_hold_and_shows_its_values() {
    golden("conditions", &fixtures::conditions(), Style::default());
    let value = json::json(&fixtures::conditions(), &Words::new(Language::En));
    insta::assert_snapshot!("json-conditions", json::to_text(&value));
}

#[test]
fn what_this_machine_lacks_is_outside_the_total() {
    golden("unavailable", &fixtures::missing_part(), Style::default());
}

#[test]
fn a_for_each_explains_some_items_and_counts_the_others() {
    golden("for-each", &fixtures::for_each(), Style::default());
}

#[test]
fn long_texts_show_their_first_difference() {
    golden("texts", &fixtures::long_texts(), Style::default());
}

#[test]
fn each_trouble_has_calm_words_and_something_to_try() {
    golden("troubles", &fixtures::troubles(), Style::default());
}

#[test]
fn forty_columns_are_enough() {
    let narrow = Style { width: 40, ..Style::default() };
    golden("narrow-red", &fixtures::red(), narrow);
    golden("narrow-texts", &fixtures::long_texts(), narrow);
    golden("narrow-faults", &fixtures::faults(), narrow);
}

#[test]
fn without_unicode_signs_and_marks_are_ascii() {
    let ascii = Style { unicode: false, ..Style::default() };
    golden("ascii-red", &fixtures::red(), ascii);
    golden("ascii-texts", &fixtures::long_texts(), ascii);
    golden("ascii-faults", &fixtures::faults(), ascii);
    golden("ascii-unavailable", &fixtures::missing_part(), ascii);
}

#[test]
fn hostile_texts_are_shown_tame() {
    golden("hostile", &fixtures::hostile(), Style::default());
}

#[test]
fn a_service_that_is_not_ready_has_a_screen_of_its_own() {
    for language in Language::ALL {
        let screen = fault::screen(
            &message!("report-trouble-down", service = "storage"),
            &message!("report-nothing-judged"),
            &[
                (message!("report-asked"), "GET http://storage:3903/health → connection refused (27 tries)".to_owned()),
                (
                    message!("detail-last-log"),
                    "one\ntwo\n3\n4\n5\n6\n\nerror: could not bind 0.0.0.0:3900\u{1b}[2J\n".to_owned(),
                ),
            ],
            &["lab logs storage".to_owned(), "lab doctor".to_owned()],
            &Words::new(language),
            &Style::default(),
        );
        insta::assert_snapshot!(format!("not-ready-{}", language.code()), screen);
    }
}

#[test]
fn an_action_says_what_came_of_it() {
    use crate::verdict::{Failure, Finding, Problem};
    use crate::world::ProbeFailure;
    let told = vec![
        ("times".to_owned(), "max 12 ms, median 4 ms, min 3 ms, p95 9 ms".to_owned()),
        ("statuses".to_owned(), "200 × 49, 503 × 1".to_owned()),
    ];
    let acted = |verdict: Verdict| Acted {
        verdict,
        asked: "GET http://site:3902/ × 50".to_owned(),
        told: told.clone(),
        took: millis(1234),
    };
    let refused = ProbeFailure::Refused { address: "front:8080".to_owned(), learners: true };
    let failure = Failure {
        step: None,
        asked: "GET http://front:8080/".to_owned(),
        attempts: 1,
        took: millis(7),
        findings: vec![Finding { item: None, problem: Problem::ProbeFailure(refused) }],
        evidence: Vec::new(),
        why: None,
        passes_in_playground: false,
        limit_ms: None,
        hangs_on_time: false,
        items: None,
    };
    let missing = message!("service-not-there", service = "graphs");
    let down = ProbeFailure::Down { service: "storage".to_owned(), learners: false };
    for language in Language::ALL {
        let words = Words::new(language);
        let screen = |verdict| action("traffic", &acted(verdict), &words, &Style::default());
        let screens = [
            screen(Verdict::Passed),
            screen(Verdict::Failed(Box::new(failure.clone()))),
            screen(Verdict::Unavailable { why: missing.clone() }),
            screen(Verdict::Error { fault: Fault::ProbeFailure(down.clone()) }),
        ];
        insta::assert_snapshot!(format!("action-{}", language.code()), screens.join("―\n"));
    }
}

#[test]
fn a_service_of_the_learners_that_is_down_says_why_and_what_to_do() {
    let ended = ServiceSeen {
        exit: Some(2),
        log: "ts=1 level=error msg=\"Error loading config\"\nopen /work/prometheus.yml: permission denied\u{1b}[2J"
            .to_owned(),
        unreadable: vec!["prometheus.yml".to_owned(), "rules/my rules.yml".to_owned()],
        ..ServiceSeen::default()
    };
    let silent = ServiceSeen {
        answer: Some("GET http://app:8080/ → app:8080: connection refused".to_owned()),
        listens: Some(vec!["127.0.0.1:8080".to_owned()]),
        ..ServiceSeen::default()
    };
    let blind = ServiceSeen { up: true, unreadable: vec!["board.json".to_owned()], ..ServiceSeen::default() };
    for language in Language::ALL {
        let words = Words::new(language);
        let screens = [&ended, &silent, &blind].map(|seen| glance("prometheus", seen, &words, &Style::default()));
        insta::assert_snapshot!(format!("glance-{}", language.code()), screens.join("―\n"));
    }
    let well = ServiceSeen { up: true, ..ServiceSeen::default() };
    assert_eq!(glance("prometheus", &well, &Words::new(Language::En), &Style::default()), "");
}

#[test]
fn json_has_a_stable_shape() {
    insta::assert_snapshot!("json-red-en", json::to_text(&json::json(&fixtures::red(), &Words::new(Language::En))));
    insta::assert_snapshot!("json-red-fr", json::to_text(&json::json(&fixtures::red(), &Words::new(Language::Fr))));
    insta::assert_snapshot!("json-faults", json::to_text(&json::json(&fixtures::faults(), &Words::new(Language::En))));
}

/// Every screen in every style.
fn everything() -> Vec<(String, String)> {
    let outcomes = [
        fixtures::red(),
        fixtures::green(),
        fixtures::chain(),
        fixtures::up_to(),
        fixtures::named(),
        fixtures::faults(),
        fixtures::scenarios(),
        fixtures::conditions(),
        fixtures::only_faults(),
        fixtures::missing_part(),
        fixtures::for_each(),
        fixtures::long_texts(),
        fixtures::troubles(),
        fixtures::hostile(),
    ];
    let mut screens = Vec::new();
    for of in &outcomes {
        for language in Language::ALL {
            for width in [40, 47, 60, 80, 200] {
                for unicode in [true, false] {
                    let style = Style { colour: false, unicode, width };
                    let plain = screen(of, language, style);
                    let coloured = screen(of, language, Style { colour: true, ..style });
                    screens.push((plain, coloured));
                }
            }
        }
    }
    screens
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for of in [fixtures::red(), fixtures::faults(), fixtures::long_texts(), fixtures::hostile(), fixtures::for_each()] {
        for language in Language::ALL {
            for (width, unicode) in [(40, true), (52, false), (60, true), (80, true), (80, false)] {
                let screen = screen(&of, language, Style { colour: false, unicode, width });
                for line in screen.lines() {
                    assert!(columns(line) <= width, "{} columns of {width}: {line}", columns(line));
                }
            }
        }
    }
}

#[test]
fn no_screen_holds_a_control_character_but_newlines_and_our_own_colours() {
    for (plain, coloured) in everything() {
        assert!(plain.chars().all(|character| character == '\n' || !clean::is_hidden(character)), "{plain:?}");
        assert_eq!(
            strip_ansi_escapes::strip_str(&coloured),
            plain,
            "colour adds to the signs and changes nothing else"
        );
    }
}

#[test]
fn no_line_ends_in_a_space_and_no_two_empty_lines_follow() {
    for (plain, _) in everything() {
        assert!(plain.lines().all(|line| !line.ends_with(' ')), "{plain}");
        assert!(!plain.contains("\n\n\n") && plain.ends_with('\n'), "{plain}");
    }
}

#[test]
fn json_text_holds_nothing_that_a_terminal_obeys() {
    let value = json::json(&fixtures::hostile(), &Words::new(Language::En));
    let text = json::to_text(&value);
    assert!(text.chars().all(|character| character == '\n' || !clean::is_hidden(character)), "{text}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value, "and says the same");
}

#[test]
fn french_variants_keep_their_no_break_spaces() {
    // The words' own test reads first lines; variants stand on lines of their own.
    for line in include_str!("../../i18n/fr/report.ftl").lines() {
        let said = line.split_once('=').map_or(line, |(_, said)| said);
        for sign in [" :", " ;", " !", " ?", " »", "« "] {
            assert!(!said.contains(sign), "{line}");
        }
    }
}

#[test]
fn what_couldnt_be_judged_beside_what_passed_is_told_in_every_form() {
    let mut result = fixtures::check("home-page", Verdict::Passed);
    result.unread = vec!["Pli / shared: library-panel".to_owned()];
    let outcome = fixtures::outcome(RunScope::All, &[result]);
    let words = Words::new(Language::En);
    let screen = super::outcome::outcome(&outcome, &words, &Style::default(), Extra::default());
    for text in [screen, json::json(&outcome, &words).to_string()] {
        assert!(text.contains("library-panel"), "{text}");
    }
}
