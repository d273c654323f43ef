//! What an action came to, in words.

use super::block::{self, Fact};
use super::failure::{self, INDENT, evidence};
use super::page::Page;
use super::signs::{Paint, Sign, Style};
use super::voice::Voice;
use crate::grade::Acted;
use crate::i18n::Words;
use crate::verdict::Verdict;

pub(crate) fn action(name: &str, acted: &Acted, words: &Words, style: &Style) -> String {
    let voice = Voice { words, style };
    let took = voice.duration(acted.took);
    let (sign, said) = match &acted.verdict {
        Verdict::Passed => (Sign::Passed, voice.say(&message!("action-done", took = took))),
        Verdict::Failed(_) | Verdict::Blocked { .. } => (Sign::Failed, voice.say(&message!("action-not-done"))),
        Verdict::Unavailable { why } => (Sign::Unavailable, voice.say(why)),
        Verdict::Error { fault } => (Sign::Fault, voice.fault(fault)),
    };
    let mut page = Page::new(style);
    page.line(0, sign.hang(style), &sign.line(style).push(name, Paint::Bold).part(&said, voice.dot()));
    let facts = facts(acted, voice);
    if !facts.is_empty() {
        page.blank();
        block::write(&mut page, INDENT, &facts, voice);
    }
    page.finish()
}

fn facts(acted: &Acted, voice: Voice) -> Vec<Fact> {
    match &acted.verdict {
        Verdict::Failed(failure) => failure::facts(failure, voice),
        Verdict::Passed => {
            let asked = Fact::labelled(voice.say(&message!("report-asked")), &voice.shown(&acted.asked));
            let told = acted.told.iter().filter_map(|(name, text)| evidence(name, text, voice));
            Some(asked).filter(|_| !acted.asked.is_empty()).into_iter().chain(told).collect()
        }
        Verdict::Error { .. } => {
            vec![Fact::labelled(voice.say(&message!("report-do-this")), "lab status · lab logs · lab doctor")]
        }
        Verdict::Blocked { .. } | Verdict::Unavailable { .. } => Vec::new(),
    }
}
