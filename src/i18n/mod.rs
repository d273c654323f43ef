//! The program's own messages, in English and French (Fluent), and which
//! language a reader wants.

use crate::clean;
use crate::definition::text::Language;
use crate::message::{Arg, Message};
use fluent_bundle::{FluentArgs, FluentBundle, FluentMessage, FluentResource, FluentValue};
use std::cell::OnceCell;

/// Message files by language, those that every command wants first. A file's name is
/// the room its messages belong to; they refer to none of another file's.
const SOURCES: &[(Language, &[&str])] = &[
    (
        Language::En,
        &[
            include_str!("en/cli.ftl"),
            include_str!("en/diagnostics.ftl"),
            include_str!("en/engine.ftl"),
            include_str!("en/prove.ftl"),
            include_str!("en/formats.ftl"),
            include_str!("en/report.ftl"),
        ],
    ),
    (
        Language::Fr,
        &[
            include_str!("fr/cli.ftl"),
            include_str!("fr/diagnostics.ftl"),
            include_str!("fr/engine.ftl"),
            include_str!("fr/prove.ftl"),
            include_str!("fr/formats.ftl"),
            include_str!("fr/report.ftl"),
        ],
    ),
];

/// All messages of one language. A file is read once something of it is said, for
/// most commands say little and start often.
pub struct Words {
    language: Language,
    files: Vec<(&'static str, OnceCell<Bundle>)>,
}

type Bundle = FluentBundle<FluentResource>;

impl Words {
    pub fn new(language: Language) -> Self {
        let sources = SOURCES.iter().filter(|(of, _)| *of == language).flat_map(|(_, sources)| *sources);
        Self { language, files: sources.map(|source| (*source, OnceCell::new())).collect() }
    }

    fn read(&self, source: &str) -> Bundle {
        let id: Option<unic_langid::LanguageIdentifier> = self.language.code().parse().ok();
        let mut bundle = FluentBundle::new(id.into_iter().collect());
        // Isolation marks would show as boxes on many terminals.
        bundle.set_use_isolating(false);
        // A source that doesn't parse is caught by this module's tests.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        bundle
    }

    fn find(&self, id: &str) -> Option<(&Bundle, FluentMessage<'_>)> {
        let mut files = self.files.iter().map(|(source, bundle)| bundle.get_or_init(|| self.read(source)));
        files.find_map(|bundle| Some((bundle, bundle.get_message(id)?)))
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// The message in this language, fit for a terminal whatever fills it. An unknown
    /// id is shown as it is.
    pub(crate) fn say(&self, message: &Message) -> String {
        let found = self.find(&message.id).and_then(|(bundle, found)| Some((bundle, found.value()?)));
        let Some((bundle, pattern)) = found else { return clean::line(&message.id) };
        let mut args = FluentArgs::new();
        for (name, arg) in &message.args {
            args.set(name.to_string(), self.value(arg));
        }
        bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    pub fn has(&self, id: &str) -> bool {
        self.find(id).is_some()
    }

    fn value(&self, arg: &Arg) -> FluentValue<'static> {
        match arg {
            Arg::Text(text) => FluentValue::from(filled_in(text)),
            Arg::Said(texts) => {
                let ours = texts.iter().find(|(code, _)| code == self.language.code()).or(texts.first());
                FluentValue::from(ours.map(|(_, text)| filled_in(text)).unwrap_or_default())
            }
            Arg::Number(number) => FluentValue::from(*number),
            Arg::Message(message) => FluentValue::from(self.say(message)),
        }
    }
}

/// A text within a sentence: no control character, and no line of its own, by which
/// it would pass for one of ours.
fn filled_in(text: &str) -> String {
    if text.contains(['\n', '\r']) { clean::line(text) } else { clean::text(text) }
}

/// The language a reader wants: what was said (`--lang`, `LAB_LANG`), else the
/// locale's, else English.
pub(crate) fn choose(said: Option<&str>, locale: Option<&str>) -> Language {
    let of =
        |text: &str| Language::ALL.into_iter().find(|language| text.to_ascii_lowercase().starts_with(language.code()));
    said.and_then(of).or_else(|| locale.and_then(of)).unwrap_or(Language::En)
}

#[cfg(test)]
mod tests;
