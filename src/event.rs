//! All that reporters and progress bars see. The core emits events and never
//! prints; every report is made from them.

use crate::definition::name::CheckId;
use crate::message::Message;
use crate::outcome::{Outcome, Tally};
use crate::verdict::CheckResult;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// An image is being pulled or built, or a service is awaited: a line that
    /// explains itself, replaced by the next one of the same `part`.
    Progress {
        part: String,
        doing: Doing,
    },
    /// A part is done; its progress line ends.
    Done {
        part: String,
        how: Finished,
    },
    /// Something that the reader should know and that stops nothing.
    Notice(Message),
    RoomReady {
        took: Duration,
    },
    CheckStarted(CheckId),
    CheckDone(Box<CheckResult>),
    Finished(Box<Outcome>),
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doing {
    Pulling {
        image: String,
        bytes: u64,
        /// In all, as far as the registry has said.
        total: u64,
    },
    Building {
        /// The step, from 1.
        step: u32,
        steps: u32,
        /// The instruction, or the last line that it printed.
        line: String,
        elapsed: Duration,
    },
    Starting,
    Waiting {
        asked: String,
        tries: u32,
        /// What the last answer was, in technical words.
        answer: String,
        elapsed: Duration,
        limit: Duration,
    },
    Removing,
    /// One of several clean rooms is being made, or judges.
    Judging {
        /// The check that runs, once there is one.
        check: Option<CheckId>,
        done: usize,
        of: usize,
    },
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finished {
    Image {
        kept: bool,
    },
    /// A container runs, of which nobody asks whether it serves.
    Started,
    Ready {
        took: Duration,
    },
    Removed,
    Judged {
        tally: Tally,
        /// From its start to its removal.
        took: Duration,
    },
}

#[derive(Clone)]
pub struct Events(Arc<dyn Fn(Event) + Send + Sync>);

impl Events {
    /// Sends every event to a function, which must return soon.
    pub fn to(sink: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    pub fn nowhere() -> Self {
        Self::to(|_| {})
    }

    pub(crate) fn send(&self, event: Event) {
        (self.0)(event);
    }
}

impl std::fmt::Debug for Events {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Events")
    }
}
