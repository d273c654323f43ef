use super::read::{Answer, Stage};
use super::*;
use crate::world::{Ended, FileSeen, HttpRequest, HttpResponse, Listed, ServiceAction, ServiceSeen};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Mutex;

/// What `OpenTofu` 1.12 said, recorded.
const PLAN: &str = include_str!("recorded/plan.json");
const STATE: &str = include_str!("recorded/state.json");
const OUTPUT: &str = include_str!("recorded/output.json");
const REFUSED: &str = include_str!("recorded/refused.jsonl");
const NO_PROVIDER: &str = include_str!("recorded/no-provider.jsonl");
const TEST: &str = include_str!("recorded/test.jsonl");
const VALIDATE: &str = include_str!("recorded/validate.json");
/// The secret that state and output hold.
const SECRET: &str = "1238d9ad85b5ee10ee6e710ae975b2e5694c4cc29641ca9a4513b5589529326e";

fn said(exit: i64, stdout: &str) -> Output {
    Output { exit, stdout: stdout.into(), ..Output::default() }
}

/// What one command's output is to selectors.
fn seen(stage: Stage, output: &Output) -> Observation {
    let mut answer = Answer::default();
    answer.take(stage, output);
    answer.seen("verb")
}

fn field<'a>(seen: &'a Observation, name: &str) -> &'a Value {
    seen.field(name).unwrap_or(&Value::Null)
}

fn evidence<'a>(seen: &'a Observation, name: &str) -> &'a str {
    seen.evidence.iter().find(|(found, _)| *found == name).map_or("", |(_, text)| text)
}

#[test]
fn one_thing_is_done() {
    let parsed = |yaml: &str| serde_yaml::from_str::<Terraform>(yaml);
    let probe = parsed("{apply: legacy, vars: {project: a}, env: {A: b}}").unwrap();
    assert!(matches!(probe.action, Action::Apply) && probe.writes());
    assert_eq!(probe.asked(&Scope::default()).unwrap(), "terraform apply in legacy project=a");
    assert_eq!(parsed("{plan: .}").unwrap().asked(&Scope::default()).unwrap(), "terraform plan");
    for reading in ["{output: .}", "{show: .}"] {
        assert!(!parsed(reading).unwrap().writes(), "{reading}");
    }
    for wrong in ["{}", "{plan: ., apply: .}", "{vars: {a: b}}", "{plan: ., copies: /probe}", "{plan: ., more: x}"] {
        assert!(parsed(wrong).is_err(), "{wrong}");
    }
    assert!(matches!(parsed("{test: ., copies: /probe}").unwrap().action, Action::Test { copies: Some(_) }));
}

#[test]
fn a_plan_tells_what_changes_what_moves_and_what_drifted() {
    let seen = seen(Stage::Planned, &said(0, PLAN));
    assert_eq!(field(&seen, "moved"), &json!(["garage_bucket.site"]));
    assert_eq!(field(&seen, "drift"), &json!(["garage_bucket.moved"]));
    let changes = field(&seen, "changes").as_array().unwrap();
    assert_eq!(changes.len(), 3);
    assert_eq!(
        changes[0],
        json!({"address": "garage_bucket.legacy", "type": "garage_bucket", "action": "no-op", "previous": null, "importing": "legacy"})
    );
    assert_eq!(evidence(&seen, "changes"), "update garage_bucket.moved (from garage_bucket.site)");
    assert_eq!(field(&seen, "ok"), &json!(true));
    assert_eq!(field(&seen, "outputs-changed"), &json!([]));
    assert_eq!(field(&seen, "constraints"), &json!({"lab.local/lab/garage": "~> 0.1"}));
    let plan = json!({"output_changes": {"now": {"actions": ["update"]}, "same": {"actions": ["no-op"]}}});
    assert_eq!(field(&self::seen(Stage::Planned, &said(0, &plan.to_string())), "outputs-changed"), &json!(["now"]));
}

#[test]
fn a_replaced_resource_is_told_in_either_order() {
    for actions in [["delete", "create"], ["create", "delete"]] {
        let plan = json!({"resource_changes": [{"mode": "managed", "address": "a", "change": {"actions": actions}}]});
        let seen = seen(Stage::Planned, &said(0, &plan.to_string()));
        assert_eq!(field(&seen, "changes")[0]["action"], "replace");
    }
}

