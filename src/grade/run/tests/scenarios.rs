//! Scenarios: steps, what they hand on, and what puts things right.

use super::*;
use crate::verdict::StepAt;

/// A check whose scenario has these steps and these of `finally`.
fn scenario(id: &str, steps: &[&str], finally: &[&str]) -> String {
    let list =
        |steps: &[&str]| steps.iter().fold(String::new(), |text, step| text + "\n  - " + &step.replace('\n', "\n    "));
    let finally = if finally.is_empty() { String::new() } else { format!("\nfinally:{}", list(finally)) };
    check(id, &format!("scenario:{}{finally}", list(steps)))
}

fn exec(command: &str) -> String {
    format!("exec: {{run: [{command:?}]}}\nexpect: {{exit: 0}}")
}

fn asked(world: &Fake) -> Vec<String> {
    world.asked.lock().unwrap().clone()
}

#[tokio::test]
async fn the_first_step_that_fails_ends_a_scenario_and_is_named() {
    let step = "say: {en: \"look again\"}\nhttp: {get: \"http://x/\"}\nexpect: {status: 200}";
    let yaml = scenario("a", &[&exec("first"), step, &exec("third")], &[&exec("last")]);
    let world = Fake::default();
    let results = verdicts(&lab(&yaml), &world).await;
    let Verdict::Failed(failure) = &results[0].verdict else { panic!("{results:?}") };
    let say = Some(crate::definition::text::Text { en: Some("look again".into()), fr: None });
    assert_eq!(failure.step, Some(StepAt { number: 2, of: 3, say }));
    assert_eq!(failure.asked, "GET http://x/");
    assert_eq!(failure.findings.len(), 1);
    assert_eq!(asked(&world), ["first", "GET http://x/", "last"], "`finally` follows, and no later step");
}

#[tokio::test]
async fn captures_of_a_step_reach_later_steps_finally_and_later_checks() {
    let get = "http: {get: \"http://x/\"}\nexpect: {status: 200}\ncapture: {home: body}";
    let yaml = scenario("a", &[get, &exec("use ${capture.home}")], &[&exec("drop ${capture.home}")])
        + &check("b", &format!("needs: [a]\n{}", exec("later ${capture.home}")));
    let world = Fake::default().page("http://x/", 200, "Home");
    assert_eq!(statuses(&verdicts(&lab(&yaml), &world).await), ["passed", "passed"]);
    assert_eq!(asked(&world), ["GET http://x/", "use Home", "drop Home", "later Home"]);
}

#[tokio::test]
async fn what_was_never_made_is_not_put_right() {
    let get = "http: {get: \"http://x/\"}\nexpect: {status: 200}\ncapture: {home: body}";
    let yaml = scenario("a", &[get], &[&exec("drop ${capture.home}"), &exec("last")]);
    let world = Fake::default();
    assert_eq!(statuses(&verdicts(&lab(&yaml), &world).await), ["failed"], "the learner's, and no fault of the lab");
    assert_eq!(asked(&world), ["GET http://x/", "last"]);
}

#[tokio::test]
async fn a_capture_that_picks_nothing_fails_the_check_that_makes_it() {
    let yaml = check("a", "http: {get: \"http://x/\"}\nexpect: {status: 200}\ncapture: {to: header.location}")
        + &check("b", &format!("needs: [a]\n{}", exec("later ${capture.to}")));
    let world = Fake::default().page("http://x/", 200, "Home");
    let results = verdicts(&lab(&yaml), &world).await;
    assert_eq!(statuses(&results), ["failed", "blocked"]);
    let Verdict::Failed(failure) = &results[0].verdict else { panic!("{results:?}") };
    let Problem::Mismatch(mismatch) = &failure.findings[0].problem else { panic!("{failure:?}") };
    assert_eq!((mismatch.selector.as_str(), &mismatch.actual), ("header.location", &crate::expect::Actual::Nothing));
}

#[tokio::test]
async fn a_finally_that_fails_is_the_labs_fault_and_nothing_is_judged_after_it() {
    for first in ["true", "false"] {
        let yaml = scenario("a", &[&exec(first)], &[&exec("one"), &exec("false"), &exec("three")])
            + &check("b", &exec("true"));
        let world = Fake::default();
        let results = verdicts(&lab(&yaml), &world).await;
        let Verdict::Error { fault: Fault::Finally { step, asked: what, findings } } = &results[0].verdict else {
            panic!("{results:?}")
        };
        assert_eq!((step.number, step.of, what.as_str(), findings.len()), (2, 3, "false", 1));
        assert_eq!(results[1].verdict, Verdict::Error { fault: Fault::Spoiled { check: "a".parse().unwrap() } });
        assert_eq!(asked(&world), [first, "one", "false", "three"], "the rest is put right, and `b` asks nothing");
    }
}

