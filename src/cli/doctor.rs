//! `lab doctor`: whether this machine has what labs need, and what mends it.

mod engine;
mod machine;
mod report_file;
mod users;

use super::act::{interrupted, runtime};
use super::context::Context;
use super::{interrupts, show};
use crate::engine::{Engine, EngineError, connect};
use crate::error::Error;
use crate::event::Events;
use crate::exit::Exit;
use crate::i18n::Words;
use crate::message::Message;
use crate::report::page::{Line, Page};
use crate::report::signs::Paint;
use crate::report::{Sign, Style};
use machine::Machine;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tokio_util::sync::CancellationToken;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    /// Labs do without it, or nearly so.
    Note,
    /// To be mended first.
    Bad,
}

struct Finding {
    state: State,
    what: Message,
    details: Vec<(Message, String)>,
    hint: Option<Message>,
}

impl Finding {
    fn good(what: Message) -> Self {
        Self { state: State::Good, what, details: Vec::new(), hint: None }
    }

    fn note(what: Message, hint: Message) -> Self {
        Self { state: State::Note, hint: Some(hint), ..Self::good(what) }
    }

    fn bad(what: Message, hint: Message) -> Self {
        Self { state: State::Bad, hint: Some(hint), ..Self::good(what) }
    }

    fn of(error: &EngineError) -> Self {
        Self { state: State::Bad, what: error.message(), details: error.details(), hint: error.hint() }
    }
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let runtime = runtime()?;
    let cancel = CancellationToken::new();
    let language = context.words.language();
    let say = move |message| show::stderr(&format!("{}\n", Words::new(language).say(&message)));
    let listening = interrupts::listen(cancel.clone(), say)?;
    let look = async {
        let surroundings = connect::Surroundings::current();
        let connected = Engine::connect(&surroundings, Events::nowhere());
        match engine::soon(connected).await {
            Ok(engine) => (engine::findings(context, &engine, &cancel).await, Some(engine.about.clone())),
            Err(finding) => (engine::Findings::from(vec![finding]), None),
        }
    };
    let (mut findings, about) = runtime.block_on(async {
        tokio::select! {
            found = look => Ok(found),
            () = interrupts::overdue(&cancel) => Err(interrupted()),
        }
    })?;
    drop(listening);
    runtime.shutdown_background();
    if cancel.is_cancelled() {
        return Err(interrupted());
    }
    let machine = Machine::current(&context.here(), findings.health.take(), SystemTime::now());
    findings.all.extend(machine.findings());
    findings.all.push(state(&context.surroundings.dirs.state));
    context.show(&screen(&findings.all, &context.words, &context.surroundings.stdout_style()));
    if let Some(path) = &args.bundle {
        report_file::write(context, path, about.as_ref(), &findings.all)?;
        context.show(&format!("\n{}\n", context.say(&message!("doctor-bundle", path = path.as_path()))));
    }
    let bad = findings.all.iter().any(|finding| finding.state == State::Bad);
    Ok(if bad { Exit::Fault } else { Exit::Success })
}

fn state(folder: &Path) -> Finding {
    match std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder)) {
        Ok(_) => Finding::good(message!("doctor-state", path = folder)),
        Err(error) => Finding::bad(
            message!("file-failed", path = folder, reason = &error),
            message!("doctor-state-hint", path = folder),
        ),
    }
}

fn screen(findings: &[Finding], words: &Words, style: &Style) -> String {
    let mut page = Page::new(style);
    for (at, finding) in findings.iter().enumerate() {
        let sign = match finding.state {
            State::Good => Sign::Passed,
            State::Note => Sign::Unavailable,
            State::Bad => Sign::Failed,
        };
        page.line(2, sign.hang(style), &sign.line(style).push(&words.say(&finding.what), Paint::Plain));
        for (name, detail) in &finding.details {
            let detail = detail.lines().collect::<Vec<_>>().join(", ");
            page.line(6, 2, &Line::plain(&format!("{} {detail}", words.say(name))));
        }
        // Below the last of several that the same thing mends.
        let same = findings.get(at + 1).is_some_and(|next| next.hint == finding.hint);
        if let Some(hint) = finding.hint.as_ref().filter(|_| !same) {
            page.line(6, 2, &Line::plain(&format!("→ {}", words.say(hint))));
        }
    }
    let bad = findings.iter().filter(|finding| finding.state == State::Bad).count();
    page.blank();
    page.line(0, 0, &Line::plain(&words.say(&message!("doctor-sum", count = bad))));
    page.finish()
}

#[cfg(test)]
mod tests;
