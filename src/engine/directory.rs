//! What an environment's parts are called, and what is known of them before
//! anyone asks: which containers stand behind a name, whose files they run,
//! and what this machine can't have.

use crate::definition::model::{Lab, Runs, Start};
use crate::message::Message;
use crate::plan::{ContainerSpec, Desired, Readiness, readiness};
use crate::template::{Scope, UnknownName};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Debug, Clone, Default)]
pub struct Directory {
    hosts: Arc<BTreeMap<String, String>>,
    parts: Arc<BTreeMap<String, Instance>>,
}

/// A service, or one replica of it.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    pub(crate) service: String,
    pub(crate) members: Vec<String>,
    pub(crate) learners: bool,
    /// Whether it sees the learner's folder, at `/work`.
    pub(crate) sees_folder: bool,
    pub(crate) ready: Option<Readiness>,
    /// The container that each command in it gets, when it doesn't just run.
    pub(crate) each: Option<Arc<ContainerSpec>>,
    pub(crate) missing: Option<Message>,
}

impl Directory {
    /// The parts of a lab: `missing` are the optional ones that are unavailable here.
    pub fn new(lab: &Lab, scope: &Scope, missing: &BTreeMap<String, Message>) -> Result<Self, UnknownName> {
        let (mut hosts, mut parts) = (BTreeMap::new(), BTreeMap::new());
        for (name, service) in &lab.environment.services {
            let members: Vec<String> = service.containers(name).iter().map(ToString::to_string).collect();
            let part = Instance {
                service: name.to_string(),
                members: members.clone(),
                learners: service.runs == Runs::Learner,
                sees_folder: service.workspace.is_some(),
                ready: readiness(service),
                each: None,
                missing: missing.get(name.as_str()).cloned(),
            };
            for member in members {
                parts.insert(member.clone(), Instance { members: vec![member.clone()], ..part.clone() });
            }
            parts.insert(name.to_string(), part);
            if service.start == Start::Each {
                continue;
            }
            for host in service.containers(name) {
                hosts.insert(host.to_string(), host.to_string());
            }
            hosts.insert(name.to_string(), name.to_string());
            hosts.extend(service.aliases.iter().map(|alias| (alias.clone(), name.to_string())));
            for open in service.open.values() {
                if let Some(host) = &open.host {
                    hosts.insert(host.render(scope)?.to_ascii_lowercase(), name.to_string());
                }
            }
        }
        Ok(Self { hosts: Arc::new(hosts), parts: Arc::new(parts) })
    }

    /// The same, with the containers that commands are started in.
    pub(crate) fn with_commands_of(mut self, desired: &Desired) -> Self {
        let parts = Arc::make_mut(&mut self.parts);
        for (name, spec) in &desired.each {
            if let Some(part) = parts.get_mut(name) {
                part.each = Some(Arc::new(spec.clone()));
            }
        }
        self
    }

    /// The same, for asking one container only: every name of its service
    /// leads to it.
    pub(super) fn pinned_to(mut self, member: &str) -> Self {
        let Some(service) = self.part(member).map(|part| part.service.clone()) else { return self };
        if let Some(part) = Arc::make_mut(&mut self.parts).get_mut(&service) {
            part.members = vec![member.to_owned()];
        }
        self
    }

    /// The containers that run the learner's files, each with its service.
    pub(super) fn learners(&self) -> impl Iterator<Item = (&str, &str)> {
        let parts = self.parts.iter().filter(|(name, part)| part.learners && **name == part.service);
        parts.flat_map(|(name, part)| part.members.iter().map(move |member| (name.as_str(), member.as_str())))
    }

    /// The same, without some services.
    pub(super) fn without(mut self, services: &BTreeSet<String>) -> Self {
        Arc::make_mut(&mut self.parts).retain(|_, part| !services.contains(&part.service));
        self
    }

    pub(super) fn part(&self, service: &str) -> Option<&Instance> {
        self.parts.get(service)
    }

    pub(super) fn host(&self, host: &str) -> Option<&Instance> {
        self.parts.get(self.hosts.get(&host.to_ascii_lowercase())?)
    }

    /// Why a service, a replica or what a host name leads to isn't here.
    pub(crate) fn missing(&self, name: &str) -> Option<&Message> {
        self.host(name).or_else(|| self.part(name))?.missing.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAB: &str = r#"
apiVersion: lab/v1
id: demo
version: 1.0.0
languages: [en]
title: {en: "Demo"}
level: beginner
duration: 1h
environment:
  services:
    web:
      image: {pull: "web:1"}
      replicas: 2
      aliases: [www]
      open: {site: {port: 80, host: "Site-${nonce.x}.localhost"}}
    runner: {image: {pull: "runner:1"}, start: each}
    graphs: {image: {pull: "graphs:1"}, optional: true}
  toolbox: {image: {pull: "tools:1"}}
tasks: []
"#;

    fn directory() -> Directory {
        let lab: Lab = serde_yaml::from_str(LAB).unwrap();
        let mut scope = Scope::default();
        scope.set("nonce.x", "abc");
        let missing = BTreeMap::from([("graphs".to_owned(), message!("image-not-found", image = "graphs:1"))]);
        Directory::new(&lab, &scope, &missing).unwrap()
    }

    #[test]
    fn a_services_name_leads_to_all_replicas_and_a_numbered_one_to_itself() {
        let directory = directory();
        for all in ["web", "www", "SITE-abc.localhost"] {
            assert_eq!(directory.host(all).unwrap().members, ["web-1", "web-2"], "{all}");
        }
        assert_eq!(directory.host("web-2").unwrap().members, ["web-2"]);
        assert_eq!(directory.part("web").unwrap().members, ["web-1", "web-2"]);
        let pinned = directory.pinned_to("web-2");
        assert_eq!(pinned.host("www").unwrap().members, ["web-2"]);
    }

    #[test]
    fn what_starts_anew_for_each_command_is_no_host() {
        let directory = directory();
        assert!(directory.host("runner").is_none());
        assert!(directory.part("runner").is_some());
    }

    #[test]
    fn what_cant_be_had_says_why_under_each_of_its_names() {
        let directory = directory();
        assert!(directory.missing("graphs").is_some());
        assert!(directory.missing("web").is_none());
        assert!(directory.missing("nobody").is_none());
    }
}
