//! The outcome of `lab check` on a terminal, red or green.

use super::failure;
use super::fault;
use super::page::{Line, Page, Points, Wide};
use super::signs::{Paint, Sign, Style};
use super::voice::Voice;
use crate::definition::model::Tier;
use crate::i18n::Words;
use crate::message::Message;
use crate::outcome::ToRead;
use crate::outcome::{Outcome, RunScope, Tally, TaskOutcome};
use crate::verdict::{CheckResult, Verdict};
use std::time::{Duration, SystemTime};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Extra<'a> {
    /// How long the clean room took, if one was made.
    pub(crate) room: Option<Duration>,
    /// What comes after a green run (default: by the tasks to come).
    pub(crate) next: Option<Next>,
    /// An unscored page that is left to read when every core task is passed.
    pub(crate) page: Option<&'a str>,
    pub(crate) hints: &'a [ToRead],
    /// When it was judged, by this machine's clock.
    pub(crate) at: Option<SystemTime>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The next task: `lab task`.
    Task,
    /// Every core task is passed: another lab, `lab list`.
    Lab,
    /// The current task's verdict: `lab check`.
    Check,
}

pub(crate) fn outcome(outcome: &Outcome, words: &Words, style: &Style, extra: Extra<'_>) -> String {
    let voice = Voice { words, style };
    let mut page = Page::new(style);
    let about = if let Some(took) = extra.room {
        voice.say(&message!("report-room-ready", took = voice.duration(took)))
    } else {
        let when = super::told::when(extra.at).unwrap_or_default();
        voice.joined(&[voice.text(&outcome.title).to_owned(), when])
    };
    let head = Line::default().push(outcome.lab.as_str(), Paint::Bold).push(voice.dot(), Paint::Plain);
    page.line(0, 2, &head.push(&about, Paint::Plain));
    if let Some(judge) = super::told::judge_in_short(outcome, voice) {
        page.line(2, 2, &Line::default().push(&judge, Paint::Dim));
    }
    if outcome.tally.all_passed() {
        sums(&mut page, outcome, voice);
        unavailable(&mut page, outcome, voice);
        unread(&mut page, outcome, voice);
        page.blank();
        green(&mut page, outcome, voice, extra);
        return page.finish();
    }
    page.blank();
    rows(&mut page, outcome, voice);
    for result in outcome.results() {
        if let Verdict::Failed(failure) = &result.verdict {
            page.blank();
            let hint = extra.hints.iter().find(|hint| hint.check == result.id);
            failure::write(&mut page, result, failure, hint, voice);
        }
    }
    fault::write(&mut page, &outcome.results().collect::<Vec<_>>(), voice);
    unavailable(&mut page, outcome, voice);
    unread(&mut page, outcome, voice);
    page.blank();
    page.line(0, 0, &summed_up(outcome, Paint::Bold, voice));
    page.finish()
}

fn rows(page: &mut Page, outcome: &Outcome, voice: Voice) {
    let of_tasks = outcome.tasks.iter().map(|task| sum(&task.tally));
    let wide = of_tasks.chain(outcome.results().map(points)).fold(Wide::default(), |wide, next| wide.and(&next));
    for task in &outcome.tasks {
        let mut name = Line::default().push(task.id.as_str(), Paint::Bold);
        if task.tier == Tier::Bonus {
            name = name.push(voice.dot(), Paint::Dim).push(&voice.say(&message!("report-bonus")), Paint::Dim);
        }
        page.row(2, None, &name, "", &sum(&task.tally), wide);
        for result in &task.results {
            let must = Line::plain(&voice.requirement(result));
            page.row(4, Some(Sign::of(&result.verdict)), &must, &remark(result, voice), &points(result), wide);
        }
    }
}

/// `3/5`; nothing where nothing counts, or nothing was judged.
pub(super) fn sum(tally: &Tally) -> Points {
    if tally.total == 0 || !tally.judged_any() {
        return Points { earned: String::new(), of: String::new() };
    }
    Points { earned: tally.earned.to_string(), of: format!("/{}", tally.total) }
}

/// `2` where all were earned, `0/2` where none were.
pub(super) fn points(result: &CheckResult) -> Points {
    let counts = !result.only_needed;
    match &result.verdict {
        Verdict::Passed if counts => Points { earned: result.earned().to_string(), of: String::new() },
        Verdict::Failed(_) | Verdict::Blocked { .. } if counts => {
            Points { earned: result.earned().to_string(), of: format!("/{}", result.points) }
        }
        // An error earned nothing, and a zero would look like a loss.
        _ => Points { earned: String::new(), of: String::new() },
    }
}

pub(super) fn remark(result: &CheckResult, voice: Voice) -> String {
    let message = match &result.verdict {
        Verdict::Blocked { on } => message!("report-waits-on", check = on.as_str()),
        Verdict::Unavailable { .. } => message!("report-unavailable-here"),
        Verdict::Error { .. } => message!("report-not-judged"),
        Verdict::Passed | Verdict::Failed(_) if result.only_needed => message!("report-not-counted"),
        Verdict::Passed | Verdict::Failed(_) => return String::new(),
    };
    voice.say(&message)
}

