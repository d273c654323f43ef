//! The playground: made to play in, from the learner's own folder.

use super::images::{self, EnvironmentImages};
use super::ready::LabProber;
use super::values;
use super::{Dirs, SessionError, set_aside};
use crate::check::Target;
use crate::definition::load::LoadedLab;
use crate::definition::model::{Asks, Lab, Runs, Start};
use crate::engine::Execution;
use crate::engine::{Directory, DockerWorld, Engine, EngineError, Environment};
use crate::event::{Event, Events};
use crate::grade::Redactor;
use crate::lock::FileLock;
use crate::message::Message;
use crate::plan::subnet::Subnet;
use crate::plan::{self, Desired, GateAccess, ImageSet, Inputs, Observed, Project, Role};
use crate::template::Scope;
use crate::workspace::record::{Record, Workspace};
use crate::workspace::repository;
use crate::world::ServiceSeen;
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often a start looks again at what a killed command left under way.
const GLANCES: u32 = 5;
/// How long it waits before the first time, and twice as long before each next.
const GLANCE_AFTER: Duration = Duration::from_millis(100);
/// How long a command waits for another one that works on the same playground.
const LOCK_WITHIN: Duration = Duration::from_secs(60);
/// After this it says so.
const LOCK_PATIENCE: Duration = Duration::from_millis(300);

/// What a service of the learner's gets to serve before it is told that it doesn't.
const GLANCE: Duration = Duration::from_millis(1500);

#[derive(Debug, Clone, Copy)]
pub struct SessionContext<'a> {
    pub engine: &'a Engine,
    pub dirs: &'a Dirs,
    pub gate: &'a Path,
    pub loaded: &'a LoadedLab,
    pub pack_secret: &'a str,
    pub workspace: &'a Workspace,
    pub record: &'a Record,
    /// The range that subnets are taken from, if not the usual one.
    pub range: Option<Subnet>,
    pub events: &'a Events,
    pub cancel: &'a CancellationToken,
}

pub struct Playground {
    /// As a world for checks.
    pub place: DockerWorld,
    pub scope: Scope,
    pub(crate) changed: bool,
    pub missing: BTreeMap<String, Message>,
    pub user: (u32, u32),
}

/// The right to change a playground: one command at a time has it.
#[derive(Debug)]
pub(crate) struct PlaygroundLock {
    _lock: FileLock,
    /// There while something of the playground is removed. A command that is killed
    /// meanwhile leaves it: the daemon still carries out what that command asked, and
    /// a container that runs now may be gone in a moment.
    removing: PathBuf,
}

impl PlaygroundLock {
    fn path(dirs: &Dirs, project: &str) -> PathBuf {
        dirs.locks().join(format!("{project}.lock"))
    }

    fn new(lock: FileLock) -> Self {
        Self { removing: lock.path().with_extension("removing"), _lock: lock }
    }

    /// Takes a playground's lock, by its project's name; none where another command has it.
    pub(crate) fn try_take(dirs: &Dirs, project: &str) -> Result<Option<Self>, SessionError> {
        let path = Self::path(dirs, project);
        let lock = FileLock::try_take(&path).map_err(|source| SessionError::Io { path, source })?;
        Ok(lock.map(Self::new))
    }

    /// Awaits a removal of something of the playground.
    pub(crate) async fn while_removing<T>(
        &self,
        removal: impl Future<Output = Result<T, EngineError>>,
    ) -> Result<T, SessionError> {
        let io = |source| SessionError::Io { path: self.removing.clone(), source };
        fs::write(&self.removing, "").map_err(io)?;
        let removed = removal.await?;
        fs::remove_file(&self.removing).map_err(io)?;
        Ok(removed)
    }

    /// Removes the containers and networks of a playground whose removal was begun by
    /// a command that was killed.
    async fn finish_removal(&self, engine: &Engine, project: &Project) -> Result<(), SessionError> {
        if self.removing.exists() {
            self.while_removing(engine.halt(&project.name)).await?;
        }
        Ok(())
    }
}

