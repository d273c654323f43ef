use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Ids and the arguments they name, by reading the Fluent sources.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let placeable = regex::Regex::new(r"\{\s*\$([a-z_]+)").unwrap();
    let mut found = BTreeMap::new();
    let sources = SOURCES.iter().filter(|(of, _)| *of == language).flat_map(|(_, sources)| *sources);
    for source in sources {
        let resource = FluentResource::try_new((*source).to_owned())
            .unwrap_or_else(|(_, errors)| panic!("{language:?}: {errors:?}"));
        drop(resource);
        let mut current = String::new();
        for line in source.lines() {
            if let Some((id, _)) = line.split_once(" =")
                && line.starts_with(|first: char| first.is_ascii_lowercase())
            {
                id.clone_into(&mut current);
                let old = found.insert(current.clone(), BTreeSet::new());
                assert!(old.is_none(), "{language:?} has `{current}` twice");
            }
            if !line.starts_with('#') {
                for name in placeable.captures_iter(line) {
                    found.get_mut(&current).unwrap().insert(name[1].to_owned());
                }
            }
        }
    }
    found
}

#[test]
fn messages_refer_to_those_of_their_own_file() {
    let reference = regex::Regex::new(r"\{\s*(-?[a-z][a-z0-9-]*)\s*\}").unwrap();
    let mut seen = 0;
    for source in SOURCES.iter().flat_map(|(_, sources)| *sources) {
        for found in reference.captures_iter(source) {
            let id = &found[1];
            assert!(source.contains(&format!("\n{id} =")), "`{id}` is in another file");
            seen += 1;
        }
    }
    assert!(seen > 0, "the pattern finds nothing");
}

fn rust_sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Every `message!("id", a = …, b = …)` in the sources: id, argument names.
fn used() -> Vec<(String, BTreeSet<String>, PathBuf)> {
    let call = regex::Regex::new(r#"message!\(\s*"([a-z0-9-]+)"((?s:[^;]*?))\)"#).unwrap();
    let name = regex::Regex::new(r",\s*([a-z_]+)\s*=").unwrap();
    let mut found = Vec::new();
    for path in rust_sources(Path::new("src")) {
        if path.ends_with("message.rs") || path.ends_with("i18n/tests.rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let starts: Vec<usize> = call.find_iter(&source).map(|found| found.start()).collect();
        for start in starts {
            let body = balanced(&source[start..]);
            let id = call.captures(&source[start..]).unwrap()[1].to_owned();
            let args = name.captures_iter(&without_nested(body)).map(|found| found[1].to_owned()).collect();
            found.push((id, args, path.clone()));
        }
    }
    found
}

/// From `message!(` to its closing parenthesis.
fn balanced(source: &str) -> &str {
    let mut depth = 0;
    for (at, character) in source.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return &source[..=at];
                }
            }
            _ => {}
        }
    }
    source
}

/// Without what stands in inner parentheses, where other `=` may be.
fn without_nested(call: &str) -> String {
    let mut depth = 0;
    call.chars()
        .filter(|character| {
            match character {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth <= 1
        })
        .collect()
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_arguments() {
    let (english, french) = (messages(Language::En), messages(Language::Fr));
    for (id, args) in &english {
        assert_eq!(french.get(id), Some(args), "`{id}` in French");
    }
    for id in french.keys() {
        assert!(english.contains_key(id), "`{id}` isn't in English");
    }
}

#[test]
fn every_message_that_the_code_says_exists_with_its_arguments() {
    let english = messages(Language::En);
    let used = used();
    assert!(used.len() > 10, "the search for message! found too little");
    for (id, args, path) in used {
        let Some(known) = english.get(&id) else { panic!("`{id}` of {} has no words", path.display()) };
        for arg in known {
            assert!(args.contains(arg), "`{id}` of {} lacks ${arg}", path.display());
        }
    }
}

#[test]
fn french_puts_a_no_break_space_before_double_punctuation() {
    for (language, sources) in SOURCES {
        if *language != Language::Fr {
            continue;
        }
        for line in sources.iter().flat_map(|source| source.lines()) {
            let Some((_, text)) = line.split_once(" = ") else { continue };
            for sign in [" :", " ;", " !", " ?", " »", "« "] {
                assert!(!text.contains(sign), "an ordinary space stands beside `{}` in: {line}", sign.trim());
            }
        }
    }
}

#[test]
fn what_was_said_wins_over_the_locale() {
    assert_eq!(choose(Some("fr"), Some("en_GB.UTF-8")), Language::Fr);
    assert_eq!(choose(None, Some("fr_CA")), Language::Fr);
    assert_eq!(choose(Some("de"), Some("C")), Language::En);
}

/// Every message of both languages, each of its arguments filled with what would
/// harm a terminal or pass for a line of our own.
#[test]
fn no_argument_gets_a_control_character_onto_a_screen() {
    let hostile =
        "a\u{1b}]52;c;cm0gLXJm\u{7}\u{1b}[2J\u{9d}0;t\u{9c}\u{9b}31m\u{202e}\u{2066}\r\n::error::x\u{0}\u{200b}\u{7f}z";
    let mut filled = 0;
    for (language, sources) in SOURCES {
        let words = Words::new(*language);
        for source in *sources {
            for line in source.lines() {
                let Some((id, _)) = line.split_once(" =").filter(|(id, _)| !id.starts_with([' ', '#', '-'])) else {
                    continue;
                };
                let begin = source.find(line).unwrap();
                let body: String = source[begin..]
                    .lines()
                    .enumerate()
                    .take_while(|(at, line)| *at == 0 || line.starts_with(' ') || line.is_empty())
                    .map(|(_, line)| line)
                    .collect();
                let names = body.split('$').skip(1).map(|rest| {
                    rest.chars().take_while(|one| one.is_alphanumeric() || matches!(one, '-' | '_')).collect::<String>()
                });
                let args: Vec<_> = names.map(|name| (name.into(), Arg::Text(hostile.to_owned()))).collect();
                filled += usize::from(!args.is_empty());
                for args in [
                    args.clone(),
                    args.into_iter().map(|(name, _)| (name, Arg::Said(vec![("xx".into(), hostile.into())]))).collect(),
                ] {
                    let message = Message { id: id.to_owned().into(), args };
                    let bare = words.say(&Message { id: message.id.clone(), args: Vec::new() });
                    for within in [message.clone(), message!("file-failed", path = "p", reason = message)] {
                        let said = words.say(&within);
                        let raw =
                            |text: &str| text.chars().filter(|one| *one != '\n' && clean::is_hidden(*one)).count();
                        assert_eq!(raw(&said), 0, "{id}: {said:?}");
                        assert!(!said.contains("\n::error"), "{id}: {said:?}");
                        assert!(said.matches('\n').count() <= bare.matches('\n').count(), "{id}: {said:?}");
                    }
                }
            }
        }
    }
    assert!(filled > 600, "{filled}: messages with arguments are found");
    let unknown = Message { id: hostile.into(), args: Vec::new() };
    assert!(!Words::new(Language::En).say(&unknown).chars().any(clean::is_hidden));
}
