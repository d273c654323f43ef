//! Outcomes made of data, as grading makes them.

use crate::definition::model::Tier;
use crate::definition::text::Text;
use crate::expect::{Expect, Observation, judge};
use crate::outcome::{Outcome, RunScope, Tally, TaskOutcome};
use crate::template::Scope;
use crate::verdict::{CheckResult, Failure, Fault, Finding, Problem, StepAt, Verdict};
use crate::world::ProbeFailure;
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) fn text(en: &str, fr: &str) -> Text {
    Text { en: Some(en.to_owned()), fr: Some(fr.to_owned()) }
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What real judging says of a value.
pub(crate) fn judged(yaml: &str, fields: Vec<(&'static str, Value)>) -> Vec<Finding> {
    let expect: Expect = serde_yaml::from_str(yaml).unwrap();
    let seen = Observation { fields, ..Observation::default() };
    let mut scope = Scope::default();
    scope.set("capture.home", "<h1>Home</h1>");
    let found = judge(&expect, &seen, &scope).unwrap();
    found.into_iter().map(|mismatch| Finding { item: None, problem: Problem::Mismatch(mismatch) }).collect()
}

pub(crate) fn of_item(item: &str, findings: Vec<Finding>) -> Vec<Finding> {
    findings.into_iter().map(|finding| Finding { item: Some(item.to_owned()), ..finding }).collect()
}

pub(crate) fn trouble(trouble: ProbeFailure) -> Vec<Finding> {
    vec![Finding { item: None, problem: Problem::ProbeFailure(trouble) }]
}

pub(crate) fn failure(asked: &str, findings: Vec<Finding>) -> Failure {
    Failure {
        step: None,
        asked: asked.to_owned(),
        attempts: 1,
        took: millis(12),
        findings,
        evidence: Vec::new(),
        why: None,
        passes_in_playground: false,
        limit_ms: None,
        hangs_on_time: false,
        items: None,
    }
}

pub(crate) fn failed(failure: Failure) -> Verdict {
    Verdict::Failed(Box::new(failure))
}

pub(crate) fn blocked(on: &str) -> Verdict {
    Verdict::Blocked { on: on.parse().unwrap() }
}

pub(crate) fn error(fault: Fault) -> Verdict {
    Verdict::Error { fault }
}

pub(crate) fn unavailable() -> Verdict {
    Verdict::Unavailable { why: message!("report-trouble-down", service = "browser") }
}

/// A check of the static site: its words stand in one place.
pub(crate) fn check(id: &str, verdict: Verdict) -> CheckResult {
    let (task, points, must) = match id {
        "deploy" => (
            "publish",
            1,
            text("`./deploy.sh` must finish without an error", "`./deploy.sh` doit se terminer sans erreur"),
        ),
        "home-page" => {
            ("publish", 2, text("the home page must be served at /", "la page d'accueil doit être servie à /"))
        }
        "not-found" => (
            "publish",
            2,
            text("an unknown path must show your own 404 page", "un chemin inconnu doit montrer votre page 404"),
        ),
        "hashed" => (
            "caching",
            2,
            text("hashed assets must be cached for a year", "les fichiers à empreinte doivent rester un an en cache"),
        ),
        "html-fresh" => {
            ("caching", 2, text("HTML must be asked for again each time", "le HTML doit être redemandé à chaque fois"))
        }
        "assets" => (
            "quality",
            10,
            text(
                "everything the home page loads must have its right content type",
                "tout ce que charge la page d'accueil doit avoir le bon type de contenu",
            ),
        ),
        other => panic!("no check `{other}` in the fixtures"),
    };
    CheckResult {
        id: id.parse().unwrap(),
        task: task.parse().unwrap(),
        must,
        points,
        verdict,
        took: millis(12),
        only_needed: false,
        visibility: crate::definition::model::Visibility::Visible,
        starved: None,
        unread: Vec::new(),
    }
}

/// The outcome of some checks, added up as grading adds.
pub(crate) fn outcome(scope: RunScope, results: &[CheckResult]) -> Outcome {
    let tasks: Vec<TaskOutcome> = [
        ("publish", text("Publish the site", "Publier le site"), Tier::Core),
        ("caching", text("Cache well", "Bien mettre en cache"), Tier::Core),
        ("quality", text("Quality", "Qualité"), Tier::Bonus),
    ]
    .into_iter()
    .filter_map(|(id, title, tier)| {
        let results: Vec<_> = results.iter().filter(|result| result.task.as_str() == id).cloned().collect();
        let tally = Tally::of(&results);
        (!results.is_empty()).then(|| TaskOutcome { id: id.parse().unwrap(), title, tier, results, tally })
    })
    .collect();
    let to_come = if matches!(scope, RunScope::UpTo(_)) { 6 - tasks.len() } else { 0 };
    Outcome {
        lab: "static-site".parse().unwrap(),
        version: "1.0.0".to_owned(),
        title: text("Static website on S3 storage", "Site web statique sur stockage S3"),
        scope,
        tally: Tally::of(results),
        tasks,
        to_come,
        took: millis(4_210),
        hints_read: 1,
        judge: None,
    }
}

/// The soft 404 of the design's first screen.
pub(crate) fn soft_404() -> Failure {
    let findings = judged(
        "{status: 404, body: {not: {same-as: home}}}",
        vec![("status", json!(200)), ("body", json!("<h1>Home</h1>"))],
    );
    Failure {
        why: Some(text(
            "Your error page is served as if it were a normal page.",
            "Votre page d'erreur est servie comme une page normale.",
        )),
        evidence: vec![("content-type".to_owned(), "text/html".to_owned())],
        ..failure("GET http://site-7f3aq2mzkd.web.localhost:3902/nope-7f3a", findings)
    }
}

pub(crate) fn red() -> Outcome {
    let results = vec![
        check("deploy", Verdict::Passed),
        check("home-page", Verdict::Passed),
        check("not-found", failed(soft_404())),
        check("hashed", blocked("not-found")),
        check("html-fresh", blocked("not-found")),
    ];
    outcome(RunScope::All, &results)
}

pub(crate) fn green() -> Outcome {
    let all = ["deploy", "home-page", "not-found", "hashed", "html-fresh", "assets"];
    outcome(RunScope::All, &all.map(|id| check(id, Verdict::Passed)))
}

/// The first of a chain failed; what follows waits, some of it on what waits.
pub(crate) fn chain() -> Outcome {
    let mut script = failure("./deploy.sh", judged("exit: 0", vec![("exit", json!(127))]));
    script.took = millis(812);
    script.evidence = vec![("stderr".to_owned(), "./deploy.sh: line 4: aws2: command not found".to_owned())];
    let results = vec![
        check("deploy", failed(script)),
        check("home-page", blocked("deploy")),
        check("not-found", blocked("home-page")),
        check("hashed", blocked("home-page")),
    ];
    outcome(RunScope::All, &results)
}

pub(crate) fn up_to() -> Outcome {
    let mut failure = soft_404();
    failure.passes_in_playground = true;
    failure.attempts = 3;
    let results = vec![
        check("deploy", Verdict::Passed),
        check("home-page", Verdict::Passed),
        check("not-found", failed(failure)),
    ];
    outcome(RunScope::UpTo("publish".parse().unwrap()), &results)
}

/// One check by name, and what it needs.
pub(crate) fn named() -> Outcome {
    let mut needed = check("deploy", Verdict::Passed);
    needed.only_needed = true;
    let results = vec![needed, check("not-found", failed(soft_404()))];
    outcome(RunScope::Named(vec!["not-found".to_owned()]), &results)
}

pub(crate) fn faults() -> Outcome {
    let down = Fault::ProbeFailure(ProbeFailure::Down { service: "storage".to_owned(), learners: false });
    let canary = Fault::Canary {
        id: "anonymous-write-is-refused".parse().unwrap(),
        step: None,
        findings: judged("status: 403", vec![("status", json!(200))]),
    };
    let results = vec![
        check("deploy", Verdict::Passed),
        check("home-page", error(down.clone())),
        check("not-found", error(down)),
        check("hashed", error(Fault::Needs { check: "home-page".parse().unwrap() })),
        check("html-fresh", error(canary)),
        check("assets", error(Fault::UnknownName("capture.hme".to_owned()))),
    ];
    outcome(RunScope::All, &results)
}

fn step(number: usize, en: &str, fr: &str) -> StepAt {
    StepAt { number, of: 3, say: Some(text(en, fr)) }
}

/// Scenarios: one that failed at a step, one whose `finally` didn't hold, what
/// comes after it, and a file that couldn't be put back.
pub(crate) fn scenarios() -> Outcome {
    let mut stopped =
        failure("http://site-7f3aq2mzkd.web.localhost:3902/", judged("status: 200", vec![("status", json!(404))]));
    stopped.step = Some(step(2, "after a change, deploy again", "après un changement, redéployer"));
    stopped.attempts = 41;
    let finally = Fault::Finally {
        step: StepAt { number: 1, of: 1, say: Some(text("Start the storage", "Démarrer le stockage")) },
        asked: "start storage".to_owned(),
        findings: judged("up: true", vec![("up", json!(false))]),
    };
    let trouble = ProbeFailure::Fault { detail: "no space left on device".to_owned() };
    let canary = Fault::Canary {
        id: "anonymous-write-is-refused".parse().unwrap(),
        step: Some(step(3, "write without a key", "écrire sans clé")),
        findings: judged("status: 403", vec![("status", json!(200))]),
    };
    let results = vec![
        check("deploy", error(canary)),
        check("home-page", failed(stopped)),
        check("not-found", error(Fault::NotPutBack { path: "site/index.html".to_owned(), trouble })),
        check("hashed", error(finally)),
        check("html-fresh", error(Fault::Spoiled { check: "hashed".parse().unwrap() })),
    ];
    outcome(RunScope::All, &results)
}

/// A condition that doesn't hold, one for some items, and one without an answer.
pub(crate) fn conditions() -> Outcome {
    let unmet = |values: Vec<(String, Value)>| Problem::Condition {
        that: "value == before + 50".to_owned(),
        message: text(
            "50 visits must raise the number of requests by 50",
            "50 visites doivent augmenter de 50 le nombre de requêtes",
        ),
        values,
    };
    let values = vec![("before".to_owned(), json!(12)), ("value".to_owned(), json!(40.5))];
    let finding = |problem| vec![Finding { item: None, problem }];
    let sheets = vec![("sheets".to_owned(), json!(["/style.css", "/print.css"])), ("text".to_owned(), json!("a b"))];
    let items = of_item("http://site.localhost:3902/a.css", finding(unmet(sheets)));
    let mut some = failure("GET http://site.localhost:3902/a.css", items);
    some.items = Some(3);
    let fault = Fault::Condition {
        that: "body + 1 == 2".to_owned(),
        reason: "Unsupported binary operator 'add': String(\"x\"), Int(1)".to_owned(),
    };
    let results = vec![
        check("home-page", failed(failure("sum(http_requests_total)", finding(unmet(values))))),
        check("assets", failed(some)),
        check("not-found", error(fault)),
    ];
    outcome(RunScope::All, &results)
}

/// Nothing could be judged at all.
pub(crate) fn only_faults() -> Outcome {
    let slow = Fault::ProbeFailure(ProbeFailure::TimedOut {
        what: "GET http://storage:3903/health".to_owned(),
        after: Duration::from_secs(30),
        learners: false,
    });
    outcome(RunScope::All, &[check("deploy", error(slow.clone())), check("home-page", error(slow))])
}

pub(crate) fn missing_part() -> Outcome {
    let results = vec![
        check("deploy", Verdict::Passed),
        check("home-page", Verdict::Passed),
        check("hashed", unavailable()),
        check("assets", unavailable()),
    ];
    outcome(RunScope::All, &results)
}

pub(crate) fn for_each() -> Outcome {
    let mut findings: Vec<Finding> = (1..=17)
        .flat_map(|number| {
            let seen = vec![("media-type-fits", json!(false)), ("media-type", json!("application/octet-stream"))];
            let url = format!("http://site-7f3aq2mzkd.web.localhost:3902/assets/{number}.css");
            of_item(&url, judged("{media-type-fits: true, media-type: text/css}", seen))
        })
        .collect();
    let refused = trouble(ProbeFailure::Elsewhere { host: "fonts.example.com".to_owned() });
    findings.splice(2..2, of_item("https://fonts.example.com/a.woff2", refused));
    let failure = Failure { items: Some(24), ..failure("GET ${each.asset}", findings) };
    let none = vec![Finding { item: None, problem: Problem::TooFewItems { found: 0, min: 1 } }];
    let results = vec![
        check("home-page", failed(self::failure("GET http://site.localhost:3902/", none))),
        check("assets", failed(failure)),
    ];
    outcome(RunScope::All, &results)
}

pub(crate) fn long_texts() -> Outcome {
    let filler = "<p>Bonjour à tous</p>\n".repeat(11);
    let expected = format!("{filler}<body><h1>Page introuvable</h1> \n<p>Revenez à l'accueil</p>\n");
    let actual = format!("{filler}<body><h1>Page non trouvée</h1> \n<p>Revenez à l'accueil</p>\n");
    let yaml = serde_json::to_string(&json!({"body": {"equals": expected}})).unwrap();
    let body = judged(&yaml, vec![("body", json!(actual))]);
    let short = judged(
        "{text: 'Bonjour  le monde', header.x: {exists: true}, size: {lt: 2000}, stdout: {contains: 'done', matches: '^ok$'}}",
        vec![
            ("text", json!("Bonjour le monde")),
            ("size", json!(48_123)),
            ("stdout", json!(format!("{}\r\n", "uploading site/index.html to s3://site ".repeat(20)))),
        ],
    );
    let code = judged("{status: '404', exit: 0, $.replicas: 2}", vec![("status", json!(404)), ("exit", json!(137))]);
    let results = vec![
        check("home-page", failed(failure("GET http://site.localhost:3902/", body))),
        check("hashed", failed(failure("aws s3 sync site/ \\\n  s3://$SITE_BUCKET --delete", short))),
        check("assets", failed(failure("./report.sh --format json", code))),
    ];
    outcome(RunScope::All, &results)
}

/// Each trouble that is the learner's.
pub(crate) fn troubles() -> Outcome {
    let seconds = Duration::from_secs;
    let of = |trouble_of: ProbeFailure| failed(failure("GET http://web:8080/health", trouble(trouble_of)));
    let mut slow = failure("./deploy.sh", judged("exit: 0", vec![("exit", json!(124))]));
    slow.took = seconds(60);
    slow.evidence = vec![
        ("ended".to_owned(), "timed-out".to_owned()),
        ("stderr".to_owned(), (1..=40).map(|line| format!("retrying upload {line}")).collect::<Vec<_>>().join("\n")),
    ];
    let late = ProbeFailure::TimedOut { what: "http://web:8080/health".to_owned(), after: seconds(10), learners: true };
    let results = vec![
        check("deploy", failed(slow)),
        check("home-page", of(late)),
        check("not-found", of(ProbeFailure::Refused { address: "web:8080".to_owned(), learners: true })),
        check("hashed", of(ProbeFailure::Down { service: "web".to_owned(), learners: true })),
        check(
            "html-fresh",
            of(ProbeFailure::Broken {
                detail: "connection closed before message completed".to_owned(),
                learners: true,
            }),
        ),
        check("assets", of(ProbeFailure::TooLarge { limit: 8 << 20 })),
    ];
    outcome(RunScope::All, &results)
}

/// What a hostile or careless learner's work may hold, everywhere it can.
pub(crate) const NASTY: &str =
    "\u{1b}]52;c;cm0gLXJm\u{7}\u{1b}]0;owned\u{1b}\\FAILED\rpassed\u{9b}2J\u{202e}\u{7f}\u{0}";

/// The same for whoever reads more than a terminal: HTML, XML, Markdown, GitHub's runner.
pub(crate) const MARKUP: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)> ]]> <![CDATA[ &lt; --> | `` ``` \n````\n# title\n::error::owned\n##[error]owned\n::stop-commands::x\n@everyone [a](javascript:b) \u{fffe}\u{0}\u{1b}[31m";

pub(crate) fn hostile() -> Outcome {
    holding(NASTY)
}

/// A text wherever one from outside can stand.
pub(crate) fn holding(text: &str) -> Outcome {
    let mut findings = judged(
        &serde_json::to_string(&json!({"body": "long\ntext", "text": "x", "$.a": 1})).unwrap(),
        vec![("body", json!(format!("long\ntext{text}"))), ("text", json!(text))],
    );
    findings.extend(of_item(text, trouble(ProbeFailure::Elsewhere { host: text.to_owned() })));
    findings.extend(of_item("b", trouble(ProbeFailure::Broken { detail: text.to_owned(), learners: true })));
    findings.extend(of_item("c", trouble(ProbeFailure::BadUrl { url: text.to_owned() })));
    let mut failure = Failure { items: Some(3), ..failure(text, findings) };
    failure.evidence = vec![(text.to_owned(), text.to_owned()), ("stderr".to_owned(), format!("{text}\n{text}"))];
    failure.why = Some(self::text(text, text));
    let mut check_of = check("home-page", failed(failure));
    check_of.must = self::text(text, text);
    let fault = Fault::ProbeFailure(ProbeFailure::Fault { detail: text.to_owned() });
    let why = message!("report-trouble-fault", detail = text);
    let results = vec![check_of, check("hashed", error(fault)), check("assets", Verdict::Unavailable { why })];
    outcome(RunScope::All, &results)
}
