use super::arguments::{argument_key, command};
use crate::i18n::Words;
use crate::pack::text::Language;

/// Every command's and argument's key.
fn keys(command: &clap::Command, key: &str) -> Vec<String> {
    let mut found = vec![key.to_owned()];
    found.extend(command.get_arguments().map(|arg| argument_key(key, arg.get_id().as_str())));
    for sub in command.get_subcommands() {
        found.extend(keys(sub, &format!("help-{}", sub.get_name())));
    }
    found
}

#[test]
fn every_command_and_argument_has_its_help_in_both_languages() {
    for language in Language::ALL {
        let words = Words::new(language);
        let missing: Vec<String> =
            keys(&command(&words), "help-lab").into_iter().filter(|key| !words.has(key)).collect();
        assert!(missing.is_empty(), "{language:?}: {missing:?}");
    }
}

#[test]
fn the_command_line_is_well_formed() {
    command(&Words::new(Language::Fr)).debug_assert();
}
