//! `tcp`: whether a service's port takes connections.

use super::{Field, Kind, ProbeError, Target, Yields};
use crate::expect::Observation;
use crate::template::{Scope, Template, UnknownName};
use crate::world::{ProbeFailure, World};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// A TCP connection, opened and closed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tcp {
    /// The service.
    pub host: Template,
    /// Its port.
    pub port: u16,
}

impl Kind for Tcp {
    const NAME: &'static str = "tcp";
    const YIELDS: Yields = Yields::Fields;
    const TIMEOUT: Duration = Duration::from_secs(10);
    const FIELDS: &'static [Field] =
        &[Field { name: "open", doc: "whether the port took the connection; false when it was refused" }];

    fn templates(&self) -> Vec<&Template> {
        vec![&self.host]
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        vec![("host".to_owned(), Target::Host(&self.host)), ("port".to_owned(), Target::Port(self.port))]
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        Ok(format!("tcp {}:{}", self.host.render(scope)?, self.port))
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        let (open, details) = match world.tcp(self.host.render(scope)?, self.port, timeout).await {
            Ok(()) => (true, Vec::new()),
            Err(ProbeFailure::Refused { .. }) => (false, Vec::new()),
            // A closed port may be what is wanted.
            Err(ProbeFailure::ListensElsewhere { found, .. }) => (false, vec![("open", found.join("\n"))]),
            Err(trouble) => return Err(trouble.into()),
        };
        Ok(Observation { fields: vec![("open", Value::Bool(open))], details, ..Observation::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fake::Fake;

    #[tokio::test]
    async fn a_port_is_closed_though_the_program_listens_on_another() {
        let world = Fake { listens: vec!["0.0.0.0:8081".to_owned()], ..Fake::default() };
        let tcp: Tcp = serde_yaml::from_str("{host: app, port: 8080}").unwrap();
        let seen = tcp.fetch(&world, &Scope::default(), Duration::from_secs(1)).await.unwrap();
        assert_eq!(seen.field("open"), Some(&Value::Bool(false)));
        assert_eq!(seen.details, [("open", "0.0.0.0:8081".to_owned())]);
    }
}
