//! Finding the engine: `DOCKER_HOST`, the current docker context, the usual
//! sockets, Podman's. A remote daemon is refused: the gate listens on the
//! daemon's own loopback, which isn't ours there.

use super::error::EngineError;
use super::labels::Owner;
use crate::event::Events;
use crate::plan::Machine;
use crate::strain::Strain;
use bollard::{API_DEFAULT_VERSION, Docker};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Seconds for one call's response headers; waits of our own are shorter.
const CALL_TIMEOUT: u64 = 120;
/// The oldest API that has what we use: Engine 20.10's.
const OLDEST_API: (u32, u32) = (1, 41);
/// The first API whose engines let containers leave a network side by side.
const LEAVES_SAFELY: (u32, u32) = (1, 42);

/// A connection to the engine. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(super) docker: Docker,
    pub(super) events: Events,
    pub(super) owner: Owner,
    /// How starved this machine is, beside what we run on the engine.
    pub(crate) strain: Strain,
    pub about: About,
}

#[derive(Debug, Clone)]
pub struct About {
    pub socket: PathBuf,
    pub(crate) found: SocketSource,
    /// Its version, such as `20.10.24`.
    pub version: String,
    /// Its API's version, such as `1.41`.
    pub(crate) api: String,
    /// Whether it is Podman, which is untested.
    pub(crate) podman: bool,
    pub(crate) machine: Machine,
    pub(crate) seccomp: Seccomp,
}

/// Whether containers run under a filter of system calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seccomp {
    Default,
    /// One that its administrator chose; ours would replace it.
    Chosen,
    /// None: the kernel or the engine has no such filters.
    None,
}

/// Docker's default filter, of Engine 20.10, without the sockets that belong to no network of the
/// container: `AF_VSOCK` leads to the machine below a virtual one, and `socketcall` and `io_uring`
/// open sockets past the filter. Engines from 25.0 on have all that in their own.
const SECCOMP: &str = include_str!("seccomp.json");
/// The first API whose engines' own filter has it.
const FILTERS_VSOCK: (u32, u32) = (1, 44);

impl About {
    pub(super) fn security(&self) -> Vec<String> {
        let mut options = vec!["no-new-privileges".to_owned()];
        if self.seccomp == Seccomp::Default && !self.podman && is_before(&self.api, FILTERS_VSOCK) {
            options.push(format!("seccomp={SECCOMP}"));
        }
        options
    }

    /// How many containers may leave one network at once. Engine 20.10 can lock
    /// up for good where two do (<https://github.com/moby/moby/issues/46661>,
    /// mended in 23.0, whose API is 1.42): it happened to us in a `lab test`.
    pub(super) fn leaves_at_once(&self) -> usize {
        if is_before(&self.api, LEAVES_SAFELY) { 1 } else { usize::MAX }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SocketSource {
    DockerHost,
    Context(String),
    Usual,
}

#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    pub docker_host: Option<String>,
    pub docker_context: Option<String>,
    pub docker_config: Option<PathBuf>,
    pub runtime_dir: Option<PathBuf>,
    /// `LAB_ASSUME_CALM`: what others take of the machine isn't looked at, and a limit is
    /// as long as it is written.
    pub assume_calm: bool,
}

impl Surroundings {
    pub fn current() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let path = |name: &str| text(name).map(PathBuf::from);
        Self {
            docker_host: text("DOCKER_HOST"),
            docker_context: text("DOCKER_CONTEXT"),
            docker_config: path("DOCKER_CONFIG").or_else(|| path("HOME").map(|home| home.join(".docker"))),
            runtime_dir: path("XDG_RUNTIME_DIR"),
            assume_calm: text("LAB_ASSUME_CALM").is_some(),
        }
    }

