//! From a lab to what is wanted: the same services, hardened alike, in both
//! profiles. Only network, ports and the folder's way in differ.

use super::desired::{
    Attachment, Bind, ContainerSpec, Desired, Names, NetworkPart, NetworkSpec, Profile, Project, Role, VolumeMount,
    VolumeSpec,
};
use super::service;
use super::subnet::Subnet;
use crate::definition::model::{Lab, Limits, MountMode, Runs, Service, Start};
use crate::definition::name::ServiceName;
use crate::quantity::Size;
use crate::template::{Scope, Template, UnknownName};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Memory of a container whose lab doesn't say.
const MEMORY: u64 = 256 << 20;
/// Processes of a container whose lab doesn't say.
const PIDS: u32 = 128;
/// Processes that a lab can give a container at most.
pub const MOST_PIDS: u32 = 4096;
/// Memory of a toolbox for programs, beside its places in memory: who fills those must not
/// end it.
const TOOLS: u64 = 128 << 20;
/// Size of the toolbox's `/tmp`, and of its homes.
const SCRATCH: u64 = 64 << 20;
/// How much a clean room's copy of the folder may grow beyond the copy's cap.
const FOLDER_ROOM: u64 = 64 << 20;
/// The default cap on the learner's folder.
pub const FOLDER_MAX: u64 = 64 << 20;
/// The volume of a clean room's copy of the folder.
const WORK: &str = "work";
pub const GATE_PORT: u16 = 1080;
/// The gate's place in its network's subnet; 1 is the bridge's.
const GATE_ADDRESS: u8 = 2;
/// Ids of users in rooms: a container's user is the host's of that number, who may read the
/// environment of its processes and signal them. Debian, systemd and the usual tools for users
/// give these to none. Labs choose their services' from the lower half.
pub const RESERVED: RangeInclusive<u32> = 65_520..=65_533;
/// The gate's user.
const GATE_USER: &str = "65533:65533";
/// The variables that hold the gate's user name and password.
const GATE_ENV: [&str; 2] = ["GATE_USER", "GATE_PASSWORD"];
/// Starts the proxy. It has its password from the environment, which only its user can read, and
/// wipes its arguments as soon as it runs; those of whatever starts it never hold it.
const GATE_START: &str = r#"exec microsocks -q -i "$1" -p "$2" -u "$GATE_USER" -P "$GATE_PASSWORD""#;
pub const ROOM_USER: (u32, u32) = (65_532, 65_532);
/// The user of the lab's own scripts in a toolbox.
pub const JUDGE: u32 = 65_530;
/// That user's home, and its folder for what is only needed for a while.
pub const JUDGE_HOME: &str = "/judge";

#[derive(Debug, Clone)]
pub struct Inputs<'a> {
    pub project: Project,
    pub scope: &'a Scope,
    pub images: &'a ImageSet,
    pub gate: &'a GateAccess,
    pub subnets: Vec<Subnet>,
    /// The user of the toolbox's commands: the folder's owner in a playground.
    pub user: (u32, u32),
    /// Whether the folder is mounted rather than copied.
    pub mount_folder: bool,
    /// Its `.git`, by its identity, where that can only be read in the playground: git on the
    /// host runs what stands in there.
    pub closed_git: Option<String>,
    pub machine: Machine,
}

/// What the engine's machine has, beyond which no limit goes that a lab gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// Bytes of memory.
    pub memory: u64,
}

