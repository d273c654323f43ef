//! Writing to the two streams. A reader that went away is no error.

use super::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::i18n::Words;
use crate::message;
use crate::message::Message;
use crate::report::{Style, clean, diagnostics, fault};
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
    if let Some(found) = &error.diagnostics {
        stderr(&diagnostics::render(found, &context.words, style.colour, style.text_width()));
        return;
    }
    if error.exit == Exit::Interrupted {
        stderr(&format!("{}\n", context.words.say(&error.message)));
        return;
    }
    let hints: Vec<String> = error.hints.iter().map(|hint| context.words.say(hint)).collect();
    if error.exit == Exit::Fault {
        let consequence = if judges { message!("report-nothing-judged") } else { message!("report-not-your-fault") };
        stderr(&fault::screen(&error.message, &consequence, &error.details, &hints, &context.words, &style));
        return;
    }
    plain_error(&context.words, &style, &error.message, None);
    for (name, text) in &error.details {
        stderr(&format!("  {}: {}\n", context.words.say(name), clean::text(text)));
    }
    for hint in hints {
        stderr(&format!("  → {hint}\n"));
    }
}

/// An error without details.
pub(super) fn plain_error(words: &Words, style: &Style, message: &Message, hint: Option<&Message>) {
    let sign = crate::report::Sign::Failed.text(style);
    stderr(&format!("{sign} {}\n", clean::text(&words.say(message))));
    if let Some(hint) = hint {
        stderr(&format!("  → {}\n", clean::text(&words.say(hint))));
    }
}
