//! Labels → what is there.

use super::connect::Engine;
use super::error::EngineError;
use super::labels;
use crate::plan::{NetworkPart, Observed, ObservedContainer, ObservedNetwork, ObservedVolume};
use bollard::models::{ContainerSummary, ContainerSummaryStateEnum, Network};
use bollard::query_parameters::{ListContainersOptionsBuilder, ListNetworksOptionsBuilder, ListVolumesOptionsBuilder};
use std::collections::{BTreeMap, HashMap};

/// Everything that `lab` made, by environment.
pub(super) type Environments = BTreeMap<String, (labels::Tag, Observed)>;

impl Engine {
    #[tracing::instrument(level = "debug", name = "engine.observe", skip_all)]
    pub(crate) async fn observe(&self, project: &str) -> Result<Observed, EngineError> {
        let filter = format!("{}={project}", labels::PROJECT);
        Ok(self.observe_all(&filter).await?.remove(project).map(|(_, observed)| observed).unwrap_or_default())
    }

    /// All objects that `lab` made on this engine, by environment.
    pub(super) async fn observe_everything(&self) -> Result<Environments, EngineError> {
        self.observe_all(labels::PROJECT).await
    }

    async fn observe_all(&self, label: &str) -> Result<Environments, EngineError> {
        let filters = HashMap::from([("label", vec![label])]);
        let containers = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let networks = ListNetworksOptionsBuilder::new().filters(&filters).build();
        let volumes = ListVolumesOptionsBuilder::new().filters(&filters).build();
        let (containers, networks, volumes) = tokio::join!(
            self.docker.list_containers(Some(containers)),
            self.docker.list_networks(Some(networks)),
            self.docker.list_volumes(Some(volumes)),
        );
        let error = |source| EngineError::call("list", "objects", source);
        let mut found = Environments::new();
        for network in networks.map_err(error)? {
            let Some(tag) = network.labels.as_ref().and_then(labels::read) else { continue };
            if let Some(network) = as_network(&network) {
                entry(&mut found, tag).networks.push(network);
            }
        }
        for volume in volumes.map_err(error)?.volumes.unwrap_or_default() {
            let Some(tag) = labels::read(&volume.labels) else { continue };
            entry(&mut found, tag).volumes.push(ObservedVolume { name: volume.name });
        }
        for container in containers.map_err(error)? {
            let Some(tag) = container.labels.as_ref().and_then(labels::read) else { continue };
            let room = format!("{}-{}", tag.project, NetworkPart::Room.suffix());
            if let Some(container) = as_container(&container, &room) {
                entry(&mut found, tag).containers.push(container);
            }
        }
        Ok(found)
    }
}

fn entry(found: &mut Environments, tag: labels::Tag) -> &mut Observed {
    &mut found.entry(tag.project.clone()).or_insert_with(|| (tag, Observed::default())).1
}

fn as_network(network: &Network) -> Option<ObservedNetwork> {
    let part = match network.labels.as_ref()?.get(labels::PART)?.as_str() {
        part if part == NetworkPart::Gate.suffix() => NetworkPart::Gate,
        _ => NetworkPart::Room,
    };
    let config = network.ipam.as_ref().and_then(|ipam| ipam.config.as_ref()?.first());
    Some(ObservedNetwork {
        id: network.id.clone()?,
        name: network.name.clone()?,
        part,
        subnet: config.and_then(|config| config.subnet.as_ref()?.parse().ok()),
    })
}

fn as_container(container: &ContainerSummary, room_network: &str) -> Option<ObservedContainer> {
    let labels = container.labels.as_ref()?;
    let networks = container.network_settings.as_ref().and_then(|settings| settings.networks.as_ref());
    let address = networks.and_then(|networks| networks.get(room_network)?.ip_address.as_ref()?.parse().ok());
    let ports =
        container.ports.iter().flatten().filter_map(|port| Some((port.private_port, port.public_port?))).collect();
    Some(ObservedContainer {
        id: container.id.clone()?,
        name: container.names.as_ref()?.first()?.trim_start_matches('/').to_owned(),
        service: labels.get(labels::SERVICE)?.clone(),
        spec: labels.get(labels::SPEC)?.clone(),
        running: container.state == Some(ContainerSummaryStateEnum::RUNNING),
        networks: networks.map_or(0, HashMap::len),
        address,
        ports,
    })
}
