//! `lab test`: proves labs, each run in a clean room of its own.

use super::context::{self, Context, LocatedLab};
use super::show;
use crate::definition::load::Rigour;
use crate::definition::model::Lab;
use crate::definition::packed::PackedError;
use crate::error::Error;
use crate::exit::Exit;
use crate::mutation::source::{self, Proofs};
use crate::mutation::{How, Proof, ProofResult, RoomFault, Run, Subject, UnknownOnly, judge, runs};
use crate::report;
use crate::session::SessionError;
use crate::session::proof::{ProofSetting, execute};
use crate::workspace::dispute::Dispute;
use crate::workspace::record::Workspace;
use clap::ValueEnum;
use serde_json::json;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;
use std::time::SystemTime;
use tempfile::TempDir;

/// Bytes of a disputed folder at the most, whatever its lab allows.
const MOST_DISPUTED: u64 = 1 << 30;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "LAB")]
    labs: Vec<String>,
    #[arg(long, conflicts_with = "labs")]
    all: bool,
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    #[arg(long, value_name = "CHECK|MUTANT")]
    only: Vec<String>,
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100), hide_default_value = true)]
    repeat: u32,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["all", "only"])]
    with: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = ProofFormat::Human, value_name = "FORMAT", hide_possible_values = true, hide_default_value = true)]
    format: ProofFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProofFormat {
    Human,
    Json,
    Junit,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let disputes = disputes(context, &args.with)?;
    let mut exits = Vec::new();
    let mut ready = Vec::new();
    // All mistakes in files first: nobody waits minutes to read of one.
    for name in names(context, args, &disputes)? {
        match loaded(context, &name) {
            Ok(lab) => ready.push(lab),
            Err(error) => {
                show::error(context, &error, false);
                exits.push(error.exit);
            }
        }
    }
    let mut proofs = Vec::new();
    for (found, sources) in &ready {
        let proof = prove(context, args, found, sources, &disputes)?;
        exits.push(proof.standing().into());
        if proof.standing() == ProofResult::Proved {
            say_how_to_keep(context, found, &disputes);
        }
        if args.format == ProofFormat::Human {
            if !proofs.is_empty() {
                show::stdout("\n");
            }
            show::stdout(&report::proof::proof(&proof, &context.words, &context.surroundings.stdout_style()));
        }
        proofs.push(proof);
    }
    // The codes' own order: a fault weighs most, then a file's mistake.
    let exit = exits.into_iter().max().unwrap_or(Exit::Success);
    match args.format {
        ProofFormat::Human => {
            show::stdout(&report::proof::recap(&proofs, &context.words, &context.surroundings.stdout_style()));
        }
        ProofFormat::Json => {
            let all: Vec<_> = proofs.iter().map(|proof| report::proof::json::json(proof, &context.words)).collect();
            let whole = json!({"format": report::proof::json::FORMAT, "exit": exit as u8, "proofs": all});
            show::stdout(&report::json::to_text(&whole));
        }
        ProofFormat::Junit => {
            show::stdout(&report::proof::junit::junit(&proofs, &context.words, Some(SystemTime::now())));
        }
    }
    Ok(exit)
}

fn names(context: &Context, args: &Args, disputes: &[Disputed]) -> Result<Vec<String>, Error> {
    if args.all {
        return context.all_labs();
    }
    if !args.labs.is_empty() {
        return Ok(args.labs.clone());
    }
    let here = context.here();
    let around = here.ancestors().find(|folder| folder.join(crate::definition::load::LAB_FILE).is_file());
    if let Some(folder) = around {
        return Ok(vec![format!("{}/", folder.display())]);
    }
    if let Some(disputed) = disputes.first() {
        return Ok(vec![disputed.dispute.lab.to_string()]);
    }
    match Workspace::around(&here).and_then(|workspace| workspace.record().ok()) {
        Some(record) => Ok(vec![record.lab.to_string()]),
        None => Err(Error::usage(message!("test-no-lab")).hint(message!("hint-test-lab"))),
    }
}

fn loaded(context: &Context, name: &str) -> Result<(LocatedLab, Proofs), Error> {
    let found = context::load(context, context.locate(name)?, Rigour::Writing)?;
    let sources = source::load(&found.loaded).map_err(|diagnostics| {
        let path = found.loaded.folder.join("mutants");
        let count: usize = diagnostics.iter().map(|of| of.found.len() + of.more).sum();
        Error {
            diagnostics: diagnostics.into(),
            ..Error::usage(message!("lab-invalid", path = path.as_path(), count = count))
        }
    })?;
    Ok((found, sources))
}

