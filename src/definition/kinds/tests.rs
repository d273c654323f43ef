use super::*;
use crate::definition::load::load;
use crate::i18n::Words;
use crate::report::diagnostics::render;
use std::path::PathBuf;

const GOOD: &str = "protocol: 1
kind: count
summary: {en: Counts., fr: Compte.}
steps:
  - {run: [make], when: [of]}
  - {as: judge, run: [/opt/kinds/count/judge]}
timeout: 10s
keys:
  type: object
  additionalProperties: false
  properties:
    of: {type: string, description: {en: What., fr: Quoi.}}
    times: {type: integer, description: {en: How often., fr: Combien de fois.}}
fields:
  number: {type: number, holds: {en: how many, fr: combien}}
";

fn wrong(source: &str) -> Diagnostics {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("count").join(FILE);
    fs::create_dir(place.parent().unwrap()).unwrap();
    parse(&place, source).err().unwrap_or_else(|| panic!("taken for right:\n{source}"))
}

#[test]
fn a_kind_has_what_its_file_says() {
    let kind = parse(Path::new("kinds/count/kind.yaml"), GOOD).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    assert_eq!((kind.name, kind.timeout.as_secs(), kind.yields), ("count", 10, Yields::Fields));
    assert_eq!(kind.keys.source()["properties"]["of"]["description"], "What.");
    assert_eq!(kind.keys.source()["description"], "Counts.");
    let words = ["Counts.", "What.", "how many"].map(|english| kind.french[english].as_str());
    assert_eq!(words, ["Compte.", "Quoi.", "combien"]);
}

#[test]
fn every_mistake_has_its_file_line_and_words() {
    for (from, to, code, line) in [
        ("protocol: 1", "protocol: 2", "kind-protocol", 1),
        ("kind: count", "kind: http", "kind-taken", 2),
        ("kind: count", "kind: expect", "kind-taken", 2),
        ("kind: count", "kind: other", "kind-is-folder", 2),
        ("kind: count", "kind: My Kind", "bad-name", 2),
        ("timeout: 10s", "timeout: soon", "bad-duration", 7),
        ("timeout: 10s", "timelimit: 10s", "unknown-key", 7),
        ("timeout: 10s\n", "", "missing-key", 1),
        ("when: [of]", "when: [far]", "kind-no-such-key", 5),
        ("timeout: 10s", "timeout: 10s\nreads: far", "kind-no-such-key", 8),
        ("timeout: 10s", "timeout: 10s\nonly-reads: [far]", "kind-no-such-key", 8),
        ("timeout: 10s", "timeout: 10s\nfiles: [judge]", "no-file", 8),
        ("timeout: 10s", "timeout: 10s\nfiles: [../judge]", "file-outside", 8),
        ("as: judge, run", "as: learner, run", "kind-last-step", 6),
        ("as: judge, run", "as: judge, when: [of], run", "kind-last-step", 6),
        ("as: judge, run", "as: judge, in: web, run", "user-in-service", 6),
        ("{run: [make]", "{run: []", "exec-nothing-to-run", 5),
        ("  type: object\n", "", "kind-no-map", 9),
        ("of: {type: string", "of: {type: text", "bad-schema", 9),
        ("of: {type: string", "of: {$ref: '#/properties/times'", "kind-refers", 9),
        ("  number: {", "  Number!: {", "bad-name", 15),
        ("{type: number", "{type: float", "unknown-value", 15),
    ] {
        assert_eq!(GOOD.matches(from).count(), 1, "{from}");
        let found = wrong(&GOOD.replace(from, to));
        let told: Vec<(&str, usize)> = found.found.iter().map(|found| (&*found.code, found.line)).collect();
        assert_eq!(told, [(code, line)], "{to}: {found:?}");
        for language in Language::ALL {
            let said = render(&found, &Words::new(language), false, 100);
            assert!(said.contains(&format!("count/kind.yaml:{line}:")), "{said}");
        }
    }
}

const LAB: &str = "apiVersion: lab/v1
id: tiny
version: 1.0.0
languages: [en]
title: {en: A tiny lab}
level: beginner
duration: 5m
environment:
  toolbox: {image: {pull: 'debian:trixie-slim'}}
tasks:
  - id: work
    tier: core
    duration: 5m
    title: {en: Do the work}
    checks:
      - id: counted
        must: {en: it must be counted}
        count: ASK
        expect: {number: 3}
";

