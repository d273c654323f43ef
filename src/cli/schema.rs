//! `lab schema`: the JSON Schema of lab files, for editors.

use super::context::Context;
use super::show;
use crate::definition::{kinds, reference, schema, shipped};
use crate::error::Error;
use crate::exit::Exit;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long)]
    reference: bool,
    #[arg(long, value_name = "DIR")]
    lab: Option<PathBuf>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let kinds = match &args.lab {
        Some(lab) => kinds::of(&context.here().join(lab))?,
        None => shipped::kinds().map_err(|source| Error::io(Path::new("labs"), &source))?,
    };
    if args.reference {
        show::stdout(&reference::reference(context.words.language(), &kinds));
    } else {
        show::stdout(&schema::text(&kinds));
    }
    Ok(Exit::Success)
}
