//! A lab as plain data: what an instructor writes in `lab.yaml`.
//!
//! Unknown keys are errors. Where a rule across fields may be broken, the
//! field keeps its place in the file (`Spanned`), so that the linter can point.

use super::name::{CheckId, LabId, ServiceName, VolumeName};
use super::quantity::{Size, Span};
pub use super::task::{Always, Check, Eventually, Explain, ForEach, Hint, Source, Task, Tier};
use super::text::{Language, Text};
use crate::check::Probe;
use crate::expect::Expect;
use crate::template::Template;
use serde::Deserialize;
use serde_yaml::Spanned;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;

/// A lab.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lab {
    /// The version of the format: `lab/v1`.
    #[serde(rename = "apiVersion")]
    pub api_version: Spanned<String>,
    /// Its id, the same as its folder's name.
    pub id: Spanned<LabId>,
    /// Its version, as `MAJOR.MINOR.PATCH`.
    pub version: Spanned<String>,
    /// The languages that every text is written in.
    pub languages: Spanned<Vec<Language>>,
    /// What `lab list` shows.
    pub title: Spanned<Text>,
    /// How much it asks of a learner.
    pub level: Level,
    /// How long it takes a learner, about.
    pub duration: Span,
    /// What is learnt, as lower-case words.
    #[serde(default)]
    pub skills: Vec<String>,
    /// What the learner's work is bound to; all else is free.
    #[serde(default)]
    pub contract: Contract,
    /// Values drawn at random, by name, for `${secret.NAME}`.
    #[serde(default)]
    pub secrets: BTreeMap<String, Secret>,
    /// What runs.
    pub environment: Environment,
    /// What the learner does, in order.
    pub tasks: Spanned<Vec<Task>>,
}

/// How much a lab asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Knows a shell.
    Beginner,
    /// Has deployed something.
    Intermediate,
    /// Runs things for others.
    Advanced,
}

/// The interface that behaviour-only checks need.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Commands that the checks run.
    #[serde(default)]
    pub commands: Vec<String>,
    /// Files that keep their names.
    #[serde(default)]
    pub files: Vec<String>,
    /// Environment variables that the work may read.
    #[serde(default)]
    pub env: Vec<String>,
    /// Other names, such as metrics or outputs.
    #[serde(default)]
    pub names: Vec<String>,
}

/// A random value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// The number of hexadecimal digits.
    pub hex: u8,
    /// What stands before them.
    #[serde(default)]
    pub prefix: String,
}

/// What runs beside the learner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Services by name.
    #[serde(default)]
    pub services: BTreeMap<ServiceName, Service>,
    /// Named volumes and their sizes.
    #[serde(default)]
    pub volumes: BTreeMap<VolumeName, Size>,
    /// Where the learner's commands run.
    pub toolbox: Toolbox,
    /// Expectations on the environment itself.
    #[serde(default)]
    pub canaries: Vec<Canary>,
    /// How the learner's folder is copied.
    #[serde(default)]
    pub folder: FolderRules,
    /// After this a clean room ends itself (default: 10 minutes).
    #[serde(default, rename = "room-limit")]
    pub room_limit: Option<Span>,
    /// Clean rooms side by side in `lab test` (default: twice the cores).
    #[serde(default)]
    pub rooms: Option<NonZeroUsize>,
}

/// How the learner's folder is copied into a clean room.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderRules {
    /// The most it may hold (default: 64 MiB).
    #[serde(default)]
    pub max: Option<Size>,
    /// Whether `.git` is copied too (default: no).
    #[serde(default, rename = "keep-git")]
    pub keep_git: bool,
}

