//! House rules: who may use whom, who may touch the terminal, how long a file
//! may be, and that nothing lies about.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What a layer never names. `ARCHITECTURE.md` says why.
const NEVER: &[(&str, &[&str])] = &[
    ("message", &["cli", "report", "engine", "i18n", "session", "definition"]),
    (
        "quantity",
        &["cli", "report", "engine", "i18n", "session", "definition", "plan", "grade", "workspace", "check", "expect"],
    ),
    ("definition", &["cli", "report", "engine", "i18n", "session", "plan", "grade", "workspace", "mutation"]),
    ("plan", &["cli", "report", "engine", "i18n", "session", "grade", "workspace"]),
    ("expect", &["cli", "report", "engine", "i18n", "session", "definition", "plan", "grade", "workspace"]),
    ("grade", &["cli", "report", "engine", "i18n", "session", "plan", "workspace", "mutation"]),
    ("mutation", &["cli", "report", "engine", "i18n", "session", "plan"]),
    ("engine", &["cli", "report", "i18n", "session", "grade", "workspace", "mutation"]),
    ("workspace", &["cli", "report", "i18n", "session", "engine", "plan", "mutation"]),
    ("session", &["cli", "report", "i18n"]),
    ("report", &["cli", "session", "engine", "workspace", "plan"]),
];

/// All that a check knows.
const CHECK_KNOWS: &[&str] = &["check", "expect", "message", "quantity", "template", "verdict", "world"];

/// Lines that a file may have; tests and messages may have more.
const LINES: usize = 400;
/// Files that are longer, with the reason.
const LONG: &[(&str, usize, &str)] =
    &[("src/expect/matcher.rs", 500, "one enum: each matcher's judgement stands beside the others'")];

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no .{extension} in {folder}");
    found
}

/// A file's code: no comments, and not the unit tests at its end.
fn code(path: &Path) -> String {
    let source = fs::read_to_string(path).unwrap();
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn is_test(path: &Path) -> bool {
    path.starts_with("tests")
        || path.file_name().is_some_and(|name| name == "tests.rs" || name == "fixtures.rs")
        || path.components().any(|component| component.as_os_str() == "tests")
}

/// The modules from the crate's root to a file: `src/a/b.rs` is `a`, `b`.
fn modules(path: &Path) -> Vec<String> {
    let path = path.strip_prefix("src").unwrap().with_extension("");
    let mut modules: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if modules.last().is_some_and(|last| last == "mod") {
        modules.pop();
    }
    modules
}

/// The library's code by layer, unit tests left out.
fn layers() -> BTreeMap<String, Vec<(PathBuf, String)>> {
    let mut layers: BTreeMap<String, Vec<(PathBuf, String)>> = BTreeMap::new();
    for path in files("src", "rs").into_iter().filter(|path| !is_test(path)) {
        let code = code(&path);
        layers.entry(modules(&path)[0].clone()).or_default().push((path, code));
    }
    layers
}

/// The crate's modules that a text names: `crate::x` and `use crate::{x, y}`.
fn named(code: &str) -> BTreeSet<String> {
    let name = |text: &str| text.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect::<String>();
    let mut found = BTreeSet::new();
    for (at, root) in code.match_indices("crate::") {
        let rest = &code[at + root.len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                found.extend(list.split('}').next().unwrap_or_default().split(',').map(|one| name(one.trim())));
            }
            None => {
                found.insert(name(rest));
            }
        }
    }
    found
}

fn nothing(found: &[String]) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn layers_use_only_what_stands_below_them() {
    let layers = layers();
    let mut wrong = Vec::new();
    for (layer, never) in NEVER {
        for (path, code) in &layers[*layer] {
            for other in named(code).iter().filter(|other| never.contains(&other.as_str())) {
                wrong.push(format!("{} uses crate::{other}, and {layer} never does", path.display()));
            }
        }
    }
    for (path, code) in &layers["check"] {
        for other in named(code).iter().filter(|other| !CHECK_KNOWS.contains(&other.as_str())) {
            wrong.push(format!("{} uses crate::{other}, and a check knows only {CHECK_KNOWS:?}", path.display()));
        }
    }
    nothing(&wrong);
}

#[test]
fn no_layer_is_left_through_super() {
    let mut wrong = Vec::new();
    for (path, code) in layers().into_values().flatten() {
        let depth = modules(&path).len();
        if code.contains(&"super::".repeat(depth)) {
            wrong.push(format!("{} names the crate's root by super::, where no rule sees it", path.display()));
        }
    }
    nothing(&wrong);
}

