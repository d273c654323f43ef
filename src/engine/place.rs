//! A running environment as the [`World`] that checks ask.

use super::connect::Engine;
use super::environment::{Environment, Member};
use super::error::EngineError;
use super::exec::ExecRequest;
use super::gate::Target;
use crate::pack::model::{Lab, Runs};
use crate::template::{Scope, UnknownName};
use crate::world::{
    Command, FileSeen, HttpRequest, HttpResponse, Listed, Output, ServiceAction, ServiceSeen, Trouble, World,
};
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Host names → the service that answers to them, and whose files it runs.
pub type Hosts = Arc<BTreeMap<String, Host>>;

/// The service behind a host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The service.
    pub service: String,
    /// Whether it runs the learner's files.
    pub learners: bool,
}

/// Every host name of a lab: services, their aliases, their virtual hosts.
pub fn hosts(lab: &Lab, scope: &Scope) -> Result<Hosts, UnknownName> {
    let mut hosts = BTreeMap::new();
    for (name, service) in &lab.environment.services {
        let host = Host { service: name.to_string(), learners: service.runs == Runs::Learner };
        hosts.insert(name.to_string(), host.clone());
        for alias in &service.aliases {
            hosts.insert(alias.clone(), host.clone());
        }
        for open in service.open.values() {
            if let Some(name) = &open.host {
                hosts.insert(name.render(scope)?.to_ascii_lowercase(), host.clone());
            }
        }
    }
    Ok(Arc::new(hosts))
}

/// A running environment.
#[derive(Debug, Clone)]
pub struct Place {
    engine: Engine,
    environment: Environment,
    hosts: Hosts,
    user: String,
}

impl Place {
    /// The environment, reached through its gate.
    #[must_use]
    pub fn new(engine: Engine, environment: Environment, hosts: Hosts) -> Self {
        let (uid, gid) = crate::plan::ROOM_USER;
        Self { engine, environment, hosts, user: format!("{uid}:{gid}") }
    }

    /// The environment.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    fn host(&self, host: &str) -> Result<Host, Trouble> {
        let host = host.to_ascii_lowercase();
        self.hosts.get(&host).cloned().ok_or(Trouble::Elsewhere { host })
    }

    async fn target(&self, host: &str, port: u16) -> Result<Target, Trouble> {
        let Host { service, learners } = self.host(host)?;
        let address = match self.environment.member(&service) {
            Some(Member { address: Some(address), running: true, .. }) => Some(address),
            // It may have been started since.
            Some(member) => self.look_again(&service, &member.id).await?.address,
            None => None,
        };
        let address = address.ok_or(Trouble::Down { service, learners })?;
        Ok(Target { address: SocketAddr::new(address, port), learners })
    }

    async fn look_again(&self, service: &str, id: &str) -> Result<Member, Trouble> {
        let mut member = self.engine.member(id).await.map_err(fault)?;
        if !member.running {
            member.address = None;
        }
        self.environment.set_member(service, member.clone());
        Ok(member)
    }

    /// After a refusal: whether the service is down rather than closed.
    async fn refused(&self, host: &str, trouble: Trouble) -> Trouble {
        let (Trouble::Refused { .. }, Ok(Host { service, learners })) = (&trouble, self.host(host)) else {
            return trouble;
        };
        let Some(member) = self.environment.member(&service) else { return trouble };
        match self.look_again(&service, &member.id).await {
            Ok(Member { running: false, .. }) => Trouble::Down { service, learners },
            _ => trouble,
        }
    }

    fn container(&self, service: &str) -> Result<String, Trouble> {
        let learners = self.hosts.get(service).is_some_and(|host| host.learners);
        let down = || Trouble::Down { service: service.to_owned(), learners };
        self.environment.member(service).map(|member| member.id).ok_or_else(down)
    }
}

/// An engine's error during a probe is the machine's fault.
#[expect(clippy::needless_pass_by_value, reason = "reads as `map_err(fault)`")]
fn fault(error: EngineError) -> Trouble {
    Trouble::Fault { detail: error.to_string() }
}