/// A container that the lab runs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Where its image comes from.
    pub image: Spanned<Image>,
    /// The command (default: the image's).
    #[serde(default)]
    pub command: Option<Vec<Template>>,
    /// The user id, or `uid:gid` (default: the image's).
    #[serde(default)]
    pub user: Option<String>,
    /// Environment variables.
    #[serde(default)]
    pub env: BTreeMap<String, Template>,
    /// Files of the lab that it gets: path in the service → path in the lab.
    #[serde(default)]
    pub files: BTreeMap<String, Spanned<String>>,
    /// Small writable places in memory: path → size.
    #[serde(default)]
    pub scratch: BTreeMap<String, Size>,
    /// Volumes it mounts: path → volume.
    #[serde(default)]
    pub data: BTreeMap<String, Mount>,
    /// Capabilities that its program needs, each with the reason.
    #[serde(default)]
    pub capabilities: BTreeMap<String, String>,
    /// Services that must be ready before it starts.
    #[serde(default)]
    pub after: Vec<Spanned<ServiceName>>,
    /// Other host names it answers to.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// How one knows that it serves.
    #[serde(default)]
    pub ready: Option<Ready>,
    /// Ports that checks and browsers use, by name.
    #[serde(default)]
    pub open: BTreeMap<String, Open>,
    /// Whose files it runs.
    #[serde(default)]
    pub runs: Runs,
    /// What it may use.
    #[serde(default)]
    pub limits: Limits,
}

/// Whose files a service runs, and so whose matter it is when it is down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Runs {
    /// The lab's: down is an error.
    #[default]
    Lab,
    /// The learner's: the environment is ready without it, and down is failed.
    Learner,
}

/// The container where the learner's commands run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Toolbox {
    /// Where its image comes from.
    pub image: Spanned<Image>,
    /// Environment variables.
    #[serde(default)]
    pub env: BTreeMap<String, Template>,
    /// Files of the lab that it gets: path in the toolbox → path in the lab.
    #[serde(default)]
    pub files: BTreeMap<String, Spanned<String>>,
    /// Small writable places in memory: path → size.
    #[serde(default)]
    pub scratch: BTreeMap<String, Size>,
    /// What it may use.
    #[serde(default)]
    pub limits: Limits,
}

/// Where an image comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Image {
    /// A reference in a registry, with its tag or digest.
    Pull(String),
    /// A folder with a Dockerfile, relative to the lab.
    Build(String),
}

/// A volume in a service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mount {
    /// A name of `environment.volumes`.
    pub volume: Spanned<VolumeName>,
    /// Whether the service may write.
    #[serde(default)]
    pub mode: MountMode,
}

/// Whether a service may write to a volume.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MountMode {
    /// Reads and writes.
    #[default]
    Rw,
    /// Reads only.
    Ro,
}

/// How one knows that a service serves: a probe and what it must see.
#[derive(Debug, Clone)]
pub struct Ready {
    /// What is asked.
    pub probe: Probe,
    /// What must hold (default: that it answers).
    pub expect: Expect,
    /// How long it may take (default: 30 seconds).
    pub within: Option<Span>,
}

/// A port of a service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The port in the container.
    pub port: u16,
    /// The virtual host that the service tells apart (default: the service's name).
    #[serde(default)]
    pub host: Option<Template>,
    /// What `lab start` calls it (default: its name).
    #[serde(default)]
    pub title: Option<Text>,
}

/// What a container may use.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Memory, without swap (default: 256 MiB).
    #[serde(default)]
    pub memory: Option<Size>,
    /// Processes and threads (default: 128).
    #[serde(default)]
    pub pids: Option<u32>,
}

/// An expectation on the environment itself, checked before the tasks.
#[derive(Debug, Clone)]
pub struct Canary {
    /// Its id, for messages.
    pub id: Spanned<CheckId>,
    /// Checks that become errors when it doesn't hold.
    pub guards: Vec<Spanned<CheckId>>,
    /// What is asked.
    pub probe: Probe,
    /// What must hold.
    pub expect: Expect,
}

impl Lab {
    /// All checks with their tasks, in file order.
    pub fn checks(&self) -> impl Iterator<Item = (&Task, &Check)> {
        self.tasks.value.iter().flat_map(|task| task.checks.value.iter().map(move |check| (task, check)))
    }

    /// The check of this id.
    #[must_use]
    pub fn check(&self, id: &CheckId) -> Option<&Check> {
        self.checks().map(|(_, check)| check).find(|check| check.id.value == *id)
    }

    /// Every opened port with its name and service, by name.
    pub fn open(&self) -> impl Iterator<Item = (&str, &ServiceName, &Open)> {
        self.environment
            .services
            .iter()
            .flat_map(|(service, spec)| spec.open.iter().map(move |(name, open)| (name.as_str(), service, open)))
    }
}
