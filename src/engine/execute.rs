//! Walks a plan: independent steps side by side, no decisions but the subnet.

use super::body;
use super::connect::Engine;
use super::directory::Directory;
use super::environment::{Environment, Member, Members, gate_at, lock, members};
use super::error::EngineError;
use super::gate::Gate;
use super::prober::Prober;
use crate::definition::model::Runs;
use crate::event::{Doing, Event, Finished};
use crate::plan::{
    Action, Cause, Desired, GateAccess, NetworkPart, NetworkSpec, Observed, Plan, Project, Role, Step, subnet::Subnet,
};
use bollard::models::NetworkConnectRequest;
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, RemoveVolumeOptionsBuilder, StartContainerOptions,
};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, FuturesUnordered, StreamExt};
use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How long the gate may take to listen once its container runs.
const GATE_WITHIN: Duration = Duration::from_secs(20);
/// How long someone else's removal of a container is waited for.
const GONE_WITHIN: Duration = Duration::from_secs(10);

pub struct Execution<'a> {
    pub desired: &'a Desired,
    pub observed: &'a Observed,
    pub access: &'a GateAccess,
    pub prober: Arc<dyn Prober>,
    /// The learner's folder as an archive, when it is to be uploaded.
    pub folder: Option<&'a File>,
    /// What the parts are called, for readiness probes.
    pub directory: Directory,
}

struct Progress {
    networks: HashMap<NetworkPart, (String, Option<Subnet>)>,
    members: Members,
    gate: Option<Gate>,
    starts: HashMap<Role, Instant>,
}

enum Made {
    Nothing,
    Network(NetworkPart, String, Subnet),
    Started(Role, Instant),
    Gate(Gate),
}

impl Progress {
    fn add(&mut self, made: Made) {
        match made {
            Made::Nothing => {}
            Made::Network(part, id, subnet) => drop(self.networks.insert(part, (id, Some(subnet)))),
            Made::Started(role, at) => drop(self.starts.insert(role, at)),
            Made::Gate(gate) => self.gate = Some(gate),
        }
    }

    fn environment(&self, project: &Project) -> Result<Environment, EngineError> {
        let gate = self.gate.clone().ok_or_else(|| EngineError::not_running(&Role::Gate))?;
        Ok(Environment { project: project.clone(), gate, members: self.members.clone() })
    }

    fn container(&self, role: &Role) -> Result<String, EngineError> {
        let members = lock(&self.members);
        members.get(role.as_str()).map(|member| member.id.clone()).ok_or_else(|| EngineError::not_running(role))
    }

    fn network(&self, part: NetworkPart) -> Result<&(String, Option<Subnet>), EngineError> {
        let missing = || EngineError::NotRunning { service: format!("network {}", part.suffix()) };
        self.networks.get(&part).ok_or_else(missing)
    }
}

impl Engine {
    /// Takes a plan's steps. On an error, or when cancelled, no further step
    /// begins, and those under way are awaited: what they made is labelled, so
    /// that it can be removed.
    #[tracing::instrument(level = "debug", name = "execute", skip_all, fields(project = %execution.desired.project.name))]
    pub async fn execute(
        &self,
        plan: &Plan,
        execution: &Execution<'_>,
        cancel: &CancellationToken,
    ) -> Result<Environment, EngineError> {
        let there = members(execution.observed);
        let gate = there.get(Role::Gate.as_str()).filter(|gate| gate.running);
        let networks = execution.observed.networks.iter();
        let progress = Progress {
            networks: networks.map(|network| (network.part, (network.id.clone(), network.subnet))).collect(),
            gate: gate.and_then(|gate| gate_at(gate, execution.access)),
            members: Arc::new(Mutex::new(there)),
            starts: HashMap::new(),
        };
        let progress = self.walk(plan, execution, progress, cancel).await?;
        progress.environment(&execution.desired.project)
    }

    pub(crate) async fn remove(&self, plan: &Plan) -> Result<(), EngineError> {
        let mut first_error = None;
        // Three rounds by kind: whatever can be removed is, whatever else fails.
        for round in [0, 1] {
            let steps =
                plan.steps.iter().filter(|step| matches!(step.action, Action::RemoveContainer { .. }) == (round == 0));
            let at_once = if round == 0 { self.about.leaves_at_once() } else { usize::MAX };
            let removals: Vec<_> = steps.map(|step| self.remove_one(&step.action)).collect();
            let mut removals = stream::iter(removals).buffer_unordered(at_once);
            while let Some(result) = removals.next().await {
                if let Err(error) = result {
                    first_error.get_or_insert(error);
                }
            }
        }
        first_error.map_or(Ok(()), Err)
    }

