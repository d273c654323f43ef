//! `lab check`: judges the folder in a clean room.

use super::consent;
use super::context::{Context, Hands, Work};
use super::show;
use super::task;
use super::watch;
use super::written::{self, Destination};
use crate::definition::model::Lab;
use crate::error::Error;
use crate::event::Event;
use crate::exit::Exit;
use crate::grade::Selection;
use crate::grade::trace::{Attempted, Watch};
use crate::message::Message;
use crate::outcome::{Outcome, RunScope};
use crate::report::{self, Extra, Next, ReportFormat};
use crate::session::{clean_room, set_aside};
use crate::workspace::progress::TaskProgress;
use crate::workspace::{hints, index};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "TASK|CHECK")]
    names: Vec<String>,
    #[arg(long)]
    all: bool,
    #[arg(long, value_enum, default_value_t = ReportFormat::Human, value_name = "FORMAT", hide_possible_values = true, hide_default_value = true)]
    format: ReportFormat,
    #[arg(long)]
    watch: bool,
    #[arg(long, conflicts_with = "watch")]
    trace: bool,
    #[arg(long = "report", id = "report", value_name = "FORMAT=PATH", value_parser = Destination::parser())]
    reports: Vec<Destination>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    written::all_differ(&args.reports)?;
    let (work, names) = work(context, &args.names)?;
    let lab = &work.found.loaded.lab;
    let (progress, aside) = work.workspace.progress().map_err(|source| Error::io(&work.workspace.folder, &source))?;
    let request = Request { names, args, work: &work };
    let (selection, scope) = request.chosen(&progress)?;
    let shown = Shown::default();
    let watch = Watch::default();
    let mut unwritten = Vec::new();
    let outcome = context.act_heard(shown.listener(), async |hands| {
        if let Some(aside) = &aside {
            hands.events.send(Event::Notice(set_aside(aside)));
        }
        let setting = work.setting(context, &hands);
        if args.watch {
            return watch::run(context, &hands, setting, &request, &shown).await;
        }
        let finished = |outcome: &Outcome, version: Option<&str>| {
            unwritten = shown.finished(context, &hands, &request, &progress, outcome, version);
        };
        let judged = Box::pin(clean_room::check(&setting, &selection, scope, progress.hints_read, finished));
        Ok(if args.trace { watch.over(judged).await? } else { judged.await? })
    });
    if args.trace {
        show_trace(context, watch.take(), outcome.as_ref().ok());
    }
    let outcome =
        outcome.inspect_err(|error| written::nothing_judged(context, args.format, &args.reports, lab, error))?;
    Ok(written::exit(context, &outcome, &unwritten))
}

/// Shows what was seen, beside the report: of the checks that were asked for,
/// and where nothing was judged of all that was.
fn show_trace(context: &Context, seen: Vec<Attempted>, outcome: Option<&Outcome>) {
    let meant = |attempted: &Attempted| {
        let result = outcome.and_then(|outcome| outcome.results().find(|result| result.id == attempted.check));
        result.is_none_or(|result| !result.only_needed)
    };
    let seen: Vec<Attempted> = seen.into_iter().filter(meant).collect();
    let style = context.surroundings.stderr_style();
    show::stderr(&report::trace::trace(&seen, crate::definition::load::LAB_FILE, &context.words, &style));
}

pub(super) struct Request<'a> {
    names: &'a [String],
    pub(crate) args: &'a Args,
    pub(crate) work: &'a Work,
}

impl Request<'_> {
    pub(crate) fn chosen(&self, progress: &TaskProgress) -> Result<(Selection, RunScope), Error> {
        chosen(&self.work.found.loaded.lab, self.names, self.args.all, progress)
    }

    pub(crate) fn reports(&self) -> &[Destination] {
        &self.args.reports
    }
}

/// What a run is shown with: the room's time, once it stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown(Arc<Mutex<Option<Duration>>>);

