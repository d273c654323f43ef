//! `lab reset`: the starter's files again, after a backup of what is there.

use super::context::Context;
use super::start::shown_path;
use super::{ask, show, task};
use crate::error::Error;
use crate::exit::Exit;
use crate::message;
use crate::report::Sign;
use crate::session::room::now;
use crate::workspace::reset;
use std::fmt::Write as _;

/// Arguments of `lab reset`.
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
            None => message!("reset-ask", folder = shown_path(context, folder)),
        };
        if !ask::yes(context, &question) {
            show::stdout(&format!("{}\n", context.say(&message!("reset-not-done"))));
            return Ok(Exit::Success);
        }
    }
    let mut lines = Vec::new();
    if task.is_none() {
        let inside = std::env::current_dir().is_ok_and(|here| here != *folder && here.starts_with(folder));
        let done = reset::reset(folder, &work.found.loaded.folder.join("starter"), now())?;
        if let Some(backup) = &done.backup {
            lines.push(message!("reset-backup", backup = shown_path(context, backup)));
        }
        lines.push(message!("reset-files", folder = shown_path(context, folder), files = done.files));
        if inside {
            lines.push(message!("reset-cd", folder = folder.as_path()));
        }
    }
    work.workspace
        .update(|progress| progress.reset(task))
        .map_err(|source| Error::io(&folder.join(".lab/progress.json"), &source))?;
    lines.push(match task {
        Some(task) => message!("reset-task", task = task.id.value.as_str()),
        None => message!("reset-progress"),
    });
    let sign = Sign::Passed.text(&context.surroundings.stdout_style());
    let mut text = String::new();
    for line in &lines {
        let _ = writeln!(text, "  {sign} {}", context.say(line));
    }
    let _ = writeln!(text, "\n{}", context.say(&message!("reset-next")));
    show::stdout(&text);
    Ok(Exit::Success)
}
