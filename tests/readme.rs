//! The README's figures: what its table says of each lab is what the lab has.

use serde_json::Value;
use std::fs;

fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn the_table_of_labs_says_what_the_labs_have() {
    let mut wrong = Vec::new();
    let mut mutants = 0;
    for entry in fs::read_dir("labs").unwrap() {
        let folder = entry.unwrap().path();
        let Ok(source) = fs::read_to_string(folder.join("lab.yaml")) else { continue };
        let lab: Value = serde_yaml::from_str(&source).unwrap();
        let id = lab["id"].as_str().unwrap();
        let tasks = items(&lab, "tasks");
        let checks: Vec<&Value> = tasks.iter().flat_map(|task| items(task, "checks")).collect();
        let points: u64 = checks.iter().map(|check| check["points"].as_u64().unwrap_or(1)).sum();
        let hours = lab["duration"].as_str().unwrap().trim_end_matches('h');
        mutants += fs::read_dir(folder.join("mutants")).unwrap().count();
        let figures = format!("| {hours} | {} | {} | {points} |", tasks.len(), checks.len());
        for readme in ["README.md", "README.fr.md"] {
            let text = fs::read_to_string(readme).unwrap();
            let row = text.lines().find(|line| line.starts_with(&format!("| `{id}` |")));
            if !row.is_some_and(|row| row.ends_with(&figures)) {
                wrong.push(format!("{readme}: the row of `{id}` should end with {figures}"));
            }
        }
    }
    for (readme, words) in [("README.md", "wrong solutions"), ("README.fr.md", "solutions fausses")] {
        if !fs::read_to_string(readme).unwrap().contains(&format!("{mutants} {words}")) {
            wrong.push(format!("{readme}: the labs have {mutants} mutants (`{mutants} {words}`)"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
