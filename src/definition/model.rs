//! A lab as plain data: what an instructor writes in `lab.yaml`.
//!
//! Unknown keys are errors. Where a rule across fields may be broken, the
//! field keeps its place in the file (`Spanned`), so that the linter can point.

pub(crate) use super::asks::{Always, Asks, Condition, Eventually, Scenario, Step};
use super::name::{ActionName, CheckId, LabId, ServiceName, VolumeName};
pub(crate) use super::page::Page;
pub(crate) use super::service::{Image, Limits, MountMode, Open, Ready, Runs, Service, Start, Toolbox};
pub(crate) use super::task::{Check, Explain, ForEach, Hint, Room, Source, Task, Tier, Visibility};
use super::text::{Language, Text};
use crate::check::Probe;
use crate::check::program::Definition;
use crate::quantity::{Size, Span};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_yaml::Spanned;
use std::collections::BTreeMap;

/// A lab.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lab {
    /// The version of the format: `lab/v1`.
    #[serde(rename = "apiVersion")]
    #[schemars(with = "String")]
    pub(crate) api_version: Spanned<String>,
    /// Its id, the same as its folder's name.
    #[schemars(with = "LabId")]
    pub id: Spanned<LabId>,
    /// Its version, as `MAJOR.MINOR.PATCH`.
    #[schemars(with = "String")]
    pub(crate) version: Spanned<String>,
    /// The languages that every text is written in.
    #[schemars(with = "Vec<Language>")]
    pub(crate) languages: Spanned<Vec<Language>>,
    /// What `lab list` shows.
    #[schemars(with = "Text")]
    pub(crate) title: Spanned<Text>,
    /// How much it asks of a learner.
    pub(crate) level: Level,
    /// How long it takes a learner, about.
    pub(crate) duration: Span,
    /// What is learnt, as lower-case words.
    #[serde(default)]
    #[expect(dead_code, reason = "read from lab.yaml for its authors; no command shows it yet")]
    pub(crate) skills: Vec<String>,
    /// What the learner's work is bound to; all else is free.
    #[serde(default)]
    pub(crate) contract: Contract,
    /// Values drawn at random, by name, for `${secret.NAME}`.
    #[serde(default)]
    pub(crate) secrets: BTreeMap<String, Secret>,
    /// What runs.
    pub environment: Environment,
    /// What the learner does, in order.
    #[schemars(with = "Vec<Task>")]
    pub(crate) tasks: Spanned<Vec<Task>>,
    /// Pages to read beside the tasks, unscored.
    #[serde(default)]
    pub(crate) pages: Vec<Page>,
}

/// How much a lab asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Knows a shell.
    Beginner,
    /// Has deployed something.
    Intermediate,
    /// Runs things for others.
    Advanced,
}

/// The interface that behaviour-only checks need.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contract {
    /// Commands that the checks run.
    #[serde(default)]
    pub(crate) commands: Vec<String>,
    /// Files that keep their names.
    #[serde(default)]
    pub(crate) files: Vec<String>,
    /// Environment variables that the work may read.
    #[serde(default)]
    #[expect(dead_code, reason = "a promise to the learner; nothing is judged by it")]
    pub(crate) env: Vec<String>,
    /// Other names, such as metrics or outputs.
    #[serde(default)]
    #[expect(dead_code, reason = "a promise to the learner; nothing is judged by it")]
    pub(crate) names: Vec<String>,
}

/// A random value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Secret {
    /// The number of hexadecimal digits.
    pub(crate) hex: u8,
    /// What stands before them.
    #[serde(default)]
    pub(crate) prefix: String,
}

/// What runs beside the learner.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Services by name.
    #[serde(default)]
    pub services: BTreeMap<ServiceName, Service>,
    /// Named volumes and their sizes.
    #[serde(default)]
    pub(crate) volumes: BTreeMap<VolumeName, Size>,
    /// Where the learner's commands run.
    pub(crate) toolbox: Toolbox,
    /// Expectations on the environment itself.
    #[serde(default)]
    pub(crate) canaries: Vec<Canary>,
    /// What `lab do` does to a playground, by name.
    #[serde(default)]
    pub(crate) actions: BTreeMap<ActionName, Action>,
    /// How the learner's folder is copied.
    #[serde(default)]
    pub(crate) folder: FolderRules,
    /// Whether clean rooms reach the world (default: no).
    #[serde(default)]
    pub(crate) network: Network,
    /// After this a clean room ends itself (default: 10 minutes).
    #[serde(default, rename = "room-limit")]
    pub(crate) room_limit: Option<Span>,
    /// Clean rooms that `lab test` runs side by side (default: twice the cores).
    #[serde(default)]
    pub(crate) rooms: Option<u32>,
}

/// Something that a lab wants beyond what labs may do to a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Want {
    /// A capability, or [`Want::NETWORK`].
    pub(crate) name: String,
    pub(crate) service: Option<String>,
    pub(crate) why: Text,
}

