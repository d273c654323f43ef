use super::*;
use crate::check::fake::Fake;
use crate::world::{Blame, MAX_BODY, ProbeFailure};
use serde_json::Value;
use std::io::Write;

fn http(yaml: &str) -> Http {
    serde_yaml::from_str(yaml).unwrap_or_else(|error| panic!("{error}"))
}

async fn fetch(yaml: &str, world: &Fake) -> Result<Observation, ProbeError> {
    let mut scope = Scope::default();
    scope.set("run.nonce", "a\"b");
    http(yaml).fetch(world, &scope, Duration::from_secs(5)).await
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn reading_methods_read_and_others_write_and_so_does_a_repeated_one() {
    assert!(!http("get: http://x/").writes());
    assert!(http("put: http://x/").writes());
    assert!(http("{get: http://x/, repeat: {count: 2}}").writes());
}

#[test]
fn a_request_needs_exactly_one_method_and_at_most_one_body() {
    assert!(serde_yaml::from_str::<Http>("body: x").is_err());
    assert!(serde_yaml::from_str::<Http>("{get: http://x/, put: http://x/}").is_err());
    assert!(serde_yaml::from_str::<Http>("got: http://x/").unwrap_err().to_string().contains("got"));
    let error = serde_yaml::from_str::<Http>("{post: http://x/, json: {}, form: {a: b}}").unwrap_err();
    assert!(error.to_string().contains("http-two-bodies"), "{error}");
}

#[test]
fn a_repeat_is_bounded() {
    for repeat in ["{count: 0}", "{count: 1001}", "{count: 5, concurrency: 51}", "{count: 5, concurrency: 0}"] {
        let error = serde_yaml::from_str::<Http>(&format!("{{get: http://x/, repeat: {repeat}}}")).unwrap_err();
        assert!(error.to_string().contains("number-out-of-range"), "{error}");
    }
}

#[tokio::test]
async fn a_json_body_is_encoded_after_its_names_are_filled_in() {
    let world = Fake::default();
    fetch("{post: http://x/, json: {name: '${run.nonce}', sizes: [1, 2.5], on: true}}", &world).await.unwrap();
    let request = &world.asked()[0];
    let sent: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(sent, json!({"name": "a\"b", "sizes": [1, 2.5], "on": true}));
    assert!(request.headers.contains(&("content-type".into(), "application/json".into())));
}

#[tokio::test]
async fn a_form_is_sent_as_browsers_do_and_cookies_as_they_stand() {
    let world = Fake::default();
    fetch("{post: http://x/, form: {q: 'a b&c', n: '${run.nonce}'}, cookies: {s: 'x=y', t: z}}", &world).await.unwrap();
    let request = &world.asked()[0];
    assert_eq!(String::from_utf8_lossy(&request.body), "n=a%22b&q=a+b%26c");
    assert!(request.headers.contains(&("cookie".into(), "s=x=y; t=z".into())));
    fetch("{post: http://x/, json: {}, headers: {Content-Type: application/ld+json}}", &world).await.unwrap();
    let types = world.asked()[1].headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type")).count();
    assert_eq!(types, 1);
}

#[tokio::test]
async fn redirects_are_followed_only_if_asked() {
    let world = Fake::default()
        .page("http://x/a", 301, &[("location", "/b")], "")
        .page("http://x/b", 302, &[("location", "http://x/c")], "")
        .page("http://x/c", 200, &[("content-type", "text/html")], "here");
    assert_eq!(fetch("get: http://x/a", &world).await.unwrap().field("status"), Some(&json!(301)));
    let seen = fetch("{get: http://x/a, follow: true}", &world).await.unwrap();
    assert_eq!(seen.field("status"), Some(&json!(200)));
    assert_eq!(seen.field("redirects"), Some(&json!(["http://x/b", "http://x/c"])));
    assert_eq!(seen.base.as_deref(), Some("http://x/c"));
}

#[tokio::test]
async fn a_redirect_loop_is_named_and_so_is_a_way_out_of_the_lab() {
    let world = Fake::default()
        .page("http://x/a", 302, &[("location", "/b")], "")
        .page("http://x/b", 302, &[("location", "/a#top")], "")
        .page("http://x/out", 302, &[("location", "http://elsewhere.example/")], "");
    let trouble = |outcome: Result<Observation, ProbeError>| match outcome {
        Err(ProbeError::ProbeFailure(trouble)) => trouble,
        other => panic!("{other:?}"),
    };
    let found = trouble(fetch("{get: http://x/a, follow: true}", &world).await);
    assert_eq!(found, ProbeFailure::RedirectLoop { url: "http://x/a".into() });
    let found = trouble(fetch("{get: http://x/out, follow: true}", &world).await);
    assert_eq!(found, ProbeFailure::Elsewhere { host: "elsewhere.example".into() });
    let mut endless = Fake::default();
    for page in 0..20 {
        endless = endless.page(&format!("http://x/{page}"), 302, &[("location", &format!("/{}", page + 1))], "");
    }
    let found = trouble(fetch("{get: http://x/0, follow: true}", &endless).await);
    assert_eq!(found, ProbeFailure::TooManyRedirects { limit: 10 });
    assert_eq!(endless.asked().len(), 11);
}

#[tokio::test]
async fn a_redirected_post_becomes_a_get_and_another_host_gets_no_credentials() {
    let world = Fake::default().page("http://x/form", 303, &[("location", "http://y/done")], "").page(
        "http://y/done",
        200,
        &[],
        "",
    );
    let yaml = "{post: http://x/form, form: {a: b}, follow: true, headers: {Authorization: t}, cookies: {c: d}}";
    fetch(yaml, &world).await.unwrap();
    let last = &world.asked()[1];
    assert_eq!(
        (last.method.as_str(), last.body.as_slice(), last.headers.as_slice()),
        ("GET", [].as_slice(), [].as_slice())
    );
}

#[tokio::test]
async fn a_packed_body_is_unpacked_whether_it_was_asked_for_or_not() {
    let home = "<h1>Home</h1>";
    let zlib = {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(home.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    // As Node's `zlib.brotliCompressSync` and `zstd -c` pack it.
    let brotli = data_encoding::HEXLOWER.decode(b"0b06803c68313e486f6d653c2f68313e03").unwrap();
    let zstd = data_encoding::HEXLOWER.decode(b"28b52ffd04586900003c68313e486f6d653c2f68313eae98b95e").unwrap();
    for (coding, sent) in [
        ("gzip", gzip(home)),
        ("X-GZIP", gzip(home)),
        ("deflate", zlib.clone()),
        ("deflate", zlib[2..].to_vec()),
        ("br", brotli),
        ("zstd", zstd),
        ("identity", home.as_bytes().to_vec()),
        ("aws-chunked", home.as_bytes().to_vec()),
        ("gzip, gzip", {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&gzip(home)).unwrap();
            encoder.finish().unwrap()
        }),
    ] {
        let size = sent.len();
        let headers = [("content-encoding", coding), ("content-type", "text/html")];
        let world = Fake::default().page("http://x/", 200, &headers, sent);
        for ask in ["{get: http://x/, headers: {accept-encoding: gzip}}", "get: http://x/"] {
            let seen = fetch(ask, &world).await.unwrap();
            assert_eq!(seen.field("body"), Some(&json!(home)), "{coding}");
            assert_eq!(seen.field("size"), Some(&json!(size)), "{coding}");
        }
    }
}

#[tokio::test]
async fn broken_gzip_and_a_gzip_bomb_are_named() {
    let cut = gzip(&"x".repeat(10_000));
    let world = Fake::default()
        .page("http://x/cut", 200, &[("content-encoding", "gzip")], &cut[..cut.len() - 9])
        .page("http://x/not", 200, &[("content-encoding", "gzip")], "plain")
        .page("http://x/bomb", 200, &[("content-encoding", "gzip")], gzip(&"x".repeat(MAX_BODY + 1)));
    let ask = |path: &str| format!("{{get: http://x/{path}, headers: {{Accept-Encoding: 'gzip, br'}}}}");
    for path in ["cut", "not"] {
        let outcome = fetch(&ask(path), &world).await;
        assert!(matches!(outcome, Err(ProbeError::ProbeFailure(ProbeFailure::BadCoding { .. }))), "{outcome:?}");
    }
    let outcome = fetch(&ask("bomb"), &world).await;
    assert_eq!(outcome, Err(ProbeError::ProbeFailure(ProbeFailure::TooLarge { limit: MAX_BODY })));
}

#[tokio::test]
async fn a_repeated_request_counts_its_answers() {
    let world = Fake::default().page("http://x/", 200, &[], "");
    let seen = fetch("{get: http://x/, repeat: {count: 50, concurrency: 5}}", &world).await.unwrap();
    assert_eq!(seen.field("statuses"), Some(&json!({"200": 50})));
    assert_eq!(world.asked().len(), 50);
    assert_eq!(seen.field("status"), None, "one of many statuses would say nothing");
}

#[tokio::test]
async fn who_hangs_pays_also_for_the_requests_that_are_left_when_the_time_is_up() {
    for learners in [true, false] {
        for repeat in ["{count: 3}", "{count: 9, concurrency: 4}", "{count: 5, concurrency: 5}"] {
            let world = Fake { hangs: true, learners, ..Fake::default() };
            let http = http(&format!("{{get: http://x/, repeat: {repeat}}}"));
            let outcome = http.fetch(&world, &Scope::default(), Duration::from_millis(20)).await;
            let Err(ProbeError::ProbeFailure(failure)) = outcome else { panic!("{outcome:?}") };
            let blame = if learners { Blame::Learner } else { Blame::Environment };
            assert_eq!(failure.blame(), blame, "{repeat} {failure:?}");
        }
    }
}
