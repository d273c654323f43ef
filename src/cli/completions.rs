//! `lab completions`: a script that completes `lab` in a shell.

use super::context::Context;
use super::{arguments, show};
use crate::error::Error;
use crate::exit::Exit;
use clap_complete::Shell;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    shell: Shell,
}

#[expect(clippy::unnecessary_wraps, reason = "as every command")]
pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut arguments::command(&context.words, &|_| true), "lab", &mut script);
    show::stdout(&String::from_utf8_lossy(&script));
    Ok(Exit::Success)
}
