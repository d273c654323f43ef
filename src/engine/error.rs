//! What can go wrong with the engine: one variant for each cause, naming the
//! object. Data until the edge; the words are chosen in `words.rs` and stand in `i18n/*/engine.ftl`.

use crate::engine::image::ImageError;
use crate::plan::Role;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No socket anywhere.
    #[error("no engine found in {tried:?}")]
    NotFound {
        /// Where was looked.
        tried: Vec<PathBuf>,
    },
    /// Where the engine is said to be there is nothing.
    #[error("no socket at {socket:?}")]
    NotThere {
        socket: PathBuf,
        /// Who said so, such as `DOCKER_HOST`.
        said_by: String,
    },
    /// The socket is there and nobody answers.
    #[error("engine at {socket:?} is stopped: {reason}")]
    Stopped {
        socket: PathBuf,
        /// What connecting said.
        reason: String,
    },
    /// This user may not use the socket.
    #[error("no permission on {socket:?}")]
    NotAllowed { socket: PathBuf },
    /// The daemon is on another machine.
    #[error("remote engine {host}")]
    Remote { host: String },
    /// The engine lacks what we need.
    #[error("engine {version} with API {api} is too old")]
    TooOld { version: String, api: String },
    /// A call failed.
    #[error("failed to {doing} `{object}`: {source}")]
    Call {
        /// What was to be done, such as `create container`.
        doing: &'static str,
        /// To what.
        object: String,
        /// What the engine said.
        source: bollard::errors::Error,
    },
    /// Every subnet that was tried is in use.
    #[error("no free subnet for `{network}`, {tried} tried")]
    NoSubnet {
        network: String,
        /// How many were tried.
        tried: usize,
    },
    /// An image can't be had.
    #[error("image of `{part}`: {source}")]
    Image {
        /// The service it is for.
        part: String,
        /// Why.
        source: Box<ImageError>,
    },
    /// A service didn't serve in time.
    #[error("`{service}` didn't get ready within {within:?}")]
    NotReady {
        service: String,
        within: Duration,
        asked: String,
        /// How often.
        tries: u32,
        /// What the last answer was.
        answer: String,
        /// Whether nothing ever came back. A port that nobody opened refuses, so
        /// it was the network, or a service that takes connections and hangs.
        silent: bool,
        /// The last lines of its log.
        log: String,
    },
    /// A service ended by itself.
    #[error("`{service}` ended with exit code {exit}")]
    Ended {
        service: String,
        exit: i64,
        /// The last lines of its log.
        log: String,
    },
    /// A service isn't part of the environment, or doesn't run.
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
    StillThere {
        project: String,
        /// What is left of it.
        objects: Vec<String>,
    },
    /// The lab names what nothing defines.
    #[error("unknown name `{0}`")]
    UnknownName(String),
    /// The folder's copy can't be read back.
    #[error("the folder's copy: {0}")]
    Folder(std::io::Error),
    /// A file of the lab for a service can't be read.
    #[error("{}: {source}", path.display())]
    LabFile { path: std::path::PathBuf, source: std::io::Error },
    /// Someone pressed Ctrl-C.
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
