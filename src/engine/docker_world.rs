//! A running environment as the [`World`] that checks ask.

use super::connect::Engine;
use super::directory::{Directory, Instance};
use super::environment::{Environment, Member, lock};
use super::error::EngineError;
use super::exec::{Ends, ExecRequest};
use super::gate::Target;
use super::listening::Awaited;
use super::orphans::{self, Orphans};
use super::overlay;
use super::prober::Prober;
use crate::message::Message;
use crate::plan::{JUDGE, JUDGE_HOME, Profile, Role};
use crate::strain::Strain;
use crate::world::{
    Command, FileSeen, HttpRequest, HttpResponse, Listed, Output, ProbeFailure, ServiceAction, ServiceSeen, User, World,
};
use futures_util::future::BoxFuture;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Where the learner's folder is, in the toolbox and in services that see it.
pub(super) const WORK: &str = "/work";

/// How long after its last listener a container of the lab's own may take to end.
const ENDS_WITHIN: std::time::Duration = std::time::Duration::from_millis(300);

#[derive(Debug, Clone)]
pub struct DockerWorld {
    pub(super) engine: Engine,
    pub(super) environment: Environment,
    pub(super) directory: Directory,
    pub(super) prober: Arc<dyn Prober>,
    pub(super) user: String,
    /// The lab's own user there, in the learner's group to read what it may.
    pub(super) judge: String,
    /// Containers that a probe has stopped, and that are down by no fault.
    pub(super) stopped: Arc<Mutex<BTreeSet<String>>>,
    /// Whose turn it is among replicas.
    pub(super) turn: Arc<AtomicUsize>,
    /// Programs of the learner's that were waited for; none where nobody waits.
    pub(super) awaited: Option<Awaited>,
    pub(super) orphans: Orphans,
}

struct Reached {
    member: String,
    target: Target,
}

impl DockerWorld {
    /// The environment, reached through its gate; the user runs the toolbox's
    /// commands.
    pub(crate) fn new(
        engine: Engine,
        environment: Environment,
        directory: Directory,
        (uid, gid): (u32, u32),
        prober: Arc<dyn Prober>,
    ) -> Self {
        let user = format!("{uid}:{gid}");
        let judge = format!("{JUDGE}:{gid}");
        for member in lock(&environment.members).values() {
            engine.strain.leave_out(&member.id);
        }
        let (stopped, turn, orphans) = (Arc::default(), Arc::default(), Orphans::default());
        let awaited = Some(Awaited::default());
        Self { engine, environment, directory, prober, user, judge, stopped, turn, awaited, orphans }
    }

    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// A container of a service: the first of its replicas that runs.
    pub(crate) fn member(&self, service: &str) -> Option<Member> {
        let Some(part) = self.directory.part(service) else { return self.environment.member(service) };
        let members = part.members.iter().filter_map(|member| self.environment.member(member));
        members.clone().find(|member| member.running).or_else(|| members.clone().next())
    }

    /// Whether each command in a service gets a container of its own.
    pub(super) fn starts_anew(&self, service: &str) -> bool {
        self.directory.part(service).is_some_and(|part| part.each.is_some())
    }

    fn host(&self, host: &str) -> Result<&Instance, ProbeFailure> {
        let part = self.directory.host(host);
        here(part.ok_or_else(|| ProbeFailure::Elsewhere { host: host.to_ascii_lowercase() })?)
    }

    /// A container behind a host name. Replicas take turns.
    async fn reach(&self, host: &str, port: u16) -> Result<Reached, ProbeFailure> {
        let behind = self.host(host)?;
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        for at in 0..behind.members.len() {
            let member = &behind.members[(turn.wrapping_add(at)) % behind.members.len()];
            if let Some(address) = self.address(member).await? {
                let target = Target { address: SocketAddr::new(address, port), learners: behind.learners };
                return Ok(Reached { member: member.clone(), target });
            }
        }
        match behind.members.first() {
            Some(member) => Err(self.why_down(member, behind.learners).await),
            None => Err(ProbeFailure::Down { service: behind.service.clone(), learners: behind.learners }),
        }
    }

