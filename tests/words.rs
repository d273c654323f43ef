//! The word lists of `docs/style`: messages, documentation, labs and comments use none of
//! the phrases that they leave out. `docs/words.md` has the style and the glossary.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A rule in Vale's form: what not to write, and what to write instead.
#[derive(Deserialize)]
struct Rule {
    swap: BTreeMap<String, String>,
}

fn rule(name: &str) -> Rule {
    let rule: Rule = serde_yaml::from_str(&fs::read_to_string(format!("docs/style/lab/{name}.yml")).unwrap()).unwrap();
    assert!(rule.swap.len() > 10, "{name} lists phrases");
    assert!(rule.swap.keys().all(|phrase| *phrase == phrase.to_lowercase()), "{name} is searched in lower case");
    rule
}

impl Rule {
    /// `FILE:LINE: …` for each phrase that the lines use, also over a line's end.
    fn breaches(&self, path: &Path, lines: &[(usize, String)]) -> Vec<String> {
        let mut found = Vec::new();
        for (index, (number, line)) in lines.iter().enumerate() {
            let next = lines.get(index + 1).filter(|(next, _)| *next == number + 1);
            let line = line.to_lowercase();
            let text = format!("{line} {}", next.map(|(_, next)| next.to_lowercase()).unwrap_or_default());
            for (phrase, instead) in &self.swap {
                let at_word = |at: &usize| {
                    let ends = |char: Option<char>| char.is_none_or(|char| !char.is_alphanumeric());
                    ends(text[..*at].chars().next_back()) && ends(text[at + phrase.len()..].chars().next())
                };
                if text.match_indices(phrase.as_str()).map(|(at, _)| at).find(at_word).is_some_and(|at| at < line.len())
                {
                    found.push(format!("{}:{number}: `{phrase}`: write: {instead}", path.display()));
                }
            }
        }
        found
    }
}

fn files(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let walk = ignore::WalkBuilder::new(folder).max_depth((folder == ".").then_some(1)).build();
    let mut files: Vec<PathBuf> = walk.map(|entry| entry.unwrap().into_path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| extensions.iter().any(|extension| found == *extension)));
    files.sort();
    files
}

/// A file's numbered lines; of code the comments alone, without their marks.
fn lines(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let mark = match path.extension().and_then(|extension| extension.to_str()) {
        Some("rs") => Some('/'),
        Some("sh") | None => Some('#'),
        _ => None,
    };
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let kept = lines.filter_map(|(number, line)| match mark {
        Some('/') => line.starts_with("//").then(|| (number, line.trim_start_matches(['/', '!', ' ']).to_owned())),
        Some(mark) => line.starts_with(mark).then(|| (number, line.trim_start_matches([mark, ' ']).to_owned())),
        None => Some((number, line.to_owned())),
    });
    kept.collect()
}

#[test]
fn texts_messages_and_comments_use_plain_words() {
    let mut paths = files(".", &["md"]);
    for (folder, extensions) in [
        ("docs", &["md"][..]),
        ("src", &["rs", "ftl", "yaml", "md"]),
        ("tests", &["rs"]),
        ("benches", &["rs"]),
        ("labs", &["yaml", "md"]),
        ("schema", &["json"]),
    ] {
        let found = files(folder, extensions);
        assert!(!found.is_empty(), "nothing in {folder}");
        paths.extend(found);
    }
    paths.extend(["build.rs", "scripts/demo", "scripts/setup.sh", "scripts/test", "scripts/bench"].map(PathBuf::from));
    let (english, french) = (rule("Words"), rule("Mots"));
    let mut found = Vec::new();
    for path in &paths {
        let lines = lines(path);
        let is_french = path.to_string_lossy().ends_with(".fr.md") || path.starts_with("src/i18n/fr");
        if !is_french {
            found.extend(english.breaches(path, &lines));
        }
        found.extend(french.breaches(path, &lines));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_phrase_is_found_as_whole_words_also_over_a_lines_end() {
    let rule = Rule { swap: BTreeMap::from([("kill matrix".to_owned(), "table".to_owned())]) };
    let breaches = |text: &str| {
        let lines: Vec<_> = text.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned())).collect();
        rule.breaches(Path::new("a.md"), &lines).len()
    };
    assert_eq!(breaches("The Kill matrix shows"), 1);
    assert_eq!(breaches("its kill\nmatrix, and more"), 1);
    assert_eq!(breaches("overkill matrix\nkill matrixes\n"), 0);
}
