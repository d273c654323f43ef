//! Answers below were recorded from the program `workflow`, and shortened.

use super::*;
use crate::world::{Ended, Output};
use serde_json::json;

fn probe(yaml: &str) -> Workflow {
    serde_yaml::from_str(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

fn question(yaml: &str) -> Value {
    let mut scope = Scope::default();
    scope.set("run.nonce", "x7");
    probe(yaml).question(&scope, Duration::from_secs(56)).unwrap()
}

/// A push that was tested, built and deployed.
fn deployed() -> Value {
    json!({
        "triggered": true,
        "workflows": [
            {"file": ".github/workflows/ci.yml", "name": "CI", "event": "push", "triggered": true, "why": "", "conclusion": "success"}
        ],
        "conclusion": "success", "sha": "d26df27c27580b78225842da89c1fdb69d046110",
        "base": "d67bc7d6b0d409068660e2cd2963299456a9213c", "merge": "",
        "jobs": [
            {"workflow": ".github/workflows/ci.yml", "event": "push", "job": "test", "name": "CI/test-1",
             "matrix": {"tz": "UTC"}, "conclusion": "success",
             "steps": [{"name": "actions/checkout@v4", "id": "0", "conclusion": "success"}]},
            {"workflow": ".github/workflows/ci.yml", "event": "push", "job": "deploy", "name": "CI/deploy",
             "matrix": {}, "conclusion": "success",
             "steps": [{"name": "./deploy.sh", "id": "ship", "conclusion": "success"}]}
        ],
        "artifacts": [{"name": "site", "digest": "sha256:2049", "files": [], "uploaded-by": "test", "downloaded-by": ["deploy"]}],
        "staging": [],
        "production": [{"sha": "d26df27c27580b78225842da89c1fdb69d046110", "digest": "sha256:77", "ours": true, "from-artifact": "site"}],
        "staging-now": "", "production-now": "d26df27c27580b78225842da89c1fdb69d046110", "deployed": ["production"],
        "leaks": [], "log": "CI/deploy | hello\n", "problems": [], "running": [], "time": 2173
    })
}

fn with(changes: &Value) -> Value {
    let mut answer = deployed();
    for (name, value) in changes.as_object().unwrap() {
        answer[name] = value.clone();
    }
    answer
}

fn evidence<'a>(seen: &'a Observation, name: &str) -> &'a str {
    seen.evidence.iter().find(|(found, _)| *found == name).map_or("", |(_, text)| text)
}

#[test]
fn each_event_is_asked_with_its_names_filled_in() {
    assert_eq!(
        question(
            "push: main\nchange: {message: 'A page ${run.nonce}', edit: [{file: 'a-${run.nonce}', write: hi}, {file: b, replace: x, with: y}, {delete: c}]}"
        ),
        json!({
            "want": "run", "limit": 56_000, "event": {"name": "push", "branch": "main"},
            "change": {"message": "A page x7", "edit": [
                {"file": "a-x7", "write": "hi"}, {"file": "b", "replace": "x", "with": "y"}, {"file": "c", "delete": true}
            ]},
        })
    );
    assert_eq!(
        question("pull-request: {from: fork, title: 'a${run.nonce}'}")["event"],
        json!({"name": "pull-request", "fork": true, "title": "ax7", "body": "", "branch": "patch-1", "base": "main", "action": "opened"})
    );
    assert_eq!(question("tag: v1.2.3")["event"], json!({"name": "tag", "tag": "v1.2.3"}));
    assert_eq!(
        question("dispatch: main\ninputs: {to: staging}\nworkflow: deploy.yml")["event"],
        json!({"name": "dispatch", "branch": "main", "inputs": {"to": "staging"}, "workflow": "deploy.yml"})
    );
    assert_eq!(question("model: .github/workflows"), json!({"want": "model", "folder": ".github/workflows"}));
}

