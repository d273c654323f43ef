//! Kinds of checks that live with a lab, on a real engine: one that answers, and others whose
//! answer is none.

use super::ground::{Ground, check};
use std::fmt::Write as _;
use std::fs;

/// Kinds by name: what their program does, and what is said of the check, none where it passes.
const KINDS: &[(&str, &str, Option<&str>)] = &[
    // The question is on standard input, the home is the judge's own, the learner's step ran.
    (
        "right",
        "cat > ~/question; grep -q '\"stdout\":\"65532' ~/question && echo '{\"fields\": {\"number\": 3}}'",
        None,
    ),
    ("wrong", "echo '{\"fields\": {\"number\": 4}}'", Some("")),
    ("claims", "echo '{\"passed\": true, \"fields\": {\"number\": 3}}'", Some("unknown field `passed`")),
    ("undeclared", "echo '{\"fields\": {\"number\": 3, \"verdict\": 1}}'", Some("`verdict`")),
    ("half", "echo '{\"fields\": {\"number\": 3'", Some("an answer that isn't one")),
    ("fails", "echo '{\"fields\": {\"number\": 3}}'; echo out of luck >&2; exit 4", Some("exit code 4: out of luck")),
    ("floods", "yes", Some("more than 16777216 bytes")),
    ("missing", "", Some("exit code 127")),
];

#[test]
fn a_kind_gives_values_and_whatever_else_it_says_is_its_own_fault() {
    let ground = Ground::tiny(&[]);
    let lab = ground.pack().join("tiny");
    let mut checks = String::new();
    for (name, does, _) in KINDS {
        let folder = lab.join("kinds").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("answer"), format!("#!/bin/sh\n{does}\n")).unwrap();
        let (program, files) = if does.is_empty() { ("none", "") } else { ("answer", "answer") };
        let kind = format!(
            "protocol: 1
kind: {name}
summary: {{en: A kind.}}
steps: [{{run: [id, -u]}}, {{as: judge, run: [/opt/kinds/{name}/{program}]}}]
files: [{files}]
timeout: 30s
keys: {{type: object, additionalProperties: false, properties: {{}}}}
fields: {{number: {{type: number, holds: {{en: how many}}}}}}
"
        );
        fs::write(folder.join("kind.yaml"), kind).unwrap();
        let _ = write!(
            checks,
            "      - id: {name}\n        must: {{en: \"it must be 3\"}}\n        {name}: {{}}\n        expect: {{number: 3}}\n"
        );
    }
    let definition = lab.join("lab.yaml");
    let source = fs::read_to_string(&definition).unwrap();
    fs::write(&definition, source + &checks).unwrap();

    let ids: Vec<&str> = KINDS.iter().map(|(name, ..)| *name).collect();
    let outcome = ground.run(&[["check"].as_slice(), &ids, &["--format", "json"]].concat()).exits(3).json();

    for (name, _, told) in KINDS {
        let found = check(&outcome, name);
        match told {
            None => assert_eq!(found["status"], "passed", "{found:#}"),
            // What a program may have had no time for isn't judged on a machine that is too busy.
            Some("") if found["fault"]["kind"] == "starved" => {}
            Some("") => {
                assert_eq!(found["status"], "failed", "{found:#}");
                assert_eq!(found["failure"]["findings"][0]["actual"]["value"], 4, "{found:#}");
            }
            Some(told) => {
                assert_eq!(found["status"], "error", "{found:#}");
                let said = found["fault"]["said"].as_str().unwrap();
                assert!(said.contains(&format!("the kind `{name}`")) && said.contains(told), "{said}");
            }
        }
    }
    ground.leaves_nothing();
}
