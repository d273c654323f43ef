//! What this machine doesn't have is nobody's failure.

use super::*;
use crate::definition::model::Action;
use crate::grade::act;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn nothing_is_done_for_a_check_that_cant_be_asked_here() {
    let yaml = "\
- {id: first, must: {en: first}, exec: {run: \"touch x\"}, expect: {exit: 0}}
- id: steps
  must: {en: steps}
  scenario:
    - {exec: {run: \"touch y\"}, expect: {exit: 0}}
    - {http: {get: \"http://graphs/\"}, expect: {status: 200}}
- {id: waits, must: {en: waits}, needs: [steps], exec: {run: \"touch z\"}, expect: {exit: 0}}
- {id: items, must: {en: items}, for-each: {as: item, in: {http: {get: \"http://graphs/\"}}, select: \"$.a\"}, http: {get: \"${each.item}\"}, expect: {status: 200}}";
    let world = Fake::default();

    let results = judged(yaml, &world).await;

    for id in ["steps", "waits", "items"] {
        let result = results.iter().find(|result| result.id.as_str() == id).unwrap();
        let Verdict::Unavailable { why } = &result.verdict else { panic!("{id}: {:?}", result.verdict) };
        assert_eq!(why.id, "service-not-there", "{id}");
    }
    assert_eq!(*world.asked.lock().unwrap(), ["sh -c touch x"]);
}

#[tokio::test]
async fn what_is_known_to_be_missing_only_when_asked_isnt_waited_for() {
    let missing =
        ProbeFailure::Unavailable { service: "graphs".into(), why: message!("service-not-there", service = "graphs") };
    let world = Fake::default().page("http://site/", 200, "http://late/").trouble("http://late/", missing);
    let yaml = "\
- {id: link, must: {en: link}, http: {get: \"http://site/\"}, expect: {status: 200}, capture: {link: body}}
- {id: late, must: {en: late}, needs: [link], http: {get: \"${capture.link}\"}, expect: {status: 200}, eventually: {within: 1h}}";

    let results = judged(yaml, &world).await;

    assert!(matches!(results[1].verdict, Verdict::Unavailable { .. }), "{:?}", results[1].verdict);
}

async fn judged(yaml: &str, world: &Fake) -> Vec<CheckResult> {
    let lab = lab(yaml);
    let chosen = selected(&lab, &Selection::All);
    let scope = Scope::default();
    run(&lab, &chosen, Ground { world, scope: &scope }, None, &Events::nowhere()).await
}

async fn acted(yaml: &str, world: &Fake) -> act::Acted {
    let action: Action = serde_yaml::from_str(yaml).unwrap();
    let mut scope = Scope::default();
    scope.set("secret.token", "GK4f6a91b2c3d4e5f60718293a");
    act::act(&action, Ground { world, scope: &scope }, &CancellationToken::new()).await.unwrap()
}

#[tokio::test]
async fn an_action_tells_what_came_of_it() {
    let world = Fake::default().page("http://site/", 200, "hello");
    let done = acted("{say: {en: x}, http: {get: \"http://site/\", repeat: {count: 3}}}", &world).await;
    assert_eq!(done.verdict, Verdict::Passed);
    assert!(done.told.contains(&("statuses".to_owned(), "200 × 3".to_owned())), "{:?}", done.told);
    assert_eq!(world.asked.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_command_without_an_expectation_must_end_well_and_shows_no_secret() {
    let done = acted("{say: {en: x}, exec: {run: \"false\"}}", &Fake::default()).await;
    let Verdict::Failed(failure) = &done.verdict else { panic!("{:?}", done.verdict) };
    assert!(format!("{failure:?}").contains("\"exit\"") && !format!("{done:?}").contains("GK4f6a"), "{done:?}");
    // Where the lab says what it expects, that counts.
    let done = acted("{say: {en: x}, exec: {run: \"false\"}, expect: {exit: 1}}", &Fake::default()).await;
    assert_eq!(done.verdict, Verdict::Passed);
}

#[tokio::test]
async fn a_scenarios_failed_step_is_named() {
    let yaml = "{say: {en: x}, scenario: [{exec: {run: \"true\"}, expect: {exit: 0}}, \
                {say: {en: second}, http: {get: \"http://gone/\"}, expect: {status: 200}}], \
                finally: [{service: {start: web}, expect: {up: true}}]}";
    let world = Fake::default();
    let done = acted(yaml, &world).await;
    let Verdict::Failed(failure) = &done.verdict else { panic!("{:?}", done.verdict) };
    assert_eq!(failure.step.as_ref().map(|step| step.number), Some(2));
    assert_eq!(world.asked.lock().unwrap().last().unwrap(), "service web", "and `finally` was played");
}