#[test]
fn what_doesnt_go_together_is_no_question() {
    for yaml in [
        "{}",
        "push: main\ntag: v1",
        "push: main\ninputs: {a: b}",
        "model: x\nchange: {message: hi}",
        "run: x\nside-by-side: true",
        "pull-request: {from: nowhere}",
        "push: main\nchange: {edit: [{file: a, write: b, append: c}]}",
        "push: main\nchange: {edit: [{file: a, replace: b}]}",
        "push: main\nchange: {edit: [{file: a, delete: b}]}",
    ] {
        assert!(serde_yaml::from_str::<Workflow>(yaml).is_err(), "{yaml}");
    }
}

#[test]
fn what_may_deploy_runs_alone() {
    assert!(probe("push: main").writes());
    assert!(probe("tag: v1").writes());
    assert!(probe("dispatch: main").writes());
    assert!(!probe("push: main\nside-by-side: true").writes());
    assert!(!probe("pull-request: {from: fork}").writes());
    assert!(!probe("model: .github/workflows").writes());
}

#[test]
fn a_run_has_jobs_legs_steps_and_what_arrived() {
    let seen = see_run(deployed()).unwrap();
    assert_eq!(seen.field("conclusion"), Some(&json!("success")));
    assert_eq!(seen.field("deployed"), Some(&json!(["production"])));
    assert_eq!(seen.field("legs").unwrap().as_array().unwrap().len(), 1);
    assert_eq!(
        seen.field("steps"),
        Some(&json!([
            {"job": "CI/test-1", "name": "actions/checkout@v4", "id": "0", "conclusion": "success"},
            {"job": "CI/deploy", "name": "./deploy.sh", "id": "ship", "conclusion": "success"},
        ]))
    );
    assert_eq!(seen.field("problem"), Some(&json!("")));
    assert_eq!(evidence(&seen, "arrived"), "production: d26df27c27580b78225842da89c1fdb69d046110 (this run's commit)");
    // The document has what the fields have.
    let document: Value = serde_json::from_str(&seen.document.unwrap().text).unwrap();
    assert_eq!(document["failed-steps"], json!([]));
    for field in Workflow::FIELDS.iter().take(19) {
        assert!(document.get(field.name).is_some(), "{}", field.name);
    }
}

#[test]
fn a_captured_run_is_seen_again() {
    let first = see_run(deployed()).unwrap();
    let again = see_run(serde_json::from_str(&first.document.as_ref().unwrap().text).unwrap()).unwrap();
    assert_eq!(first, again);
}

#[test]
fn a_failed_step_shows_the_end_of_what_it_said() {
    let log: Vec<String> = (0..30).map(|line| format!("line {line}\n")).collect();
    let answer = with(&json!({
        "conclusion": "failure", "production": [], "deployed": [],
        "jobs": [{"name": "CI/test", "matrix": {}, "conclusion": "failure", "steps": [
            {"name": "pytest", "id": "1", "conclusion": "failure", "log": log.concat()},
            {"name": "later", "id": "2", "conclusion": "skipped"}
        ]}]
    }));
    let seen = see_run(answer).unwrap();
    assert_eq!(seen.field("failed-steps"), Some(&json!(["CI/test: pytest"])));
    let said = evidence(&seen, "failed-steps");
    assert!(said.starts_with("CI/test: pytest\n  line 22\n") && said.ends_with("line 29"), "{said}");
}

