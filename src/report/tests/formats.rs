//! Reports for programs, browsers and other people's tools: their shape, and
//! that nothing from outside gets out of its place in them.

use super::fixtures;
use crate::definition::text::Language;
use crate::exit::Exit;
use crate::i18n::Words;
use crate::outcome::{Outcome, RunScope};
use crate::report::signs::Style;
use crate::report::{Extra, ReportFormat, check50, clean, gradescope, json};
use crate::verdict::{Fault, Verdict};
use crate::workspace::kept::LastRun;
use crate::workspace::record::Workspace;
use crate::world::ProbeFailure;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

fn extra() -> Extra<'static> {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_371_540);
    Extra { room: Some(fixtures::millis(912)), at: Some(at), ..Extra::default() }
}

fn written(format: ReportFormat, of: &Outcome, language: Language) -> String {
    format.file(of, &Words::new(language), extra())
}

/// Every outcome there is one of.
fn outcomes() -> Vec<Outcome> {
    vec![
        fixtures::red(),
        fixtures::green(),
        fixtures::chain(),
        fixtures::up_to(),
        fixtures::named(),
        fixtures::faults(),
        fixtures::only_faults(),
        fixtures::missing_part(),
        fixtures::for_each(),
        fixtures::long_texts(),
        fixtures::troubles(),
        fixtures::hostile(),
        fixtures::holding(fixtures::MARKUP),
    ]
}

#[test]
fn each_format_has_its_shape() {
    use Language::{En, Fr};
    for (name, format, of, language) in [
        ("junit-red-en", ReportFormat::Junit, fixtures::red(), En),
        ("junit-faults-fr", ReportFormat::Junit, fixtures::faults(), Fr),
        ("check50-red-en", ReportFormat::Check50, fixtures::red(), En),
        ("check50-faults-fr", ReportFormat::Check50, fixtures::faults(), Fr),
        ("gradescope-named-en", ReportFormat::Gradescope, fixtures::named(), En),
        ("gradescope-unavailable-fr", ReportFormat::Gradescope, fixtures::missing_part(), Fr),
        ("markdown-red-en", ReportFormat::Markdown, fixtures::red(), En),
        ("markdown-faults-fr", ReportFormat::Markdown, fixtures::faults(), Fr),
        ("markdown-hostile-en", ReportFormat::Markdown, fixtures::holding(fixtures::MARKUP), En),
        ("html-texts-en", ReportFormat::Html, fixtures::long_texts(), En),
        ("html-red-fr", ReportFormat::Html, fixtures::red(), Fr),
    ] {
        let text = written(format, &of, language).replace(include_str!("../html/report.css"), "…");
        insta::assert_snapshot!(name, text);
    }
}

/// Also read by the scenarios of `tests/reports/`, which show them by `lab report`.
#[test]
fn what_is_kept_of_a_run_is_read_again_as_it_was() {
    for (name, of) in [
        ("kept-red", fixtures::red()),
        ("kept-faults", fixtures::faults()),
        ("kept-texts", fixtures::long_texts()),
        ("kept-markup", fixtures::holding(fixtures::MARKUP)),
    ] {
        let kept = json!({"format": 1, "at": 1_795_371_540, "outcome": of});
        insta::assert_snapshot!(name, serde_json::to_string_pretty(&kept).unwrap());
    }
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace { folder: folder.path().to_owned() };
    for of in outcomes() {
        workspace.keep(&of, SystemTime::now()).unwrap();
        let LastRun::Kept(kept) = workspace.last_run().unwrap() else { panic!("it was kept: {of:?}") };
        for language in Language::ALL {
            for format in ReportFormat::value_variants() {
                assert_eq!(written(*format, &kept.outcome, language), written(*format, &of, language));
            }
        }
    }
}

#[test]
fn no_format_lets_a_control_character_through() {
    for of in outcomes() {
        for language in Language::ALL {
            for format in ReportFormat::value_variants() {
                let words = Words::new(language);
                let shown = format.screen(&of, &words, &Style::default(), extra());
                for text in [written(*format, &of, language), shown] {
                    let hidden = text.chars().find(|character| *character != '\n' && clean::is_hidden(*character));
                    assert_eq!(hidden, None, "{format:?}: {text}");
                }
            }
        }
    }
}

