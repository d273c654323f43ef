//! What a learner reads when a check of each kind fails: asked of a world over
//! data, judged, and shown in both languages.

use super::super::outcome::{Extra, outcome};
use super::super::signs::Style;
use crate::check::fake::Fake;
use crate::definition::model::Lab;
use crate::definition::text::Language;
use crate::event::Events;
use crate::grade::{Ground, Selection, run, selected};
use crate::i18n::Words;
use crate::outcome::{Outcome, RunScope};
use crate::template::Scope;
use crate::verdict::Verdict;
use crate::world::ServiceSeen;
use std::time::Duration;

/// A lab of these checks: id, and the check below its `must`.
fn lab_of(checks: &[(&str, &str)]) -> Lab {
    let check = |(id, rest): &(&str, &str)| {
        let must = format!("{{en: \"{id} must hold\", fr: \"{id} doit tenir\"}}");
        format!("      - id: {id}\n        must: {must}\n        {}\n", rest.replace('\n', "\n        "))
    };
    let yaml = format!(
        "apiVersion: lab/v1\nid: demo\nversion: 1.0.0\nlanguages: [en, fr]\ntitle: {{en: Demo, fr: Démo}}\n\
         level: beginner\nduration: 1h\nenvironment: {{toolbox: {{image: {{pull: \"t:1\"}}}}}}\ntasks:\n  - id: one\n    \
         tier: core\n    duration: 5m\n    title: {{en: One, fr: Un}}\n    checks:\n{}",
        checks.iter().map(check).collect::<String>()
    );
    serde_yaml::from_str(&yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"))
}

/// What comes of these checks.
pub(super) async fn judged(world: &Fake, checks: &[(&str, &str)]) -> Outcome {
    let lab = lab_of(checks);
    let scope = Scope::default();
    let ground = Ground { world, scope: &scope };
    let results = run(&lab, &selected(&lab, &Selection::All), ground, None, &Events::nowhere()).await;
    Outcome::new(&lab, RunScope::All, &results, Duration::from_secs(1), 0)
}

/// The failures of these checks.
async fn golden(name: &str, world: &Fake, checks: &[(&str, &str)]) {
    let lab = lab_of(checks);
    let scope = Scope::default();
    let ground = Ground { world, scope: &scope };
    let mut results = run(&lab, &selected(&lab, &Selection::All), ground, None, &Events::nowhere()).await;
    for result in &mut results {
        let Verdict::Failed(failure) = &mut result.verdict else { panic!("{result:?}") };
        (failure.took, result.took) = (Duration::from_millis(7), Duration::from_millis(7));
    }
    let of = Outcome::new(&lab, RunScope::All, &results, Duration::from_secs(1), 0);
    for language in Language::ALL {
        let screen = outcome(&of, &Words::new(language), &Style::default(), Extra::default());
        insta::assert_snapshot!(format!("{name}-{}", language.code()), screen);
    }
}

#[tokio::test]
async fn files() {
    let world = Fake::default().on_disk("/work/site/index.html", "<p>").on_disk("/work/site/a/.env", "KEY=1");
    let checks = [
        ("no-secrets", "files: {under: site}\nexpect: {paths: {none: {ends-with: \".env\"}}}"),
        (
            "pages",
            "files: {under: site, match: \"**/*.html\"}\nexpect: {count: {gte: 3}, paths: {contains: about.html}}",
        ),
        ("folder", "files: {under: docs}\nexpect: {exists: true}"),
    ];
    golden("files", &world, &checks).await;
}

#[tokio::test]
async fn s3() {
    let listing = "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>site</Name>\
         <Prefix></Prefix><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents>\
         <Key>index.html</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>\"x\"</ETag><Size>3</Size>\
         <StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>";
    let refusal = "<Error><Code>AccessDenied</Code><Message>Forbidden: no key</Message></Error>";
    let headers = [("content-type", "application/octet-stream"), ("content-length", "3")];
    let world = Fake::default()
        .page("http://store:3900/site/style.css*", 200, &headers, "p{}")
        .page("http://store:3900/secret/a.txt*", 403, &[("content-type", "application/xml")], refusal)
        .page("http://store:3900/site/?*", 200, &[], listing);
    let s3 =
        |asks: &str, expect: &str| format!("s3: {{{asks}, endpoint: \"http://store:3900\"}}\nexpect: {{{expect}}}");
    let checks = [
        ("style", s3("head: site/style.css", "status: 200, content-type: {starts-with: text/css}")),
        ("listed", s3("list: site", "keys: {contains: style.css}, count: 2")),
        ("read", s3("get: secret/a.txt", "status: 200, body: hello")),
        ("lost", s3("head: lost/a.txt", "status: 200")),
    ];
    golden("s3", &world, &checks.each_ref().map(|(id, rest)| (*id, rest.as_str()))).await;
}

#[tokio::test]
async fn html() {
    let page = "<!DOCTYPE html><html lang=en><title>T</title><h1>Home</h1><h3>Deep</h3></b>\
                <form><input name=mail></form><a href=/lost>lost</a><a href=/#nowhere>x</a>\
                <script src=http://cdn.example/x.js></script>";
    let world = Fake::default().page("http://site/", 200, &[("content-type", "text/html")], page);
    let checks = [
        ("valid", "html: {get: \"http://site/\"}\nexpect: {errors: {count: 0}, \"css h1\": Welcome}"),
        ("usable", "html: {get: \"http://site/\"}\nexpect: {unlabelled: {count: 0}, skipped: {count: 0}}"),
        (
            "links",
            "html: {get: \"http://site/\", crawl: {within: site}}\n\
             expect: {broken: {count: 0}, fragments: {count: 0}, elsewhere: {count: 0}}",
        ),
        ("there", "html: {get: \"http://site/none\"}\nexpect: {status: 200}"),
    ];
    golden("html", &world, &checks).await;
}

#[tokio::test]
async fn service() {
    let mut world = Fake::default();
    let ended = ServiceSeen {
        exit: Some(1),
        log: "Traceback (most recent call last):\nModuleNotFoundError: No module named 'flask'\n".to_owned(),
        unreadable: vec!["app/main.py".to_owned()],
        ..ServiceSeen::default()
    };
    let silent = ServiceSeen {
        answer: Some("GET http://web:80/ → web:80: connection refused".to_owned()),
        listens: Some(Vec::new()),
        ..ServiceSeen::default()
    };
    let listens = Some(vec!["127.0.0.1:80".to_owned(), "127.0.0.1:81".to_owned()]);
    let elsewhere = ServiceSeen { listens, ..silent.clone() };
    world.services =
        [("app", ended), ("web", silent), ("api", elsewhere)].map(|(name, seen)| (name.to_owned(), seen)).into();
    let checks = [
        ("app-runs", "service: {up: app}\nexpect: {up: true}"),
        ("web-serves", "service: {up: web}\nexpect: {up: true}"),
        ("api-serves", "service: {up: api}\nexpect: {up: true}"),
        ("web-ended", "service: {up: web}\nexpect: {exit: 0}"),
    ];
    golden("service", &world, &checks).await;
}

#[tokio::test]
async fn what_is_no_data_says_where() {
    let world = Fake::default()
        .on_disk("/work/site.toml", "[site]\nbucket = [1,\n")
        .on_disk("/work/answer.json", "{\"count\": \"many\"}")
        .on_disk("/work/deep.json", &"[".repeat(10_000));
    let checks = [
        ("toml", "file: {path: site.toml}\nexpect: {\"$.site.bucket\": site}"),
        ("shape", "file: {path: answer.json}\nexpect: {$: {schema: {properties: {count: {type: number}}}}}"),
        ("deep", "file: {path: deep.json}\nexpect: {\"$.a\": 1}"),
    ];
    golden("data", &world, &checks).await;
}

/// A page may hold any bytes; what a learner sees of it is text, and no
/// expression takes long over it.
#[tokio::test]
async fn bytes_that_are_no_text_are_shown_as_such_and_judged_soon() {
    let bytes = b"<h1>caf\xe9</h1>\xff".as_slice();
    let long = format!("{}!", "a".repeat(1 << 20));
    let html = [("content-type", "text/html; charset=utf-8")];
    let world = Fake::default().page("http://site/", 200, &html, bytes).page("http://site/long", 200, &html, long);
    let checks = [
        ("heading", "html: {get: \"http://site/\"}\nexpect: {\"css h1\": café}"),
        ("body", "http: {get: \"http://site/\"}\nexpect: {body: {contains: café}}"),
        ("regex", "http: {get: \"http://site/long\"}\nexpect: {body: {matches: '^(a+)+$'}}"),
    ];
    // A pattern that is tried in every way there is would not end.
    golden("bytes", &world, &checks).await;
}
