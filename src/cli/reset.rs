//! `lab reset`: the starter's files again, after a backup of what is there.

use super::context::{Context, Work};
use super::start::shown_path;
use super::{ask, show, task};
use crate::error::Error;
use crate::exit::Exit;
use crate::message::Message;
use crate::report::page::{Line, Page};
use crate::report::signs::Paint;
use crate::report::{Sign, clean};
use crate::session::clean_room::now;
use crate::session::playground;
use crate::workspace::reset;
use std::path::Path;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "TASK")]
    task: Option<String>,
    #[arg(long, short = 'y')]
    yes: bool,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(None)?;
    let lab = &work.found.loaded.lab;
    let folder = &work.workspace.folder;
    let task = args.task.as_ref().map(|name| task::find(lab, name)).transpose()?;
    if !args.yes {
        if !ask::can_ask() {
            return Err(Error::usage(message!("reset-needs-yes")).hint(message!("hint-reset-yes")));
        }
        let question = match task {
            Some(task) => message!("reset-ask-task", task = task.id.value.as_str()),
            None => message!("reset-ask", folder = name(folder)),
        };
        if !ask::yes(context, &question) {
            show::stdout(&format!("{}\n", context.say(&message!("reset-not-done"))));
            return Ok(Exit::Success);
        }
    }
    let mut lines = Vec::new();
    if task.is_none() {
        let here = std::fs::canonicalize(&context.surroundings.here);
        let inside = here.is_ok_and(|here| here != *folder && here.starts_with(folder));
        let done = reset::reset(folder, &work.found.loaded.folder.join("starter"), now())?;
        if let Some(backup) = &done.backup {
            lines.push(message!("reset-backup", backup = shown_near(context, backup)));
        }
        lines.push(message!("reset-files", folder = name(folder), files = done.files));
        if inside {
            lines.push(message!("reset-cd", folder = folder.as_path()));
        }
    }
    work.workspace
        .update(|progress| progress.reset(task))
        .map_err(|source| Error::io(&folder.join(".lab/progress.json"), &source))?;
    // What the playground's services hold goes with the folder's beginning.
    if task.is_none() && work.workspace.folder.join(".lab/local/state.json").exists() {
        lines.extend(playground_gone(context, &work));
    }
    lines.push(match task {
        Some(task) => message!("reset-task", task = task.id.value.as_str()),
        None => message!("reset-progress"),
    });
    let style = context.surroundings.stdout_style();
    let mut page = Page::new(&style);
    for line in &lines {
        // Not wrapped: their paths are to be copied.
        page.raw(2, &Sign::Passed.line(&style).push(&context.say(line), Paint::Plain));
    }
    page.blank();
    page.line(0, 2, &Line::plain(&context.say(&message!("reset-next"))));
    show::stdout(&page.finish());
    Ok(Exit::Success)
}

/// Removes the playground with its data; what to say of that.
fn playground_gone(context: &Context, work: &Work) -> Option<Message> {
    let removed = context.act(async |hands| {
        let setting = work.setting(context, &hands);
        let project = playground::project(&setting);
        let lock = playground::lock(setting.dirs, &project, setting.events, setting.cancel).await?;
        Ok(lock.while_removing(hands.engine.tear_down(&project.name)).await?)
    });
    match removed {
        Ok(true) => Some(message!("reset-playground")),
        Ok(false) => None,
        // The folder starts over all the same.
        Err(error) => Some(message!("reset-playground-unknown", reason = error.message)),
    }
}

fn name(folder: &Path) -> String {
    clean::line(&folder.file_name().unwrap_or_default().to_string_lossy())
}

/// A path as one would type it from here, also one beside the folder here.
pub(super) fn shown_near(context: &Context, path: &Path) -> String {
    let Ok(here) = std::fs::canonicalize(&context.surroundings.here) else {
        // Where we were has just been moved away.
        return clean::line(&path.display().to_string());
    };
    match (here.parent(), path.parent(), path.file_name()) {
        (Some(above), Some(parent), Some(name)) if above == parent && here != path => {
            clean::line(&format!("../{}", name.to_string_lossy()))
        }
        _ => shown_path(context, path),
    }
}
