//! House rules: who may use whom, who may touch the terminal, how long a file
//! may be, and that nothing lies about. Sources are read by their syntax.

mod source;

use source::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

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
    ("engine", &["cli", "report", "i18n", "session", "grade", "workspace", "mutation", "check", "expect"]),
    ("event", &["cli", "report", "engine", "i18n", "session", "grade", "workspace", "mutation"]),
    ("exit", &["cli", "report", "engine", "i18n", "session", "mutation"]),
    ("workspace", &["cli", "report", "i18n", "session", "engine", "plan", "mutation"]),
    ("session", &["cli", "report", "i18n"]),
    ("report", &["cli", "session", "engine", "workspace", "plan"]),
];

/// All that a check knows.
const CHECK_KNOWS: &[&str] = &["check", "expect", "message", "quantity", "template", "verdict", "world"];

/// Groups of files that still import each other. The list only gets shorter.
const IN_CIRCLES: &[&[&str]] = &[
    &["src/cli/check.rs", "src/cli/watch.rs"],
    &["src/cli/act.rs", "src/cli/ask.rs", "src/cli/consent.rs", "src/cli/context.rs", "src/cli/show.rs"],
    &["src/definition/mutant.rs", "src/definition/patch.rs"],
    &["src/expect/document.rs", "src/expect/observation.rs", "src/expect/selector.rs"],
    &["src/mutation/choose.rs", "src/mutation/source.rs"],
    &["src/plan/environment.rs", "src/plan/service.rs"],
    &["src/report/outcome.rs", "src/report/told.rs"],
    &["src/session/clean_room.rs", "src/session/second_look.rs"],
    &["src/workspace/archive.rs", "src/workspace/copy.rs", "src/workspace/listing.rs"],
];

/// A path of another crate, where it may stand, and why.
type Place = (&'static [&'static str], &'static [(&'static str, &'static str)]);

const PLACES: &[Place] = &[
    (&["bollard"], &[("src/engine", "the one module that talks to the engine")]),
    (
        &["std", "env"],
        &[
            ("src/cli", "commands read the environment"),
            ("src/engine/connect.rs", "the docker command's own variables, for those who have no command"),
            ("src/main.rs", "the arguments"),
        ],
    ),
    (&["std", "io", "stdout"], &[("src/cli", "commands print")]),
    (&["std", "io", "stderr"], &[("src/cli", "commands print"), ("src/report/terminal.rs", "progress is drawn")]),
    (
        &["std", "process", "Command"],
        &[
            ("src/cli/shell.rs", "a terminal needs the docker command"),
            ("src/cli/open.rs", "the reader's browser"),
            ("src/cli/pager.rs", "the reader's pager"),
            ("src/workspace/repository.rs", "git begins a learner's history"),
            ("src/cli/doctor/users.rs", "the system's own look-up of users"),
        ],
    ),
    (&["tokio", "process"], &[]),
    (&["std", "process", "exit"], &[]),
    (&["std", "process", "abort"], &[]),
    (
        &["regex"],
        &[
            ("src/expect/matcher.rs", "an author's `matches`"),
            ("src/expect/matcher_yaml.rs", "an author's `matches`"),
            (
                "src/check/dashboards/variables.rs",
                "Grafana's variables, which have no grammar, and a panel's own regular expressions",
            ),
        ],
    ),
];

/// Macros that print.
const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Lines of code that a file may have: no comments, no unit tests.
const LINES: usize = 400;

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

fn is_test(path: &Path) -> bool {
    path.starts_with("tests")
        || path.file_name().is_some_and(|name| name == "tests.rs" || name == "fixtures.rs" || name == "fake.rs")
        || path.components().any(|component| component.as_os_str() == "tests")
}

/// Every file of the program and of its tests, read once.
static ALL: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let paths = ["src", "tests", "benches"].into_iter().flat_map(|folder| files(folder, "rs"));
    paths.map(|path| Source::read(&path)).collect()
});

/// The program's code, file by file, without its tests.
static SOURCES: LazyLock<Vec<&Source>> =
    LazyLock::new(|| ALL.iter().filter(|source| source.path.starts_with("src") && !is_test(&source.path)).collect());