#[test]
fn what_is_marked_sensitive_is_neither_a_field_nor_shown() {
    for (stage, text) in [(Stage::Show, STATE), (Stage::Output, OUTPUT)] {
        let mut answer = Answer::default();
        answer.take(stage, &said(0, text));
        // Whatever else says it later is masked too.
        answer.take(Stage::Apply, &Output { exit: 1, stderr: format!("it is {SECRET}!").into(), ..Output::default() });
        let seen = answer.seen("apply");
        assert!(text.contains(SECRET) && !format!("{:?}{:?}", seen.fields, seen.evidence).contains(SECRET));
        assert_eq!(evidence(&seen, "stderr"), "it is •••!");
        assert_eq!(field(&seen, "sensitive"), &json!(["key"]));
        assert_eq!(field(&seen, "outputs"), &json!({"bucket": "abc-production"}));
        let document: Value = serde_json::from_str(&seen.document.unwrap().text).unwrap();
        assert_eq!(document["secrets"]["key"], SECRET, "a check can hand it on");
    }
    let seen = seen(Stage::Show, &said(0, STATE));
    assert_eq!(field(&seen, "resources"), &json!(["garage_bucket.site", "garage_key.deploy"]));
    let document: Value = serde_json::from_str(&seen.document.unwrap().text).unwrap();
    assert_eq!(document["state"][1]["values"]["secret_access_key"], "•••");
    assert_eq!(document["state"][1]["values"]["name"], "x");
}

#[test]
fn an_error_has_its_file_and_line() {
    let seen = seen(Stage::Plan, &said(1, REFUSED));
    assert_eq!((field(&seen, "ok"), field(&seen, "stage")), (&json!(false), &json!("plan")));
    assert_eq!(field(&seen, "errors")[0]["file"], "main.tf");
    let error = field(&seen, "error").as_str().unwrap();
    assert!(
        error.starts_with("Invalid value for variable\n  on main.tf line 10: variable \"project\" {\n  No good."),
        "{error}"
    );
    assert_eq!(evidence(&seen, "error"), error);

    let seen = self::seen(Stage::Validate, &said(1, VALIDATE));
    assert_eq!(field(&seen, "errors").as_array().unwrap().len(), 2);
    let seen = self::seen(Stage::Init, &said(1, NO_PROVIDER));
    assert!(field(&seen, "error").as_str().unwrap().contains("hashicorp/aws was not found"));
}

#[test]
fn tests_count_and_no_tests_are_none_that_pass() {
    let seen = seen(Stage::Test, &said(1, TEST));
    assert_eq!(
        (field(&seen, "passed"), field(&seen, "failed"), field(&seen, "ok")),
        (&json!(2), &json!(1), &json!(false))
    );
    assert!(field(&seen, "error").as_str().unwrap().contains("bad name"));
    let none = r#"{"type":"test_summary","test_summary":{"status":"pass","passed":0,"failed":0,"errored":0}}"#;
    assert_eq!(field(&self::seen(Stage::Test, &said(0, none)), "ok"), &json!(false));
}

#[test]
fn a_command_that_never_ends_says_which() {
    let seen = seen(Stage::Apply, &Output { ended: Some(Ended::TimedOut), ..Output::default() });
    assert_eq!((field(&seen, "ok"), field(&seen, "exit")), (&json!(false), &json!(137)));
    assert_eq!(field(&seen, "ended"), &json!("timed-out"));
    assert_eq!((evidence(&seen, "ended"), evidence(&seen, "stage")), ("timed-out", "apply"));
}

#[test]
fn survivors_and_false_alarms_are_told() {
    let report = json!({"original": {"status": "pass", "passed": 2, "failed": 0}, "counted": 4,
        "survivors": ["no website\nmain.tf, line 3\n- website"], "false": ["the same"]});
    let seen = seen(Stage::Copies, &said(0, &report.to_string()));
    assert_eq!((field(&seen, "counted"), field(&seen, "ok")), (&json!(4), &json!(true)));
    assert!(evidence(&seen, "unnoticed").contains("- website"));
    assert_eq!(field(&seen, "false-alarms"), &json!(["the same"]));
    let report = json!({"original": {"status": "fail", "passed": 1, "failed": 1, "output": "bad name"}, "counted": 0, "survivors": []});
    let seen = self::seen(Stage::Copies, &said(0, &report.to_string()));
    assert_eq!(
        (field(&seen, "ok"), seen.field("counted"), evidence(&seen, "tests")),
        (&json!(false), None, "bad name")
    );
}

/// A toolbox that gives its answers one after the other.
struct Toolbox {
    answers: Mutex<Vec<Output>>,
    asked: Mutex<Vec<Command>>,
}

impl Toolbox {
    fn run(yaml: &str, answers: Vec<Output>) -> (Result<Observation, ProbeError>, Vec<Command>) {
        let toolbox = Self { answers: Mutex::new(answers), asked: Mutex::default() };
        let probe: Terraform = serde_yaml::from_str(yaml).unwrap();
        let scope = Scope::default();
        let fetched = probe.fetch(&toolbox, &scope, Duration::from_secs(60));
        let seen = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(fetched);
        (seen, toolbox.asked.into_inner().unwrap())
    }
}

