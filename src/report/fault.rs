//! A fault of the lab or the machine: what happened, that nobody's work is to
//! blame, and what to do.

use super::block::{self, Fact};
use super::failure::{INDENT, findings, step};
use super::page::{Line, Page};
use super::signs::{Paint, Sign, Style};
use super::voice::Voice;
use crate::i18n::Words;
use crate::message::Message;
use crate::verdict::{CheckResult, Fault, Verdict};
use crate::world::ProbeFailure;

/// Lines of a fact that are shown: of a log the last ones say why it ended.
const LINES: usize = 6;

/// A whole screen for a fault before any check could run, such as a service
/// that didn't get ready: what happened, what that means for the reader's work,
/// labelled facts, commands to try.
pub(crate) fn screen(
    happened: &Message,
    consequence: &Message,
    facts: &[(Message, String)],
    commands: &[String],
    words: &Words,
    style: &Style,
) -> String {
    let voice = Voice { words, style };
    let mut page = Page::new(style);
    let happened = voice.say(happened);
    headline(&mut page, &happened, &voice.say(consequence), voice);
    let mut facts: Vec<Fact> = facts
        .iter()
        .map(|(label, text)| {
            let lines: Vec<&str> = text.trim().lines().filter(|line| !line.trim().is_empty()).collect();
            let last = lines.iter().skip(lines.len().saturating_sub(LINES));
            let lines = last.map(|line| Line::plain(&voice.shown(line))).collect();
            Fact::Labelled { label: voice.say(label), lines }
        })
        .collect();
    if !commands.is_empty() {
        facts.push(Fact::labelled(voice.say(&message!("report-do-this")), &voice.joined(commands)));
    }
    if !facts.is_empty() {
        page.blank();
        block::write(&mut page, INDENT, &facts, voice);
    }
    page.finish()
}

/// Writes each distinct fault once, with the checks that it kept from being judged.
pub(super) fn write(page: &mut Page, results: &[&CheckResult], voice: Voice) {
    let mut faults: Vec<(&Fault, Vec<&str>)> = Vec::new();
    for result in results {
        // What waits on a fault is listed among the rows and needs no words.
        let Verdict::Error { fault } = &result.verdict else { continue };
        if matches!(fault, Fault::Needs { .. } | Fault::Spoiled { .. }) {
            continue;
        }
        match faults.iter_mut().find(|(known, _)| *known == fault) {
            Some((_, checks)) => checks.push(result.id.as_str()),
            None => faults.push((fault, vec![result.id.as_str()])),
        }
    }
    let judged = results.iter().any(|result| matches!(result.verdict, Verdict::Passed | Verdict::Failed(_)));
    for (fault, checks) in faults {
        let consequence = if judged {
            message!("report-checks-not-judged", count = checks.len())
        } else {
            message!("report-nothing-judged")
        };
        page.blank();
        headline(page, &voice.fault(fault), &voice.say(&consequence), voice);
        page.blank();
        let checks = Fact::labelled(voice.say(&message!("report-checks")), &checks.join(", "));
        let facts: Vec<Fact> = std::iter::once(checks).chain(facts(fault, voice)).collect();
        block::write(page, INDENT, &facts, voice);
    }
}

pub(super) fn facts(fault: &Fault, voice: Voice) -> Vec<Fact> {
    let mut facts = Vec::new();
    match fault {
        Fault::Canary { step: at, findings: found, .. } => {
            facts.extend(at.as_ref().map(|at| step(at, voice)));
            facts.extend(findings(found, None, voice));
        }
        Fault::Finally { step: at, asked, findings: found } => {
            facts.push(step(at, voice));
            facts.push(Fact::labelled(voice.say(&message!("report-asked")), &voice.shown(asked)));
            facts.extend(findings(found, None, voice));
        }
        Fault::NotPutBack { trouble, .. } => {
            facts.push(Fact::labelled(voice.say(&message!("report-got")), &voice.trouble(trouble)));
        }
        _ => {}
    }
    let commands = match fault {
        Fault::ProbeFailure(ProbeFailure::NotHere { .. }) => return facts,
        Fault::ProbeFailure(trouble) | Fault::NotPutBack { trouble, .. } => voice.commands(trouble),
        Fault::Starved { .. } => voice.say(&message!("report-starved-do")),
        Fault::UnknownName(_) | Fault::Overlay { .. } | Fault::Condition { .. } | Fault::Finally { .. } => {
            voice.say(&message!("report-tell-the-author"))
        }
        Fault::Canary { .. } | Fault::Needs { .. } | Fault::Spoiled { .. } => "lab doctor".to_owned(),
    };
    facts.push(Fact::labelled(voice.say(&message!("report-do-this")), &commands));
    facts
}

fn headline(page: &mut Page, happened: &str, consequence: &str, voice: Voice) {
    // What happened reads on, and may end with what someone else wrote.
    let end = if happened.ends_with(['.', '!', '?']) { "" } else { "." };
    let line = Sign::Fault
        .line(voice.style)
        .push(&format!("{happened}{end}"), Paint::Bold)
        .push(" ", Paint::Plain)
        .push(consequence, Paint::Plain);
    page.line(0, Sign::Fault.hang(voice.style), &line);
}

impl Voice<'_> {
    pub(crate) fn fault(&self, fault: &Fault) -> String {
        match fault {
            Fault::ProbeFailure(trouble) => self.trouble(trouble),
            Fault::UnknownName(name) => self.say(&message!("report-fault-unknown-name", name = name)),
            Fault::Canary { id, .. } => self.say(&message!("report-fault-canary", id = id.as_str())),
            Fault::Overlay { path, matches } => {
                self.say(&message!("report-fault-overlay", path = self.capped(path), matches = *matches))
            }
            Fault::NotPutBack { path, .. } => {
                self.say(&message!("report-fault-not-put-back", path = self.capped(path)))
            }
            Fault::Condition { that, reason } => {
                let (that, reason) = (self.capped(that), self.capped(reason));
                self.say(&message!("report-fault-condition", that = that, reason = reason))
            }
            Fault::Finally { .. } => self.say(&message!("report-fault-finally")),
            Fault::Spoiled { check } => self.say(&message!("report-fault-spoiled", check = check.as_str())),
            Fault::Starved { factor } => self.say(&message!("report-fault-starved", factor = self.tenths(*factor))),
            Fault::Needs { check } => self.say(&message!("report-fault-needs", check = check.as_str())),
        }
    }
}
