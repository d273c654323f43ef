//! `name`: what a host name leads to, as the toolbox sees it.

use super::{Field, Kind, ProbeError, Target, Yields};
use crate::expect::Observation;
use crate::template::{Scope, Template, UnknownName};
use crate::world::{Command, Output, User, World};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// A host name, looked up: `name: {of: "store.internal"}`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Name {
    /// The name.
    pub(crate) of: Template,
}

impl Kind for Name {
    const NAME: &'static str = "name";
    const YIELDS: Yields = Yields::Fields;
    const TIMEOUT: Duration = Duration::from_secs(10);
    const FIELDS: &'static [Field] = fields! {
        "known": "whether the name leads anywhere",
        "address": "its first address, when it does",
    };

    fn templates(&self) -> Vec<&Template> {
        vec![&self.of]
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        // Names that lead nowhere may be asked for too, so none is a mistake.
        Vec::new()
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        Ok(format!("the address of {}", self.of.render(scope)?))
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        let command = Command {
            service: None,
            user: User::Learner,
            argv: vec!["getent".into(), "hosts".into(), "--".into(), self.of.render(scope)?],
            dir: "/".into(),
            env: Vec::new(),
            stdin: Vec::new(),
            timeout,
            max_output: 4096,
        };
        Ok(see(&world.exec(command).await?))
    }
}

/// What the answer means, to selectors: pure, so tested without Docker.
fn see(output: &Output) -> Observation {
    let text = String::from_utf8_lossy(&output.stdout);
    let address = text.split_whitespace().next();
    let mut fields = vec![("known", Value::Bool(address.is_some()))];
    fields.extend(address.map(|address| ("address", json!(address))));
    Observation { fields, ..Observation::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_address_that_comes_first() {
        let seen = see(&Output { stdout: b"10.201.0.3  storage\n".to_vec(), ..Output::default() });
        assert_eq!(seen.field("address"), Some(&json!("10.201.0.3")));
        assert_eq!(see(&Output::default()).field("known"), Some(&json!(false)));
    }
}
