use super::*;
use crate::definition::kinds;
use crate::world::{FileSeen, HttpRequest, HttpResponse, Listed, ServiceAction, ServiceSeen};
use futures_util::future::BoxFuture;
use std::path::Path;
use std::sync::Mutex;

const KIND: &str = "
protocol: 1
kind: count
summary: {en: 'Counts.', fr: 'Compte.'}
steps:
  - {run: [make, count], when: [of]}
  - {run: [tally], in: counter, when: [far]}
  - {as: judge, run: [/opt/kinds/count/judge]}
timeout: 10s
only-reads: [dry]
reads: of
document: true
evidence: [said]
keys:
  type: object
  additionalProperties: false
  properties:
    of: {type: string, description: {en: 'What.', fr: 'Quoi.'}}
    far: {type: string, description: {en: 'Where.', fr: 'Où.'}}
    dry: {type: boolean, description: {en: 'No.', fr: 'Non.'}}
    in: {type: string, description: {en: 'In.', fr: 'Dans.'}}
fields:
  number: {type: number, holds: {en: 'how many', fr: 'combien'}}
  names: {type: array, holds: {en: 'which', fr: 'lesquels'}}
";

fn kind() -> &'static Definition {
    kinds::parse(Path::new("kinds/count/kind.yaml"), KIND).unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

fn probe(yaml: &str) -> Program {
    Program { kind: kind(), ask: serde_yaml::from_str(yaml).unwrap() }
}

/// A world in which each command says the next of these.
#[derive(Default)]
struct Says {
    outputs: Mutex<Vec<Output>>,
    asked: Mutex<Vec<Command>>,
    learners: bool,
}

impl Says {
    fn of(outputs: impl IntoIterator<Item = Output>) -> Self {
        let mut outputs: Vec<Output> = outputs.into_iter().collect();
        outputs.reverse();
        Self { outputs: Mutex::new(outputs), ..Self::default() }
    }

    fn asked(&self) -> Vec<(Command, Value)> {
        let asked = self.asked.lock().unwrap().clone();
        asked.into_iter().map(|command| (command.clone(), serde_json::from_slice(&command.stdin).unwrap())).collect()
    }
}

type Answers<'a, T> = BoxFuture<'a, Result<T, ProbeFailure>>;

impl World for Says {
    fn exec(&self, command: Command) -> Answers<'_, Output> {
        self.asked.lock().unwrap().push(command);
        let output = self.outputs.lock().unwrap().pop().expect("a step that isn't to be taken");
        Box::pin(async { Ok(output) })
    }

    fn runs_learners_files(&self, _: &str) -> bool {
        self.learners
    }

    fn http(&self, _: HttpRequest) -> Answers<'_, HttpResponse> {
        unreachable!()
    }

    fn tcp(&self, _: String, _: u16, _: Duration) -> Answers<'_, ()> {
        unreachable!()
    }

    fn file(&self, _: String, _: String) -> Answers<'_, Option<FileSeen>> {
        unreachable!()
    }

    fn files(&self, _: String, _: String) -> Answers<'_, Option<Vec<Listed>>> {
        unreachable!()
    }

    fn service(&self, _: String, _: ServiceAction, _: Duration) -> Answers<'_, ServiceSeen> {
        unreachable!()
    }

    fn put(&self, _: String, _: Option<Vec<u8>>, _: u32) -> Answers<'_, Vec<String>> {
        unreachable!()
    }
}

fn says(stdout: &str) -> Output {
    Output { stdout: stdout.into(), stderr: b"first\nlast\n".to_vec(), ..Output::default() }
}

async fn asked(world: &Says, yaml: &str) -> Result<Observation, ProbeError> {
    let mut scope = Scope::default();
    scope.set("run.nonce", "x7");
    scope.set("capture.long", "{\"a\": 1}\n".repeat(20));
    probe(yaml).fetch(world, &scope, Duration::from_secs(10)).await
}

async fn answered(output: Output) -> Result<Observation, ProbeError> {
    asked(&Says::of([output]), "dry: true").await
}

