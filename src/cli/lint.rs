//! `lab lint`: looks through labs for what an instructor should mend.

use super::context::Context;
use super::{consent, show};
use crate::definition::diagnostic::Diagnostics;
use crate::definition::load::{LAB_FILE, LoadError, Rigour, load_as};
use crate::definition::model::Lab;
use crate::definition::shipped;
use crate::error::Error;
use crate::exit::Exit;
use crate::message::Message;
use crate::mutation::source;
use crate::plan::{JUDGE, MOST_PIDS, RESERVED};
use crate::report::findings::{self, Linted};
use clap::ValueEnum;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = LintFormat::Human, value_name = "FORMAT", hide_possible_values = true, hide_default_value = true)]
    format: LintFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LintFormat {
    Human,
    Json,
    Github,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let named = if args.paths.is_empty() { vec![PathBuf::from(".")] } else { args.paths.clone() };
    let mut labs = Vec::new();
    for path in &named {
        labs.extend(found_at(context, path)?);
    }
    let (labs, notes): (Vec<Linted>, Vec<_>) = labs.into_iter().map(|path| linted(context, path)).unzip();
    let text = match args.format {
        LintFormat::Human => findings::human(&labs, &context.words, &context.surroundings.stdout_style()),
        LintFormat::Json => findings::as_json(&labs, &context.words),
        LintFormat::Github => findings::github(&labs, &context.words),
    };
    show::stdout(&text);
    for note in notes.into_iter().flatten() {
        show::stderr(&format!("{}\n", context.say(&note)));
    }
    Ok(if labs.iter().any(|lab| lab.count() > 0) { Exit::Usage } else { Exit::Success })
}

/// The labs at a path: a lab, its file, a folder of labs, or a lab's name.
fn found_at(context: &Context, path: &Path) -> Result<Vec<PathBuf>, Error> {
    let whole = context.here().join(path);
    if path.file_name().is_some_and(|name| name == LAB_FILE) {
        return Ok(vec![path.parent().map_or_else(PathBuf::new, Path::to_owned)]);
    }
    if whole.join(LAB_FILE).is_file() {
        return Ok(vec![path.to_owned()]);
    }
    // At a project's root its labs lie one folder down.
    let path = path.strip_prefix(".").unwrap_or(path);
    for pack in [path.to_owned(), path.join("labs")] {
        let labs = shipped::labs_in(&context.here().join(&pack));
        if !labs.is_empty() {
            return Ok(labs.into_iter().map(|lab| pack.join(lab)).collect());
        }
    }
    match path.to_str().filter(|name| !whole.exists() && name.parse::<crate::definition::name::LabId>().is_ok()) {
        Some(name) => Ok(vec![context.locate(name)?.folder]),
        None => Err(Error::usage(message!("no-labs-here", path = whole.as_path())).hint(message!("hint-lint-path"))),
    }
}

fn linted(context: &Context, path: PathBuf) -> (Linted, Vec<Message>) {
    let whole = context.here().join(&path);
    let (files, unread, notes) = match load_as(&whole, Rigour::Writing) {
        Ok(lab) => (source::load(&lab).err().unwrap_or_default(), None, notes(&lab.lab, &path)),
        Err(LoadError::Invalid(found)) => (vec![found], None, Vec::new()),
        Err(other) => (Vec::new(), Some(other.message()), Vec::new()),
    };
    // Named as the reader named the lab.
    let files = files.into_iter().map(|found| match found.file.strip_prefix(&whole) {
        Ok(inside) => Diagnostics { file: path.join(inside), ..found },
        Err(_) => found,
    });
    (Linted { files: files.collect(), path, unread }, notes)
}

/// What is no mistake, and what others will be asked about, or get otherwise.
fn notes(lab: &Lab, path: &Path) -> Vec<Message> {
    let wants = lab.wants_beyond();
    let mut notes: Vec<Message> =
        wants.iter().map(|want| message!("lint-consent", path = path, what = consent::what(want))).collect();
    let system = rustix::system::sysinfo();
    let memory = system.totalram.saturating_mul(system.mem_unit.into());
    for (part, limits) in lab.limits() {
        if limits.memory.is_some_and(|wanted| wanted.0 > memory) || limits.pids.is_some_and(|pids| pids > MOST_PIDS) {
            notes.push(message!("lint-limit", path = path, part = part, pids = MOST_PIDS.to_string()));
        }
    }
    for (name, service) in &lab.environment.services {
        let user = service.user.as_deref().unwrap_or_default();
        let id = user.split(':').next().and_then(|id| id.parse().ok());
        if id.is_some_and(|id: u32| id != 0 && !RESERVED.contains(&id)) {
            let (from, to) = (RESERVED.start().to_string(), (JUDGE - 1).to_string());
            let name = name.as_str();
            notes.push(message!("lint-user", path = path, service = name, user = user, from = from, to = to));
        }
    }
    notes
}
