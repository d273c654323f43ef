//! Answers as Prometheus 2.53 gave them.

use super::*;
use crate::check::fake::Fake;
use crate::world::ProbeFailure;
use serde_json::{Value, json};

fn probe(yaml: &str) -> Prometheus {
    serde_yaml::from_str(yaml).unwrap()
}

async fn ask_fake(yaml: &str, url: &str, status: u16, body: &str) -> Result<Observation, ProbeError> {
    let world = Fake::default().page(url, status, &[], body);
    probe(yaml).fetch(&world, &Scope::default(), Duration::from_secs(5)).await
}

async fn seen(yaml: &str, path: &str, body: &str) -> Observation {
    ask_fake(yaml, &format!("http://prometheus:9090/api/v1/{path}"), 200, body).await.unwrap()
}

fn field(seen: &Observation, name: &str) -> Value {
    seen.field(name).cloned().unwrap_or_default()
}

#[tokio::test]
async fn one_series_has_a_value_and_several_have_values() {
    let one = r#"{"status":"success","data":{"resultType":"vector","result":[
        {"metric":{},"value":[1795372517.769,"2024"]}]}}"#;
    let one = seen("query: sum(http_requests_total)", "query?query=sum%28http_requests_total%29", one).await;
    assert_eq!((field(&one, "count"), field(&one, "value")), (json!(1), json!(2024.0)));
    let two = r#"{"status":"success","data":{"resultType":"vector","result":[
        {"metric":{"__name__":"up","instance":"node:9100","job":"node"},"value":[1795372517.769,"1"]},
        {"metric":{"__name__":"up","instance":"app:8000","job":"pli"},"value":[1795372517.769,"0"]}]}}"#;
    let two = seen("query: up", "query?query=up", two).await;
    assert_eq!((field(&two, "value"), field(&two, "values")), (Value::Null, json!([1.0, 0.0])));
    assert_eq!(
        two.evidence,
        [("series", "up{instance=\"node:9100\",job=\"node\"} 1.0\nup{instance=\"app:8000\",job=\"pli\"} 0.0".into())]
    );
    let document = two.document.unwrap().text;
    assert!(document.contains(r#""labels":{"__name__":"up","instance":"app:8000","job":"pli"}"#), "{document}");
    let none = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;
    let none = seen("query: up", "query?query=up", none).await;
    assert_eq!((field(&none, "count"), field(&none, "value")), (json!(0), Value::Null));
}

#[tokio::test]
async fn nan_is_a_text_and_no_data() {
    let nan = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795372517.815,"NaN"]}]}}"#;
    let seen = seen("query: x", "query?query=x", nan).await;
    assert_eq!(field(&seen, "value"), json!("NaN"));
    let data = |text: &str| serde_json::from_str::<Value>(text).unwrap()["data"].clone();
    assert!(!has_data(&data(nan)));
    assert!(has_data(&data(&nan.replace("NaN", "+Inf"))));
    assert!(has_data(&data(r#"{"data":{"resultType":"scalar","result":[1795372517.782,"1"]}}"#)));
    assert!(!has_data(&data(r#"{"data":{"resultType":"matrix","result":[]}}"#)));
}

#[tokio::test]
async fn a_range_has_its_last_smallest_and_largest_number() {
    let world = Fake::default();
    let yaml = "{query: sum(x), over: 3s, step: 1s}";
    // The URL holds the time of asking, so the answer is read without a world.
    let body = r#"{"resultType":"matrix","result":[{"metric":{},"values":[[1,"7"],[2,"3"],[3,"NaN"],[4,"5"]]}]}"#;
    let seen = seen::series(Answer::Data(serde_json::from_str(body).unwrap()));
    assert_eq!((field(&seen, "value"), field(&seen, "min"), field(&seen, "max")), (json!(5.0), json!(3.0), json!(7.0)));
    let _ = probe(yaml).fetch(&world, &Scope::default(), Duration::from_secs(5)).await;
    let asked = &world.asked()[0].url;
    assert!(asked.starts_with("http://prometheus:9090/api/v1/query_range?query=sum%28x%29&start="), "{asked}");
    assert!(asked.ends_with("&step=1.000"), "{asked}");
}

const TARGETS: &str = r#"{"status":"success","data":{"activeTargets":[
    {"labels":{"instance":"http://app:8000/healthz","job":"blackbox"},
     "scrapeUrl":"http://blackbox:9115/probe?module=http_2xx\u0026target=http%3A%2F%2Fapp%3A8000%2Fhealthz",
     "lastError":"","health":"up"},
    {"labels":{"instance":"app:8001","job":"pli"},"scrapeUrl":"http://app:8001/metrics",
     "lastError":"Get \"http://app:8001/metrics\": dial tcp 10.0.0.3:8001: connect: connection refused","health":"down"}],
    "droppedTargets":[]}}"#;

#[tokio::test]
async fn targets_are_found_by_what_their_url_holds() {
    let path = "targets?state=active";
    let probes = seen("targets: 'target=http://app:8000/'", path, TARGETS).await;
    assert_eq!((field(&probes, "count"), field(&probes, "up")), (json!(1), json!(1)));
    assert_eq!(
        field(&probes, "urls"),
        json!(["http://blackbox:9115/probe?module=http_2xx&target=http://app:8000/healthz"])
    );
    let down = seen("targets: '/metrics'", path, TARGETS).await;
    assert_eq!((field(&down, "count"), field(&down, "up")), (json!(1), json!(0)));
    assert!(down.evidence[0].1.ends_with("connect: connection refused"), "{:?}", down.evidence);
    // What is there instead is what helps.
    let none = seen("targets: 'app:8000/metrics'", path, TARGETS).await;
    assert_eq!(field(&none, "count"), json!(0));
    assert!(none.evidence[0].1.contains("http://app:8001/metrics down"), "{:?}", none.evidence);
}

#[tokio::test]
async fn rules_are_found_by_name_with_their_errors() {
    let body = r#"{"status":"success","data":{"groups":[{"name":"pli","file":"/work/prometheus/rules/pli.yml","rules":[
        {"name":"service:requests:rate","query":"sum(rate(http_requests_total[10s]))","health":"err",
         "lastError":"found duplicate series","type":"recording"},
        {"state":"firing","name":"HighErrorRatio","query":"service:errors:ratio > 0.05","duration":2,
         "labels":{"service":"pli"},"annotations":{"summary":"{{ $value }}"},"alerts":[],"health":"ok","type":"alerting"}]}]}}"#;
    let all = seen("rules: ''", "rules", body).await;
    assert_eq!(field(&all, "names"), json!(["HighErrorRatio", "service:requests:rate"]));
    assert_eq!((field(&all, "firing"), field(&all, "errors")), (json!(1), json!(["found duplicate series"])));
    assert_eq!(field(&seen("rules: HighErrorRatio", "rules", body).await, "count"), json!(1));
    assert_eq!(field(&seen("rules: Other", "rules", body).await, "count"), json!(0));
}

