//! `lab gc`: removes what labs have left behind.

use super::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::report::clean;
use crate::session::clean_room;
use crate::session::playground::PlaygroundLock;
use std::fmt::Write as _;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long)]
    all: bool,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let text = context.act(async |hands| {
        // One sweep runs beside every act; here its result is the matter.
        let swept = match hands.swept().await {
            Some(swept) => swept?,
            None => hands.engine.sweep(clean_room::now()).await?,
        };
        let mut text = String::new();
        for (project, error) in &swept.failed {
            let reason = error.message();
            let failed = message!("gc-failed", project = project.as_str(), reason = reason);
            let _ = writeln!(text, "  {}", context.say(&failed));
        }
        let mut removed = swept.environments;
        for environment in hands.engine.environments().await? {
            let folder = clean::line(&environment.workspace.display().to_string());
            let project = environment.project;
            let kept = if args.all && environment.ours {
                // What the sweep has left of rooms is at work. Nobody waits for what may take long.
                let lock = if environment.room {
                    None
                } else {
                    PlaygroundLock::try_take(&context.surroundings.dirs, &project)?
                };
                if let Some(lock) = lock {
                    lock.while_removing(hands.engine.tear_down(&project)).await?;
                    removed.push(project);
                    continue;
                }
                message!("gc-at-work", project = project, folder = folder)
            } else {
                message!("gc-kept", project = project, folder = folder, objects = environment.objects)
            };
            let _ = writeln!(text, "  {}", context.say(&kept));
        }
        let mut lines = String::new();
        for project in &removed {
            let _ = writeln!(lines, "  {}", context.say(&message!("gc-removed", project = project.as_str())));
        }
        let sum = context.say(&message!("gc-sum", count = removed.len()));
        Ok(format!("{lines}{text}{sum}\n"))
    })?;
    context.show(&text);
    Ok(Exit::Success)
}
