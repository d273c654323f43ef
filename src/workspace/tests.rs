//! A small lab for this folder's tests.

use crate::definition::load::load;
use crate::definition::model::Lab;
use std::fs;

const LAB: &str = r#"apiVersion: lab/v1
id: demo
version: 1.0.0
languages: [en]
title: {en: "Demo"}
level: beginner
duration: 10m
contract: {commands: ["./deploy.sh"]}
environment:
  toolbox: {image: {pull: "debian:trixie"}}
tasks:
  - id: publish
    tier: core
    duration: 5m
    title: {en: "Publish"}
    hints:
      - say: {en: "one"}
      - say: {en: "two"}
        after: 2
      - say: {en: "three"}
        after: 3
    checks:
      - id: first
        must: {en: "it must run"}
        exec: {run: ["./deploy.sh"]}
        expect: {exit: 0}
      - id: second
        must: {en: "it must run twice"}
        hints:
          - say: {en: "own"}
        exec: {run: ["./deploy.sh"]}
        expect: {exit: 0}
  - id: more
    tier: bonus
    duration: 5m
    title: {en: "More"}
    checks:
      - id: third
        must: {en: "it must run thrice"}
        exec: {run: ["./deploy.sh"]}
        expect: {exit: 0}
"#;

/// Two tasks, three checks.
pub(crate) fn lab() -> Lab {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("demo");
    for folder in [folder.join("starter"), folder.join("tasks")] {
        fs::create_dir_all(folder).unwrap();
    }
    for task in ["publish", "more"] {
        fs::write(folder.join(format!("tasks/{task}.en.md")), "Do it.\n").unwrap();
    }
    fs::write(folder.join("lab.yaml"), LAB).unwrap();
    load(&folder).unwrap().lab
}
