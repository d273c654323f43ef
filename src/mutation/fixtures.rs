//! A small lab, its mutants, and what runs of them could come to.

use super::{Attempt, Executed, How, RoomFault, Subject};
use crate::definition::load;
use crate::definition::model::Lab;
use crate::definition::mutant::{MadeBy, Mutant};
use crate::definition::text::Text;
use crate::verdict::{CheckResult, Failure, Fault, Verdict};
use std::path::Path;
use std::time::Duration;

const LAB: &str = r#"
apiVersion: lab/v1
id: tiny
version: 1.0.0
languages: [en]
title: {en: "A tiny lab"}
level: beginner
duration: 5m
environment:
  toolbox: {image: {pull: "debian:trixie-slim"}}
tasks:
  - id: work
    tier: core
    duration: 5m
    title: {en: "Do the work"}
    checks:
      - id: deploy
        must: {en: "`./deploy.sh` must finish"}
        exec: {run: ["./deploy.sh"]}
        expect: {exit: 0}
      - id: home-page
        must: {en: "the home page must be served"}
        needs: [deploy]
        exec: {run: ["cat", "page"]}
        expect: {stdout: {contains: "hello"}}
        explain:
          - {when: {exit: 1}, say: {en: "There is no page."}}
          - {when: {stdout: "x"}, say: {en: "The page is another one."}}
      - id: not-found
        must: {en: "an unknown path must show your own page"}
        needs: [home-page]
        exec: {run: ["cat", "404"]}
        expect: {exit: 0, stdout: {contains: "nothing"}}
      - id: weight
        must: {en: "the page must be light"}
        needs: [deploy]
        exec: {run: ["wc", "page"]}
        expect: {exit: 0}
        baseline: true
"#;

/// The lab: `deploy`; `home-page` and `weight`, which need it; `not-found`,
/// which needs `home-page`.
pub(crate) fn lab() -> Lab {
    load::parse(Path::new("tiny/lab.yaml"), LAB).unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

pub(crate) fn mutant(id: &str, expect_fail: &[&str]) -> Mutant {
    Mutant {
        id: id.parse().unwrap(),
        over: "shell".to_owned(),
        expect_fail: expect_fail.iter().map(|id| id.parse().unwrap()).collect(),
        made_by: MadeBy::Edits(Vec::new()),
        about: Some(format!("Has {id}.")),
        source: "".into(),
    }
}

pub(crate) fn all_passed() -> [Verdict; 4] {
    std::array::from_fn(|_| Verdict::Passed)
}

pub(crate) fn failed() -> Verdict {
    failed_why(None)
}

pub(crate) fn failed_why(why: Option<&str>) -> Verdict {
    Verdict::Failed(Box::new(Failure {
        step: None,
        asked: "cat page".to_owned(),
        attempts: 1,
        took: Duration::from_millis(12),
        findings: Vec::new(),
        evidence: Vec::new(),
        why: why.map(|why| Text { en: Some(why.to_owned()), fr: None }),
        passes_in_playground: false,
        limit_ms: None,
        hangs_on_time: false,
        items: None,
    }))
}

pub(crate) fn waits(on: &str) -> Verdict {
    Verdict::Blocked { on: on.parse().unwrap() }
}

pub(crate) fn not_here() -> Verdict {
    Verdict::Unavailable { why: message!("report-trouble-down", service = "browser") }
}

pub(crate) fn error() -> Verdict {
    Verdict::Error { fault: Fault::UnknownName("secret.none".to_owned()) }
}

/// What a starter comes to that begins with nothing.
pub(crate) fn untouched() -> [Verdict; 4] {
    [failed_why(Some("There is no page.")), waits("deploy"), waits("home-page"), waits("deploy")]
}

pub(crate) fn judged(verdicts: [Verdict; 4]) -> Attempt {
    let lab = lab();
    let results = lab.checks().zip(verdicts).map(|((task, check), verdict)| CheckResult {
        id: check.id.value.clone(),
        task: task.id.value.clone(),
        must: check.must.value.clone(),
        points: check.points,
        verdict,
        took: Duration::from_millis(12),
        only_needed: false,
        visibility: crate::definition::model::Visibility::Visible,
        starved: None,
        unread: Vec::new(),
    });
    Attempt::Judged(results.collect())
}

pub(crate) fn no_room() -> Attempt {
    Attempt::Fault(RoomFault { message: message!("report-trouble-down", service = "storage"), details: Vec::new() })
}

pub(crate) fn run(subject: Subject, attempts: Vec<Attempt>) -> Executed {
    Executed { subject, attempts, set_aside: Vec::new(), took: Duration::from_secs(3) }
}

pub(crate) fn starter() -> Executed {
    run(Subject::Starter, vec![judged(untouched())])
}

pub(crate) fn solution(name: &str) -> Executed {
    run(Subject::Solution(name.to_owned()), vec![judged(all_passed())])
}

pub(crate) fn of_mutant(id: &str, verdicts: [Verdict; 4]) -> Executed {
    run(Subject::Mutant(id.parse().unwrap()), vec![judged(verdicts)])
}

pub(crate) fn how() -> How {
    How { at_once: 4, repeats: 1, took: Duration::from_secs(71) }
}