    /// Why a container that should run doesn't: a probe stopped it, or how it ended.
    pub(super) async fn why_down(&self, name: &str, learners: bool) -> ProbeFailure {
        let service = name.to_owned();
        let stopped = lock(&self.stopped).contains(name);
        let state = match self.environment.member(name) {
            Some(member) if !stopped => self.engine.state(&member.id).await.ok().map(|state| (member.id, state)),
            _ => None,
        };
        // One that never ran has no exit of its own.
        let Some((id, state)) = state.filter(|(_, state)| !state.running && state.error.is_empty()) else {
            return ProbeFailure::Down { service, learners };
        };
        ProbeFailure::Ended {
            service,
            learners,
            exit: state.exit.unwrap_or(-1),
            out_of_memory: state.out_of_memory,
            log: self.log_of(&id).await,
        }
    }

    pub(super) async fn log_of(&self, container: &str) -> String {
        self.engine.log_tail(container, &*self.prober).await
    }

    async fn address(&self, name: &str) -> Result<Option<std::net::IpAddr>, ProbeFailure> {
        match self.environment.member(name) {
            Some(Member { address: Some(address), running: true, .. }) => Ok(Some(address)),
            // It may have been started since.
            Some(member) => Ok(self.look_again(name, &member.id).await?.address),
            None => Ok(None),
        }
    }

    pub(super) async fn look_again(&self, name: &str, id: &str) -> Result<Member, ProbeFailure> {
        let mut member = self.engine.member(id).await.map_err(fault)?;
        if !member.running {
            member.address = None;
        }
        self.environment.set_member(name, member.clone());
        Ok(member)
    }

    /// Waits for a program of the learner's that may be about to listen; else it says what
    /// is the matter.
    async fn awaited(&self, reached: &Reached, failure: ProbeFailure, timeout: Duration) -> Result<(), ProbeFailure> {
        let failure = self.or_down(reached, failure).await;
        let of_port = matches!(failure, ProbeFailure::Refused { .. } | ProbeFailure::ListensElsewhere { .. });
        let Some(awaited) = self.awaited.as_ref().filter(|_| of_port && reached.target.learners) else {
            return Err(failure);
        };
        let port = reached.target.address.port();
        let again = awaited.again(&reached.member, port, timeout, &self.engine.strain).await;
        if again { Ok(()) } else { Err(failure) }
    }

    /// After a refusal, silence or a cut: what is the matter with the service itself, if anything
    /// is. To an address that nobody has any more, connecting hangs; and what ends in the middle
    /// of an answer cuts it.
    async fn or_down(&self, reached: &Reached, failure: ProbeFailure) -> ProbeFailure {
        let learners = reached.target.learners;
        let asks = matches!(
            failure,
            ProbeFailure::Refused { .. } | ProbeFailure::TimedOut { .. } | ProbeFailure::Broken { .. }
        );
        let Some(member) = self.environment.member(&reached.member).filter(|_| asks) else { return failure };
        let mut seen = self.look_again(&reached.member, &member.id).await;
        if !learners && matches!(seen, Ok(Member { running: true, .. })) {
            // What listened has ended, and the container's own process may be about to.
            tokio::time::sleep(ENDS_WITHIN).await;
            seen = self.look_again(&reached.member, &member.id).await;
        }
        match seen {
            Ok(Member { running: false, .. }) => self.why_down(&reached.member, learners).await,
            Ok(_) if learners => self.or_elsewhere(reached, &member.id, failure).await,
            _ => failure,
        }
    }

    /// After a refusal: where the service listens instead, if it does.
    async fn or_elsewhere(&self, reached: &Reached, container: &str, failure: ProbeFailure) -> ProbeFailure {
        let ProbeFailure::Refused { address: wanted, .. } = &failure else { return failure };
        let found = self.engine.listens(container).await;
        if found.is_empty() || found.iter().any(|at| at.serves(reached.target.address.port())) {
            return failure;
        }
        ProbeFailure::ListensElsewhere {
            service: reached.member.clone(),
            learners: true,
            wanted: wanted.clone(),
            found: found.iter().map(ToString::to_string).collect(),
        }
    }

    /// The container in which something is done or looked at.
    pub(super) fn container(&self, service: &str) -> Result<String, ProbeFailure> {
        let part = self.directory.part(service).map(here).transpose()?;
        let learners = part.is_some_and(|part| part.learners);
        let down = || ProbeFailure::Down { service: service.to_owned(), learners };
        self.member(service).map(|member| member.id).ok_or_else(down)
    }

