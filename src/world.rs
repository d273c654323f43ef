//! All that a check may ask of a running environment.
//!
//! The engine implements [`World`] over Docker; tests implement it over data.
//! Checks know nothing else of where they run.

use crate::message::Message;
use crate::strain::Strain;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub trait World: Send + Sync {
    /// Sends one HTTP request to a service, through the gate.
    fn http(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, ProbeFailure>>;
    /// Opens and closes one TCP connection to a service, through the gate.
    fn tcp(&self, host: String, port: u16, timeout: Duration) -> BoxFuture<'_, Result<(), ProbeFailure>>;
    /// Runs a command in a service (the toolbox, unless told otherwise).
    fn exec(&self, command: Command) -> BoxFuture<'_, Result<Output, ProbeFailure>>;
    /// Reads one file of a service, or says that it isn't there.
    fn file(&self, service: String, path: String) -> BoxFuture<'_, Result<Option<FileSeen>, ProbeFailure>>;
    /// Lists all that lies in a folder of a service, or says that no folder is there.
    fn files(&self, service: String, folder: String) -> BoxFuture<'_, Result<Option<Vec<Listed>>, ProbeFailure>>;
    /// Does something to a service, or only looks, and says how it is then:
    /// waits, up to the limit, until one that runs also serves.
    fn service(
        &self,
        service: String,
        action: ServiceAction,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<ServiceSeen, ProbeFailure>>;
    /// Why this machine doesn't have a service, a replica of it or what a host
    /// name leads to; none when it does.
    fn missing(&self, _name: &str) -> Option<Message> {
        None
    }
    /// How much of their time others take from those who are asked.
    fn strain(&self) -> Strain {
        Strain::calm()
    }
    /// Whether the service of this name, or behind this host name, runs the learner's files.
    fn runs_learners_files(&self, _name: &str) -> bool {
        false
    }
    /// Replaces one file under `/work`, or deletes it when there are no
    /// contents; the folders that were made for it on the way, the innermost first.
    /// Links are followed as long as they stay in there. Only clean rooms allow it.
    fn put(
        &self,
        path: String,
        contents: Option<Vec<u8>>,
        mode: u32,
    ) -> BoxFuture<'_, Result<Vec<String>, ProbeFailure>>;
    /// Removes folders that [`World::put`] made, in this order, but for those in
    /// which something else is by now.
    fn remove_folders(&self, _folders: Vec<String>) -> BoxFuture<'_, Result<(), ProbeFailure>> {
        Box::pin(async { Ok(()) })
    }
}

/// Bytes of a body that a check reads at most.
pub(crate) const MAX_BODY: usize = 8 << 20;

/// One HTTP request. Redirects are never followed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    pub(crate) method: String,
    /// The absolute `http://` URL.
    pub(crate) url: String,
    /// Headers to send; `Host` follows from the URL.
    pub(crate) headers: Vec<(String, String)>,
    /// The body to send; empty for none.
    pub(crate) body: Vec<u8>,
    pub(crate) timeout: Duration,
    /// Bytes of body after which reading stops.
    pub(crate) max_body: usize,
}

