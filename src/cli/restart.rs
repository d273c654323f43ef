//! `lab restart`: recreates a service, with what its lab and folder say now.

use super::context::Context;
use super::env::not_running;
use super::logs;
use crate::error::Error;
use crate::exit::Exit;
use crate::plan;
use crate::report;
use crate::session::playground;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "SERVICE")]
    service: Option<String>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(None)?;
    let lab = &work.found.loaded.lab;
    let known: Vec<String> = lab.parts().into_iter().chain(["toolbox".to_owned()]).collect();
    if let Some(service) = args.service.as_ref().filter(|service| !known.contains(service)) {
        return Err(logs::no_such_service(service, &known));
    }
    let text = context.act(async |hands| {
        let setting = work.setting(context, &hands);
        let mut observed = playground::observed(&setting).await?;
        if observed.containers.is_empty() {
            return Err(not_running(&work));
        }
        {
            let project = playground::project(&setting);
            let lock = playground::lock(setting.dirs, &project, setting.events, setting.cancel).await?;
            observed.networks.clear();
            observed.volumes.clear();
            observed.containers.retain(|found| match &args.service {
                Some(service) => lab.is_part_of(&found.service, service),
                None => known.contains(&found.service),
            });
            lock.while_removing(hands.engine.remove(&plan::removal(&observed))).await?;
        }
        let playground = Box::pin(playground::up(&setting)).await?;
        let mut text = String::new();
        super::env::addresses(&mut text, context, &work, &playground);
        let style = context.surroundings.stdout_style();
        for (service, seen) in playground::glances(&setting, &playground).await {
            text.push_str(&report::glance(&service, &seen, &context.words, &style));
        }
        Ok(text)
    })?;
    let names = args.service.clone().unwrap_or_else(|| known.join(", "));
    context.show(&format!("{}\n\n{text}", context.say(&message!("restarted", services = names))));
    Ok(Exit::Success)
}