#[tokio::test]
async fn finally_runs_after_a_fault_and_after_time_is_up() {
    let fault = scenario("a", &["service: {stop: broken}\nexpect: {up: false}", &exec("next")], &[&exec("last")]);
    let world = Fake::default();
    assert_eq!(statuses(&verdicts(&lab(&fault), &world).await), ["error"]);
    assert_eq!(asked(&world), ["service broken", "last"]);

    let wait = "http: {get: \"http://x/\"}\nexpect: {status: 200}\neventually: {within: 60s, every: 5ms}";
    let yaml = scenario("a", &[wait, &exec("next")], &[&exec("last")]) + "  timeout: 50ms\n";
    let (begun, world) = (Instant::now(), Fake::default());
    assert_eq!(statuses(&verdicts(&lab(&yaml), &world).await), ["failed"]);
    assert!(begun.elapsed() < Duration::from_secs(30), "the scenario's limit ends what waits");
    assert_eq!(asked(&world).last().unwrap(), "last");
}

#[tokio::test]
async fn a_finally_whose_service_is_gone_is_a_fault_too() {
    let yaml = scenario("a", &[&exec("false")], &["service: {start: broken}\nexpect: {up: true}"]);
    let results = verdicts(&lab(&yaml), &Fake::default()).await;
    let Verdict::Error { fault: Fault::Finally { asked, .. } } = &results[0].verdict else { panic!("{results:?}") };
    assert_eq!(asked, "start broken");
}

#[tokio::test]
async fn a_steps_overlay_is_undone_before_the_next_step_and_a_checks_spans_it_all() {
    let overlaid = format!("overlay: [{{file: a, append: \"+\"}}]\n{}", exec("one"));
    let yaml = scenario("a", &[&overlaid, &exec("two")], &[&exec("last")]) + "  overlay: [{file: b, write: \"n\"}]\n";
    let world = with_file("/work/a", "old");
    assert_eq!(statuses(&verdicts(&lab(&yaml), &world).await), ["passed"]);
    let expected =
        ["put /work/b 644 n", "put /work/a 755 old+", "one", "put /work/a 755 old", "two", "last", "put /work/b 644 -"];
    assert_eq!(asked(&world), expected);
}

#[tokio::test]
async fn a_for_each_plays_the_scenario_for_each_item_and_puts_each_right() {
    let items = "for-each: {as: image, in: {html: {get: \"http://x/\"}}, select: \"links img[src]\"}";
    let get = "http: {get: \"${each.image}\"}\nexpect: {status: 200}";
    let yaml =
        scenario("a", &[&exec("take ${each.image}"), get], &[&exec("leave ${each.image}")]) + &format!("  {items}\n");
    let world = Fake::default().page("http://x/", 200, "<img src=a><img src=b>").page("http://x/a", 200, "");
    let results = verdicts(&lab(&yaml), &world).await;
    let Verdict::Failed(failure) = &results[0].verdict else { panic!("{results:?}") };
    assert_eq!((failure.items, failure.step.as_ref().unwrap().number), (Some(2), 2));
    assert_eq!(failure.findings[0].item.as_deref(), Some("http://x/b"));
    let (take, leave) = ("take http://x/", "leave http://x/");
    let of = |item: &str| vec![format!("{take}{item}"), format!("GET http://x/{item}"), format!("{leave}{item}")];
    assert_eq!(asked(&world)[1..], [of("a"), of("b")].concat());
}

#[tokio::test]
async fn an_explanation_is_of_the_step_that_failed() {
    let get = |path: &str| format!("http: {{get: \"http://x/{path}\"}}\nexpect: {{status: 200}}");
    let yaml = scenario("a", &[&exec("one"), &get("")], &[])
        + "  explain:\n    - {when: {exit: {not: 0}}, say: {en: \"exit\"}}\n    - {when: {status: 404}, say: {en: \"gone\"}}\n";
    let results = verdicts(&lab(&yaml), &Fake::default()).await;
    let Verdict::Failed(failure) = &results[0].verdict else { panic!("{results:?}") };
    let why = failure.why.as_ref().and_then(|why| why.en.as_deref());
    assert_eq!(why, Some("gone"), "a page has no exit code, and 'not 0' isn't said of it");
}

