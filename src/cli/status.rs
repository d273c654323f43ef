//! `lab status`: where one stands, without judging anything.

use super::context::Context;
use super::start;
use crate::definition::model::Task;
use crate::error::Error;
use crate::exit::Exit;
use crate::report::page::{Line, Page};
use crate::report::voice::Voice;
use crate::report::{self, Sign, clean};
use crate::session::playground;
use crate::workspace::progress::{LastVerdict, TaskProgress};
use std::fmt::Write as _;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "LAB")]
    lab: Option<String>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(args.lab.as_deref())?;
    let lab = &work.found.loaded.lab;
    let language = context.words.language();
    let progress = context.progress(&work.workspace)?;
    let (earned, total) = progress.points(lab);
    let points = context.say(&message!("points-of", earned = earned, total = total));
    let mut text = format!("{} · {} · {points}\n", lab.id.value, clean::line(lab.title.value.get(language)));
    let folder = start::shown_path(context, &work.workspace.folder);
    if folder != "." {
        let _ = writeln!(text, "{folder}");
    }
    text.push('\n');
    let style = context.surroundings.stdout_style();
    let mut page = Page::new(&style);
    for (index, one) in lab.tasks.value.iter().enumerate() {
        task(&mut page, Voice { words: &context.words, style: &style }, &progress, index + 1, one);
    }
    text.push_str(&page.finish());
    text.push('\n');
    if progress.given_up {
        let _ = writeln!(text, "{}", context.say(&message!("status-given-up")));
    }
    let running = context.look(async |hands| {
        let setting = work.setting(context, hands);
        let observed = playground::observed(&setting).await?;
        let mut wrong = String::new();
        if let Some(playground) = playground::running(&setting).await? {
            for (service, seen) in playground::glances(&setting, &playground).await {
                wrong.push_str(&report::glance(&service, &seen, &context.words, &style));
            }
        }
        Ok((observed, wrong))
    });
    match running {
        Ok((observed, wrong)) => {
            let up: Vec<&str> =
                observed.containers.iter().filter(|found| found.running).map(|found| found.service.as_str()).collect();
            let line = if up.is_empty() {
                message!("status-stopped")
            } else {
                message!("status-running", services = up.join(", "))
            };
            let _ = writeln!(text, "{}", context.say(&line));
            if up.is_empty() && !observed.volumes.is_empty() {
                let _ = writeln!(text, "{}", context.say(&message!("data-kept")));
            }
            text.push_str(&wrong);
        }
        Err(error) if error.exit == Exit::Interrupted => return Err(error),
        // The folder's state is worth showing without an engine.
        Err(error) => {
            let _ = writeln!(text, "{}", context.say(&message!("status-engine", reason = error.message)));
        }
    }
    text.push('\n');
    start::current_task(&mut text, context, &progress, lab);
    context.show(&format!("{}\n", text.trim_end()));
    Ok(Exit::Success)
}

/// A task and its checks, each with what the last run made of it.
fn task(page: &mut Page<'_>, voice: Voice<'_>, progress: &TaskProgress, number: usize, task: &Task) {
    let style = voice.style;
    let mut line = |indent: usize, last: Option<&LastVerdict>, text: &str| {
        let sign = match last {
            Some(LastVerdict::Passed) => Some(Sign::Passed),
            Some(LastVerdict::Failed) => Some(Sign::Failed),
            Some(LastVerdict::Blocked | LastVerdict::Lapsed) => Some(Sign::Waits),
            Some(LastVerdict::Unavailable) => Some(Sign::Unavailable),
            None => None,
        };
        let mark = sign.map_or_else(|| Line::plain("· "), |sign| sign.line(style));
        page.line(indent, mark.width(), &mark.then(&Line::plain(text)));
    };
    let passed = progress.is_passed(task).then_some(&LastVerdict::Passed);
    line(2, passed, &format!("{number}. {} ({})", voice.title(&task.title.value), task.id.value));
    for check in &task.checks.value {
        let last = progress.checks.get(&check.id.value);
        line(6, last, &voice.must(check.visibility, &check.must.value));
    }
}
