//! Walks a plan: independent steps side by side, no decisions but the subnet.

use super::body;
use super::connect::Engine;
use super::directory::Directory;
use super::environment::{Environment, Member, Members, gate_at, lock, members};
use super::error::EngineError;
use super::gate::Gate;
use crate::definition::model::Runs;
use crate::event::{Doing, Event, Finished};
use crate::plan::{
    Action, Cause, ContainerSpec, Desired, GateAccess, NetworkPart, NetworkSpec, Observed, Plan, Project, Role, Step,
    subnet::Subnet,
};
use crate::template::Scope;
use bollard::models::NetworkConnectRequest;
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, RemoveVolumeOptionsBuilder, StartContainerOptions,
};
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

/// What a plan needs beside its steps.
pub struct Execution<'a> {
    /// What the plan leads to.
    pub desired: &'a Desired,
    /// What was there when the plan was made.
    pub observed: &'a Observed,
    /// The gate's user and password.
    pub access: &'a GateAccess,
    /// Values for readiness probes.
    pub scope: &'a Scope,
    /// The learner's folder as an archive, when it is to be uploaded.
    pub folder: Option<&'a File>,
    /// What the parts are called, for readiness probes.
    pub directory: Directory,
}

/// What the steps leave behind for later ones.
struct ExecutionState {
    networks: Mutex<HashMap<NetworkPart, (String, Option<Subnet>)>>,
    members: Members,
    gate: Mutex<Option<Gate>>,
    starts: Mutex<HashMap<Role, Instant>>,
}

impl Engine {
    /// Takes a plan's steps. On an error, or when cancelled, no further step
    /// begins, and those under way are awaited: what they made is labelled, so
    /// that it can be removed.
    pub async fn execute(
        &self,
        plan: &Plan,
        execution: &Execution<'_>,
        cancel: &CancellationToken,
    ) -> Result<Environment, EngineError> {
        let progress = ExecutionState {
            networks: Mutex::new(
                execution
                    .observed
                    .networks
                    .iter()
                    .map(|network| (network.part, (network.id.clone(), network.subnet)))
                    .collect(),
            ),
            members: Arc::new(Mutex::new(members(execution.observed))),
            gate: Mutex::new(None),
            starts: Mutex::new(HashMap::new()),
        };
        if let Some(gate) = lock(&progress.members).get("gate").filter(|gate| gate.running) {
            *lock(&progress.gate) = gate_at(gate, execution.access);
        }
        self.walk(plan, execution, &progress, cancel).await?;
        let gate = lock(&progress.gate).clone();
        let gate = gate.ok_or_else(|| EngineError::NotRunning { service: "gate".to_owned() })?;
        Ok(Environment { project: execution.desired.project.clone(), gate, members: progress.members.clone() })
    }

