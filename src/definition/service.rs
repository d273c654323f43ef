//! The parts that run, as an instructor describes them.

use super::name::{ServiceName, VolumeName};
use super::text::Text;
use crate::check::Probe;
use crate::expect::Expect;
use crate::quantity::{Size, Span};
use crate::template::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_yaml::Spanned;
use std::collections::BTreeMap;

/// A container that the lab runs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Where its image comes from.
    #[schemars(with = "Image")]
    pub(crate) image: Spanned<Image>,
    /// The command (default: the image's).
    #[serde(default)]
    pub(crate) command: Option<Vec<Template>>,
    /// The user id, or `uid:gid` (default: the image's).
    #[serde(default)]
    pub(crate) user: Option<String>,
    /// Environment variables.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, Template>,
    /// Files of the lab that it gets: path in the service → path in the lab.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(crate) files: BTreeMap<String, Spanned<String>>,
    /// Whether it sees the learner's folder, at `/work` (default: no). One that
    /// may write runs as the folder's owner.
    #[serde(default)]
    pub(crate) workspace: Option<MountMode>,
    /// Small writable places in memory: path → size.
    #[serde(default)]
    pub(crate) scratch: BTreeMap<String, Size>,
    /// Volumes it mounts: path → volume.
    #[serde(default)]
    pub(crate) data: BTreeMap<String, Mount>,
    /// Capabilities that its program needs, each with the reason.
    #[serde(default)]
    pub(crate) capabilities: BTreeMap<String, String>,
    /// Services that must be ready before it starts.
    #[serde(default)]
    #[schemars(with = "Vec<ServiceName>")]
    pub(crate) after: Vec<Spanned<ServiceName>>,
    /// Other host names it answers to.
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    /// How many containers of it run, called `NAME-1` to `NAME-N` (default: one,
    /// called `NAME`).
    #[serde(default)]
    pub(crate) replicas: Option<u8>,
    /// Whether the lab works without it if its image is unavailable.
    #[serde(default)]
    pub(crate) optional: bool,
    /// When it is started.
    #[serde(default)]
    pub(crate) start: Start,
    /// How one knows that it serves.
    #[serde(default)]
    pub(crate) ready: Option<Ready>,
    /// Ports that checks and browsers use, by name.
    #[serde(default)]
    pub(crate) open: BTreeMap<String, Open>,
    /// Whose files it runs.
    #[serde(default)]
    pub(crate) runs: Runs,
    /// What it may use.
    #[serde(default)]
    pub(crate) limits: Limits,
}

/// Whose files a service runs, and so whose matter it is when it is down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Runs {
    /// The lab's: down is an error.
    #[default]
    Lab,
    /// The learner's: the environment is ready without it, and down is failed.
    Learner,
}

/// When a service is started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Start {
    /// With the environment.
    #[default]
    Once,
    /// Created for each command that a probe runs in it, and removed afterwards.
    Each,
}

/// The container where the learner's commands run.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Toolbox {
    /// Where its image comes from.
    #[schemars(with = "Image")]
    pub(crate) image: Spanned<Image>,
    /// Environment variables.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, Template>,
    /// Files of the lab that it gets: path in the toolbox → path in the lab.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(crate) files: BTreeMap<String, Spanned<String>>,
    /// Small writable places in memory: path → size.
    #[serde(default)]
    pub(crate) scratch: BTreeMap<String, Size>,
    /// What it may use.
    #[serde(default)]
    pub(crate) limits: Limits,
}

/// Where an image comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Image {
    /// A reference in a registry, with its tag or digest.
    Pull(String),
    /// A folder with a Dockerfile, relative to the lab.
    Build(String),
}

/// A volume in a service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mount {
    /// A name of `environment.volumes`.
    #[schemars(with = "VolumeName")]
    pub(crate) volume: Spanned<VolumeName>,
    /// Whether the service may write.
    #[serde(default)]
    pub(crate) mode: MountMode,
}

/// Whether a service may write to a volume.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MountMode {
    /// Reads and writes.
    #[default]
    Rw,
    /// Reads only.
    Ro,
}

#[derive(Debug, Clone)]
pub(crate) struct Ready {
    pub(crate) probe: Probe,
    /// What must hold (default: that it answers).
    pub(crate) expect: Expect,
    /// How long it may take (default: 30 seconds).
    pub(crate) within: Option<Span>,
}

/// A port of a service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Open {
    /// The port in the container.
    pub(crate) port: u16,
    /// The virtual host that the service tells apart (default: the service's name).
    #[serde(default)]
    pub(crate) host: Option<Template>,
    /// What `lab start` calls it (default: its name).
    #[serde(default)]
    pub(crate) title: Option<Text>,
}

/// What a container may use.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// Memory, without swap (default: 256 MiB; for the toolbox what its places in memory may
    /// hold, and 128 MiB).
    #[serde(default)]
    pub(crate) memory: Option<Size>,
    /// Processes and threads (default: 128).
    #[serde(default)]
    pub(crate) pids: Option<u32>,
}

impl Service {
    /// The names of its containers: its own, or one for each replica.
    pub(crate) fn containers(&self, name: &ServiceName) -> Vec<ServiceName> {
        match self.replicas {
            None => vec![name.clone()],
            Some(count) => (1..=count).filter_map(|number| format!("{name}-{number}").parse().ok()).collect(),
        }
    }
}
