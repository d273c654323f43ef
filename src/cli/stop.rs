//! `lab stop`: removes the playground; the folder stays as it is.

use super::context::{Context, Held};
use crate::error::Error;
use crate::event::{Doing, Event};
use crate::exit::Exit;
use crate::message;
use crate::session::playground;

/// Arguments of `lab stop`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "LAB")]
    lab: Option<String>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(args.lab.as_deref())?;
    let removed = context.act(
        |_| {},
        async |hands| {
            let held = Held::new(&hands, context, &work);
            let setting = held.setting();
            let project = playground::project(&setting);
            let _lock = playground::lock(setting.dirs, &project, setting.events, setting.cancel).await?;
            hands.events.send(Event::Progress { part: work.record.lab.to_string(), doing: Doing::Removing });
            Ok(hands.engine.tear_down(&project.name).await?)
        },
    )?;
    let lab = work.record.lab.as_str();
    let line = if removed { message!("stopped", lab = lab) } else { message!("was-not-running", lab = lab) };
    context.show(&format!("{}\n", context.say(&line)));
    Ok(Exit::Success)
}