#[test]
fn markup_from_outside_makes_no_element_of_html() {
    let elements = |text: &str| {
        let page = scraper::Html::parse_document(&written(ReportFormat::Html, &fixtures::holding(text), Language::En));
        assert_eq!(page.errors, Vec::<std::borrow::Cow<str>>::new());
        let found = page.tree.values().filter_map(|node| node.as_element());
        found
            .map(|element| {
                let attributes: Vec<&str> = element.attrs().map(|(name, _)| name).collect();
                format!("{} {attributes:?}", element.name())
            })
            .collect::<Vec<_>>()
    };
    // The same lines, with nothing in them that could be markup.
    let keep = |character: char| if character.is_ascii_punctuation() { 'x' } else { character };
    let tame: String = fixtures::MARKUP.chars().map(keep).collect();
    let expected = elements(&tame);
    assert!(expected.len() > 80, "{expected:?}");
    assert_eq!(elements(fixtures::MARKUP), expected);
}

#[test]
fn html_loads_nothing_and_runs_nothing() {
    for of in outcomes() {
        let text = written(ReportFormat::Html, &of, Language::Fr);
        let page = scraper::Html::parse_document(&text);
        for element in page.tree.values().filter_map(|node| node.as_element()) {
            assert!(!["script", "link", "img", "iframe", "object", "base", "form"].contains(&element.name()), "{text}");
            for (name, value) in element.attrs() {
                let harmless = match name {
                    "href" => value.starts_with('#'),
                    name => !name.starts_with("on") && name != "src" && name != "style",
                };
                assert!(harmless, "{name}={value}");
            }
        }
        assert!(!include_str!("../html/report.css").contains("url("));
    }
}

