//! Conditions between values: `cel`.

use super::*;
use crate::definition::text::Text;
use serde_json::json;

fn get(path: &str, rest: &str) -> String {
    format!("http: {{get: \"http://x/{path}\"}}\nexpect: {{status: 200}}\n{rest}")
}

fn condition(that: &str) -> String {
    format!("cel: {{that: \"{that}\", message: {{en: \"it must grow\"}}}}")
}

#[tokio::test]
async fn a_condition_compares_captures_with_what_the_probe_sees() {
    let yaml = check("before", &get("a", "capture: {home-size: size}"))
        + &check("after", &format!("needs: [before]\n{}", get("b", &condition("size == home_size + 2"))));
    let world = Fake::default().page("http://x/a", 200, "1234").page("http://x/b", 200, "123456");
    assert_eq!(statuses(&verdicts(&lab(&yaml), &world).await), ["passed", "passed"]);
    let world = Fake::default().page("http://x/a", 200, "1234").page("http://x/b", 200, "12345");
    let results = verdicts(&lab(&yaml), &world).await;
    let Verdict::Failed(failure) = &results[1].verdict else { panic!("{results:?}") };
    let expected = Problem::Condition {
        that: "size == home_size + 2".into(),
        message: Text { en: Some("it must grow".into()), fr: None },
        values: vec![("home_size".into(), json!(4)), ("size".into(), json!(5))],
    };
    assert_eq!(failure.findings[0].problem, expected);
}

#[tokio::test]
async fn a_step_knows_its_own_captures_and_the_item() {
    let items = "for-each: {as: image, in: {html: {get: \"http://x/\"}}, select: \"links img[src]\"}\n";
    let that = "each.image in all && size(all) == 2";
    let yaml =
        check("a", &format!("{items}{}", get("", &format!("capture: {{all: \"links img\"}}\n{}", condition(that)))));
    let world = Fake::default().page("http://x/", 200, "<img src=a><img src=b>");
    assert_eq!(statuses(&verdicts(&lab(&yaml), &world).await), ["passed"]);
}

#[tokio::test]
async fn a_field_that_was_not_seen_is_null() {
    let yaml = check("a", &get("", &condition("location == null || location == 'x'")));
    assert_eq!(statuses(&verdicts(&lab(&yaml), &Fake::default().page("http://x/", 200, "")).await), ["passed"]);
}

#[tokio::test]
async fn a_wrong_type_is_the_labs_fault_but_not_where_something_else_failed() {
    let yaml = check("a", &get("", &condition("body + 1 == 2")));
    let results = verdicts(&lab(&yaml), &Fake::default().page("http://x/", 200, "x")).await;
    let Verdict::Error { fault: Fault::Condition { that, .. } } = &results[0].verdict else { panic!("{results:?}") };
    assert_eq!(that, "body + 1 == 2");
    let results = verdicts(&lab(&yaml), &Fake::default()).await;
    assert_eq!(statuses(&results), ["failed"], "a page that is missing has failed before");
}
