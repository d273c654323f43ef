//! Our specifications in the engine's words. Pure, and the one place where
//! hardening is spelled out: it is the same in playground and clean room.

use super::labels::{self, Owner};
use crate::plan::{Attachment, ContainerSpec, Names, NetworkSpec, Profile, Project, VolumeSpec, subnet::Subnet};
use bollard::models::{
    ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HostConfig, HostConfigLogConfig, Ipam, IpamConfig,
    Mount, MountType, MountVolumeOptions, NetworkCreateRequest, NetworkingConfig, PortBinding, ResourcesUlimits,
    VolumeCreateRequest,
};
use std::collections::HashMap;
use std::net::Ipv4Addr;

/// The name server that the engine's own one is told to ask for an isolated container: a
/// documentation address (RFC 5737), to which such a network has no route. Else, where the
/// host's resolver is on loopback, engines ask it from outside (CVE-2024-29018).
const NOBODY: &str = "192.0.2.1";
/// Bytes that one file written by a container may have.
const FILE_SIZE: i64 = 1 << 30;

/// A container's creation: on the network `network_id`, the gate's address filled in.
pub(super) fn container(
    project: &Project,
    owner: &Owner,
    spec: &ContainerSpec,
    network_id: &str,
    gate: Option<Ipv4Addr>,
    security: &[String],
) -> ContainerCreateBody {
    let command = spec.command.as_ref().map(|words| {
        let gate = gate.map(|address| address.to_string()).unwrap_or_default();
        words.iter().map(|word| word.replace("{gate}", &gate)).collect()
    });
    let endpoint = spec.attachments.first().map(|attachment| endpoint(attachment, gate));
    let ports = spec.publish.iter().map(|port| format!("{port}/tcp"));
    ContainerCreateBody {
        image: Some(spec.image.clone()),
        hostname: Some(spec.role.to_string()),
        entrypoint: spec.entrypoint.clone(),
        cmd: command,
        user: spec.user.clone(),
        env: Some(spec.env.iter().map(|(name, value)| format!("{name}={value}")).collect()),
        labels: Some(labels::of_container(project, owner, spec)),
        exposed_ports: Some(ports.clone().collect()),
        host_config: Some(host_config(project, spec, network_id, security, ports)),
        networking_config: Some(NetworkingConfig {
            endpoints_config: endpoint.map(|endpoint| HashMap::from([(network_id.to_owned(), endpoint)])),
        }),
        ..ContainerCreateBody::default()
    }
}

fn host_config(
    project: &Project,
    spec: &ContainerSpec,
    network_id: &str,
    security: &[String],
    ports: impl Iterator<Item = String>,
) -> HostConfig {
    let inside = spec.names == Names::Inside;
    let memory = i64::try_from(spec.memory).unwrap_or(i64::MAX);
    // Into an empty volume the engine copies what the image has at its path,
    // and gives it that folder's owner. A room's volumes have their owner from
    // the start, and the learner's folder may arrive in them just then.
    let in_memory = matches!(project.profile, Profile::Room { .. });
    let no_copy = in_memory.then(|| MountVolumeOptions { no_copy: Some(true), ..MountVolumeOptions::default() });
    let mut mounts: Vec<Mount> = spec
        .volumes
        .iter()
        .map(|volume| Mount {
            typ: Some(MountType::VOLUME),
            source: Some(volume.volume.clone()),
            target: Some(volume.path.clone()),
            read_only: Some(volume.read_only),
            volume_options: no_copy.clone(),
            ..Mount::default()
        })
        .collect();
    mounts.extend(spec.binds.iter().map(|bind| Mount {
        typ: Some(MountType::BIND),
        source: Some(bind.host.display().to_string()),
        target: Some(bind.path.clone()),
        read_only: Some(bind.read_only),
        ..Mount::default()
    }));
    let publish = |port: String| {
        let binding = PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(String::new()) };
        (port, Some(vec![binding]))
    };
    HostConfig {
        network_mode: Some(network_id.to_owned()),
        port_bindings: Some(ports.map(publish).collect()),
        mounts: Some(mounts),
        tmpfs: Some(spec.tmpfs.iter().cloned().collect()),
        readonly_rootfs: Some(true),
        cap_drop: Some(vec!["ALL".to_owned()]),
        cap_add: Some(spec.capabilities.clone()),
        security_opt: Some(security.to_vec()),
        memory: Some(memory),
        memory_swap: Some(memory),
        pids_limit: Some(i64::from(spec.pids)),
        sysctls: Some(spec.sysctls.iter().cloned().collect()),
        ulimits: Some(vec![ResourcesUlimits {
            name: Some("fsize".to_owned()),
            soft: Some(FILE_SIZE),
            hard: Some(FILE_SIZE),
        }]),
        log_config: Some(HostConfigLogConfig {
            typ: Some("json-file".to_owned()),
            config: Some(HashMap::from([
                ("max-size".to_owned(), "2m".to_owned()),
                ("max-file".to_owned(), "2".to_owned()),
            ])),
        }),
        dns: inside.then(|| vec![NOBODY.to_owned()]),
        // Without these an unknown or stopped name hangs for 10 to 20 seconds
        // in an isolated network of Engine 20.10 (measured).
        dns_options: inside.then(|| vec!["timeout:1".to_owned(), "attempts:1".to_owned()]),
        ..HostConfig::default()
    }
}

pub(super) fn endpoint(attachment: &Attachment, fixed: Option<Ipv4Addr>) -> EndpointSettings {
    let address = attachment.address.and(fixed);
    EndpointSettings {
        aliases: Some(attachment.aliases.clone()),
        ipam_config: address
            .map(|address| EndpointIpamConfig { ipv4_address: Some(address.to_string()), ..Default::default() }),
        ..EndpointSettings::default()
    }
}

/// A network's creation in one of its subnets.
pub(super) fn network(project: &Project, owner: &Owner, spec: &NetworkSpec, subnet: Subnet) -> NetworkCreateRequest {
    // `internal` alone still reaches the host's own services through the
    // bridge's address (measured); without that address nothing is left to reach.
    let options = spec
        .isolated
        .then(|| HashMap::from([("com.docker.network.bridge.inhibit_ipv4".to_owned(), "true".to_owned())]));
    NetworkCreateRequest {
        name: spec.name.clone(),
        driver: Some("bridge".to_owned()),
        internal: Some(spec.isolated),
        enable_ipv6: Some(false),
        ipam: Some(Ipam {
            config: Some(vec![IpamConfig { subnet: Some(subnet.to_string()), ..IpamConfig::default() }]),
            ..Ipam::default()
        }),
        options,
        labels: Some(labels::of_network(project, owner, spec.part)),
        ..NetworkCreateRequest::default()
    }
}

pub(super) fn volume(project: &Project, owner: &Owner, spec: &VolumeSpec) -> VolumeCreateRequest {
    let options = spec.in_memory.map(|size| {
        let (uid, gid) = spec.owner;
        HashMap::from([
            ("type".to_owned(), "tmpfs".to_owned()),
            ("device".to_owned(), "tmpfs".to_owned()),
            ("o".to_owned(), format!("size={size},uid={uid},gid={gid},mode=0755")),
        ])
    });
    VolumeCreateRequest {
        name: Some(spec.name.clone()),
        driver: Some("local".to_owned()),
        driver_opts: options,
        labels: Some(labels::of_project(project, owner)),
        ..VolumeCreateRequest::default()
    }
}
