//! Texts in the languages that labs are written in.

use crate::message::Arg;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language that `lab` and labs speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }
}

/// A text in one or several languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    /// In English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) en: Option<String>,
    /// In French.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fr: Option<String>,
}

impl Text {
    pub(crate) fn exactly(&self, language: Language) -> Option<&str> {
        match language {
            Language::En => self.en.as_deref(),
            Language::Fr => self.fr.as_deref(),
        }
    }

    /// The text in this language, else in the one there is.
    pub(crate) fn get(&self, language: Language) -> &str {
        self.exactly(language).or(self.en.as_deref()).or(self.fr.as_deref()).unwrap_or_default()
    }
}

impl From<&Text> for Arg {
    fn from(text: &Text) -> Self {
        let said = |language: Language| Some((language.code().to_owned(), text.exactly(language)?.to_owned()));
        Self::Said(Language::ALL.into_iter().filter_map(said).collect())
    }
}