    /// The socket to use and how it was found.
    pub(crate) fn socket(&self) -> Result<(PathBuf, SocketSource), EngineError> {
        if let Some(host) = &self.docker_host {
            return Ok((local(host)?, SocketSource::DockerHost));
        }
        if let Some((context, host)) = self.context() {
            return Ok((local(&host)?, SocketSource::Context(context)));
        }
        let mut usual = vec![PathBuf::from("/var/run/docker.sock")];
        usual.extend(self.runtime_dir.iter().map(|folder| folder.join("docker.sock")));
        usual.extend(self.docker_config.iter().map(|folder| folder.join("run/docker.sock")));
        usual.extend(self.runtime_dir.iter().map(|folder| folder.join("podman/podman.sock")));
        match usual.iter().find(|socket| socket.exists()) {
            Some(socket) => Ok((socket.clone(), SocketSource::Usual)),
            None => Err(EngineError::NotFound { tried: usual }),
        }
    }

    fn context(&self) -> Option<(String, String)> {
        let folder = self.docker_config.as_ref()?;
        let name = self.docker_context.clone().or_else(|| {
            let config = std::fs::read(folder.join("config.json")).ok()?;
            let config: serde_json::Value = serde_json::from_slice(&config).ok()?;
            Some(config.get("currentContext")?.as_str()?.to_owned())
        })?;
        if name.is_empty() || name == "default" {
            return None;
        }
        let id = data_encoding::HEXLOWER.encode(&Sha256::digest(&name));
        let meta = std::fs::read(folder.join("contexts/meta").join(id).join("meta.json")).ok()?;
        let meta: serde_json::Value = serde_json::from_slice(&meta).ok()?;
        let host = meta.pointer("/Endpoints/docker/Host")?.as_str()?;
        Some((name, host.to_owned()))
    }
}

/// The path of a `unix://` address; all else is remote.
fn local(host: &str) -> Result<PathBuf, EngineError> {
    match host.strip_prefix("unix://") {
        Some(path) if path.starts_with('/') => Ok(PathBuf::from(path)),
        _ => Err(EngineError::Remote { host: host.to_owned() }),
    }
}

impl Engine {
    pub async fn connect(surroundings: &Surroundings, events: Events) -> Result<Self, EngineError> {
        let (socket, found) = surroundings.socket()?;
        // Asked by hand first, for bollard doesn't tell these apart.
        if let Err(error) = tokio::net::UnixStream::connect(&socket).await {
            return Err(unreached(socket, found, error));
        }
        let text = socket.to_string_lossy().into_owned();
        let connected = Docker::connect_with_unix(&text, CALL_TIMEOUT, API_DEFAULT_VERSION);
        let docker = connected.map_err(|source| EngineError::call("connect", &text, source))?;
        // The path and no query, body or header: those may hold what a lab draws.
        let docker = docker.with_request_modifier(|request| {
            tracing::debug!(method = %request.method(), path = request.uri().path(), "engine call");
            request
        });
        let docker =
            docker.negotiate_version().await.map_err(|source| EngineError::call("ask its version", &text, source))?;
        let call = |source| EngineError::call("ask its version", &text, source);
        let (version, info) = tokio::try_join!(docker.version(), docker.info()).map_err(call)?;
        let options = info.security_options.unwrap_or_default();
        let memory = info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()).filter(|bytes| *bytes > 0);
        let api = version.api_version.unwrap_or_default();
        let about = About {
            podman: version
                .components
                .iter()
                .flatten()
                .any(|component| component.name.to_ascii_lowercase().contains("podman")),
            version: version.version.unwrap_or_default(),
            api,
            socket,
            found,
            machine: memory.map_or_else(Machine::default, |memory| Machine { memory }),
            seccomp: seccomp(&options),
        };
        if is_before(&about.api, OLDEST_API) {
            return Err(EngineError::TooOld { version: about.version, api: about.api });
        }
        let strain = if surroundings.assume_calm { Strain::calm() } else { Strain::of_this_machine() };
        Ok(Self { docker, events, owner: Owner::current(), strain, about })
    }

    pub(crate) fn with_events(&self, events: Events) -> Self {
        Self { events, ..self.clone() }
    }

    /// The images of this engine, with their locks in a folder.
    pub(crate) fn images(&self, locks: &Path) -> super::image::Images {
        super::image::Images::new(self.docker.clone(), locks.to_owned(), self.events.clone())
    }
}

