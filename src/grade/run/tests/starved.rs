//! Time on a machine that others starve. The clock is paused: what is slow here is told,
//! not waited for.

use super::*;
use crate::verdict::Failure;
use tokio::time::Instant;

const AWAITED: &str = "http: {get: \"http://x/\"}\nexpect: {status: 200}\neventually: {within: 2s, every: 100ms}";

async fn judged(body: &str, world: Fake) -> (CheckResult, Duration) {
    let begun = Instant::now();
    let mut results = verdicts(&lab(&check("a", body)), &world).await;
    (results.remove(0), begun.elapsed())
}

fn failure(result: &CheckResult) -> &Failure {
    match &result.verdict {
        Verdict::Failed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_awaited_gets_as_much_time_as_on_a_calm_machine() {
    for (factor, seconds) in [(None, 2), (Some(3.0), 6), (Some(50.0), 10)] {
        let (result, took) = judged(AWAITED, Fake { factor, ..Fake::default() }).await;
        assert!(took.as_millis().abs_diff(seconds * 1000) <= 600, "{factor:?} {took:?}");
        assert!(failure(&result).hangs_on_time);
        assert_eq!(result.starved.is_some(), factor.is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_late_on_a_starved_machine_holds_all_the_same() {
    let ready = HttpResponse { status: 200, ..HttpResponse::default() };
    let after = |factor| Fake { later: Some((40, ready.clone())), factor, ..Fake::default() };
    assert_eq!(judged(AWAITED, after(Some(4.0))).await.0.verdict, Verdict::Passed);
    assert!(matches!(judged(AWAITED, after(None)).await.0.verdict, Verdict::Failed(_)));
}

#[tokio::test(start_paused = true)]
async fn a_failure_says_whether_time_could_have_changed_it() {
    let timed_out = || ProbeFailure::TimedOut { what: "x".into(), after: Duration::from_secs(5), learners: true };
    for (body, world, hangs) in [
        ("http: {get: \"http://x/\"}\nexpect: {status: 200}", Fake::default().page("http://x/", 404, ""), false),
        ("http: {get: \"http://x/\"}\nexpect: {status: 200}", Fake::default().page("http://x/", 504, ""), true),
        ("http: {get: \"http://x/\"}\nexpect: {status: 200}", Fake::default().trouble("http://x/", timed_out()), true),
        ("http: {get: \"http://x/\"}\nexpect: {status: 404, time: {lt: 0}}", Fake::default(), true),
        ("exec: {run: [\"false\"]}\nexpect: {exit: 0}", Fake::default(), false),
        (
            "http: {get: \"http://x/\"}\nexpect: {status: 200}\nalways: {for: 1s}",
            Fake::default().page("http://x/", 404, ""),
            true,
        ),
    ] {
        let (result, _) = judged(body, Fake { factor: Some(3.0), ..world }).await;
        assert_eq!(failure(&result).hangs_on_time, hangs, "{body}");
    }
}
