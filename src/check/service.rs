//! `service`: stops, starts, restarts, pauses a service, or asks whether it is up.

use super::{Field, Kind, ProbeError, Target, Yields};
use crate::expect::Observation;
use crate::template::{Scope, Template, UnknownName};
use crate::world::{ServiceAction, ServiceSeen, World};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// What is done to a service: `service: {stop: store}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Asks whether it runs; changes nothing.
    Up(String),
    /// Starts it.
    Start(String),
    /// Stops it.
    Stop(String),
    /// Stops and starts it.
    Restart(String),
    /// Freezes all its processes.
    Pause(String),
    /// Lets them go on.
    Unpause(String),
}

impl Service {
    fn parts(&self) -> (ServiceAction, &'static str, &str) {
        match self {
            Self::Up(name) => (ServiceAction::Look, "up", name),
            Self::Start(name) => (ServiceAction::Start, "start", name),
            Self::Stop(name) => (ServiceAction::Stop, "stop", name),
            Self::Restart(name) => (ServiceAction::Restart, "restart", name),
            Self::Pause(name) => (ServiceAction::Pause, "pause", name),
            Self::Unpause(name) => (ServiceAction::Unpause, "unpause", name),
        }
    }
}

impl Kind for Service {
    const NAME: &'static str = "service";
    const YIELDS: Yields = Yields::Fields;
    const TIMEOUT: Duration = Duration::from_secs(30);
    const FIELDS: &'static [Field] = fields! {
        "up": "whether it runs and its `ready` holds, waited for up to the timeout",
        "exit": "its exit code, once it has ended",
        "log": "the last lines of its log",
        "answer": "what its `ready` probe was answered last, when it runs and doesn't serve",
        "listens": "the addresses that it listens on, when that probe's connection was refused",
        "unreadable": "paths in the learner's folder that its user can't read, when it is down",
    };

    fn writes(&self) -> bool {
        !matches!(self, Self::Up(_))
    }

    fn templates(&self) -> Vec<&Template> {
        Vec::new()
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        let (_, key, name) = self.parts();
        vec![(key.to_owned(), Target::Service(name))]
    }

    fn asked(&self, _scope: &Scope) -> Result<String, UnknownName> {
        let (_, verb, name) = self.parts();
        Ok(format!("{verb} {name}"))
    }

    async fn fetch(&self, world: &dyn World, _scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        let (action, _, name) = self.parts();
        Ok(see(&world.service(name.to_owned(), action, timeout).await?))
    }
}

fn see(service: &ServiceSeen) -> Observation {
    let mut fields = vec![("up", Value::Bool(service.up)), ("log", Value::String(service.log.clone()))];
    fields.extend(service.exit.map(|exit| ("exit", json!(exit))));
    fields.extend(service.answer.as_ref().map(|answer| ("answer", json!(answer))));
    fields.extend(service.listens.as_ref().map(|listens| ("listens", json!(listens))));
    let mut evidence = Vec::new();
    if !service.up {
        fields.push(("unreadable", json!(service.unreadable)));
        evidence.extend(service.exit.map(|exit| ("exit", exit.to_string())));
        evidence.extend(service.answer.clone().map(|answer| ("answer", answer)));
        evidence.extend(service.listens.as_ref().map(|listens| ("listens", listens.join(", "))));
        let log = service.log.trim_end();
        evidence.extend((!log.is_empty()).then(|| ("log", log.to_owned())));
        let commands = readable(&service.unreadable);
        evidence.extend((!commands.is_empty()).then_some(("unreadable", commands)));
    }
    Observation { fields, evidence, ..Observation::default() }
}

/// The commands that make paths readable, one a line.
pub(crate) fn readable(paths: &[String]) -> String {
    let command = |path: &String| {
        let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./_-+@%,=:".contains(&byte));
        let quoted = if plain { path.clone() } else { format!("'{}'", path.replace('\'', r"'\''")) };
        format!("chmod a+rX {quoted}")
    };
    paths.iter().map(command).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_asking_reads() {
        let service = |yaml: &str| serde_yaml::from_str::<Service>(yaml).unwrap();
        assert!(!service("up: store").writes());
        for change in ["stop: store", "start: store", "restart: store", "pause: store", "unpause: store"] {
            assert!(service(change).writes(), "{change}");
        }
        assert!(serde_yaml::from_str::<Service>("kill: store").is_err());
    }

    #[test]
    fn a_service_that_ended_says_with_what_code_and_last_words() {
        let seen = see(&ServiceSeen { exit: Some(2), log: "bad config\n".into(), ..ServiceSeen::default() });
        assert_eq!(seen.field("up"), Some(&json!(false)));
        assert_eq!(seen.field("exit"), Some(&json!(2)));
        assert_eq!(seen.evidence, [("exit", "2".to_owned()), ("log", "bad config".to_owned())]);
    }

    #[test]
    fn what_its_user_cant_read_comes_with_the_command_that_mends_it() {
        let unreadable = vec!["rules/a.yml".to_owned(), "l'été.yml".to_owned()];
        let seen = see(&ServiceSeen { unreadable, ..ServiceSeen::default() });
        let commands = "chmod a+rX rules/a.yml\nchmod a+rX 'l'\\''été.yml'";
        assert_eq!(seen.evidence, [("unreadable", commands.to_owned())]);
        // One that is up has nothing to explain.
        let seen = see(&ServiceSeen { up: true, log: "serving".into(), ..ServiceSeen::default() });
        assert_eq!(seen.evidence, []);
    }
}
