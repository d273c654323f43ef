//! `lab task`: the text of a task.

use super::context::Context;
use super::{list, pager, show};
use crate::check::Probe;
use crate::definition::load::MAX_BYTES;
use crate::definition::model::{Lab, Page, Task};
use crate::error::Error;
use crate::exit::Exit;
use crate::report::voice::Voice;
use crate::report::{clean, prose};
use crate::session::values;
use crate::template::{Scope, Template};
use crate::untrusted::{self, Links};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "TASK")]
    task: Option<String>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(None)?;
    let lab = &work.found.loaded.lab;
    let progress = context.progress(&work.workspace)?;
    let named = args.task.as_deref().map(|name| find_text(lab, name)).transpose()?;
    let shown = match named.or_else(|| progress.current(lab).map(Shown::Task)) {
        Some(shown) => shown,
        // All is passed: what stays to be read, else the last task again.
        None => match (lab.pages.first(), lab.tasks.value.last()) {
            (Some(page), _) => Shown::Page(page),
            (None, Some(task)) => Shown::Task(task),
            (None, None) => return Err(Error::usage(message!("no-tasks"))),
        },
    };
    let head = shown.head(context, lab);
    let language = context.words.language();
    let folder = &work.found.loaded.folder;
    let path = folder.join(Lab::text_path(shown.id(), language));
    let read = |path: &Path| untrusted::read_text(path, Links::Followed, MAX_BYTES as u64);
    let source = read(&path).or_else(|error| {
        if error.kind() != std::io::ErrorKind::NotFound {
            return Err(error);
        }
        // A lab in one language is read in that one.
        let other = lab.languages.value.first().copied().unwrap_or(language);
        read(&folder.join(Lab::text_path(shown.id(), other)))
    });
    let source = source.map_err(|source| Error::io(&path, &source))?;
    let secrets = BTreeMap::new();
    let scope = values::scope(&work.found.loaded, &work.found.secret, work.record.learner.as_str(), "…", &secrets)
        .map_err(crate::session::SessionError::from)?;
    let style = context.surroundings.stdout_style();
    let voice = Voice { words: &context.words, style: &style };
    let limits = shown.limits(lab).into_iter().map(|(command, limit)| {
        let limit = voice.duration(limit);
        context.say(&message!("task-limit", command = clean::line(&command), limit = limit))
    });
    let limits = limits.collect::<Vec<_>>().join(", ");
    let limits = if limits.is_empty() { limits } else { context.say(&message!("task-limits", limits = limits)) };
    let text = prose::render(&clean::text(&filled(&source, &scope)), &style).trim_end().to_owned();
    let [head, limits] = [head, limits].map(|text| show::fitting(&text, &style));
    let parts: Vec<String> = [head, text, limits].into_iter().filter(|part| !part.is_empty()).collect();
    pager::show(context, &format!("{}\n", parts.join("\n\n")));
    Ok(Exit::Success)
}

enum Shown<'a> {
    Task(&'a Task),
    Page(&'a Page),
}

impl Shown<'_> {
    fn id(&self) -> &str {
        match self {
            Self::Task(task) => task.id.value.as_str(),
            Self::Page(page) => page.id.value.as_str(),
        }
    }

    /// The limits that can end the learner's own commands, the shortest of each.
    fn limits(&self, lab: &Lab) -> BTreeMap<String, Duration> {
        let mut limits = BTreeMap::new();
        let Self::Task(task) = self else { return limits };
        for step in task.checks.value.iter().filter(|check| check.visibility.is_visible()).flat_map(|c| c.asks.steps())
        {
            let probe = &step.probe.value;
            let limit = step.timeout.map_or_else(|| probe.timeout(), |timeout| timeout.0);
            let commands = match probe {
                Probe::Exec(exec) => exec.commands(&lab.contract.commands),
                Probe::Program(_) => vec![probe.name()],
                _ => Vec::new(),
            };
            for command in commands {
                let shortest = limits.entry(command.to_owned()).or_insert(limit);
                *shortest = limit.min(*shortest);
            }
        }
        limits
    }

    /// `Task 1 of 6: Publish the site · about 30 min`.
    fn head(&self, context: &Context, lab: &Lab) -> String {
        let language = context.words.language();
        let task = match self {
            Self::Task(task) => task,
            Self::Page(page) => {
                return context.say(&message!("task-page", title = clean::line(page.title.value.get(language))));
            }
        };
        let number = lab.tasks.value.iter().position(|other| other.id.value == task.id.value).unwrap_or(0) + 1;
        let head = context.say(&message!(
            "start-task",
            number = number,
            count = lab.tasks.value.len(),
            title = clean::line(task.title.value.get(language))
        ));
        let about = context.say(&message!("about-time", time = list::about(context, task.duration.0)));
        format!("{head} · {about}")
    }
}

/// The task of this id or number, or the page of this id.
fn find_text<'a>(lab: &'a Lab, name: &str) -> Result<Shown<'a>, Error> {
    match lab.pages.iter().find(|page| page.id.value.as_str() == name) {
        Some(page) => Ok(Shown::Page(page)),
        None => named(lab, name, lab.pages.iter().map(|page| page.id.value.as_str())).map(Shown::Task),
    }
}

/// The task of this id or number.
pub(super) fn find<'a>(lab: &'a Lab, name: &str) -> Result<&'a Task, Error> {
    named(lab, name, std::iter::empty())
}

/// The task of this id or number; `others` could have been meant too.
fn named<'a>(lab: &'a Lab, name: &str, others: impl Iterator<Item = &'a str>) -> Result<&'a Task, Error> {
    let by_number = name.parse::<usize>().ok().and_then(|number| lab.tasks.value.get(number.checked_sub(1)?));
    let found = by_number.or_else(|| lab.tasks.value.iter().find(|task| task.id.value.as_str() == name));
    found.ok_or_else(|| {
        let names: Vec<&str> = lab.tasks.value.iter().map(|task| task.id.value.as_str()).chain(others).collect();
        Error::usage(message!("no-such-task", name = name, known = names.join(", "))).near(name, &names)
    })
}

/// A text with the names that are known filled in; what else looks like one,
/// in a shell snippet say, is left as it is, and `$${` is a `${` here too.
fn filled(source: &str, scope: &Scope) -> String {
    let mut text = String::new();
    let mut rest = source;
    while let Some(at) = rest.find("${") {
        let Some(end) = rest[at..].find('}') else { break };
        let part = &rest[at..=at + end];
        if let Some(before) = rest[..at].strip_suffix('$') {
            text.push_str(before);
            text.push_str(part);
        } else {
            text.push_str(&rest[..at]);
            let value = part.parse::<Template>().ok().and_then(|template| template.render(scope).ok());
            text.push_str(value.as_deref().unwrap_or(part));
        }
        rest = &rest[at + end + 1..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_are_filled_in_and_the_shells_are_left() {
        let mut scope = Scope::default();
        scope.set("nonce.bucket", "abc");
        assert_eq!(filled("site-${nonce.bucket} ${HOME} ${", &scope), "site-abc ${HOME} ${");
        assert_eq!(filled("$${nonce.bucket} \"$${var.a}\"", &scope), "${nonce.bucket} \"${var.a}\"");
    }
}
