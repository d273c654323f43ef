//! `lab start`: the learner's folder and its playground.

use super::context::{Context, Held, Location, Work};
use super::{context, list, show};
use crate::error::Error;
use crate::event::{Event, Finished};
use crate::exit::Exit;
use crate::message;
use crate::report::{Sign, clean};
use crate::session::{playground, values};
use crate::workspace::record::{Record, Workspace};
use crate::workspace::{index, starter};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Arguments of `lab start`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "LAB")]
    lab: Option<String>,
    /// An id given by an instructor.
    #[arg(long = "as", value_name = "ID")]
    learner: Option<String>,
}

/// What became of the folder.
enum Folder {
    New { files: usize },
    Kept,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let begun = Instant::now();
    let (work, folder) = prepare(context, args)?;
    let style = context.surroundings.stdout_style();
    let lab = &work.found.loaded.lab;
    let title = clean::line(lab.title.value.get(context.words.language()));
    let about = context.say(&message!("about-time", time = list::about(context, lab.duration.0)));
    show::stdout(&format!("{} · {title} · {about}\n\n", lab.id.value));
    let sign = Sign::Passed.text(&style);
    if let Folder::New { files } = folder {
        let shown = shown_path(context, &work.workspace.folder);
        let made = context.say(&message!("start-folder", folder = shown, files = files));
        show::stdout(&format!("  {sign} {made}\n"));
    }

    let ready: Arc<Mutex<Vec<(String, Duration)>>> = Arc::default();
    let heard = ready.clone();
    let listen = move |event: &Event| {
        if let Event::Done { part, how: Finished::Ready { took } } = event {
            heard.lock().unwrap_or_else(PoisonError::into_inner).push((part.clone(), *took));
        }
    };
    let (text, changed) = context.act(listen, async |hands| {
        let held = Held::new(&hands, context, &work);
        let setting = held.setting();
        let playground = Box::pin(playground::up(&setting)).await?;
        let mut text = String::new();
        super::env::addresses(&mut text, context, &work, &playground);
        if playground.user.0 == 0 {
            let _ = writeln!(text, "  {}\n", context.say(&message!("folder-is-roots")));
        }
        Ok((text, playground.changed))
    })?;
    if changed {
        for (part, took) in ready.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let took = format!("{:.1}", took.as_secs_f64());
            let line = context.say(&message!("start-ready", part = part.as_str(), seconds = took));
            show::stdout(&format!("  {sign} {line}\n"));
        }
        show::stdout("\n");
    } else {
        let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        show::stdout(&format!("  {sign} {}\n\n", context.say(&message!("start-nothing-to-do", milliseconds = took))));
    }
    show::stdout(&text);
    if changed {
        show::stdout(&what_next(context, &work)?);
    }
    Ok(Exit::Success)
}

/// The folder and its lab: those there are, or new ones.
fn prepare(context: &Context, args: &Args) -> Result<(Work, Folder), Error> {
    let Some(name) = &args.lab else {
        let work = context.work(None)?;
        return Ok((noted(context, work), Folder::Kept));
    };
    let location = context.locate(name)?;
    let id = location.folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // Inside the lab's folder, or with one below, that one is meant.
    if let Ok(workspace) = local_workspace(context, &id) {
        let record = context::record(&workspace)?;
        let found = context::load(location)?;
        return Ok((noted(context, Work { workspace, record, found }), Folder::Kept));
    }
    let target = if context.has_folder() { context.here() } else { context.here().join(&id) };
    make(context, args, location, &target)
}

/// The workspace of this lab around here or just below; not one elsewhere.
fn local_workspace(context: &Context, lab: &str) -> Result<Workspace, ()> {
    let around = Workspace::around(&context.here());
    let below = context.here().join(lab);
    let below =
        Workspace::around(&below).filter(|found| std::fs::canonicalize(&below).is_ok_and(|path| path == found.folder));
    [around, below]
        .into_iter()
        .flatten()
        .find(|workspace| workspace.record().is_ok_and(|record| record.lab.as_str() == lab))
        .ok_or(())
}

fn make(context: &Context, args: &Args, location: Location, target: &Path) -> Result<(Work, Folder), Error> {
    let own = location.own.then(|| location.folder.clone());
    let found = context::load(location)?;
    let files = starter::lay(&found.loaded.folder.join("starter"), target)?;
    let folder = std::fs::canonicalize(target).map_err(|source| Error::io(target, &source))?;
    let workspace = Workspace { folder };
    let learner = args.learner.clone().unwrap_or_else(values::draw_nonce);
    let record = Record::new(&found.loaded.lab, learner, own);
    workspace.write_record(&record).map_err(|source| Error::io(&workspace.folder, &source))?;
    let work = noted(context, Work { workspace, record, found });
    Ok((work, Folder::New { files }))
}

/// Notes the folder in the index, which is only a cache: failing is no matter.
fn noted(context: &Context, work: Work) -> Work {
    let _ = index::note(&context.surroundings.dirs.state, &work.workspace);
    work
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

fn what_next(context: &Context, work: &Work) -> Result<String, Error> {
    let lab = &work.found.loaded.lab;
    let language = context.words.language();
    let (progress, _) = work.workspace.progress().map_err(|source| Error::io(&work.workspace.folder, &source))?;
    let mut text = String::new();
    if let Some(task) = progress.current(lab) {
        let number = lab.tasks.value.iter().position(|other| other.id.value == task.id.value).unwrap_or(0) + 1;
        let line = context.say(&message!(
            "start-task",
            number = number,
            count = lab.tasks.value.len(),
            title = clean::line(task.title.value.get(language))
        ));
        let _ = writeln!(text, "{line} · lab task");
        if let Some(first) = &task.first {
            let _ = writeln!(text, "  {}", clean::line(first.value.get(language)));
        }
        text.push('\n');
    }
    let here = shown_path(context, &work.workspace.folder);
    if here != "." {
        let _ = writeln!(text, "{}", context.say(&message!("start-cd", folder = here.trim_start_matches("./"))));
    }
    for (command, what) in [("lab shell", message!("start-shell")), ("lab check", message!("start-check"))] {
        let _ = writeln!(text, "  {command}    {}", context.say(&what));
    }
    Ok(text)
}