impl Shown {
    fn listener(&self) -> impl Fn(&Event) + Send + Sync + 'static {
        let heard = self.0.clone();
        move |event: &Event| {
            if let Event::RoomReady { took } = event {
                *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(*took);
            }
        }
    }

    /// Keeps and writes an outcome; returns the reports that couldn't be.
    pub(crate) fn finished(
        &self,
        context: &Context,
        hands: &Hands,
        request: &Request<'_>,
        before: &TaskProgress,
        outcome: &Outcome,
        version: Option<&str>,
    ) -> Vec<Error> {
        let (lab, workspace) = (&request.work.found.loaded.lab, &request.work.workspace);
        let at = SystemTime::now();
        // Kept before it is shown, so that what was read is also recorded.
        let kept = workspace.add(outcome, version);
        let last = workspace.keep(outcome, at);
        let hints = hints::to_read(lab, outcome, kept.as_ref().unwrap_or(before));
        let room = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let page = lab.pages.first().map(|page| page.id.value.as_str());
        let extra = Extra { room, next: Some(next(lab, outcome, before)), page, hints: &hints, at: Some(at) };
        let unwritten = written::all(context, request.args.format, &request.args.reports, outcome, extra);
        let state = &context.surroundings.dirs.state;
        let (digest, learner) =
            (outcome.judge.as_ref().map(|judge| judge.digest.as_str()), request.work.record.learner.as_str());
        for message in consent::notices(index::known(state, workspace).as_ref(), learner, digest) {
            hands.events.send(Event::Notice(message));
        }
        // Only a memory of this machine: failing is no matter.
        let _ = index::know(state, workspace, |known| {
            learner.clone_into(&mut known.learner);
            known.judge = digest.map(str::to_owned);
        });
        for message in not_kept(&workspace.folder, kept.err(), last.err()) {
            hands.events.send(Event::Notice(message));
        }
        unwritten
    }
}

/// What couldn't be kept in `.lab/`. Nothing of the run is lost by it but that.
fn not_kept(folder: &Path, progress: Option<io::Error>, last: Option<io::Error>) -> Vec<Message> {
    let progress = progress
        .map(|reason| message!("progress-not-kept", path = folder.join(".lab/progress.json"), reason = &reason));
    let last = last
        .map(|reason| message!("outcome-not-kept", path = folder.join(".lab/local/outcome.json"), reason = &reason));
    progress.into_iter().chain(last).collect()
}

/// The folder, and the names that aren't its lab's.
fn work<'a>(context: &Context, names: &'a [String]) -> Result<(Work, &'a [String]), Error> {
    match names.split_first() {
        // Outside a lab's folder the first name says which lab.
        Some((lab, rest)) if context.workspace(None).is_err() => Ok((context.work(Some(lab))?, rest)),
        _ => Ok((context.work(None)?, names)),
    }
}

fn chosen(lab: &Lab, names: &[String], all: bool, progress: &TaskProgress) -> Result<(Selection, RunScope), Error> {
    if all {
        return Ok((Selection::All, RunScope::All));
    }
    if names.is_empty() {
        return Ok(match (progress.current_id(lab), progress.reached(lab)) {
            (Some(current), Some(reached)) => (Selection::UpTo(reached), RunScope::UpTo(current)),
            _ => (Selection::All, RunScope::All),
        });
    }
    let (mut tasks, mut checks) = (BTreeSet::new(), BTreeSet::new());
    for name in names {
        let check = lab.checks().find(|(_, check)| check.id.value.as_str() == name);
        match (check, task::find(lab, name)) {
            (_, Ok(task)) => {
                tasks.insert(task.id.value.clone());
            }
            (Some((_, check)), Err(_)) => {
                checks.insert(check.id.value.clone());
            }
            (None, Err(_)) => return Err(unknown(lab, name)),
        }
    }
    Ok((Selection::Named { tasks, checks }, RunScope::Named(names.to_vec())))
}

pub(super) fn unknown(lab: &Lab, name: &str) -> Error {
    let tasks = lab.tasks.value.iter().map(|task| task.id.value.as_str());
    let known: Vec<&str> = tasks.chain(lab.checks().map(|(_, check)| check.id.value.as_str())).collect();
    Error::usage(message!("no-such-check", name = name, known = known.join(", "))).near(name, &known)
}

pub(super) fn next(lab: &Lab, outcome: &Outcome, before: &TaskProgress) -> Next {
    let mut after = before.clone();
    for result in outcome.results().filter(|result| result.verdict == crate::verdict::Verdict::Passed) {
        after.checks.insert(result.id.clone(), crate::workspace::progress::LastVerdict::Passed);
    }
    match after.current(lab) {
        None => Next::Lab,
        Some(task) if before.current_id(lab).as_ref() == Some(&task.id.value) => Next::Check,
        Some(_) => Next::Task,
    }
}
