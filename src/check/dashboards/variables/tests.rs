use super::*;
use crate::check::dashboards::source::Source;
use serde_json::json;

fn window() -> Window {
    Window { from: Duration::from_secs(1_000_000), to: Duration::from_secs(1_000_060) }
}

fn found() -> GrafanaContents {
    let source = |name: &str, default| Source {
        uid: name.to_lowercase(),
        name: name.into(),
        kind: "prometheus".into(),
        base: format!("http://{}:9090", name.to_lowercase()),
        default,
        ..Source::default()
    };
    GrafanaContents { sources: vec![source("Old", false), source("Prom", true)], ..GrafanaContents::default() }
}

fn with(variable: &Value, asked: &[&str], text: &str) -> Result<String, String> {
    let asked: Vec<Value> = asked.iter().map(|option| json!(option)).collect();
    let mut values = Values::built_in(window());
    values.add(variable, &asked, &found());
    values.with_intervals(Duration::from_secs(15), Duration::from_secs(60)).fill(text)
}

#[test]
fn grafanas_own_variables_follow_the_window_and_the_step() {
    let values = Values::built_in(window()).with_intervals(Duration::from_millis(1500), Duration::from_secs(60));
    let text = "rate(x[$__rate_interval]) [$__range] ${__interval} $__range_s $__from [[__to]] $__interval_ms";
    assert_eq!(values.fill(text).unwrap(), "rate(x[60s]) [60s] 1500ms 60 1000000000 1000060000 1500");
}

#[test]
fn what_is_unknown_or_no_variable_stays() {
    assert_eq!(with(&json!({}), &[], r#"x{a=~"b$"} $other ${more}"#).unwrap(), r#"x{a=~"b$"} $other ${more}"#);
}

#[test]
fn a_variable_has_its_saved_value_else_its_first_option() {
    let custom = json!({"type": "custom", "name": "v", "query": "one : 1, two : 2,3"});
    assert_eq!(with(&custom, &[], "x == $v").unwrap(), "x == 1");
    let mut saved = custom.clone();
    saved["current"] = json!({"text": "two", "value": "2"});
    assert_eq!(with(&saved, &[], "x == ${v}").unwrap(), "x == 2");
    let constant = json!({"type": "constant", "name": "v", "query": "pli"});
    assert_eq!(with(&constant, &[], "[[v]]").unwrap(), "pli");
    let gone = json!({"type": "query", "name": "v", "refresh": 1, "query": "label_values(up, job)", "current": {"value": "old"}});
    assert_eq!(with(&gone, &["app", "node"], "$v").unwrap(), "app");
}

#[test]
fn several_values_are_a_regular_expression() {
    let multi = json!({"type": "query", "name": "v", "multi": true, "includeAll": true, "refresh": 1,
        "query": {"query": "label_values(up, instance)", "refId": "A"}, "current": {"value": ["$__all"]}});
    let asked = ["app:8000", "node.a"];
    assert_eq!(with(&multi, &asked, r#"up{instance=~"$v"}"#).unwrap(), r#"up{instance=~"(app:8000|node\\.a)"}"#);
    assert_eq!(with(&multi, &asked, "${v:pipe}").unwrap(), "app:8000|node.a");
    assert_eq!(with(&multi, &asked, "${v:sqlstring}"), Err("variable v has format sqlstring".into()));
    let mut own = multi.clone();
    own["allValue"] = json!(".*");
    assert_eq!(with(&own, &asked, "$v").unwrap(), ".*");
    let mut narrowed = multi;
    narrowed["regex"] = json!(r"/(.+):\d+/");
    narrowed["current"] = json!({});
    narrowed["includeAll"] = json!(false);
    assert_eq!(with(&narrowed, &asked, "$v").unwrap(), "app");
}

#[test]
fn a_query_variable_is_asked_of_its_source_and_others_are_refused_by_name() {
    let values = Values::built_in(window());
    let variable =
        |query: &str| json!({"type": "query", "name": "v", "refresh": 1, "query": query, "datasource": {"uid": "old"}});
    let wanted = values.wanted(&variable("label_values(up{a=\"b,c\"}, job)"), &found()).unwrap();
    assert_eq!((wanted.base.as_str(), wanted.path.as_str()), ("http://old:9090", "label/job/values"));
    assert_eq!(wanted.parameters, [("match[]", "up{a=\"b,c\"}".to_owned())]);
    assert!(values.wanted(&variable("label_values(job)"), &found()).unwrap().parameters.is_empty());
    let result = variable("query_result(up)");
    assert_eq!(values.wanted(&result, &found()), None);
    assert_eq!(with(&result, &[], "x $v"), Err("variable v asks query_result(up)".into()));
    let odd = json!({"type": "snapshot", "name": "v"});
    assert_eq!(with(&odd, &[], "x $v"), Err("variable v is of type snapshot".into()));
}

#[test]
fn a_source_variable_is_the_default_one_or_the_chosen() {
    let mut variable = json!({"type": "datasource", "name": "ds", "query": "prometheus"});
    assert_eq!(with(&variable, &[], "${ds}").unwrap(), "prom");
    variable["current"] = json!({"value": "Old"});
    assert_eq!(with(&variable, &[], "$ds").unwrap(), "old");
}

#[test]
fn an_interval_variable_may_choose_by_itself() {
    let mut variable = json!({"type": "interval", "name": "i", "query": "30s,1m"});
    assert_eq!(with(&variable, &[], "[$i]").unwrap(), "[30s]");
    variable["current"] = json!({"value": "$__auto"});
    assert_eq!(with(&variable, &[], "[$i]").unwrap(), "[10s]");
}

#[test]
fn steps_are_rounded_as_grafana_rounds() {
    for (seconds, points, step) in [(60, 1000, 50), (3600, 1000, 5_000), (3600, 60, 60_000), (86_400, 1000, 60_000)] {
        assert_eq!(interval(Duration::from_secs(seconds), points), Duration::from_millis(step), "{seconds} {points}");
    }
    assert_eq!(parse(">1m"), Some(Duration::from_secs(60)));
    assert_eq!((parse("15"), parse("0s"), parse("soon")), (Some(Duration::from_secs(15)), None, None));
}
