use super::*;
use crate::grade::order::{Selection, selected};
use crate::outcome::{Outcome, RunScope};
use crate::strain::Strain;
use crate::verdict::Problem;
use crate::world::{Command, FileSeen, HttpRequest, HttpResponse, Output, ProbeFailure};
use futures_util::future::BoxFuture;
use std::sync::Mutex;
use std::time::Duration;

mod bounds;
mod conditions;
mod rooms;
mod scenarios;
mod starved;
mod unavailable;

/// A world over data: what each URL answers, what each command exits with,
/// and the order in which they were asked.
#[derive(Default)]
struct Fake {
    pages: BTreeMap<String, Result<HttpResponse, ProbeFailure>>,
    asked: Mutex<Vec<String>>,
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    /// Answers change to `later` after this many requests.
    later: Option<(usize, HttpResponse)>,
    /// Others take this much of the machine's time; none when it is calm.
    factor: Option<f64>,
}

impl Fake {
    fn page(mut self, url: &str, status: u16, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
        let page = HttpResponse { status, headers, body: body.as_bytes().to_vec(), ..HttpResponse::default() };
        self.pages.insert(url.to_owned(), Ok(page));
        self
    }

    fn trouble(mut self, url: &str, trouble: ProbeFailure) -> Self {
        self.pages.insert(url.to_owned(), Err(trouble));
        self
    }
}

impl World for Fake {
    fn http(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, ProbeFailure>> {
        let mut asked = self.asked.lock().unwrap();
        asked.push(format!("{} {}", request.method, request.url));
        let answer = match &self.later {
            Some((after, later)) if asked.len() > *after => Ok(later.clone()),
            _ => {
                self.pages.get(&request.url).cloned().unwrap_or(Ok(HttpResponse { status: 404, ..Default::default() }))
            }
        };
        Box::pin(async move { answer })
    }

    fn strain(&self) -> Strain {
        self.factor.map_or(Strain::calm(), Strain::told)
    }

    fn missing(&self, name: &str) -> Option<crate::message::Message> {
        (name == "graphs").then(|| message!("service-not-there", service = name))
    }

    fn runs_learners_files(&self, name: &str) -> bool {
        name == "mine"
    }

    fn tcp(&self, _: String, _: u16, _: Duration) -> BoxFuture<'_, Result<(), ProbeFailure>> {
        Box::pin(async { Ok(()) })
    }

    fn exec(&self, command: Command) -> BoxFuture<'_, Result<Output, ProbeFailure>> {
        let line = command.argv.join(" ");
        self.asked.lock().unwrap().push(line.clone());
        let exit = i64::from(line.contains("false"));
        Box::pin(async move {
            Ok(Output { exit, stderr: b"token GK4f6a91b2c3d4e5f60718293a".to_vec(), ..Output::default() })
        })
    }

    fn file(&self, _: String, path: String) -> BoxFuture<'_, Result<Option<FileSeen>, ProbeFailure>> {
        let file = self.files.lock().unwrap().get(&path).cloned();
        let seen = file.map(|bytes| FileSeen { mode: 0o755, size: bytes.len() as u64, bytes, ..FileSeen::default() });
        Box::pin(async move { Ok(seen) })
    }

    fn service(
        &self,
        service: String,
        _: crate::world::ServiceAction,
        _: Duration,
    ) -> BoxFuture<'_, Result<crate::world::ServiceSeen, ProbeFailure>> {
        self.asked.lock().unwrap().push(format!("service {service}"));
        if service == "broken" {
            return Box::pin(async { Err(ProbeFailure::Fault { detail: "no such container".into() }) });
        }
        Box::pin(async { Ok(crate::world::ServiceSeen { up: true, ..Default::default() }) })
    }

    fn put(
        &self,
        path: String,
        contents: Option<Vec<u8>>,
        mode: u32,
    ) -> BoxFuture<'_, Result<Vec<String>, ProbeFailure>> {
        let text = contents.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        self.asked.lock().unwrap().push(format!("put {path} {mode:o} {}", text.as_deref().unwrap_or("-")));
        if path.ends_with("stuck") && text.as_deref() == Some("old") {
            return Box::pin(async { Err(ProbeFailure::Fault { detail: "read-only".into() }) });
        }
        // Folders named `new` aren't there before.
        let new = path.rsplit_once("/new/").map(|(folder, _)| format!("{folder}/new"));
        match contents {
            Some(contents) => self.files.lock().unwrap().insert(path, contents),
            None => self.files.lock().unwrap().remove(&path),
        };
        Box::pin(async { Ok(new.into_iter().collect()) })
    }

    fn remove_folders(&self, folders: Vec<String>) -> BoxFuture<'_, Result<(), ProbeFailure>> {
        self.asked.lock().unwrap().push(format!("rmdir {}", folders.join(" ")));
        Box::pin(async { Ok(()) })
    }

    fn files(&self, _: String, _: String) -> BoxFuture<'_, Result<Option<Vec<crate::world::Listed>>, ProbeFailure>> {
        Box::pin(async { Ok(None) })
    }
}