#[tokio::test]
async fn a_scenario_reads_when_all_its_steps_do() {
    let get = |path: &str| format!("http: {{get: \"http://x/{path}\"}}\nexpect: {{status: 404}}");
    let reads = lab(&(scenario("a", &[&get("a")], &[]) + &scenario("b", &[&get("b")], &[])));
    let chosen = selected(&reads, &Selection::All);
    assert_eq!(groups(&chosen).len(), 1, "side by side");
    for writer in [scenario("b", &[&get("b"), &exec("w")], &[]), scenario("b", &[&get("b")], &[&exec("w")])] {
        let lab = lab(&(scenario("a", &[&get("a")], &[]) + &writer + &scenario("c", &[&get("c")], &[])));
        assert_eq!(groups(&selected(&lab, &Selection::All)).len(), 3, "{writer}");
    }
}

#[tokio::test]
async fn only_a_scenario_that_reads_is_played_in_the_playground() {
    let get = "http: {get: \"http://x/\"}\nexpect: {status: 200}";
    for (first, there) in [(get.to_owned(), true), (exec("writes"), false)] {
        let lab = lab(&scenario("a", &[&first, get], &[]));
        let (room, playground) = (Fake::default(), Fake::default().page("http://x/", 200, ""));
        let scope = Scope::default();
        let ground = |world| Ground { world, scope: &scope };
        let chosen = selected(&lab, &Selection::All);
        let results = run(&lab, &chosen, ground(&room), Some(ground(&playground)), &Events::nowhere()).await;
        let Verdict::Failed(failure) = &results[0].verdict else { panic!("{results:?}") };
        assert_eq!(failure.passes_in_playground, there);
        assert_eq!(asked(&playground).is_empty(), !there);
    }
}

#[tokio::test]
async fn a_canary_may_be_a_scenario_and_names_its_step() {
    let canary = "scenario:\n        - {http: {get: \"http://x/\"}, expect: {status: 200}, capture: {page: body}}\n        \
                  - {http: {get: \"http://x/${capture.page}\"}, expect: {status: 200}}\n      \
                  finally: [{exec: {run: [\"last\"]}, expect: {exit: 0}}]";
    let lab = lab_with_canary(canary, &check("guarded", &exec("true")));
    let good = Fake::default().page("http://x/", 200, "p").page("http://x/p", 200, "");
    assert_eq!(statuses(&verdicts(&lab, &good).await), ["passed"]);
    assert_eq!(asked(&good), ["GET http://x/", "GET http://x/p", "last", "true"]);
    let results = verdicts(&lab, &Fake::default().page("http://x/", 200, "p")).await;
    let Verdict::Error { fault: Fault::Canary { step: Some(step), .. } } = &results[0].verdict else {
        panic!("{results:?}")
    };
    assert_eq!(step.number, 2);
}

#[tokio::test]
async fn a_page_of_fifty_thousand_links_is_too_much_and_says_so() {
    let links = (0..50_000).map(|number| format!("<img src={number}>")).collect::<Vec<_>>().concat();
    let yaml = check(
        "a",
        "for-each: {as: image, in: {html: {get: \"http://x/\"}}, select: \"links img[src]\"}\n\
         http: {get: \"${each.image}\"}\nexpect: {status: 200}",
    );
    let world = Fake::default().page("http://x/", 200, &links);
    let results = verdicts(&lab(&yaml), &world).await;
    let Verdict::Failed(failure) = &results[0].verdict else { panic!() };
    assert_eq!(failure.findings[0].problem, Problem::TooManyItems { found: 50_000, most: 500 });
    assert_eq!(asked(&world).len(), 1, "none of them is asked for");
}

#[tokio::test]
async fn a_file_that_cannot_be_put_back_spoils_what_follows() {
    for yaml in [
        check("a", &format!("overlay: [{{file: stuck, append: \"+\"}}]\n{}", exec("true"))),
        scenario("a", &[&format!("overlay: [{{file: stuck, append: \"+\"}}]\n{}", exec("true"))], &[]),
    ] {
        let lab = lab(&(yaml + &check("b", &exec("true"))));
        let results = verdicts(&lab, &with_file("/work/stuck", "old")).await;
        let Verdict::Error { fault: Fault::NotPutBack { path, .. } } = &results[0].verdict else {
            panic!("{results:?}")
        };
        assert_eq!(path, "stuck");
        assert_eq!(results[1].verdict, Verdict::Error { fault: Fault::Spoiled { check: "a".parse().unwrap() } });
    }
}
