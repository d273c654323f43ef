use super::*;
use crate::definition::text::Text;

fn lab() -> Lab {
    let check = |id: &str, needs: &str| {
        format!(
            "      - id: {id}\n        must: {{en: \"it\"}}\n        needs: [{needs}]\n        \
             http: {{get: \"http://x/\"}}\n        expect: {{status: 200}}\n"
        )
    };
    let yaml = format!(
        "apiVersion: lab/v1\nid: demo\nversion: 1.0.0\nlanguages: [en]\ntitle: {{en: \"Demo\"}}\nlevel: beginner\n\
         duration: 1h\nenvironment:\n  toolbox:\n    image: {{pull: \"t:1\"}}\ntasks:\n  - id: one\n    tier: core\n    \
         duration: 5m\n    title: {{en: \"One\"}}\n    checks:\n{}{}{}",
        check("first", ""),
        check("waits", "first"),
        check("other", "")
    );
    serde_yaml::from_str(&yaml).unwrap()
}

fn result(id: &str, verdict: Verdict, starved: Option<f64>) -> CheckResult {
    CheckResult {
        id: id.parse().unwrap(),
        task: "one".parse().unwrap(),
        must: Text::default(),
        points: 1,
        verdict,
        took: Duration::from_secs(1),
        only_needed: false,
        visibility: crate::definition::model::Visibility::Visible,
        starved,
        unread: Vec::new(),
    }
}

fn failed(hangs_on_time: bool) -> Verdict {
    Verdict::Failed(Box::new(Failure { hangs_on_time, ..Failure::of("./deploy.sh".to_owned(), Vec::new()) }))
}

fn blocked() -> Verdict {
    Verdict::Blocked { on: "first".parse().unwrap() }
}

fn full() -> Verdict {
    Verdict::Error { fault: Fault::ProbeFailure(ProbeFailure::Fault { detail: "No space left".to_owned() }) }
}

/// What the first of two checks comes to, and the one that waits on it.
fn verdicts(
    first: (Verdict, Option<f64>),
    second: Option<(Verdict, Option<f64>)>,
    solution: Option<Verdict>,
) -> (String, String) {
    let waits = if matches!(first.0, Verdict::Failed(_)) {
        blocked()
    } else {
        Verdict::Error { fault: Fault::Needs { check: "first".parse().unwrap() } }
    };
    let results =
        vec![result("first", first.0, first.1), result("waits", waits, None), result("other", Verdict::Passed, None)];
    let again = again(&results);
    assert_eq!(again.checks.iter().map(ToString::to_string).collect::<Vec<_>>(), ["first", "waits"]);
    let second: Vec<CheckResult> = second
        .map(|(verdict, starved)| vec![result("first", verdict, starved), result("waits", Verdict::Passed, None)])
        .unwrap_or_default();
    let solution: Vec<CheckResult> = solution.map(|verdict| result("first", verdict, None)).into_iter().collect();
    let settled = settled(&lab(), results, &again, &second, &solution);
    assert_eq!((settled.len(), &settled[2].verdict), (3, &Verdict::Passed));
    let said = |verdict: &Verdict| match verdict {
        Verdict::Passed => "passed".to_owned(),
        Verdict::Failed(failure) => match failure.findings.first().map(|finding| &finding.problem) {
            Some(Problem::Broke(_)) => "failed, broke".to_owned(),
            _ => "failed".to_owned(),
        },
        Verdict::Blocked { on } => format!("waits on {on}"),
        Verdict::Unavailable { .. } => "unavailable".to_owned(),
        Verdict::Error { fault } => fault.kind().to_owned(),
    };
    (said(&settled[0].verdict), said(&settled[1].verdict))
}

fn both(first: &str, waits: &str) -> (String, String) {
    (first.to_owned(), waits.to_owned())
}

