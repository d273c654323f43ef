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
mod pager;
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

/// The commands, in the order of the help: each has a module with its `Args` and its `run`.
macro_rules! commands {
    ($($name:ident => $module:ident,)*) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($name($module::Args),)*
        }

        fn dispatch(context: &Context, command: Command) -> Result<Exit, Error> {
            match command {
                $(Command::$name(args) => $module::run(context, &args),)*
            }
        }
    };
}

commands! {
    List => list,
    Start => start,
    Task => task,
    Check => check,
    Report => report,
    Dispute => dispute,
    Status => status,
    Env => env,
    Hint => hint,
    Do => action,
    Open => open,
    Shell => shell,
    Logs => logs,
    Stop => stop,
    Restart => restart,
    Reset => reset,
    Solution => solution,
    New => new,
    Lint => lint,
    Schema => schema,
    Images => images,
    Bundle => bundle,
    Test => test,
    Doctor => doctor,
    Gc => gc,
    Completions => completions,
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
    let begun = context.surroundings.begin().and_then(|()| logging::begin(&context.surroundings, cli.log.as_deref()));
    if let Err(error) = begun {
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

#[cfg(test)]
mod tests;
