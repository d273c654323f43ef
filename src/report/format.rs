//! The forms in which one outcome can be written.

use super::outcome::Extra;
use super::signs::Style;
use super::{check50, github, gradescope, html, json, junit, markdown};
use crate::i18n::Words;
use crate::outcome::Outcome;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people, on a terminal.
    Human,
    /// For programs, everything: see [`json`].
    Json,
    /// For test reporters.
    Junit,
    /// As check50 writes with `-o json`.
    Check50,
    /// As Gradescope reads in `results.json`.
    Gradescope,
    /// For a page beside the work.
    Markdown,
    /// One file for a browser or a printer.
    Html,
    /// For GitHub Actions: a summary, and annotations in the log.
    Github,
}

impl ReportFormat {
    pub(crate) fn file(self, outcome: &Outcome, words: &Words, extra: Extra<'_>) -> String {
        match self {
            Self::Human => super::outcome(outcome, words, &Style::default(), extra),
            Self::Json => json::to_text(&json::json(outcome, words)),
            Self::Junit => junit::outcome(outcome, words, extra.at),
            Self::Check50 => json::to_text(&check50::outcome(outcome, words)),
            Self::Gradescope => json::to_text(&gradescope::outcome(outcome, words)),
            Self::Markdown | Self::Github => markdown::outcome(outcome, words, extra),
            Self::Html => html::outcome(outcome, words, extra),
        }
    }

    pub(crate) fn screen(self, outcome: &Outcome, words: &Words, style: &Style, extra: Extra<'_>) -> String {
        match self {
            Self::Human => super::outcome(outcome, words, style, extra),
            Self::Github => github::log(outcome, words, style, extra),
            _ => self.file(outcome, words, extra),
        }
    }
}
