//! Services stopped, started, paused while a lab runs, and how they are.

use super::connect::Engine;
use super::directory::Instance;
use super::docker_world::{DockerWorld, fault, here};
use super::error::EngineError;
use super::prober::{Answer, Heard};
use crate::plan::Role;
use crate::world::{ProbeFailure, ServiceAction, ServiceSeen};
use bollard::query_parameters::{StartContainerOptions, StopContainerOptionsBuilder};
use futures_util::future::try_join_all;
use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime};

/// Seconds that a service gets to end by itself before it is killed. As a
/// container's first process, one that doesn't ask for the signal never sees it.
const GRACE: i32 = 2;
/// What stopping and starting may take beside that; it is the engine's time,
/// not the service's.
const CHANGES_WITHIN: Duration = Duration::from_secs(30);
/// The pause between looks at a service that doesn't serve yet.
const PAUSE: Duration = Duration::from_millis(100);
/// What a service of the learner's gets to fall over right after its start,
/// when nothing tells whether it serves.
const SETTLES: Duration = Duration::from_millis(400);
/// Unreadable paths that are named.
const PATHS: usize = 5;
/// Names, one a line, what the user of this shell can't read or enter below
/// the learner's folder.
const UNREADABLE: &str = "cd /work && find . \\( -name .git -o -path ./.lab \\) -prune -o \
    \\( -type f ! -readable -o -type d ! \\( -readable -executable \\) \\) -print 2>/dev/null; exit 0";

pub(super) struct State {
    pub(super) running: bool,
    paused: bool,
    pub(super) exit: Option<i64>,
    pub(super) out_of_memory: bool,
    /// When it was last started; none where the engine doesn't say so.
    started: Option<SystemTime>,
    /// Why it couldn't be started, in the engine's words.
    pub(super) error: String,
    /// Its user, as a number.
    user: String,
}

impl Engine {
    /// Does something to a container. A restart is two calls: only a start's
    /// answer tells a command that can't be run from an engine that fails.
    pub(super) async fn change(&self, container: &str, action: ServiceAction) -> Result<(), EngineError> {
        let call = |doing| move |source| EngineError::call(doing, container, source);
        if matches!(action, ServiceAction::Stop | ServiceAction::Restart) {
            let options = StopContainerOptionsBuilder::new().t(GRACE).build();
            self.docker.stop_container(container, Some(options)).await.map_err(call("stop"))?;
        }
        match action {
            ServiceAction::Look | ServiceAction::Stop => Ok(()),
            ServiceAction::Start | ServiceAction::Restart => {
                let started = self.docker.start_container(container, None::<StartContainerOptions>).await;
                started.map_err(call("start"))
            }
            ServiceAction::Pause => self.docker.pause_container(container).await.map_err(call("pause")),
            ServiceAction::Unpause => self.docker.unpause_container(container).await.map_err(call("unpause")),
        }
    }

    pub(super) async fn state(&self, container: &str) -> Result<State, EngineError> {
        let found = self.docker.inspect_container(container, None).await;
        let found = found.map_err(|source| EngineError::call("inspect", container, source))?;
        let state = found.state.unwrap_or_default();
        Ok(State {
            running: state.running.unwrap_or(false),
            paused: state.paused.unwrap_or(false),
            exit: state.exit_code,
            out_of_memory: state.oom_killed.unwrap_or(false),
            started: state.started_at.and_then(|at| humantime::parse_rfc3339(&at).ok()),
            error: state.error.unwrap_or_default(),
            user: found.config.and_then(|config| config.user).unwrap_or_default(),
        })
    }
}

impl EngineError {
    /// Whether a container's own command can't be started: it isn't there, or
    /// isn't executable.
    pub(super) fn is_of_the_command(&self) -> bool {
        self.refusal() == Some(400)
    }
}

impl DockerWorld {
    /// Does something to a service, every replica of it, and says how it is.
    pub(super) async fn service_seen(
        &self,
        service: &str,
        action: ServiceAction,
        timeout: Duration,
    ) -> Result<ServiceSeen, ProbeFailure> {
        let down = || ProbeFailure::Down { service: service.to_owned(), learners: false };
        let part = here(self.directory.part(service).ok_or_else(down)?)?;
        let seen = part.members.iter().map(|member| async move {
            let changed = tokio::time::timeout(CHANGES_WITHIN, self.done_to(member, action, part.learners)).await;
            let late = || ProbeFailure::TimedOut { what: service.to_owned(), after: CHANGES_WITHIN, learners: false };
            changed.map_err(|_| late())??;
            self.seen(member, action, part, Instant::now() + timeout).await
        });
        let seen = together(try_join_all(seen).await?);
        // What no probe has stopped is down by the environment's fault, unless
        // the learner's files run in it.
        let wanted = part.members.iter().any(|member| super::environment::lock(&self.stopped).contains(member));
        if part.learners || seen.up || wanted {
            return Ok(seen);
        }
        match (seen.answer, part.members.first()) {
            (Some(answer), _) => Err(ProbeFailure::Fault { detail: format!("{service}: {answer}") }),
            (None, Some(member)) => Err(self.why_down(member, part.learners).await),
            (None, None) => Err(down()),
        }
    }

    /// How a service is, and what its user can't read even while it is up.
    pub(crate) async fn glance(&self, service: &str, within: Duration) -> Result<ServiceSeen, ProbeFailure> {
        let mut seen = self.service_seen(service, ServiceAction::Look, within).await?;
        let part = self.directory.part(service).filter(|part| part.sees_folder);
        if seen.up && part.is_some() {
            let state = self.engine.state(&self.container(service)?).await.map_err(fault)?;
            seen.unreadable = self.unreadable(&state.user).await;
        }
        Ok(seen)
    }

