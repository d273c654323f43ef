//! Lab files with their diagnostics: `definitions/ok` loads clean, and what is
//! said about each of `definitions/bad` stands beside it, in both languages.

use lab_runner::definition::load::{LoadError, Rigour, load, load_as, parse};
use lab_runner::definition::text::Language;
use lab_runner::i18n::Words;
use lab_runner::report::diagnostics::render;
use std::fs;
use std::path::{Path, PathBuf};

/// Lab files and lab folders of `tests/definitions/<name>`.
fn definitions(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new("tests/definitions").join(name)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        path.join("lab.yaml").is_file() || path.extension().is_some_and(|extension| extension == "yaml")
    });
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

/// What is said about a definition, in both languages; nothing when it is right.
fn said(path: &Path) -> String {
    let diagnostics = if path.is_dir() {
        match load(path) {
            Ok(_) => return String::new(),
            Err(LoadError::Invalid(diagnostics)) => diagnostics,
            Err(other) => panic!("{}: {other:?}", path.display()),
        }
    } else {
        match parse(path, &fs::read_to_string(path).unwrap()) {
            Ok(_) => return String::new(),
            Err(diagnostics) => diagnostics,
        }
    };
    assert!(!diagnostics.found.is_empty());
    Language::ALL.map(|language| render(&diagnostics, &Words::new(language), false, 100)).join("―\n\n")
}

#[test]
fn right_definitions_load_clean() {
    for path in definitions("ok") {
        let said = said(&path);
        assert!(said.is_empty(), "{}:\n{said}", path.display());
    }
}

#[test]
fn wrong_definitions_are_told_what_is_wrong() {
    insta::with_settings!({
        snapshot_path => "definitions/bad",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        for path in definitions("bad") {
            let said = said(&path);
            assert!(!said.is_empty(), "{} is taken for right", path.display());
            let name = path.file_stem().unwrap().to_str().unwrap();
            insta::assert_snapshot!(name, said);
        }
    });
}

/// A lab that runs, and that its author should still mend.
#[test]
fn an_unfair_lab_is_told_what_makes_it_so() {
    let folder = Path::new("tests/definitions/unfair/unfair");
    assert!(load(folder).is_ok(), "a learner can use it: {}", said(folder));
    let Err(LoadError::Invalid(found)) = load_as(folder, Rigour::Writing) else { panic!("it is taken for fair") };
    let said = Language::ALL.map(|language| render(&found, &Words::new(language), false, 100)).join("―\n\n");
    insta::with_settings!({
        snapshot_path => "definitions/unfair",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("unfair", said);
    });
}

#[test]
fn the_shipped_labs_load_clean() {
    let labs = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs");
    let mut loaded = 0;
    for entry in fs::read_dir(labs).unwrap() {
        let folder = entry.unwrap().path();
        match load_as(&folder, Rigour::Writing) {
            Ok(_) => loaded += 1,
            Err(LoadError::NotALab { .. }) => {}
            Err(LoadError::Invalid(diagnostics)) => {
                panic!("{}", render(&diagnostics, &Words::new(Language::En), false, 100));
            }
            Err(other) => panic!("{}: {other:?}", folder.display()),
        }
    }
    assert!(loaded > 0);
}

#[test]
fn wrong_mutants_and_solutions_are_told_at_their_places() {
    let lab = load_as(Path::new("tests/definitions/unproved/unproved"), Rigour::Writing).unwrap();
    let wrong = lab_runner::mutation::source::load(&lab).unwrap_err();
    let said = Language::ALL.map(|language| {
        let words = Words::new(language);
        wrong.iter().map(|file| render(file, &words, false, 100)).collect::<String>()
    });
    insta::with_settings!({
        snapshot_path => "definitions/unproved",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("unproved", said.join("―\n\n"));
    });
}