    /// Keeps in mind what is down because a probe wanted it so.
    pub(super) fn mark_stopped(&self, name: &str, action: ServiceAction) {
        let mut stopped = lock(&self.stopped);
        match action {
            ServiceAction::Stop => drop(stopped.insert(name.to_owned())),
            ServiceAction::Start | ServiceAction::Restart => {
                stopped.remove(name);
                self.awaited.iter().for_each(|awaited| awaited.anew(name));
            }
            ServiceAction::Look | ServiceAction::Pause | ServiceAction::Unpause => {}
        }
    }
}

pub(super) fn here(part: &Instance) -> Result<&Instance, ProbeFailure> {
    match &part.missing {
        Some(why) => Err(ProbeFailure::Unavailable { service: part.service.clone(), why: why.clone() }),
        None => Ok(part),
    }
}

/// An engine's error during a probe is the machine's fault.
#[expect(clippy::needless_pass_by_value, reason = "reads as `map_err(fault)`")]
pub(super) fn fault(error: EngineError) -> ProbeFailure {
    ProbeFailure::Fault { detail: error.to_string() }
}

impl World for DockerWorld {
    fn http(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, ProbeFailure>> {
        Box::pin(async move {
            let bad = || ProbeFailure::BadUrl { url: request.url.clone() };
            let url = url::Url::parse(&request.url).map_err(|_| bad())?;
            if url.scheme() != "http" {
                // Only hosts of the lab are reached, and they speak plain HTTP here.
                let host = url.host_str().unwrap_or_default();
                self.host(host)?;
                return Err(bad());
            }
            let host = url.host_str().ok_or_else(bad)?.to_owned();
            let port = url.port_or_known_default().unwrap_or(80);
            loop {
                let reached = self.reach(&host, port).await?;
                match self.environment.gate.http(&reached.target, &request).await {
                    Err(trouble) => self.awaited(&reached, trouble, request.timeout).await?,
                    answer => return answer,
                }
            }
        })
    }

    fn tcp(&self, host: String, port: u16, timeout: Duration) -> BoxFuture<'_, Result<(), ProbeFailure>> {
        Box::pin(async move {
            loop {
                let reached = self.reach(&host, port).await?;
                match self.environment.gate.tcp(&reached.target, timeout).await {
                    Err(trouble) => self.awaited(&reached, trouble, timeout).await?,
                    answer => return answer,
                }
            }
        })
    }