impl Want {
    /// The name of an open network in a clean room.
    pub(crate) const NETWORK: &str = "NETWORK";
}

/// What a container of a lab may have unasked: none of these reaches past its wall.
pub(crate) const SAFE_CAPABILITIES: &[&str] = &["KILL", "SETGID", "SETUID"];

/// What a clean room's network reaches.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Network {
    /// Why rooms must reach the world; without a reason they are isolated.
    #[serde(default)]
    #[schemars(with = "Option<Text>")]
    pub(crate) open: Option<Spanned<Text>>,
}

/// How the learner's folder is copied into a clean room.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FolderRules {
    /// The most it may hold (default: 64 MiB).
    #[serde(default)]
    pub(crate) max: Option<Size>,
    /// Whether `.git` is copied too (default: no).
    #[serde(default, rename = "keep-git")]
    pub(crate) keep_git: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Canary {
    pub(crate) id: Spanned<CheckId>,
    pub(crate) guards: Vec<Spanned<CheckId>>,
    pub(crate) asks: Asks,
}

#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) say: Spanned<Text>,
    /// What is asked. Without an `expect`, that it answers; of a command, that
    /// it ends without an error.
    pub(crate) asks: Asks,
}

impl Lab {
    /// The kinds that live with the lab and that it asks, each once.
    pub(crate) fn kinds(&self) -> Vec<&'static Definition> {
        let environment = &self.environment;
        let checks = self.checks().map(|(_, check)| check);
        let sources = checks.clone().filter_map(|check| Some(&check.for_each.as_ref()?.source.0));
        let asks = checks.map(|check| &check.asks).chain(environment.canaries.iter().map(|canary| &canary.asks));
        let steps = asks.chain(environment.actions.values().map(|action| &action.asks)).flat_map(Asks::steps);
        let ready = environment.services.values().filter_map(|service| Some(&service.ready.as_ref()?.probe));
        let mut kinds: Vec<&'static Definition> = Vec::new();
        for probe in steps.map(|step| &step.probe.value).chain(sources).chain(ready) {
            if let Probe::Program(program) = probe
                && !kinds.iter().any(|kind| kind.name == program.kind.name)
            {
                kinds.push(program.kind);
            }
        }
        kinds
    }

    /// What whoever runs the lab has to agree to first.
    pub(crate) fn wants_beyond(&self) -> Vec<Want> {
        let services = self.environment.services.iter();
        let capabilities = services.flat_map(|(name, service)| {
            let beyond = service.capabilities.iter().filter(|(name, _)| !SAFE_CAPABILITIES.contains(&name.as_str()));
            beyond.map(move |(capability, why)| Want {
                name: capability.clone(),
                service: Some(name.to_string()),
                why: Text { en: Some(why.clone()), fr: None },
            })
        });
        let network = self.environment.network.open.iter();
        let network = network.map(|why| Want { name: Want::NETWORK.to_owned(), service: None, why: why.value.clone() });
        capabilities.chain(network).collect()
    }

    /// Every container with its limits, by the name of its service.
    pub(crate) fn limits(&self) -> impl Iterator<Item = (&str, Limits)> {
        let services = self.environment.services.iter().map(|(name, service)| (name.as_str(), service.limits));
        services.chain([("toolbox", self.environment.toolbox.limits)])
    }

    pub fn checks(&self) -> impl Iterator<Item = (&Task, &Check)> + Clone {
        self.tasks.value.iter().flat_map(|task| task.checks.value.iter().map(move |check| (task, check)))
    }

    pub(crate) fn check(&self, id: &CheckId) -> Option<&Check> {
        self.checks().map(|(_, check)| check).find(|check| check.id.value == *id)
    }

    pub(crate) fn text_path(id: &str, language: Language) -> String {
        format!("tasks/{id}.{}.md", language.code())
    }

    /// What runs beside the toolbox, by name: each service, and each replica of
    /// one that has several.
    pub(crate) fn parts(&self) -> Vec<String> {
        let services = self.environment.services.iter().filter(|(_, service)| service.start == Start::Once);
        let names = services.flat_map(|(name, service)| {
            let replicas = service.containers(name).into_iter().filter(move |container| container != name);
            std::iter::once(name.clone()).chain(replicas)
        });
        names.map(|name| name.to_string()).collect()
    }

    /// Whether a container belongs to a service of this name, or is one itself.
    pub(crate) fn is_part_of(&self, container: &str, name: &str) -> bool {
        let service = self.environment.services.iter().find(|(known, _)| known.as_str() == name);
        let replicas = service.map(|(known, service)| service.containers(known)).unwrap_or_default();
        container == name || replicas.iter().any(|replica| replica.as_str() == container)
    }

    pub(crate) fn open(&self) -> impl Iterator<Item = (&str, &ServiceName, &Open)> {
        self.environment
            .services
            .iter()
            .flat_map(|(service, spec)| spec.open.iter().map(move |(name, open)| (name.as_str(), service, open)))
    }
}