/// Takes the playground's lock; says so when it has to wait.
pub(crate) async fn lock(
    dirs: &Dirs,
    project: &Project,
    events: &Events,
    cancel: &CancellationToken,
) -> Result<PlaygroundLock, SessionError> {
    let path = PlaygroundLock::path(dirs, &project.name);
    let taken = FileLock::take(&path, LOCK_PATIENCE, |_| {
        events.send(Event::Notice(message!("waits-for-another-command")));
    });
    let taken = cancel.run_until_cancelled(tokio::time::timeout(LOCK_WITHIN, taken)).await;
    let taken = taken.ok_or(EngineError::Interrupted)?.map_err(|_| SessionError::Busy)?;
    Ok(PlaygroundLock::new(taken.map_err(|source| SessionError::Io { path, source })?))
}

pub fn project(setting: &SessionContext<'_>) -> Project {
    Project::playground(&setting.loaded.lab.id.value, &setting.workspace.folder)
}

/// The parts whose images a start would have to pull or build, which takes long.
pub(crate) async fn missing_images(setting: &SessionContext<'_>) -> Result<Vec<String>, SessionError> {
    let locks = setting.dirs.locks();
    Ok(images::missing(&setting.engine.images(&locks), setting.loaded, setting.gate).await?)
}

/// Brings the playground up, or finds that it is. What a first start made is
/// removed again when it fails or is interrupted.
pub async fn up(setting: &SessionContext<'_>) -> Result<Playground, SessionError> {
    let project = project(setting);
    let lock = lock(setting.dirs, &project, setting.events, setting.cancel).await?;
    lock.finish_removal(setting.engine, &project).await?;
    let lab = &setting.loaded.lab;
    let (scope, access) = scope(setting)?;
    let user = owner(&setting.workspace.folder)?;
    let observed = setting.engine.observe(&project.name);
    let locks = setting.dirs.locks();
    let prepared = setting.engine.images(&locks);
    // Building is a large future, and everything that starts would hold it.
    let images = Box::pin(images::ensure_all(&prepared, setting.loaded, setting.gate, user, setting.cancel));
    let (mut observed, EnvironmentImages { images, missing }) =
        futures_util::future::try_join(observed, images).await?;
    let inputs = inputs(setting, project, &scope, &images, &access, user)?;
    let mut desired = plan::desired(lab, &inputs)?;
    let directory = Directory::new(lab, &scope, &missing)?.with_commands_of(&desired);
    let prober = LabProber::of(&scope);
    let from_nothing = observed.containers.is_empty() && observed.networks.is_empty();
    let had_data = !observed.volumes.is_empty();
    let (mut glances, mut moved) = (GLANCES, false);
    loop {
        let plan = plan::plan(&desired, &observed);
        let execution = Execution {
            desired: &desired,
            observed: &observed,
            access: &access,
            prober: prober.clone(),
            folder: None,
            directory: directory.clone(),
        };
        match setting.engine.execute(&plan, &execution, setting.cancel).await {
            Ok(environment) => {
                return Ok(Playground {
                    place: DockerWorld::new(setting.engine.clone(), environment, directory, user, prober),
                    scope,
                    changed: !plan.changes_nothing(),
                    missing,
                    user,
                });
            }
            Err(error) => {
                // The daemon still finishes the last calls of a command that was
                // killed: what they make and what they remove comes into view
                // only now. Whatever it refused may have been refused for that.
                let refused = error.refusal().is_some();
                if refused && glances > 0 {
                    tokio::time::sleep(GLANCE_AFTER * (1 << (GLANCES - glances))).await;
                }
                let now = setting.engine.observe(&desired.project.name).await?;
                let gate_ended =
                    matches!(&error, EngineError::NotReady { service, .. } if *service == Role::Gate.as_str());
                let late = refused || gate_ended || plan::lost(&plan, &observed, &now);
                if late && glances > 0 && !setting.cancel.is_cancelled() {
                    glances -= 1;
                    observed = now;
                    continue;
                }
                // Never a half-started environment; one that stood before stays.
                if from_nothing && had_data {
                    lock.while_removing(setting.engine.halt(&desired.project.name)).await?;
                } else if from_nothing {
                    lock.while_removing(setting.engine.tear_down(&desired.project.name)).await?;
                }
                if from_nothing && !moved && another_try(setting, &error, &mut desired) {
                    moved = true;
                    observed = setting.engine.observe(&desired.project.name).await?;
                    continue;
                }
                return Err(error.into());
            }
        }
    }
}

