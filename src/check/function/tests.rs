//! Answers below were recorded from the little cloud of the serverless lab.

use super::super::fake::Fake;
use super::*;

const HELLO: &str = "http://cloud:9001/2015-03-31/functions/Hello/invocations";

/// Headers that every answer of a function has.
const RAN: [(&str, &str); 5] = [
    ("x-amz-executed-version", "$LATEST"),
    ("x-amzn-requestid", "3d2cfa88-0b7f-4082-bf88-b016e79a4051"),
    ("x-cloud-instance", "Hello-4"),
    ("x-cloud-cold", "true"),
    ("x-cloud-duration", "83.98"),
];

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> HttpResponse {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    HttpResponse { status, headers, body: body.as_bytes().to_vec(), ..HttpResponse::default() }
}

fn ran(more: &[(&str, &str)], body: &str) -> Observation {
    see(&answer(200, &[&RAN, more].concat(), body)).unwrap()
}

#[tokio::test]
async fn an_event_is_sent_with_its_names_filled_in() {
    let world = Fake::default().page(HELLO, 200, &RAN, r#"{"ok": 1}"#);
    let probe: Function =
        serde_yaml::from_str("invoke: Hello\nat: 'http://cloud:9001/'\nevent: {key: 'a-${run.nonce}', n: 3}").unwrap();
    let mut scope = Scope::default();
    scope.set("run.nonce", "x7");
    let seen = probe.fetch(&world, &scope, Duration::from_secs(1)).await.unwrap();
    assert_eq!(seen.field("payload"), Some(&json!({"ok": 1})));
    let asked = world.asked();
    assert_eq!((asked[0].method.as_str(), asked[0].url.as_str()), ("POST", HELLO));
    assert_eq!(serde_json::from_slice::<Value>(&asked[0].body).unwrap(), json!({"key": "a-x7", "n": 3}));
    assert!(asked[0].headers.contains(&("x-amz-log-type".to_owned(), "Tail".to_owned())));
}

#[tokio::test]
async fn a_name_cannot_leave_its_place_in_the_path() {
    let probe: Function = serde_yaml::from_str("invoke: '../x?y'\nat: 'http://cloud:9001'").unwrap();
    let request = probe.request(&Scope::default(), Duration::from_secs(1)).unwrap();
    assert_eq!(request.url, "http://cloud:9001/2015-03-31/functions/..%2Fx%3Fy/invocations");
    assert_eq!(request.body, b"{}");
}

#[test]
fn an_answer_has_its_log_and_times() {
    let log = "eyJyaWQiOiAiM2QyY2ZhODgtMGI3Zi00MDgyLWJmODgtYjAxNmU3OWE0MDUxIn0=";
    let seen = ran(&[("x-amz-log-result", log)], r#"{"statusCode": 200}"#);
    assert_eq!(seen.field("log"), Some(&json!([r#"{"rid": "3d2cfa88-0b7f-4082-bf88-b016e79a4051"}"#])));
    assert_eq!(seen.field("cold"), Some(&json!(true)));
    assert_eq!(seen.field("duration"), Some(&json!(83.98)));
    assert_eq!(seen.field("instance"), Some(&json!("Hello-4")));
    assert_eq!(seen.field("request-id"), Some(&json!("3d2cfa88-0b7f-4082-bf88-b016e79a4051")));
    assert_eq!(seen.field("error"), None);
    assert_eq!(seen.document.unwrap().text, r#"{"statusCode": 200}"#);
}

#[test]
fn an_exception_is_a_value_and_what_the_learner_reads() {
    let log = BASE64.encode(b"[ERROR] KeyError: 'NOPE'\n  File \"/run/cloud/1/Boom/boom.py\", line 2, in <module>");
    let headers = [("x-amz-log-result", log.as_str()), ("x-amz-function-error", "Unhandled")];
    let seen = ran(&headers, r#"{"errorType": "KeyError", "errorMessage": "'NOPE'"}"#);
    assert_eq!(seen.field("error"), Some(&json!("KeyError")));
    assert!(seen.hang_on_time.contains(&"payload"));
    assert_eq!(seen.field("message"), Some(&json!("'NOPE'")));
    assert_eq!(seen.evidence[0], ("error", "KeyError: 'NOPE'".to_owned()));
    assert!(seen.evidence[1].1.contains("boom.py\", line 2"), "{:?}", seen.evidence);
}

#[test]
fn a_timeout_has_a_type_of_its_own() {
    let body = r#"{"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 3 seconds"}"#;
    let seen = ran(&[("x-amz-log-result", ""), ("x-amz-function-error", "Unhandled")], body);
    assert_eq!(seen.field("error"), Some(&json!("Sandbox.Timedout")));
    assert_eq!(seen.field("log"), Some(&json!([])));
}

#[test]
fn a_function_that_returns_words_like_an_error_made_none() {
    let seen = ran(&[], r#"{"errorType": "KeyError", "errorMessage": "x"}"#);
    assert_eq!(seen.field("error"), None);
    assert!(seen.hang_on_time.is_empty());
    assert!(!ran(&[], r#"{"statusCode": 503}"#).hang_on_time.is_empty());
}

#[test]
fn a_missing_function_is_an_error_that_names_those_there_are() {
    let body = r#"{"Type": "User", "Message": "Function not found: Nope; there are: Hello"}"#;
    let seen = see(&answer(404, &[("x-amzn-errortype", "ResourceNotFoundException")], body)).unwrap();
    assert_eq!(seen.field("error"), Some(&json!("ResourceNotFoundException")));
    assert_eq!(seen.field("message"), Some(&json!("Function not found: Nope; there are: Hello")));
}

#[test]
fn a_server_that_is_no_cloud_is_nobodys_failure() {
    assert!(matches!(see(&answer(200, &[], "{}")), Err(ProbeFailure::Fault { .. })));
    assert!(matches!(see(&answer(502, &[], "")), Err(ProbeFailure::Fault { .. })));
    let headers = [&RAN[..], &[("x-amz-log-result", "not base64!")]].concat();
    assert!(matches!(see(&answer(200, &headers, "{}")), Err(ProbeFailure::Fault { .. })));
}

#[test]
fn what_returns_no_json_has_no_payload() {
    let seen = ran(&[], "NaN");
    assert_eq!(seen.field("payload"), None);
    assert_eq!(seen.document.unwrap().text, "NaN");
}
