//! The clean room: made for one run, from a copy of the folder, and removed.

use super::images::{self, EnvironmentImages};
use super::judge;
use super::playground::{Playground, SessionContext};
use super::ready::LabProber;
use super::{SessionError, playground, second_look, values};
use crate::definition::name::CheckId;
use crate::engine::connect::Seccomp;
use crate::engine::sweep::begin_run;
use crate::engine::{Directory, DockerWorld, EngineError, Execution, Isolation};
use crate::event::{Event, Events};
use crate::grade::{self, Chosen, Ground, Selection, second};
use crate::lock::FileLock;
use crate::outcome::{Outcome, RunScope};
use crate::plan::{self, FOLDER_MAX, Inputs, Observed, Project, ROOM_USER};
use crate::quantity::Size;
use crate::template::Scope;
use crate::verdict::CheckResult;
use crate::workspace::copy::{CopyRules, FolderCopy, LeftOutReason, OWNER, copy_folder};
use crate::workspace::fingerprint;
use futures_util::future::{join, join_all};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const _: () = assert!(OWNER == ROOM_USER.0 && OWNER == ROOM_USER.1);

/// After this a room ends itself, when its lab doesn't say.
const ROOM_LIMIT: Duration = Duration::from_secs(600);
/// How long a room that was made ahead waits for something to judge.
const AHEAD_FOR: Duration = Duration::from_secs(300);
/// Which proof of isolation a mark is of: an earlier one asked less.
const PROOF: u32 = 2;
/// How many left-out paths are named in one notice.
const NAMED: usize = 5;

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Which checks are asked, and what is known of the others.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) selection: Selection,
    pub(crate) scope: RunScope,
    pub(crate) hints_read: u32,
    /// Results of an earlier run that still hold, of checks that aren't asked.
    pub(crate) earlier: Vec<CheckResult>,
}

/// A clean room that stands, as a place to ask in.
struct RunningRoom {
    place: DockerWorld,
    scope: Scope,
}

/// A room's name and lock, held while it is there.
struct Claim {
    project: Project,
    lock: FileLock,
}

/// A clean room made before there was anything to judge: all but the folder is
/// in it.
pub(crate) struct Ahead {
    claim: Claim,
    standing: RunningRoom,
    made: Instant,
}

/// Judges a folder in a clean room. `finished` sees the outcome, and the version
/// of the folder that was judged, before the room is removed, so that nobody
/// waits for that to read it.
pub async fn check(
    setting: &SessionContext<'_>,
    selection: &Selection,
    run_scope: RunScope,
    hints_read: u32,
    finished: impl FnOnce(&Outcome, Option<&str>),
) -> Result<Outcome, SessionError> {
    let begun = Instant::now();
    let copy = copied(setting).await?;
    say_left_out(setting, &copy);
    let asked = Asked { selection: selection.clone(), scope: run_scope, hints_read, earlier: Vec::new() };
    check_copy(setting, None, &asked, &copy, begun, finished).await
}

