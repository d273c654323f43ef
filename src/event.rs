//! All that reporters and progress bars see. The core emits events and never
//! prints; every report is made from them.

use crate::definition::name::CheckId;
use crate::grade::outcome::{Outcome, Tally};
use crate::message::Message;
use crate::verdict::CheckResult;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// An image is being pulled or built, or a service is awaited: a line that
    /// explains itself, replaced by the next one of the same `part`.
    Progress {
        /// The service or image that it is about.
        part: String,
        /// What goes on.
        doing: Doing,
    },
    /// A part is done; its progress line ends.
    Done {
        /// The service or image.
        part: String,
        /// How it ended, such as `ready in 0.4 s`.
        how: Finished,
    },
    /// Something that the reader should know and that stops nothing.
    Notice(Message),
    /// A clean room stands.
    RoomReady {
        /// From the command on.
        took: Duration,
    },
    CheckStarted(CheckId),
    /// A check has its verdict.
    CheckDone(Box<CheckResult>),
    /// The run is over.
    Finished(Box<Outcome>),
}

/// What a part is busy with.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doing {
    /// Bytes of an image arrive.
    Pulling {
        image: String,
        /// So far.
        bytes: u64,
        /// In all, as far as the registry has said.
        total: u64,
    },
    /// A step of a Dockerfile runs.
    Building {
        /// The step, from 1.
        step: u32,
        /// How many steps there are.
        steps: u32,
        /// The instruction, or the last line that it printed.
        line: String,
        /// Since the build's start.
        elapsed: Duration,
    },
    /// A service is being created and started.
    Starting,
    /// A readiness probe hasn't held yet.
    Waiting {
        /// What is asked, in technical words.
        asked: String,
        /// How often it was asked.
        tries: u32,
        /// What the last answer was, in technical words.
        answer: String,
        /// Since the first try.
        elapsed: Duration,
        limit: Duration,
    },
    /// Objects are being removed.
    Removing,
    /// One of several clean rooms is being made, or judges.
    Judging {
        /// The check that runs, once there is one.
        check: Option<CheckId>,
        /// Checks that have their verdict.
        done: usize,
        /// Checks in all.
        of: usize,
    },
}

/// How a part ended.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finished {
    /// An image is there now.
    Image {
        /// Whether it was there before.
        kept: bool,
    },
    /// A container runs, of which nobody asks whether it serves.
    Started,
    /// A service serves.
    Ready {
        /// From its start.
        took: Duration,
    },
    Removed,
    /// One of several clean rooms has judged.
    Judged {
        /// What it came to.
        tally: Tally,
        /// From its start to its removal.
        took: Duration,
    },
}

/// Where events go. Cheap to clone.
#[derive(Clone)]
pub struct Events(Arc<dyn Fn(Event) + Send + Sync>);

impl Events {
    /// Sends every event to a function, which must return soon.
    pub fn to(sink: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    /// Sends every event nowhere.
    #[must_use]
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