fn lab(checks: &str) -> Lab {
    lab_with_canary("http: {get: \"http://closed/\"}\n      expect: {status: 403}", checks)
}

/// A lab whose one canary asks this.
fn lab_with_canary(canary: &str, checks: &str) -> Lab {
    let indented = checks.lines().fold(String::new(), |text, line| text + "      " + line + "\n");
    let yaml = format!(
        "apiVersion: lab/v1\nid: demo\nversion: 1.0.0\nlanguages: [en]\ntitle: {{en: \"Demo\"}}\nlevel: beginner\n\
         duration: 1h\nenvironment:\n  toolbox:\n    image: {{pull: \"t:1\"}}\n  canaries:\n    - id: closed\n      \
         guards: [guarded]\n      {canary}\n\
         tasks:\n  - id: one\n    tier: core\n    duration: 5m\n    title: {{en: \"One\"}}\n    checks:\n{indented}"
    );
    serde_yaml::from_str(&yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"))
}

fn check(id: &str, rest: &str) -> String {
    format!("- id: {id}\n  must: {{en: \"{id}\"}}\n  {}\n", rest.replace('\n', "\n  "))
}

async fn verdicts(lab: &Lab, world: &Fake) -> Vec<CheckResult> {
    let mut scope = Scope::default();
    scope.set("secret.s3-key", "GK4f6a91b2c3d4e5f60718293a");
    let chosen = selected(lab, &Selection::All);
    run(lab, &chosen, Ground { world, scope: &scope }, None, &Events::nowhere()).await
}

fn statuses(results: &[CheckResult]) -> Vec<&'static str> {
    results
        .iter()
        .map(|result| match result.verdict {
            Verdict::Passed => "passed",
            Verdict::Failed(_) => "failed",
            Verdict::Blocked { .. } => "blocked",
            Verdict::Unavailable { .. } => "unavailable",
            Verdict::Error { .. } => "error",
        })
        .collect()
}

#[tokio::test]
async fn what_needs_a_failed_check_is_blocked_and_so_is_what_needs_that() {
    let lab = lab(&[
        check("a", "http: {get: \"http://x/a\"}\nexpect: {status: 200}"),
        check("b", "needs: [a]\nhttp: {get: \"http://x/b\"}\nexpect: {status: 200}"),
        check("c", "needs: [b]\nhttp: {get: \"http://x/c\"}\nexpect: {status: 200}"),
        check("d", "http: {get: \"http://x/d\"}\nexpect: {status: 200}"),
    ]
    .concat());
    let world = Fake::default().page("http://x/d", 200, "");
    let results = verdicts(&lab, &world).await;
    assert_eq!(statuses(&results), ["failed", "blocked", "blocked", "passed"]);
    assert!(!world.asked.lock().unwrap().iter().any(|asked| asked.contains("/b")), "a blocked check asks nothing");
}

#[tokio::test]
async fn a_fault_is_an_error_and_what_needs_it_too_whatever_else_failed() {
    let lab = lab(&[
        check("a", "http: {get: \"http://x/a\"}\nexpect: {status: 200}"),
        check("b", "http: {get: \"http://x/b\"}\nexpect: {status: 200}"),
        check("c", "needs: [a, b]\nhttp: {get: \"http://x/c\"}\nexpect: {status: 200}"),
    ]
    .concat());
    let world = Fake::default().trouble("http://x/b", ProbeFailure::Fault { detail: "gate".into() });
    let results = verdicts(&lab, &world).await;
    assert_eq!(statuses(&results), ["failed", "error", "error"]);
}