/// Whether an environment that couldn't be made is to be made once more, and at
/// other addresses: where nothing that was sent to a service was answered. An
/// engine that was killed leaves its firewall's rules behind, and one of them gives
/// a false sender to all that comes from addresses which had been a network's
/// (Engine 20.10: the answers of a service go astray; measured). It says so.
pub(super) fn another_try(setting: &SessionContext<'_>, error: &EngineError, desired: &mut Desired) -> bool {
    let EngineError::NotReady { silent: true, service, .. } = error else { return false };
    let again = !setting.cancel.is_cancelled() && desired.move_elsewhere();
    if again {
        setting.events.send(Event::Notice(message!("made-elsewhere", service = service.as_str())));
    }
    again
}

/// The playground as it stands; none when it doesn't run.
pub(crate) async fn running(setting: &SessionContext<'_>) -> Result<Option<Playground>, SessionError> {
    let project = project(setting);
    let observed = setting.engine.observe(&project.name).await?;
    if !observed.containers.iter().any(|found| found.service == Role::Gate.as_str() && found.running) {
        return Ok(None);
    }
    let (scope, access) = scope(setting)?;
    let user = owner(&setting.workspace.folder)?;
    let Some(environment) = Environment::found(project, &observed, &access) else { return Ok(None) };
    let missing = not_there(&setting.loaded.lab, &observed);
    let directory = Directory::new(&setting.loaded.lab, &scope, &missing)?;
    let place = DockerWorld::new(setting.engine.clone(), environment, directory, user, LabProber::of(&scope));
    Ok(Some(Playground { place, scope, changed: false, missing, user }))
}

/// A running playground where the commands of what is asked can get containers
/// of their own: those need images, which only few actions do.
pub(crate) async fn for_commands_of(
    setting: &SessionContext<'_>,
    playground: Playground,
    asks: &Asks,
) -> Result<Playground, SessionError> {
    let services = &setting.loaded.lab.environment.services;
    let each =
        |name: &str| services.iter().any(|(known, service)| known.as_str() == name && service.start == Start::Each);
    let targets = asks.steps().flat_map(|step| step.probe.value.targets());
    if !targets.into_iter().any(|(_, target)| matches!(target, Target::Service(name) if each(name))) {
        return Ok(playground);
    }
    let (scope, access) = scope(setting)?;
    let locks = setting.dirs.locks();
    let prepared = setting.engine.images(&locks);
    let user = playground.user;
    let EnvironmentImages { images, missing } =
        images::ensure_all(&prepared, setting.loaded, setting.gate, user, setting.cancel).await?;
    let inputs = inputs(setting, project(setting), &scope, &images, &access, user)?;
    let desired = plan::desired(&setting.loaded.lab, &inputs)?;
    let directory = Directory::new(&setting.loaded.lab, &scope, &missing)?.with_commands_of(&desired);
    let environment = playground.place.environment().clone();
    let place = DockerWorld::new(setting.engine.clone(), environment, directory, user, LabProber::of(&scope));
    Ok(Playground { place, missing, ..playground })
}

