//! Each kind of probe against real services: what holds passes, and its wrong
//! twin fails. One room for all, for what one check changes the next ones see.

use super::ground::Ground;
use lab_runner::check::KINDS;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn every_kind_of_probe_tells_right_from_wrong() {
    let ground = Ground::of("probes", &[]);

    let outcome = ground.run(&["check", "--all", "--format", "json"]).exits(1).json();

    let mut wrong = Vec::new();
    let mut asked = BTreeSet::new();
    for check in outcome["tasks"][0]["checks"].as_array().unwrap() {
        let (id, status) = (check["id"].as_str().unwrap(), check["status"].as_str().unwrap());
        let expected = if id.starts_with("wrong-") { "failed" } else { "passed" };
        if status != expected {
            wrong.push(format!("{id} is {status}: {check:#}"));
        }
        asked.insert(id.to_owned());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The wrong twin fails by its expectation, not by some trouble.
    for check in outcome["tasks"][0]["checks"].as_array().unwrap().iter().filter(|check| check["status"] == "failed") {
        assert!(check["failure"]["findings"][0]["trouble"].is_null(), "{check:#}");
    }
    ground.leaves_nothing();

    // Kinds that a lab of their own tries stand in its Docker scenarios.
    let source = fs::read_to_string(ground.pack().join("probes/lab.yaml")).unwrap();
    let elsewhere = ["prometheus", "dashboards", "terraform", "function", "workflow"];
    for kind in KINDS.iter().filter(|kind| !elsewhere.contains(kind)) {
        assert!(source.contains(&format!("\n        {kind}: ")), "no `{kind}` is asked here");
    }
}

#[test]
fn a_service_of_the_labs_that_is_down_is_nobodys_failure() {
    // It ends by itself, once it was ready.
    let ground = Ground::of("probes", &[("command: [perl, /site.pl]", "command: [timeout, \"5\", perl, /site.pl]")]);
    ground.edit("always: {for: 1s, every: 100ms}", "always: {for: 30s, every: 100ms}");

    let outcome = ground.run(&["check", "always", "up", "--format", "json"]).exits(3).json();

    for id in ["always", "up"] {
        let check = super::ground::check(&outcome, id);
        assert_eq!(
            (check["status"].as_str(), &check["fault"]["trouble"]["kind"]),
            (Some("error"), &"down".into()),
            "{check:#}"
        );
    }
}
