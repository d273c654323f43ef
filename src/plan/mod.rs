//! What is wanted, what is there, and the steps from one to the other. Pure:
//! no step is taken here, and the executor takes no decision.

pub mod desired;
mod environment;
pub mod observed;
mod service;
pub mod subnet;

pub use desired::{
    Attachment, ContainerSpec, Desired, Names, NetworkPart, NetworkSpec, Profile, Project, Readiness, Role, VolumeSpec,
};
pub use environment::{
    FOLDER_MAX, GATE_PORT, GateAccess, ImageSet, Inputs, JUDGE, JUDGE_HOME, MOST_PIDS, Machine, PreparedImage,
    RESERVED, ROOM_USER, desired, gate_path,
};
pub use observed::{Observed, ObservedContainer, ObservedNetwork, ObservedVolume};
pub use service::readiness;

use std::collections::BTreeSet;

/// Steps, each naming those that must be done before it.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// In an order that respects `after`; independent ones may run together.
    pub steps: Vec<Step>,
}

/// One call to the engine and why it is made.
#[derive(Debug, Clone)]
pub struct Step {
    pub action: Action,
    pub cause: Cause,
    /// Indices of steps that must be done before.
    pub after: Vec<usize>,
}

#[derive(Debug, Clone)]
pub enum Action {
    CreateVolume(VolumeSpec),
    /// Creates a network in the first of its subnets that the engine accepts.
    CreateNetwork(NetworkSpec),
    /// Creates a container on its first network.
    CreateContainer(Box<ContainerSpec>),
    ConnectNetwork {
        role: Role,
        attachment: Attachment,
    },
    StartContainer(Role),
    /// Puts the learner's folder into the work volume, through the gate.
    UploadFolder,
    WaitReady {
        role: Role,
        readiness: Readiness,
    },
    RemoveContainer {
        id: String,
        name: String,
    },
    RemoveNetwork {
        id: String,
        name: String,
    },
    RemoveVolume {
        name: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Missing,
    Changed,
    /// What it is attached to is recreated.
    NetworkAnew,
    Stopped,
    Unwanted,
    /// It runs; whether it serves is asked each time.
    Running,
}

impl Plan {
    /// Whether nothing changes: at most readiness is asked.
    pub fn changes_nothing(&self) -> bool {
        self.steps.iter().all(|step| matches!(step.action, Action::WaitReady { .. }))
    }

