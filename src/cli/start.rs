//! `lab start`: the learner's folder and its playground.

use super::context::{Context, Location, Work};
use super::{context, list, show};
use crate::definition::load::Rigour;
use crate::definition::model::Lab;
use crate::definition::name::LearnerId;
use crate::error::Error;
use crate::event::{Event, Finished};
use crate::exit::Exit;
use crate::report::page::{Line, Page, columns, padded};
use crate::report::voice::Voice;
use crate::report::{self, Sign, clean};
use crate::session::playground::{self, SessionContext};
use crate::session::values;
use crate::workspace::progress::TaskProgress;
use crate::workspace::record::{Record, Workspace};
use crate::workspace::repository::{self, Repository};
use crate::workspace::{index, starter};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "LAB")]
    lab: Option<String>,
    #[arg(long = "as", value_name = "ID")]
    learner: Option<String>,
    #[arg(long, short)]
    yes: bool,
}

enum Folder {
    New { files: usize, repository: Repository },
    Kept,
}

#[derive(Debug, Default)]
struct Heard {
    /// Parts whose images had to be pulled or built.
    made: BTreeSet<String>,
    /// Services that had to be waited for, in their order.
    ready: Vec<(String, Duration)>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let begun = Instant::now();
    let (work, folder) = prepare(context, args)?;
    let lab = &work.found.loaded.lab;
    let title = clean::line(lab.title.value.get(context.words.language()));
    let about = context.say(&message!("about-time", time = list::about(context, lab.duration.0)));
    context.show(&format!("{} · {title} · {about}\n\n", lab.id.value));
    let style = context.surroundings.stdout_style();
    let rows = Rows::new(context, &work, Voice { words: &context.words, style: &style });
    if let Folder::New { files, repository } = folder {
        let shown = shown_path(context, &work.workspace.folder);
        let made = context.say(&message!("start-folder", folder = shown, files = files));
        rows.show(&context.say(&message!("start-folder-label")), &made);
        if repository == Repository::New {
            rows.show("git", &context.say(&message!("start-repository")));
        }
    }

    let heard: Arc<Mutex<Heard>> = Arc::default();
    let hearing = heard.clone();
    let listen = move |event: &Event| {
        let mut heard = hearing.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Done { part, how: Finished::Ready { took } } => heard.ready.push((part.clone(), *took)),
            Event::Done { part, how: Finished::Image { kept: false } } => drop(heard.made.insert(part.clone())),
            _ => {}
        }
    };
    let started = context.act_heard(listen, async |hands| {
        let setting = work.setting(context, &hands);
        if !args.yes && !agrees(context, &setting).await? {
            return Ok(None);
        }
        let playground = Box::pin(playground::up(&setting)).await?;
        let mut text = String::new();
        super::env::addresses(&mut text, context, &work, &playground);
        for why in playground.missing.values() {
            let _ = writeln!(text, "  {} {}\n", Sign::Unavailable.text(&style), context.say(why));
        }
        for (service, seen) in playground::glances(&setting, &playground).await {
            let wrong = report::glance(&service, &seen, &context.words, &style);
            if !wrong.is_empty() {
                let _ = writeln!(text, "{wrong}");
            }
        }
        if playground.user.0 == 0 {
            let mut page = Page::new(&style);
            page.line(2, 0, &Line::plain(&context.say(&message!("folder-is-roots"))));
            let _ = writeln!(text, "{}", page.finish());
        }
        Ok(Some((text, playground.changed)))
    });
    let started = match started {
        Err(error) if matches!(folder, Folder::New { .. }) => return Err(with_folder_kept(context, &work, error)),
        started => started?,
    };
    let Some((text, changed)) = started else {
        let folder = shown_path(context, &work.workspace.folder);
        let again = again(context, &work);
        context.show(&format!("  {}\n", context.say(&message!("start-not-now", folder = folder, again = again))));
        return Ok(Exit::Success);
    };
    if changed {
        let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        // The gate is no part that anyone has met.
        let made: Vec<&str> = heard.made.iter().map(String::as_str).filter(|part| *part != "gate").collect();
        if !made.is_empty() {
            rows.show(&context.say(&message!("start-images-label")), &made.join(", "));
        }
        for (part, took) in &heard.ready {
            rows.show(part, &context.say(&message!("report-ready", took = rows.voice.duration(*took))));
        }
        context.show("\n");
    } else {
        let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let line = context.say(&message!("start-nothing-to-do", milliseconds = took));
        context.show(&format!("  {} {line}\n\n", Sign::Passed.text(&style)));
    }
    context.show(&text);
    if changed {
        context.show(&what_next(context, &work)?);
    }
    Ok(Exit::Success)
}

