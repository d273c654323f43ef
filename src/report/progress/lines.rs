//! What goes on, part by part, as lines: pure, so that its tests need neither
//! a terminal nor time.

use super::super::clean;
use super::super::page::{Line, Page, columns, padded};
use super::super::signs::{Paint, Sign, Style};
use super::super::voice::Voice;
use crate::event::{Doing, Event, Finished};
use crate::i18n::Words;
use crate::verdict::CheckResult;
use std::time::Duration;

/// A line that hasn't changed is said again after this, so that nobody
/// watches a silent log.
const AGAIN: Duration = Duration::from_secs(10);
/// A check that took this long gets a line of its own on a log.
const SLOW: Duration = Duration::from_secs(2);
/// Columns for a part's name at the least, so that lines rarely move sideways.
const NAME: usize = 8;

pub(super) struct Lines {
    words: Words,
    style: Style,
    parts: Vec<ProgressLine>,
}

struct ProgressLine {
    name: String,
    busy: Busy,
    /// When the last event about it came.
    since: Duration,
    /// When it was last said on a log.
    said: Duration,
    /// Whether it was ever said on a log.
    mentioned: bool,
}

enum Busy {
    Doing(Doing),
    Check,
}

impl Lines {
    pub(super) fn new(words: Words, style: Style) -> Self {
        Self { words, style, parts: Vec::new() }
    }

