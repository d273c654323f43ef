//! `lab doctor`: whether this machine has what labs need, and what mends it.

use super::context::Context;
use super::show;
use crate::engine::Engine;
use crate::engine::connect::{self, Found};
use crate::error::Error;
use crate::event::Events;
use crate::exit::Exit;
use crate::message;
use crate::message::Message;
use crate::report::{Sign, clean};
use std::fmt::Write as _;
use std::path::Path;

/// Arguments of `lab doctor`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Below this much free disk, builds and pulls soon fail.
const DISK_WANTED: u64 = 5 << 30;

/// One thing that was looked at.
struct Finding {
    good: bool,
    what: Message,
    hint: Option<Message>,
}

pub(super) fn run(context: &Context, _args: &Args) -> Result<Exit, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::io(Path::new("tokio"), &source))?;
    let mut findings = runtime.block_on(engine(context));
    findings.push(disk(Path::new("/var/lib/docker")));
    let folder = &context.surroundings.dirs.state;
    findings.push(match std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder)) {
        Ok(_) => Finding { good: true, what: message!("doctor-state", path = folder.as_path()), hint: None },
        Err(error) => Finding {
            good: false,
            what: message!("file-failed", path = folder.as_path(), reason = error.to_string()),
            hint: Some(message!("doctor-state-hint", path = folder.as_path())),
        },
    });
    let style = context.surroundings.stdout_style();
    let mut text = String::new();
    for finding in &findings {
        let sign = if finding.good { Sign::Passed } else { Sign::Failed };
        let _ = writeln!(text, "  {} {}", sign.text(&style), clean::line(&context.say(&finding.what)));
        if let Some(hint) = &finding.hint {
            let _ = writeln!(text, "      → {}", context.say(hint));
        }
    }
    let bad = findings.iter().filter(|finding| !finding.good).count();
    let _ = writeln!(text, "\n{}", context.say(&message!("doctor-sum", count = bad)));
    show::stdout(&text);
    Ok(if bad == 0 { Exit::Success } else { Exit::Fault })
}

async fn engine(context: &Context) -> Vec<Finding> {
    let surroundings = connect::Surroundings::current();
    let engine = match Engine::connect(&surroundings, Events::nowhere()).await {
        Ok(engine) => engine,
        Err(error) => return vec![Finding { good: false, what: error.message(), hint: error.hint() }],
    };
    let about = &engine.about;
    let found = match &about.found {
        Found::DockerHost => message!("doctor-found-docker-host"),
        Found::Context(name) => message!("doctor-found-context", name = name.as_str()),
        Found::Usual => message!("doctor-found-usual"),
    };
    let mut findings = vec![
        Finding {
            good: true,
            what: message!("doctor-engine", version = about.version.as_str(), api = about.api.as_str()),
            hint: about.podman.then(|| message!("doctor-podman")),
        },
        Finding {
            good: true,
            what: message!("doctor-socket", socket = about.socket.as_path(), found = found),
            hint: None,
        },
    ];
    match engine.environments().await {
        Ok(environments) => {
            let rooms = environments.iter().filter(|environment| environment.room && environment.ours).count();
            let playgrounds = environments.iter().filter(|environment| !environment.room && environment.ours).count();
            findings.push(Finding {
                good: true,
                what: message!("doctor-environments", playgrounds = playgrounds, rooms = rooms),
                hint: (rooms > 0).then(|| message!("doctor-gc")),
            });
        }
        Err(error) => findings.push(Finding { good: false, what: error.message(), hint: error.hint() }),
    }
    let _ = context;
    findings
}

/// Free space where the engine keeps its images, or on the nearest folder
/// above that can be looked at.
fn disk(folder: &Path) -> Finding {
    let found = folder.ancestors().find_map(|folder| Some((folder, rustix::fs::statvfs(folder).ok()?)));
    let Some((folder, stat)) = found else {
        return Finding { good: true, what: message!("doctor-disk-unknown"), hint: None };
    };
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let gigabytes = (free >> 30).to_string();
    let what = message!("doctor-disk", folder = folder, gigabytes = gigabytes);
    if free >= DISK_WANTED {
        Finding { good: true, what, hint: None }
    } else {
        Finding { good: false, what, hint: Some(message!("hint-disk")) }
    }
}
