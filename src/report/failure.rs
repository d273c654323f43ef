//! A failed check in full: the requirement, what was asked, what was expected
//! and what was there, and why it matters.

use super::block::{self, Fact};
use super::clean;
use super::page::{Line, Page};
use super::signs::{Paint, Sign};
use super::voice::Voice;
use crate::expect::{Actual, Mismatch};
use crate::outcome::ToRead;
use crate::verdict::{CheckResult, Failure, Finding, Problem, StepAt};
use std::time::Duration;

/// Items of a `for-each` that are explained.
const ITEMS: usize = 5;
/// Findings that are explained for one item.
const FINDINGS: usize = 5;
/// Lines that one piece of evidence may take.
const EVIDENCE_LINES: usize = 12;
/// Columns between the margin and a block's facts.
pub(super) const INDENT: usize = 2;

/// Writes one failed check's block; at its end the hint to read, if there is one.
pub(crate) fn write(page: &mut Page, result: &CheckResult, failure: &Failure, hint: Option<&ToRead>, voice: Voice) {
    headline(page, Sign::Failed, result, &points(result, voice), voice);
    page.blank();
    let mut facts = if result.is_hidden() { vec![hidden(voice)] } else { facts(failure, voice) };
    if let Some(ToRead { check, number, of }) = hint {
        let which = voice.say(&message!("report-hint-to-read", number = *number, count = *of));
        let line = Line::default().push("lab hint ", Paint::Plain).push(check.as_str(), Paint::Plain);
        let line = line.part(&which, voice.dot());
        facts.push(Fact::Labelled { label: voice.say(&message!("report-try")), lines: vec![line] });
    }
    block::write(page, INDENT, &facts, voice);
}

/// `✘ not-found · an unknown path must … · 0 of 2 points`
pub(super) fn headline(page: &mut Page, sign: Sign, result: &CheckResult, end: &str, voice: Voice) {
    let line = sign
        .line(voice.style)
        .push(result.id.as_str(), Paint::Bold)
        .push(voice.dot(), Paint::Plain)
        .push(&voice.requirement(result), Paint::Plain)
        .part(end, voice.dot());
    page.line(0, sign.hang(voice.style), &line);
}

fn points(result: &CheckResult, voice: Voice) -> String {
    if result.only_needed {
        return voice.say(&message!("report-not-counted"));
    }
    voice.say(&message!("report-points-of", earned = result.earned(), total = result.points))
}

pub(super) fn hidden(voice: Voice) -> Fact {
    Fact::Sentence(Line::plain(&voice.say(&message!("report-hidden-facts"))))
}

/// All that is said about a failure, in the order that the format promises.
pub(crate) fn facts(failure: &Failure, voice: Voice) -> Vec<Fact> {
    let mut facts = Vec::new();
    if failure.passes_in_playground {
        facts.push(Fact::Sentence(Line::plain(&voice.say(&message!("report-passes-in-playground")))));
    }
    facts.extend(failure.step.as_ref().map(|at| step(at, voice)));
    facts.extend((!failure.asked.is_empty()).then(|| asked(failure, voice)));
    facts.extend(findings(&failure.findings, failure.items, voice));
    if let Some(limit) = failure.limit_ms {
        let after = voice.duration(Duration::from_millis(limit));
        let said = voice.say(&message!("report-limit-ended", after = after));
        facts.push(Fact::labelled(voice.say(&message!("report-limit")), &said));
    }
    // The limit has been named.
    let said = |name: &str, text: &str| failure.limit_ms.is_some() && (name, text) == ("ended", "timed-out");
    let evidences = failure.evidence.iter().filter(|(name, text)| !said(name, text));
    facts.extend(evidences.filter_map(|(name, text)| evidence(name, text, voice)));
    if let Some(why) = &failure.why {
        let lines = voice.text(why).trim().lines().map(Line::plain).collect();
        facts.push(Fact::Labelled { label: voice.say(&message!("report-why")), lines });
    }
    facts
}

/// `step  2 of 3 · put the file back`
pub(super) fn step(at: &StepAt, voice: Voice) -> Fact {
    let which = voice.say(&message!("report-step-of", number = at.number, count = at.of));
    let say = at.say.as_ref().map(|say| voice.title(say)).unwrap_or_default();
    let line = Line::plain(&which).part(&say, voice.dot());
    Fact::Labelled { label: voice.say(&message!("report-at-step")), lines: vec![line] }
}

/// What was asked and how that went, on one line where it fits.
fn asked(failure: &Failure, voice: Voice) -> Fact {
    let asked = voice.shown(&one_line(&clean::text(&failure.asked)));
    let took = voice.duration(failure.took);
    let attempts = voice.say(&message!("report-attempts", count = failure.attempts));
    let both = Line::plain(&asked).part(&attempts, ",").part(&took, ",");
    let lines = if both.width() <= room(voice) {
        vec![both]
    } else {
        vec![Line::plain(&asked), Line::default().part(&attempts, ",").part(&took, ",")]
    };
    Fact::Labelled { label: voice.say(&message!("report-asked")), lines }
}

