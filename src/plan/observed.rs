//! What is there, read from the engine's labels, which are the truth.

use super::desired::NetworkPart;
use super::subnet::Subnet;
use std::net::IpAddr;

#[derive(Debug, Clone, Default)]
pub struct Observed {
    pub(crate) networks: Vec<ObservedNetwork>,
    pub(crate) volumes: Vec<ObservedVolume>,
    /// Containers by their labels, running or not.
    pub(crate) containers: Vec<ObservedContainer>,
}

#[derive(Debug, Clone)]
pub struct ObservedNetwork {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) part: NetworkPart,
    pub(crate) subnet: Option<Subnet>,
}

#[derive(Debug, Clone)]
pub struct ObservedVolume {
    pub(crate) name: String,
}

#[derive(Debug, Clone, Default)]
pub struct ObservedContainer {
    pub(crate) id: String,
    pub(crate) name: String,
    /// `gate`, `toolbox` or the service.
    pub(crate) service: String,
    /// The hash of the specification that it was made from.
    pub(crate) spec: String,
    pub(crate) running: bool,
    pub(crate) networks: usize,
    /// Its address in the room's network, while it runs.
    pub(crate) address: Option<IpAddr>,
    /// Host ports by container port, while it runs.
    pub(crate) ports: Vec<(u16, u16)>,
}

impl Observed {
    pub(crate) fn is_empty(&self) -> bool {
        self.networks.is_empty() && self.volumes.is_empty() && self.containers.is_empty()
    }

    pub(crate) fn container(&self, service: &str) -> Option<&ObservedContainer> {
        self.containers.iter().find(|container| container.service == service)
    }
}