#[test]
fn what_isnt_triggered_says_why_and_what_is_refused_says_where() {
    let seen = see_run(with(&json!({
        "triggered": false, "conclusion": "none", "jobs": [], "workflows": [{
            "file": ".github/workflows/ci.yml", "name": "CI", "event": "push", "triggered": false,
            "why": "`branches` doesn't name the branch main", "conclusion": "none"
        }]
    })));
    let why = ".github/workflows/ci.yml (push): `branches` doesn't name the branch main";
    assert_eq!(evidence(&seen.unwrap(), "not-triggered"), why);
    let problem =
        json!({"code": "schema", "file": ".github/workflows/ci.yml", "line": 7, "text": "`step` isn't a key"});
    let seen = see_run(with(&json!({"conclusion": "refused", "problems": [problem]}))).unwrap();
    assert_eq!(seen.field("problem"), Some(&json!(".github/workflows/ci.yml:7: `step` isn't a key")));
    assert_eq!(evidence(&seen, "problem"), ".github/workflows/ci.yml:7: `step` isn't a key");
}

#[test]
fn what_github_runs_and_nothing_here_can_is_not_judged_unless_something_is_wrong_besides() {
    let problem = |code: &str| json!({"code": code, "file": "ci.yml", "line": 7, "text": "it isn't offered"});
    let refused = |codes: &[&str]| {
        let problems: Vec<Value> = codes.iter().map(|code| problem(code)).collect();
        see_run(with(&json!({"conclusion": "refused", "problems": problems})))
    };
    assert_eq!(
        refused(&["services", "container"]).unwrap_err(),
        ProbeFailure::NotHere { what: "ci.yml:7: it isn't offered; ci.yml:7: it isn't offered".to_owned() }
    );
    assert!(refused(&["services", "schema"]).is_ok());
}

#[test]
fn a_run_that_was_ended_says_what_still_ran() {
    let seen = see_run(with(&json!({"conclusion": "timed-out", "running": ["CI/test: read answer"]}))).unwrap();
    assert_eq!((evidence(&seen, "ended"), evidence(&seen, "running")), ("timed-out", "CI/test: read answer"));
    // Where even the program was ended, its conclusion is all there is.
    let output = Output { exit: 137, ended: Some(Ended::OutOfMemory), ..Output::default() };
    let seen = see_run(answer(&output).unwrap()).unwrap();
    assert_eq!(seen.field("conclusion"), Some(&json!("out-of-memory")));
    assert_eq!(seen.field("gaps"), Some(&json!([])));
}

#[test]
fn what_reached_the_servers_is_handed_on_by_name() {
    let seen = see_run(with(&json!({"early": ["staging"], "in-production": ["d26d"]}))).unwrap();
    for (name, value) in [("early", json!(["staging"])), ("in-production", json!(["d26d"])), ("together", json!([]))] {
        assert_eq!(seen.field(name), Some(&value), "{name}");
    }
}

#[test]
fn what_is_no_answer_is_the_labs_fault() {
    let said = |stdout: &str| answer(&Output { exit: 3, stdout: stdout.as_bytes().to_vec(), ..Output::default() });
    assert!(
        matches!(said("{\"fault\": \"the witness doesn't answer\"}"), Err(ProbeFailure::Fault { detail }) if detail.contains("witness"))
    );
    assert!(matches!(said("panic"), Err(ProbeFailure::Fault { .. })));
    let mut lacking = deployed();
    lacking.as_object_mut().unwrap().remove("deployed");
    assert!(matches!(see_run(lacking), Err(ProbeFailure::Fault { detail }) if detail.contains("deployed")));
    assert!(matches!(see_model(json!({"problems": []})), Err(ProbeFailure::Fault { .. })));
}

#[test]
fn a_model_says_what_the_files_say() {
    let answer = json!({
        "valid": false, "workflows": [], "uses": [], "unpinned": ["a.yml:9 actions/checkout@v4"], "write-scopes": [],
        "inline-expressions": [], "problems": [{"code": "schema", "file": "a.yml", "line": 0, "text": "it is empty"}]
    });
    let seen = see_model(answer).unwrap();
    assert_eq!(seen.field("valid"), Some(&json!(false)));
    assert_eq!(seen.field("unpinned"), Some(&json!(["a.yml:9 actions/checkout@v4"])));
    assert_eq!(seen.field("problem"), Some(&json!("a.yml: it is empty")));
}
