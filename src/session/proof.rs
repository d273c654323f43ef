//! Many clean rooms side by side: each run of a proof in one of its own.

use super::playground::SessionContext;
use super::{Dirs, SessionError, clean_room, images, values};
use crate::definition::load::LoadedLab;
use crate::definition::name::LearnerId;
use crate::engine::{Engine, EngineError};
use crate::event::{Doing, Event, Events, Finished};
use crate::grade::Selection;
use crate::message::Message;
use crate::mutation::source::{self, LayError};
use crate::mutation::{Attempt, Executed, RoomFault, Run};
use crate::outcome::{Outcome, RunScope, Tally};
use crate::plan::ROOM_USER;
use crate::plan::subnet::Subnet;
use crate::template::Scope;
use crate::verdict::CheckResult;
use crate::workspace::record::{Record, Workspace};
use futures_util::stream::{self, StreamExt};
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Rooms at the most that are made once more. Where more can't be judged, the
/// lab or the engine is broken, and trying again would only take longer.
const MOST_AGAIN: usize = 3;

#[derive(Debug, Clone, Copy)]
pub(crate) struct ProofSetting<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) dirs: &'a Dirs,
    pub(crate) gate: &'a Path,
    pub(crate) loaded: &'a LoadedLab,
    pub(crate) pack_secret: &'a str,
    /// The range that subnets are taken from, if not the usual one.
    pub(crate) range: Option<Subnet>,
    pub(crate) events: &'a Events,
    pub(crate) cancel: &'a CancellationToken,
    pub(crate) at_once: usize,
    pub(crate) repeats: u32,
    /// What is told of a room that couldn't be made.
    pub(crate) told: fn(SessionError) -> RoomFault,
}

/// Judges every run, each as often as was asked, and says how long all of that
/// took. The images are there first, so that no room waits for them.
pub(crate) async fn execute(
    setting: &ProofSetting<'_>,
    runs: &[Run<'_>],
) -> Result<(Vec<Executed>, Duration), SessionError> {
    let locks = setting.dirs.locks();
    let prepared = setting.engine.images(&locks);
    Box::pin(images::ensure_all(&prepared, setting.loaded, setting.gate, ROOM_USER, setting.cancel)).await?;
    let begun = Instant::now();
    let said = Arc::default();
    let rooms = (0..setting.repeats).flat_map(|_| runs.iter().enumerate()).map(|(at, run)| {
        let said = Arc::clone(&said);
        async move {
            let begun = Instant::now();
            (at, Box::pin(one(setting, run, said)).await, begun.elapsed())
        }
    });
    let mut rooms = stream::iter(rooms).buffer_unordered(setting.at_once.max(1));
    let mut executed: Vec<Executed> = runs
        .iter()
        .map(|run| Executed {
            subject: run.subject.clone(),
            attempts: Vec::new(),
            set_aside: Vec::new(),
            took: Duration::ZERO,
        })
        .collect();
    while let Some((at, attempt, took)) = rooms.next().await {
        // The others notice an interruption by themselves, and remove what they made.
        if let Some(attempt) = attempted(setting, attempt) {
            executed[at].attempts.push(attempt);
        }
        executed[at].took += took;
    }
    again(setting, runs, &mut executed).await;
    if setting.cancel.is_cancelled() {
        return Err(EngineError::Interrupted.into());
    }
    Ok((executed, begun.elapsed()))
}

fn attempted(setting: &ProofSetting<'_>, attempt: Result<Vec<CheckResult>, SessionError>) -> Option<Attempt> {
    match attempt {
        Ok(results) => Some(Attempt::Judged(results)),
        Err(SessionError::Engine(EngineError::Interrupted)) => None,
        Err(error) => Some(Attempt::Fault((setting.told)(error))),
    }
}

/// Makes what told nothing of the lab once more, by itself: many rooms at once
/// may be too much for a machine. A fault of the lab's own is there again.
async fn again(setting: &ProofSetting<'_>, runs: &[Run<'_>], executed: &mut [Executed]) {
    let faults: Vec<(usize, usize)> = executed
        .iter()
        .enumerate()
        .flat_map(|(at, run)| {
            let attempts = run.attempts.iter().enumerate();
            attempts.filter(|(_, attempt)| attempt.is_fault()).map(move |(of, _)| (at, of))
        })
        .collect();
    if faults.len() > MOST_AGAIN {
        return;
    }
    for (at, of) in faults {
        let begun = Instant::now();
        let second = Box::pin(one(setting, &runs[at], Arc::default())).await;
        executed[at].took += begun.elapsed();
        if let Some(second) = attempted(setting, second) {
            let first = std::mem::replace(&mut executed[at].attempts[of], second);
            executed[at].set_aside.push(first);
        }
    }
}