    fn exec(&self, command: Command) -> BoxFuture<'_, Result<Output, ProbeFailure>> {
        Box::pin(async move {
            let service = command.service.as_deref().unwrap_or(Role::Toolbox.as_str());
            let part = self.directory.part(service).map(here).transpose()?;
            let sees_folder = part.is_none_or(|part| part.sees_folder);
            let judging = command.service.is_none() && command.user == User::Judge;
            let dir = match command.dir.as_str() {
                "" if judging => JUDGE_HOME,
                "" if sees_folder => WORK,
                dir => dir,
            };
            let container = match part.and_then(|part| part.each.clone()) {
                Some(spec) => {
                    let ran = self.engine.run_once(&self.environment.project, &spec, &command, dir).await;
                    return ran.map_err(|error| ProbeFailure::Fault { detail: format!("{service}: {error}") });
                }
                None => self.container(service)?,
            };
            // In a service commands run as its own user.
            let user = match (&command.service, command.user) {
                (Some(_), _) => "",
                (None, User::Learner) => &self.user,
                (None, User::Judge) => &self.judge,
            };
            let mut env = command.env.clone();
            if judging {
                env.extend(["HOME", "TMPDIR"].map(|name| (name.to_owned(), JUDGE_HOME.to_owned())));
            }
            let started = orphans::Command {
                container: container.clone(),
                user: user.to_owned(),
                argv: command.argv.clone(),
                timeout: command.timeout,
            };
            let request = ExecRequest {
                container: &container,
                argv: &command.argv,
                user,
                crowd: if judging { &self.user } else { user },
                dir,
                env: &env,
                stdin: &command.stdin,
                timeout: command.timeout,
                max_output: command.max_output,
                ends: if command.service.is_none() { self.ends() } else { Ends::Itself },
            };
            let ran = self.orphans.wait(started, self.engine.exec(&request)).await;
            ran.map_err(|error| ProbeFailure::Fault { detail: format!("{service}: {error}") })
        })
    }

    fn service(
        &self,
        service: String,
        action: ServiceAction,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<ServiceSeen, ProbeFailure>> {
        Box::pin(async move { self.service_seen(&service, action, timeout).await })
    }

    fn strain(&self) -> Strain {
        self.engine.strain.clone()
    }

    fn runs_learners_files(&self, name: &str) -> bool {
        let part = self.directory.host(name).or_else(|| self.directory.part(name));
        part.is_some_and(|part| part.learners)
    }

    fn missing(&self, name: &str) -> Option<Message> {
        self.directory.missing(name).cloned()
    }

    fn put(
        &self,
        path: String,
        contents: Option<Vec<u8>>,
        mode: u32,
    ) -> BoxFuture<'_, Result<Vec<String>, ProbeFailure>> {
        Box::pin(async move {
            let mode = format!("{mode:o}");
            let (action, contents) = match &contents {
                Some(contents) => ("write", contents.as_slice()),
                None => ("remove", &[][..]),
            };
            let ran = self.edit(&[&path, action, &mode], contents).await?;
            match ran.exit {
                0 => Ok(String::from_utf8_lossy(&ran.stdout).lines().map(str::to_owned).collect()),
                overlay::LEADS_OUT => Err(ProbeFailure::LeadsOut { path: in_folder(&path) }),
                overlay::IN_THE_WAY => Err(ProbeFailure::NoFile { path: in_folder(&path) }),
                _ => Err(unedited(&path, &ran)),
            }
        })
    }

    fn remove_folders(&self, folders: Vec<String>) -> BoxFuture<'_, Result<(), ProbeFailure>> {
        Box::pin(async move {
            for folder in folders {
                let ran = self.edit(&[&folder, "remove-folder", "0"], &[]).await?;
                if ran.exit != 0 {
                    return Err(unedited(&folder, &ran));
                }
            }
            Ok(())
        })
    }

    fn file(&self, service: String, path: String) -> BoxFuture<'_, Result<Option<FileSeen>, ProbeFailure>> {
        Box::pin(async move {
            let container = self.container(&service)?;
            let limit = Duration::from_secs(30);
            let read = tokio::time::timeout(limit, self.engine.read_through_links(&container, &path)).await;
            match read {
                Ok(read) => read.map_err(fault),
                Err(_) => Err(ProbeFailure::TimedOut { what: path, after: limit, learners: false }),
            }
        })
    }

    fn files(&self, service: String, folder: String) -> BoxFuture<'_, Result<Option<Vec<Listed>>, ProbeFailure>> {
        Box::pin(async move {
            let container = self.container(&service)?;
            let limit = Duration::from_secs(30);
            match tokio::time::timeout(limit, self.engine.list_files(&container, &folder)).await {
                Ok(listed) => listed.map_err(fault)?,
                Err(_) => Err(ProbeFailure::TimedOut { what: folder, after: limit, learners: false }),
            }
        })
    }
}

/// A path as the learner knows it.
fn in_folder(path: &str) -> String {
    path.strip_prefix(WORK).map_or(path, |inside| inside.trim_start_matches('/')).to_owned()
}

fn unedited(path: &str, ran: &Output) -> ProbeFailure {
    let said = String::from_utf8_lossy(&ran.stderr);
    ProbeFailure::Fault { detail: format!("{path}: exit {} {}", ran.exit, said.trim()) }
}

impl DockerWorld {
    /// Edits the learner's folder as its owner, in the toolbox: there, whatever a learner's
    /// command puts in the way by a link leads nowhere that the learner couldn't write to.
    async fn edit(&self, arguments: &[&str], contents: &[u8]) -> Result<Output, ProbeFailure> {
        let toolbox = self.container(Role::Toolbox.as_str())?;
        let argv: Vec<String> =
            ["sh", "-c", overlay::EDIT, "sh"].iter().chain(arguments).map(|word| (*word).to_owned()).collect();
        let request = ExecRequest {
            container: &toolbox,
            argv: &argv,
            user: &self.user,
            crowd: &self.user,
            dir: WORK,
            env: &[],
            stdin: contents,
            timeout: overlay::WITHIN,
            max_output: 64 << 10,
            ends: self.ends(),
        };
        self.engine.exec(&request).await.map_err(fault)
    }

    /// In a room the toolbox's user is nobody else's.
    fn ends(&self) -> Ends {
        match self.environment.project.profile {
            Profile::Room { .. } => Ends::AllOfItsUser,
            Profile::Playground => Ends::Itself,
        }
    }
}
