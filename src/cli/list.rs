//! `lab list`: the labs there are, and how far one has got.

use super::context::Context;
use crate::check::program::knowing;
use crate::definition::load;
use crate::definition::model::{Lab, Level};
use crate::definition::shipped;
use crate::error::Error;
use crate::exit::Exit;
use crate::message::Message;
use crate::report::{clean, table};
use crate::workspace::index;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(context: &Context, _args: &Args) -> Result<Exit, Error> {
    let mut labs: Vec<Lab> = Vec::new();
    let mut wrong: Vec<(PathBuf, Message)> = Vec::new();
    for pack in context.surroundings.packs() {
        for id in shipped::labs_in(&pack) {
            let folder = pack.join(id);
            match load::load(&folder) {
                Ok(loaded) => labs.push(loaded.lab),
                Err(error) => wrong.push((folder, error.message())),
            }
        }
    }
    let failed = |source| Error::io(Path::new("labs"), &source);
    let (shipped, kinds) = (shipped::definitions().map_err(failed)?, shipped::kinds().map_err(failed)?);
    for (id, source) in shipped {
        if !labs.iter().any(|lab| lab.id.value.as_str() == id) {
            let file = Path::new(&id).join(load::LAB_FILE);
            let lab = knowing(&kinds, || load::parse(&file, &source)).map_err(load::LoadError::Invalid)?;
            labs.push(lab);
        }
    }
    // The easiest first, for who reads this may be new.
    labs.sort_by_key(|lab| lab.level);
    let head = [
        message!("list-lab"),
        message!("list-title"),
        message!("list-level"),
        message!("list-time"),
        message!("list-you"),
    ];
    let head: Vec<String> = head.iter().map(|message| context.say(message)).collect();
    let rows: Vec<Vec<String>> = labs.iter().map(|lab| row(context, lab)).collect();
    let mut text = table::table(&head, &rows, &context.surroundings.stdout_style());
    if let Some(first) = labs.first() {
        let first = context.say(&message!("list-start", lab = first.id.value.as_str()));
        let _ = writeln!(text, "\n{first}");
    }
    for (folder, why) in wrong {
        let _ = writeln!(text, "{}", context.say(&message!("list-wrong", path = folder, why = why)));
    }
    context.show(&text);
    Ok(Exit::Success)
}

fn row(context: &Context, lab: &Lab) -> Vec<String> {
    let level = match lab.level {
        Level::Beginner => message!("level-beginner"),
        Level::Intermediate => message!("level-intermediate"),
        Level::Advanced => message!("level-advanced"),
    };
    let folders = index::folders(&context.surroundings.dirs.state, &lab.id.value);
    let you = match folders.first().and_then(|workspace| context.progress(workspace).ok()) {
        Some(progress) => {
            let (earned, total) = progress.points(lab);
            context.say(&message!("points-of", earned = earned, total = total))
        }
        None => context.say(&message!("not-started-yet")),
    };
    vec![
        lab.id.value.to_string(),
        clean::line(lab.title.value.get(context.words.language())),
        context.say(&level),
        about(context, lab.duration.0),
        you,
    ]
}

pub(super) fn about(context: &Context, duration: std::time::Duration) -> String {
    let minutes = duration.as_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => context.say(&message!("time-minutes", minutes = minutes)),
        (hours, 0) => context.say(&message!("time-hours", hours = hours)),
        (hours, minutes) => context.say(&message!("time-hours-minutes", hours = hours, minutes = minutes)),
    }
}