#[tokio::test]
async fn a_refused_connection_is_the_learners_and_a_slow_service_of_ours_is_not() {
    let lab = lab(&[
        check("a", "http: {get: \"http://x/a\"}\nexpect: {status: 200}"),
        check("b", "http: {get: \"http://x/b\"}\nexpect: {status: 200}"),
        check("c", "http: {get: \"http://x/c\"}\nexpect: {status: 200}"),
    ]
    .concat());
    let slow = ProbeFailure::TimedOut { what: "GET".into(), after: Duration::from_secs(10), learners: false };
    let world = Fake::default()
        .trouble("http://x/a", ProbeFailure::Refused { address: "x:80".into(), learners: true })
        .trouble("http://x/b", slow)
        .trouble("http://x/c", ProbeFailure::Refused { address: "x:80".into(), learners: false });
    assert_eq!(statuses(&verdicts(&lab, &world).await), ["failed", "error", "error"]);
}

#[tokio::test]
async fn a_canary_that_does_not_hold_makes_errors_of_what_it_guards() {
    let lab = lab(&[
        check("guarded", "http: {get: \"http://x/\"}\nexpect: {status: 200}"),
        check("free", "http: {get: \"http://x/\"}\nexpect: {status: 200}"),
    ]
    .concat());
    let open = Fake::default().page("http://x/", 200, "").page("http://closed/", 200, "");
    assert_eq!(statuses(&verdicts(&lab, &open).await), ["error", "passed"]);
    let closed = Fake::default().page("http://x/", 200, "").page("http://closed/", 403, "");
    assert_eq!(statuses(&verdicts(&lab, &closed).await), ["passed", "passed"]);
}

#[tokio::test]
async fn captured_values_reach_later_checks() {
    let lab = lab(&[
        check("home", "http: {get: \"http://x/\"}\nexpect: {status: 200}\ncapture: {home: body}"),
        check("other", "needs: [home]\nhttp: {get: \"http://x/o\"}\nexpect: {body: {not: {same-as: home}}}"),
    ]
    .concat());
    let same = Fake::default().page("http://x/", 200, "Home").page("http://x/o", 200, "Home");
    assert_eq!(statuses(&verdicts(&lab, &same).await), ["passed", "failed"]);
    let different = Fake::default().page("http://x/", 200, "Home").page("http://x/o", 200, "Other");
    assert_eq!(statuses(&verdicts(&lab, &different).await), ["passed", "passed"]);
}

#[tokio::test]
async fn a_for_each_names_the_items_that_failed() {
    let lab = lab(&check(
        "assets",
        "for-each:\n  as: asset\n  in: {html: {get: \"http://x/\"}}\n  select: \"links img[src]\"\n\
         http: {get: \"${each.asset}\"}\nexpect: {status: 200}",
    ));
    let world = Fake::default().page("http://x/", 200, "<img src=a.png><img src=b.png><img src=a.png>").page(
        "http://x/a.png",
        200,
        "",
    );
    let results = verdicts(&lab, &world).await;
    let Verdict::Failed(failure) = &results[0].verdict else { panic!("{results:?}") };
    assert_eq!(failure.items, Some(2), "an item that stands twice is asked once");
    let items: Vec<_> = failure.findings.iter().filter_map(|finding| finding.item.as_deref()).collect();
    assert_eq!(items, ["http://x/b.png"]);
    assert_eq!(failure.asked, "GET http://x/b.png");
}

#[tokio::test]
async fn a_for_each_over_nothing_fails() {
    let lab = lab(&check(
        "assets",
        "for-each: {as: asset, in: {html: {get: \"http://x/\"}}, select: \"links img[src]\"}\n\
         http: {get: \"${each.asset}\"}\nexpect: {status: 200}",
    ));
    let world = Fake::default().page("http://x/", 200, "no pictures");
    let results = verdicts(&lab, &world).await;
    let Verdict::Failed(failure) = &results[0].verdict else { panic!("{results:?}") };
    assert_eq!(failure.findings[0].problem, Problem::TooFewItems { found: 0, min: 1 });
}

#[tokio::test(start_paused = true)]
async fn eventually_asks_until_it_holds_and_counts() {
    let yaml = check("a", "http: {get: \"http://x/\"}\nexpect: {status: 200}\neventually: {within: 2s, every: 5ms}");
    let ready = HttpResponse { status: 200, ..HttpResponse::default() };
    let world = Fake { later: Some((3, ready)), ..Fake::default() };
    assert_eq!(statuses(&verdicts(&lab(&yaml), &world).await), ["passed"]);
    assert_eq!(world.asked.lock().unwrap().len(), 4);

    let yaml = check("a", "http: {get: \"http://x/\"}\nexpect: {status: 200}\neventually: {within: 30ms, every: 5ms}");
    let results = verdicts(&lab(&yaml), &Fake::default()).await;
    let Verdict::Failed(failure) = &results[0].verdict else { panic!("{results:?}") };
    assert_eq!(failure.attempts, 6, "at 0, 5, … 25 ms");
}