    async fn walk(
        &self,
        plan: &Plan,
        execution: &Execution<'_>,
        mut progress: Progress,
        cancel: &CancellationToken,
    ) -> Result<Progress, EngineError> {
        let mut done = vec![false; plan.steps.len()];
        let mut begun = vec![false; plan.steps.len()];
        let mut under_way = FuturesUnordered::new();
        let mut failure: Option<EngineError> = None;
        // Waits end with the first failure; calls under way are awaited.
        let stop = cancel.child_token();
        loop {
            if cancel.is_cancelled() && failure.is_none() {
                failure = Some(EngineError::Interrupted);
            }
            for (at, step) in plan.steps.iter().enumerate() {
                if failure.is_none() && !begun[at] && step.after.iter().all(|before| done[*before]) {
                    begun[at] = true;
                    match self.take(step, execution, &progress, stop.clone()) {
                        Ok(taken) => under_way.push(async move { (at, taken.await) }),
                        Err(error) => failure = Some(error),
                    }
                }
            }
            match under_way.next().await {
                Some((at, Ok(made))) => {
                    done[at] = true;
                    progress.add(made);
                }
                Some((_, Err(error))) => {
                    stop.cancel();
                    // What stopped because of the first failure isn't the cause.
                    failure.get_or_insert(error);
                }
                None => return failure.map_or(Ok(progress), Err),
            }
        }
    }

