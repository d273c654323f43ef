//! Whether `lab test` notices a check that was weakened: single expectations of
//! static-site are taken away, or told to be content with any value, and the
//! mutants that the check should refuse are judged again.
//!
//! Three variants by default; all of them, which takes a quarter of an hour, with
//! `LAB_WEAKEN=all`, and those of some checks with `LAB_WEAKEN=own-404,redirect`.

use super::ground::Ground;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Of ten variants so many must be noticed.
const NOTICED_OF_TEN: usize = 9;
/// Variants without the flag: a check, its selector and what is done to it. Each
/// must be noticed.
const FEW: &[(&str, &str, What)] = &[
    ("own-404", "body", What::Removed),
    ("home-type", "media-type", What::AnyValue),
    ("removed", "status", What::AnyValue),
];

/// What is done to an expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// It is taken away.
    Removed,
    /// It is content with any value.
    AnyValue,
}

/// One weaker lab.
struct Variant {
    /// The check that is weaker.
    check: String,
    /// The expectation's selector.
    selector: String,
    /// What was done to it.
    what: What,
    /// Where, for the one who reads of a failure.
    at: String,
    /// The whole definition. JSON is YAML.
    lab: Value,
}

impl Variant {
    fn name(&self) -> String {
        format!("{} {}/{}: {:?}", self.check, self.at, self.selector, self.what)
    }
}

/// Every `expect:` of a check, its own or its steps', as a JSON Pointer.
fn expects(check: &Value, at: &str) -> Vec<String> {
    let own = check.get("expect").map(|_| format!("{at}/expect"));
    let steps = check.get("scenario").and_then(Value::as_array).into_iter().flatten().enumerate();
    let of_steps = steps.flat_map(|(number, step)| expects(step, &format!("{at}/scenario/{number}")));
    own.into_iter().chain(of_steps).collect()
}

fn variants(lab: &Value) -> Vec<Variant> {
    let mut found = Vec::new();
    let tasks = lab["tasks"].as_array().unwrap();
    for (task, number) in tasks.iter().zip(0..) {
        for (check, place) in task["checks"].as_array().unwrap().iter().zip(0..) {
            let id = check["id"].as_str().unwrap();
            for at in expects(check, &format!("/tasks/{number}/checks/{place}")) {
                let selectors: Vec<String> = lab.pointer(&at).unwrap().as_object().unwrap().keys().cloned().collect();
                for selector in selectors {
                    let changed = |change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
                        let mut lab = lab.clone();
                        change(lab.pointer_mut(&at).unwrap().as_object_mut().unwrap());
                        lab
                    };
                    let without = changed(&|expect| _ = expect.remove(&selector));
                    let any = changed(&|expect| _ = expect.insert(selector.clone(), json!({"exists": true})));
                    // What was content with any value before isn't weaker.
                    let weaker = [(What::Removed, without), (What::AnyValue, any)];
                    for (what, lab) in weaker.into_iter().filter(|(_, weaker)| weaker != lab) {
                        let (check, selector, at) = (id.to_owned(), selector.clone(), at.clone());
                        found.push(Variant { check, selector, what, at, lab });
                    }
                }
            }
        }
    }
    found
}

/// The mutants that say they fail a check.
fn refused_by(check: &str, mutants: &Path) -> Vec<String> {
    let of = |path: std::path::PathBuf| {
        let mutant: Value = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let names = mutant["expect-fail"].as_array().unwrap().iter().any(|id| id == check);
        names.then(|| path.file_stem().unwrap().to_string_lossy().into_owned())
    };
    let files = fs::read_dir(mutants).unwrap().map(|entry| entry.unwrap().path());
    let found: BTreeSet<String> =
        files.filter(|path| path.extension().is_some_and(|is| is == "yaml")).filter_map(of).collect();
    found.into_iter().collect()
}

/// Said also where the test passes, for the figure is what one runs it for.
fn said(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[test]
fn a_weaker_check_of_static_site_is_noticed() {
    let ground = Ground::pack_of("static-site");
    let folder = ground.pack().join("static-site");
    let definition = folder.join("lab.yaml");
    let lab: Value = serde_yaml::from_str(&fs::read_to_string(&definition).unwrap()).unwrap();
    let mut variants = variants(&lab);
    assert!(variants.len() > 50, "{} variants", variants.len());
    let asked = std::env::var("LAB_WEAKEN").unwrap_or_default();
    match asked.as_str() {
        "" => {
            variants.retain(|variant| FEW.contains(&(variant.check.as_str(), variant.selector.as_str(), variant.what)));
            assert_eq!(variants.len(), FEW.len(), "a variant that isn't there any more");
        }
        "all" => {}
        checks => variants.retain(|variant| checks.split(',').any(|check| check == variant.check)),
    }
    // What the linter refuses is no variant: nobody could hand it out.
    let (mut noticed, mut missed) = (0, Vec::new());
    for variant in variants {
        fs::write(&definition, variant.lab.to_string()).unwrap();
        let mutants = refused_by(&variant.check, &folder.join("mutants"));
        let mut args = vec!["test", "static-site"];
        args.extend(mutants.iter().flat_map(|mutant| ["--only", mutant]));
        if mutants.is_empty() {
            missed.push(format!("{}: no mutant", variant.name()));
            continue;
        }
        let ran = ground.run(&args);
        match ran.code {
            Some(1) => noticed += 1,
            Some(0) => missed.push(variant.name()),
            Some(2) => said(&format!("refused by the linter: {}", variant.name())),
            _ => panic!("{}: {ran}", variant.name()),
        }
    }
    said(&format!("{noticed} noticed, {} not: {missed:#?}", missed.len()));
    let enough = if asked.is_empty() { FEW.len() * 10 } else { (noticed + missed.len()) * NOTICED_OF_TEN };
    assert!(noticed > 0 && noticed * 10 >= enough, "{missed:#?}");
}