fn with_file(path: &str, text: &str) -> Fake {
    let fake = Fake::default();
    fake.files.lock().unwrap().insert(path.to_owned(), text.as_bytes().to_vec());
    fake
}

#[tokio::test]
async fn an_overlay_is_laid_before_and_undone_after_whatever_the_verdict() {
    for (command, status) in [("true", "passed"), ("false", "failed")] {
        let lab = lab(&check(
            "a",
            &format!(
                "overlay:\n  - {{file: site/a.css, append: \"+\"}}\n  - {{file: new, write: \"n\"}}\n\
                 exec: {{run: [{command:?}]}}\nexpect: {{exit: 0}}"
            ),
        ));
        let world = with_file("/work/site/a.css", "old");
        assert_eq!(statuses(&verdicts(&lab, &world).await), [status]);
        let asked = world.asked.lock().unwrap().clone();
        let expected = [
            "put /work/site/a.css 755 old+",
            "put /work/new 644 n",
            command,
            "put /work/new 644 -",
            "put /work/site/a.css 755 old",
        ];
        assert_eq!(asked, expected);
        assert_eq!(world.files.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn the_folders_that_an_overlay_made_go_with_its_file() {
    let yaml = check("a", "overlay: [{file: new/b, write: \"n\"}]\nexec: {run: [\"true\"]}\nexpect: {exit: 0}");
    let world = Fake::default();
    assert_eq!(statuses(&verdicts(&lab(&yaml), &world).await), ["passed"]);
    let asked = world.asked.lock().unwrap().clone();
    assert_eq!(asked, ["put /work/new/b 644 n", "true", "put /work/new/b 644 -", "rmdir /work/new"]);
}

#[tokio::test]
async fn an_overlay_that_matches_twice_is_the_labs_fault_and_leaves_no_trace() {
    let lab = lab(&check(
        "a",
        "overlay:\n  - {file: b, write: \"x\"}\n  - {file: a, replace: \"o\", with: \"0\"}\n\
         exec: {run: [\"true\"]}\nexpect: {exit: 0}",
    ));
    let world = with_file("/work/a", "foo");
    let results = verdicts(&lab, &world).await;
    let fault = Fault::Overlay { path: "a".into(), matches: 2 };
    assert_eq!(results[0].verdict, Verdict::Error { fault });
    assert_eq!(world.files.lock().unwrap().keys().collect::<Vec<_>>(), ["/work/a"]);
}

#[tokio::test]
async fn an_overlay_on_a_missing_file_is_the_learners_failure() {
    let lab = lab(&check(
        "a",
        "overlay: [{file: site/style.css, append: \"x\"}]\nexec: {run: [\"true\"]}\nexpect: {exit: 0}",
    ));
    assert_eq!(statuses(&verdicts(&lab, &Fake::default()).await), ["failed"]);
}

#[tokio::test]
async fn always_demands_that_it_holds_throughout() {
    let yaml = check("a", "http: {get: \"http://x/\"}\nexpect: {status: 404}\nalways: {for: 500ms, every: 5ms}");
    let steady = Fake::default();
    assert_eq!(statuses(&verdicts(&lab(&yaml), &steady).await), ["passed"]);
    assert!(steady.asked.lock().unwrap().len() >= 3, "also on a machine that is busy");

    let later = HttpResponse { status: 200, ..HttpResponse::default() };
    let breaking = Fake { later: Some((2, later)), ..Fake::default() };
    let results = verdicts(&lab(&yaml), &breaking).await;
    let Verdict::Failed(failure) = &results[0].verdict else { panic!("{results:?}") };
    assert_eq!(failure.attempts, 3, "the third attempt is the one that didn't hold");
}

#[tokio::test]
async fn readers_stay_between_the_writers_around_them() {
    let lab = lab(&[
        check("w1", "exec: {run: [first]}\nexpect: {exit: 0}"),
        check("r1", "http: {get: \"http://x/1\"}\nexpect: {status: 404}"),
        check("r2", "http: {get: \"http://x/2\"}\nexpect: {status: 404}"),
        check("w2", "exec: {run: [second]}\nexpect: {exit: 0}"),
        check("r3", "http: {get: \"http://x/3\"}\nexpect: {status: 404}"),
    ]
    .concat());
    let world = Fake::default();
    verdicts(&lab, &world).await;
    let asked = world.asked.lock().unwrap().clone();
    let at = |part: &str| asked.iter().position(|asked| asked.contains(part)).unwrap();
    assert!(at("first") < at("x/1").min(at("x/2")));
    assert!(at("x/1").max(at("x/2")) < at("second"));
    assert!(at("second") < at("x/3"));
}

#[tokio::test]
async fn secrets_never_leave_in_a_result() {
    let lab = lab(&check("a", "exec: {run: [\"false\"]}\nexpect: {exit: 0, stderr: \"\"}"));
    let results = verdicts(&lab, &Fake::default()).await;
    let shown = serde_json::to_string(&results).unwrap();
    assert!(!shown.contains("GK4f6a91"), "{shown}");
    assert!(shown.contains("•••"));
}

#[tokio::test]
async fn a_step_done_by_hand_is_told() {
    let lab = lab(&check("a", "http: {get: \"http://x/\"}\nexpect: {status: 200}"));
    let (room, playground) = (Fake::default(), Fake::default().page("http://x/", 200, ""));
    let scope = Scope::default();
    let chosen = selected(&lab, &Selection::All);
    let there = Some(Ground { world: &playground, scope: &scope });
    let results = run(&lab, &chosen, Ground { world: &room, scope: &scope }, there, &Events::nowhere()).await;
    let Verdict::Failed(failure) = &results[0].verdict else { panic!("{results:?}") };
    assert!(failure.passes_in_playground);
}

#[tokio::test]
async fn where_nothing_is_nothing_holds_by_hand() {
    let lab = lab(&[
        check("home", "http: {get: \"http://x/\"}\nexpect: {status: 200}"),
        check("gone", "needs: [home]\nhttp: {get: \"http://x/old\"}\nexpect: {status: 404}"),
    ]
    .concat());
    let room = Fake::default().page("http://x/", 200, "").page("http://x/old", 200, "");
    let scope = Scope::default();
    let chosen = selected(&lab, &Selection::All);
    for (playground, told) in [(Fake::default(), false), (Fake::default().page("http://x/", 200, ""), true)] {
        let there = Some(Ground { world: &playground, scope: &scope });
        let results = run(&lab, &chosen, Ground { world: &room, scope: &scope }, there, &Events::nowhere()).await;
        let Verdict::Failed(failure) = &results[1].verdict else { panic!("{results:?}") };
        assert_eq!(failure.passes_in_playground, told);
    }
}

#[tokio::test]
async fn evidence_on_one_expectation_stays_out_of_the_others() {
    let lab = lab(&[
        check("title", "html: {get: \"http://x/\"}\nexpect: {'css title': x}"),
        check("markup", "html: {get: \"http://x/\"}\nexpect: {errors: {count: 0}}"),
    ]
    .concat());
    let world = Fake::default().page("http://x/", 200, "<!doctype html><title>y</title></p></div>");
    let scope = Scope::default();
    let chosen = selected(&lab, &Selection::All);
    let results = run(&lab, &chosen, Ground { world: &world, scope: &scope }, None, &Events::nowhere()).await;
    let shown: Vec<bool> = results
        .iter()
        .map(|result| match &result.verdict {
            Verdict::Failed(failure) => failure.evidence.iter().any(|(name, _)| name == "errors"),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(shown, [false, true]);
}

#[tokio::test]
async fn only_what_was_asked_for_is_scored() {
    let lab = lab(&[
        check("a", "http: {get: \"http://x/\"}\nexpect: {status: 404}"),
        check("b", "needs: [a]\npoints: 3\nhttp: {get: \"http://x/\"}\nexpect: {status: 404}"),
        check("c", "http: {get: \"http://x/\"}\nexpect: {status: 404}"),
    ]
    .concat());
    let checks = std::collections::BTreeSet::from(["b".parse().unwrap()]);
    let chosen = selected(&lab, &Selection::Named { tasks: std::collections::BTreeSet::default(), checks });
    let world = Fake::default();
    let scope = Scope::default();
    let ground = Ground { world: &world, scope: &scope };
    let results = run(&lab, &chosen, ground, None, &Events::nowhere()).await;
    let outcome = Outcome::new(&lab, RunScope::Named(vec!["b".into()]), &results, Duration::ZERO, 0);
    assert_eq!((outcome.tally.earned, outcome.tally.total, outcome.tally.passed), (3, 3, 2));
}