/// A pack whose lab asks `count`, which lies in this folder of the pack.
fn pack(ask: &str, folder: &str, kind: &str) -> tempfile::TempDir {
    let pack = tempfile::tempdir().unwrap();
    let (lab, kind_folder) = (pack.path().join("tiny"), pack.path().join(folder).join("kinds/count"));
    for folder in [&lab.join("starter"), &lab.join("tasks"), &kind_folder] {
        fs::create_dir_all(folder).unwrap();
    }
    fs::write(lab.join("tasks/work.en.md"), "Count.\n").unwrap();
    fs::write(lab.join("lab.yaml"), LAB.replace("ASK", ask)).unwrap();
    fs::write(kind_folder.join("judge"), "#!/bin/sh\n").unwrap();
    fs::write(kind_folder.join(FILE), kind).unwrap();
    pack
}

#[test]
fn a_lab_asks_kinds_of_its_own_and_of_its_pack() {
    let with_file = GOOD.replace("timeout: 10s", "timeout: 10s\nfiles: [judge]");
    for folder in ["", "tiny"] {
        let pack = pack("{of: x}", folder, &with_file);
        let loaded = load(&pack.path().join("tiny")).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let kind = fs::canonicalize(pack.path().join(folder).join("kinds/count")).unwrap();
        assert_eq!(loaded.lab.kinds().iter().map(|kind| kind.folder.clone()).collect::<Vec<_>>(), [Some(kind.clone())]);
        let files = &loaded.lab.environment.toolbox.files;
        let source = files.get("/opt/kinds/count/judge").map(|source| PathBuf::from(&source.value));
        assert_eq!(source, Some(kind.join("judge")), "{files:?}");
    }
    // The lab's own is nearer.
    let pack = pack("{of: x}", "", GOOD);
    let own = pack.path().join("tiny/kinds/count");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join(FILE), GOOD.replace("timeout: 10s", "timeout: 11s")).unwrap();
    let loaded = load(&pack.path().join("tiny")).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    assert_eq!(loaded.lab.kinds()[0].timeout.as_secs(), 11);
    // Without it, its name is like any other.
    fs::remove_dir_all(pack.path().join("kinds")).unwrap();
    fs::remove_dir_all(pack.path().join("tiny/kinds")).unwrap();
    let Err(LoadError::Invalid(found)) = load(&pack.path().join("tiny")) else { panic!("it is known") };
    assert_eq!((&*found.found[0].code, found.found[0].line), ("unknown-key", 18));
}

#[test]
fn a_question_that_its_kind_does_not_take_is_told_where_it_stands() {
    for (ask, code, column) in [
        ("{off: x}", "unknown-key", 17),
        ("{of: x, times: often}", "question-unfit", 31),
        ("{of: [x]}", "question-unfit", 21),
        ("x", "question-unfit", 16),
        ("{of: '${run.nonsense}'}", "unknown-name", 22),
        ("{of: '${run.nonce'}", "template-unclosed", 21),
    ] {
        let pack = pack(ask, "", GOOD);
        let Err(LoadError::Invalid(found)) = load(&pack.path().join("tiny")) else { panic!("{ask} is taken") };
        let told: Vec<_> = found.found.iter().map(|found| (&*found.code, found.line, found.column)).collect();
        assert_eq!(told, [(code, 18, column)], "{ask}: {found:?}");
    }
}

#[test]
fn a_field_that_a_kind_has_not_is_told_as_a_built_in_kinds_is() {
    let pack = pack("{of: x}", "", &GOOD.replace("  number:", "  numbers:"));
    let Err(LoadError::Invalid(found)) = load(&pack.path().join("tiny")) else { panic!("it is taken") };
    assert_eq!((&*found.found[0].code, found.found[0].line), ("unknown-field", 19));
}

#[test]
fn a_broken_kind_is_told_in_its_own_file() {
    let pack = pack("{of: x}", "", &GOOD.replace("timeout: 10s", "timeout: soon"));
    let Err(LoadError::Invalid(found)) = load(&pack.path().join("tiny")) else { panic!("it is taken") };
    assert!(found.file.ends_with("kinds/count/kind.yaml") && found.found[0].line == 7, "{found:?}");
}

#[test]
fn a_kind_is_read_once_for_all_labs_of_its_pack_and_anew_when_it_changed() {
    let with_file = GOOD.replace("timeout: 10s", "timeout: 10s\nfiles: [judge]");
    let pack = pack("{of: x}", "", &with_file);
    let kind = || of(&pack.path().join("tiny")).map(|kinds| std::ptr::from_ref(kinds[0]).addr());
    let first = kind().unwrap();
    assert_eq!(kind().unwrap(), first);
    let folder = pack.path().join("kinds/count");
    fs::write(folder.join(FILE), with_file.replace("timeout: 10s", "timeout: 11s")).unwrap();
    assert_ne!(kind().unwrap(), first);
    fs::remove_file(folder.join("judge")).unwrap();
    assert!(kind().is_err(), "a file of it is gone");
}