impl World for Toolbox {
    fn exec(&self, command: Command) -> BoxFuture<'_, Result<Output, ProbeFailure>> {
        self.asked.lock().unwrap().push(command);
        let answer = self.answers.lock().unwrap().remove(0);
        Box::pin(async { Ok(answer) })
    }
    fn http(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, ProbeFailure>> {
        unreachable!()
    }
    fn tcp(&self, _: String, _: u16, _: Duration) -> BoxFuture<'_, Result<(), ProbeFailure>> {
        unreachable!()
    }
    fn file(&self, _: String, _: String) -> BoxFuture<'_, Result<Option<FileSeen>, ProbeFailure>> {
        unreachable!()
    }
    fn files(&self, _: String, _: String) -> BoxFuture<'_, Result<Option<Vec<Listed>>, ProbeFailure>> {
        unreachable!()
    }
    fn service(&self, _: String, _: ServiceAction, _: Duration) -> BoxFuture<'_, Result<ServiceSeen, ProbeFailure>> {
        unreachable!()
    }
    fn put(&self, _: String, _: Option<Vec<u8>>, _: u32) -> BoxFuture<'_, Result<Vec<String>, ProbeFailure>> {
        unreachable!()
    }
}

#[test]
fn an_apply_is_a_plan_that_was_read_first() {
    let summary = r#"{"type":"change_summary","changes":{"add":2,"change":1,"import":1,"remove":0}}"#;
    let answers = vec![said(0, ""), said(0, summary), said(0, PLAN), said(0, summary), said(0, STATE)];
    let (seen, asked) = Toolbox::run("{apply: legacy, vars: {project: abc}}", answers);
    let seen = seen.unwrap();
    assert_eq!(
        (field(&seen, "add"), field(&seen, "destroy"), field(&seen, "import")),
        (&json!(2), &json!(0), &json!(1))
    );
    assert_eq!(field(&seen, "moved"), &json!(["garage_bucket.site"]));
    assert_eq!(field(&seen, "outputs"), &json!({"bucket": "abc-production"}));
    let verbs: Vec<&str> = asked.iter().skip(1).map(|command| command.argv[1].as_str()).collect();
    assert_eq!(verbs, ["plan", "show", "apply", "show"]);
    assert!(asked.iter().all(|command| command.dir == "/work/legacy"));
    assert!(asked[0].env.contains(&("TF_VAR_project".into(), "abc".into())));
    assert!(asked[3].argv.contains(&"/tmp/lab.tfplan".to_owned()), "what is applied is what was planned");
}

#[test]
fn what_fails_ends_it() {
    let (seen, asked) = Toolbox::run("{apply: .}", vec![said(1, NO_PROVIDER)]);
    assert_eq!((asked.len(), field(&seen.unwrap(), "stage")), (1, &json!("init")));
    let (seen, asked) = Toolbox::run("{apply: .}", vec![said(0, ""), said(1, REFUSED)]);
    assert_eq!((asked.len(), field(&seen.unwrap(), "stage")), (2, &json!("plan")));
}

#[test]
fn reading_prepares_nothing() {
    let pulled = r#"{"lineage":"abc","serial":3}"#;
    let (seen, asked) = Toolbox::run("{show: .}", vec![said(0, STATE), said(0, pulled), said(0, "{}")]);
    let seen = seen.unwrap();
    assert_eq!((field(&seen, "backend"), field(&seen, "serial")), (&json!("local"), &json!(3)));
    assert!(asked.iter().all(|command| !command.argv.join(" ").contains("init")));
}

#[test]
fn files_in_another_form_are_named_and_shown() {
    let answers = vec![said(3, "main.tf\n"), said(3, "main.tf\n--- old\n+++ new\n")];
    let (seen, _) = Toolbox::run("{fmt: .}", answers);
    let seen = seen.unwrap();
    assert_eq!((field(&seen, "files"), field(&seen, "ok")), (&json!(["main.tf"]), &json!(false)));
    assert!(evidence(&seen, "diff").contains("+++ new"));
}

#[test]
fn tests_that_too_few_copies_could_judge_are_no_failure_of_the_learner() {
    let report = |counted: u64| {
        let report = json!({"original": {"status": "pass", "passed": 1, "failed": 0}, "counted": counted, "survivors": [], "false": []});
        vec![said(0, ""), said(0, &report.to_string())]
    };
    let (seen, _) = Toolbox::run("{test: ., copies: /probe}", report(2));
    assert!(matches!(seen, Err(ProbeError::ProbeFailure(ProbeFailure::Fault { .. }))));
    let (seen, asked) = Toolbox::run("{test: ., copies: /probe}", report(3));
    assert_eq!(field(&seen.unwrap(), "counted"), &json!(3));
    assert_eq!(asked[1].argv, ["wrong-copies", "-probe", "/probe"]);
}