impl Default for Machine {
    fn default() -> Self {
        Self { memory: u64::MAX }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedImage {
    pub tag: String,
    pub id: String,
}

#[derive(Debug, Clone)]
pub struct ImageSet {
    pub gate: PreparedImage,
    /// The toolbox's, with its files and its user.
    pub toolbox: PreparedImage,
    /// The services', with their files. Optional ones may be missing: their
    /// images are unavailable here.
    pub services: BTreeMap<ServiceName, PreparedImage>,
}

/// User name and password of the gate's proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateAccess {
    pub user: String,
    pub password: String,
}

pub fn desired(lab: &Lab, inputs: &Inputs<'_>) -> Result<Desired, UnknownName> {
    let project = &inputs.project;
    let room = matches!(project.profile, Profile::Room { .. });
    let isolated = room && lab.environment.network.open.is_none();
    let networks = [NetworkPart::Gate, NetworkPart::Room]
        .map(|part| NetworkSpec {
            part,
            name: format!("{}-{}", project.name, part.suffix()),
            isolated: isolated && part == NetworkPart::Room,
            subnets: inputs.subnets.clone(),
        })
        .to_vec();

    let mut volumes: Vec<VolumeSpec> = lab
        .environment
        .volumes
        .iter()
        .map(|(name, Size(size))| VolumeSpec {
            name: volume_name(project, name.as_str()),
            in_memory: room.then_some(*size),
            owner: volume_owner(lab, name.as_str()),
        })
        .collect();
    if !inputs.mount_folder {
        volumes.push(VolumeSpec {
            name: volume_name(project, WORK),
            in_memory: Some(copy_cap(lab)),
            owner: inputs.user,
        });
    }

    let mut containers = vec![gate(inputs, room, &volumes)];
    let mut each = BTreeMap::new();
    for name in in_order(&lab.environment.services) {
        let service = &lab.environment.services[name];
        let Some(image) = inputs.images.services.get(name) else { continue };
        for container in service.containers(name) {
            let spec = service::container(name, &container, lab, image, inputs)?;
            match service.start {
                Start::Once => containers.push(spec),
                Start::Each => _ = each.insert(container.to_string(), spec),
            }
        }
    }
    containers.push(toolbox(lab, inputs, room)?);
    if isolated {
        containers.iter_mut().chain(each.values_mut()).for_each(|spec| spec.names = Names::Inside);
    }
    Ok(Desired {
        project: project.clone(),
        networks,
        volumes,
        containers,
        each,
        user: inputs.user,
        uploads_folder: !inputs.mount_folder,
    })
}

/// Services, each after those it names; the linter refuses circles.
fn in_order(services: &BTreeMap<ServiceName, Service>) -> Vec<&ServiceName> {
    let mut order: Vec<&ServiceName> = Vec::new();
    while order.len() < services.len() {
        let before = order.len();
        for (name, service) in services {
            let waits = service.after.iter().any(|other| !order.contains(&&other.value));
            if !order.contains(&name) && !waits {
                order.push(name);
            }
        }
        if order.len() == before {
            order.extend(services.keys().filter(|name| !order.contains(name)).collect::<Vec<_>>());
        }
    }
    order
}

pub(super) fn volume_name(project: &Project, name: &str) -> String {
    format!("{}-{name}", project.name)
}

/// The user of the first service that mounts a volume owns it in memory.
fn volume_owner(lab: &Lab, volume: &str) -> (u32, u32) {
    lab.environment
        .services
        .values()
        .find(|service| service.data.values().any(|mount| mount.volume.value.as_str() == volume))
        .and_then(|service| service.user.as_deref())
        .and_then(numeric_user)
        .unwrap_or((0, 0))
}

fn numeric_user(user: &str) -> Option<(u32, u32)> {
    let (uid, gid) = user.split_once(':').unwrap_or((user, user));
    Some((uid.parse().ok()?, gid.parse().ok()?))
}

/// The gate: the one way in. It also mounts every volume of a clean room, for
/// an in-memory volume lives only while some container that mounts it runs.
fn gate(inputs: &Inputs<'_>, room: bool, volumes: &[VolumeSpec]) -> ContainerSpec {
    let project = &inputs.project;
    let mut command: Vec<String> = match &project.profile {
        Profile::Playground => Vec::new(),
        Profile::Room { limit, .. } => vec!["timeout".to_owned(), limit.to_string()],
    };
    let port = GATE_PORT.to_string();
    command.extend(["sh", "-c", GATE_START, "sh", "{gate}", &port].map(str::to_owned));
    let secrets = [&inputs.gate.user, &inputs.gate.password];
    let mounts = if room {
        let mount = |spec: &VolumeSpec| VolumeMount {
            volume: spec.name.clone(),
            path: gate_path(project, &spec.name),
            read_only: false,
        };
        volumes.iter().map(mount).collect()
    } else {
        Vec::new()
    };
    ContainerSpec {
        image: inputs.images.gate.tag.clone(),
        image_id: inputs.images.gate.id.clone(),
        entrypoint: Some(Vec::new()),
        command: Some(command),
        user: Some(GATE_USER.to_owned()),
        env: GATE_ENV.map(str::to_owned).into_iter().zip(secrets.map(Clone::clone)).collect(),
        volumes: mounts,
        memory: 64 << 20,
        pids: 512,
        sysctls: vec![("net.ipv4.ip_forward".to_owned(), "0".to_owned())],
        attachments: vec![
            Attachment { network: NetworkPart::Gate, aliases: Vec::new(), address: Some(GATE_ADDRESS) },
            Attachment { network: NetworkPart::Room, aliases: Vec::new(), address: None },
        ],
        publish: vec![GATE_PORT],
        ..bare(Role::Gate, inputs)
    }
}

pub fn gate_path(project: &Project, volume: &str) -> String {
    let name = volume.strip_prefix(&project.name).map_or(volume, |rest| rest.trim_start_matches('-'));
    format!("/volumes/{name}")
}

/// The toolbox. Its first process is root without any capability, so that a
/// learner's `kill -9 -1`, run as another user, ends only their own processes.
fn toolbox(lab: &Lab, inputs: &Inputs<'_>, room: bool) -> Result<ContainerSpec, UnknownName> {
    let toolbox = &lab.environment.toolbox;
    let (uid, gid) = inputs.user;
    // The shell stays the first process and reaps what the learner's commands
    // leave behind; in a room it ends itself at the deadline.
    let script = match &inputs.project.profile {
        Profile::Playground => "trap 'exit 0' TERM; sleep infinity & wait".to_owned(),
        Profile::Room { limit, .. } => format!("trap 'exit 0' TERM; sleep {limit} & wait"),
    };
    let mut env = rendered(&toolbox.env, inputs.scope)?;
    env.push(("HOME".to_owned(), "/home/learner".to_owned()));
    env.sort();
    let places = toolbox.scratch.values().map(|Size(size)| size).sum::<u64>() + 3 * SCRATCH + copy_cap(lab);
    let memory = toolbox.limits.memory.unwrap_or(Size(places + TOOLS));
    let (memory, pids) = limits(Limits { memory: Some(memory), ..toolbox.limits }, inputs.machine);
    let (volumes, binds) = folder(inputs, MountMode::Rw);
    let mut tmpfs = scratch(&toolbox.scratch, Some(inputs.user));
    tmpfs.push(("/tmp".to_owned(), format!("rw,exec,nosuid,size={SCRATCH},mode=1777")));
    tmpfs.push(("/home/learner".to_owned(), format!("rw,exec,nosuid,size={SCRATCH},uid={uid},gid={gid},mode=700")));
    tmpfs.push((JUDGE_HOME.to_owned(), format!("rw,exec,nosuid,size={SCRATCH},uid={JUDGE},gid={JUDGE},mode=700")));
    Ok(ContainerSpec {
        image: inputs.images.toolbox.tag.clone(),
        image_id: inputs.images.toolbox.id.clone(),
        entrypoint: Some(Vec::new()),
        command: Some(vec!["sh".to_owned(), "-c".to_owned(), script]),
        user: Some("0:0".to_owned()),
        env,
        volumes,
        binds,
        tmpfs,
        memory: memory.max(if room { 0 } else { MEMORY }),
        pids,
        attachments: vec![Attachment {
            network: NetworkPart::Room,
            aliases: vec![Role::Toolbox.to_string()],
            address: None,
        }],
        ..bare(Role::Toolbox, inputs)
    })
}

/// Bytes of a room's copy of the folder at most, with what the learner's programs add.
fn copy_cap(lab: &Lab) -> u64 {
    lab.environment.folder.max.map_or(FOLDER_MAX, |Size(max)| max) + FOLDER_ROOM
}

/// The learner's folder in a container: mounted as it is, or its copy's volume.
pub(super) fn folder(inputs: &Inputs<'_>, mode: MountMode) -> (Vec<VolumeMount>, Vec<Bind>) {
    let read_only = mode == MountMode::Ro;
    let path = "/work".to_owned();
    if inputs.mount_folder {
        let host = &inputs.project.workspace;
        let mut binds = vec![Bind { host: host.clone(), path, read_only, identity: None }];
        if let Some(identity) = inputs.closed_git.clone().filter(|_| !read_only) {
            let (host, path) = (host.join(".git"), "/work/.git".to_owned());
            binds.push(Bind { host, path, read_only: true, identity: Some(identity) });
        }
        return (Vec::new(), binds);
    }
    (vec![VolumeMount { volume: volume_name(&inputs.project, WORK), path, read_only }], Vec::new())
}

/// A container with nothing but its name, hardened as all are.
pub(super) fn bare(role: Role, inputs: &Inputs<'_>) -> ContainerSpec {
    ContainerSpec {
        name: format!("{}-{role}", inputs.project.name),
        role,
        image: String::new(),
        image_id: String::new(),
        entrypoint: None,
        command: None,
        user: None,
        env: Vec::new(),
        volumes: Vec::new(),
        binds: Vec::new(),
        tmpfs: Vec::new(),
        capabilities: Vec::new(),
        memory: MEMORY,
        pids: PIDS,
        sysctls: Vec::new(),
        attachments: Vec::new(),
        publish: Vec::new(),
        names: Names::World,
        runs: Runs::Lab,
        after: Vec::new(),
        needs_folder: false,
        readiness: None,
    }
}

pub(super) fn limits(limits: Limits, machine: Machine) -> (u64, u32) {
    let memory = limits.memory.map_or(MEMORY, |Size(memory)| memory);
    (memory.min(machine.memory), limits.pids.unwrap_or(PIDS).min(MOST_PIDS))
}

pub(super) fn rendered(env: &BTreeMap<String, Template>, scope: &Scope) -> Result<Vec<(String, String)>, UnknownName> {
    env.iter().map(|(name, value)| Ok((name.clone(), value.render(scope)?))).collect()
}

pub(super) fn scratch(places: &BTreeMap<String, Size>, owner: Option<(u32, u32)>) -> Vec<(String, String)> {
    let owner = owner.map_or_else(|| "mode=1777".to_owned(), |(uid, gid)| format!("uid={uid},gid={gid},mode=755"));
    places.iter().map(|(path, Size(size))| (path.clone(), format!("rw,exec,nosuid,size={size},{owner}"))).collect()
}
