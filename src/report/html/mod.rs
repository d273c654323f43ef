//! The outcome as one HTML file: nothing is loaded from anywhere, nothing in
//! it runs, and it reads on a phone and on paper as on a screen.

mod facts;

use super::markdown::is_explained;
use super::told;
use super::voice::Voice;
use super::{Extra, Sign, clean};
use crate::definition::model::Tier;
use crate::i18n::Words;
use crate::outcome::{Outcome, TaskOutcome};
use crate::verdict::{CheckResult, Verdict};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Even if something were to get in, the browser runs and loads nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

pub(crate) fn outcome(outcome: &Outcome, words: &Words, extra: Extra<'_>) -> String {
    let voice = Voice::plain(words);
    let title = told::title(outcome, voice);
    let explained: Vec<&CheckResult> = outcome.results().filter(|result| is_explained(result)).collect();
    let page = html! {
        (DOCTYPE)
        html lang=(words.language().code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (super::outcome::sum_up(outcome, voice)) }
                style { (PreEscaped(include_str!("report.css"))) }
            }
            body {
                main {
                    header {
                        h1 { (title) }
                        p .sum { (super::outcome::sum_up(outcome, voice)) }
                        p .about { (about(outcome, extra, voice)) }
                    }
                    section aria-labelledby="results" {
                        h2 id="results" { (voice.say(&message!("format-results"))) }
                        @for task in &outcome.tasks { (table(task, voice)) }
                    }
                    @if !explained.is_empty() {
                        section aria-labelledby="explained" {
                            h2 id="explained" { (voice.say(&message!("format-explained"))) }
                            @for result in explained { (block(result, voice)) }
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn about(outcome: &Outcome, extra: Extra<'_>, voice: Voice) -> Markup {
    let version = clean::line(&outcome.version);
    html! {
        code { (outcome.lab) } " " (version)
        @if let (Some(at), Some(when)) = (told::at(extra.at), told::when(extra.at)) {
            " · " time datetime=(at) { (when) }
        }
        " · " (voice.say(&message!("report-hints-used", count = outcome.hints_read)))
        @if let Some(judge) = told::judge(outcome, voice) { br; (clean::line(&judge)) }
    }
}

fn table(task: &TaskOutcome, voice: Voice) -> Markup {
    let sum = super::outcome::sum(&task.tally);
    html! {
        table {
            caption {
                (clean::line(voice.text(&task.title)))
                @if task.tier == Tier::Bonus { " · " (voice.say(&message!("report-bonus"))) }
                @if !sum.of.is_empty() { span .points { (sum.earned) (sum.of) } }
            }
            thead {
                tr {
                    th scope="col" { (voice.say(&message!("format-verdict"))) }
                    th scope="col" { (voice.say(&message!("format-check"))) }
                    th scope="col" .points { (voice.say(&message!("format-points"))) }
                }
            }
            tbody {
                @for result in &task.results {
                    tr {
                        td class=(class(result)) { (verdict(result, voice)) }
                        th scope="row" {
                            @if is_explained(result) {
                                a href={ "#" (result.id) } { (told::requirement(result, voice)) }
                            } @else {
                                (told::requirement(result, voice))
                            }
                        }
                        td .points { (told::points(result)) }
                    }
                }
            }
        }
    }
}

/// A sign and a word: colour adds to them.
fn verdict(result: &CheckResult, voice: Voice) -> Markup {
    html! {
        span aria-hidden="true" { (Sign::of(&result.verdict).text(voice.style)) } " "
        @match &result.verdict {
            Verdict::Blocked { on } => (voice.say(&message!("report-waits-on", check = on.as_str()))),
            _ => (told::verdict(result, voice)),
        }
    }
}

/// What explains one check. Open, so that it is printed; it can be closed.
fn block(result: &CheckResult, voice: Voice) -> Markup {
    html! {
        details open id=(result.id) {
            summary {
                span class=(class(result)) { (verdict(result, voice)) }
                " " code { (result.id) } " "
                (told::requirement(result, voice))
                @let points = told::points(result);
                @if !points.is_empty() { " " span .points { (points) } }
            }
            (facts::list(&told::facts(result, voice), voice))
        }
    }
}

fn class(result: &CheckResult) -> &'static str {
    match result.verdict {
        Verdict::Passed => "passed",
        Verdict::Failed(_) => "failed",
        Verdict::Blocked { .. } | Verdict::Unavailable { .. } => "aside",
        Verdict::Error { .. } => "fault",
    }
}