    fn push(&mut self, action: Action, cause: Cause, after: Vec<usize>) -> usize {
        self.steps.push(Step { action, cause, after });
        self.steps.len() - 1
    }
}

/// The steps that bring what is observed to what is desired.
#[tracing::instrument(level = "debug", skip_all, fields(project = %desired.project.name))]
pub fn plan(desired: &Desired, observed: &Observed) -> Plan {
    let mut plan = Plan::default();
    let wanted: BTreeSet<&str> = desired.containers.iter().map(|container| container.name.as_str()).collect();
    // Two of one name, which a killed command's last call can leave behind, are
    // as good as none: the engine refuses to start containers on either.
    let network = |part: NetworkPart| {
        let mut found = observed.networks.iter().filter(|network| network.part == part);
        found.next().filter(|_| found.next().is_none())
    };
    let networks_anew = desired.networks.iter().any(|spec| network(spec.part).is_none());

    // Removals first: a container holds its name, its networks and its volumes.
    let mut removals = Vec::new();
    let mut kept = Vec::new();
    for found in &observed.containers {
        let spec = desired.containers.iter().find(|spec| spec.name == found.name);
        // It goes when its command ends; what a killed command left has ended.
        if desired.each.contains_key(&found.service) && found.running && !networks_anew {
            continue;
        }
        let cause = match spec {
            None => Some(Cause::Unwanted),
            Some(_) if networks_anew => Some(Cause::NetworkAnew),
            // A crash may have come between its creation and its last connection.
            Some(spec) if spec.hash() != found.spec || spec.attachments.len() != found.networks => Some(Cause::Changed),
            Some(_) => None,
        };
        match cause {
            Some(cause) => {
                let action = Action::RemoveContainer { id: found.id.clone(), name: found.name.clone() };
                removals.push(plan.push(action, cause, Vec::new()));
            }
            None => kept.push(found),
        }
    }
    debug_assert!(kept.iter().all(|found| wanted.contains(found.name.as_str())));
    let mut networks_removed = Vec::new();
    for found in &observed.networks {
        if network(found.part).is_none() || !desired.networks.iter().any(|spec| spec.part == found.part) {
            let action = Action::RemoveNetwork { id: found.id.clone(), name: found.name.clone() };
            networks_removed.push(plan.push(action, Cause::Unwanted, removals.clone()));
        }
    }
    for found in &observed.volumes {
        if !desired.volumes.iter().any(|spec| spec.name == found.name) {
            plan.push(Action::RemoveVolume { name: found.name.clone() }, Cause::Unwanted, removals.clone());
        }
    }

    let mut ground = removals;
    for spec in &desired.volumes {
        if !observed.volumes.iter().any(|found| found.name == spec.name) {
            ground.push(plan.push(Action::CreateVolume(spec.clone()), Cause::Missing, Vec::new()));
        }
    }
    let mut network_steps = Vec::new();
    for spec in &desired.networks {
        if network(spec.part).is_none() {
            let action = Action::CreateNetwork(spec.clone());
            network_steps.push((spec.part, plan.push(action, Cause::Missing, networks_removed.clone())));
        }
    }

    // The gate first: every probe goes through it, and the folder too.
    let mut started: Vec<(Role, usize)> = Vec::new();
    let mut upload = None;
    let mut ready: Vec<(Role, usize)> = Vec::new();
    for spec in &desired.containers {
        let found = kept.iter().find(|found| found.name == spec.name);
        let mut before = ground.clone();
        // Only the start waits for others: making the container can go on beside.
        let mut waits: Vec<usize> =
            ready.iter().filter(|(role, _)| spec.after.contains(role)).map(|(_, step)| *step).collect();
        if spec.needs_folder {
            waits.extend(upload);
        }
        let start = match found {
            Some(found) if found.running => None,
            Some(_) => Some(plan.push(Action::StartContainer(spec.role.clone()), Cause::Stopped, waits)),
            None => {
                let cause = match observed.containers.iter().find(|found| found.name == spec.name) {
                    None => Cause::Missing,
                    Some(_) if networks_anew => Cause::NetworkAnew,
                    Some(_) => Cause::Changed,
                };
                let part_steps =
                    |part: NetworkPart| network_steps.iter().filter(move |(of, _)| *of == part).map(|(_, step)| *step);
                let mut attachments = spec.attachments.iter();
                if let Some(first) = attachments.next() {
                    before.extend(part_steps(first.network));
                }
                let create = plan.push(Action::CreateContainer(Box::new(spec.clone())), cause, before);
                let mut last = vec![create];
                last.extend(waits);
                for attachment in attachments {
                    let after = std::iter::once(create).chain(part_steps(attachment.network)).collect();
                    let action = Action::ConnectNetwork { role: spec.role.clone(), attachment: attachment.clone() };
                    last.push(plan.push(action, cause, after));
                }
                Some(plan.push(Action::StartContainer(spec.role.clone()), cause, last))
            }
        };
        started.extend(start.map(|step| (spec.role.clone(), step)));
        if spec.role == Role::Gate && desired.uploads_folder {
            upload = start.map(|step| plan.push(Action::UploadFolder, Cause::Missing, vec![step]));
        }
        if let Some(readiness) = &spec.readiness {
            let gate = started.iter().find(|(role, _)| *role == Role::Gate).map(|(_, step)| *step);
            let after = start.into_iter().chain(gate).collect();
            let action = Action::WaitReady { role: spec.role.clone(), readiness: readiness.clone() };
            let cause = if start.is_some() { Cause::Missing } else { Cause::Running };
            ready.push((spec.role.clone(), plan.push(action, cause, after)));
        } else if let Some(start) = start {
            ready.push((spec.role.clone(), start));
        }
    }
    plan
}

/// Whether something that ran, and that a plan meant to keep, doesn't any more.
pub fn lost(plan: &Plan, before: &Observed, now: &Observed) -> bool {
    let removed = |id: &str| {
        plan.steps.iter().any(|step| matches!(&step.action, Action::RemoveContainer { id: gone, .. } if gone == id))
    };
    let runs = |id: &str| now.containers.iter().any(|found| found.running && found.id == id);
    before.containers.iter().any(|found| found.running && !removed(&found.id) && !runs(&found.id))
}

pub fn removal(observed: &Observed) -> Plan {
    let mut plan = Plan::default();
    let containers: Vec<usize> = observed
        .containers
        .iter()
        .map(|found| {
            let action = Action::RemoveContainer { id: found.id.clone(), name: found.name.clone() };
            plan.push(action, Cause::Unwanted, Vec::new())
        })
        .collect();
    for found in &observed.networks {
        let action = Action::RemoveNetwork { id: found.id.clone(), name: found.name.clone() };
        plan.push(action, Cause::Unwanted, containers.clone());
    }
    for found in &observed.volumes {
        plan.push(Action::RemoveVolume { name: found.name.clone() }, Cause::Unwanted, containers.clone());
    }
    plan
}

#[cfg(test)]
mod tests;
