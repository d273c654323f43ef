//! `lab logs`: what the playground's services say.

use super::context::Context;
use super::env::not_running;
use super::show;
use crate::error::Error;
use crate::exit::Exit;
use crate::grade::Redactor;
use crate::report::clean;
use crate::session::playground;
use futures_util::StreamExt;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "SERVICE")]
    service: Option<String>,
    #[arg(long, short)]
    follow: bool,
    #[arg(long, short = 'n', default_value_t = 100, value_name = "LINES", hide_default_value = true)]
    tail: u32,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(None)?;
    let lab = &work.found.loaded.lab;
    let known: Vec<String> = lab.parts().into_iter().chain(["toolbox".into(), "gate".into()]).collect();
    if let Some(service) = args.service.as_ref().filter(|service| !known.contains(service)) {
        return Err(no_such_service(service, &known));
    }
    context.look(async |hands| {
        let setting = work.setting(context, hands);
        let observed = playground::observed(&setting).await?;
        let redactor = Redactor::new(&playground::values(&setting)?);
        let mut wanted: Vec<_> = observed
            .containers
            .iter()
            .filter(|found| match &args.service {
                Some(service) => lab.is_part_of(&found.service, service),
                None => found.service != "gate" && found.service != "toolbox",
            })
            .collect();
        if wanted.is_empty() {
            return Err(not_running(&work));
        }
        wanted.sort_by(|left, right| left.service.cmp(&right.service));
        let several = wanted.len() > 1;
        let streams = wanted.into_iter().map(|found| {
            let name = found.service.clone();
            let lines = hands.engine.log_stream(&found.id, args.tail, args.follow);
            Box::pin(lines.map(move |line| (name.clone(), line)))
        });
        let mut lines = futures_util::stream::select_all(streams);
        loop {
            let next = tokio::select! {
                next = lines.next() => next,
                () = hands.cancel.cancelled() => None,
            };
            let Some((service, line)) = next else { return Ok(Exit::Success) };
            let text = redactor.text(&clean::text(&String::from_utf8_lossy(&line?)));
            for line in text.lines() {
                show::stdout(&if several { format!("{service} | {line}\n") } else { format!("{line}\n") });
            }
        }
    })
}

pub(super) fn no_such_service(name: &str, known: &[String]) -> Error {
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    Error::usage(message!("no-such-service", name = name, known = names.join(", "))).near(name, &names)
}
