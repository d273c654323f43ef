//! A running environment: its gate and where its containers are.

use super::gate::Gate;
use crate::plan::{GateAccess, Observed, Project, Role};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

/// What the members of an environment are known by: their services' names.
pub(super) type Members = Arc<Mutex<BTreeMap<String, Member>>>;

#[derive(Debug, Clone)]
pub struct Environment {
    pub(crate) project: Project,
    pub(crate) gate: Gate,
    pub(super) members: Members,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    /// Its address in the room's network, while it runs.
    pub(crate) address: Option<std::net::IpAddr>,
    pub(crate) ports: Vec<(u16, u16)>,
    /// Whether it runs, as far as we know.
    pub(crate) running: bool,
}

impl Environment {
    /// A container by its service's name, `gate` or `toolbox`.
    pub fn member(&self, service: &str) -> Option<Member> {
        lock(&self.members).get(service).cloned()
    }

    /// An environment that is there already; none when its gate doesn't run.
    pub(crate) fn found(project: Project, observed: &Observed, access: &GateAccess) -> Option<Self> {
        let members = members(observed);
        let gate = gate_at(members.get(Role::Gate.as_str()).filter(|gate| gate.running)?, access)?;
        Some(Self { project, gate, members: Arc::new(Mutex::new(members)) })
    }

    pub(super) fn set_member(&self, service: &str, member: Member) {
        lock(&self.members).insert(service.to_owned(), member);
    }
}

/// A lock that a panic elsewhere doesn't spoil.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn members(observed: &Observed) -> BTreeMap<String, Member> {
    let member = |found: &crate::plan::ObservedContainer| Member {
        id: found.id.clone(),
        address: found.address,
        ports: found.ports.clone(),
        running: found.running,
    };
    observed.containers.iter().map(|found| (found.service.clone(), member(found))).collect()
}

/// The gate behind a container's published port.
pub(super) fn gate_at(member: &Member, access: &GateAccess) -> Option<Gate> {
    let (_, port) = member.ports.iter().find(|(private, _)| *private == crate::plan::GATE_PORT)?;
    Some(Gate {
        proxy: SocketAddr::from((Ipv4Addr::LOCALHOST, *port)),
        user: access.user.clone(),
        password: access.password.clone(),
    })
}
