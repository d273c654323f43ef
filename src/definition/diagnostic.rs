//! What is wrong with a lab file, and where: plain data. `report::diagnostics`
//! shows it.

use crate::message::{Arg, Message};
use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// The rule, in kebab-case: `unknown-check`.
    pub code: Cow<'static, str>,
    pub(crate) message: Message,
    /// The bytes of the file that are meant.
    pub(crate) span: Range<usize>,
    /// The line of the span's start, from 1.
    pub line: usize,
    /// The column of the span's start in characters, from 1.
    pub column: usize,
    pub(crate) label: Option<Message>,
    pub(crate) help: Option<Message>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostics {
    pub(crate) file: PathBuf,
    pub(crate) source: Arc<str>,
    /// What was found; never empty.
    pub found: Vec<Diagnostic>,
    /// How many more there are than are listed.
    pub more: usize,
}

/// Diagnostics that are kept of one file: more help nobody, and a hostile file
/// can have a hundred thousand.
const MOST: usize = 200;

/// Characters that a message quotes of a file.
const QUOTED: usize = 80;

impl Diagnostic {
    /// A diagnostic whose code is its message's id. [`Diagnostics::new`] gives
    /// it its line and column.
    pub(crate) fn new(span: Range<usize>, message: Message) -> Self {
        Self { code: message.id.clone(), message, span, line: 0, column: 0, label: None, help: None }
    }

    /// The same under another code, for messages that share a rule.
    pub(crate) fn code(mut self, code: &'static str) -> Self {
        self.code = Cow::Borrowed(code);
        self
    }

    pub(crate) fn label(mut self, label: Message) -> Self {
        self.label = Some(label);
        self
    }

    pub(crate) fn help(mut self, help: Message) -> Self {
        self.help = Some(help);
        self
    }

    pub(crate) fn near(mut self, near: &str) -> Self {
        if !near.is_empty() {
            self.help = Some(message!("did-you-mean", near = near));
        }
        self
    }
}

impl Diagnostics {
    /// Sorts what was found by place and gives each its line and column.
    pub(crate) fn new(file: &Path, source: &str, mut found: Vec<Diagnostic>) -> Self {
        for diagnostic in &mut found {
            diagnostic.span = inside(source, &diagnostic.span);
        }
        found.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
        let more = found.len().saturating_sub(MOST);
        found.truncate(MOST);
        // One pass over the text for all of them: they may stand on one line
        // of a mebibyte.
        let (mut line, mut column, mut at) = (1, 1, 0);
        for diagnostic in &mut found {
            for character in source[at..diagnostic.span.start].chars() {
                (line, column) = if character == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
            at = diagnostic.span.start;
            (diagnostic.line, diagnostic.column) = (line, column);
            let messages = [Some(&mut diagnostic.message), diagnostic.label.as_mut(), diagnostic.help.as_mut()];
            messages.into_iter().flatten().for_each(shorten);
        }
        Self { file: file.to_owned(), source: source.into(), found, more }
    }
}

fn shorten(message: &mut Message) {
    for (name, arg) in &mut message.args {
        match arg {
            // What may stand here is the program's own list.
            Arg::Text(text) if name != "keys" && name != "values" && name != "kinds" => {
                if let Some((cut, _)) = text.char_indices().nth(QUOTED) {
                    text.truncate(cut);
                    text.push('…');
                }
            }
            Arg::Message(message) => shorten(message),
            Arg::Text(_) | Arg::Said(_) | Arg::Number(_) => {}
        }
    }
}

/// The range, moved inside the text and onto the edges of its characters.
fn inside(source: &str, span: &Range<usize>) -> Range<usize> {
    let edge = |mut at: usize| {
        at = at.min(source.len());
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = edge(span.start);
    start..edge(span.end).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let at = |start: usize| Diagnostic::new(start..start + 1, message!("lab-empty"));
        let source = "é: 1\nb: é2\n";
        let found = Diagnostics::new(Path::new("x"), source, vec![at(11), at(0), at(99)]).found;
        let places: Vec<_> = found.iter().map(|found| (found.line, found.column)).collect();
        assert_eq!(places, [(1, 1), (2, 5), (3, 1)]);
    }

    #[test]
    fn a_span_never_cuts_a_character() {
        assert_eq!(inside("aé", &(2..3)), 1..3);
        assert_eq!(inside("aé", &Range { start: 9, end: 3 }), 3..3);
    }
}
