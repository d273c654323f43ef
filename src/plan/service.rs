//! A service's containers: the same in both profiles but for its ports and the
//! folder's way in.

use super::desired::{Attachment, ContainerSpec, NetworkPart, Profile, Readiness, Role, VolumeMount};
use super::environment::{Inputs, PreparedImage, bare, folder, limits, rendered, scratch, volume_name};
use crate::definition::model::{Lab, MountMode, Runs, Service, Start};
use crate::definition::name::ServiceName;
use crate::template::{Template, UnknownName};
use std::time::Duration;

/// How long a service may take to serve, when its lab doesn't say.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// One container of a service; `name` is what the lab calls the service, and
/// `container` the same or its replica's name.
pub(super) fn container(
    name: &ServiceName,
    container: &ServiceName,
    lab: &Lab,
    image: &PreparedImage,
    inputs: &Inputs<'_>,
) -> Result<ContainerSpec, UnknownName> {
    let service = &lab.environment.services[name];
    let words = |words: &Vec<Template>| words.iter().map(|word| word.render(inputs.scope)).collect::<Result<_, _>>();
    let (memory, pids) = limits(service.limits, inputs.machine);
    let data = service.data.iter().map(|(path, mount)| VolumeMount {
        volume: volume_name(&inputs.project, mount.volume.value.as_str()),
        path: path.clone(),
        read_only: mount.mode == MountMode::Ro,
    });
    let (mut volumes, binds) = service.workspace.map(|mode| folder(inputs, mode)).unwrap_or_default();
    volumes.extend(data);
    let room = matches!(inputs.project.profile, Profile::Room { .. });
    // A container that lives for one command is no service of the playground.
    let publishes = !room && service.start == Start::Once;
    Ok(ContainerSpec {
        image: image.tag.clone(),
        image_id: image.id.clone(),
        command: service.command.as_ref().map(words).transpose()?,
        user: user(service, inputs),
        env: rendered(&service.env, inputs.scope)?,
        volumes,
        binds,
        tmpfs: scratch(&service.scratch, None),
        capabilities: service.capabilities.keys().cloned().collect(),
        memory,
        pids,
        attachments: vec![Attachment {
            network: NetworkPart::Room,
            aliases: aliases(name, container, service),
            address: None,
        }],
        publish: if publishes { service.open.values().map(|open| open.port).collect() } else { Vec::new() },
        runs: service.runs,
        after: after(lab, service),
        needs_folder: service.workspace.is_some() && !inputs.mount_folder,
        // Nobody waits for what the learner's files may keep from serving.
        readiness: readiness(service).filter(|_| service.runs == Runs::Lab),
        ..bare(Role::Service(container.clone()), inputs)
    })
}

pub fn readiness(service: &Service) -> Option<Readiness> {
    service.ready.as_ref().map(|ready| Readiness {
        probe: ready.probe.clone(),
        expect: ready.expect.clone(),
        within: ready.within.map_or(READY_WITHIN, |within| within.0),
    })
}

/// Who may write to the folder is its owner, whose files stay the learner's.
fn user(service: &Service, inputs: &Inputs<'_>) -> Option<String> {
    match service.workspace {
        Some(MountMode::Rw) => Some(format!("{}:{}", inputs.user.0, inputs.user.1)),
        Some(MountMode::Ro) | None => service.user.clone(),
    }
}

/// A replica answers to the service's name too, which so leads to all of them.
fn aliases(name: &ServiceName, container: &ServiceName, service: &Service) -> Vec<String> {
    let mut aliases = vec![container.to_string()];
    if name != container {
        aliases.push(name.to_string());
    }
    aliases.extend(service.aliases.iter().cloned());
    aliases
}

/// Every container of every service that is named.
fn after(lab: &Lab, service: &Service) -> Vec<Role> {
    let named = service.after.iter().map(|other| &other.value);
    named
        .filter_map(|other| Some((other, lab.environment.services.get(other)?)))
        .flat_map(|(other, service)| service.containers(other))
        .map(Role::Service)
        .collect()
}
