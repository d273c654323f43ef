//! What a report tells of one check, as plain text: the same words as on a
//! terminal, for the forms that have a field for them.

use super::block::{self, Fact};
use super::page::{Line, Page};
use super::signs::Style;
use super::voice::Voice;
use super::{clean, failure, fault, outcome};
use crate::outcome::Outcome;
use crate::verdict::{CheckResult, Verdict};
use std::time::SystemTime;

/// All that explains a verdict; nothing where it passed.
pub(super) fn facts(result: &CheckResult, voice: Voice) -> Vec<Fact> {
    let sentence = |text: &str| Fact::Sentence(Line::plain(text));
    match &result.verdict {
        Verdict::Passed if result.unread.is_empty() || result.is_hidden() => Vec::new(),
        Verdict::Passed => {
            vec![sentence(&voice.say(&message!("report-unread", what = voice.shown(&result.unread.join(", ")))))]
        }
        Verdict::Failed(_) if result.is_hidden() => vec![failure::hidden(voice)],
        Verdict::Failed(failure) => failure::facts(failure, voice),
        Verdict::Blocked { .. } => vec![sentence(&reason(result, voice))],
        Verdict::Unavailable { .. } => {
            vec![sentence(&reason(result, voice)), sentence(&voice.say(&message!("report-unavailable-points")))]
        }
        Verdict::Error { fault } => {
            let said = [reason(result, voice), voice.say(&message!("report-not-your-fault"))];
            said.iter().map(|text| sentence(text)).chain(fault::facts(fault, voice)).collect()
        }
    }
}

/// The same in lines of at most 80 columns; each ends in a newline.
pub(super) fn text(result: &CheckResult, voice: Voice) -> String {
    let style = Style::default();
    let voice = Voice { style: &style, ..voice };
    let mut page = Page::new(&style);
    block::write(&mut page, 0, &facts(result, voice), voice);
    page.finish()
}

/// In one line why it isn't passed; nothing where it is.
pub(super) fn reason(result: &CheckResult, voice: Voice) -> String {
    clean::line(&match &result.verdict {
        Verdict::Passed => String::new(),
        Verdict::Failed(_) => requirement(result, voice),
        Verdict::Blocked { .. } => outcome::remark(result, voice),
        Verdict::Unavailable { why } => voice.say(why),
        Verdict::Error { fault } => voice.fault(fault),
    })
}

pub(super) fn requirement(result: &CheckResult, voice: Voice) -> String {
    clean::line(&voice.requirement(result))
}

pub(super) fn verdict(result: &CheckResult, voice: Voice) -> String {
    voice.say(&match result.verdict {
        Verdict::Passed => message!("format-passed"),
        Verdict::Failed(_) => message!("format-failed"),
        Verdict::Blocked { .. } => message!("format-waits"),
        Verdict::Unavailable { .. } => message!("report-unavailable-here"),
        Verdict::Error { .. } => message!("report-not-judged"),
    })
}

pub(super) fn points(result: &CheckResult) -> String {
    let points = outcome::points(result);
    format!("{}{}", points.earned, points.of)
}

pub(super) fn title(outcome: &Outcome, voice: Voice) -> String {
    clean::line(voice.text(&outcome.title))
}

/// `2026-11-22 18:19 UTC`; nothing where the time isn't known.
pub(super) fn when(time: Option<SystemTime>) -> Option<String> {
    let at = at(time)?;
    let (day, hours) = at.split_once('T')?;
    Some(format!("{day} {} UTC", hours.get(..5)?))
}

/// `2026-11-22T18:19:00Z`; nothing where the time isn't known.
pub(super) fn at(at: Option<SystemTime>) -> Option<String> {
    // A clock that stands before 1970 or after 9999 has no such form.
    let in_range = |at: &SystemTime| {
        at.duration_since(SystemTime::UNIX_EPOCH).is_ok_and(|since| since.as_secs() < 253_402_300_800)
    };
    at.filter(in_range).map(|at| humantime::format_rfc3339_seconds(at).to_string())
}

pub(super) fn judge(outcome: &Outcome, voice: Voice) -> Option<String> {
    judged_by(outcome, voice, usize::MAX)
}

/// The same with so much of the digests as people compare.
pub(super) fn judge_in_short(outcome: &Outcome, voice: Voice) -> Option<String> {
    judged_by(outcome, voice, "sha256:".len() + 12)
}

fn judged_by(outcome: &Outcome, voice: Voice, digits: usize) -> Option<String> {
    let judge = outcome.judge.as_ref()?;
    let short = |digest: &str| digest.chars().take(digits).collect::<String>();
    Some(voice.say(&message!(
        "report-judged-by",
        lab = outcome.lab.as_str(),
        version = outcome.version.as_str(),
        digest = short(&judge.digest),
        path = judge.path.as_str(),
        learner = judge.learner.as_str(),
        folder = short(&judge.folder_digest),
    )))
}