fn nothing(found: &[String]) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn layers_use_only_what_stands_below_them() {
    let mut wrong = Vec::new();
    for source in SOURCES.iter() {
        let layer = source.module[0].as_str();
        let never = NEVER.iter().filter(|(of, _)| *of == layer).flat_map(|(_, never)| *never);
        let never: Vec<&str> = never.copied().collect();
        let path = source.path.to_str().unwrap();
        for other in source.layers() {
            let refused = never.contains(&other) || (layer == "check" && !CHECK_KNOWS.contains(&other));
            if refused {
                wrong.push(format!("{path} uses crate::{other}, and {layer} never does"));
            }
        }
    }
    for (layer, _) in NEVER {
        assert!(SOURCES.iter().any(|source| source.module[0] == *layer), "there is no {layer}");
    }
    nothing(&wrong);
}

/// The file that has what a path leads to, also where another hands it on.
fn file_of(path: &[String], modules: &BTreeMap<Vec<String>, usize>) -> Option<usize> {
    let path = path.strip_prefix(&["crate".to_owned()])?;
    let (length, file) = (1..=path.len()).rev().find_map(|length| Some((length, *modules.get(&path[..length])?)))?;
    let handed = path.get(length).and_then(|name| SOURCES[file].exports.get(name));
    // A path that names itself is the module's own.
    match handed.filter(|handed| handed[0] == "crate" && handed[1..] != *path) {
        Some(handed) => file_of(handed, modules),
        None => Some(file),
    }
}

/// Groups of files that import each other, each sorted.
fn circles() -> Vec<Vec<String>> {
    let modules = SOURCES.iter().enumerate().map(|(at, source)| (source.module.clone(), at)).collect();
    let edges: Vec<BTreeSet<usize>> = SOURCES
        .iter()
        .enumerate()
        .map(|(at, source)| {
            let found = source.named.iter().filter_map(|path| file_of(path, &modules));
            // A module's file brings its parts together, and they may ask it back.
            let apart = |other: &usize| {
                let (one, other) = (&source.module, &SOURCES[*other].module);
                !one.starts_with(other) && !other.starts_with(one)
            };
            found.filter(|other| *other != at).filter(apart).collect()
        })
        .collect();
    let reached: Vec<BTreeSet<usize>> = (0..edges.len())
        .map(|from| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
            while let Some(at) = next.pop() {
                next.extend(edges[at].iter().filter(|to| seen.insert(**to)));
            }
            seen
        })
        .collect();
    let group = |at: usize| -> Vec<usize> {
        (0..edges.len()).filter(|to| reached[at].contains(to) && reached[*to].contains(&at)).collect()
    };
    let groups: BTreeSet<Vec<usize>> = (0..edges.len()).map(group).filter(|group| group.len() > 1).collect();
    groups.iter().map(|group| group.iter().map(|at| SOURCES[*at].path.display().to_string()).collect()).collect()
}

#[test]
fn no_file_imports_one_that_imports_it_back() {
    let mut still: BTreeSet<Vec<&str>> = IN_CIRCLES.iter().map(|circle| circle.to_vec()).collect();
    let mut wrong = Vec::new();
    let circles = circles();
    for circle in &circles {
        if !still.remove(&circle.iter().map(String::as_str).collect::<Vec<_>>()) {
            wrong.push(format!("these import each other: {}", circle.join(", ")));
        }
    }
    wrong.extend(
        still.iter().map(|circle| format!("no circle any more, take it off IN_CIRCLES: {}", circle.join(", "))),
    );
    nothing(&wrong);
}

#[test]
fn each_outside_thing_has_its_place() {
    let mut wrong = Vec::new();
    for (thing, places) in PLACES {
        let mut unused: BTreeSet<&str> = places.iter().map(|(place, _)| *place).collect();
        for source in SOURCES.iter().filter(|source| source.names(thing)) {
            match places.iter().find(|(place, _)| source.path.starts_with(place)) {
                Some((place, _)) => _ = unused.remove(place),
                None => {
                    wrong.push(format!("{} names {}, which has its places", source.path.display(), thing.join("::")));
                }
            }
        }
        wrong.extend(
            unused.iter().map(|place| format!("{place} doesn't name {}: take it off PLACES", thing.join("::"))),
        );
    }
    for source in SOURCES.iter().filter(|source| !source.path.starts_with("src/cli")) {
        for name in PRINTING.iter().filter(|name| source.macros.contains(**name)) {
            wrong.push(format!("{} prints by {name}!", source.path.display()));
        }
    }
    nothing(&wrong);
}

