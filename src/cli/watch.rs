//! `lab check --watch`: checks again at each save, in a room that was made
//! while nobody waited for it.

use super::check::{Request, Shown};
use super::context::{Context, Hands};
use super::written;
use crate::definition::name::CheckId;
use crate::engine::EngineError;
use crate::error::Error;
use crate::event::{Event, Events};
use crate::exit::Exit;
use crate::grade::{Selection, concern, selected};
use crate::outcome::{Outcome, RunScope};
use crate::session::SessionError;
use crate::session::clean_room::{self, Ahead, Asked};
use crate::session::playground::SessionContext;
use crate::verdict::{CheckResult, Verdict};
use crate::workspace::fingerprint::{self, Entry};
use notify_debouncer_full::notify::{self, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Saves that come within this are one: an editor writes beside and renames.
const DEBOUNCE: Duration = Duration::from_millis(150);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wake {
    Saved,
    Enter,
}

struct Last {
    entries: BTreeMap<PathBuf, Entry>,
    scope: RunScope,
    results: Vec<CheckResult>,
}

enum Next {
    /// Nothing: what is judged is as it was.
    Unchanged,
    /// These are asked; the names of those that needn't be.
    Ask(Asked, Vec<CheckId>),
}

enum Room {
    Unmade,
    /// Made, without the folder.
    Made(Box<Ahead>),
    /// It stood too long for nothing: the next run makes its own.
    Expired,
    /// A service of this lab reads the folder when it starts.
    Impossible,
}

/// All that one run after the other has in common.
struct Watch<'a> {
    context: &'a Context,
    hands: &'a Hands,
    setting: SessionContext<'a>,
    request: &'a Request<'a>,
    shown: &'a Shown,
    /// Reports that lie in the folder, by their paths there.
    reports: BTreeSet<PathBuf>,
}

/// Watches until Ctrl-C; so it ends in an error only.
pub(super) async fn run(
    context: &Context,
    hands: &Hands,
    setting: SessionContext<'_>,
    request: &Request<'_>,
    shown: &Shown,
) -> Result<Outcome, Error> {
    let (sender, mut wakes) = unbounded_channel();
    // A report that lies in the folder is no work of the learner's.
    let reports: Vec<PathBuf> =
        request.reports().iter().map(|report| context.surroundings.here.join(&report.path)).collect();
    let own: &'static [&'static str] =
        if setting.loaded.lab.environment.folder.keep_git { &[".lab"] } else { &[".lab", ".git"] };
    let watching = watch(&setting.workspace.folder, reports.clone(), own, sender.clone());
    if let Err(reason) = &watching {
        hands.events.send(Event::Notice(message!("watch-by-hand", reason = reason.to_string())));
    }
    // One end stays here, so that waiting goes on when nobody can wake us.
    read_enter(sender.clone());
    let reports = reports.iter().filter_map(|path| path.strip_prefix(&setting.workspace.folder).ok());
    let reports = reports.map(Path::to_owned).collect();
    let watch = Watch { context, hands, setting, request, shown, reports };
    let (mut wake, mut last, mut room) = (Wake::Enter, None, Room::Unmade);
    loop {
        match watch.once(wake, &mut last, &mut room).await {
            Ok(()) => {}
            Err(error) if error.exit == Exit::Interrupted => return Err(error),
            Err(error) => {
                hands.events.send(Event::Notice(message!("watch-ended-early", reason = error.message)));
                error.hints.into_iter().for_each(|hint| hands.events.send(Event::Notice(hint)));
            }
        }
        hands.events.send(Event::Notice(message!("watch-waiting")));
        let next = watch.wait(&mut wakes, &mut room).await;
        let Some(next) = next else {
            if let Room::Made(room) = room {
                room.remove(&setting).await?;
            }
            return Err(SessionError::from(EngineError::Interrupted).into());
        };
        wake = next;
    }
}

