//! Which checks are judged in which room.

use crate::definition::model::Lab;
use crate::grade::{Selection, rooms};
use std::collections::BTreeSet;

fn lab() -> Lab {
    let check = |id: &str, needs: &str| {
        format!("      - {{id: {id}, must: {{en: x}}, needs: [{needs}], exec: {{run: x}}, expect: {{exit: 0}}}}\n")
    };
    let task = |id: &str, room: &str, checks: &[String]| {
        let head = format!("  - id: {id}\n    tier: core\n    duration: 5m\n    title: {{en: x}}\n    room: {room}\n");
        format!("{head}    checks:\n{}", checks.concat())
    };
    let tasks = [
        task("one", "shared", &[check("deploy", ""), check("page", "deploy")]),
        task("two", "own", &[check("break", "deploy"), check("mend", "break")]),
        task("three", "own", &[check("long", "")]),
        task("four", "shared", &[check("last", "mend")]),
    ];
    let head = "apiVersion: lab/v1\nid: demo\nversion: 1.0.0\nlanguages: [en]\ntitle: {en: x}\nlevel: beginner\n\
                duration: 5m\nenvironment: {toolbox: {image: {pull: x}}}\ntasks:\n";
    serde_yaml::from_str(&format!("{head}{}", tasks.concat())).unwrap()
}

/// Each room's checks; in brackets those that only others need.
fn said(selection: &Selection) -> Vec<String> {
    let lab = lab();
    let room = |chosen: Vec<crate::grade::Chosen<'_>>| {
        let name = |one: &crate::grade::Chosen<'_>| {
            if one.only_needed { format!("({})", one.check.id.value) } else { one.check.id.value.to_string() }
        };
        chosen.iter().map(name).collect::<Vec<_>>().join(" ")
    };
    rooms(&lab, selection).into_iter().map(room).collect()
}

#[test]
fn each_task_with_a_room_of_its_own_brings_what_it_needs() {
    assert_eq!(said(&Selection::All), ["deploy page (break) (mend) last", "(deploy) break mend", "long"]);
    assert_eq!(said(&Selection::UpTo("two".parse().unwrap())), ["deploy page", "(deploy) break mend"]);
    let named = |checks: &[&str]| Selection::Named {
        tasks: BTreeSet::new(),
        checks: checks.iter().map(|check| check.parse().unwrap()).collect(),
    };
    assert_eq!(said(&named(&["mend"])), ["(deploy) (break) mend"]);
    assert_eq!(said(&named(&["page", "long"])), ["(deploy) page", "long"]);
    assert_eq!(said(&named(&[])), Vec::<String>::new());
}
