//! `lab stop`: removes the playground; the folder stays as it is, and, unless told
//! otherwise, what services keep in their volumes.

use super::context::Context;
use crate::error::Error;
use crate::event::{Doing, Event};
use crate::exit::Exit;
use crate::session::playground;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "LAB")]
    lab: Option<String>,
    #[arg(long)]
    data: bool,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work_to_stop(args.lab.as_deref())?;
    let (removed, volumes) = context.act(async |hands| {
        let setting = work.setting(context, &hands);
        let project = playground::project(&setting);
        let lock = playground::lock(setting.dirs, &project, setting.events, setting.cancel).await?;
        hands.events.send(Event::Progress { part: work.record.lab.to_string(), doing: Doing::Removing });
        let volumes = playground::observed(&setting).await?.volumes.len();
        let removing = async {
            if args.data { hands.engine.tear_down(&project.name).await } else { hands.engine.halt(&project.name).await }
        };
        Ok((lock.while_removing(removing).await?, volumes))
    })?;
    let lab = work.record.lab.as_str();
    let line = if removed { message!("stopped", lab = lab) } else { message!("was-not-running", lab = lab) };
    context.show(&format!("{}\n", context.say(&line)));
    if volumes > 0 {
        let data = if args.data { message!("data-removed", volumes = volumes) } else { message!("data-kept") };
        context.show(&format!("{}\n", context.say(&data)));
    }
    Ok(Exit::Success)
}