/// The same for a copy of the folder that is there already, in a room that was
/// made ahead if there is one.
pub(crate) async fn check_copy(
    setting: &SessionContext<'_>,
    ahead: Option<Ahead>,
    asked: &Asked,
    copy: &FolderCopy,
    begun: Instant,
    finished: impl FnOnce(&Outcome, Option<&str>),
) -> Result<Outcome, SessionError> {
    let (claim, standing) = match ahead {
        Some(Ahead { claim, standing, .. }) => (claim, Some(standing)),
        None => (Claim::new(setting, Duration::ZERO)?, None),
    };
    let rooms = grade::rooms(&setting.loaded.lab, &asked.selection);
    // One for a run, whichever room a check is in.
    let drawn = standing.as_ref().and_then(|standing| standing.scope.get("run.nonce"));
    let nonce = drawn.and_then(Value::as_str).map_or_else(values::draw_nonce, str::to_owned);
    let (first, own) = rooms.split_first().map_or((&[][..], &[][..]), |(first, own)| (first.as_slice(), own));
    let judged = judge(setting, first, &claim.project, standing, copy, &nonce, begun);
    let (judged, own) = Box::pin(join(judged, join_all(own.iter().map(|of| beside(setting, of, copy, &nonce))))).await;
    let judged = judged.and_then(|results| Ok(merged(results, own.into_iter().collect::<Result<Vec<_>, _>>()?)));
    let again = judged.as_ref().map(|results| second::again(results)).unwrap_or_default();
    let mut claim = Some(claim);
    let mut removed = Ok(());
    let judged = match judged {
        Ok(results) if !again.checks.is_empty() => {
            // The second look is by itself: what runs in this room would be in its way.
            if let Some(claim) = claim.take() {
                removed = claim.give_back(setting).await;
            }
            Ok(Box::pin(second_look::settled(setting, &again, results, copy, &nonce)).await)
        }
        judged => judged,
    };
    if setting.cancel.is_cancelled() && claim.is_none() {
        removed?;
        return Err(EngineError::Interrupted.into());
    }
    let outcome = judged.map(|results| {
        let folder = fingerprint::whole(&copy.archive).ok();
        let mut outcome = outcome(setting, asked, &results, begun);
        outcome.judge = judge::judge(setting.loaded, setting.record.learner.as_str(), folder.as_deref());
        setting.events.send(Event::Finished(Box::new(outcome.clone())));
        // Only failures are counted by version. One that can't be told is none.
        let version = folder.filter(|_| outcome.tally.failed > 0).map(|folder| fingerprint::short(&folder));
        finished(&outcome, version.as_deref());
        outcome
    });
    // Also after an error or Ctrl-C: what a room was made of never stays.
    if let Some(claim) = claim {
        removed = claim.give_back(setting).await;
    }
    let outcome = outcome?;
    removed?;
    Ok(outcome)
}