#[test]
fn markup_from_outside_stays_within_its_case_of_junit() {
    let cases = |text: &str| {
        let xml = written(ReportFormat::Junit, &fixtures::holding(text), Language::En);
        let report = quick_junit::Report::deserialize_from_str(&xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
        report.test_suites.iter().map(|suite| suite.test_cases.len()).collect::<Vec<_>>()
    };
    assert_eq!(cases(fixtures::MARKUP), cases("tame"));
    assert_eq!(cases(fixtures::NASTY), cases("tame"));
}

#[test]
fn markup_from_outside_stays_within_its_cell_and_its_fence_of_markdown() {
    let text = written(ReportFormat::Markdown, &fixtures::holding(fixtures::MARKUP), Language::En);
    let mut fence: Option<String> = None;
    let mut rows = 0;
    for line in text.lines() {
        match &fence {
            Some(end) if line == end => fence = None,
            Some(_) => {}
            None if line.starts_with("```") => fence = Some(line.trim_end_matches("text").to_owned()),
            None => {
                assert!(!line.contains(['<', '>', '@']), "{line}");
                if line.starts_with('|') {
                    rows += 1;
                    assert_eq!(line.matches('|').count(), 5, "{line}");
                }
            }
        }
    }
    assert_eq!((fence, rows), (None, 2 + 3), "{text}");
}

#[test]
fn githubs_runner_obeys_nothing_that_a_learner_wrote() {
    let words = Words::new(Language::En);
    let text = ReportFormat::Github.screen(&fixtures::holding(fixtures::MARKUP), &words, &Style::default(), extra());
    let (first, rest) = text.split_once('\n').unwrap();
    let word = first.strip_prefix("::stop-commands::").unwrap();
    assert!(word.len() >= 20 && word.chars().all(char::is_alphanumeric), "{word}");
    let (screen, annotations) = rest.split_once(&format!("::{word}::\n")).unwrap();
    assert!(screen.contains("::error::owned"), "the screen shows it: {screen}");
    let expected = ["::error title=publish · home-page::", "::warning title=caching · hashed::"];
    let found: Vec<&str> = annotations.lines().collect();
    assert_eq!(found.len(), expected.len(), "{annotations}");
    for (line, start) in found.iter().zip(expected) {
        assert!(line.starts_with(start), "{line}");
    }
    let again = ReportFormat::Github.screen(&fixtures::red(), &words, &Style::default(), extra());
    assert!(!again.contains(word), "each run draws its own");
}

fn valid(schema: &str, value: &Value) -> bool {
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap().is_valid(value)
}

#[test]
fn check50s_form_is_the_documented_one() {
    let schema = include_str!("schemas/check50.json");
    let documented = json!({
        "slug": "cs50/problems/2018/x/caesar",
        "results": [
            {"name": "exists", "description": "caesar.c exists.", "passed": true, "log": ["checking that caesar.c exists..."],
             "cause": null, "data": {}, "dependency": null},
            {"name": "compiles", "description": "caesar.c compiles.", "passed": false, "log": ["running clang"],
             "cause": {"rationale": "code failed to compile", "help": null}, "data": {}, "dependency": "exists"},
            {"name": "encrypts", "description": "encrypts", "passed": null, "log": [],
             "cause": {"rationale": "can't check until a frown turns upside down"}, "data": {}, "dependency": "compiles"}
        ],
        "version": "3.0.0"
    });
    assert!(valid(schema, &documented), "the schema knows the documentation's example");
    for (pointer, wrong) in
        [("/results/0/passed", json!("yes")), ("/results/1/cause", json!(null)), ("/results/2/log", json!("x"))]
    {
        let mut other = documented.clone();
        *other.pointer_mut(pointer).unwrap() = wrong;
        assert!(!valid(schema, &other), "{pointer}");
    }
    for of in outcomes() {
        for language in Language::ALL {
            let value = check50::outcome(&of, &Words::new(language));
            assert!(valid(schema, &value), "{value:#}");
            assert_eq!(value["results"].as_array().unwrap().len(), of.results().count());
        }
    }
    let error = check50::error("static-site", "fault", &message!("not-started", lab = "x"), &Words::new(Language::En));
    assert!(valid(schema, &error), "{error:#}");
}

#[test]
fn gradescopes_form_is_the_documented_one() {
    let schema = include_str!("schemas/gradescope.json");
    let documented = json!({
        "score": 44.0, "execution_time": 136, "output": "Text relevant to the entire submission",
        "output_format": "simple_format", "visibility": "after_due_date", "stdout_visibility": "visible", "extra_data": {},
        "tests": [{"score": 2.0, "max_score": 2.0, "status": "passed", "name": "Your name here", "number": "1.1",
                   "output": "Giant multiline string", "tags": ["tag1", "tag2"], "visibility": "visible", "extra_data": {}}]
    });
    assert!(valid(schema, &documented), "the schema knows the documentation's example");
    for (pointer, wrong) in
        [("/tests/0/status", json!("skipped")), ("/tests/0/number", json!(1)), ("/visibility", json!("all"))]
    {
        let mut other = documented.clone();
        *other.pointer_mut(pointer).unwrap() = wrong;
        assert!(!valid(schema, &other), "{pointer}");
    }
    for of in outcomes() {
        let value = gradescope::outcome(&of, &Words::new(Language::En));
        assert!(valid(schema, &value), "{value:#}");
        let sum = |key: &str| -> u64 {
            value["tests"].as_array().unwrap().iter().filter_map(|test| test[key].as_u64()).sum()
        };
        if of.tally.unfinished() {
            assert_eq!((sum("score"), sum("max_score"), &value["score"]), (0, 0, &Value::Null), "{value:#}");
            continue;
        }
        assert_eq!((sum("score"), sum("max_score")), (of.tally.earned.into(), of.tally.total.into()), "exactly ours");
        assert_eq!(value["score"], json!(of.tally.earned));
    }
}

/// All that was judged has passed, and most couldn't be judged.
#[test]
fn no_form_shows_an_unfinished_run_as_a_whole_one() {
    let down =
        || fixtures::error(Fault::ProbeFailure(ProbeFailure::Down { service: "web".to_owned(), learners: false }));
    let passed = ["deploy", "home-page", "not-found"].map(|id| fixtures::check(id, Verdict::Passed));
    let of = fixtures::outcome(RunScope::All, &[&passed[..], &[fixtures::check("hashed", down())]].concat());
    assert_eq!((of.tally.earned, of.tally.total, Exit::of(&of)), (5, 7, Exit::Fault));
    for (language, so_far) in [(Language::En, "5 of 7 points so far"), (Language::Fr, "5 points sur 7 à ce stade")] {
        let words = Words::new(language);
        let screen = ReportFormat::Human.screen(&of, &words, &Style::default(), extra());
        assert!(screen.contains(so_far), "{screen}");
        for format in [ReportFormat::Markdown, ReportFormat::Html] {
            let text = written(format, &of, language);
            let text = text.replace("&nbsp;", " ");
            assert!(text.contains(so_far), "{text}");
        }
    }
    assert_eq!(json::json(&of, &Words::new(Language::En))["points"], json!({"earned": 5, "total": 7, "final": false}));
    for format in [ReportFormat::Junit, ReportFormat::Check50, ReportFormat::Gradescope] {
        let text = written(format, &of, Language::En);
        for scored in ["\"points\"", "points.", "\"earned\"", "score\""] {
            assert!(!text.contains(scored), "{scored} in {text}");
        }
    }
    let here = fixtures::outcome(
        RunScope::All,
        &[&passed[..], &[fixtures::check("hashed", fixtures::unavailable())]].concat(),
    );
    assert_eq!((here.tally.earned, here.tally.total, Exit::of(&here)), (5, 5, Exit::Success), "outside the total");
}

#[test]
fn json_says_the_exit_code() {
    for (of, exit) in
        [(fixtures::green(), Exit::Success), (fixtures::red(), Exit::ChecksFailed), (fixtures::faults(), Exit::Fault)]
    {
        assert_eq!(json::json(&of, &Words::new(Language::En))["exit"], json!(exit as u8));
    }
}
