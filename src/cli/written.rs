//! Reports of one outcome: one to standard output, others to files.
//!
//! If a report can't be written, the others and the verdict on the terminal still
//! are, and the exit code tells.

use super::context::Context;
use super::show;
use crate::definition::model::Lab;
use crate::definition::near;
use crate::error::Error;
use crate::exit::Exit;
use crate::outcome::Outcome;
use crate::report::{Extra, ReportFormat, check50, json};
use crate::workspace::atomic;
use clap::ValueEnum;
use clap::builder::{OsStringValueParser, TypedValueParser};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A report and the file it goes to: `junit=out.xml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    pub(crate) format: ReportFormat,
    pub(crate) path: PathBuf,
}

/// The nearest value that could be read; empty if none is near.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Nearest(pub(super) String);

impl Destination {
    pub(crate) fn parser() -> impl TypedValueParser<Value = Self> {
        OsStringValueParser::new().try_map(|text: OsString| {
            let bytes = text.as_bytes();
            let equals = bytes.iter().position(|byte| *byte == b'=');
            let equals = equals.ok_or_else(|| Nearest(format!("junit={}", text.display())))?;
            let said = String::from_utf8_lossy(&bytes[..equals]);
            let path = Path::new(OsStr::from_bytes(&bytes[equals + 1..]));
            let format = ReportFormat::from_str(&said, false).map_err(|_| {
                let known: Vec<String> = ReportFormat::value_variants().iter().map(|format| name(*format)).collect();
                let near = near(&said, &known.iter().map(String::as_str).collect::<Vec<_>>());
                Nearest(if near.is_empty() { near } else { format!("{near}={}", path.display()) })
            })?;
            if path.as_os_str().is_empty() {
                return Err(Nearest(format!("{said}=report.{said}")));
            }
            Ok(Self { format, path: path.to_owned() })
        })
    }

    fn name(&self) -> String {
        name(self.format)
    }
}

fn name(format: ReportFormat) -> String {
    format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// No two reports go to one file, for one of them would be lost.
pub(super) fn all_differ(reports: &[Destination]) -> Result<(), Error> {
    for (number, report) in reports.iter().enumerate() {
        if reports[..number].iter().any(|other| other.path == report.path) {
            return Err(Error::usage(message!("report-path-twice", path = &report.path)));
        }
    }
    Ok(())
}

/// Writes the outcome to standard output and to files; returns what couldn't be.
pub(super) fn all(
    context: &Context,
    format: ReportFormat,
    reports: &[Destination],
    outcome: &Outcome,
    extra: Extra<'_>,
) -> Vec<Error> {
    show::stdout(&format.screen(outcome, &context.words, &context.surroundings.stdout_style(), extra));
    let mut unwritten = Vec::new();
    if let (ReportFormat::Github, Some(path)) = (format, &context.surroundings.step_summary) {
        let summary = ReportFormat::Github.file(outcome, &context.words, extra);
        unwritten.extend(append(path, &summary).err().map(|source| not_written("github", path, &source)));
    }
    for report in reports {
        let text = report.format.file(outcome, &context.words, extra);
        unwritten.extend(file(context, report, &text).err());
    }
    unwritten
}

/// Says which reports couldn't be written, among what goes on.
pub(super) fn tell(hands: &super::context::Hands, unwritten: Vec<Error>) {
    for error in unwritten {
        hands.events.send(crate::event::Event::Notice(error.message));
    }
}

/// The exit code of a run whose reports may not all be there; says which.
pub(super) fn exit(context: &Context, outcome: &Outcome, unwritten: &[Error]) -> Exit {
    for error in unwritten {
        show::error(context, error, false);
    }
    // A fault of the run or of the machine comes before an unusable path, and
    // that is above a failed check: who asked for a report must know.
    unwritten.iter().map(|error| error.exit).fold(Exit::of(outcome), Ord::max)
}

/// check50's form has a place for what kept a run from judging anything.
pub(super) fn nothing_judged(
    context: &Context,
    format: ReportFormat,
    reports: &[Destination],
    lab: &Lab,
    error: &Error,
) {
    let kind = match error.exit {
        Exit::Usage => "usage",
        Exit::Interrupted => "interrupted",
        Exit::Success | Exit::ChecksFailed | Exit::Fault => "fault",
    };
    let document = check50::error(lab.id.value.as_str(), kind, &error.message, &context.words);
    let text = json::to_text(&document);
    if format == ReportFormat::Check50 {
        show::stdout(&text);
    }
    for report in reports.iter().filter(|report| report.format == ReportFormat::Check50) {
        if let Err(unwritten) = file(context, report, &text) {
            show::error(context, &unwritten, false);
        }
    }
}

fn file(context: &Context, report: &Destination, text: &str) -> Result<(), Error> {
    let path = context.surroundings.here.join(&report.path);
    replace(&path, text.as_bytes()).map_err(|source| not_written(&report.name(), &report.path, &source))
}

/// An unusable path is the caller's to fix; a full disk isn't.
fn not_written(format: &str, path: &Path, source: &io::Error) -> Error {
    let message = message!("report-not-written", format = format, path = path, reason = source);
    match source.kind() {
        io::ErrorKind::NotFound
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::IsADirectory
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::InvalidFilename
        | io::ErrorKind::InvalidInput => Error::usage(message).hint(message!("hint-other-path")),
        _ => Error::new(Exit::Fault, message).hint(message!("hint-disk")),
    }
}

/// Replaces a file at once. What isn't a file, such as `/dev/stdout` or a pipe,
/// is written into and stays what it is; a link stays a link.
fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => {
            atomic::write(&fs::canonicalize(path)?, contents, found.permissions().mode() & 0o7777)
        }
        Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(_) => {
            // A pipe that nobody reads would keep us for ever: not waiting, it is an error.
            let waitless = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
            let mut stream = OpenOptions::new().write(true).custom_flags(waitless).open(path)?;
            fcntl_setfl(&stream, fcntl_getfl(&stream)?.difference(OFlags::NONBLOCK))?;
            stream.write_all(contents)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => atomic::write(path, contents, 0o644),
        Err(error) => Err(error),
    }
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().append(true).create(true).open(path)?.write_all(text.as_bytes())
}
