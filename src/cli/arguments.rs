//! Arguments in the reader's language: clap parses, the words are ours.

use super::Cli;
use super::surroundings::Surroundings;
use super::written::Nearest;
use crate::exit::Exit;
use crate::i18n::Words;
use crate::message::Message;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory};
use std::borrow::Cow;
use std::ffi::OsString;

/// What every command has, which stands below what is a command's own.
const LAST: [&str; 6] = ["allow", "folder", "lang", "log", "version", "help"];

/// `--lang X` or `--lang=X`, looked for before anything is parsed, for it
/// decides in which language parsing errors are told.
pub(super) fn said_language(args: &[OsString]) -> Option<String> {
    let mut args = args.iter().map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next() {
        if arg == "--" {
            return None;
        }
        if arg == "--lang" {
            return args.next().map(Cow::into_owned);
        }
        if let Some(language) = arg.strip_prefix("--lang=") {
            return Some(language.to_owned());
        }
    }
    None
}

/// The whole command. Of the commands below it, those that `needed` picks have all of
/// their texts; the others, of which nothing more will be read, what lists them.
pub(super) fn command(words: &Words, needed: &dyn Fn(&str) -> bool) -> Command {
    let say = |message: Message| words.say(&message);
    let template =
        format!("{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}", say(message!("cli-usage")));
    let command = Cli::command()
        .arg(Arg::new("version").long("version").short('V').action(ArgAction::Version))
        .about(say(message!("help-lab")))
        .after_help(say(message!("cli-after-help")))
        .max_term_width(80)
        .subcommand_help_heading(say(message!("cli-commands")))
        .subcommand_value_name(say(message!("value-command")));
    localized(command, "help-lab", &template, words, needed)
}

fn localized(command: Command, key: &str, template: &str, words: &Words, needed: &dyn Fn(&str) -> bool) -> Command {
    let say = |id: String| words.say(&Message { id: id.into(), args: Vec::new() });
    let options = words.say(&message!("cli-options"));
    let positionals = words.say(&message!("cli-arguments"));
    let mut command = command
        .about(say(key.to_owned()))
        .help_template(template.to_owned())
        .arg(Arg::new("help").long("help").short('h').action(ArgAction::Help));
    let value = |arg: &Arg| arg.get_value_names().and_then(|names| Some(say(value_key(names.first()?))));
    let args: Vec<(clap::Id, bool, Option<String>)> = command
        .get_arguments()
        .map(|arg| (arg.get_id().clone(), arg.is_positional(), value(arg).filter(|_| arg.get_action().takes_values())))
        .collect();
    for (id, positional, value) in args {
        let help = say(argument_key(key, id.as_str()));
        let heading = if positional { positionals.clone() } else { options.clone() };
        let order = LAST.iter().position(|last| id == *last).map(|at| 900 + at);
        command = command.mut_arg(id, |arg| {
            let arg = if let Some(order) = order { arg.display_order(order) } else { arg };
            let arg = arg.help(help).help_heading(heading);
            if let Some(value) = value { arg.value_name(value) } else { arg }
        });
    }
    let subcommands: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in subcommands {
        let key = format!("help-{name}");
        command = command.mut_subcommand(&name, |sub| {
            if needed(&name) { localized(sub, &key, template, words, needed) } else { sub.about(say(key)) }
        });
    }
    command
}

/// The key of an argument's help; those of every command have one key.
pub(super) fn argument_key(command: &str, argument: &str) -> String {
    match argument {
        argument if LAST.contains(&argument) => format!("help-any-{argument}"),
        argument => format!("{command}-{}", argument.replace('_', "-")),
    }
}

/// The key of what stands for an argument's value, such as `value-lab` for `LAB`.
pub(super) fn value_key(name: &str) -> String {
    format!("value-{}", name.to_ascii_lowercase().replace('|', "-or-").replace('=', "-is-"))
}

pub(super) fn explain(error: &clap::Error, words: &Words, surroundings: &Surroundings) -> Exit {
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let message = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let help = format!("{}\n", error.to_string().trim_end());
            super::show::stdout(&super::show::fitting(&help, &surroundings.stdout_style()));
            return Exit::Success;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            super::show::stderr(&command(words, &|_| false).render_help().to_string());
            return Exit::Usage;
        }
        ErrorKind::InvalidSubcommand => message!("cli-unknown-command", name = text(ContextKind::InvalidSubcommand)),
        ErrorKind::UnknownArgument => message!("cli-unknown-argument", name = text(ContextKind::InvalidArg)),
        ErrorKind::InvalidValue if text(ContextKind::InvalidValue).is_empty() => {
            message!("cli-missing-value", argument = text(ContextKind::InvalidArg))
        }
        ErrorKind::ValueValidation => message!(
            "cli-wrong-value",
            value = text(ContextKind::InvalidValue),
            argument = text(ContextKind::InvalidArg)
        ),
        ErrorKind::InvalidValue => message!(
            "cli-invalid-value",
            value = text(ContextKind::InvalidValue),
            argument = text(ContextKind::InvalidArg),
            valid = text(ContextKind::ValidValue)
        ),
        ErrorKind::MissingRequiredArgument => message!("cli-missing", name = text(ContextKind::InvalidArg)),
        ErrorKind::ArgumentConflict => message!("cli-conflict", name = text(ContextKind::InvalidArg)),
        _ => message!("cli-bad-arguments", reason = error.to_string()),
    };
    let suggestion = match error.kind() {
        // The nearest of those that clap finds near.
        ErrorKind::InvalidSubcommand => match error.get(ContextKind::SuggestedSubcommand) {
            Some(ContextValue::Strings(names)) => names.last().cloned().unwrap_or_default(),
            _ => text(ContextKind::SuggestedSubcommand),
        },
        ErrorKind::InvalidValue => text(ContextKind::SuggestedValue),
        ErrorKind::ValueValidation => {
            let nearest = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Nearest>());
            nearest.map(|nearest| nearest.0.clone()).unwrap_or_default()
        }
        _ => text(ContextKind::SuggestedArg),
    };
    let hint =
        if suggestion.is_empty() { message!("cli-see-help") } else { message!("did-you-mean", near = suggestion) };
    super::show::plain_error(words, &surroundings.stderr_style(), &message, &hint);
    Exit::Usage
}
