//! Answers that are more than is read or searched.

use super::*;
use crate::world::{Bound, Excess};

fn http(host: &str, expect: &str) -> String {
    format!("http: {{get: \"http://{host}/\"}}\nexpect: {{'{expect}': {{exists: true}}}}")
}

fn world(host: &str, body: &str) -> Fake {
    Fake::default().page(&format!("http://{host}/"), 200, body)
}

#[tokio::test]
async fn what_is_too_much_is_a_failure_of_the_learners_service_and_an_error_of_ours() {
    let (open, close) = ("[".repeat(90), "]".repeat(90));
    let attributes = (0..100_000).map(|number| format!(" a{number}")).collect::<Vec<_>>().concat();
    let cases = [
        (http("HOST", "css p"), "<div>".repeat(60_000), Bound::Depth),
        (http("HOST", "links a"), format!("<p{attributes}>"), Bound::Attributes),
        (http("HOST", "css p"), "<br>".repeat(200_000), Bound::Values),
        (http("HOST", "css p ~ p ~ p"), "<p>".repeat(5_000), Bound::Visits),
        (http("HOST", "$.a"), "[".repeat(100_000), Bound::Depth),
        (http("HOST", "$..*..*..*..*..*..*"), format!("{open}{close}"), Bound::Visits),
        ("html: {get: \"http://HOST/\"}\nexpect: {errors: []}".to_owned(), "<b>".repeat(60_000), Bound::Depth),
        (
            "for-each: {as: a, in: {http: {get: \"http://HOST/\"}}, select: \"css p\"}\n\
             http: {get: \"http://HOST/\"}\nexpect: {status: 200}"
                .to_owned(),
            "<i>".repeat(60_000),
            Bound::Depth,
        ),
    ];
    for (asks, body, bound) in cases {
        for (host, status) in [("mine", "failed"), ("ours", "error")] {
            let asks = asks.replace("HOST", host);
            let results = verdicts(&lab(&check("a", &asks)), &world(host, &body)).await;
            assert_eq!(statuses(&results), [status], "{asks}");
            let failure = match &results[0].verdict {
                Verdict::Failed(failure) => match &failure.findings[0].problem {
                    Problem::ProbeFailure(failure) => failure.clone(),
                    other => panic!("{other:?}"),
                },
                Verdict::Error { fault: Fault::ProbeFailure(failure) } => failure.clone(),
                other => panic!("{other:?}"),
            };
            let ProbeFailure::TooComplex { excess: Excess { bound: found, .. }, learners } = failure else {
                panic!("{asks} {failure:?}")
            };
            assert_eq!((found, learners), (bound, host == "mine"), "{asks}");
        }
    }
}

#[tokio::test]
async fn a_for_each_is_explained_by_an_item_that_failed_and_never_by_its_listing() {
    let explain = "\nexplain:\n  - {when: {status: 503}, say: {en: \"busy\"}}\n  \
                   - {when: {'css img': {count: 3}}, say: {en: \"listing\"}}\n  \
                   - {when: {body: 'of ${each.image}'}, say: {en: \"by name\"}}";
    let yaml = |select: &str| {
        let items = format!("for-each: {{as: image, in: {{html: {{get: \"http://x/\"}}}}, select: \"{select}\"}}\n");
        check("a", &(items + "http: {get: \"${each.image}\"}\nexpect: {status: 200}" + explain))
    };
    let page = || Fake::default().page("http://x/", 200, "<img src=a><img src=b><img src=c>");
    let why = async |select: &str, world: &Fake| {
        let results = verdicts(&lab(&yaml(select)), world).await;
        let Verdict::Failed(failure) = &results[0].verdict else { panic!("{results:?}") };
        (failure.why.as_ref().and_then(|why| why.en.clone()), failure.findings[0].clone())
    };
    let world = page().page("http://x/a", 200, "").page("http://x/b", 404, "").page("http://x/c", 503, "");
    let (said, first) = why("links img[src]", &world).await;
    assert_eq!((said.as_deref(), first.item.as_deref()), (Some("busy"), Some("http://x/c")));
    let world = page().page("http://x/a", 404, "of http://x/a").page("http://x/b", 200, "").page("http://x/c", 200, "");
    assert_eq!(why("links img[src]", &world).await.0.as_deref(), Some("by name"));
    let (said, first) = why("links a[href]", &page()).await;
    assert_eq!((said, first.problem), (None, Problem::TooFewItems { found: 0, min: 1 }));
    let (said, first) = why("$.images", &page()).await;
    assert!(
        said.is_none() && matches!(first.problem, Problem::Mismatch(_)),
        "a listing that can't be read isn't empty"
    );
}

#[tokio::test]
async fn what_cant_be_judged_beside_what_is_good_is_told_and_costs_nothing() {
    let world = crate::check::fake::Fake::default()
        .on_disk(
            "/work/g/datasources/a.yml",
            "apiVersion: 1\ndatasources: [{name: P, type: prometheus, url: \"http://p:9090\", isDefault: true}]",
        )
        .on_disk("/work/g/dashboards/a.yml", "apiVersion: 1\nproviders: [{name: d, options: {path: /work/d}}]")
        .on_disk(
            "/work/d/a.json",
            r#"{"title":"D","panels":[{"title":"good","type":"stat","targets":[{"expr":"up"}]},
                {"title":"shared","type":"stat","libraryPanel":{"uid":"x"}}]}"#,
        )
        .page(
            "http://p:9090/*",
            200,
            &[],
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]]}]}}"#,
        );
    let judged = async |panels: u8| {
        let probe = "dashboards: {provisioning: g, over: 1m}\nexpect: {empty: {count: 0}, panels: {gte: ";
        let lab = lab(&check("a", &format!("{probe}{panels}}}}}")));
        let scope = Scope::default();
        let ground = Ground { world: &world, scope: &scope };
        run(&lab, &selected(&lab, &Selection::All), ground, None, &Events::nowhere()).await.remove(0)
    };
    let good = judged(1).await;
    assert_eq!((&good.verdict, good.unread), (&Verdict::Passed, vec!["D / shared: library-panel".to_owned()]));
    assert!(matches!(judged(2).await.verdict, Verdict::Failed(_)), "what was promised is still wanted");
}