    async fn done_to(&self, member: &str, action: ServiceAction, learners: bool) -> Result<(), ProbeFailure> {
        let container = self.environment.member(member).map(|member| member.id);
        let container = container.ok_or_else(|| ProbeFailure::Down { service: member.to_owned(), learners })?;
        match self.engine.change(&container, action).await {
            Err(error) if learners && error.is_of_the_command() => {}
            done => done.map_err(fault)?,
        }
        self.mark_stopped(member, action);
        Ok(())
    }

    /// How one container is, once it serves or is down or the time is over.
    async fn seen(
        &self,
        member: &str,
        action: ServiceAction,
        part: &Instance,
        deadline: Instant,
    ) -> Result<ServiceSeen, ProbeFailure> {
        let container = self.container(member)?;
        // One that asks whether it is up would ask itself for ever.
        let ready = part.ready.as_ref().filter(|ready| !ready.asks_the_engine());
        if ready.is_none() && matches!(action, ServiceAction::Start | ServiceAction::Restart) {
            tokio::time::sleep(SETTLES).await;
        }
        let alone = self.pinned_to(member);
        loop {
            // Its address may be another one now.
            self.look_again(member, &container).await?;
            let state = self.engine.state(&container).await.map_err(fault)?;
            if !state.running {
                return self.down(&container, &state, part).await;
            }
            let up = ServiceSeen { up: true, ..ServiceSeen::default() };
            let (false, Some(ready)) = (state.paused, ready) else {
                let log = self.log_of(&container).await;
                return Ok(ServiceSeen { log, ..up });
            };
            let answer = alone.asks(ready).await.map_err(fault)?;
            let log = || self.log_of(&container);
            match answer {
                Answer::Serves => return Ok(ServiceSeen { log: log().await, ..up }),
                Answer::NotYet { why: answer, heard } if Instant::now() + PAUSE >= deadline => {
                    let asked = self.prober.asked(ready).unwrap_or_default();
                    let answer = Some(format!("{asked} → {answer}"));
                    let listens = if heard == Heard::Refusal {
                        let found = self.engine.listens(&container).await;
                        Some(found.iter().map(ToString::to_string).collect())
                    } else {
                        None
                    };
                    return Ok(ServiceSeen { up: false, log: log().await, answer, listens, ..up });
                }
                Answer::NotYet { .. } => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    async fn down(&self, container: &str, state: &State, part: &Instance) -> Result<ServiceSeen, ProbeFailure> {
        let mut log = self.log_of(container).await;
        if log.is_empty() {
            log.clone_from(&state.error);
        }
        let unreadable = if part.sees_folder { self.unreadable(&state.user).await } else { Vec::new() };
        Ok(ServiceSeen { up: false, exit: state.exit, log, unreadable, ..ServiceSeen::default() })
    }
}

impl DockerWorld {
    /// The same environment, less each service of the learner's that isn't known to have
    /// been started after their files were last changed: it runs other files than these.
    pub(crate) async fn up_to_date(&self, changed: SystemTime) -> Self {
        let mut outdated = BTreeSet::new();
        for (service, member) in self.directory.learners() {
            let state = match self.environment.member(member) {
                Some(member) => self.engine.state(&member.id).await.ok(),
                None => None,
            };
            if state.and_then(|state| state.started).is_none_or(|started| started < changed) {
                outdated.insert(service.to_owned());
            }
        }
        Self { directory: self.directory.clone().without(&outdated), ..self.clone() }
    }

    /// The same environment, where every name of a service leads to one of its
    /// containers.
    fn pinned_to(&self, member: &str) -> Self {
        Self { directory: self.directory.clone().pinned_to(member), ..self.clone() }
    }

    /// What a user can't read in the learner's folder, looked for in the
    /// toolbox, which sees it too: the service itself is down.
    pub(super) async fn unreadable(&self, user: &str) -> Vec<String> {
        let user = if user.is_empty() { "0:0" } else { user };
        let numeric = user.split(':').all(|part| part.parse::<u32>().is_ok());
        let (true, Ok(toolbox)) = (numeric, self.container(Role::Toolbox.as_str())) else { return Vec::new() };
        let argv = ["sh", "-c", UNREADABLE].map(str::to_owned).to_vec();
        let found = self.engine.exec_quietly(&toolbox, user, argv).await.unwrap_or_default();
        found.lines().take(PATHS).map(|path| path.trim_start_matches("./").to_owned()).collect()
    }
}

/// Replicas as one service: up when all are, and else what the fallen say.
fn together(seen: Vec<ServiceSeen>) -> ServiceSeen {
    if seen.len() == 1 {
        return seen.into_iter().next().unwrap_or_default();
    }
    let up = seen.iter().all(|seen| seen.up);
    let told: Vec<&ServiceSeen> = seen.iter().filter(|seen| seen.up == up).collect();
    let logs: Vec<&str> = told.iter().map(|seen| seen.log.as_str()).filter(|log| !log.is_empty()).collect();
    ServiceSeen {
        up,
        exit: told.iter().find_map(|seen| seen.exit),
        log: logs.join("\n"),
        answer: told.iter().find_map(|seen| seen.answer.clone()),
        listens: told.iter().find_map(|seen| seen.listens.clone()),
        unreadable: told.iter().map(|seen| seen.unreadable.clone()).find(|paths| !paths.is_empty()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicas_are_up_together_and_the_fallen_one_speaks() {
        let up = ServiceSeen { up: true, log: "serving".into(), ..ServiceSeen::default() };
        let down = ServiceSeen { exit: Some(2), log: "bad config".into(), ..ServiceSeen::default() };
        assert_eq!(together(vec![up.clone(), down.clone()]), down);
        assert!(together(vec![up.clone(), up]).up);
    }
}