#[test]
fn files_are_short() {
    let long = SOURCES.iter().filter(|source| source.lines > LINES);
    let long: Vec<String> = long
        .map(|source| format!("{} has {} lines of code, more than {LINES}", source.path.display(), source.lines))
        .collect();
    nothing(&long);
}

#[test]
fn every_file_is_part_of_a_program() {
    let sources: BTreeMap<&PathBuf, &Source> = ALL.iter().map(|source| (&source.path, source)).collect();
    let mut reached: BTreeSet<PathBuf> = BTreeSet::new();
    let mut next =
        ["src/lib.rs", "src/main.rs", "tests/integration.rs", "benches/floor.rs"].map(PathBuf::from).to_vec();
    while let Some(path) = next.pop() {
        let declared = sources[&path].declares.iter().flat_map(|(file, folder)| [file, folder]);
        next.extend(declared.filter(|path| sources.contains_key(path)).cloned());
        reached.insert(path);
    }
    let forgotten = sources.keys().filter(|path| !reached.contains(**path));
    nothing(&forgotten.map(|path| format!("no `mod` leads to {}", path.display())).collect::<Vec<_>>());
}

#[test]
fn no_test_is_put_off_but_to_the_thorough_run() {
    let mut wrong = Vec::new();
    for source in ALL.iter() {
        let path = source.path.display();
        wrong.extend(
            source
                .ignored
                .iter()
                .filter(|reason| *reason != "thorough")
                .map(|reason| format!("{path} ignores a test: {reason:?}")),
        );
        wrong.extend(
            ["todo", "unimplemented"]
                .iter()
                .filter(|name| source.macros.contains(**name))
                .map(|name| format!("{path} has {name}!")),
        );
    }
    nothing(&wrong);
    assert!(fs::read_to_string("scripts/test-thorough").unwrap().contains("--ignored"), "somebody runs them");
}

/// Each way in which a rule could be got around is seen, and what only looks so isn't.
#[test]
fn names_are_known_however_they_are_written() {
    let named = |text: &str| Source::of(Path::new("src/engine/a.rs"), text);
    for text in [
        "use std::process::Command;",
        "use std::{fs, process::{Command, Stdio}};",
        "use std::process::{self}; fn a() { process::Command::new(\"x\"); }",
        "use std::process as other; fn a() { let _ = other::Command::new(\"x\"); }",
        "use std::process::*;",
        "fn a() { std::process::Command::new(\"x\"); }",
        "fn a() { use std::process as p; p::Command::new(\"x\"); }",
        "fn a() { println!(\"{:?}\", std::process::Command::new(\"x\")); }",
        "fn a() -> ::std::process::Command { b() }",
    ] {
        assert!(named(text).names(&["std", "process", "Command"]), "{text}");
    }
    for text in [
        "// std::process::Command",
        "fn a() { b(\"std::process::Command\") }",
        "use std::process::ExitCode;",
        "#[cfg(test)] mod tests { use std::process::Command; }",
        "#[cfg(test)] use std::process::Command;",
    ] {
        assert!(!named(text).names(&["std", "process", "Command"]), "{text}");
    }
    for text in [
        "use crate::grade::Selection;",
        "use crate::{engine::image::Ready, grade::{self, Selection}};",
        "use super::super::grade;",
        "fn a(_: &crate::grade::Selection) {}",
        "#[serde(with = \"crate::grade\")] struct A;",
        "fn a() { vec![crate::grade::all()]; }",
        "mod b { pub mod c { pub use super::super::super::super::grade::Selection; } }",
    ] {
        assert_eq!(named(text).layers(), BTreeSet::from(["grade"]), "{text}");
    }
    let code =
        "//! Of a.\n\n/// B.\nfn b() {\n    // Why.\n    c();\n}\n\n#[cfg(test)]\nmod tests {\n    fn d() {}\n}\n";
    assert_eq!(named(code).lines, 3);
    assert_eq!(named("#[test]\n#[ignore]\nfn a() {}").ignored, [""]);
    assert!(named("fn a() { b(|| todo!()) }").macros.contains("todo"));
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
