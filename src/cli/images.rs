//! `lab images`: what labs need of images, and all of them had at once.

use super::context::{self, Context, Location};
use super::show;
use crate::definition::load::{LoadedLab, Rigour};
use crate::definition::name::LabId;
use crate::engine::image::Way;
use crate::error::Error;
use crate::exit::Exit;
use crate::report::table;
use crate::report::voice::Voice;
use crate::session::stock::{self, Needed};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "LAB")]
    labs: Vec<String>,
    #[arg(long)]
    prepare: bool,
    #[arg(long, value_enum, default_value_t = ListFormat::Human, value_name = "FORMAT", hide_possible_values = true, hide_default_value = true)]
    format: ListFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    Human,
    Json,
}

pub(super) struct Chosen {
    pub(crate) labs: Vec<LoadedLab>,
    pub(crate) gate: PathBuf,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let chosen = chosen(context, &args.labs)?;
    let locks = context.surroundings.dirs.locks();
    let (needed, failed) = context.act(async |hands| {
        let images = hands.engine.images(&locks);
        let needed = stock::needed(&images, &chosen.labs, &chosen.gate).await?;
        if !args.prepare {
            return Ok((needed, Vec::new()));
        }
        let failed = stock::prepare(&images, &needed, &hands.cancel).await;
        Ok((stock::needed(&images, &chosen.labs, &chosen.gate).await?, failed))
    })?;
    let text = match args.format {
        ListFormat::Human => human(context, &needed),
        ListFormat::Json => as_json(&needed),
    };
    show::stdout(&text);
    let mut exit = Exit::Success;
    for error in failed {
        let error = Error::from(error);
        exit = error.exit;
        show::error(context, &error, false);
    }
    Ok(exit)
}

/// The labs named, or else all there are.
pub(super) fn chosen(context: &Context, names: &[String]) -> Result<Chosen, Error> {
    let mut names = names.to_vec();
    if names.is_empty() {
        names = context.all_labs()?;
        names.sort();
    }
    let locations: Vec<Location> = names.iter().map(|name| context.locate(name)).collect::<Result<_, _>>()?;
    let gate = context.shipped()?.join("images/gate");
    let labs = locations.into_iter().map(|location| Ok(context::load(context, location, Rigour::Running)?.loaded));
    let labs = labs.collect::<Result<_, Error>>()?;
    Ok(Chosen { labs, gate })
}

fn human(context: &Context, needed: &[Needed]) -> String {
    let style = context.surroundings.stdout_style();
    let voice = Voice { words: &context.words, style: &style };
    let head = [message!("images-image"), message!("images-labs"), message!("images-state")];
    let head: Vec<String> = head.iter().map(|message| context.say(message)).collect();
    let rows: Vec<Vec<String>> = needed
        .iter()
        .map(|needed| {
            let labs: Vec<&str> = needed.labs.iter().map(LabId::as_str).collect();
            let state = match (needed.stock.size, needed.stock.way) {
                (Some(size), _) => voice.bytes(size),
                (None, _) if needed.optional => context.say(&message!("images-optional")),
                (None, Way::Pull) => context.say(&message!("images-to-pull")),
                (None, Way::Build) => context.say(&message!("images-to-build")),
            };
            vec![needed.stock.image.clone(), labs.join(", "), state]
        })
        .collect();
    let missing = needed.iter().filter(|needed| needed.stock.size.is_none() && !needed.optional).count();
    let sum = if missing == 0 {
        message!("images-all-there")
    } else {
        message!("images-missing", missing = missing, count = needed.len())
    };
    show::own(&format!("{}\n{}\n", table::table(&head, &rows, &style), context.say(&sum)), &style)
}

fn as_json(needed: &[Needed]) -> String {
    let images: Vec<Value> = needed
        .iter()
        .map(|needed| {
            json!({
                "image": needed.stock.image,
                "labs": needed.labs,
                "way": match needed.stock.way { Way::Pull => "pull", Way::Build => "build" },
                "optional": needed.optional,
                "bytes": needed.stock.size,
                "tags": needed.stock.tags,
            })
        })
        .collect();
    crate::report::json::to_text(&json!({"format": "lab-images/v1", "images": images}))
}