impl Watch<'_> {
    /// Waits for a wake and meanwhile makes the next room; none after Ctrl-C.
    async fn wait(&self, wakes: &mut UnboundedReceiver<Wake>, room: &mut Room) -> Option<Wake> {
        let events = Events::nowhere();
        // What is made ahead is no news.
        let engine = self.setting.engine.with_events(events.clone());
        let quiet = SessionContext { engine: &engine, events: &events, ..self.setting };
        let wanted = matches!(room, Room::Unmade);
        let mut making = Box::pin(async { if wanted { Some(clean_room::ahead(&quiet).await) } else { None } });
        let (mut wake, mut is_making) = (None, true);
        // What is being made is awaited, whatever comes: half a room is nobody's.
        while is_making || wake.is_none() {
            tokio::select! {
                done = &mut making, if is_making => {
                    is_making = false;
                    match done {
                        Some(Ok(Some(made))) => *room = Room::Made(Box::new(made)),
                        Some(Ok(None)) => {
                            *room = Room::Impossible;
                            self.hands.events.send(Event::Notice(message!("watch-not-ahead")));
                        }
                        // Told when the next run meets it.
                        Some(Err(_)) | None => {}
                    }
                }
                found = wakes.recv(), if wake.is_none() => wake = found,
                // What is being made ends with the same token.
                () = self.setting.cancel.cancelled(), if !is_making => return None,
                () = expires(room), if !is_making => {
                    if let Room::Made(old) = std::mem::replace(room, Room::Expired) {
                        let _ = old.remove(&quiet).await;
                    }
                }
            }
        }
        if self.setting.cancel.is_cancelled() {
            return None;
        }
        // Saves that came meanwhile are one; Enter counts for more.
        let mut wake = wake?;
        while let Ok(more) = wakes.try_recv() {
            if more == Wake::Enter {
                wake = more;
            }
        }
        Some(wake)
    }

    /// One run, or none where nothing changed.
    async fn once(&self, wake: Wake, last: &mut Option<Last>, room: &mut Room) -> Result<(), Error> {
        let begun = Instant::now();
        let (setting, events) = (&self.setting, &self.hands.events);
        let io = |source| Error::io(&setting.workspace.folder, &source);
        let copy = clean_room::copied(setting).await?;
        let mut entries = fingerprint::entries(&copy.archive).map_err(io)?;
        entries.retain(|path, _| !self.reports.contains(path));
        let progress = setting.workspace.progress().map_err(io)?.0;
        let (selection, scope) = self.request.chosen(&progress)?;
        let asked = Asked { selection, scope: scope.clone(), hints_read: progress.hints_read, earlier: Vec::new() };
        let next = match last {
            Some(last) if wake == Wake::Saved && last.scope == scope => next(setting, last, &entries, asked),
            _ => Next::Ask(asked, Vec::new()),
        };
        let (asked, spared) = match next {
            Next::Unchanged => {
                events.send(Event::Notice(message!("watch-unchanged")));
                return Ok(());
            }
            Next::Ask(asked, spared) => (asked, spared),
        };
        if last.is_none() {
            clean_room::say_left_out(setting, &copy);
        }
        if !spared.is_empty() {
            let names = spared.iter().map(CheckId::as_str).collect::<Vec<_>>().join(", ");
            events.send(Event::Notice(message!("watch-spared", checks = names)));
        }
        let ahead = match room {
            Room::Impossible => None,
            _ => match std::mem::replace(room, Room::Unmade) {
                Room::Made(ahead) if ahead.fresh_for().is_zero() => {
                    ahead.remove(setting).await?;
                    None
                }
                Room::Made(ahead) => Some(*ahead),
                Room::Unmade | Room::Expired | Room::Impossible => None,
            },
        };
        let finished = |outcome: &Outcome, version: Option<&str>| {
            let request = self.request;
            let unwritten = self.shown.finished(self.context, self.hands, request, &progress, outcome, version);
            written::tell(self.hands, unwritten);
        };
        // What didn't end says nothing of what changed since.
        *last = None;
        let judged = clean_room::check_copy(setting, ahead, &asked, &copy, begun, finished);
        let outcome = Box::pin(judged).await?;
        *last = Some(Last { entries, scope, results: outcome.results().cloned().collect() });
        Ok(())
    }
}

