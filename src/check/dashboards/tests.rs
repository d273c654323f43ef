//! Provisioned files as people write them, and Grafana's answers as its HTTP
//! API documents them.

use super::*;
use crate::check::fake::Fake;

const SOURCES: &str = "apiVersion: 1\ndatasources:\n  - name: Prometheus\n    type: prometheus\n    uid: prom\n    \
                       url: http://prometheus:9090\n    isDefault: true\n    jsonData: {timeInterval: 1s}\n";
const PROVIDERS: &str = "apiVersion: 1\nproviders:\n  - name: pli\n    type: file\n    options:\n      \
                         path: /work/grafana/dashboards\n";
const SOME: &str =
    r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"],[2,"NaN"]]}]}}"#;
const NONE: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#;
const NAN: &str =
    r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"NaN"]]}]}}"#;

fn dashboards(yaml: &str) -> Dashboards {
    serde_yaml::from_str(yaml).unwrap()
}

async fn seen(world: &Fake) -> Observation {
    let probe = dashboards("{provisioning: grafana/provisioning, over: 60s}");
    probe.fetch(world, &Scope::default(), Duration::from_secs(5)).await.unwrap()
}

fn field(seen: &Observation, name: &str) -> Value {
    seen.field(name).cloned().unwrap()
}

fn provisioned(dashboard: &str) -> Fake {
    Fake::default()
        .on_disk("/work/grafana/provisioning/datasources/prometheus.yml", SOURCES)
        .on_disk("/work/grafana/provisioning/dashboards/pli.yaml", PROVIDERS)
        .on_disk("/work/grafana/dashboards/pli.json", dashboard)
}

fn range(query: &str) -> String {
    let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    format!("http://prometheus:9090/api/v1/query_range?query={query}&*")
}

#[tokio::test]
async fn each_panel_is_asked_with_its_variables_filled_in() {
    let dashboard = r#"{"title":"Pli","uid":"pli","templating":{"list":[
            {"type":"query","name":"job","refresh":1,"query":"label_values(up, job)","datasource":{"type":"prometheus","uid":"prom"}}]},
        "panels":[
            {"type":"row","title":"Requests","collapsed":false,"panels":[]},
            {"type":"timeseries","title":"Rate","datasource":{"type":"prometheus","uid":"prom"},
             "targets":[{"refId":"A","expr":"rate(x{job=\"$job\"}[$__rate_interval])"}]},
            {"type":"text","title":"Read me","options":{"content":"…"}},
            {"type":"row","title":"More","collapsed":true,"panels":[
                {"type":"stat","title":"Errors","targets":[
                    {"refId":"A","expr":"gone","datasource":{"uid":"prom"}},
                    {"refId":"B","expr":"errors","instant":true,"range":false},
                    {"refId":"C","expr":"never","hide":true}]}]},
            {"type":"timeseries","id":7,"targets":[{"refId":"A","expr":"nan"}]}]}"#;
    let instant = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"0"]}]}}"#;
    let world = provisioned(dashboard)
        .page(
            "http://prometheus:9090/api/v1/label/job/values?match%5B%5D=up",
            200,
            &[],
            r#"{"status":"success","data":["app"]}"#,
        )
        .page(&range("rate(x{job=\"app\"}[4s])"), 200, &[], SOME)
        .page(&range("gone"), 200, &[], NONE)
        .page("http://prometheus:9090/api/v1/query?query=errors&time=*", 200, &[], instant)
        .page(&range("nan"), 200, &[], NAN);
    let seen = seen(&world).await;
    assert_eq!(field(&seen, "sources"), json!(["http://prometheus:9090"]));
    assert_eq!((field(&seen, "dashboards"), field(&seen, "panels")), (json!(["Pli"]), json!(3)));
    assert_eq!((field(&seen, "empty"), field(&seen, "problems")), (json!(["Pli / #7: no-data nan"]), json!([])));
    let asked = world.asked();
    assert!(asked.iter().all(|request| !request.url.contains("never")));
    assert!(asked[1].url.ends_with("&step=1.000"), "{}", asked[1].url);
}

#[tokio::test]
async fn an_old_dashboard_keeps_its_panels_in_rows() {
    let dashboard = r#"{"title":"Pli","rows":[
        {"title":"a","panels":[{"type":"graph","title":"Rate","targets":[{"expr":"rate"}]}]},
        {"title":"b","repeat":"job","panels":[{"type":"graph","title":"Job","targets":[{"expr":"up"}]}]}]}"#;
    let seen = seen(&provisioned(dashboard).page(&range("rate"), 200, &[], SOME)).await;
    assert_eq!((field(&seen, "panels"), field(&seen, "empty")), (json!(1), json!([])));
    assert_eq!(field(&seen, "unread"), json!(["Pli / Job: repeat"]));
}