    /// Removes what a removal plan names.
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
        progress: &ExecutionState,
        cancel: &CancellationToken,
    ) -> Result<(), EngineError> {
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
            if failure.is_none() {
                for (at, step) in plan.steps.iter().enumerate() {
                    if !begun[at] && step.after.iter().all(|before| done[*before]) {
                        begun[at] = true;
                        let stop = stop.clone();
                        under_way.push(async move { (at, self.take(step, execution, progress, &stop).await) });
                    }
                }
            }
            match under_way.next().await {
                Some((at, Ok(()))) => done[at] = true,
                Some((_, Err(error))) => {
                    stop.cancel();
                    // What stopped because of the first failure isn't the cause.
                    if failure.is_none() {
                        failure = Some(error);
                    }
                }
                None => return failure.map_or(Ok(()), Err),
            }
        }
    }

    async fn take(
        &self,
        next: &Step,
        execution: &Execution<'_>,
        progress: &ExecutionState,
        halt: &CancellationToken,
    ) -> Result<(), EngineError> {
        let project = &execution.desired.project;
        match &next.action {
            Action::CreateVolume(spec) => {
                let request = body::volume(project, &self.owner, spec);
                let created = self.docker.create_volume(request).await;
                created.map(drop).map_err(|source| EngineError::call("create volume", &spec.name, source))
            }
            Action::CreateNetwork(spec) => {
                let (id, subnet) = self.create_network(project, spec).await?;
                lock(&progress.networks).insert(spec.part, (id, Some(subnet)));
                Ok(())
            }
            Action::CreateContainer(spec) => {
                self.events.send(Event::Progress { part: spec.role.to_string(), doing: Doing::Starting });
                let id = self.create_container(execution, progress, spec).await?;
                let member = Member { id, address: None, ports: Vec::new(), running: false };
                lock(&progress.members).insert(spec.role.to_string(), member);
                Ok(())
            }
            Action::ConnectNetwork { role, attachment } => {
                let id = container_id(progress, role)?;
                let network = network_id(progress, attachment.network)?;
                let request =
                    NetworkConnectRequest { container: id, endpoint_config: Some(body::endpoint(attachment, None)) };
                let connected = self.docker.connect_network(&network, request).await;
                connected.map_err(|source| EngineError::call("connect", role.as_str(), source))
            }
            Action::StartContainer(role) => self.start_container(execution, progress, role, halt).await,
            Action::UploadFolder => self.upload_folder(execution, progress).await,
            Action::WaitReady { role, readiness } => {
                let place = super::DockerWorld::new(
                    self.clone(),
                    Environment {
                        project: project.clone(),
                        gate: lock(&progress.gate)
                            .clone()
                            .ok_or_else(|| EngineError::NotRunning { service: "gate".to_owned() })?,
                        members: progress.members.clone(),
                    },
                    execution.directory.clone().pinned_to(role.as_str()),
                    execution.desired.user,
                    execution.scope.clone(),
                );
                let started = lock(&progress.starts).get(role).copied().unwrap_or_else(Instant::now);
                let tries = self.wait_ready(&place, role, readiness, execution.scope, halt).await?;
                // What ran and serves is no news.
                if next.cause != Cause::Running || tries > 1 {
                    let how = Finished::Ready { took: started.elapsed() };
                    self.events.send(Event::Done { part: role.to_string(), how });
                }
                Ok(())
            }
            Action::RemoveContainer { .. } | Action::RemoveNetwork { .. } | Action::RemoveVolume { .. } => {
                self.remove_one(&next.action).await
            }
        }
    }

    async fn create_network(&self, project: &Project, spec: &NetworkSpec) -> Result<(String, Subnet), EngineError> {
        let mut last = None;
        for subnet in &spec.subnets {
            let request = body::network(project, &self.owner, spec, *subnet);
            match self.docker.create_network(request).await {
                Ok(created) => return Ok((created.id, *subnet)),
                Err(source) => {
                    let error = EngineError::call("create network", &spec.name, source);
                    let taken = error.to_string().contains("overlap") || error.status() == Some(403);
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

    async fn create_container(
        &self,
        execution: &Execution<'_>,
        progress: &ExecutionState,
        spec: &ContainerSpec,
    ) -> Result<String, EngineError> {
        let first = spec.attachments.first();
        let network = match first {
            Some(attachment) => network_id(progress, attachment.network)?,
            None => "none".to_owned(),
        };
        let address = first.and_then(|attachment| {
            let subnet = lock(&progress.networks).get(&attachment.network)?.1?;
            Some(subnet.address(attachment.address?))
        });
        let request = body::container(&execution.desired.project, &self.owner, spec, &network, address);
        let options = CreateContainerOptionsBuilder::new().name(&spec.name).build();
        let created = self.docker.create_container(Some(options), request).await;
        created.map(|created| created.id).map_err(|source| EngineError::call("create container", &spec.name, source))
    }

    async fn start_container(
        &self,
        execution: &Execution<'_>,
        progress: &ExecutionState,
        role: &Role,
        stop: &CancellationToken,
    ) -> Result<(), EngineError> {
        let id = container_id(progress, role)?;
        lock(&progress.starts).insert(role.clone(), Instant::now());
        let spec = execution.desired.containers.iter().find(|spec| spec.role == *role);
        let started = self.docker.start_container(&id, None::<StartContainerOptions>).await;
        match started.map_err(|source| EngineError::call("start", role.as_str(), source)) {
            // The environment stands without it; a check tells that it is down.
            Err(error) if spec.is_some_and(|spec| spec.runs == Runs::Learner) && error.is_of_the_command() => {}
            started => started?,
        }
        let member = self.member(&id).await?;
        if *role == Role::Gate {
            let gate = gate_at(&member, execution.access)
                .ok_or_else(|| EngineError::NotRunning { service: "gate".to_owned() })?;
            self.wait_gate(&gate, &id, stop).await?;
            *lock(&progress.gate) = Some(gate);
        }
        lock(&progress.members).insert(role.to_string(), member);
        if spec.is_none_or(|spec| spec.readiness.is_none()) {
            self.events.send(Event::Done { part: role.to_string(), how: Finished::Started });
        }
        Ok(())
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

    async fn wait_gate(&self, gate: &Gate, id: &str, stop: &CancellationToken) -> Result<(), EngineError> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(5);
        loop {
            match gate.lives().await {
                Ok(()) => return Ok(()),
                Err(trouble) => {
                    if stop.is_cancelled() {
                        return Err(EngineError::Interrupted);
                    }
                    if begun.elapsed() > GATE_WITHIN {
                        return Err(EngineError::NotReady {
                            service: "gate".to_owned(),
                            within: GATE_WITHIN,
                            asked: gate.proxy.to_string(),
                            tries: 1,
                            answer: format!("{trouble:?}"),
                            silent: false,
                            log: self.log_tail(id).await,
                        });
                    }
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(100));
        }
    }

    async fn upload_folder(&self, execution: &Execution<'_>, progress: &ExecutionState) -> Result<(), EngineError> {
        // None: a room made ahead, which gets its folder later.
        let Some(folder) = execution.folder else { return Ok(()) };
        self.upload_to(&execution.desired.project, &container_id(progress, &Role::Gate)?, folder).await
    }

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
            Err(error) if error.status() == Some(404) => Ok(()),
            Err(error) if error.status() == Some(409) && error.to_string().contains("already in progress") => {
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

fn container_id(progress: &ExecutionState, role: &Role) -> Result<String, EngineError> {
    let members = lock(&progress.members);
    let member = members.get(role.as_str()).ok_or_else(|| EngineError::NotRunning { service: role.to_string() })?;
    Ok(member.id.clone())
}

fn network_id(progress: &ExecutionState, part: NetworkPart) -> Result<String, EngineError> {
    let networks = lock(&progress.networks);
    let (id, _) =
        networks.get(&part).ok_or_else(|| EngineError::NotRunning { service: format!("network {}", part.suffix()) })?;
    Ok(id.clone())
}
