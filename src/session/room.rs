//! The clean room: made for one run, from a copy of the folder, and removed.

use super::images::{self, Had};
use super::playground::Setting;
use super::{SessionError, playground, redacted, values};
use crate::engine::sweep::RunLock;
use crate::engine::{Directory, EngineError, Execution, Isolation, Place};
use crate::event::Event;
use crate::grade::outcome::{Outcome, RunScope};
use crate::grade::{self, Ground, Selection};
use crate::pack::quantity::Size;
use crate::plan::{self, FOLDER_MAX, GateAccess, Inputs, Observed, Project, ROOM_USER};
use crate::verdict::CheckResult;
use crate::workspace::copy::{CopyRules, FolderCopy, LeftOutReason, copy_folder};
use crate::workspace::fingerprint;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// After this a room ends itself, when its lab doesn't say.
const ROOM_LIMIT: Duration = Duration::from_secs(600);
/// How many left-out paths are named in one notice.
const NAMED: usize = 5;

/// Seconds since 1970.
#[must_use]
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Judges a folder in a clean room. `finished` sees the outcome, and the version
/// of the folder that was judged, before the room is removed, so that nobody
/// waits for that to read it.
pub async fn check(
    setting: &Setting<'_>,
    selection: &Selection,
    run_scope: RunScope,
    hints_read: u32,
    finished: impl FnOnce(&Outcome, Option<&str>),
) -> Result<Outcome, SessionError> {
    let begun = Instant::now();
    let lab = &setting.loaded.lab;
    let copy = copied(setting).await?;
    say_left_out(setting, &copy);

    let run = values::draw_nonce();
    let runs = setting.dirs.runs();
    let lock = RunLock::take(&runs, &run).map_err(|source| SessionError::Io { path: runs.clone(), source })?;
    let limit = lab.environment.room_limit.map_or(ROOM_LIMIT, |limit| limit.0);
    let project = Project::room(&lab.id.value, &setting.workspace.folder, &run, lock.path(), now(), limit);
    let judged = Box::pin(judge(setting, selection, &project, &copy, begun)).await;
    let outcome = judged.map(|results| {
        let outcome = Outcome::new(lab, run_scope, &results, begun.elapsed(), hints_read);
        setting.events.send(Event::Finished(Box::new(outcome.clone())));
        // Only failures are counted by version. One that can't be told is none.
        let version = (outcome.tally.failed > 0).then(|| fingerprint::of(&copy.archive).ok()).flatten();
        finished(&outcome, version.as_deref());
        outcome
    });
    // Also after an error or Ctrl-C: what a room was made of never stays.
    let removed = setting.engine.tear_down(&project.name).await;
    lock.release();
    let outcome = outcome?;
    removed?;
    Ok(outcome)
}

async fn judge(
    setting: &Setting<'_>,
    selection: &Selection,
    project: &Project,
    copy: &FolderCopy,
    begun: Instant,
) -> Result<Vec<CheckResult>, SessionError> {
    let lab = &setting.loaded.lab;
    let drawn = values::draw_local(lab);
    let learner = &setting.record.learner;
    let scope = values::scope(setting.loaded, setting.pack_secret, learner, &drawn.run_nonce, &drawn.secrets)?;
    let access = GateAccess { user: "lab".to_owned(), password: drawn.gate_password };
    let locks = setting.dirs.locks();
    let prepared = setting.engine.images(&locks);
    let Had { images, missing } =
        images::ensure_all(&prepared, setting.loaded, setting.gate, ROOM_USER, setting.cancel).await?;
    let inputs = Inputs {
        subnets: super::dirs::subnets(setting.range, &project.name),
        project: project.clone(),
        scope: &scope,
        images: &images,
        gate: &access,
        user: ROOM_USER,
        mount_folder: false,
    };
    let desired = plan::desired(lab, &inputs)?;
    let observed = Observed::default();
    let plan = plan::plan(&desired, &observed);
    let directory = Directory::new(lab, &scope, &missing)?.with_commands_of(&desired);
    let execution = Execution {
        desired: &desired,
        observed: &observed,
        access: &access,
        scope: &scope,
        folder: Some(&copy.archive),
        directory: directory.clone(),
    };
    let environment = setting.engine.execute(&plan, &execution, setting.cancel).await;
    let environment = environment.map_err(|error| redacted(error, &scope))?;
    setting.events.send(Event::RoomReady { took: begun.elapsed() });
    match &lab.environment.network.open {
        Some(why) => {
            setting.events.send(Event::Notice(crate::message!("room-is-open", why = &why.value)));
        }
        None => prove_isolation(setting, &environment).await,
    }

    let place = Place::new(setting.engine.clone(), environment, directory, ROOM_USER, scope.clone());
    let playground = playground::running(setting).await.unwrap_or(None);
    let there = playground.as_ref().map(|playground| Ground { world: &playground.place, scope: &playground.scope });
    let chosen = grade::selected(lab, selection);
    let room = Ground { world: &place, scope: &scope };
    tokio::select! {
        results = grade::run(lab, &chosen, room, there, setting.events) => Ok(results),
        () = setting.cancel.cancelled() => Err(EngineError::Interrupted.into()),
    }
}

/// The folder's copy, made beside the runtime: it reads the disk.
async fn copied(setting: &Setting<'_>) -> Result<FolderCopy, SessionError> {
    let rules = CopyRules {
        max_bytes: setting.loaded.lab.environment.folder.max.map_or(FOLDER_MAX, |Size(max)| max),
        keep_git: setting.loaded.lab.environment.folder.keep_git,
        ..CopyRules::default()
    };
    let folder = setting.workspace.folder.clone();
    let copied = tokio::task::spawn_blocking(move || copy_folder(&folder, &rules)).await;
    match copied {
        Ok(copied) => Ok(copied?),
        Err(join) => Err(SessionError::Io {
            path: setting.workspace.folder.clone(),
            source: std::io::Error::other(join.to_string()),
        }),
    }
}

fn say_left_out(setting: &Setting<'_>, copy: &FolderCopy) {
    for left_out in copy.left_out.iter().take(NAMED) {
        let LeftOutReason::IgnoredBy(gitignore) = &left_out.reason;
        setting.events.send(Event::Notice(crate::message!(
            "left-out",
            path = left_out.path.as_path(),
            gitignore = gitignore.as_path()
        )));
    }
    if copy.left_out.len() > NAMED {
        let more = copy.left_out.len() - NAMED;
        setting.events.send(Event::Notice(crate::message!("left-out-more", count = more)));
    }
}

/// The first room on each daemon proves that rooms are isolated there; what it
/// came to is kept, so that later rooms don't pay for it.
async fn prove_isolation(setting: &Setting<'_>, environment: &crate::engine::Environment) {
    let mark = setting.dirs.state.join("isolation").join(mark_name(&setting.engine.about));
    if mark.exists() {
        return;
    }
    match setting.engine.prove_isolation(environment).await {
        Isolation::Proved => {
            let _ = mark.parent().map(fs::create_dir_all);
            let _ = fs::write(&mark, "");
        }
        Isolation::Broken(address) => {
            let address = address.to_string();
            setting.events.send(Event::Notice(crate::message!("not-isolated", address = address)));
        }
        Isolation::Unknown => setting.events.send(Event::Notice(crate::message!("isolation-unknown"))),
    }
}

/// One mark for each socket and engine version.
fn mark_name(about: &crate::engine::connect::About) -> String {
    let socket = Path::new(&about.socket).display().to_string().replace('/', "_");
    format!("{}{socket}", about.version)
}