fn prove(
    context: &Context,
    args: &Args,
    found: &LocatedLab,
    sources: &Proofs,
    disputes: &[Disputed],
) -> Result<Proof, Error> {
    let lab = &found.loaded.lab;
    let (runs, only) = if disputes.is_empty() {
        let runs = runs(&found.loaded, sources, &args.only).map_err(|unknown| unknown_only(&unknown))?;
        (runs, args.only.clone())
    } else {
        let runs = disputes.iter().map(|disputed| disputed.run(context, lab)).collect::<Result<Vec<_>, _>>()?;
        let names = runs.iter().map(|run| run.subject.name().to_owned()).collect();
        (runs, names)
    };

    let of_the_lab = lab.environment.rooms.and_then(|rooms| NonZeroUsize::new(rooms as usize));
    let at_once = args.jobs.or(of_the_lab).map_or_else(twice_the_cores, NonZeroUsize::get);
    let (executed, took) = context.act(async |hands| {
        let setting = ProofSetting {
            engine: &hands.engine,
            dirs: &context.surroundings.dirs,
            gate: &found.gate,
            loaded: &found.loaded,
            pack_secret: &found.secret,
            range: context.surroundings.range,
            events: &hands.events,
            cancel: &hands.cancel,
            at_once,
            repeats: args.repeat,
            told,
        };
        Ok(Box::pin(execute(&setting, &runs)).await?)
    })?;
    let how = How { at_once, repeats: args.repeat, took };
    Ok(judge(lab, &sources.mutants, &executed, &only, how))
}

/// A dispute, and where its folder is laid for as long as this lives.
struct Disputed {
    dispute: Dispute,
    name: String,
    file: PathBuf,
    folder: PathBuf,
    _laid: TempDir,
}

/// Reads every file of `--with`.
fn disputes(context: &Context, files: &[PathBuf]) -> Result<Vec<Disputed>, Error> {
    let read = |file: &PathBuf| {
        let path = context.here().join(file);
        let io = |source| Error::io(&path, &source);
        let laid = tempfile::Builder::new().prefix("lab-dispute-").tempdir().map_err(io)?;
        let (dispute, folder) = Dispute::read(&path, laid.path(), MOST_DISPUTED).map_err(|error| match error {
            PackedError::Io(source) => Error::io(&path, &source),
            PackedError::NotOne | PackedError::BadHead(_) => {
                Error::usage(message!("dispute-not-one", path = path.as_path()))
            }
            PackedError::Odd(entry) => {
                Error::usage(message!("packed-odd", path = path.as_path(), entry = entry.as_path()))
            }
            PackedError::TooLarge => Error::usage(message!("dispute-too-large", path = path.as_path())),
            PackedError::LeadsOut(entry) => {
                Error::usage(message!("dispute-leads-out", path = path.as_path(), entry = entry.as_path()))
            }
            PackedError::Newer(format) => {
                Error::usage(message!("dispute-newer", path = path.as_path(), format = format))
                    .hint(message!("hint-newer-lab"))
            }
        })?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = name.trim_end_matches(".gz").trim_end_matches(".tar").to_owned();
        Ok(Disputed { dispute, name, file: file.clone(), folder, _laid: laid })
    };
    files.iter().map(read).collect()
}

impl Disputed {
    fn run(&self, context: &Context, lab: &Lab) -> Result<Run<'_>, Error> {
        let Dispute { lab: of, version, check, message: said, judged_by, .. } = &self.dispute;
        if *of != lab.id.value {
            let message = message!("dispute-other-lab", of = of.as_str(), lab = lab.id.value.as_str());
            return Err(Error::usage(message).hint(message!("hint-dispute-lab", of = of.as_str())));
        }
        let about = message!(
            "dispute-about",
            name = self.name.as_str(),
            check = check.as_str(),
            version = version.as_str(),
            judged = judged_by.as_str()
        );
        let said = said.as_deref().map(|said| format!("  « {} »\n", crate::report::clean::line(said)));
        show::stderr(&format!("{}\n{}", context.say(&about), said.unwrap_or_default()));
        if *version != lab.version.value {
            let message = message!("dispute-version", version = version.as_str(), now = lab.version.value.as_str());
            show::stderr(&format!("{}\n", context.say(&message)));
        }
        Ok(Run {
            subject: Subject::Disputed(self.name.clone()),
            folder: self.folder.clone(),
            mutant: None,
            learner: Some(self.dispute.learner.clone()),
        })
    }
}

/// A folder that passes now is worth keeping as a solution: what was wrong once
/// may be wrong again.
fn say_how_to_keep(context: &Context, found: &LocatedLab, disputes: &[Disputed]) {
    for disputed in disputes {
        let solution = found.loaded.folder.join("solutions").join(&disputed.name);
        let message = message!("dispute-keep", folder = solution.as_path(), file = disputed.file.as_path());
        show::stderr(&format!("{}\n", context.say(&message)));
    }
}

fn told(error: SessionError) -> RoomFault {
    let error = Error::from(error);
    RoomFault { message: error.message, details: error.details }
}

/// Where rooms' throughput is saturated.
fn twice_the_cores() -> usize {
    2 * thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn unknown_only(unknown: &UnknownOnly) -> Error {
    let known: Vec<&str> = unknown.known.iter().map(String::as_str).collect();
    let message = message!("no-such-only", name = unknown.name.as_str(), known = known.join(", "));
    Error::usage(message).near(&unknown.name, &known)
}
