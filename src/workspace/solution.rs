//! A lab's solutions: who may see them, and one laid beside the learner's own.

use super::progress::TaskProgress;
use super::starter::{self, StarterError};
use crate::definition::load::MAX_BYTES;
use crate::definition::model::{Lab, Task};
use crate::definition::text::Language;
use crate::untrusted::{self, Links};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone)]
pub(crate) enum Right<'a> {
    Passed,
    /// The learner gave up, which is recorded.
    GivenUp,
    /// Neither; these core tasks are left.
    No(Vec<&'a Task>),
}

impl<'a> Right<'a> {
    pub(crate) fn of(progress: &TaskProgress, lab: &'a Lab) -> Self {
        let left: Vec<&Task> = progress.core_left(lab).collect();
        match (left.is_empty(), progress.given_up) {
            (true, _) => Self::Passed,
            (false, true) => Self::GivenUp,
            (false, false) => Self::No(left),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Solution {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
}

pub(crate) fn all(lab_folder: &Path) -> Vec<Solution> {
    let solutions = lab_folder.join("solutions");
    // What is behind a link isn't the lab's, and isn't looked at.
    let entries = untrusted::refuse_link(&solutions).and_then(|()| fs::read_dir(solutions));
    let entries = entries.into_iter().flatten().filter_map(Result::ok);
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut found: Vec<Solution> = folders
        .map(|entry| Solution { name: entry.file_name().to_string_lossy().into_owned(), folder: entry.path() })
        .collect();
    found.sort_by(|left, right| left.name.cmp(&right.name));
    found
}

impl Solution {
    /// What it says of itself: its README's first sentence, else the comment at
    /// the head of the first command that the checks run.
    pub(crate) fn summary(&self, lab: &Lab, language: Language) -> Option<String> {
        let read = |name: &str| untrusted::read_text(&self.folder.join(name), Links::Followed, MAX_BYTES as u64).ok();
        let readme = read(&format!("README.{}.md", language.code())).or_else(|| read("README.md"));
        let commands = lab.contract.commands.iter().filter_map(|command| read(command.trim_start_matches("./")));
        readme.as_deref().and_then(paragraph).or_else(|| commands.into_iter().find_map(|text| comment(&text)))
    }

    /// Its files, relative to it, sorted.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut left = vec![self.folder.clone()];
        while let Some(folder) = left.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    left.push(path);
                } else if let Ok(inside) = path.strip_prefix(&self.folder) {
                    found.push(inside.to_owned());
                }
            }
        }
        found.sort();
        found
    }

    /// Where it is put: beside the learner's folder.
    pub(crate) fn target(&self, learners: &Path, lab: &Lab) -> PathBuf {
        learners.with_file_name(format!("{}-solution-{}", lab.id.value, self.name))
    }

    /// Puts it there, whole or not at all. Nothing that is there is touched:
    /// false says that something was.
    pub(crate) fn lay(&self, target: &Path) -> Result<bool, StarterError> {
        if fs::symlink_metadata(target).is_ok() {
            return Ok(false);
        }
        let io = |source: io::Error| StarterError::Io { path: target.to_owned(), source };
        let beside = target.parent().unwrap_or(target);
        let fresh = tempfile::Builder::new().prefix(".solution-").tempdir_in(beside).map_err(io)?;
        let laid = fresh.path().join("laid");
        starter::lay(&self.folder, &laid)?;
        fs::rename(&laid, target).map_err(io)?;
        Ok(true)
    }
}

/// The first paragraph that isn't a heading.
fn paragraph(markdown: &str) -> Option<String> {
    let lines = markdown.lines().map(str::trim).skip_while(|line| line.is_empty() || line.starts_with('#'));
    joined(lines.take_while(|line| !line.is_empty()))
}

/// The comment at a script's head, without its interpreter line.
fn comment(script: &str) -> Option<String> {
    let lines = script.lines().skip_while(|line| line.starts_with("#!"));
    joined(lines.map_while(|line| line.strip_prefix('#')).map(str::trim).take_while(|line| !line.is_empty()))
}

fn joined<'l>(lines: impl Iterator<Item = &'l str>) -> Option<String> {
    let text = lines.collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::progress::LastVerdict;
    use crate::workspace::tests::lab;

    #[test]
    fn passing_every_core_task_or_giving_up_gives_the_right() {
        let lab = lab();
        let mut progress = TaskProgress::default();
        assert!(matches!(Right::of(&progress, &lab), Right::No(left) if left.len() == 1));
        progress.given_up = true;
        assert!(matches!(Right::of(&progress, &lab), Right::GivenUp));
        for check in ["first", "second"] {
            progress.checks.insert(check.parse().unwrap(), LastVerdict::Passed);
        }
        assert!(matches!(Right::of(&progress, &lab), Right::Passed), "without the bonus task");
    }

    #[test]
    fn a_solution_is_laid_once_and_never_over_anything() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("lab");
        for file in ["solutions/b/deploy.sh", "solutions/a/site/index.html", "solutions/a/deploy.sh"] {
            fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
            fs::write(folder.join(file), "solution").unwrap();
        }
        let found = all(&folder);
        assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(found[0].files(), [Path::new("deploy.sh"), Path::new("site/index.html")]);
        let target = found[0].target(&top.path().join("demo"), &lab());
        assert_eq!(target, top.path().join("demo-solution-a"));
        assert!(found[0].lay(&target).unwrap());
        fs::write(target.join("deploy.sh"), "mine").unwrap();
        assert!(!found[0].lay(&target).unwrap());
        assert_eq!(fs::read_to_string(target.join("deploy.sh")).unwrap(), "mine");
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 2, "nothing is left beside it");
    }

    #[test]
    fn a_solution_says_what_it_is() {
        let script = "#!/usr/bin/env bash\n# Publishes the site,\n# as often as you like.\n\n# More.\nset -e\n";
        assert_eq!(comment(script).as_deref(), Some("Publishes the site, as often as you like."));
        assert_eq!(comment("set -e\n# late"), None);
        assert_eq!(paragraph("# Title\n\nOne\nline.\n\nTwo.").as_deref(), Some("One line."));
    }
}