#[tokio::test]
async fn alerts_are_pending_or_firing() {
    let body = r#"{"status":"success","data":{"alerts":[
        {"labels":{"alertname":"HighErrorRatio","service":"pli"},"annotations":{},"state":"pending","value":"1e+00"},
        {"labels":{"alertname":"TargetDown","job":"node"},"annotations":{},"state":"firing","value":"0e+00"}]}}"#;
    let one = seen("alerts: HighErrorRatio", "alerts", body).await;
    assert_eq!((field(&one, "count"), field(&one, "pending"), field(&one, "firing")), (json!(1), json!(1), json!(0)));
    let all = seen("alerts: ''", "alerts", body).await;
    assert_eq!(field(&all, "names"), json!(["HighErrorRatio", "TargetDown"]));
    assert!(all.evidence[0].1.contains("firing {alertname=\"TargetDown\",job=\"node\"}"), "{:?}", all.evidence);
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_the_labs_fault_and_one_that_cannot_be_run_is_not() {
    let url = "http://prometheus:9090/api/v1/query?query=sum%28";
    let unread = r#"{"status":"error","errorType":"bad_data","error":"1:5: parse error: unclosed left parenthesis"}"#;
    let trouble = ask_fake("query: sum(", url, 400, unread).await.unwrap_err();
    assert!(matches!(trouble, ProbeError::ProbeFailure(ProbeFailure::Fault { .. })), "{trouble:?}");
    let unrun = r#"{"status":"error","errorType":"execution","error":"many-to-many matching not allowed"}"#;
    let seen = ask_fake("query: sum(", url, 422, unrun).await.unwrap();
    assert_eq!(field(&seen, "error"), json!("many-to-many matching not allowed"));
}

#[test]
fn one_thing_is_asked() {
    for bad in
        ["{}", "{query: a, targets: b}", "{targets: a, over: 3s}", "{query: a, step: 1s}", "{query: a, over: soon}"]
    {
        assert!(serde_yaml::from_str::<Prometheus>(bad).is_err(), "{bad}");
    }
    let over = probe("{query: up, over: 90s, at: 'http://other:1'}");
    assert_eq!(over.asked(&Scope::default()).unwrap(), "promql up (last 1m 30s)");
    assert!(!over.writes());
}