/// Judges one run once, in a clean room with values of its own.
async fn one(setting: &ProofSetting<'_>, run: &Run<'_>, said: Said) -> Result<Vec<CheckResult>, SessionError> {
    if setting.cancel.is_cancelled() {
        return Err(EngineError::Interrupted.into());
    }
    let begun = Instant::now();
    let lab = &setting.loaded.lab;
    let name = run.subject.name().to_owned();
    let learner = run.learner.clone().unwrap_or_else(|| LearnerId::drawn(values::draw_nonce()));
    let scope = match run.mutant {
        Some(mutant) => values::nonces_of(&mutant.source, &lab.id.value, setting.pack_secret, learner.as_str()),
        None => Scope::default(),
    };
    let io = |source| SessionError::Io { path: run.folder.clone(), source };
    let folder = tempfile::Builder::new().prefix("lab-test-").tempdir().map_err(io)?;
    let whole = fs::canonicalize(folder.path()).map_err(io)?;
    source::lay(run, &source::rules(setting.loaded), &scope, &whole).map_err(|error| match error {
        LayError::Copy(error) => SessionError::Copy(error),
        LayError::Io(source) => io(source),
        error @ LayError::Unmade(_) => io(std::io::Error::other(error.to_string())),
    })?;
    let workspace = Workspace { folder: whole };
    let record = Record { format: 1, lab: lab.id.value.clone(), version: lab.version.value.clone(), learner };
    let events = listen(setting.events, name.clone(), lab.checks().count(), said);
    let engine = setting.engine.with_events(events.clone());
    let room = SessionContext {
        engine: &engine,
        dirs: setting.dirs,
        gate: setting.gate,
        loaded: setting.loaded,
        pack_secret: setting.pack_secret,
        workspace: &workspace,
        record: &record,
        range: setting.range,
        events: &events,
        cancel: setting.cancel,
    };
    setting.events.send(judging(&name, None, 0, lab.checks().count()));
    let checked = clean_room::check(&room, &Selection::All, RunScope::All, 0, |_: &Outcome, _| {});
    // A large future, and as many of them as there are rooms.
    let outcome = Box::pin(checked).await;
    let tally = outcome.as_ref().map_or_else(|_| Tally::default(), |outcome| outcome.tally);
    setting.events.send(Event::Done { part: name, how: Finished::Judged { tally, took: begun.elapsed() } });
    // Authors are told everything.
    Ok(outcome?.results().map(CheckResult::opened).collect())
}

/// Notices that some room has sent already.
type Said = Arc<Mutex<HashSet<String>>>;

/// What is told of one room among many: how far it is, and what concerns all
/// rooms, once.
fn listen(events: &Events, name: String, of: usize, said: Said) -> Events {
    let events = events.clone();
    let done = AtomicUsize::new(0);
    Events::to(move |event| match event {
        Event::CheckStarted(id) => events.send(judging(&name, Some(id), done.load(Ordering::Relaxed), of)),
        Event::CheckDone(_) => _ = done.fetch_add(1, Ordering::Relaxed),
        // A solution's ignored files are its author's own matter.
        Event::Notice(message) if !message.id.starts_with("left-out") && is_news(&said, &message) => {
            events.send(Event::Notice(message));
        }
        _ => {}
    })
}

fn is_news(said: &Said, message: &Message) -> bool {
    said.lock().unwrap_or_else(PoisonError::into_inner).insert(format!("{message:?}"))
}

fn judging(name: &str, check: Option<crate::definition::name::CheckId>, done: usize, of: usize) -> Event {
    Event::Progress { part: name.to_owned(), doing: Doing::Judging { check, done, of } }
}