fn inputs<'a>(
    setting: &SessionContext<'_>,
    project: Project,
    scope: &'a Scope,
    images: &'a ImageSet,
    gate: &'a GateAccess,
    user: (u32, u32),
) -> Result<Inputs<'a>, SessionError> {
    let subnets = super::dirs::subnets(setting.range, &project.name);
    let closed_git = if setting.loaded.lab.environment.folder.keep_git {
        None
    } else {
        let path = || setting.workspace.folder.join(".git");
        let closed = repository::to_close(&setting.workspace.folder);
        let closed = closed.map_err(|source| SessionError::Io { path: path(), source })?;
        Some(closed.ok_or_else(|| SessionError::OpenGit { path: path() })?)
    };
    let machine = setting.engine.about.machine;
    Ok(Inputs { project, scope, images, gate, subnets, user, mount_folder: true, closed_git, machine })
}

/// Optional services that a running playground does without. Why its image
/// were unavailable was said at the start.
fn not_there(lab: &Lab, observed: &Observed) -> BTreeMap<String, Message> {
    let services = lab.environment.services.iter();
    services
        .filter(|(_, service)| service.optional && service.start == Start::Once)
        .filter(|(name, service)| {
            service.containers(name).iter().all(|container| observed.container(container.as_str()).is_none())
        })
        .map(|(name, _)| (name.to_string(), message!("service-not-there", service = name.as_str())))
        .collect()
}

/// A glance at each service that runs the learner's files: what is wrong with
/// it, if anything is. One that is still starting is given a moment.
pub(crate) async fn glances(setting: &SessionContext<'_>, playground: &Playground) -> Vec<(String, ServiceSeen)> {
    let services = setting.loaded.lab.environment.services.iter();
    let learners = services.filter(|(_, service)| service.runs == Runs::Learner && service.start == Start::Once);
    let redactor = Redactor::new(&playground.scope);
    let seen = learners.map(async |(name, _)| {
        let mut seen = playground.place.glance(name.as_str(), GLANCE).await.ok()?;
        seen.log = redactor.text(&seen.log);
        seen.answer = seen.answer.map(|answer| redactor.text(&answer));
        Some((name.to_string(), seen))
    });
    join_all(seen).await.into_iter().flatten().collect()
}

pub(crate) async fn observed(setting: &SessionContext<'_>) -> Result<Observed, SessionError> {
    Ok(setting.engine.observe(&project(setting).name).await?)
}

/// The playground's values, whether it runs or not.
pub(crate) fn values(setting: &SessionContext<'_>) -> Result<Scope, SessionError> {
    scope(setting).map(|(scope, _)| scope)
}

/// The playground's values: drawn once, into `.lab/local/`.
fn scope(setting: &SessionContext<'_>) -> Result<(Scope, GateAccess), SessionError> {
    let lab = &setting.loaded.lab;
    let path = setting.workspace.folder.join(".lab/local/state.json");
    let io = |source| SessionError::Io { path: path.clone(), source };
    let (mut local, aside) = setting.workspace.local(|| values::draw_local(lab)).map_err(io)?;
    if let Some(aside) = aside {
        setting.events.send(Event::Notice(set_aside(&aside)));
    }
    // A newer version of the lab may want secrets that weren't drawn yet.
    let missing = lab.secrets.keys().any(|name| !local.secrets.contains_key(name));
    if missing {
        for (name, value) in values::draw_secrets(lab) {
            local.secrets.entry(name).or_insert(value);
        }
        setting.workspace.write_local(&local).map_err(io)?;
    }
    let scope = values::scope(
        setting.loaded,
        setting.pack_secret,
        setting.record.learner.as_str(),
        &local.run_nonce,
        &local.secrets,
    )?;
    Ok((scope, values::gate(local.gate_password)))
}

/// The owner of a folder: the user that commands in a playground run as.
fn owner(folder: &Path) -> Result<(u32, u32), SessionError> {
    let metadata = fs::metadata(folder).map_err(|source| SessionError::Io { path: folder.to_owned(), source })?;
    Ok((metadata.uid(), metadata.gid()))
}