/// Lines of what is done: a sign, a name in a column of its own, a text.
struct Rows<'a> {
    voice: Voice<'a>,
    context: &'a Context,
    width: usize,
}

impl<'a> Rows<'a> {
    fn new(context: &'a Context, work: &Work, voice: Voice<'a>) -> Self {
        let labels = [message!("start-folder-label"), message!("start-images-label")];
        let services = &work.found.loaded.lab.environment.services;
        let waited = services.iter().filter(|(_, service)| service.ready.is_some()).map(|(name, _)| name.to_string());
        let names = labels.iter().map(|label| context.say(label)).chain(waited);
        Self { voice, context, width: names.map(|name| columns(&name)).max().unwrap_or_default() }
    }

    fn show(&self, name: &str, text: &str) {
        let sign = Sign::Passed.text(self.voice.style);
        self.context.show(&format!("  {sign} {}  {text}\n", padded(name, self.width)));
    }
}

/// Whether to go on, asked where somebody is there to answer: what is missing
/// takes minutes to come.
async fn agrees(context: &Context, setting: &SessionContext<'_>) -> Result<bool, Error> {
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Ok(true);
    }
    let missing = playground::missing_images(setting).await?;
    if missing.is_empty() {
        return Ok(true);
    }
    let missing = context.say(&message!("start-missing", images = missing.join(", ")));
    show::stderr(&format!("  {missing}\n  {} ", context.say(&message!("start-ask"))));
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    });
    tokio::select! {
        answer = answer => Ok(answer.is_ok_and(|line| line.is_ok_and(|line| is_yes(&line)))),
        () = setting.cancel.cancelled() => Err(Error::new(Exit::Interrupted, message!("interrupted"))),
    }
}

/// A line's answer, in either language: the bare Enter says yes, the end of
/// the input no.
fn is_yes(line: &str) -> bool {
    line.ends_with('\n') && matches!(line.trim().to_lowercase().as_str(), "" | "y" | "yes" | "o" | "oui")
}

/// A new folder stays when nothing could be started in it: the next start
/// goes on from there.
fn with_folder_kept(context: &Context, work: &Work, mut error: Error) -> Error {
    let folder = shown_path(context, &work.workspace.folder);
    let kept = context.say(&message!("start-kept", folder = folder, again = again(context, work)));
    error.details.push((message!("detail-kept"), kept));
    error
}

fn again(context: &Context, work: &Work) -> String {
    let lab = &work.found.loaded.lab.id.value;
    let here = std::fs::canonicalize(&context.surroundings.here).unwrap_or_default();
    if here.join(lab.as_str()) == work.workspace.folder {
        format!("lab start {lab}")
    } else {
        format!("lab start -C {}", shown_path(context, &work.workspace.folder))
    }
}

fn prepare(context: &Context, args: &Args) -> Result<(Work, Folder), Error> {
    let Some(name) = &args.lab else {
        let work = context.work(None)?;
        same_learner(args, &work.record)?;
        return Ok((noted(context, work), Folder::Kept));
    };
    let location = context.locate(name)?;
    let id = location.folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut below = context.here().join(&id);
    // Who writes a lab tries it beside the lab's own folder.
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    if real(&below).is_some_and(|below| Some(below) == real(&location.folder)) {
        below.set_file_name(format!("{id}-work"));
    }
    // Inside the lab's folder, or with one below, that one is meant.
    if let Some((workspace, record)) = local_workspace(context, &id, &below)? {
        same_learner(args, &record)?;
        let own = location.own.then(|| location.folder.clone());
        let found = context::load(context, location, Rigour::Running)?;
        let work = noted(context, Work { workspace, record, found });
        know(context, &work, own)?;
        return Ok((work, Folder::Kept));
    }
    let target = if context.has_folder() { context.here() } else { below };
    make(context, args, location, &target)
}

/// Whose folder it is to be, where that was given.
fn given(args: &Args) -> Result<Option<LearnerId>, Error> {
    args.learner.as_deref().map(str::parse).transpose().map_err(Error::usage)
}

/// A folder's learner stays who they are: their values follow from the id.
fn same_learner(args: &Args, record: &Record) -> Result<(), Error> {
    match given(args)? {
        Some(id) if id != record.learner => {
            let error = Error::usage(message!("other-learner", id = id.as_str(), learner = record.learner.as_str()));
            Err(error.hint(message!("hint-other-learner", id = id.as_str(), lab = record.lab.as_str())))
        }
        _ => Ok(()),
    }
}