/// `publish 5/5 · caching 4/4`, on as many lines as that takes.
fn sums(page: &mut Page, outcome: &Outcome, voice: Voice) {
    let of = |task: &TaskOutcome| format!("{} {}/{}", task.id, task.tally.earned, task.tally.total);
    let counted = outcome.tasks.iter().filter(|task| task.tally.total > 0);
    let mut line = String::new();
    for part in counted.map(of) {
        let longer = voice.joined(&[line.clone(), part.clone()]);
        if !line.is_empty() && super::page::columns(&longer) + 2 > voice.style.text_width() {
            page.line(2, 0, &Line::plain(&line));
            line = part;
        } else {
            line = longer;
        }
    }
    if !line.is_empty() {
        page.line(2, 0, &Line::plain(&line));
    }
}

/// `8 of 21 points · 9 passed, 1 failed · 4.2 s`, for other forms than a screen.
pub(super) fn sum_up(outcome: &Outcome, voice: Voice) -> String {
    summed_up(outcome, Paint::Plain, voice).text()
}

fn summed_up(outcome: &Outcome, paint: Paint, voice: Voice) -> Line {
    let line = verdicts(Line::default().whole(&score(outcome, voice), paint), &outcome.tally, voice);
    let end = [to_come(outcome, voice), voice.duration(outcome.took)];
    end.iter().fold(line, |line, part| line.part(part, voice.dot()))
}

/// What this machine lacks, each reason once.
fn unavailable(page: &mut Page, outcome: &Outcome, voice: Voice) {
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for result in outcome.results() {
        let Verdict::Unavailable { why } = &result.verdict else { continue };
        let why = voice.say(why);
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, checks)) => checks.push(result.id.as_str()),
            None => reasons.push((why, vec![result.id.as_str()])),
        }
    }
    for (why, checks) in reasons {
        page.blank();
        let said = voice.joined(&[checks.join(", "), voice.say(&message!("report-unavailable-points"))]);
        let line = Sign::Unavailable.line(voice.style).push(&said, Paint::Plain);
        page.line(0, Sign::Unavailable.hang(voice.style), &line);
        page.line(failure::INDENT, 0, &Line::plain(&why));
    }
}

/// What couldn't be judged beside what passed.
fn unread(page: &mut Page, outcome: &Outcome, voice: Voice) {
    for result in outcome.results().filter(|result| result.verdict == Verdict::Passed) {
        let facts = super::told::facts(result, voice);
        if !facts.is_empty() {
            page.blank();
            failure::headline(page, Sign::Passed, result, "", voice);
            super::block::write(page, failure::INDENT, &facts, voice);
        }
    }
}

fn green(page: &mut Page, outcome: &Outcome, voice: Voice, extra: Extra<'_>) {
    let hints = voice.say(&message!("report-hints-used", count = outcome.hints_read));
    let took = voice.duration(outcome.took);
    let score = score(outcome, voice);
    let line = match &outcome.scope {
        RunScope::All => {
            let all = voice.say(&message!("report-points-in", points = score, took = took));
            Line::default().whole(&all, Paint::Green).part(&hints, ",")
        }
        RunScope::UpTo(_) | RunScope::Named(_) => Line::default()
            .whole(&score, Paint::Green)
            .part(&to_come(outcome, voice), voice.dot())
            .part(&took, voice.dot()),
    };
    page.line(0, 0, &line);
    let next = match (extra.next, &outcome.scope) {
        (Some(next), _) => next,
        (None, RunScope::Named(_)) => Next::Check,
        (None, RunScope::UpTo(_)) if outcome.to_come > 0 => Next::Task,
        (None, RunScope::UpTo(_) | RunScope::All) => Next::Lab,
    };
    let next = voice.say(&match next {
        Next::Task => message!("report-next-task"),
        Next::Lab => all_passed(extra.page),
        Next::Check => message!("report-next-check"),
    });
    page.line(0, 2, &Line::plain(&next));
}

/// What is left when every core task is passed.
pub(crate) fn all_passed(page: Option<&str>) -> Message {
    match page {
        Some(page) => message!("report-next-page", page = page),
        None => message!("report-next-lab"),
    }
}

/// `8 of 21 points`, or those of the current task: `3 of 5 points in publish`.
/// `21 of 49 points so far` where something couldn't be judged; nothing where nothing was.
fn score(outcome: &Outcome, voice: Voice) -> String {
    let of = |tally: &Tally| {
        let points = voice.say(&message!("report-points-of", earned = tally.earned, total = tally.total));
        if outcome.tally.unfinished() { voice.say(&message!("report-points-so-far", points = points)) } else { points }
    };
    let current = match &outcome.scope {
        RunScope::UpTo(current) => outcome.tasks.iter().find(|task| task.id == *current),
        RunScope::All | RunScope::Named(_) => None,
    };
    match current {
        _ if sum(current.map_or(&outcome.tally, |task| &task.tally)).of.is_empty() => String::new(),
        Some(task) => voice.say(&message!("report-points-in-task", points = of(&task.tally), task = task.id.as_str())),
        None => of(&outcome.tally),
    }
}

/// `… · 9 passed, 1 failed, 3 wait`
fn verdicts(line: Line, tally: &Tally, voice: Voice) -> Line {
    voice
        .counted(tally)
        .into_iter()
        .enumerate()
        .fold(line, |line, (number, said)| line.part(&said, if number == 0 { voice.dot() } else { "," }))
}

fn to_come(outcome: &Outcome, voice: Voice) -> String {
    if outcome.to_come == 0 {
        return String::new();
    }
    voice.say(&message!("report-to-come", count = outcome.to_come))
}
