//! `lab dispute`: a verdict that a learner disagrees with, in one file for
//! the instructor.

use super::context::Context;
use super::start::shown_path;
use super::{check, show};
use crate::error::Error;
use crate::exit::Exit;
use crate::grade::Selection;
use crate::grade::trace::{Attempted, Watch};
use crate::outcome::{Outcome, RunScope};
use crate::session::clean_room::{self, Asked};
use crate::verdict::{CheckResult, Verdict};
use crate::workspace::dispute::Dispute;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "CHECK")]
    check: String,
    #[arg(long, short, value_name = "TEXT")]
    message: Option<String>,
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(None)?;
    let lab = &work.found.loaded.lab;
    let found = lab.checks().find(|(_, check)| check.id.value.as_str() == args.check);
    let Some((_, disputed)) = found else { return Err(check::unknown(lab, &args.check)) };
    let id = disputed.id.value.clone();
    let path = match &args.output {
        Some(path) => context.here().join(path),
        None => work.workspace.folder.join(format!(".lab/local/dispute-{id}.tar.gz")),
    };
    let watch = Watch::default();
    let (kept, copy) = context.act(async |hands| {
        let setting = work.setting(context, &hands);
        let begun = Instant::now();
        let copy = clean_room::copied(&setting).await?;
        clean_room::say_left_out(&setting, &copy);
        let asked = Asked {
            selection: Selection::Named { tasks: BTreeSet::new(), checks: BTreeSet::from([id.clone()]) },
            scope: RunScope::Named(vec![id.to_string()]),
            hints_read: 0,
            earlier: Vec::new(),
        };
        let judged = Box::pin(clean_room::check_copy(&setting, None, &asked, &copy, begun, |_: &Outcome, _| {}));
        let outcome = watch.over(judged).await?;
        let result = outcome.results().find(|result| result.id == id).cloned();
        let engine = hands.engine.about.version.clone();
        Ok((result.map(|result| (result, engine)), copy))
    })?;
    let Some((result, engine)) = kept else { return Err(check::unknown(lab, &args.check)) };
    if let Some(error) = nothing_to_dispute(&result) {
        return Err(error);
    }
    let seen: Vec<Attempted> = watch.take().into_iter().filter(|attempted| attempted.check == id).collect();
    let dispute = Dispute {
        format: Dispute::form(),
        lab: lab.id.value.clone(),
        version: lab.version.value.clone(),
        judged_by: env!("CARGO_PKG_VERSION").to_owned(),
        engine,
        learner: work.record.learner.clone(),
        at: clean_room::now(),
        check: id.clone(),
        message: args.message.clone(),
        result,
        seen: Dispute::seen(&seen),
    };
    let failed = |source| Error::io(&path, &source);
    if args.output.is_none() {
        work.workspace.refuse_links().map_err(failed)?;
        std::fs::create_dir_all(work.workspace.folder.join(".lab/local")).map_err(failed)?;
    }
    dispute.write(&copy, &path).map_err(failed)?;
    let shown = shown_path(context, &path);
    let written = message!("dispute-written", file = shown.as_str(), count = copy.files);
    show::done(context, &written, &message!("dispute-next", file = shown.as_str()));
    Ok(Exit::Success)
}

fn nothing_to_dispute(result: &CheckResult) -> Option<Error> {
    let id = result.id.as_str();
    match &result.verdict {
        Verdict::Passed => Some(Error::usage(message!("dispute-passes", check = id))),
        Verdict::Unavailable { .. } => Some(Error::usage(message!("dispute-unavailable", check = id))),
        Verdict::Blocked { on } => Some(
            Error::usage(message!("dispute-waits", check = id, on = on.as_str()))
                .hint(message!("hint-dispute", check = on.as_str())),
        ),
        Verdict::Failed(_) | Verdict::Error { .. } => None,
    }
}