/// Until a room made ahead is too old to be used.
async fn expires(room: &Room) {
    match room {
        Room::Made(ahead) => tokio::time::sleep(ahead.fresh_for()).await,
        Room::Unmade | Room::Expired | Room::Impossible => std::future::pending().await,
    }
}

/// What a save leads to: all that it may concern is asked, the rest is known.
fn next(setting: &SessionContext<'_>, last: &Last, entries: &BTreeMap<PathBuf, Entry>, asked: Asked) -> Next {
    let changed: BTreeSet<PathBuf> = last
        .entries
        .keys()
        .chain(entries.keys())
        .filter(|path| last.entries.get(*path) != entries.get(*path))
        .cloned()
        .collect();
    if changed.is_empty() {
        return Next::Unchanged;
    }
    // Through a link a check may read what it doesn't name.
    let links = entries.values().chain(last.entries.values()).any(|entry| entry.is_link);
    let lab = &setting.loaded.lab;
    let chosen = selected(lab, &asked.selection);
    let untouched = if links { BTreeSet::new() } else { concern::untouched(&chosen, &changed) };
    let known = |id: &CheckId| {
        let decided = |result: &&CheckResult| matches!(result.verdict, Verdict::Passed | Verdict::Failed(_));
        last.results.iter().filter(decided).find(|result| result.id == *id)
    };
    let earlier: Vec<CheckResult> = untouched.iter().filter_map(known).cloned().collect();
    let spared: Vec<CheckId> = earlier.iter().map(|result| result.id.clone()).collect();
    let rest: BTreeSet<CheckId> =
        chosen.iter().map(|one| one.check.id.value.clone()).filter(|id| !spared.contains(id)).collect();
    if spared.is_empty() || rest.is_empty() {
        return Next::Ask(asked, Vec::new());
    }
    let selection = Selection::Named { tasks: BTreeSet::new(), checks: rest };
    Next::Ask(Asked { selection, earlier, ..asked }, spared)
}

/// Watches a folder, all of it but what `lab` itself writes there.
fn watch(
    folder: &Path,
    ignored: Vec<PathBuf>,
    own: &'static [&'static str],
    wakes: UnboundedSender<Wake>,
) -> Result<Debouncer<RecommendedWatcher, RecommendedCache>, notify::Error> {
    let root = folder.to_owned();
    let matters = move |path: &Path| {
        let first = path.strip_prefix(&root).ok().and_then(|path| path.components().next());
        let is_own = first.is_some_and(|first| own.iter().any(|own| first.as_os_str() == *own));
        !is_own && !ignored.iter().any(|report| report == path)
    };
    let mut debouncer = new_debouncer(DEBOUNCE, None, move |events: DebounceEventResult| {
        // Each run reads the folder, which is an event too, and no save. After
        // an error anything may have changed, and a look costs little.
        let saved = events.map_or(true, |events| {
            let mut writes = events.iter().filter(|event| !event.kind.is_access());
            writes.any(|event| event.paths.iter().any(|path| matters(path)))
        });
        if saved {
            let _ = wakes.send(Wake::Saved);
        }
    })?;
    debouncer.watch(folder, RecursiveMode::Recursive)?;
    Ok(debouncer)
}

/// Enter on standard input, for as long as there is one.
fn read_enter(wakes: UnboundedSender<Wake>) {
    // A thread of its own: a read that nothing ends would hold the runtime.
    let read = move || {
        for line in std::io::stdin().lines() {
            if line.is_err() || wakes.send(Wake::Enter).is_err() {
                return;
            }
        }
    };
    let _ = std::thread::Builder::new().name("enter".to_owned()).spawn(read);
}
