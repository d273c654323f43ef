//! A service that runs the learner's files, when something is wrong with it:
//! what it came to, its last words, and what to do.

use super::block::{self, Fact};
use super::clean;
use super::failure::listens;
use super::page::{Line, Page};
use super::signs::{Paint, Sign, Style};
use super::voice::Voice;
use crate::check::readable;
use crate::i18n::Words;
use crate::world::ServiceSeen;

/// Lines of its log that are shown.
const LOG_LINES: usize = 8;

/// What is wrong with a service; empty when nothing is.
pub(crate) fn glance(service: &str, seen: &ServiceSeen, words: &Words, style: &Style) -> String {
    let voice = Voice { words, style };
    let happened = match (seen.up, seen.exit, &seen.answer) {
        (true, ..) if seen.unreadable.is_empty() => return String::new(),
        (true, ..) => message!("report-cant-read", service = service),
        (false, _, Some(_)) => message!("report-not-serving", service = service),
        (false, Some(exit), None) => message!("report-has-ended", service = service, exit = exit),
        (false, None, None) => message!("report-trouble-down-learner", service = service),
    };
    let mut page = Page::new(style);
    let line = Sign::Failed.line(style).push(&voice.say(&happened), Paint::Bold);
    page.line(2, Sign::Failed.hang(style) + 2, &line);
    let mut facts = Vec::new();
    if let Some(answer) = &seen.answer {
        facts.push(Fact::labelled(voice.selector("answer"), &voice.shown(answer)));
    }
    if let Some(found) = &seen.listens {
        facts.push(Fact::labelled(voice.selector("listens"), &listens(&found.join(", "), voice)));
    }
    let log = clean::text(seen.log.trim_end());
    let lines: Vec<&str> = log.lines().collect();
    let last: Vec<Line> = lines[lines.len().saturating_sub(LOG_LINES)..].iter().map(|line| Line::plain(line)).collect();
    if !seen.up && !last.is_empty() {
        facts.push(Fact::Labelled { label: voice.selector("log"), lines: last });
    }
    let commands = readable(&seen.unreadable);
    let again = format!("lab restart {service}");
    let tries = commands.lines().map(clean::line).chain([again]).map(|command| Line::plain(&command)).collect();
    facts.push(Fact::Labelled { label: voice.say(&message!("report-try")), lines: tries });
    block::write(&mut page, 4, &facts, voice);
    page.finish()
}
