//! The monitoring lab's probes against a real Prometheus, and what a learner
//! reads when a file of theirs keeps it from running.

use super::ground::{Ground, check};
use serde_json::Value;
use std::fs;

/// A server that scrapes itself and the machine.
const SCRAPES: &str = "global: {scrape_interval: 1s}\nscrape_configs:\n  - job_name: some\n    static_configs: \
                       [{targets: ['localhost:9090', 'node:9100']}]\n";

fn failure_text(check: &Value) -> String {
    assert_eq!(check["status"], "failed", "{check:#}");
    check["failure"].to_string()
}

#[test]
fn targets_queries_and_dashboards_are_asked_of_the_real_servers() {
    let ground = Ground::starter("monitoring");
    fs::write(ground.folder.join("prometheus/prometheus.yml"), SCRAPES).unwrap();
    fs::create_dir_all(ground.folder.join("grafana/provisioning/datasources")).unwrap();
    fs::create_dir_all(ground.folder.join("grafana/provisioning/dashboards")).unwrap();
    let provider = "providers: [{name: a, type: file, options: {path: /work/grafana/dashboards}}]\n";
    fs::write(ground.folder.join("grafana/provisioning/dashboards/a.yml"), provider).unwrap();
    fs::write(ground.folder.join("grafana/dashboards/pli.json"), "{\"title\": \"Pli\"\n \"panels\": []}").unwrap();

    let checks = ["first-target", "host-metrics", "app-target", "provisioned"];
    let ran = ground.run(&[&["check"][..], &checks, &["--format", "json"]].concat()).exits(1).json();
    assert_eq!(check(&ran, "first-target")["status"], "passed", "{ran:#}");
    assert_eq!(check(&ran, "host-metrics")["status"], "passed", "{ran:#}");
    // What is scraped instead is told.
    let app = failure_text(check(&ran, "app-target"));
    assert!(app.contains("http://node:9100/metrics up"), "{app}");
    // The file, and where it stops being JSON.
    let dashboards = failure_text(check(&ran, "provisioned"));
    assert!(dashboards.contains("grafana/dashboards/pli.json: not-json"), "{dashboards}");
    assert!(dashboards.contains("line 2 column 2"), "{dashboards}");
    ground.leaves_nothing();
}

#[test]
fn a_configuration_that_does_not_parse_fails_in_prometheus_own_words() {
    let ground = Ground::starter("monitoring");
    fs::write(ground.folder.join("prometheus/prometheus.yml"), format!("{SCRAPES}rules: [a]\n")).unwrap();
    let ran = ground.run(&["check", "prometheus-runs", "first-target", "--format", "json"]).exits(1).json();
    let runs = failure_text(check(&ran, "prometheus-runs"));
    assert!(runs.contains("/work/prometheus/prometheus.yml"), "{runs}");
    assert!(runs.contains("line 5: field rules not found"), "{runs}");
    assert_eq!(check(&ran, "first-target")["status"], "blocked");
    ground.leaves_nothing();
}

#[test]
fn the_labs_actions_break_a_playground_and_put_it_right() {
    let ground = Ground::shipped("monitoring", "plain");
    ground.run(&["start"]).exits(0);
    let listed = ground.run(&["do"]).exits(0);
    for name in ["traffic", "slow", "break", "repair"] {
        assert!(listed.stdout.contains(&format!("lab do {name} ")), "{listed}");
    }
    // What is broken already can be broken again, and so repaired.
    for action in ["slow", "break", "break"] {
        ground.run(&["do", action]).exits(0);
    }
    let broken = ground.run(&["do", "traffic"]).exits(0);
    assert!(broken.stdout.contains("\"503\""), "{broken}");
    for _ in 0..2 {
        ground.run(&["do", "repair"]).exits(0);
    }
    let repaired = ground.run(&["do", "traffic"]).exits(0);
    assert!(repaired.stdout.contains("\"302\"") && !repaired.stdout.contains("\"503\""), "{repaired}");
}
