//! `lab schema`: the JSON Schema of lab files, for editors.

use super::context::Context;
use super::show;
use crate::error::Error;
use crate::exit::Exit;
use crate::pack::schema;

/// Arguments of `lab schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

#[expect(clippy::unnecessary_wraps, reason = "as every command")]
pub(super) fn run(_context: &Context, _args: &Args) -> Result<Exit, Error> {
    show::stdout(&schema::text());
    Ok(Exit::Success)
}