#[test]
fn each_outside_thing_has_its_place() {
    let rules: &[(&[&str], &[&str])] = &[
        (&["bollard"], &["src/engine"]),
        (&["std::env", "env::var"], &["src/cli", "src/engine/connect.rs", "src/main.rs"]),
        (&["io::stdout", "io::stderr", "println!", "print!(", "dbg!("], &["src/cli", "src/report/terminal.rs"]),
        (&["process::exit", "std::process::Command"], &["src/cli/shell.rs"]),
    ];
    let mut wrong = Vec::new();
    for (path, code) in layers().into_values().flatten() {
        for (things, places) in rules {
            if places.iter().any(|place| path.starts_with(place)) {
                continue;
            }
            for thing in things.iter().filter(|thing| code.contains(**thing)) {
                wrong.push(format!("{} names {thing}; only {} may", path.display(), places.join(", ")));
            }
        }
    }
    nothing(&wrong);
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for path in files("src", "rs").into_iter().filter(|path| !is_test(path)) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        let known = LONG.iter().find(|(long, ..)| path == Path::new(long));
        let limit = known.map_or(LINES, |(_, limit, _)| *limit);
        if lines > limit {
            wrong.push(format!("{} has {lines} lines, more than {limit}", path.display()));
        }
        if known.is_some() && lines <= LINES {
            wrong.push(format!("{} is short again: take it off the list", path.display()));
        }
    }
    for (long, ..) in LONG.iter().filter(|(long, ..)| !Path::new(long).is_file()) {
        wrong.push(format!("{long} is on the list of long files and isn't there"));
    }
    nothing(&wrong);
}

#[test]
fn every_file_is_part_of_a_program() {
    let mut reached: BTreeSet<PathBuf> = BTreeSet::new();
    let mut roots = ["src/lib.rs", "src/main.rs", "tests/integration.rs"].map(PathBuf::from).to_vec();
    while let Some(path) = roots.pop() {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let parent = path.parent().unwrap().to_owned();
        let own = matches!(stem.as_str(), "mod" | "lib" | "main" | "integration");
        let folder = if own { parent } else { parent.join(stem) };
        for line in fs::read_to_string(&path).unwrap().lines() {
            let line = line.trim();
            let item = line.strip_prefix("pub").map_or(line, |rest| {
                rest.strip_prefix("(super)").or(rest.strip_prefix("(crate)")).unwrap_or(rest).trim_start()
            });
            let Some(name) = item.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) else { continue };
            let found = [folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")];
            roots.extend(found.into_iter().filter(|path| path.is_file()));
        }
        reached.insert(path);
    }
    let forgotten = files("src", "rs").into_iter().chain(files("tests", "rs")).filter(|path| !reached.contains(path));
    nothing(&forgotten.map(|path| format!("no `mod` line leads to {}", path.display())).collect::<Vec<_>>());
}

#[test]
fn no_test_is_put_off() {
    // In two halves, so that this file isn't found.
    let marks = [concat!("#[ig", "nore"), concat!("to", "do!("), concat!("unimple", "mented!(")];
    let mut wrong = Vec::new();
    for path in files("src", "rs").into_iter().chain(files("tests", "rs")) {
        let source = fs::read_to_string(&path).unwrap();
        for mark in marks.iter().filter(|mark| source.contains(**mark)) {
            wrong.push(format!("{} has {mark}", path.display()));
        }
    }
    nothing(&wrong);
}

/// `a/{b,c}.rs` as `a/b.rs` and `a/c.rs`; a star ends a path at its folder.
fn spelled_out(text: &str) -> Vec<String> {
    if let Some((folder, _)) = text.split_once('*') {
        return vec![folder.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()];
    }
    let Some((before, rest)) = text.split_once('{') else { return vec![text.to_owned()] };
    let Some((inside, after)) = rest.split_once('}') else { return Vec::new() };
    inside.split(',').flat_map(|one| spelled_out(&format!("{before}{}{after}", one.trim()))).collect()
}

/// Whether a text in backticks is meant as a path of this project.
fn is_path(text: &str) -> bool {
    let plain = text.chars().all(|char| char.is_ascii_alphanumeric() || "_-./{},* ".contains(char));
    let first = text.split('/').next().unwrap_or_default();
    let known = !first.is_empty() && (Path::new(first).is_dir() || Path::new("src").join(first).is_dir());
    let is_rust = text.rsplit('.').next() == Some("rs");
    plain && !text.starts_with(['.', '/']) && (is_rust || (text.contains('/') && known))
}

#[test]
fn every_path_that_the_map_names_is_there() {
    let map = fs::read_to_string("ARCHITECTURE.md").expect("ARCHITECTURE.md is the project's map");
    let sources = files("src", "rs").into_iter().chain(files("tests", "rs")).collect::<Vec<_>>();
    let mut wrong = Vec::new();
    for text in map.split('`').skip(1).step_by(2).filter(|text| is_path(text)) {
        for path in spelled_out(text) {
            let is_there = ["", "src", "tests"].iter().any(|root| Path::new(root).join(&path).exists())
                // `load.rs`, said within a paragraph about `pack`.
                || (!path.contains('/') && sources.iter().any(|source| source.ends_with(&path)));
            if !is_there {
                wrong.push(format!("ARCHITECTURE.md names `{text}`, and {path} isn't there"));
            }
        }
    }
    nothing(&wrong);
}

#[test]
fn paths_with_braces_and_stars_are_spelled_out() {
    assert_eq!(spelled_out("src/i18n/{en,fr}/cli.ftl"), ["src/i18n/en/cli.ftl", "src/i18n/fr/cli.ftl"]);
    assert_eq!(spelled_out("src/cli/*.rs"), ["src/cli"]);
    assert!(is_path("src/cli/*.rs") && is_path("load.rs") && is_path("definition/load.rs"));
    assert!(!is_path("lab/v1") && !is_path(".lab/lab.json") && !is_path("application/json"));
}