#[tokio::test]
async fn each_step_is_asked_as_its_user_and_the_judge_hears_what_came_of_the_others() {
    let made = Output { exit: 2, ended: Some(Ended::TimedOut), ..says("passed: true") };
    let world = Says::of([made, says(r#"{"fields": {"number": 3}}"#)]);
    asked(&world, "of: 'a-${run.nonce}'").await.unwrap();
    let asked = world.asked();
    let [(first, question), (judge, heard)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((first.user, first.argv.as_slice()), (User::Learner, ["make".to_owned(), "count".into()].as_slice()));
    assert_eq!((&question["protocol"], &question["ask"]), (&json!(1), &json!({"of": "a-x7"})));
    assert_eq!(question["steps"], json!([]));
    // What a process's start and end may take is left out.
    assert!((1..=6000).contains(&question["limit-ms"].as_u64().unwrap()), "{question}");
    // What the first took of the limit isn't the judge's.
    assert_eq!((judge.user, judge.timeout, &judge.service), (User::Judge, JUDGES, &None));
    assert_eq!(heard["steps"][0]["ended"], "timed-out");
    assert_eq!((&heard["steps"][0]["exit"], &heard["steps"][0]["stdout"]), (&json!(2), &json!("passed: true")));
}

#[tokio::test]
async fn a_step_in_a_service_is_where_the_lab_says() {
    for (yaml, place) in [("far: x", "counter"), ("far: x\nin: other", "other")] {
        let world = Says::of([says(""), says("{}")]);
        asked(&world, yaml).await.unwrap();
        assert_eq!(world.asked()[0].0.service.as_deref(), Some(place));
        assert_eq!(probe(yaml).targets(), [("in".to_owned(), Target::Service(place))]);
    }
    assert!(probe("of: x").targets().is_empty());
}

#[tokio::test]
async fn an_answer_has_fields_and_a_document_with_more() {
    let seen = answered(says(
        r#"{"fields": {"number": 3, "names": ["a"]}, "more": {"x": 1},
            "evidence": [{"name": "said", "text": "so"}, {"name": "said", "text": ""}],
            "hang-on-time": ["number"]}"#,
    ));
    let seen = seen.await.unwrap();
    assert_eq!(seen.field("number"), Some(&json!(3)));
    assert_eq!(seen.evidence, [("said", "so".to_owned())]);
    assert_eq!(seen.hang_on_time, ["number"]);
    let document: Value = serde_json::from_str(&seen.document.unwrap().text).unwrap();
    assert_eq!(document, json!({"number": 3, "names": ["a"], "x": 1}));
    let path: crate::expect::Selector = serde_yaml::from_str("$.x").unwrap();
    assert!(super::super::Probe::Program(probe("of: x")).answers(&path));
}

#[tokio::test]
async fn what_is_no_answer_is_the_kinds_fault_whose_name_it_has() {
    let ended = |ended| Output { ended: Some(ended), exit: 137, ..says("{}") };
    let outputs = [
        (says("{\"fields\": {\"number\": 3}"), "isn't one: EOF"),
        (says(""), "isn't one: EOF"),
        (says("{} {}"), "isn't one: trailing"),
        (says(r#"{"passed": true}"#), "isn't one: unknown field `passed`"),
        (says(r#"{"fields": {"passed": true}}"#), "doesn't name: `passed`"),
        (says(r#"{"fields": {"number": "3"}}"#), "`number` that isn't of the type"),
        (says(r#"{"fields": {"number": null}}"#), "`number` that isn't of the type"),
        (says(r#"{"fields": {"number": 3}, "more": {"number": 4}}"#), "`number` as a field and as `more`"),
        (says(r#"{"evidence": [{"name": "else", "text": ""}]}"#), "doesn't name: `else`"),
        (says(r#"{"hang-on-time": ["else"]}"#), "doesn't name that it hangs on time: `else`"),
        (says(r#"{"trouble": {"kind": "passed"}}"#), "isn't one: unknown variant `passed`"),
        (says(r#"{"trouble": {"kind": "fault", "detail": "no disk"}}"#), "can't answer: no disk"),
        (Output { exit: 127, ..says("{}") }, "exit code 127: last"),
        (ended(Ended::TimedOut), "within its limit: last"),
        (ended(Ended::TooMuchOutput), "more than 16777216 bytes"),
        (ended(Ended::OutOfMemory), "ran out of memory"),
    ];
    for (output, told) in outputs {
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        match answered(output).await {
            Err(ProbeError::ProbeFailure(ProbeFailure::Fault { detail })) => {
                assert!(detail.starts_with("the kind `count` ") && detail.contains(told), "{said}: {detail}");
            }
            other => panic!("{said}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn blame_for_a_trouble_stays_with_the_core() {
    let slow = r#"{"trouble": {"kind": "timed-out", "what": "make"}}"#;
    for learners in [true, false] {
        let world = Says { learners, ..Says::of([says(""), says(slow)]) };
        let failure = asked(&world, "far: x").await.unwrap_err();
        let after = Duration::from_secs(10);
        assert_eq!(failure, ProbeFailure::TimedOut { what: "make".to_owned(), after, learners }.into());
    }
    let not_here = answered(says(r#"{"trouble": {"kind": "not-here", "what": "it"}}"#)).await;
    assert_eq!(not_here, Err(ProbeFailure::NotHere { what: "it".to_owned() }.into()));
    let no_file = answered(says(r#"{"trouble": {"kind": "no-file", "path": "a"}}"#)).await;
    assert_eq!(no_file, Err(ProbeFailure::NoFile { path: "a".to_owned() }.into()));
}

#[test]
fn what_is_asked_is_short_and_what_is_long_stands_as_the_lab_has_it() {
    let mut scope = Scope::default();
    scope.set("capture.long", "{\"a\": 1}\n".repeat(20));
    let asked = |yaml: &str| probe(yaml).asked(&scope).unwrap();
    assert_eq!(asked("of: x\ndry: true"), "count of=\"x\" dry=true");
    assert_eq!(asked("of: '${capture.long}'"), "count of=${capture.long}");
    assert!(asked(&format!("of: [{}]", "word, ".repeat(40))).chars().count() < 80);
}

#[test]
fn keys_say_whether_it_writes_and_what_it_reads() {
    assert!(probe("of: x").writes() && probe("of: x\ndry: false").writes());
    assert!(!probe("of: x\ndry: true").writes());
    assert_eq!(probe("of: x").reads().map(ToString::to_string).as_deref(), Some("x"));
    assert!(probe("far: x").reads().is_none() && probe("of: x\nfar: y").reads().is_none());
}