    fn voice(&self) -> Voice<'_> {
        Voice { words: &self.words, style: &self.style }
    }

    /// Records an event; returns the lines that a log gets for it.
    pub(super) fn event(&mut self, event: &Event, now: Duration) -> Vec<String> {
        match event {
            Event::Progress { part, doing } => self.progress(part, doing, now).into_iter().collect(),
            Event::Done { part, how } => self.done(part, how).into_iter().collect(),
            Event::CheckStarted(id) => {
                self.replace(ProgressLine {
                    name: id.as_str().to_owned(),
                    busy: Busy::Check,
                    since: now,
                    said: now,
                    mentioned: false,
                });
                Vec::new()
            }
            Event::CheckDone(result) => {
                let mentioned = self.forget(result.id.as_str());
                // The report will say it all; a log needs only what took time.
                let says = mentioned || result.took >= SLOW;
                says.then(|| self.check_done(result)).into_iter().collect()
            }
            Event::RoomReady { took } => {
                let took = self.voice().duration(*took);
                vec![self.line(&Line::plain(&self.voice().say(&message!("report-room-ready", took = took))))]
            }
            Event::Notice(_) => self.notice(event).into_iter().collect(),
            Event::Finished(_) => {
                self.parts.clear();
                Vec::new()
            }
        }
    }

    /// What stays on a terminal too, above what moves.
    pub(super) fn notice(&self, event: &Event) -> Option<String> {
        let Event::Notice(message) = event else { return None };
        Some(self.line(&Line::plain(&self.voice().say(message))))
    }

    /// What a log gets when time passes: what has gone on for long, said again.
    pub(super) fn tick(&mut self, now: Duration) -> Vec<String> {
        let mut lines = Vec::new();
        for at in 0..self.parts.len() {
            if now.saturating_sub(self.parts[at].said) >= AGAIN {
                self.parts[at].said = now;
                self.parts[at].mentioned = true;
                lines.push(self.log_line(&self.parts[at], now));
            }
        }
        lines
    }

    /// Every part's line for a terminal: its name and the whole line.
    pub(super) fn moving(&self, now: Duration) -> Vec<(String, String)> {
        let width = self.parts.iter().map(|part| columns(&clean::line(&part.name))).max().unwrap_or_default();
        self.parts
            .iter()
            .map(|part| {
                let name = padded(&clean::line(&part.name), width.max(NAME));
                let text = clean::line(&self.text(part, now));
                (part.name.clone(), format!("{}  {text}", Paint::Bold.on(&name, &self.style)))
            })
            .collect()
    }

    fn progress(&mut self, name: &str, doing: &Doing, now: Duration) -> Option<String> {
        let old = self.parts.iter().find(|part| part.name == name);
        // Starts and removals are over soon; a log needs no line for each.
        let brief = matches!(doing, Doing::Starting | Doing::Removing | Doing::Judging { .. });
        let news = !old.is_some_and(|old| matches!(&old.busy, Busy::Doing(old) if is_same_step(old, doing)));
        let said = old.map_or(now, |old| old.said);
        let say = (news && !brief) || now.saturating_sub(said) >= AGAIN;
        let mentioned = say || old.is_some_and(|old| old.mentioned);
        let said = if say { now } else { said };
        let part =
            ProgressLine { name: name.to_owned(), busy: Busy::Doing(doing.clone()), since: now, said, mentioned };
        let line = say.then(|| self.log_line(&part, now));
        self.replace(part);
        line
    }

    fn done(&mut self, name: &str, how: &Finished) -> Option<String> {
        let mentioned = self.forget(name);
        let voice = self.voice();
        let how = match how {
            // What took no time to speak of needs no line.
            Finished::Started => return None,
            Finished::Image { kept: true } | Finished::Removed if !mentioned => return None,
            Finished::Image { kept: true } => voice.say(&message!("report-image-kept")),
            Finished::Image { kept: false } => voice.say(&message!("report-image-ready")),
            Finished::Ready { took } => voice.say(&message!("report-ready", took = voice.duration(*took))),
            Finished::Removed => voice.say(&message!("report-removed")),
            Finished::Judged { tally, took } => voice.joined(&[voice.tally(tally), voice.duration(*took)]),
        };
        Some(self.named(name, &how))
    }

    fn check_done(&self, result: &CheckResult) -> String {
        let sign = Sign::of(&result.verdict);
        let voice = self.voice();
        let said = voice.joined(&[result.id.as_str().to_owned(), voice.duration(result.took)]);
        self.line(&sign.line(&self.style).push(&said, Paint::Plain))
    }

    fn replace(&mut self, part: ProgressLine) {
        match self.parts.iter_mut().find(|old| old.name == part.name) {
            Some(old) => *old = part,
            None => self.parts.push(part),
        }
    }

    fn forget(&mut self, name: &str) -> bool {
        let known = self.parts.iter().position(|part| part.name == name);
        known.is_some_and(|at| self.parts.remove(at).mentioned)
    }

    fn log_line(&self, part: &ProgressLine, now: Duration) -> String {
        self.named(&part.name, &self.text(part, now))
    }

    fn named(&self, name: &str, text: &str) -> String {
        let name = padded(&clean::line(name), NAME);
        self.line(&Line::default().push(&name, Paint::Bold).push("  ", Paint::Plain).push(text, Paint::Plain))
    }

    fn line(&self, line: &Line) -> String {
        let mut page = Page::new(&self.style);
        page.raw(0, line);
        page.finish()
    }

    fn text(&self, part: &ProgressLine, now: Duration) -> String {
        let voice = self.voice();
        let more = now.saturating_sub(part.since);
        let doing = match &part.busy {
            Busy::Check => {
                return voice.joined(&[voice.say(&message!("report-checking")), voice.duration(more)]);
            }
            Busy::Doing(doing) => doing,
        };
        match doing {
            Doing::Pulling { image, bytes, total } => {
                let so_far = match total {
                    0 => voice.bytes(*bytes),
                    total => voice.say(&message!("report-of", part = voice.bytes(*bytes), whole = voice.bytes(*total))),
                };
                voice.joined(&[voice.say(&message!("report-pulling", image = image)), so_far])
            }
            Doing::Building { step, steps, line, elapsed } => {
                let elapsed = voice.duration(*elapsed + more);
                voice.joined(&[
                    voice.say(&message!("report-building")),
                    voice.say(&message!("report-step", step = *step, steps = *steps)),
                    clean::line(line),
                    voice.say(&message!("report-once-only", elapsed = elapsed)),
                ])
            }
            Doing::Starting => voice.say(&message!("report-starting")),
            Doing::Removing => voice.say(&message!("report-removing")),
            Doing::Judging { check: None, .. } => voice.say(&message!("proof-room")),
            Doing::Judging { check: Some(check), done, of } => {
                let so_far = voice.say(&message!("proof-so-far", done = *done, of = *of));
                voice.joined(&[so_far, check.to_string(), voice.duration(more)])
            }
            Doing::Waiting { asked, tries, answer, elapsed, limit } => {
                let elapsed = voice.duration((*elapsed + more).min(*limit));
                voice.joined(&[
                    voice.say(&message!("report-waiting-for", asked = clean::line(asked))),
                    voice.ordinal(*tries),
                    clean::line(answer),
                    voice.say(&message!("report-of", part = elapsed, whole = voice.duration(*limit))),
                ])
            }
        }
    }
}

/// Whether an event only says how far the same step has got.
fn is_same_step(old: &Doing, new: &Doing) -> bool {
    match (old, new) {
        (Doing::Pulling { image: old, .. }, Doing::Pulling { image: new, .. })
        | (Doing::Waiting { asked: old, .. }, Doing::Waiting { asked: new, .. }) => old == new,
        (Doing::Building { step: old, .. }, Doing::Building { step: new, .. }) => old == new,
        (Doing::Starting, Doing::Starting)
        | (Doing::Removing, Doing::Removing)
        | (Doing::Judging { .. }, Doing::Judging { .. }) => true,
        _ => false,
    }
}