/// Judges a task's checks in a room of their own.
pub(super) async fn beside(
    setting: &SessionContext<'_>,
    chosen: &[Chosen<'_>],
    copy: &FolderCopy,
    nonce: &str,
) -> Result<Vec<CheckResult>, SessionError> {
    let (events, scored) = (setting.events.clone(), scored(chosen));
    // What concerns every room is said by the first.
    let events = Events::to(move |event| {
        let ours = match &event {
            Event::CheckStarted(id) => scored.contains(id),
            Event::CheckDone(result) => scored.contains(&result.id),
            _ => false,
        };
        if ours {
            events.send(event);
        }
    });
    let engine = setting.engine.with_events(events.clone());
    let setting = SessionContext { engine: &engine, events: &events, ..*setting };
    let claim = Claim::new(&setting, Duration::ZERO)?;
    let judged = Box::pin(judge(&setting, chosen, &claim.project, None, copy, nonce, Instant::now())).await;
    let removed = claim.give_back(&setting).await;
    let results = judged?;
    removed?;
    Ok(results)
}

fn scored(chosen: &[Chosen<'_>]) -> BTreeSet<CheckId> {
    chosen.iter().filter(|one| !one.only_needed).map(|one| one.check.id.value.clone()).collect()
}

/// One result for each check: where several rooms have one, the scored one.
fn merged(first: Vec<CheckResult>, own: Vec<Vec<CheckResult>>) -> Vec<CheckResult> {
    let mut all: Vec<CheckResult> = Vec::new();
    for result in first.into_iter().chain(own.into_iter().flatten()) {
        match all.iter_mut().find(|known| known.id == result.id) {
            Some(known) if known.only_needed && !result.only_needed => *known = result,
            Some(_) => {}
            None => all.push(result),
        }
    }
    all
}

/// The outcome of some results and those of before.
fn outcome(setting: &SessionContext<'_>, asked: &Asked, results: &[CheckResult], begun: Instant) -> Outcome {
    let lab = &setting.loaded.lab;
    let mut all = results.to_vec();
    for earlier in &asked.earlier {
        match all.iter_mut().find(|result| result.id == earlier.id) {
            // Asked only because another needs it, and it counts here as well.
            Some(result) => result.only_needed = earlier.only_needed,
            None => all.push(earlier.clone()),
        }
    }
    let place = |result: &CheckResult| lab.checks().position(|(_, check)| check.id.value == result.id);
    all.sort_by_key(place);
    Outcome::new(lab, asked.scope.clone(), &all, begun.elapsed(), asked.hints_read)
}

/// Makes a room before there is anything to judge. None where a service reads
/// the folder when it starts: such a room can't be made without it.
pub(crate) async fn ahead(setting: &SessionContext<'_>) -> Result<Option<Ahead>, SessionError> {
    let claim = Claim::new(setting, AHEAD_FOR)?;
    match Box::pin(stand(setting, &claim.project, None, &values::draw_nonce())).await {
        Ok(Some(standing)) => Ok(Some(Ahead { claim, standing, made: Instant::now() })),
        other => {
            claim.give_back(setting).await?;
            other.map(|_| None)
        }
    }
}

impl Ahead {
    /// For how long a whole run still fits before the room ends itself.
    pub(crate) fn fresh_for(&self) -> Duration {
        AHEAD_FOR.saturating_sub(self.made.elapsed())
    }

    pub(crate) async fn remove(self, setting: &SessionContext<'_>) -> Result<(), SessionError> {
        self.claim.give_back(setting).await
    }
}

impl Claim {
    /// A new room, which may wait some time before it is used.
    fn new(setting: &SessionContext<'_>, waits: Duration) -> Result<Self, SessionError> {
        let lab = &setting.loaded.lab;
        let runs = setting.dirs.runs();
        let begun = begin_run(&runs, values::draw_nonce);
        let (run, lock) = begun.map_err(|source| SessionError::Io { path: runs.clone(), source })?;
        let limit = lab.environment.room_limit.map_or(ROOM_LIMIT, |limit| limit.0);
        let limit = setting.engine.strain.stretched(limit) + waits;
        let project = Project::room(&lab.id.value, &setting.workspace.folder, &run, lock.path(), now(), limit);
        Ok(Self { project, lock })
    }

    async fn give_back(self, setting: &SessionContext<'_>) -> Result<(), SessionError> {
        let removed = setting.engine.tear_down(&self.project.name).await;
        self.lock.remove();
        removed?;
        Ok(())
    }
}

async fn judge(
    setting: &SessionContext<'_>,
    chosen: &[Chosen<'_>],
    project: &Project,
    standing: Option<RunningRoom>,
    copy: &FolderCopy,
    nonce: &str,
    begun: Instant,
) -> Result<Vec<CheckResult>, SessionError> {
    let lab = &setting.loaded.lab;
    let standing = match standing {
        Some(standing) => {
            setting.engine.upload(standing.place.environment(), &copy.archive).await?;
            Some(standing)
        }
        None => Box::pin(stand(setting, project, Some(&copy.archive), nonce)).await?,
    };
    let Some(RunningRoom { place, scope }) = standing else { return Err(EngineError::Interrupted.into()) };
    setting.events.send(Event::RoomReady { took: begun.elapsed() });
    match &lab.environment.network.open {
        Some(why) => {
            setting.events.send(Event::Notice(message!("room-is-open", why = &why.value)));
        }
        None => prove_isolation(setting, place.environment()).await,
    }

    let playground = playground::running(setting).await.unwrap_or(None);
    let playground = match playground {
        Some(Playground { place, scope, .. }) => Some((place.up_to_date(copy.changed).await, scope)),
        None => None,
    };
    let there = playground.as_ref().map(|(place, scope)| Ground { world: place, scope });
    let room = Ground { world: &place, scope: &scope };
    tokio::select! {
        results = grade::run(lab, chosen, room, there, setting.events) => Ok(results),
        () = setting.cancel.cancelled() => Err(EngineError::Interrupted.into()),
    }
}

/// Makes a room, with the folder in it or without. None where it is to be made
/// without and a service wants it.
async fn stand(
    setting: &SessionContext<'_>,
    project: &Project,
    folder: Option<&File>,
    nonce: &str,
) -> Result<Option<RunningRoom>, SessionError> {
    let lab = &setting.loaded.lab;
    let drawn = values::draw_local(lab);
    let learner = setting.record.learner.as_str();
    let scope = values::scope(setting.loaded, setting.pack_secret, learner, nonce, &drawn.secrets)?;
    let access = values::gate(drawn.gate_password);
    let locks = setting.dirs.locks();
    let prepared = setting.engine.images(&locks);
    let EnvironmentImages { images, missing } =
        images::ensure_all(&prepared, setting.loaded, setting.gate, ROOM_USER, setting.cancel).await?;
    let inputs = Inputs {
        subnets: super::dirs::subnets(setting.range, &project.name),
        project: project.clone(),
        scope: &scope,
        images: &images,
        gate: &access,
        user: ROOM_USER,
        mount_folder: false,
        closed_git: None,
        machine: setting.engine.about.machine,
    };
    let desired = plan::desired(lab, &inputs)?;
    if folder.is_none() && desired.services_want_the_folder() {
        return Ok(None);
    }
    let observed = Observed::default();
    let plan = plan::plan(&desired, &observed);
    let directory = Directory::new(lab, &scope, &missing)?.with_commands_of(&desired);
    let prober = LabProber::of(&scope);
    let execution = Execution {
        desired: &desired,
        observed: &observed,
        access: &access,
        prober: prober.clone(),
        folder,
        directory: directory.clone(),
    };
    let mut made = setting.engine.execute(&plan, &execution, setting.cancel).await;
    if let Err(error) = &made {
        let mut elsewhere = desired.clone();
        if playground::another_try(setting, error, &mut elsewhere) {
            setting.engine.tear_down(&project.name).await?;
            let plan = plan::plan(&elsewhere, &observed);
            made = setting.engine.execute(&plan, &Execution { desired: &elsewhere, ..execution }, setting.cancel).await;
        }
    }
    let environment = made?;
    let place = DockerWorld::new(setting.engine.clone(), environment, directory, ROOM_USER, prober);
    Ok(Some(RunningRoom { place, scope }))
}

/// The folder's copy, made beside the runtime: it reads the disk.
pub async fn copied(setting: &SessionContext<'_>) -> Result<FolderCopy, SessionError> {
    let rules = CopyRules {
        max_bytes: setting.loaded.lab.environment.folder.max.map_or(FOLDER_MAX, |Size(max)| max),
        keep_git: setting.loaded.lab.environment.folder.keep_git,
        ..CopyRules::default()
    };
    let folder = setting.workspace.folder.clone();
    let copied = tokio::task::spawn_blocking(move || copy_folder(&folder, &rules));
    // Its end isn't waited for: it only reads, and a folder may be slow to read.
    let Some(copied) = setting.cancel.run_until_cancelled(copied).await else {
        return Err(EngineError::Interrupted.into());
    };
    match copied {
        Ok(copied) => Ok(copied?),
        Err(join) => Err(SessionError::Io {
            path: setting.workspace.folder.clone(),
            source: std::io::Error::other(join.to_string()),
        }),
    }
}

/// Says which files the copy lacks, and by whose word.
pub(crate) fn say_left_out(setting: &SessionContext<'_>, copy: &FolderCopy) {
    for left_out in copy.left_out.iter().take(NAMED) {
        let LeftOutReason::IgnoredBy(gitignore) = &left_out.reason;
        setting.events.send(Event::Notice(message!(
            "left-out",
            path = left_out.path.as_path(),
            gitignore = gitignore.as_path()
        )));
    }
    if copy.left_out.len() > NAMED {
        let more = copy.left_out.len() - NAMED;
        setting.events.send(Event::Notice(message!("left-out-more", count = more)));
    }
}

/// The first room on each daemon proves that rooms are isolated there; what it
/// came to is kept, so that later rooms don't pay for it.
async fn prove_isolation(setting: &SessionContext<'_>, environment: &crate::engine::Environment) {
    let mark = setting.dirs.state.join("isolation").join(mark_name(&setting.engine.about));
    if mark.exists() {
        return;
    }
    if setting.engine.about.seccomp == Seccomp::None {
        setting.events.send(Event::Notice(message!("isolation-no-seccomp")));
    }
    match setting.engine.prove_isolation(environment).await {
        Isolation::Proved => {
            let _ = mark.parent().map(fs::create_dir_all);
            let _ = fs::write(&mark, "");
        }
        Isolation::Broken(address) => {
            let address = address.to_string();
            setting.events.send(Event::Notice(message!("not-isolated", address = address)));
        }
        Isolation::Unknown => setting.events.send(Event::Notice(message!("isolation-unknown"))),
    }
}

/// One mark for each socket and engine version.
fn mark_name(about: &crate::engine::connect::About) -> String {
    let socket = Path::new(&about.socket).display().to_string().replace('/', "_");
    format!("{PROOF}-{}{socket}", about.version)
}
