//! Writing to the two streams. A reader that went away is no error.

use super::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::i18n::Words;
use crate::message;
use crate::message::Message;
use crate::report::page::{Line, Page, columns};
use crate::report::signs::{Paint, ascii};
use crate::report::voice::Voice;
use crate::report::{Sign, Style, diagnostics, fault};
use std::io::Write;

/// Writes to standard output.
pub(super) fn stdout(text: &str) {
    let mut stream = std::io::stdout().lock();
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// Writes to standard error.
pub(super) fn stderr(text: &str) {
    let mut stream = std::io::stderr().lock();
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// One error in the reader's words, with its details and the next step.
/// `judges`: whether the command was to judge something, and hasn't.
pub(super) fn error(context: &Context, error: &Error, judges: bool) {
    let style = context.surroundings.stderr_style();
    if !error.diagnostics.is_empty() {
        for found in &error.diagnostics {
            stderr(&diagnostics::render(found, &context.words, style.colour, style.text_width()));
        }
        return;
    }
    if error.exit == Exit::Interrupted {
        stderr(&format!("{}\n", own(&context.words.say(&error.message), &style)));
        return;
    }
    let hints: Vec<String> = error.hints.iter().map(|hint| context.words.say(hint)).collect();
    if error.exit == Exit::Fault {
        let consequence = if judges { message!("report-nothing-judged") } else { message!("report-not-your-fault") };
        stderr(&fault::screen(&error.message, &consequence, &error.details, &hints, &context.words, &style));
        return;
    }
    let mut page = headline(&context.words, &style, &error.message);
    for (name, text) in &error.details {
        page.line(2, 2, &Line::plain(&format!("{}: {text}", context.words.say(name))));
    }
    hints_below(&mut page, &style, &hints);
    stderr(&page.finish());
}

/// An error without details.
pub(super) fn plain_error(words: &Words, style: &Style, message: &Message, hint: &Message) {
    let mut page = headline(words, style, message);
    hints_below(&mut page, style, &[words.say(hint)]);
    stderr(&page.finish());
}

fn headline<'a>(words: &Words, style: &'a Style, message: &Message) -> Page<'a> {
    let sign = Sign::Failed.text(style);
    let line = Line::default().push(sign, Sign::Failed.paint()).push(" ", Paint::Plain);
    let mut page = Page::new(style);
    page.line(0, columns(sign) + 1, &line.push(&Voice { words, style }.say(message), Paint::Plain));
    page
}

/// What to do next, below what happened.
fn hints_below(page: &mut Page, style: &Style, hints: &[String]) {
    for hint in hints {
        page.line(2, columns(&own("→ ", style)), &Line::plain(&own(&format!("→ {hint}"), style)));
    }
}

/// A text of ours with the marks that the reader's terminal can show.
pub(super) fn own(text: &str, style: &Style) -> String {
    if style.unicode { text.to_owned() } else { ascii(text) }
}