impl HttpRequest {
    /// A request without headers of its own and without a body, whose answer
    /// may have [`MAX_BODY`] bytes.
    pub(crate) fn plain(method: &str, url: &str, timeout: Duration) -> Self {
        Self {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            timeout,
            max_body: MAX_BODY,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HttpResponse {
    pub(crate) status: u16,
    /// The headers in the order received, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body as received.
    pub(crate) body: Vec<u8>,
    /// From sending to the body's end.
    pub(crate) time: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The service to run it in; none for the toolbox.
    pub(crate) service: Option<String>,
    /// Who runs it in the toolbox; in a service commands run as its own user.
    pub(crate) user: User,
    pub(crate) argv: Vec<String>,
    /// The folder to run it in; empty for `/work` where the learner's folder is
    /// there, else the image's own.
    pub(crate) dir: String,
    /// Environment variables beside the service's own.
    pub(crate) env: Vec<(String, String)>,
    /// What the command reads; empty for nothing.
    pub(crate) stdin: Vec<u8>,
    pub(crate) timeout: Duration,
    /// Bytes of output, of both streams together, after which it is ended.
    pub(crate) max_output: usize,
}

/// Who a command in the toolbox runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum User {
    /// The learner: their folder, their home, and whatever they left there.
    #[default]
    Learner,
    /// The lab itself: reads the learner's files, and nothing that the learner
    /// runs can write its files, trace it or read its memory.
    Judge,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// The exit code; 128 + N for signal N.
    pub(crate) exit: i64,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) time: Duration,
    pub(crate) ended: Option<Ended>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ended {
    TimedOut,
    TooMuchOutput,
    /// The kernel ended it: the service's memory limit was reached.
    OutOfMemory,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceAction {
    Look,
    Start,
    Stop,
    Restart,
    Pause,
    Unpause,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceSeen {
    /// Whether it runs and, as far as its lab says how one knows, serves. A
    /// paused one is up.
    pub(crate) up: bool,
    /// Its exit code, once it has ended.
    pub(crate) exit: Option<i64>,
    pub(crate) log: String,
    /// What its readiness probe was answered last, when it runs and doesn't serve.
    pub(crate) answer: Option<String>,
    /// The addresses that it listens on, when that probe's connection was refused.
    pub(crate) listens: Option<Vec<String>>,
    /// Files and folders of the learner's that its user can't read, when it is
    /// down.
    pub(crate) unreadable: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileSeen {
    /// Permission bits, such as `0o755`.
    pub(crate) mode: u32,
    /// Bytes in all.
    pub(crate) size: u64,
    /// The contents, up to the reader's cap.
    pub(crate) bytes: Vec<u8>,
    pub(crate) kind: FileKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub(crate) path: String,
    /// Bytes.
    pub(crate) size: u64,
    pub(crate) kind: FileKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FileKind {
    #[default]
    File,
    Folder,
    Link,
    /// A socket, a device, a pipe.
    Other,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ProbeFailure {
    /// The service runs and nothing listens on that port.
    Refused {
        /// `host:port`
        address: String,
        learners: bool,
    },
    /// The service isn't running: it was stopped, or never started.
    Down {
        service: String,
        /// Whether it runs the learner's own files.
        learners: bool,
    },
    Ended {
        service: String,
        learners: bool,
        exit: i64,
        /// Whether the kernel ended it for its memory, as far as the engine knows.
        out_of_memory: bool,
        /// The last lines of its log, without secrets.
        log: String,
    },
    /// The service runs and listens, and not where it was asked: on a loopback address, or
    /// on other ports.
    ListensElsewhere {
        service: String,
        learners: bool,
        /// `host:port`
        wanted: String,
        /// Where it listens, `address:port` each.
        found: Vec<String>,
    },
    TimedOut {
        /// What was waited for, in technical words.
        what: String,
        after: Duration,
        /// Whether the one who kept us waiting runs the learner's files.
        learners: bool,
    },
    /// The connection ended in the middle, or what came wasn't HTTP.
    Broken {
        detail: String,
        learners: bool,
    },
    TooLarge {
        /// The cap in bytes.
        limit: usize,
    },
    /// More than is read or searched of an answer, however small it is.
    TooComplex {
        excess: Excess,
        /// Whether the one who gave it runs the learner's files.
        learners: bool,
    },
    TooManyFiles {
        limit: usize,
    },
    /// Redirects lead back to where they came from.
    RedirectLoop {
        url: String,
    },
    TooManyRedirects {
        limit: usize,
    },
    /// Where a crawl was to begin there is no page.
    NoPage {
        url: String,
        status: u16,
    },
    /// A body that isn't what its content coding says, or ends too early.
    BadCoding {
        coding: String,
        detail: String,
    },
    /// A URL leads to a host that isn't part of the lab.
    Elsewhere {
        host: String,
    },
    /// A file that the contract names isn't there.
    NoFile {
        path: String,
    },
    /// A path of the learner's folder leads out of it by a link.
    LeadsOut {
        path: String,
    },
    BadUrl {
        url: String,
    },
    /// This machine doesn't have the service: its image is unavailable.
    Unavailable {
        service: String,
        why: Message,
    },
    /// What the real thing does and the lab's stand-in for it can't: right, and not judged.
    NotHere {
        what: String,
    },
    Fault {
        detail: String,
    },
}

/// A bound on work that was passed: on what is done, never on how long it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excess {
    pub(crate) bound: Bound,
    pub(crate) limit: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Bound {
    /// What stands within one another.
    Depth,
    /// Attributes of one element.
    Attributes,
    /// Values, elements and texts of a document.
    Values,
    Hits,
    /// What a selector looks at on its way.
    Visits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blame {
    Learner,
    /// The check is an error; nothing is judged.
    Environment,
    /// The check can't be asked here; it is unavailable.
    Nobody,
}

impl ProbeFailure {
    /// Whose it is. A learner never pays for a service of the lab that is
    /// down or slow, nor for a broken gate.
    pub(crate) fn blame(&self) -> Blame {
        match self {
            Self::TooLarge { .. }
            | Self::TooManyFiles { .. }
            | Self::RedirectLoop { .. }
            | Self::TooManyRedirects { .. }
            | Self::NoPage { .. }
            | Self::BadCoding { .. }
            | Self::Elsewhere { .. }
            | Self::NoFile { .. }
            | Self::LeadsOut { .. }
            | Self::BadUrl { .. } => Blame::Learner,
            Self::Refused { learners, .. }
            | Self::Broken { learners, .. }
            | Self::Down { learners, .. }
            | Self::Ended { learners, .. }
            | Self::ListensElsewhere { learners, .. }
            | Self::TooComplex { learners, .. }
            | Self::TimedOut { learners, .. } => {
                if *learners {
                    Blame::Learner
                } else {
                    Blame::Environment
                }
            }
            Self::NotHere { .. } | Self::Fault { .. } => Blame::Environment,
            Self::Unavailable { .. } => Blame::Nobody,
        }
    }
}
