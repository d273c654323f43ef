//! The guides for authors: every piece of YAML in them is read as it stands.

use lab_runner::check::program::knowing;
use lab_runner::definition::{kinds, load::parse};
use std::fs;
use std::path::Path;

/// A lab that the guides' pieces fit into.
const LAB: &str = "apiVersion: lab/v1
id: first-lab
version: 1.0.0
languages: [en, fr]
title: {en: \"First\", fr: \"Premier\"}
level: beginner
duration: 10m
LAB
environment:
  services:
    web:
SERVICE
    runner:
      image: {pull: \"nginx:1.29\"}
      start: each
  toolbox:
    image: {build: image}
ACTIONS
tasks:
  - id: greet
    tier: core
    duration: 10m
    title: {en: \"Greet\", fr: \"Saluer\"}
    checks:
      - id: greets
        must: {en: \"it must greet\", fr: \"il doit saluer\"}
        exec: {run: [\"./greet.sh\"]}
        expect: {exit: 0}
CHECK
";

fn indented(text: &str, by: usize) -> String {
    let indent = " ".repeat(by);
    text.lines().flat_map(|line| [indent.as_str(), line, "\n"]).collect()
}

/// The pieces of a guide: the word beside the language of their fence, and the text.
fn pieces(guide: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(guide)).unwrap();
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("```yaml") {
        let (head, body) = rest[at + "```yaml".len()..].split_once('\n').unwrap();
        let (piece, after) = body.split_once("```").unwrap();
        found.push((head.trim().to_owned(), piece.to_owned()));
        rest = after;
    }
    found
}

/// A kind of the guide's, with the program that it names, beside a lab.
fn of_kind(piece: &str) {
    let lab = tempfile::tempdir().unwrap();
    let folder = lab.path().join("kinds/makefile");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("kind.yaml"), piece).unwrap();
    fs::write(folder.join("answer"), "").unwrap();
    let kinds = kinds::of(lab.path()).unwrap_or_else(|wrong| panic!("{wrong:?}\n{piece}"));
    assert_eq!(kinds.len(), 1);
}

#[test]
fn every_piece_of_yaml_in_the_guides_is_read() {
    // Pieces ask kinds of the shipped labs, too.
    let kinds = kinds::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("labs/cicd")).unwrap();
    for guide in ["docs/authoring.md", "docs/authoring.fr.md"] {
        let pieces = pieces(guide);
        assert!(pieces.len() >= 5, "{guide}");
        for (kind, piece) in pieces {
            let service = "      image: {pull: \"nginx:1.29\"}\n".to_owned();
            let (mut lab, mut service, mut check, mut actions) = (String::new(), service, String::new(), String::new());
            match kind.as_str() {
                "lab" => lab.clone_from(&piece),
                "service" => service = indented(&piece, 6),
                "check" => check = format!("      - {}", indented(&piece, 8).trim_start()),
                "actions" => actions = format!("  actions:\n{}", indented(&piece, 4)),
                "kind" => {
                    of_kind(&piece);
                    continue;
                }
                // `lab lint` reads these beside their lab, in `definitions`.
                "mutant" => continue,
                other => panic!("{guide}: a piece of `{other}`"),
            }
            let source = LAB.replace("LAB\n", &lab).replace("SERVICE\n", &service);
            let source = source.replace("CHECK\n", &check).replace("ACTIONS\n", &actions);
            if let Err(found) = knowing(&kinds, || parse(Path::new("lab.yaml"), &source)) {
                panic!("{guide}: {:?}\n{source}", found.found);
            }
        }
    }
}

#[test]
fn both_guides_have_the_same_pieces() {
    assert_eq!(pieces("docs/authoring.md"), pieces("docs/authoring.fr.md"));
}