#[test]
fn what_failed_by_time_on_a_starved_machine_is_asked_again_and_never_fails_there() {
    let by_time = || (failed(true), Some(4.2));
    assert_eq!(verdicts(by_time(), Some((Verdict::Passed, Some(3.0))), None), both("passed", "passed"));
    assert_eq!(verdicts(by_time(), Some((failed(true), Some(3.0))), None), both("starved", "needs"));
    assert_eq!(verdicts(by_time(), Some((failed(true), None)), None), both("failed", "waits on first"), "calm now");
    assert_eq!(verdicts(by_time(), Some((failed(false), Some(3.0))), None), both("failed", "waits on first"));
    // Nothing can be asked again, or what it needs has failed meanwhile: no failure either.
    assert_eq!(verdicts(by_time(), None, None), both("starved", "needs"));
    assert_eq!(verdicts(by_time(), Some((blocked(), Some(3.0))), None), both("starved", "needs"));
    assert_eq!(verdicts(by_time(), Some((full(), None)), Some(Verdict::Passed)), both("trouble", "needs"));
}

#[test]
fn what_broke_is_the_learners_where_it_breaks_twice_and_not_with_a_solution() {
    let broke = || (full(), None);
    assert_eq!(verdicts(broke(), Some(broke()), Some(Verdict::Passed)), both("failed, broke", "waits on first"));
    assert_eq!(verdicts(broke(), Some(broke()), Some(full())), both("trouble", "needs"), "it is the lab's");
    assert_eq!(verdicts(broke(), Some(broke()), None), both("trouble", "needs"), "nobody can tell");
    assert_eq!(verdicts(broke(), Some((Verdict::Passed, None)), None), both("passed", "passed"), "a hiccup");
    assert_eq!(verdicts(broke(), Some((failed(false), None)), None), both("failed", "waits on first"));
    assert_eq!(
        verdicts(broke(), Some((full(), Some(9.0))), Some(Verdict::Passed)),
        both("failed, broke", "waits on first")
    );
    let slow = ProbeFailure::TimedOut { what: "x".to_owned(), after: Duration::from_secs(5), learners: false };
    let slow = || Verdict::Error { fault: Fault::ProbeFailure(slow.clone()) };
    assert_eq!(
        verdicts((slow(), None), Some((slow(), Some(9.0))), Some(Verdict::Passed)),
        both("trouble", "needs"),
        "busy"
    );
    assert_eq!(verdicts(broke(), None, Some(Verdict::Passed)), both("trouble", "needs"));
}

#[test]
fn what_comes_after_a_room_that_the_learner_spoiled_waits_on_that() {
    let spoiled = || Verdict::Error { fault: Fault::Spoiled { check: "first".parse().unwrap() } };
    let room = || vec![result("first", full(), None), result("other", spoiled(), None)];
    for (solution, verdict) in [(Verdict::Passed, blocked()), (full(), spoiled())] {
        let again = again(&room());
        let settled = settled(&lab(), room(), &again, &room(), &[result("first", solution, None)]);
        assert_eq!(settled[1].verdict, verdict);
    }
}

#[test]
fn what_can_be_believed_is_never_asked_again() {
    let unknown = Verdict::Error { fault: Fault::UnknownName("x".to_owned()) };
    let not_here = ProbeFailure::NotHere { what: "services".to_owned() };
    let not_here = Verdict::Error { fault: Fault::ProbeFailure(not_here) };
    for verdict in [Verdict::Passed, failed(true), failed(false), blocked(), unknown, not_here] {
        assert_eq!(again(&[result("first", verdict, None)]), Again::default());
    }
    assert_eq!(again(&[result("first", failed(false), Some(9.0))]), Again::default(), "time has no say in it");
    assert_eq!(again(&[result("first", Verdict::Passed, Some(9.0))]), Again::default());
}

#[test]
fn only_what_broke_both_times_is_asked_of_a_solution() {
    let first = [result("first", full(), None), result("other", full(), None)];
    let second = [result("first", full(), None), result("other", Verdict::Passed, None)];
    let twice: Vec<String> = broke_twice(&first, &second).iter().map(ToString::to_string).collect();
    assert_eq!(twice, ["first"]);
    assert!(broke_twice(&first, &[]).is_empty());
}