/// A script as one line: what a backslash continues is one line already.
fn one_line(script: &str) -> String {
    let script = script.replace("\\\n", " ");
    script
        .trim()
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Columns that a fact's text has for sure, whatever the labels.
fn room(voice: Voice) -> usize {
    voice.style.text_width().saturating_sub(INDENT + block::WIDEST_LABEL + 2)
}

/// Findings, by item where there are items.
pub(super) fn findings(findings: &[Finding], items: Option<usize>, voice: Voice) -> Vec<Fact> {
    let by_item: Vec<&[Finding]> = findings.chunk_by(|left, right| left.item == right.item).collect();
    let failed = by_item.iter().filter(|group| group[0].item.is_some()).count();
    let mut facts = Vec::new();
    if failed > 0
        && let Some(all) = items
    {
        let count = voice.say(&message!("report-items-of", failed = failed, all = all));
        facts.push(Fact::labelled(voice.say(&message!("report-items")), &count));
    }
    for group in by_item.iter().take(ITEMS) {
        if let Some(item) = &group[0].item {
            facts.push(Fact::labelled(voice.say(&message!("report-item")), &voice.shown(item)));
        }
        facts.extend(group.iter().take(FINDINGS).flat_map(|finding| problem(&finding.problem, voice)));
        facts.extend(more(group.len().saturating_sub(FINDINGS), voice));
    }
    facts.extend(more(by_item.len().saturating_sub(ITEMS), voice));
    facts
}

fn more(count: usize, voice: Voice) -> Option<Fact> {
    (count > 0).then(|| Fact::labelled(String::new(), &voice.say(&message!("report-and-more", count = count))))
}

fn problem(problem: &Problem, voice: Voice) -> Vec<Fact> {
    match problem {
        Problem::Mismatch(mismatch) => of_mismatch(mismatch, voice),
        Problem::ProbeFailure(trouble) => {
            let said = Fact::labelled(voice.say(&message!("report-got")), &voice.trouble(trouble));
            let advice = voice.advice(trouble);
            std::iter::once(said)
                .chain(advice.map(|advice| Fact::labelled(voice.say(&message!("report-try")), &advice)))
                .collect()
        }
        Problem::Broke(fault) => {
            let said = voice.say(&message!("report-broke", what = voice.fault(fault)));
            vec![Fact::labelled(voice.say(&message!("report-got")), &said)]
        }
        Problem::TooFewItems { found, min } => {
            let said = voice.say(&message!("report-too-few-items", found = *found, min = *min));
            vec![Fact::labelled(voice.say(&message!("report-items")), &said)]
        }
        Problem::Condition { message: said, values, .. } => {
            let expected = voice.text(said).trim().lines().map(Line::plain).collect();
            let value = |(name, value): &(String, serde_json::Value)| {
                let value = voice.value(name, value);
                Line::plain(&format!("{} = {value}", voice.shown(name)))
            };
            vec![
                Fact::Labelled { label: voice.say(&message!("report-expected")), lines: expected },
                Fact::Labelled { label: voice.say(&message!("report-got")), lines: values.iter().map(value).collect() },
            ]
        }
        Problem::TooManyItems { found, most } => {
            let said = voice.say(&message!("report-too-many-items", found = *found, most = *most));
            vec![Fact::labelled(voice.say(&message!("report-items")), &said)]
        }
    }
}

fn of_mismatch(mismatch: &Mismatch, voice: Voice) -> Vec<Fact> {
    let label = voice.selector(&mismatch.selector);
    if let Some(difference) = &mismatch.difference {
        return vec![Fact::Parting { label, difference: difference.clone() }];
    }
    let (selector, expected) = (mismatch.selector.as_str(), &mismatch.expected);
    let (expected, got) = voice.pair(selector, expected, &mismatch.actual);
    let mut facts = vec![Fact::Pair { label, expected: Line::plain(&expected), got: Line::plain(&got) }];
    if matches!(mismatch.actual, Actual::Several(_)) {
        facts.push(Fact::labelled(String::new(), &voice.say(&message!("report-several-author"))));
    }
    facts
}

/// A text that helps, its last lines where it is long.
pub(super) fn evidence(name: &str, text: &str, voice: Voice) -> Option<Fact> {
    let (label, text) = match (name, text) {
        ("ended", reason) => (voice.selector("ended"), ended(reason, voice)),
        ("listens", found) => (voice.selector("listens"), listens(found, voice)),
        _ => (voice.selector(name), clean::text(text.trim_end())),
    };
    if text.trim().is_empty() {
        return None;
    }
    // Wrapped here, so that a line without an end takes no more than its share.
    let mut lines: Vec<Line> = text.lines().flat_map(|line| Line::plain(line).wrapped(room(voice))).collect();
    if lines.len() > EVIDENCE_LINES {
        lines.drain(..=lines.len() - EVIDENCE_LINES);
        lines.insert(0, Line::plain(voice.ellipsis()));
    }
    Some(Fact::Labelled { label, lines })
}

/// Where a service listens that isn't reached: `found`, its addresses, empty for none.
pub(super) fn listens(found: &str, voice: Voice) -> String {
    if found.is_empty() {
        return voice.say(&message!("report-listens-nowhere"));
    }
    voice.say(&message!("report-listens-elsewhere", found = voice.capped(found)))
}

/// Why a command was ended, by the word that its probe uses.
fn ended(reason: &str, voice: Voice) -> String {
    match reason {
        "timed-out" => voice.say(&message!("report-ended-timed-out")),
        "too-much-output" => voice.say(&message!("report-ended-too-much-output")),
        "out-of-memory" => voice.say(&message!("report-ended-out-of-memory")),
        _ => reason.to_owned(),
    }
}
