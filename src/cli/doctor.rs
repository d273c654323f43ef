//! `lab doctor`: whether this machine has what labs need, and what mends it.

use super::context::Context;
use crate::engine::connect::{self, Found};
use crate::engine::{Engine, EngineError};
use crate::error::Error;
use crate::event::Events;
use crate::exit::Exit;
use crate::message;
use crate::message::Message;
use crate::report::Sign;
use crate::report::page::{Line, Page, columns};
use crate::report::signs::Paint;
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
    details: Vec<(Message, String)>,
    hint: Option<Message>,
}

impl Finding {
    fn good(what: Message) -> Self {
        Self { good: true, what, details: Vec::new(), hint: None }
    }

    fn bad(what: Message, hint: Message) -> Self {
        Self { good: false, hint: Some(hint), ..Self::good(what) }
    }

    fn of(error: &EngineError) -> Self {
        Self { good: false, what: error.message(), details: error.details(), hint: error.hint() }
    }
}

pub(super) fn run(context: &Context, _args: &Args) -> Result<Exit, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::io(Path::new("tokio"), &source))?;
    let mut findings = runtime.block_on(engine());
    findings.push(disk(Path::new("/var/lib/docker")));
    let folder = &context.surroundings.dirs.state;
    findings.push(match std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder)) {
        Ok(_) => Finding::good(message!("doctor-state", path = folder.as_path())),
        Err(error) => Finding::bad(
            message!("file-failed", path = folder.as_path(), reason = error.to_string()),
            message!("doctor-state-hint", path = folder.as_path()),
        ),
    });
    let style = context.surroundings.stdout_style();
    let mut page = Page::new(&style);
    for finding in &findings {
        let sign = if finding.good { Sign::Passed } else { Sign::Failed };
        let what = Line::default().push(sign.text(&style), sign.paint()).push(" ", Paint::Plain);
        page.line(2, columns(sign.text(&style)) + 1, &what.push(&context.say(&finding.what), Paint::Plain));
        for (name, detail) in &finding.details {
            let detail = detail.lines().collect::<Vec<_>>().join(", ");
            page.line(6, 2, &Line::plain(&format!("{} {detail}", context.say(name))));
        }
        if let Some(hint) = &finding.hint {
            page.line(6, 2, &Line::plain(&format!("→ {}", context.say(hint))));
        }
    }
    let bad = findings.iter().filter(|finding| !finding.good).count();
    page.blank();
    page.line(0, 0, &Line::plain(&context.say(&message!("doctor-sum", count = bad))));
    context.show(&page.finish());
    Ok(if bad == 0 { Exit::Success } else { Exit::Fault })
}

async fn engine() -> Vec<Finding> {
    let surroundings = connect::Surroundings::current();
    let engine = match Engine::connect(&surroundings, Events::nowhere()).await {
        Ok(engine) => engine,
        Err(error) => return vec![Finding::of(&error)],
    };
    let about = &engine.about;
    let found = match &about.found {
        Found::DockerHost => message!("doctor-found-docker-host"),
        Found::Context(name) => message!("doctor-found-context", name = name.as_str()),
        Found::Usual => message!("doctor-found-usual"),
    };
    let mut findings = vec![
        Finding {
            hint: about.podman.then(|| message!("doctor-podman")),
            ..Finding::good(message!("doctor-engine", version = about.version.as_str(), api = about.api.as_str()))
        },
        Finding::good(message!("doctor-socket", socket = about.socket.as_path(), found = found)),
    ];
    match engine.environments().await {
        Ok(environments) => {
            let rooms = environments.iter().filter(|environment| environment.room && environment.ours).count();
            let playgrounds = environments.iter().filter(|environment| !environment.room && environment.ours).count();
            findings.push(Finding {
                hint: (rooms > 0).then(|| message!("doctor-gc")),
                ..Finding::good(message!("doctor-environments", playgrounds = playgrounds, rooms = rooms))
            });
        }
        Err(error) => findings.push(Finding::of(&error)),
    }
    findings
}

/// Free space where the engine keeps its images, or on the nearest folder
/// above that can be looked at.
fn disk(folder: &Path) -> Finding {
    let found = folder.ancestors().find_map(|folder| Some((folder, rustix::fs::statvfs(folder).ok()?)));
    let Some((folder, stat)) = found else {
        return Finding::good(message!("doctor-disk-unknown"));
    };
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let gigabytes = (free >> 30).to_string();
    let what = message!("doctor-disk", folder = folder, gigabytes = gigabytes);
    if free >= DISK_WANTED { Finding::good(what) } else { Finding::bad(what, message!("hint-disk")) }
}
