//! Each kind of probe against real services: what holds passes, and its wrong
//! twin fails. One room for all, for what one check changes the next ones see.

use super::ground::Ground;
use lab_runner::check::{KINDS, fields_of};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

#[test]
fn every_kind_of_probe_tells_right_from_wrong() {
    let ground = Ground::of("probes", &[]);

    let outcome = ground.run(&["check", "--all", "--format", "json"]).json();

    let mut wrong = Vec::new();
    let mut asked = BTreeSet::new();
    for check in outcome["tasks"][0]["checks"].as_array().unwrap() {
        let (id, status) = (check["id"].as_str().unwrap(), check["status"].as_str().unwrap());
        let expected = if id.starts_with("wrong-") { "failed" } else { "passed" };
        // What hangs on time isn't judged on a machine that is too busy, and that is right.
        let starved = id == "wrong-always" && check["fault"]["kind"] == "starved";
        if status != expected && !starved {
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

    // All that a kind says it yields was looked at above, in what a real service answered.
    let lab = serde_yaml::from_str(&fs::read_to_string(ground.pack().join("probes/lab.yaml")).unwrap()).unwrap();
    let looked_at = looked_at(&lab);
    for kind in KINDS.iter().filter(|kind| !ELSEWHERE.contains(kind)) {
        let fields = fields_of(kind).into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
        let unseen: Vec<&String> = fields.difference(looked_at.get(*kind).unwrap_or(&EMPTY)).collect();
        let known: Vec<&str> = UNSEEN.iter().filter(|(of, _)| of == kind).map(|(_, field)| *field).collect();
        assert_eq!(unseen, known, "fields of `{kind}` that no check that holds looks at");
    }
}

/// Kinds that a lab of their own tries, which has Docker scenarios.
const ELSEWHERE: &[&str] = &["prometheus", "dashboards", "function"];

/// Fields that a real service shows only in a state that this lab hasn't.
const UNSEEN: &[(&str, &str)] = &[
    ("http", "lifetime"),
    ("http", "media-type-fits"),
    ("service", "answer"),
    ("service", "listens"),
    ("service", "unreadable"),
];

static EMPTY: BTreeSet<String> = BTreeSet::new();

/// The fields that checks which hold look at, kind by kind.
fn looked_at(lab: &serde_json::Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for check in lab["tasks"][0]["checks"].as_array().unwrap() {
        if check["id"].as_str().unwrap().starts_with("wrong-") {
            continue;
        }
        let kind = KINDS.iter().find(|kind| check.get(**kind).is_some()).unwrap();
        let fields = check["expect"].as_object().unwrap().keys().cloned();
        found.entry((*kind).to_owned()).or_default().extend(fields);
    }
    found
}

#[test]
fn a_service_of_the_labs_that_is_down_is_nobodys_failure() {
    // It ends by itself, once it was ready.
    let ground = Ground::of("probes", &[("command: [perl, /site.pl]", "command: [timeout, \"20\", perl, /site.pl]")]);
    ground.edit("always: {for: 1s, every: 100ms}", "always: {for: 10m, every: 100ms}");
    // Each of the two is asked until then, whichever comes first.
    let up = "service: {up: web}\n        expect: {up: true}\n      - id: stopped";
    ground.edit(up, &up.replace("true}\n", "true}\n        always: {for: 10m, every: 100ms}\n"));

    let outcome = ground.run(&["check", "always", "up", "--format", "json"]).exits(3).json();

    for id in ["always", "up"] {
        let check = super::ground::check(&outcome, id);
        assert_eq!(
            (check["status"].as_str(), &check["fault"]["trouble"]["kind"]),
            (Some("error"), &"ended".into()),
            "{check:#}"
        );
    }
}
