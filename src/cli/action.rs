//! `lab do`: one of the lab's actions on the playground.

use super::context::Context;
use super::env::running;
use super::show;
use crate::definition::model::Lab;
use crate::error::Error;
use crate::exit::Exit;
use crate::grade::{self, Ground};
use crate::report::page::{columns, padded};
use crate::report::{self, clean};
use crate::session::playground;
use crate::verdict::Verdict;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "ACTION")]
    action: Option<String>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(None)?;
    let lab = &work.found.loaded.lab;
    let Some(name) = &args.action else {
        context.show(&list(context, lab));
        return Ok(Exit::Success);
    };
    let found = lab.environment.actions.iter().find(|(action, _)| action.as_str() == name);
    let (_, action) = found.ok_or_else(|| unknown(lab, name))?;
    let acted = context.act(async |hands| {
        let setting = work.setting(context, &hands);
        let playground = running(&work, &setting).await?;
        let playground = Box::pin(playground::for_commands_of(&setting, playground, &action.asks)).await?;
        context.show(&format!("{}\n\n", clean::line(action.say.value.get(context.words.language()))));
        let ground = Ground { world: &playground.place, scope: &playground.scope };
        let acted = Box::pin(grade::act(action, ground, setting.cancel)).await;
        if acted.is_none() {
            // Its command may go on, though nobody waits for it.
            hands.engine.end_commands(&playground.place).await?;
        }
        acted.ok_or_else(|| Error::new(Exit::Interrupted, message!("interrupted")))
    })?;
    show::stdout(&report::action(name, &acted, &context.words, &context.surroundings.stdout_style()));
    Ok(match acted.verdict {
        Verdict::Passed => Exit::Success,
        Verdict::Failed(_) | Verdict::Blocked { .. } => Exit::ChecksFailed,
        Verdict::Unavailable { .. } | Verdict::Error { .. } => Exit::Fault,
    })
}

fn list(context: &Context, lab: &Lab) -> String {
    let actions = &lab.environment.actions;
    if actions.is_empty() {
        return format!("{}\n", context.say(&message!("no-actions", lab = lab.id.value.as_str())));
    }
    let width = actions.keys().map(|name| columns(name.as_str())).max().unwrap_or_default();
    let line = |(name, action): (&crate::definition::name::ActionName, &crate::definition::model::Action)| {
        let say = clean::line(action.say.value.get(context.words.language()));
        format!("  lab do {}  {say}\n", padded(name.as_str(), width))
    };
    actions.iter().map(line).collect()
}

fn unknown(lab: &Lab, name: &str) -> Error {
    let known: Vec<&str> = lab.environment.actions.keys().map(crate::definition::name::ActionName::as_str).collect();
    if known.is_empty() {
        return Error::usage(message!("no-actions", lab = lab.id.value.as_str()));
    }
    Error::usage(message!("no-such-action", name = name, known = known.join(", "))).near(name, &known)
}