#[tokio::test]
async fn what_is_shown_of_now_may_have_been_there_before() {
    let dashboard = r#"{"title":"Pli","panels":[
        {"type":"table","title":"Firing","targets":[{"expr":"firing","instant":true,"range":false}]},
        {"type":"table","title":"Never","targets":[{"expr":"never","instant":true,"range":false}]}]}"#;
    let none = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;
    let now = |query: &str| format!("http://prometheus:9090/api/v1/query?query={query}&time=*");
    let world = provisioned(dashboard)
        .page(&now("firing"), 200, &[], none)
        .page(&range("firing"), 200, &[], SOME)
        .page(&now("never"), 200, &[], none)
        .page(&range("never"), 200, &[], NONE);
    let seen = seen(&world).await;
    assert_eq!((field(&seen, "panels"), field(&seen, "empty")), (json!(2), json!(["Pli / Never: no-data never"])));
}

#[tokio::test]
async fn what_only_grafana_can_fill_is_named_and_isnt_empty() {
    let dashboard = r#"{"title":"Pli","panels":[
        {"type":"stat","title":"a","repeat":"job","targets":[{"expr":"up"}]},
        {"type":"stat","title":"b","libraryPanel":{"uid":"x","name":"y"}},
        {"type":"stat","title":"c","datasource":{"uid":"-- Dashboard --"},"targets":[{"panelId":1,"refId":"A"}]},
        {"type":"stat","title":"d","datasource":{"uid":"${DS_PROMETHEUS}"},"targets":[{"expr":"up"}]},
        {"type":"stat","title":"e","targets":[]},
        {"type":"stat","title":"f","timeShift":"1d","targets":[{"expr":"up"}]},
        {"type":"stat","title":"h","targets":[{"datasource":{"type":"__expr__","uid":"__expr__"},"expression":"$A"}]},
        {"type":"row","title":"r","repeat":"job","collapsed":true,"panels":[{"type":"stat","title":"g","targets":[{"expr":"up"}]}]}]}"#;
    let seen = seen(&provisioned(dashboard)).await;
    let empty = json!(["Pli / d: unknown-source ${DS_PROMETHEUS}", "Pli / e: no-query"]);
    let unread = json!([
        "Pli / a: repeat",
        "Pli / b: library-panel",
        "Pli / c: other-panels-data",
        "Pli / f: time-shift",
        "Pli / h: unknown-source __expr__",
        "Pli / g: repeat",
    ]);
    assert_eq!((field(&seen, "empty"), field(&seen, "unread")), (empty, unread));
    assert_eq!((field(&seen, "panels"), seen.unread.len()), (json!(2), 6));
}