    /// One step, with what it needs of those before it.
    fn take<'a>(
        &'a self,
        next: &'a Step,
        execution: &'a Execution<'_>,
        progress: &Progress,
        halt: CancellationToken,
    ) -> Result<BoxFuture<'a, Result<Made, EngineError>>, EngineError> {
        let project = &execution.desired.project;
        let members = progress.members.clone();
        Ok(match &next.action {
            Action::CreateVolume(spec) => Box::pin(async move {
                let request = body::volume(project, &self.owner, spec);
                let created = self.docker.create_volume(request).await;
                created.map_err(|source| EngineError::call("create volume", &spec.name, source))?;
                Ok(Made::Nothing)
            }),
            Action::CreateNetwork(spec) => Box::pin(async move {
                let (id, subnet) = self.create_network(project, spec).await?;
                Ok(Made::Network(spec.part, id, subnet))
            }),
            Action::CreateContainer(spec) => {
                let first = spec.attachments.first();
                let network = first.map(|attachment| progress.network(attachment.network)).transpose()?.cloned();
                let (network, subnet) = network.unwrap_or_else(|| ("none".to_owned(), None));
                let address = first.and_then(|attachment| Some(subnet?.address(attachment.address?)));
                Box::pin(async move {
                    self.events.send(Event::Progress { part: spec.role.to_string(), doing: Doing::Starting });
                    let request =
                        body::container(project, &self.owner, spec, &network, address, &self.about.security());
                    let options = CreateContainerOptionsBuilder::new().name(&spec.name).build();
                    let created = self.docker.create_container(Some(options), request).await;
                    let created =
                        created.map_err(|source| EngineError::call("create container", &spec.name, source))?;
                    let member = Member { id: created.id, address: None, ports: Vec::new(), running: false };
                    lock(&members).insert(spec.role.to_string(), member);
                    Ok(Made::Nothing)
                })
            }
            Action::ConnectNetwork { role, attachment } => {
                let (network, _) = progress.network(attachment.network)?.clone();
                let endpoint_config = Some(body::endpoint(attachment, None));
                let request = NetworkConnectRequest { container: progress.container(role)?, endpoint_config };
                Box::pin(async move {
                    let connected = self.docker.connect_network(&network, request).await;
                    connected.map_err(|source| EngineError::call("connect", role.as_str(), source))?;
                    Ok(Made::Nothing)
                })
            }
            Action::StartContainer(role) => {
                let id = progress.container(role)?;
                Box::pin(async move { self.start_container(execution, &members, role, &id, &halt).await })
            }
            Action::UploadFolder => {
                let gate = progress.container(&Role::Gate)?;
                Box::pin(async move {
                    // None: a room made ahead, which gets its folder later.
                    if let Some(folder) = execution.folder {
                        self.upload_to(project, &gate, folder).await?;
                    }
                    Ok(Made::Nothing)
                })
            }
            Action::WaitReady { role, readiness } => {
                let place = super::DockerWorld::new(
                    self.clone(),
                    progress.environment(project)?,
                    execution.directory.clone().pinned_to(role.as_str()),
                    execution.desired.user,
                    execution.prober.clone(),
                );
                let started = progress.starts.get(role).copied().unwrap_or_else(Instant::now);
                Box::pin(async move {
                    let tries = self.wait_ready(&place, role, readiness, &halt).await?;
                    // What ran and serves is no news.
                    if next.cause != Cause::Running || tries > 1 {
                        let how = Finished::Ready { took: started.elapsed() };
                        self.events.send(Event::Done { part: role.to_string(), how });
                    }
                    Ok(Made::Nothing)
                })
            }
            Action::RemoveContainer { .. } | Action::RemoveNetwork { .. } | Action::RemoveVolume { .. } => {
                Box::pin(async move { self.remove_one(&next.action).await.map(|()| Made::Nothing) })
            }
        })
    }

    async fn create_network(&self, project: &Project, spec: &NetworkSpec) -> Result<(String, Subnet), EngineError> {
        let mut last = None;
        for subnet in &spec.subnets {
            let request = body::network(project, &self.owner, spec, *subnet);
            match self.docker.create_network(request).await {
                Ok(created) => return Ok((created.id, *subnet)),
                Err(source) => {
                    let error = EngineError::call("create network", &spec.name, source);
                    let taken = error.to_string().contains("overlap") || error.refusal() == Some(403);
                    if !taken {
                        return Err(error);
                    }
                    last = Some(error);
                }
            }
        }
        drop(last);
        Err(EngineError::NoSubnet { network: spec.name.clone(), tried: spec.subnets.len() })
    }

    async fn start_container(
        &self,
        execution: &Execution<'_>,
        members: &Members,
        role: &Role,
        id: &str,
        stop: &CancellationToken,
    ) -> Result<Made, EngineError> {
        let begun = Instant::now();
        let spec = execution.desired.containers.iter().find(|spec| spec.role == *role);
        let started = self.docker.start_container(id, None::<StartContainerOptions>).await;
        match started.map_err(|source| EngineError::call("start", role.as_str(), source)) {
            // The environment stands without it; a check tells that it is down.
            Err(error) if spec.is_some_and(|spec| spec.runs == Runs::Learner) && error.is_of_the_command() => {}
            started => started?,
        }
        let member = self.member(id).await?;
        let gate = if *role == Role::Gate {
            let gate = gate_at(&member, execution.access).ok_or_else(|| EngineError::not_running(role))?;
            self.wait_gate(&gate, id, execution, stop).await?;
            Some(gate)
        } else {
            None
        };
        lock(members).insert(role.to_string(), member);
        if spec.is_none_or(|spec| spec.readiness.is_none()) {
            self.events.send(Event::Done { part: role.to_string(), how: Finished::Started });
        }
        Ok(gate.map_or(Made::Started(role.clone(), begun), Made::Gate))
    }

    /// A container's place, freshly asked.
    pub(super) async fn member(&self, id: &str) -> Result<Member, EngineError> {
        let found = self.docker.inspect_container(id, None).await;
        let found = found.map_err(|source| EngineError::call("inspect", id, source))?;
        let settings = found.network_settings.unwrap_or_default();
        let room = format!("-{}", NetworkPart::Room.suffix());
        let address = settings
            .networks
            .iter()
            .flatten()
            .find(|(name, _)| name.ends_with(&room))
            .and_then(|(_, endpoint)| endpoint.ip_address.as_ref()?.parse().ok());
        let ports = settings
            .ports
            .iter()
            .flatten()
            .filter_map(|(port, bindings)| {
                let private = port.split('/').next()?.parse().ok()?;
                let public = bindings.as_ref()?.iter().find_map(|binding| binding.host_port.as_ref()?.parse().ok())?;
                Some((private, public))
            })
            .collect();
        let running = found.state.and_then(|state| state.running).unwrap_or(false);
        Ok(Member { id: id.to_owned(), address, ports, running })
    }

    async fn wait_gate(
        &self,
        gate: &Gate,
        id: &str,
        execution: &Execution<'_>,
        stop: &CancellationToken,
    ) -> Result<(), EngineError> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(5);
        let mut tries = 0;
        loop {
            tries += 1;
            let Err(why) = gate.lives().await else { return Ok(()) };
            if stop.is_cancelled() {
                return Err(EngineError::Interrupted);
            }
            // The daemon may still carry out what a command asked that was killed.
            let ended = tries % 10 == 0 && !self.member(id).await?.running;
            if ended || begun.elapsed() > GATE_WITHIN {
                return Err(EngineError::NotReady {
                    service: Role::Gate.to_string(),
                    within: GATE_WITHIN,
                    asked: gate.proxy.to_string(),
                    tries,
                    answer: why,
                    silent: false,
                    log: self.log_tail(id, &*execution.prober).await,
                });
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(100));
        }
    }

    #[tracing::instrument(level = "debug", name = "engine.remove", skip_all)]
    async fn remove_one(&self, action: &Action) -> Result<(), EngineError> {
        let (doing, name, result) = match action {
            Action::RemoveContainer { id, name } => {
                let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
                ("remove container", name, self.docker.remove_container(id, Some(options)).await)
            }
            Action::RemoveNetwork { id, name } => ("remove network", name, self.docker.remove_network(id).await),
            Action::RemoveVolume { name } => {
                let options = RemoveVolumeOptionsBuilder::new().force(true).build();
                ("remove volume", name, self.docker.remove_volume(name, Some(options)).await)
            }
            _ => return Ok(()),
        };
        match result.map_err(|source| EngineError::call(doing, name, source)) {
            // Gone already, or someone else is removing it: what we wanted.
            Err(error) if error.refusal() == Some(404) => Ok(()),
            Err(error) if error.refusal() == Some(409) && error.to_string().contains("already in progress") => {
                self.wait_until_gone(name).await;
                Ok(())
            }
            result => result,
        }
    }

    /// Waits for a container that someone else is removing: until then it
    /// still holds its networks and volumes.
    async fn wait_until_gone(&self, container: &str) {
        let begun = Instant::now();
        while begun.elapsed() < GONE_WITHIN && self.docker.inspect_container(container, None).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
