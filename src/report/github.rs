//! What GitHub Actions reads: the screen in the log, and annotations.
//!
//! A line of the log that begins with `::` is a command to the runner, and a
//! learner's program may have written one. So the screen stands between
//! `::stop-commands::` and a word that nobody could have known.

use super::findings::{data, property};
use super::told;
use super::voice::Voice;
use super::{Extra, Style};
use crate::i18n::Words;
use crate::outcome::Outcome;
use crate::verdict::{CheckResult, Fault, Verdict};
use rand::distr::{Alphanumeric, SampleString};
use std::fmt::Write as _;

/// Annotations that GitHub shows of one step, of each kind.
const SHOWN: usize = 10;

pub(crate) fn log(outcome: &Outcome, words: &Words, style: &Style, extra: Extra<'_>) -> String {
    let word = Alphanumeric.sample_string(&mut rand::rng(), 24);
    let screen = super::outcome(outcome, words, style, extra);
    format!("::stop-commands::{word}\n{screen}::{word}::\n{}", annotations(outcome, words))
}

/// One annotation for each check that failed, a warning for each fault; what
/// follows from another check needs none.
fn annotations(outcome: &Outcome, words: &Words) -> String {
    let voice = Voice::plain(words);
    let mut text = String::new();
    let failed = |result: &&CheckResult| matches!(result.verdict, Verdict::Failed(_));
    let faults = |result: &&CheckResult| matches!(&result.verdict, Verdict::Error { fault } if !matches!(fault, Fault::Needs { .. }));
    for result in outcome.results().filter(failed).take(SHOWN) {
        annotate(&mut text, "error", result, voice);
    }
    for result in outcome.results().filter(faults).take(SHOWN) {
        annotate(&mut text, "warning", result, voice);
    }
    text
}

fn annotate(text: &mut String, command: &str, result: &CheckResult, voice: Voice) {
    let title = format!("{}{}{}", result.task, voice.dot(), result.id);
    let mut said = told::reason(result, voice);
    let points = told::points(result);
    if !points.is_empty() {
        said = format!("{said} ({points})");
    }
    let _ = writeln!(text, "::{command} title={}::{}", property(&title), data(&said));
}
