//! `lab schema`: the JSON Schema of lab files, for editors.

use super::context::Context;
use super::show;
use crate::definition::{reference, schema};
use crate::error::Error;
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long)]
    reference: bool,
}

#[expect(clippy::unnecessary_wraps, reason = "as every command")]
pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    if args.reference {
        show::stdout(&reference::reference(context.words.language()));
    } else {
        show::stdout(&schema::text());
    }
    Ok(Exit::Success)
}
