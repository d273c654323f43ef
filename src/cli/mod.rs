//! The command line: one file for each subcommand, its arguments and its run.
//! Only this module and `report::terminal` touch the terminal.

mod act;
mod action;
mod arguments;
mod ask;
mod bundle;
mod check;
mod completions;
mod consent;
mod context;
mod dispute;
mod doctor;
mod env;
mod gc;
mod hint;
mod images;
mod interrupts;
mod lint;
mod list;
mod logging;
mod logs;
mod new;
mod open;
mod report;
mod reset;
mod restart;
mod schema;
mod shell;
mod show;
mod solution;
mod start;
mod status;
mod stop;
mod surroundings;
mod task;
mod test;
mod watch;
mod written;

use crate::error::Error;
use crate::exit::Exit;
use crate::i18n::Words;
use clap::{FromArgMatches, Parser, Subcommand};
use context::Context;
use std::ffi::OsString;
use std::process::ExitCode;
use surroundings::Surroundings;

/// The arguments of every command. Their texts stand in `i18n/*/cli.ftl`.
#[derive(Debug, Parser)]
#[command(name = "lab", version, disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[arg(long, global = true, value_name = "LANG")]
    lang: Option<String>,
    #[arg(long, short = 'C', global = true, value_name = "DIR")]
    folder: Option<std::path::PathBuf>,
    #[arg(long, global = true, value_name = "ALLOW", hide = true)]
    allow: Vec<String>,
    #[arg(long, global = true, value_name = "FILE")]
    log: Option<std::path::PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Start(start::Args),
    Task(task::Args),
    Check(check::Args),
    Report(report::Args),
    Dispute(dispute::Args),
    Status(status::Args),
    Env(env::Args),
    Hint(hint::Args),
    Do(action::Args),
    Open(open::Args),
    Shell(shell::Args),
    Logs(logs::Args),
    Stop(stop::Args),
    Restart(restart::Args),
    Reset(reset::Args),
    Solution(solution::Args),
    New(new::Args),
    Lint(lint::Args),
    Schema(schema::Args),
    Images(images::Args),
    Bundle(bundle::Args),
    Test(test::Args),
    Doctor(doctor::Args),
    Gc(gc::Args),
    Completions(completions::Args),
}

pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let surroundings = Surroundings::current();
    let language = surroundings.language(arguments::said_language(&args).as_deref());
    let words = Words::new(language);
    let named = |command: &str| args.iter().any(|arg| arg == command);
    let parsed = arguments::command(&words, &named).try_get_matches_from(&args);
    let cli = match parsed.and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches)) {
        Ok(cli) => cli,
        Err(error) => return arguments::explain(&error, &words, &surroundings).into(),
    };
    let context = Context::new(words, surroundings, cli.folder, cli.allow);
    if let Err(error) = logging::begin(&context.surroundings, cli.log.as_deref()) {
        show::error(&context, &error, false);
        return error.exit.into();
    }
    let judges = matches!(cli.command, Command::Check(_) | Command::Dispute(_) | Command::Test(_));
    let done = dispatch(&context, cli.command);
    match done {
        Ok(exit) => exit.into(),
        Err(error) => {
            show::error(&context, &error, judges);
            error.exit.into()
        }
    }
}

fn dispatch(context: &Context, command: Command) -> Result<Exit, Error> {
    match command {
        Command::List(args) => list::run(context, &args),
        Command::Start(args) => start::run(context, &args),
        Command::Task(args) => task::run(context, &args),
        Command::Check(args) => check::run(context, &args),
        Command::Report(args) => report::run(context, &args),
        Command::Dispute(args) => dispute::run(context, &args),
        Command::Status(args) => status::run(context, &args),
        Command::Env(args) => env::run(context, &args),
        Command::Hint(args) => hint::run(context, &args),
        Command::Do(args) => action::run(context, &args),
        Command::Open(args) => open::run(context, &args),
        Command::Shell(args) => shell::run(context, &args),
        Command::Logs(args) => logs::run(context, &args),
        Command::Stop(args) => stop::run(context, &args),
        Command::Restart(args) => restart::run(context, &args),
        Command::Reset(args) => reset::run(context, &args),
        Command::Solution(args) => solution::run(context, &args),
        Command::New(args) => new::run(context, &args),
        Command::Lint(args) => lint::run(context, &args),
        Command::Schema(args) => schema::run(context, &args),
        Command::Images(args) => images::run(context, &args),
        Command::Bundle(args) => bundle::run(context, &args),
        Command::Test(args) => test::run(context, &args),
        Command::Doctor(args) => doctor::run(context, &args),
        Command::Gc(args) => gc::run(context, &args),
        Command::Completions(args) => completions::run(context, &args),
    }
}

#[cfg(test)]
mod tests;
