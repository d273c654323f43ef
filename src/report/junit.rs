//! The XML of `JUnit`, as Jenkins' schema (`junit-10.xsd`) has it.
//!
//! A learner's failure is a `failure`, a fault an `error`, and what waits or
//! can't be judged here is `skipped`. Points stand among a suite's properties,
//! for that schema has no place for them in a case; an unfinished run has none.

use super::clean;
use super::told;
use super::voice::Voice;
use crate::i18n::Words;
use crate::outcome::{Outcome, TaskOutcome};
use crate::verdict::{CheckResult, Verdict};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::time::{Duration, SystemTime};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) took: Duration,
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) cases: Vec<Case>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// What it belongs to, with dots between the parts.
    pub(crate) class: String,
    pub(crate) took: Duration,
    pub(crate) end: End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    Passed,
    Failed(Said),
    /// It couldn't be tried, by a fault.
    Error(Said),
    /// It wasn't tried.
    Skipped(Said),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) message: String,
    /// A word for programs.
    pub(crate) kind: String,
    pub(crate) text: String,
}

pub(crate) fn outcome(outcome: &Outcome, words: &Words, at: Option<SystemTime>) -> String {
    let voice = Voice::plain(words);
    let suites: Vec<Suite> = outcome.tasks.iter().map(|task| suite(task, outcome, voice)).collect();
    xml(outcome.lab.as_str(), outcome.took, at, &suites)
}

pub(crate) fn xml(name: &str, took: Duration, at: Option<SystemTime>, suites: &[Suite]) -> String {
    let mut report = Report::new(clean::line(name));
    report.set_time(took);
    for suite in suites {
        let mut of = TestSuite::new(clean::line(&suite.name));
        of.set_time(suite.took);
        if let Some(at) = told::at(at) {
            of.extra.insert("timestamp".into(), at.into());
        }
        for (name, value) in &suite.properties {
            of.add_property((clean::line(name), clean::line(value)));
        }
        of.add_test_cases(suite.cases.iter().map(case));
        report.add_test_suite(of);
    }
    // What can't be written into a text doesn't exist: the crate leaves out
    // what XML has no way to say.
    let text = report.to_string().unwrap_or_default();
    // The schema knows no `skipped` of all suites together; the first one is theirs.
    text.replacen(&format!(" skipped=\"{}\"", report.skipped), "", 1)
}

fn case(case: &Case) -> TestCase {
    let (mut status, said) = match &case.end {
        End::Passed => (TestCaseStatus::success(), None),
        End::Failed(said) => (TestCaseStatus::non_success(NonSuccessKind::Failure), Some(said)),
        End::Error(said) => (TestCaseStatus::non_success(NonSuccessKind::Error), Some(said)),
        End::Skipped(said) => (TestCaseStatus::skipped(), Some(said)),
    };
    if let Some(said) = said {
        status.set_message(clean::line(&said.message)).set_type(clean::line(&said.kind));
        if !said.text.is_empty() {
            status.set_description(clean::text(&said.text));
        }
    }
    let mut of = TestCase::new(clean::line(&case.name), status);
    of.set_classname(clean::line(&case.class)).set_time(case.took);
    of
}

fn suite(task: &TaskOutcome, outcome: &Outcome, voice: Voice) -> Suite {
    let mut properties = vec![
        ("lab-version".to_owned(), outcome.version.clone()),
        ("title".to_owned(), voice.text(&task.title).to_owned()),
    ];
    if outcome.tally.unfinished() {
        properties.push(("not-judged".to_owned(), task.tally.errors.to_string()));
    } else {
        properties.push(("points".to_owned(), format!("{}/{}", task.tally.earned, task.tally.total)));
        properties.extend(
            task.results
                .iter()
                .filter(|result| !told::points(result).is_empty())
                .map(|result| (format!("points.{}", result.id), format!("{}/{}", result.earned(), result.points))),
        );
    }
    if let Some(judge) = &outcome.judge {
        properties.extend([
            ("lab".to_owned(), outcome.lab.to_string()),
            ("lab-digest".to_owned(), judge.digest.clone()),
            ("lab-public-digest".to_owned(), judge.public_digest.clone()),
            ("lab-path".to_owned(), judge.path.clone()),
            ("learner".to_owned(), judge.learner.clone()),
            ("folder-digest".to_owned(), judge.folder_digest.clone()),
        ]);
    }
    let cases = task.results.iter().map(|result| Case {
        name: result.id.to_string(),
        class: format!("{}.{}", outcome.lab, task.id),
        took: result.took,
        end: end(result, voice),
    });
    let took = task.results.iter().map(|result| result.took).sum();
    Suite { name: task.id.to_string(), took, properties, cases: cases.collect() }
}

fn end(result: &CheckResult, voice: Voice) -> End {
    let said = |kind: &str| Said {
        message: told::reason(result, voice),
        kind: kind.to_owned(),
        text: told::text(result, voice),
    };
    match &result.verdict {
        Verdict::Passed => End::Passed,
        Verdict::Failed(_) => End::Failed(said("failed")),
        Verdict::Blocked { .. } => End::Skipped(said("blocked")),
        Verdict::Unavailable { .. } => End::Skipped(said("unavailable")),
        Verdict::Error { fault } => End::Error(said(fault.kind())),
    }
}