/// The workspace of this lab around here or just below; not one elsewhere.
fn local_workspace(context: &Context, lab: &str, below: &Path) -> Result<Option<(Workspace, Record)>, Error> {
    let around = Workspace::around(&context.here());
    let below =
        Workspace::around(below).filter(|found| std::fs::canonicalize(below).is_ok_and(|path| path == found.folder));
    for workspace in [around, below].into_iter().flatten() {
        let record = context::record(&workspace)?;
        if record.lab.as_str() == lab {
            return Ok(Some((workspace, record)));
        }
    }
    Ok(None)
}

fn make(context: &Context, args: &Args, location: Location, target: &Path) -> Result<(Work, Folder), Error> {
    let learner = given(args)?.unwrap_or_else(|| LearnerId::drawn(values::draw_nonce()));
    let own = location.own.then(|| location.folder.clone());
    let found = context::load(context, location, Rigour::Running)?;
    context::nameable(target)?;
    let files = starter::lay(&found.loaded.folder.join("starter"), target)?;
    let folder = std::fs::canonicalize(target).map_err(|source| Error::io(target, &source))?;
    let workspace = Workspace { folder };
    let record = Record::new(&found.loaded.lab, learner);
    workspace.write_record(&record).map_err(|source| Error::io(&workspace.folder, &source))?;
    let repository = repository::begin(&workspace.folder);
    let work = noted(context, Work { workspace, record, found });
    know(context, &work, own)?;
    Ok((work, Folder::New { files, repository }))
}

/// Notes the folder in the index, which is only a cache: failing is no matter.
fn noted(context: &Context, work: Work) -> Work {
    let _ = index::note(&context.surroundings.dirs.state, &work.workspace);
    work
}

/// Keeps on this machine by which lab the folder is judged, and whose it is.
fn know(context: &Context, work: &Work, own: Option<PathBuf>) -> Result<(), Error> {
    let state = &context.surroundings.dirs.state;
    let known = index::know(state, &work.workspace, |known| {
        known.lab = own;
        work.record.learner.as_str().clone_into(&mut known.learner);
    });
    known.map_err(|source| Error::io(state, &source))
}

/// A path as one would type it from here.
pub(super) fn shown_path(context: &Context, path: &Path) -> String {
    let here = std::fs::canonicalize(&context.surroundings.here).unwrap_or_else(|_| PathBuf::from("/"));
    match path.strip_prefix(&here) {
        Ok(rest) if rest.as_os_str().is_empty() => ".".to_owned(),
        Ok(rest) => clean::line(&format!("./{}", rest.display())),
        Err(_) => clean::line(&path.display().to_string()),
    }
}

/// The task that comes next, and what to do first in it; after the last, what is left.
pub(super) fn current_task(text: &mut String, context: &Context, progress: &TaskProgress, lab: &Lab) {
    let Some(task) = progress.current(lab) else {
        let page = lab.pages.first().map(|page| page.id.value.as_str());
        let _ = writeln!(text, "{}", context.say(&report::outcome::all_passed(page)));
        return;
    };
    let language = context.words.language();
    let number = lab.tasks.value.iter().position(|other| other.id.value == task.id.value).unwrap_or(0) + 1;
    let title = clean::line(task.title.value.get(language));
    let line = message!("start-task", number = number, count = lab.tasks.value.len(), title = title);
    let _ = writeln!(text, "{} · lab task", context.say(&line));
    if let Some(first) = &task.first {
        let _ = writeln!(text, "  {}", clean::line(first.value.get(language)));
    }
    text.push('\n');
}

fn what_next(context: &Context, work: &Work) -> Result<String, Error> {
    let lab = &work.found.loaded.lab;
    let progress = context.progress(&work.workspace)?;
    let mut text = String::new();
    current_task(&mut text, context, &progress, lab);
    let here = shown_path(context, &work.workspace.folder);
    if here != "." {
        let _ = writeln!(text, "{}", context.say(&message!("start-cd", folder = here.trim_start_matches("./"))));
    }
    for (command, what) in [("lab shell", message!("start-shell")), ("lab check", message!("start-check"))] {
        let _ = writeln!(text, "  {command}    {}", context.say(&what));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn enter_says_yes_and_the_end_of_the_input_no() {
        for yes in ["\n", "y\n", " Oui \r\n", "YES\n"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "n\n", "non\n", "maybe\n"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
