//! What is wanted, in the engine's terms but without the engine's types.

use super::subnet::Subnet;
use crate::check::Probe;
use crate::definition::model::Runs;
use crate::definition::name::{LabId, ServiceName};
use crate::expect::Expect;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct Desired {
    pub project: Project,
    pub networks: Vec<NetworkSpec>,
    pub volumes: Vec<VolumeSpec>,
    /// Its containers; each after those that its `after` names, the gate first.
    pub containers: Vec<ContainerSpec>,
    /// Containers that each command of a probe creates, by service.
    pub each: BTreeMap<String, ContainerSpec>,
    /// The user of the toolbox's commands.
    pub user: (u32, u32),
    /// Whether the learner's folder is uploaded as a copy.
    pub uploads_folder: bool,
}

impl Desired {
    /// Whether some container can't start before the folder is there.
    pub fn services_want_the_folder(&self) -> bool {
        self.containers.iter().any(|spec| spec.needs_folder)
    }

    /// Gives up the first half of the subnets, among them those that were just
    /// tried; whether enough are left to try again.
    pub fn move_elsewhere(&mut self) -> bool {
        let needed = self.networks.len();
        for network in &mut self.networks {
            network.subnets.drain(..network.subnets.len() / 2);
        }
        self.networks.iter().all(|network| network.subnets.len() >= needed)
    }
}

/// A room ends itself after this, whatever its lab says.
const LONGEST_ROOM: Duration = Duration::from_secs(6 * 60 * 60);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// What every object's name begins with.
    pub name: String,
    pub lab: LabId,
    pub workspace: PathBuf,
    pub profile: Profile,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profile {
    /// Made to play in: an open network, published ports, the folder mounted.
    Playground,
    /// Made to judge in: an isolated network and a copy of the folder, removed
    /// after the run.
    Room {
        run: String,
        lock: PathBuf,
        /// When it ends itself, in seconds since 1970.
        deadline: u64,
        /// How long that is from its start, in seconds.
        limit: u64,
    },
}

impl Project {
    /// The playground of a lab in a folder (its canonical path).
    pub fn playground(lab: &LabId, workspace: &Path) -> Self {
        Self {
            name: playground_name(lab, workspace),
            lab: lab.clone(),
            workspace: workspace.to_owned(),
            profile: Profile::Playground,
        }
    }

    /// A clean room of a lab for a folder (its canonical path), while `lock` is held.
    pub fn room(lab: &LabId, workspace: &Path, run: &str, lock: &Path, now: u64, limit: Duration) -> Self {
        let limit = limit.min(LONGEST_ROOM);
        Self {
            name: format!("{}-{run}", playground_name(lab, workspace)),
            lab: lab.clone(),
            workspace: workspace.to_owned(),
            profile: Profile::Room {
                run: run.to_owned(),
                lock: lock.to_owned(),
                deadline: now + limit.as_secs(),
                limit: limit.as_secs(),
            },
        }
    }
}

/// `lab-<lab>-<8 hex of sha256(path + lab)>`: two folders never share a name.
fn playground_name(lab: &LabId, workspace: &Path) -> String {
    let mut hasher = Sha256::new();
    hasher.update(workspace.as_os_str().as_encoded_bytes());
    hasher.update(lab.as_str());
    let hash = data_encoding::HEXLOWER.encode(&hasher.finalize()[..4]);
    format!("lab-{lab}-{hash}")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkPart {
    /// Between the host and the gate.
    Gate,
    /// Between the gate and the services.
    Room,
}

impl NetworkPart {
    /// The end of the network's name. With two open networks Engine 20.10
    /// publishes a port on the one whose name sorts first (measured), and the
    /// gate's port must be published on its own: `gate` sorts before `room`.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Room => "room",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkSpec {
    pub part: NetworkPart,
    pub name: String,
    /// Whether it is cut off from the host and the world.
    pub isolated: bool,
    pub subnets: Vec<Subnet>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeSpec {
    pub name: String,
    /// Its size in bytes when it lies in memory (a clean room's); such a
    /// volume's contents last while a container that mounts it runs.
    pub in_memory: Option<u64>,
    /// The user and group that own an in-memory volume's root.
    pub owner: (u32, u32),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Gate,
    Toolbox,
    Service(ServiceName),
}

impl Role {
    /// The name that labels and messages use: `gate`, `toolbox` or the service's.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Gate => "gate",
            Self::Toolbox => "toolbox",
            Self::Service(name) => name.as_str(),
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct ContainerSpec {
    pub role: Role,
    pub name: String,
    pub image: String,
    /// The image's id, so that a rebuilt tag counts as a change.
    pub image_id: String,
    /// Replaces the image's entry point, when there is one to replace.
    pub entrypoint: Option<Vec<String>>,
    /// The command; none for the image's. `{gate}` in a word stands for the
    /// gate's address, which is known once its network is made.
    pub command: Option<Vec<String>>,
    /// `uid`, `uid:gid`, or none for the image's.
    pub user: Option<String>,
    pub env: Vec<(String, String)>,
    pub volumes: Vec<VolumeMount>,
    /// The learner's folder, mounted as it is (in a playground).
    pub binds: Vec<Bind>,
    /// Places in memory: path, mount options.
    pub tmpfs: Vec<(String, String)>,
    /// Capabilities; all others are dropped.
    pub capabilities: Vec<String>,
    /// Bytes of memory, without swap.
    pub memory: u64,
    pub pids: u32,
    /// Kernel settings of the container's own network.
    pub sysctls: Vec<(String, String)>,
    /// Networks, the first at creation.
    pub attachments: Vec<Attachment>,
    /// Ports published on 127.0.0.1, each on a free one.
    pub publish: Vec<u16>,
    pub names: Names,
    /// Whose files it runs. The learner's may not even start.
    #[serde(skip)]
    pub runs: Runs,
    /// Containers that must be ready before this one starts.
    #[serde(skip)]
    pub after: Vec<Role>,
    /// Whether the copied folder must be there before it starts.
    #[serde(skip)]
    pub needs_folder: bool,
    #[serde(skip)]
    pub readiness: Option<Readiness>,
}

impl ContainerSpec {
    /// A hash of all that makes the container what it is: a container with
    /// another one is recreated.
    pub fn hash(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        data_encoding::HEXLOWER.encode(&Sha256::digest(json)[..16])
    }
}

/// Which names a container can resolve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Names {
    /// All that the machine can.
    World,
    /// Those of its own networks; all others fail at once, and nobody outside is asked.
    Inside,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attachment {
    pub network: NetworkPart,
    pub aliases: Vec<String>,
    /// A fixed address: the n-th of the subnet.
    pub address: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VolumeMount {
    pub volume: String,
    pub path: String,
    pub read_only: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bind {
    pub host: PathBuf,
    pub path: String,
    pub read_only: bool,
    /// Which one it is, where another of the same name has to be mounted again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Readiness {
    pub probe: Probe,
    pub expect: Expect,
    pub within: Duration,
}

impl Readiness {
    /// Whether it asks how a service is, which is answered by asking its readiness.
    pub(crate) fn asks_the_engine(&self) -> bool {
        matches!(self.probe, Probe::Service(_))
    }
}

impl Serialize for Readiness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}