impl World for Place {
    fn http(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, Trouble>> {
        Box::pin(async move {
            let bad = || Trouble::BadUrl { url: request.url.clone() };
            let url = url::Url::parse(&request.url).map_err(|_| bad())?;
            if url.scheme() != "http" {
                // Only hosts of the lab are reached, and they speak plain HTTP here.
                let host = url.host_str().unwrap_or_default();
                self.host(host)?;
                return Err(bad());
            }
            let host = url.host_str().ok_or_else(bad)?.to_owned();
            let target = self.target(&host, url.port_or_known_default().unwrap_or(80)).await?;
            match self.environment.gate.http(&target, &request).await {
                Err(trouble) => Err(self.refused(&host, trouble).await),
                answer => answer,
            }
        })
    }

    fn tcp(&self, host: String, port: u16, timeout: Duration) -> BoxFuture<'_, Result<(), Trouble>> {
        Box::pin(async move {
            let target = self.target(&host, port).await?;
            match self.environment.gate.tcp(&target, timeout).await {
                Err(trouble) => Err(self.refused(&host, trouble).await),
                answer => answer,
            }
        })
    }

    fn exec(&self, command: Command) -> BoxFuture<'_, Result<Output, Trouble>> {
        Box::pin(async move {
            let service = command.service.as_deref().unwrap_or("toolbox");
            let container = self.container(service)?;
            // In a service commands run as its own user.
            let user = if command.service.is_none() { self.user.as_str() } else { "" };
            let ran = self
                .engine
                .exec(&ExecRequest {
                    container: &container,
                    argv: &command.argv,
                    user,
                    dir: &command.dir,
                    env: &command.env,
                    stdin: &command.stdin,
                    timeout: command.timeout,
                    max_output: command.max_output,
                })
                .await;
            ran.map_err(|error| Trouble::Fault { detail: format!("{service}: {error}") })
        })
    }

    fn service(
        &self,
        service: String,
        action: ServiceAction,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<ServiceSeen, Trouble>> {
        Box::pin(async move {
            let container = self.container(&service)?;
            let changed = tokio::time::timeout(timeout, self.engine.change(&container, action)).await;
            let learners = self.hosts.get(&service).is_some_and(|host| host.learners);
            match changed {
                Ok(changed) => changed.map_err(fault)?,
                Err(_) => return Err(Trouble::TimedOut { what: service, after: timeout, learners }),
            }
            // Its address may be another one now.
            let member = self.look_again(&service, &container).await?;
            let (exit, log) = self.engine.last_words(&container).await.map_err(fault)?;
            Ok(ServiceSeen { up: member.running, exit: exit.filter(|_| !member.running), log })
        })
    }

    fn put(&self, path: String, contents: Option<Vec<u8>>, mode: u32) -> BoxFuture<'_, Result<(), Trouble>> {
        Box::pin(async move {
            let relative = path.strip_prefix("/work/").unwrap_or(&path).to_owned();
            if let Some(contents) = contents {
                return self.write(&relative, &contents, mode).await;
            }
            let toolbox = self.container("toolbox")?;
            let argv = ["rm", "-f", "--", &path].map(str::to_owned).to_vec();
            self.engine.exec_quietly(&toolbox, &self.user, argv).await.map(drop).map_err(fault)
        })
    }

    fn file(&self, service: String, path: String) -> BoxFuture<'_, Result<Option<FileSeen>, Trouble>> {
        Box::pin(async move {
            let container = self.container(&service)?;
            let limit = Duration::from_secs(30);
            let read = tokio::time::timeout(limit, self.engine.read_file(&container, &path)).await;
            match read {
                Ok(read) => read.map_err(fault),
                Err(_) => Err(Trouble::TimedOut { what: path, after: limit, learners: false }),
            }
        })
    }

    fn files(&self, service: String, folder: String) -> BoxFuture<'_, Result<Option<Vec<Listed>>, Trouble>> {
        Box::pin(async move {
            let container = self.container(&service)?;
            let limit = Duration::from_secs(30);
            match tokio::time::timeout(limit, self.engine.list_files(&container, &folder)).await {
                Ok(listed) => listed.map_err(fault)?,
                Err(_) => Err(Trouble::TimedOut { what: folder, after: limit, learners: false }),
            }
        })
    }
}

impl Place {
    /// Puts one file into the work volume through the gate, whose archive
    /// interface follows no link of the learner's: the archive names the
    /// file, and a link in its place is replaced, not written through.
    async fn write(&self, path: &str, contents: &[u8], mode: u32) -> Result<(), Trouble> {
        let gate = self.container("gate")?;
        let project = &self.environment.project;
        let root = crate::plan::gate_path(project, &format!("{}-work", project.name));
        self.engine.put_file(&gate, &root, path, contents, mode).await.map_err(fault)
    }
}
