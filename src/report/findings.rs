//! What the linter found in one lab or several: for people, for programs, and
//! as GitHub shows it beside the lines of a pull request.

use super::clean;
use super::diagnostics;
use super::json::to_text;
use super::page::Page;
use super::signs::Paint;
use super::{Sign, Style};
use crate::definition::diagnostic::{Diagnostic, Diagnostics};
use crate::i18n::Words;
use crate::message::Message;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug)]
pub(crate) struct Linted {
    pub(crate) path: PathBuf,
    /// Findings by file; none when all is well.
    pub(crate) files: Vec<Diagnostics>,
    /// Why it couldn't be read at all.
    pub(crate) unread: Option<Message>,
}

impl Linted {
    pub(crate) fn count(&self) -> usize {
        let found: usize = self.files.iter().map(|file| file.found.len() + file.more).sum();
        found + usize::from(self.unread.is_some())
    }
}

pub(crate) fn human(labs: &[Linted], words: &Words, style: &Style) -> String {
    let mut text = String::new();
    for lab in labs {
        for file in &lab.files {
            text.push_str(&diagnostics::render(file, words, style.colour, style.text_width()));
        }
        if let Some(unread) = &lab.unread {
            let _ = writeln!(text, "{}\n", clean::line(&words.say(unread)));
        }
    }
    let found: usize = labs.iter().map(Linted::count).sum();
    let wrong = labs.iter().filter(|lab| lab.count() > 0).count();
    let (sign, message) = if wrong == 0 {
        (Sign::Passed, message!("lint-clean", labs = labs.len()))
    } else {
        (Sign::Failed, message!("lint-found", found = found, wrong = wrong, labs = labs.len()))
    };
    let mut page = Page::new(style);
    let said = clean::line(&words.say(&message));
    page.line(0, 2, &sign.line(style).push(&said, Paint::Plain));
    text + &page.finish()
}

/// For programs; the shape is a promise.
pub(crate) fn as_json(labs: &[Linted], words: &Words) -> String {
    let labs: Vec<Value> = labs
        .iter()
        .map(|lab| {
            let found: Vec<Value> =
                lab.files.iter().flat_map(|file| file.found.iter().map(|one| finding(file, one, words))).collect();
            let more: usize = lab.files.iter().map(|file| file.more).sum();
            let mut shown = json!({"path": lab.path.display().to_string(), "more": more, "found": found});
            if let (Some(unread), Some(object)) = (&lab.unread, shown.as_object_mut()) {
                object.insert("said".to_owned(), words.say(unread).into());
            }
            shown
        })
        .collect();
    to_text(&json!({"format": "lab-lint/v1", "language": words.language().code(), "labs": labs}))
}

fn finding(file: &Diagnostics, found: &Diagnostic, words: &Words) -> Value {
    let mut shown = json!({
        "rule": found.code,
        "said": words.say(&found.message),
        "file": file.file.display().to_string(),
        "line": found.line,
        "column": found.column,
        "text": file.source.get(found.span.clone()).unwrap_or_default().chars().take(200).collect::<String>(),
    });
    if let Some(object) = shown.as_object_mut() {
        for (key, message) in [("help", &found.help), ("label", &found.label)] {
            if let Some(message) = message {
                object.insert(key.to_owned(), words.say(message).into());
            }
        }
    }
    shown
}

/// GitHub's workflow commands: one line each, shown beside the line meant.
/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
pub(crate) fn github(labs: &[Linted], words: &Words) -> String {
    let mut text = String::new();
    for lab in labs {
        for file in &lab.files {
            for found in &file.found {
                let help = found.help.as_ref().map(|help| format!(" ({})", words.say(help))).unwrap_or_default();
                let _ = writeln!(
                    text,
                    "::error file={},line={},col={},title={}::{}",
                    property(&file.file.display().to_string()),
                    found.line,
                    found.column,
                    property(&found.code),
                    data(&format!("{}{help}", words.say(&found.message))),
                );
            }
        }
        if let Some(unread) = &lab.unread {
            let _ = writeln!(
                text,
                "::error file={}::{}",
                property(&lab.path.display().to_string()),
                data(&words.say(unread))
            );
        }
    }
    text
}

/// A command's text, which ends with its line.
pub(super) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, which ends at a comma or a colon as well.
pub(super) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::text::Language;
    use std::path::Path;

    fn labs() -> Vec<Linted> {
        let source = "a: 1\nlevle: beginner\n";
        let found = Diagnostic::new(5..10, message!("unknown-key", key = "levle")).near("level");
        let file = Diagnostics::new(Path::new("labs/a,b/lab.yaml"), source, vec![found]);
        vec![
            Linted { path: "labs/a,b".into(), files: vec![file], unread: None },
            Linted { path: "labs/c".into(), files: Vec::new(), unread: Some(message!("not-a-lab", path = "labs/c")) },
            Linted { path: "labs/d".into(), files: Vec::new(), unread: None },
        ]
    }

    #[test]
    fn findings_are_shown_to_people_programs_and_github() {
        let style = Style { colour: false, unicode: true, width: 80 };
        let shown = Language::ALL.map(|language| {
            let words = Words::new(language);
            format!("{}\n{}\n{}", human(&labs(), &words, &style), as_json(&labs(), &words), github(&labs(), &words))
        });
        insta::assert_snapshot!(shown.join("―\n"));
    }

    #[test]
    fn a_clean_lab_is_said_to_be_one() {
        let style = Style { colour: false, unicode: true, width: 80 };
        let clean = [Linted { path: "labs/d".into(), files: Vec::new(), unread: None }];
        assert_eq!(human(&clean, &Words::new(Language::En), &style), "✔ 1 lab, nothing to fix\n");
        assert_eq!(github(&clean, &Words::new(Language::En)), "");
    }

    #[test]
    fn a_workflow_command_cannot_be_broken_out_of() {
        assert_eq!(property("a,b:c\n::error::x"), "a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax");
        assert_eq!(data("100%\nx"), "100%25%0Ax");
    }
}
