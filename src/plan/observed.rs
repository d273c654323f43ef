//! What is there, read from the engine's labels, which are the truth.

use super::desired::NetworkPart;
use super::subnet::Subnet;
use std::net::IpAddr;

/// All objects of one environment.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// Networks by their labels.
    pub networks: Vec<ObservedNetwork>,
    /// Volumes by their labels.
    pub volumes: Vec<ObservedVolume>,
    /// Containers by their labels, running or not.
    pub containers: Vec<ObservedContainer>,
}

/// A network that is there.
#[derive(Debug, Clone)]
pub struct ObservedNetwork {
    pub id: String,
    pub name: String,
    /// Which of the two it is.
    pub part: NetworkPart,
    pub subnet: Option<Subnet>,
}

/// A volume that is there.
#[derive(Debug, Clone)]
pub struct ObservedVolume {
    pub name: String,
}

/// A container that is there.
#[derive(Debug, Clone, Default)]
pub struct ObservedContainer {
    pub id: String,
    pub name: String,
    /// `gate`, `toolbox` or the service.
    pub service: String,
    /// The hash of the specification that it was made from.
    pub spec: String,
    /// Whether it runs.
    pub running: bool,
    /// How many networks it is connected to.
    pub networks: usize,
    /// Its address in the room's network, while it runs.
    pub address: Option<IpAddr>,
    /// Host ports by container port, while it runs.
    pub ports: Vec<(u16, u16)>,
}

impl Observed {
    /// Whether there is nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty() && self.volumes.is_empty() && self.containers.is_empty()
    }

    #[must_use]
    pub fn container(&self, service: &str) -> Option<&ObservedContainer> {
        self.containers.iter().find(|container| container.service == service)
    }
}
