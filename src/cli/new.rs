//! `lab new`: a small lab of one's own, whole and proved, to go on from.

use super::context::Context;
use super::show;
use super::start::shown_path;
use crate::definition::name::{InvalidName, LabId};
use crate::definition::scaffold::{self, ScaffoldError};
use crate::definition::schema;
use crate::definition::text::Language;
use crate::error::Error;
use crate::exit::Exit;
use crate::report::Sign;
use crate::report::page::{Line, Page};
use crate::report::signs::Paint;
use clap::ValueEnum;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "ID")]
    id: String,
    #[arg(long, value_enum, value_delimiter = ',', value_name = "LANG", hide_possible_values = true)]
    languages: Vec<Spoken>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Spoken {
    En,
    Fr,
}

impl From<Spoken> for Language {
    fn from(spoken: Spoken) -> Self {
        match spoken {
            Spoken::En => Self::En,
            Spoken::Fr => Self::Fr,
        }
    }
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let id: LabId = args.id.parse().map_err(|error: InvalidName| Error::usage(error.message()))?;
    let mut languages: Vec<Language> = args.languages.iter().copied().map(Language::from).collect();
    languages.sort_unstable();
    languages.dedup();
    if languages.is_empty() {
        languages.extend(Language::ALL);
    }
    let folder = context.here().join(id.as_str());
    let files = scaffold::lay(&folder, &id, &languages, context.words.language(), &schema::text(&[]))?;
    let style = context.surroundings.stdout_style();
    let mut page = Page::new(&style);
    let shown = shown_path(context, &folder);
    let said = context.say(&message!("new-laid", folder = shown.as_str(), files = files.len()));
    page.line(0, 2, &Sign::Passed.line(&style).push(&said, Paint::Plain));
    page.blank();
    for next in [
        message!("new-next-read", file = format!("{shown}/lab.yaml")),
        message!("new-next-lint", folder = shown.as_str()),
        message!("new-next-test", folder = shown.as_str()),
        message!("new-next-start", folder = shown.as_str()),
    ] {
        page.line(2, 4, &Line::plain(&context.say(&next)));
    }
    show::stdout(&page.finish());
    Ok(Exit::Success)
}

impl From<ScaffoldError> for Error {
    fn from(error: ScaffoldError) -> Self {
        match error {
            ScaffoldError::Exists { folder } => {
                Self::usage(message!("new-exists", folder = folder.as_path())).hint(message!("hint-new-other"))
            }
            ScaffoldError::Io { path, source } => Self::io(&path, &source),
        }
    }
}