/// Which filter an engine's security options name.
fn seccomp(options: &[String]) -> Seccomp {
    let Some(option) = options.iter().find(|option| option.starts_with("name=seccomp")) else { return Seccomp::None };
    // Engines before 23.0 call their own `default`, later ones `builtin`.
    match option.split_once("profile=") {
        Some((_, "default" | "builtin")) => Seccomp::Default,
        Some((_, "unconfined")) => Seccomp::None,
        _ => Seccomp::Chosen,
    }
}

/// Why a socket can't be used, from what connecting to it said.
fn unreached(socket: PathBuf, found: SocketSource, error: std::io::Error) -> EngineError {
    match (error.kind(), found) {
        (std::io::ErrorKind::PermissionDenied, _) => EngineError::NotAllowed { socket },
        // Where somebody said where it is, installing another is no help.
        (std::io::ErrorKind::NotFound, SocketSource::DockerHost) => {
            EngineError::NotThere { socket, said_by: "DOCKER_HOST".to_owned() }
        }
        (std::io::ErrorKind::NotFound, SocketSource::Context(name)) => {
            EngineError::NotThere { socket, said_by: format!("docker context {name}") }
        }
        (std::io::ErrorKind::NotFound, SocketSource::Usual) => EngineError::NotFound { tried: vec![socket] },
        _ => EngineError::Stopped { socket, source: error },
    }
}

/// Whether an API's version, such as `1.41`, comes before another.
fn is_before(api: &str, other: (u32, u32)) -> bool {
    let mut parts = api.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    version < other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_daemon_is_refused() {
        for host in ["tcp://10.0.0.1:2375", "ssh://me@host", "http://x", "unix:relative"] {
            let surroundings = Surroundings { docker_host: Some(host.to_owned()), ..Surroundings::default() };
            assert!(matches!(surroundings.socket(), Err(EngineError::Remote { .. })), "{host}");
        }
    }

    #[test]
    fn the_current_context_is_honoured() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), r#"{"currentContext": "rootless"}"#).unwrap();
        let id = data_encoding::HEXLOWER.encode(&Sha256::digest("rootless"));
        let meta = folder.path().join("contexts/meta").join(id);
        std::fs::create_dir_all(&meta).unwrap();
        let json = r#"{"Name": "rootless", "Endpoints": {"docker": {"Host": "unix:///run/user/7/docker.sock"}}}"#;
        std::fs::write(meta.join("meta.json"), json).unwrap();
        let surroundings = Surroundings { docker_config: Some(folder.path().to_owned()), ..Surroundings::default() };
        let (socket, found) = surroundings.socket().unwrap();
        assert_eq!(socket, PathBuf::from("/run/user/7/docker.sock"));
        assert_eq!(found, SocketSource::Context("rootless".to_owned()));
    }

    #[test]
    fn a_socket_without_permission_is_told_from_one_without_an_engine() {
        use std::io::{Error, ErrorKind};
        let why = |kind: ErrorKind, found| unreached(PathBuf::from("/docker.sock"), found, Error::from(kind));
        assert!(matches!(why(ErrorKind::PermissionDenied, SocketSource::Usual), EngineError::NotAllowed { .. }));
        assert!(matches!(why(ErrorKind::NotFound, SocketSource::Usual), EngineError::NotFound { .. }));
        assert!(matches!(why(ErrorKind::ConnectionRefused, SocketSource::Usual), EngineError::Stopped { .. }));
        // Whoever said where to look is named.
        for (found, name) in
            [(SocketSource::DockerHost, "DOCKER_HOST"), (SocketSource::Context("x".into()), "docker context x")]
        {
            let error = why(ErrorKind::NotFound, found);
            assert!(matches!(&error, EngineError::NotThere { said_by, .. } if said_by == name), "{error}");
        }
    }

    #[test]
    fn an_old_api_is_told_from_a_new_one() {
        assert!(is_before("1.40", OLDEST_API) && is_before("1.9", OLDEST_API) && is_before("", OLDEST_API));
        assert!(!is_before("1.41", OLDEST_API) && !is_before("1.50", OLDEST_API) && !is_before("2.0", OLDEST_API));
    }
}
