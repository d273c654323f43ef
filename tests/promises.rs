//! `labs/<lab>/promises.md`: each promise of a lab's texts names a check that the lab has,
//! and mutants that this check refuses. What a service does that not every machine can have
//! is proved where it is there: its row may have `—` in their place.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The rows of all tables, each with its line.
fn rows(markdown: &str) -> Vec<(usize, Vec<String>)> {
    let mut rows = Vec::new();
    let mut cells: Vec<String> = Vec::new();
    let mut line = 0;
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::TableRow) => {
                line = 1 + markdown[..range.start].matches('\n').count();
                cells.clear();
            }
            Event::Start(Tag::TableCell) => cells.push(String::new()),
            Event::End(TagEnd::TableRow) => rows.push((line, cells.clone())),
            Event::Text(text) | Event::Code(text) => {
                if let Some(cell) = cells.last_mut() {
                    cell.push_str(&text);
                }
            }
            _ => {}
        }
    }
    rows
}

fn yaml(path: &Path) -> Value {
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What is wrong with a lab's promises, with file and line.
fn wrong(lab: &Path) -> Vec<String> {
    let file = lab.join("promises.md");
    let source = yaml(&lab.join("lab.yaml"));
    let tasks = source["tasks"].as_array().unwrap();
    let checks: BTreeSet<&str> = tasks
        .iter()
        .flat_map(|task| task["checks"].as_array().map_or(&[][..], Vec::as_slice))
        .map(|check| check["id"].as_str().unwrap())
        .collect();
    let services = source["environment"]["services"].as_object().unwrap();
    let optional: Vec<String> = services
        .iter()
        .filter(|(_, service)| service["optional"] == true)
        .map(|(name, _)| format!("http://{name}:"))
        .collect();
    let elsewhere: BTreeSet<&str> = tasks
        .iter()
        .flat_map(|task| task["checks"].as_array().map_or(&[][..], Vec::as_slice))
        .filter(|check| optional.iter().any(|service| check.to_string().contains(service)))
        .map(|check| check["id"].as_str().unwrap())
        .collect();
    let (mut wrong, mut kept) = (Vec::new(), BTreeSet::new());
    let rows = rows(&fs::read_to_string(&file).unwrap());
    for (line, cells) in &rows {
        let mut tell = |what: String| wrong.push(format!("{}:{line}: {what}", file.display()));
        let [promise, check, mutants] = cells.as_slice() else {
            tell("a row is `promise | check | mutants`".to_owned());
            continue;
        };
        if promise.is_empty() || !checks.contains(check.as_str()) {
            tell(format!("the lab has no check `{check}`"));
        }
        kept.insert(check.as_str());
        if mutants == "—" && elsewhere.contains(check.as_str()) {
            continue;
        }
        for mutant in mutants.split(", ") {
            let path = lab.join("mutants").join(format!("{mutant}.yaml"));
            if !path.is_file() {
                tell(format!("the lab has no mutant `{mutant}`"));
                continue;
            }
            let fails = &yaml(&path)["expect-fail"];
            let fails = fails.as_array().cloned().unwrap_or_else(|| vec![fails.clone()]);
            if !fails.contains(&Value::from(check.as_str())) {
                tell(format!("`{check}` doesn't refuse the mutant `{mutant}`"));
            }
        }
    }
    wrong.extend(
        checks.difference(&kept).map(|check| format!("{}: no promise has the check `{check}`", file.display())),
    );
    wrong
}

#[test]
fn each_promise_has_a_check_and_mutants_that_it_refuses() {
    let labs = fs::read_dir("labs").unwrap().map(|entry| entry.unwrap().path());
    let labs: Vec<_> = labs.filter(|lab| lab.join("promises.md").is_file()).collect();
    assert!(!labs.is_empty());
    let wrong: Vec<String> = labs.iter().flat_map(|lab| wrong(lab)).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
