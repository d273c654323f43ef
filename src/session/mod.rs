//! The two acts that commands share: a playground brought up, and a folder
//! judged in a clean room. Nothing here prints or reads the environment.

pub mod clean_room;
pub mod dirs;
mod images;
pub(crate) mod judge;
pub mod playground;
pub(crate) mod proof;
pub mod ready;
mod second_look;
pub(crate) mod stock;
pub(crate) mod trial;
pub mod values;

pub use dirs::Dirs;

use crate::engine::EngineError;
use crate::message::{Arg, Message};
use crate::workspace::aside::SetAside;
use crate::workspace::copy::CopyError;
use std::io;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Copy(#[from] CopyError),
    #[error("`{}`: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    /// Another command works on the same playground for too long.
    #[error("another command works on this playground")]
    Busy,
    /// What writes the learner's folder could change where its `.git` leads.
    #[error("`{}` can be led elsewhere", path.display())]
    OpenGit { path: PathBuf },
}

impl From<crate::template::UnknownName> for SessionError {
    fn from(unknown: crate::template::UnknownName) -> Self {
        Self::Engine(EngineError::UnknownName(unknown.0))
    }
}

/// The notice that a file of ours couldn't be read and was set aside.
pub(crate) fn set_aside(aside: &SetAside) -> Message {
    message!("set-aside", path = aside.path.as_path(), now = aside.now.as_path(), reason = Arg::of_error(&aside.reason))
}
