//! What can go wrong with the engine: one variant for each cause, naming the
//! object. Data until the edge; the words are chosen in `words.rs` and stand in `i18n/*/engine.ftl`.

use crate::engine::image::ImageError;
use crate::plan::Role;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("no engine found in {tried:?}")]
    NotFound { tried: Vec<PathBuf> },
    #[error("no socket at {socket:?}")]
    NotThere {
        socket: PathBuf,
        /// Who said so, such as `DOCKER_HOST`.
        said_by: String,
    },
    #[error("engine at {socket:?} is stopped: {source}")]
    Stopped { socket: PathBuf, source: std::io::Error },
    #[error("no permission on {socket:?}")]
    NotAllowed { socket: PathBuf },
    #[error("remote engine {host}")]
    Remote { host: String },
    #[error("engine {version} with API {api} is too old")]
    TooOld { version: String, api: String },
    #[error("failed to {doing} `{object}`: {source}")]
    Call {
        /// What was to be done, such as `create container`.
        doing: &'static str,
        object: String,
        source: bollard::errors::Error,
    },
    /// Every subnet that was tried is in use.
    #[error("no free subnet for `{network}`, {tried} tried")]
    NoSubnet { network: String, tried: usize },
    #[error("image of `{part}`: {source}")]
    Image { part: String, source: Box<ImageError> },
    #[error("`{service}` didn't get ready within {within:?}")]
    NotReady {
        service: String,
        within: Duration,
        asked: String,
        tries: u32,
        answer: String,
        /// Whether nothing ever came back. A port that nobody opened refuses, so
        /// it was the network, or a service that takes connections and hangs.
        silent: bool,
        log: String,
    },
    #[error("`{service}` ended with exit code {exit}")]
    Ended { service: String, exit: i64, log: String },
    #[error("`{service}` isn't running")]
    NotRunning { service: String },
    /// A command of our own in a container failed, or took too long.
    #[error("`{command}` ended with {exit:?}: {said}")]
    OwnCommand {
        command: String,
        /// None: it didn't end in time.
        exit: Option<i64>,
        said: String,
    },
    /// Something of an environment stays, however often it is removed.
    #[error("`{project}` still has {objects:?}")]
    StillThere { project: String, objects: Vec<String> },
    #[error("unknown name `{0}`")]
    UnknownName(String),
    #[error("the folder's copy: {0}")]
    Folder(std::io::Error),
    #[error("{}: {source}", path.display())]
    LabFile { path: std::path::PathBuf, source: std::io::Error },
    #[error("interrupted")]
    Interrupted,
}

/// Whether what the daemon said is about its disk.
pub(super) fn is_of_a_full_disk(said: &str) -> bool {
    said.contains("no space left on device")
}

impl EngineError {
    pub(super) fn call(doing: &'static str, object: &str, source: bollard::errors::Error) -> Self {
        Self::Call { doing, object: object.to_owned(), source }
    }

    pub(super) fn not_running(role: &Role) -> Self {
        Self::NotRunning { service: role.to_string() }
    }

    /// The status of the daemon's answer, if it answered.
    pub(crate) fn refusal(&self) -> Option<u16> {
        match self {
            Self::Call { source: bollard::errors::Error::DockerResponseServerError { status_code, .. }, .. } => {
                Some(*status_code)
            }
            _ => None,
        }
    }
}
