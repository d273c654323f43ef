//! The small lab that `lab new` lays: whole, proved, and made to be changed.

use super::name::LabId;
use super::text::Language;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A file of the lab to be: its path, its text, whether it is a program, and
/// the language it is for, when it is for one.
struct File {
    path: &'static str,
    text: &'static str,
    mode: u32,
    language: Option<Language>,
}

const fn text(path: &'static str, text: &'static str) -> File {
    File { path, text, mode: 0o644, language: None }
}

const fn program(path: &'static str, text: &'static str) -> File {
    File { path, text, mode: 0o755, language: None }
}

const fn told(path: &'static str, text: &'static str, language: Language) -> File {
    File { path, text, mode: 0o644, language: Some(language) }
}

const FILES: &[File] = &[
    text("lab.yaml", include_str!("scaffold/lab.yaml")),
    told("tasks/greet.en.md", include_str!("scaffold/greet.en.md"), Language::En),
    told("tasks/greet.fr.md", include_str!("scaffold/greet.fr.md"), Language::Fr),
    text("image/Dockerfile", include_str!("scaffold/Dockerfile")),
    program("starter/greet.sh", include_str!("scaffold/starter.sh")),
    program("solutions/shell/greet.sh", include_str!("scaffold/shell.sh")),
    program("solutions/perl/greet.sh", include_str!("scaffold/perl.sh")),
    text("mutants/fixed-name.yaml", include_str!("scaffold/fixed-name.yaml")),
    text("mutants/no-complaint.yaml", include_str!("scaffold/no-complaint.yaml")),
    text("mutants/fixed-greeting.yaml", include_str!("scaffold/fixed-greeting.yaml")),
];

#[derive(Debug, thiserror::Error)]
pub(crate) enum ScaffoldError {
    #[error("`{}` is there already", folder.display())]
    Exists { folder: PathBuf },
    #[error("`{}`: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// Writes a new lab of this id to a folder that doesn't exist yet, with texts in
/// these languages (never none) and comments in the author's. Returns the
/// paths of its files below the folder.
pub(crate) fn lay(
    folder: &Path,
    id: &LabId,
    languages: &[Language],
    author: Language,
    schema: &str,
) -> Result<Vec<PathBuf>, ScaffoldError> {
    // An empty folder that was made for it is as good as none.
    if folder.exists() && !fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none()) {
        return Err(ScaffoldError::Exists { folder: folder.to_owned() });
    }
    let mut laid = Vec::new();
    for file in FILES.iter().filter(|file| file.language.is_none_or(|language| languages.contains(&language))) {
        let text = if file.path == super::load::LAB_FILE {
            definition(file.text, id, languages, author)
        } else {
            file.text.to_owned()
        };
        write(&folder.join(file.path), &text, file.mode)?;
        laid.push(PathBuf::from(file.path));
    }
    write(&folder.join(SCHEMA), schema, 0o644)?;
    laid.push(SCHEMA.into());
    Ok(laid)
}

/// Where the definition's first line tells editors to look for the schema.
const SCHEMA: &str = "lab.schema.json";

fn write(path: &Path, text: &str, mode: u32) -> Result<(), ScaffoldError> {
    let io = |source| ScaffoldError::Io { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(io)?;
    }
    fs::write(path, text).map_err(io)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(io)
}

/// The definition with its id, in the languages wanted. In the source every
/// text stands on a line of its own, and a comment begins with its language.
fn definition(source: &str, id: &LabId, languages: &[Language], author: Language) -> String {
    let mut text = String::new();
    for line in source.lines() {
        let bare = line.trim_start();
        let indent = &line[..line.len() - bare.len()];
        let other = |begins: &dyn Fn(&str) -> String, kept: &[Language]| {
            Language::ALL.iter().any(|language| bare.starts_with(&begins(language.code())) && !kept.contains(language))
        };
        if other(&|code| format!("{code}: "), languages) || other(&|code| format!("#{code} "), &[author]) {
            continue;
        }
        let comment = bare.strip_prefix(&format!("#{} ", author.code()));
        let line = comment.map_or_else(|| line.to_owned(), |comment| format!("{indent}# {comment}"));
        let codes: Vec<&str> = languages.iter().map(|language| language.code()).collect();
        text.push_str(
            &line.replace("id: LAB", &format!("id: {id}")).replace("LANGUAGES", &format!("[{}]", codes.join(", "))),
        );
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::load::{Rigour, load_as};

    fn laid(languages: &[Language], author: Language) -> tempfile::TempDir {
        let parent = tempfile::tempdir().unwrap();
        lay(&parent.path().join("first-lab"), &"first-lab".parse().unwrap(), languages, author, "{}").unwrap();
        parent
    }

    #[test]
    fn a_new_lab_has_nothing_to_mend_in_any_language() {
        for languages in [&Language::ALL[..], &[Language::Fr], &[Language::En]] {
            for author in Language::ALL {
                let parent = laid(languages, author);
                let folder = parent.path().join("first-lab");
                let loaded = load_as(&folder, Rigour::Writing).unwrap_or_else(|error| panic!("{error:?}"));
                assert_eq!(loaded.lab.languages.value, languages);
                let source = fs::read_to_string(folder.join("lab.yaml")).unwrap();
                assert!(!source.contains("#en") && !source.contains("#fr"), "{source}");
                assert!(folder.join("tasks/greet.en.md").exists() == languages.contains(&Language::En));
            }
        }
    }

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("mine"), "x").unwrap();
        let laid = lay(&folder, &"a".parse().unwrap(), &Language::ALL, Language::En, "{}");
        assert!(matches!(laid, Err(ScaffoldError::Exists { .. })));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }
}
