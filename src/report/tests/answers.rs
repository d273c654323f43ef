//! What services and files of a learner's answer may be anything: it is judged, and a
//! learner reads text. `PROPTEST_CASES` says how many inputs are tried.

use super::super::outcome::{Extra, outcome};
use super::super::signs::Style;
use super::kinds::judged;
use crate::check::fake::Fake;
use crate::definition::text::Language;
use crate::i18n::Words;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use std::time::Duration;

/// No answer of this size takes a reader longer, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(300);

fn config() -> Config {
    let asked = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().expect(name));
    Config {
        cases: asked("PROPTEST_CASES").map_or(24, |cases| u32::try_from(cases).unwrap()),
        rng_seed: RngSeed::Fixed(asked("PROPTEST_RNG_SEED").unwrap_or(1)),
        failure_persistence: None,
        ..Config::default()
    }
}

/// Asks each of these checks of a world, and shows what came of it.
fn shown(world: Fake, checks: &'static [(&'static str, &'static str)]) -> Result<(), TestCaseError> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let of = runtime.block_on(judged(&world, checks));
        let screens =
            Language::ALL.map(|language| outcome(&of, &Words::new(language), &Style::default(), Extra::default()));
        let json = super::super::json::to_text(&super::super::json::json(&of, &Words::new(Language::En)));
        let _ = sender.send((screens, json));
    });
    let (screens, json) = match receiver.recv_timeout(PATIENCE) {
        Ok(done) => done,
        Err(error) => return Err(TestCaseError::fail(format!("it panicked or hung: {error}"))),
    };
    for text in screens.iter().chain([&json]) {
        let raw = text.chars().find(|one| one.is_control() && *one != '\n');
        prop_assert!(raw.is_none(), "{raw:?} is handed on: {text}");
    }
    Ok(())
}

fn pieces(known: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => prop::sample::select(known).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => "[a-z0-9 ]{1,8}".prop_map(String::into_bytes),
        1 => any::<char>().prop_map(|one| one.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

const HTML: &[&str] = &[
    "<p>",
    "</p>",
    "<a href=\"",
    "\">",
    "<img src=",
    "<h1>",
    "<h3>",
    "</h1>",
    "<table>",
    "<tr>",
    "<svg>",
    "<math>",
    "<annotation-xml>",
    "<template>",
    "<style>",
    "url(",
    "@import '",
    "</style>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<input ",
    "<label for=x>",
    " id=x",
    "http://site/",
    "http://",
    "//",
    "javascript:",
    "#",
    "?",
    "\u{1b}[2J",
    "\u{202e}",
    "&#27;",
    "&",
    "<base href=",
    "<iframe src=",
    "<form action=",
    "<meta http-equiv=refresh content='0;url=",
    "'",
    "\"",
    "<title>",
    "<li>",
    "<html lang=",
    "<",
    ">",
    "=",
];

const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"a\"",
    "\"",
    "\\u001b",
    "\\ud800",
    "1",
    "1e999",
    "-",
    "null",
    "true",
    "\u{1b}[2J",
    "\n",
    "{\"a\":1}",
    "[1]",
];

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_page_is_judged_and_shown_as_text(body in pieces(HTML), other in pieces(HTML), kind in prop::sample::select(vec![
        "text/html", "text/html; charset=utf-16", "text/css", "application/json", "", "\u{1b}[2J",
    ])) {
        let headers = [("content-type", kind), ("x-other", "\u{1b}]0;x\u{7}"), ("location", "\u{1b}[2J")];
        let world = Fake::default().page("http://site/", 200, &headers, body).page("http://site/*", 200, &headers, other);
        shown(world, &[
            ("heading", "html: {get: \"http://site/\"}\nexpect: {\"css h1\": café}"),
            ("crawl", "html: {get: \"http://site/\", crawl: {within: site}}\nexpect: {broken: {count: 7}, errors: {count: 7}}"),
            ("weight", "html: {get: \"http://site/\"}\nexpect: {title: café}"),
        ])?;
    }

    #[test]
    fn any_answer_is_judged_and_shown_as_text(body in pieces(JSON), status in 100..999_u16, kind in prop::sample::select(vec![
        "application/json", "text/plain", "application/x-yaml", "", "\u{1b}[2J",
    ])) {
        let headers = [("content-type", kind), ("location", "\u{1b}[2J"), ("content-length", "-1")];
        let world = Fake::default().page("http://site/*", status, &headers, body);
        shown(world, &[
            ("status", "http: {get: \"http://site/\"}\nexpect: {status: 1000}"),
            ("body", "http: {get: \"http://site/\"}\nexpect: {body: {contains: café}}"),
            ("path", "http: {get: \"http://site/\"}\nexpect: {\"$.a\": café}"),
            ("all", "http: {get: \"http://site/\"}\nexpect: {\"$..*\": {every: {gte: 5}}}"),
        ])?;
    }
}