#[tokio::test]
async fn a_file_that_is_no_classic_dashboard_is_named_with_the_reason() {
    let problems = async |dashboard: &str| field(&seen(&provisioned(dashboard)).await, "problems")[0].clone();
    let v2 = r#"{"apiVersion":"dashboard.grafana.app/v2beta1","kind":"Dashboard","spec":{"elements":{},"layout":{}}}"#;
    assert_eq!(problems(v2).await, json!("grafana/dashboards/pli.json: schema-v2"));
    let bare = r#"{"title":"x","elements":{},"layout":{}}"#;
    assert_eq!(problems(bare).await, json!("grafana/dashboards/pli.json: schema-v2"));
    assert_eq!(problems(r#"{"dashboard":{"title":"x"}}"#).await, json!("grafana/dashboards/pli.json: no-title"));
    let broken = problems("{\"title\": \"x\",\n}").await;
    assert_eq!(broken, json!("grafana/dashboards/pli.json: not-json trailing comma at line 2 column 1"));
    let v1 = r#"{"apiVersion":"dashboard.grafana.app/v1beta1","kind":"Dashboard","spec":{"title":"x","panels":[]}}"#;
    assert_eq!(field(&seen(&provisioned(v1)).await, "dashboards"), json!(["x"]));
}

#[tokio::test]
async fn provisioning_that_leads_nowhere_is_named() {
    let seen_of = |sources: &str, providers: &str| {
        let world = Fake::default()
            .on_disk("/work/grafana/provisioning/datasources/a.yml", sources)
            .on_disk("/work/grafana/provisioning/dashboards/b.yml", providers);
        async move { field(&seen(&world).await, "problems") }
    };
    let relative = PROVIDERS.replace("/work/grafana", "grafana");
    let path = "grafana/provisioning/dashboards/b.yml: path-not-absolute grafana/dashboards";
    assert_eq!(seen_of(SOURCES, &relative).await, json!([path]));
    assert_eq!(seen_of(SOURCES, PROVIDERS).await, json!(["grafana/dashboards: no-folder"]));
    assert_eq!(
        seen_of(SOURCES, "providers: [{name: a}]").await,
        json!(["grafana/provisioning/dashboards/b.yml: no-path"])
    );
    let variable = SOURCES.replace("http://prometheus:9090", "$URL");
    let problems = seen_of(&variable, "providers: []").await;
    assert_eq!(problems, json!(["grafana/provisioning/datasources/a.yml: variable-in-file"]));
    let escaped = SOURCES.replace("{timeInterval: 1s}", "{url: 'https://example.org/$${__value.raw}'} # for $me");
    assert_eq!(seen_of(&escaped, "providers: []").await, json!([]));
    let broken = seen_of("datasources: [", "providers: []").await;
    assert!(broken[0].as_str().unwrap().starts_with("grafana/provisioning/datasources/a.yml: not-yaml "), "{broken}");
    let nothing = field(&seen(&Fake::default()).await, "problems");
    assert_eq!(
        nothing,
        json!(["grafana/provisioning/datasources: no-folder", "grafana/provisioning/dashboards: no-folder"])
    );
}

#[tokio::test]
async fn a_running_grafana_is_asked_through_its_own_proxy() {
    let sources = r#"[{"id":1,"uid":"prom","orgId":1,"name":"Prometheus","type":"prometheus","typeName":"Prometheus",
        "access":"proxy","url":"http://prometheus:9090","isDefault":true,"jsonData":{"timeInterval":"1s"},"readOnly":true}]"#;
    let search = r#"[{"id":2,"uid":"pli","title":"Pli","uri":"db/pli","url":"/d/pli/pli","slug":"","type":"dash-db","tags":[],"isStarred":false},
        {"id":3,"uid":"hand","title":"By hand","uri":"db/by-hand","url":"/d/hand/by-hand","type":"dash-db","tags":[]}]"#;
    let dashboard = |provisioned: bool| {
        format!(
            r#"{{"meta":{{"type":"db","canSave":false,"slug":"pli","version":1,"folderTitle":"General","provisioned":{provisioned},
            "provisionedExternalId":"pli.json"}},"dashboard":{{"id":2,"uid":"pli","title":"Pli","version":1,"panels":[
            {{"id":1,"type":"timeseries","title":"Up","targets":[{{"refId":"A","expr":"up"}}]}}]}}}}"#
        )
    };
    let world = Fake::default()
        .page("http://grafana:3000/api/datasources", 200, &[], sources)
        .page("http://grafana:3000/api/search?type=dash-db&limit=100", 200, &[], search)
        .page("http://grafana:3000/api/dashboards/uid/pli", 200, &[], dashboard(true))
        .page("http://grafana:3000/api/dashboards/uid/hand", 200, &[], dashboard(false))
        .page("http://grafana:3000/api/datasources/proxy/uid/prom/api/v1/query_range?query=up&*", 200, &[], SOME);
    let probe = dashboards("{grafana: 'http://grafana:3000/', over: 60s}");
    let seen = probe.fetch(&world, &Scope::default(), Duration::from_secs(5)).await.unwrap();
    assert_eq!(field(&seen, "sources"), json!(["http://prometheus:9090"]));
    assert_eq!((field(&seen, "dashboards"), field(&seen, "panels")), (json!(["Pli"]), json!(1)));
    assert_eq!((field(&seen, "empty"), field(&seen, "problems")), (json!([]), json!([])));
    let refused = Fake::default().page("http://grafana:3000/api/datasources", 401, &[], "{}");
    let trouble = probe.fetch(&refused, &Scope::default(), Duration::from_secs(5)).await.unwrap_err();
    assert!(matches!(trouble, ProbeError::ProbeFailure(ProbeFailure::Broken { .. })), "{trouble:?}");
}

#[test]
fn dashboards_come_from_one_place() {
    for bad in
        ["{over: 60s}", "{provisioning: a, grafana: b, over: 60s}", "{provisioning: a}", "{provisioning: a, over: x}"]
    {
        assert!(serde_yaml::from_str::<Dashboards>(bad).is_err(), "{bad}");
    }
    let probe = dashboards("{provisioning: grafana/provisioning, over: 90s}");
    assert_eq!(probe.asked(&Scope::default()).unwrap(), "dashboards of grafana/provisioning (last 1m 30s)");
    assert!(!probe.writes() && probe.targets().is_empty());
}
