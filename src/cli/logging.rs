//! `LAB_LOG` and `--log`: what `lab` does, as text on standard error and as JSON
//! lines in a file. Nothing is logged, and nothing is paid for it, without them.

use super::surroundings::Surroundings;
use crate::error::Error;
use crate::log::Redacting;
use crate::workspace::atomic;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{self, format::FmtSpan};
use tracing_subscriber::layer::{Layer, SubscriberExt};

/// Whose events and spans are logged: ours, not those of the libraries.
const OURS: &str = "lab_runner";

/// Begins to log, if anybody asked for it.
pub(super) fn begin(surroundings: &Surroundings, file: Option<&Path>) -> Result<(), Error> {
    let level = surroundings.log.as_deref().map(level).transpose()?;
    let text = level.map(|level| {
        let layer = fmt::layer().with_ansi(false).with_target(false).with_span_events(FmtSpan::CLOSE);
        layer.with_writer(|| Redacting(io::stderr())).with_filter(ours(level))
    });
    let json = match file {
        Some(path) => {
            let path = surroundings.here.join(path);
            let log = OpenOptions::new().create(true).append(true).open(&path);
            let log = Mutex::new(Redacting(log.map_err(|source| Error::io(&path, &source))?));
            remember(&surroundings.dirs.state, &path);
            let layer = fmt::layer().json().with_span_events(FmtSpan::CLOSE).with_writer(log);
            Some(layer.with_filter(ours(level.unwrap_or(LevelFilter::DEBUG))))
        }
        None => None,
    };
    if text.is_some() || json.is_some() {
        // Only a second one in this process would be refused.
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(text).with(json));
    }
    Ok(())
}

fn ours(level: LevelFilter) -> Targets {
    Targets::new().with_target(OURS, level)
}

fn level(text: &str) -> Result<LevelFilter, Error> {
    text.parse().map_err(|_| Error::usage(message!("log-level", value = text)).hint(message!("hint-log-level")))
}

/// Where the path of the last log is kept, for `lab doctor --bundle`.
fn note(state: &Path) -> PathBuf {
    state.join("last-log")
}

/// Only a convenience: failing is no matter.
fn remember(state: &Path, log: &Path) {
    let _ =
        fs::create_dir_all(state).and_then(|()| atomic::write(&note(state), log.to_string_lossy().as_bytes(), 0o600));
}

/// The last file that `--log` wrote to.
pub(super) fn last(state: &Path) -> Option<PathBuf> {
    fs::read_to_string(note(state)).ok().map(PathBuf::from)
}
