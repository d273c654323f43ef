use super::arguments::{argument_key, command, value_key};
use crate::cli::Cli;
use crate::definition::text::Language;
use crate::i18n::Words;
use clap::CommandFactory;

/// Every command's and argument's key.
fn keys(command: &clap::Command, key: &str) -> Vec<String> {
    let mut found = vec![key.to_owned()];
    found.extend(command.get_arguments().map(|arg| argument_key(key, arg.get_id().as_str())));
    for sub in command.get_subcommands() {
        found.extend(keys(sub, &format!("help-{}", sub.get_name())));
    }
    found
}

/// The keys of what stands for values.
fn value_keys(command: &clap::Command) -> Vec<String> {
    let taking = command.get_arguments().filter(|arg| arg.get_action().takes_values());
    let own = taking.flat_map(|arg| arg.get_value_names().unwrap_or_default()).map(|name| value_key(name));
    own.chain(command.get_subcommands().flat_map(value_keys)).collect()
}

#[test]
fn every_command_and_argument_has_its_help_in_both_languages() {
    for language in Language::ALL {
        let words = Words::new(language);
        let missing: Vec<String> = keys(&command(&words, &|_| true), "help-lab")
            .into_iter()
            .chain(value_keys(&Cli::command()))
            .filter(|key| !words.has(key))
            .collect();
        assert!(missing.is_empty(), "{language:?}: {missing:?}");
    }
}

#[test]
fn the_command_line_is_well_formed() {
    command(&Words::new(Language::Fr), &|_| true).debug_assert();
}
