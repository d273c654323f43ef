mod browser;

use super::*;
use crate::check::fake::Fake;
use crate::expect::{Expect, judge};

#[test]
fn a_page_is_read_by_css_and_links() {
    let response = HttpResponse {
        status: 200,
        body: b"<base href=/en/><title>T</title><img src=a.png><p>one <b>two</b>".to_vec(),
        ..HttpResponse::default()
    };
    let seen = see("http://site.localhost:3902/", &response, false).unwrap();
    let expect: Expect = serde_yaml::from_str(
        "status: 200\n'css p': one two\n'links img[src]': 'http://site.localhost:3902/en/a.png'\n",
    )
    .unwrap();
    assert_eq!(judge(&expect, &seen, &Scope::default()).unwrap(), []);
}

async fn crawled(yaml: &str, world: &Fake) -> Observation {
    let html: Html = serde_yaml::from_str(yaml).unwrap();
    html.fetch(world, &Scope::default(), Duration::from_secs(600)).await.unwrap()
}

const HTML: &[(&str, &str)] = &[("content-type", "text/html; charset=utf-8")];

#[tokio::test]
async fn a_crawl_finds_broken_links_missing_places_and_other_hosts() {
    let world = Fake::default()
        .page(
            "http://x/",
            200,
            HTML,
            "<a href=a/>a</a><a href=gone>g</a><a href=a/#there>t</a><a href=a/#not>n</a><a href=loop>l</a>\
             <a href=http://other.example/>o</a><script src=http://cdn.example/x.js></script>\
             <link rel=stylesheet href=s.css><a href=mailto:a@b.example>m</a>",
        )
        .page("http://x/a/", 200, HTML, "<h1 id=there>a</h1><a href=/old>old</a><img src=/gone.png>")
        .page("http://x/old", 301, &[("location", "/new")], "")
        .page("http://x/new", 200, HTML, "<a href=/>home</a>")
        .page("http://x/loop", 302, &[("location", "/loop")], "")
        .page("http://x/s.css", 200, &[("content-type", "text/css")], "@import url(http://fonts.example/f.css);");
    let seen = crawled("{get: 'http://x/', crawl: {within: site}}", &world).await;
    assert_eq!(seen.field("pages"), Some(&json!(["http://x/", "http://x/a/", "http://x/new"])));
    let expect: Expect = serde_yaml::from_str(
        "broken: {same-items: [{page: 'http://x/', link: 'http://x/gone', status: 404}, \
         {page: 'http://x/', link: 'http://x/loop', status: redirect loop}, \
         {page: 'http://x/a/', link: 'http://x/gone.png', status: 404}]}",
    )
    .unwrap();
    assert_eq!(judge(&expect, &seen, &Scope::default()).unwrap(), []);
    assert_eq!(seen.field("fragments"), Some(&json!([{"page": "http://x/", "link": "http://x/a/#not"}])));
    assert_eq!(seen.field("elsewhere"), Some(&json!(["cdn.example", "fonts.example"])));
    assert_eq!(seen.field("complete"), Some(&json!(true)));
}

#[tokio::test]
async fn nothing_is_crawled_from_an_error_page_or_a_redirect() {
    for (status, headers) in [(404, HTML), (503, HTML), (302, &[("location", "/en/")] as &[_])] {
        let world = Fake::default().page("http://x/", status, headers, "<title>none</title>");
        let html: Html = serde_yaml::from_str("{get: 'http://x/', crawl: {within: site}}").unwrap();
        let found = html.fetch(&world, &Scope::default(), Duration::from_secs(20)).await;
        let no_page = ProbeFailure::NoPage { url: "http://x/".to_owned(), status };
        assert!(matches!(found, Err(ProbeError::ProbeFailure(trouble)) if trouble == no_page), "{status}");
    }
}

#[tokio::test]
async fn a_page_with_50000_links_stays_bounded() {
    use std::fmt::Write;
    let mut body = String::new();
    for link in 0..50_000 {
        write!(body, "<a href=/p{link}#x>p</a>").unwrap();
    }
    let world = Fake::default().page("http://x/", 200, HTML, body);
    let seen = crawled("{get: 'http://x/', crawl: {max: 20}}", &world).await;
    assert_eq!(world.asked().len(), 20);
    assert_eq!(seen.field("complete"), Some(&json!(false)));
    assert_eq!(seen.field("broken").and_then(|broken| broken.as_array()).map(Vec::len), Some(19));
}

#[test]
fn the_fields_of_a_crawl_are_those_that_say_so() {
    let says = |field: &&Field| field.doc.starts_with("with `crawl`");
    let named: Vec<&str> = Html::FIELDS.iter().filter(says).map(|field| field.name).collect();
    assert_eq!(named, CRAWLED);
}

#[test]
fn a_crawl_has_a_limit() {
    assert!(serde_yaml::from_str::<Html>("{get: 'http://x/', crawl: {max: 1001}}").is_err());
    assert!(serde_yaml::from_str::<Html>("{get: 'http://x/', crawl: {within: web}}").is_err());
}
