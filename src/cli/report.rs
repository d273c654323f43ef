//! `lab report`: the last run again, in any form. It judges nothing.

use super::check;
use super::context::Context;
use super::written::{self, Destination};
use super::{show, written::all};
use crate::error::Error;
use crate::exit::Exit;
use crate::message::Arg;
use crate::report::{Extra, ReportFormat};
use crate::workspace::hints;
use crate::workspace::kept::LastRun;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "LAB")]
    lab: Option<String>,
    #[arg(long, value_enum, default_value_t = ReportFormat::Human, value_name = "FORMAT", hide_possible_values = true, hide_default_value = true)]
    format: ReportFormat,
    #[arg(long = "report", id = "report", value_name = "FORMAT=PATH", value_parser = Destination::parser())]
    reports: Vec<Destination>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    written::all_differ(&args.reports)?;
    let workspace = context.workspace(args.lab.as_deref())?;
    let last_run = workspace.last_run().map_err(|source| Error::io(&workspace.folder, &source))?;
    let kept = match last_run {
        LastRun::Kept(kept) => kept,
        LastRun::None => {
            let lab = super::context::record(&workspace)?.lab;
            return Err(Error::usage(message!("last-run-none", lab = lab.as_str())).hint(message!("hint-check")));
        }
        LastRun::Newer(format) => {
            let message = message!("last-run-newer", format = format.to_string());
            return Err(Error::usage(message).hint(message!("hint-newer-lab")));
        }
        LastRun::Unreadable(aside) => {
            let message = message!(
                "last-run-unreadable",
                path = &aside.path,
                now = &aside.now,
                reason = Arg::of_error(&aside.reason)
            );
            return Err(Error::new(Exit::Fault, message).hint(message!("hint-check")));
        }
    };
    let at = Some(kept.at());
    // What comes next is the lab's to say. Where that can't be read any more,
    // the report stands without.
    let unwritten = match context.work(args.lab.as_deref()) {
        Ok(work) => {
            let lab = &work.found.loaded.lab;
            let progress = context.progress(&workspace)?;
            let hints = hints::to_read(lab, &kept.outcome, &progress);
            let next = Some(check::next(lab, &kept.outcome, &progress));
            let extra = Extra { next, hints: &hints, at, ..Extra::default() };
            all(context, args.format, &args.reports, &kept.outcome, extra)
        }
        Err(_) => all(context, args.format, &args.reports, &kept.outcome, Extra { at, ..Extra::default() }),
    };
    for error in &unwritten {
        show::error(context, error, false);
    }
    Ok(unwritten.iter().map(|error| error.exit).fold(Exit::Success, Ord::max))
}
