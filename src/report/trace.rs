//! A check's trace, for authors: where each probe stands in the lab's file, what
//! it saw, what each selector picked and how each matcher judged that.

use super::block::{self, Fact};
use super::clean;
use super::failure::INDENT;
use super::page::{Line, Page};
use super::signs::{Paint, Sign, Style};
use super::voice::Voice;
use crate::expect::Actual;
use crate::grade::trace::{Answer, Attempted, Looked, Weighed};
use crate::i18n::Words;
use serde_json::Value;

/// Lines of a text that are shown of one value.
const LINES: usize = 15;
/// Characters of a value that stands on one line.
const WIDE: usize = 300;

pub(crate) fn trace(seen: &[Attempted], file: &str, words: &Words, style: &Style) -> String {
    let voice = Voice { words, style };
    let mut page = Page::new(style);
    for attempted in seen {
        let place = format!("{file}:{}", attempted.line);
        let head = Line::default()
            .push(&voice.say(&message!("trace")), Paint::Dim)
            .push(" ", Paint::Plain)
            .push(attempted.check.as_str(), Paint::Bold)
            .part(&place, voice.dot());
        page.line(0, 2, &head);
        block::write(&mut page, INDENT, &facts(attempted, voice), voice);
        page.blank();
    }
    page.finish()
}

fn facts(attempted: &Attempted, voice: Voice) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (name, value) in &attempted.items {
        facts.push(Fact::labelled(name.clone(), &on_one_line(value)));
    }
    let asked = clean::text(&attempted.asked);
    let lines: Vec<Line> = asked.lines().map(Line::plain).collect();
    let often = voice.say(&message!("report-attempts", count = attempted.attempts));
    let took = voice.duration(attempted.took);
    facts.push(Fact::Labelled { label: voice.say(&message!("report-asked")), lines: cut(lines, voice) });
    facts.push(Fact::labelled(String::new(), &format!("{often}, {took}")));
    match &attempted.answer {
        Answer::Value { fields, headers, document } => {
            let headers = headers.iter().map(|(name, text)| (format!("header.{name}"), Value::from(text.as_str())));
            let own = fields.iter().map(|(name, value)| (name.clone(), value.clone()));
            for (name, value) in own.chain(headers) {
                facts.push(Fact::Labelled { label: name, lines: lines_of(&value, voice) });
            }
            // A body that is also a field was shown there.
            let twice = |document: &&String| fields.values().any(|value| value.as_str() == Some(document.as_str()));
            if let Some(document) = document.as_ref().filter(|document| !twice(document)) {
                let label = voice.say(&message!("trace-document"));
                facts.push(Fact::Labelled { label, lines: lines_of(&Value::from(document.as_str()), voice) });
            }
        }
        Answer::ProbeFailure(trouble) => {
            facts.push(Fact::labelled(voice.say(&message!("report-got")), &voice.trouble(trouble)));
        }
    }
    facts.extend(attempted.expect.iter().map(|looked| judged(looked, voice)));
    facts.extend(attempted.cel.iter().map(|weighed| condition(weighed, voice)));
    facts
}

/// `expect  $.links (line 212)`, what it picked, and each matcher with its sign.
fn judged(looked: &Looked, voice: Voice) -> Fact {
    let place = voice.say(&message!("trace-line", line = looked.line));
    let mut lines = vec![Line::plain(&looked.selector).push(&format!(" ({place})"), Paint::Dim)];
    let picked = match &looked.picked {
        Actual::Nothing => voice.say(&message!("report-nothing")),
        Actual::Value(value) => on_one_line(value),
        Actual::Several(values) => on_one_line(&Value::Array(values.clone())),
        Actual::Unreadable { format, reason } => {
            voice.say(&message!("report-unreadable", format = format, reason = reason))
        }
    };
    lines.push(Line::plain("→ ").push(&picked, Paint::Plain));
    for (matcher, holds) in &looked.matchers {
        let sign = if *holds { Sign::Passed } else { Sign::Failed };
        let said = voice.expected(&looked.selector, matcher);
        lines.push(sign.line(voice.style).push(&said, Paint::Plain));
    }
    Fact::Labelled { label: voice.say(&message!("report-expected")), lines }
}

fn condition(weighed: &Weighed, voice: Voice) -> Fact {
    let sign = match weighed.holds {
        Some(true) => Sign::Passed,
        Some(false) => Sign::Failed,
        None => Sign::Waits,
    };
    let line = sign.line(voice.style).push(&weighed.that, Paint::Plain);
    Fact::Labelled { label: "cel".to_owned(), lines: vec![line] }
}

/// A value as it is: a text's own lines, the first of them; all else as JSON.
fn lines_of(value: &Value, voice: Voice) -> Vec<Line> {
    let Value::String(text) = value else { return vec![Line::plain(&on_one_line(value))] };
    if text.is_empty() {
        return vec![Line::plain(&voice.say(&message!("report-empty")))];
    }
    cut(
        text.trim_end().lines().map(|line| Line::plain(&clean::visible(&clean::cut(line, WIDE), true))).collect(),
        voice,
    )
}

fn cut(mut lines: Vec<Line>, voice: Voice) -> Vec<Line> {
    let more = lines.len().saturating_sub(LINES);
    if more > 0 {
        lines.truncate(LINES);
        lines.push(Line::default().push(&voice.say(&message!("report-and-more", count = more)), Paint::Dim));
    }
    lines
}

fn on_one_line(value: &Value) -> String {
    clean::visible(&clean::cut(&value.to_string(), WIDE), true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::text::Language;
    use crate::expect::{Expect, Matcher};
    use serde_json::json;
    use std::time::Duration;

    fn matchers(yaml: &str) -> Vec<Matcher> {
        let expect: Expect = serde_yaml::from_str(yaml).unwrap();
        expect.0[0].matchers.value.clone()
    }

    fn seen() -> Vec<Attempted> {
        let page = "<!doctype html>\n<title>Links</title>\n".to_owned() + &"<p>\u{1b}[31mred\n".repeat(20);
        vec![Attempted {
            check: "home-page".parse().unwrap(),
            line: 212,
            items: json!({"each.page": "/about/"}).as_object().unwrap().clone(),
            asked: "GET http://site.web.localhost:3902/about/".to_owned(),
            attempts: 3,
            took: Duration::from_millis(12),
            answer: Answer::Value {
                fields: json!({"status": 200, "error": null, "size": 1234}).as_object().unwrap().clone(),
                headers: vec![("content-type".to_owned(), "text/html".to_owned())],
                document: Some(page),
            },
            expect: vec![
                Looked {
                    selector: "status".to_owned(),
                    line: 215,
                    picked: Actual::Value(json!(200)),
                    matchers: matchers("status: 200").into_iter().map(|matcher| (matcher, true)).collect(),
                },
                Looked {
                    selector: "css h1".to_owned(),
                    line: 216,
                    picked: Actual::Several(Vec::new()),
                    matchers: matchers("'css h1': {count: {gte: 1}, some: {contains: x}}")
                        .into_iter()
                        .map(|matcher| (matcher, false))
                        .collect(),
                },
            ],
            cel: Some(Weighed { that: "size < 500".to_owned(), holds: None }),
        }]
    }

    #[test]
    fn every_value_selector_and_matcher_is_shown() {
        for language in Language::ALL {
            let text = trace(&seen(), "lab.yaml", &Words::new(language), &Style::default());
            assert!(!text.contains('\u{1b}'), "a body's own sequences never reach a terminal");
            insta::assert_snapshot!(format!("trace-{}", language.code()), text);
        }
    }
}
