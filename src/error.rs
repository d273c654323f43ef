//! An error at the edge: what to say, what else to show, what to do next, and
//! the exit code. Each layer has an error of its own; they become this here.

use crate::definition::diagnostic::Diagnostics;
use crate::definition::load::LoadError;
use crate::definition::near;
use crate::engine::EngineError;
use crate::exit::Exit;
use crate::message::Message;
use crate::session::SessionError;
use crate::untrusted::{Unfit, Why};
use crate::workspace::copy::CopyError;
use crate::workspace::starter::StarterError;

#[derive(Debug)]
pub(crate) struct Error {
    pub(crate) exit: Exit,
    pub(crate) message: Message,
    /// More to show: a name and a text each.
    pub(crate) details: Vec<(Message, String)>,
    pub(crate) hints: Vec<Message>,
    /// Places in a lab's files, when that is what is wrong.
    pub(crate) diagnostics: Box<[Diagnostics]>,
}

impl Error {
    pub(crate) fn new(exit: Exit, message: Message) -> Self {
        Self { exit, message, details: Vec::new(), hints: Vec::new(), diagnostics: Box::default() }
    }

    pub(crate) fn usage(message: Message) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(crate) fn hint(mut self, hint: Message) -> Self {
        self.hints.push(hint);
        self
    }

    /// The same with 'did you mean', when there is a near name.
    pub(crate) fn near(self, name: &str, known: &[&str]) -> Self {
        let near = near(name, known);
        if near.is_empty() { self } else { self.hint(message!("did-you-mean", near = near)) }
    }

    /// A file that can't be read or written. One that isn't what it should be is its
    /// owner's to mend, not a fault.
    pub(crate) fn io(path: &std::path::Path, source: &std::io::Error) -> Self {
        if let Some(Unfit { path, why }) = Unfit::within(source) {
            let hint = message!("hint-not-a-file", path = path);
            return match why {
                Why::NotAFile(kind) => Self::usage(message!("not-a-file", path = path, kind = kind.name())).hint(hint),
                Why::TooLarge(limit) => {
                    let limit = limit.div_ceil(1 << 10);
                    Self::usage(message!("file-too-large", path = path, limit = limit)).hint(hint)
                }
                Why::AnotherUsers => {
                    Self::usage(message!("another-users", path = path)).hint(message!("hint-another-users"))
                }
            };
        }
        Self::new(Exit::Fault, message!("file-failed", path = path, reason = source))
    }
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        if let EngineError::LabFile { path, source } = &error {
            return Self::io(path, source);
        }
        let exit = match error {
            EngineError::Interrupted => Exit::Interrupted,
            _ => Exit::Fault,
        };
        Self {
            exit,
            message: error.message(),
            details: error.details(),
            hints: error.hint().into_iter().collect(),
            diagnostics: Box::default(),
        }
    }
}

impl From<SessionError> for Error {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Engine(error) => error.into(),
            SessionError::Copy(error) => error.into(),
            SessionError::Io { path, source } => Self::io(&path, &source),
            SessionError::Busy => Self::new(Exit::Fault, message!("playground-busy")),
            SessionError::OpenGit { path } => {
                Self::usage(message!("open-git", path = path.as_path())).hint(message!("hint-open-git"))
            }
        }
    }
}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        let plain = Self::usage(error.message());
        match error {
            LoadError::Invalid(diagnostics) => Self { diagnostics: Box::new([diagnostics]), ..plain },
            _ => plain,
        }
    }
}

impl From<StarterError> for Error {
    fn from(error: StarterError) -> Self {
        match error {
            StarterError::NotEmpty { folder } => {
                Self::usage(message!("folder-not-empty", folder = folder.as_path())).hint(message!("hint-other-folder"))
            }
            StarterError::NoStarter { starter } => {
                Self::usage(message!("no-starter", starter = starter.as_path())).hint(message!("hint-lab-author"))
            }
            StarterError::LeadsOut { path } => {
                Self::usage(message!("starter-leads-out", path = path)).hint(message!("hint-lab-author"))
            }
            StarterError::Io { path, source } => Self::io(&path, &source),
        }
    }
}

/// A folder that can't be copied is the learner's to mend before anything is
/// judged: exit code 2.
impl From<CopyError> for Error {
    fn from(error: CopyError) -> Self {
        let say = Self::usage;
        let megabytes = |bytes: u64| bytes.div_ceil(1 << 20);
        match error {
            CopyError::NotAFolder { path } => say(message!("copy-not-a-folder", path = path.as_path())),
            CopyError::LinkLeadsOut { path, target } => {
                say(message!("copy-link-leads-out", path = path.as_path(), target = target.as_path()))
                    .hint(message!("hint-link"))
            }
            CopyError::LinkAbsolute { path, target } => {
                say(message!("copy-link-absolute", path = path.as_path(), target = target.as_path()))
                    .hint(message!("hint-link"))
            }
            CopyError::LinksTangled { path } => say(message!("copy-links-tangled", path = path.as_path())),
            CopyError::TooBig { limit, bytes, largest } => Self {
                details: largest
                    .iter()
                    .map(|(path, bytes)| {
                        (message!("detail-largest", megabytes = megabytes(*bytes)), path.display().to_string())
                    })
                    .collect(),
                ..say(message!("copy-too-big", limit = megabytes(limit), bytes = megabytes(bytes)))
                    .hint(message!("hint-gitignore"))
            },
            CopyError::TooManyFiles { limit } => {
                say(message!("copy-too-many-files", limit = limit)).hint(message!("hint-gitignore"))
            }
            CopyError::TooDeep { path, limit } => {
                say(message!("copy-too-deep", path = path.as_path(), limit = u64::try_from(limit).unwrap_or(u64::MAX)))
            }
            CopyError::SpecialFile { path, kind } => {
                say(message!("copy-special-file", path = path.as_path(), kind = kind.to_string()))
                    .hint(message!("hint-gitignore"))
            }
            CopyError::Unreadable { path, source } => {
                say(message!("copy-unreadable", path = path.as_path(), reason = &source))
            }
            CopyError::Changed { path } => say(message!("copy-changed", path = path.as_path())),
            CopyError::Archive(source) => {
                Self::new(Exit::Fault, message!("copy-archive", reason = &source)).hint(message!("hint-disk"))
            }
        }
    }
}
