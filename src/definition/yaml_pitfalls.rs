//! YAML's own traps, in their own words: what reads otherwise than it looks,
//! and what YAML's syntax errors mostly come from.

use super::diagnostic::Diagnostic;
use super::outline::{Kind, Node, Outline, first_line};
use super::serde_errors::is_null;
use granit_parser::{ErrorKind, ScalarStyle, ScanError};
use std::ops::Range;

/// Bytes before an error that are searched for its cause.
const LOOK_BACK: usize = 4096;

/// The traps that a readable file fell into.
pub(crate) fn find(outline: &Outline) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut is_key = vec![false; outline.nodes.len()];
    for node in &outline.nodes {
        if let Kind::Map { entries, .. } = &node.kind {
            for (key, _) in entries {
                is_key[*key] = true;
            }
        }
    }
    for (index, node) in outline.nodes.iter().enumerate() {
        match &node.kind {
            Kind::Scalar(text, ScalarStyle::Plain) => {
                found.extend(hash_after(outline, node));
                if !is_key[index] {
                    found.extend(plain(outline, index, text));
                }
            }
            // A regular expression's word boundary would be a backspace.
            Kind::Scalar(text, ScalarStyle::DoubleQuoted) if text.contains('\u{8}') => {
                found.push(escape(outline, &outline.underline(index), "\\b"));
            }
            Kind::Map { entries, flow: true } => found.extend(commas(outline, entries)),
            _ => {}
        }
    }
    found
}

/// `css #main`: a `#` after a space begins a comment.
fn hash_after(outline: &Outline, node: &Node) -> Option<Diagnostic> {
    let next = outline.comments.partition_point(|comment| comment.start < node.span.end);
    let comment = outline.comments.get(next)?;
    let between = outline.source.get(node.span.end..comment.start)?;
    // Of a missing value, the place is before its colon.
    let between = if node.span.is_empty() { between.trim_start_matches(':') } else { between };
    if !between.chars().all(|character| character == ' ' || character == '\t') {
        return None;
    }
    let text = outline.source.get(comment.clone())?;
    // A comment has a space after its `#`; a selector, a colour or an anchor hasn't.
    text[1..].starts_with(|first: char| !first.is_whitespace() && first != '#').then(|| hash(outline.source, comment))
}

fn hash(source: &str, comment: &Range<usize>) -> Diagnostic {
    let text = source.get(comment.clone()).unwrap_or_default();
    Diagnostic::new(comment.clone(), message!("trap-hash", text = text)).help(message!("trap-hash-help"))
}

/// Plain values that look like one thing and are another.
fn plain(outline: &Outline, index: usize, text: &str) -> Option<Diagnostic> {
    let here = || outline.underline(index);
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if ["yes", "no", "on", "off", "y", "n"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
        let truth =
            if ["yes", "on", "y"].iter().any(|word| text.eq_ignore_ascii_case(word)) { "true" } else { "false" };
        return Some(Diagnostic::new(here(), message!("trap-yes-no", text = text, truth = truth)));
    }
    if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Diagnostic::new(here(), message!("trap-leading-zero", text = text)));
    }
    let (whole, fraction) = digits.split_once('.')?;
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if number(whole) && number(fraction) && fraction.ends_with('0') && !compares(outline, index) {
        let short = text.trim_end_matches('0').trim_end_matches('.');
        return Some(Diagnostic::new(here(), message!("trap-trailing-zero", text = text, short = short)));
    }
    None
}

/// Whether a value stands where only a number can.
fn compares(outline: &Outline, index: usize) -> bool {
    let key = outline.key_of(index).map(|key| &outline.nodes[key].kind);
    matches!(key, Some(Kind::Scalar(key, _)) if matches!(key.as_ref(), "gt" | "gte" | "lt" | "lte"))
}

/// `{en: Hello, world}`: a comma ends an unquoted text in braces.
fn commas(outline: &Outline, entries: &[(usize, usize)]) -> Vec<Diagnostic> {
    let plain = |node: usize| match &outline.nodes[node].kind {
        Kind::Scalar(text, ScalarStyle::Plain) => Some(text.as_ref()),
        _ => None,
    };
    let mut found: Vec<Diagnostic> = Vec::new();
    // `a, b, c`: one text, one finding, which ends where its last part does.
    let mut text: Option<Range<usize>> = None;
    let mut cut = false;
    let mut end = |text: &Option<Range<usize>>, cut: bool| {
        if let (Some(text), true) = (text, cut) {
            let span = first_line(outline.source, text);
            let text = outline.source.get(span.clone()).unwrap_or_default();
            found.push(Diagnostic::new(span, message!("trap-comma", text = text)));
        }
    };
    for (key, value) in entries {
        let (key_span, value_node) = (&outline.nodes[*key].span, &outline.nodes[*value]);
        let no_value = value_node.span.is_empty()
            && plain(*value).is_some_and(|text| is_null(text, ScalarStyle::Plain))
            && !outline.source[key_span.end..].starts_with(':');
        match &mut text {
            Some(text) if no_value && plain(*key).is_some() => {
                text.end = key_span.end;
                cut = true;
            }
            _ => {
                end(&text, cut);
                text = plain(*value).filter(|text| !text.is_empty()).map(|_| value_node.span.clone());
                cut = false;
            }
        }
    }
    end(&text, cut);
    found
}

/// A file that YAML can't read: what most likely happened, and where.
pub(crate) fn of_scan_error(error: &ScanError, outline: &Outline) -> Diagnostic {
    let source = outline.source;
    let mut at = error.marker().byte_offset().unwrap_or(source.len()).min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    let here = word_at(source, at);
    match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => {
            let line = line_start(source, at);
            let tab = source[line..].find('\t').map_or(at, |tab| line + tab);
            Diagnostic::new(tab..tab + 1, message!("trap-tab"))
        }
        ErrorKind::UnknownQuotedScalarEscape => bad_escape(outline, at),
        ErrorKind::InvalidTrailingDoubleQuotedScalar
        | ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar
        | ErrorKind::UnclosedQuotedScalar => quotes(outline, at),
        ErrorKind::UnexpectedCharacter { character } => {
            let character = character.to_string();
            Diagnostic::new(here, message!("trap-first-character", character = character))
        }
        ErrorKind::PlainScalarStartsWithDashFlowIndicator => {
            Diagnostic::new(here, message!("trap-first-character", character = "-"))
        }
        ErrorKind::UnknownAnchor => Diagnostic::new(here, message!("unknown-alias")),
        ErrorKind::RecursionLimitExceeded => {
            Diagnostic::new(at..at, message!("too-deep", depth = super::serde_errors::MAX_DEPTH))
        }
        ErrorKind::MultipleDocumentsUnsupported => Diagnostic::new(here, message!("second-document")),
        kind => cut_by_hash(outline, at).unwrap_or_else(|| structure(kind, outline, at, here)),
    }
}

/// Errors of structure: colons, brackets, indentation.
fn structure(kind: &ErrorKind, outline: &Outline, at: usize, here: Range<usize>) -> Diagnostic {
    let source = outline.source;
    let line = line_start(source, at);
    let before = &source[line..at];
    if source[at..].starts_with(':') && before.contains(": ") {
        let message = match kind {
            ErrorKind::ExpectedFlowMappingSeparator => message!("trap-colon-in-braces"),
            _ => message!("trap-colon"),
        };
        return Diagnostic::new(at..at + 1, message).code("trap-colon");
    }
    let unclosed = |open: usize| {
        let bracket = if source[open..].starts_with('{') { '{' } else { '[' };
        let (text, close) = (bracket.to_string(), closing(bracket));
        Diagnostic::new(open..open + 1, message!("unclosed-bracket", open = text, close = close))
    };
    match kind {
        ErrorKind::UnclosedFlowCollection { .. } => unclosed(at),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            let (open, close, needed) = (open.to_string(), close.to_string(), closing(*open));
            Diagnostic::new(at..at + 1, message!("wrong-bracket", open = open, close = close, needed = needed))
        }
        ErrorKind::MisplacedFlowCollectionEnd => Diagnostic::new(here, message!("stray-bracket")),
        ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofImplicitFlowMapping => match open_bracket(outline) {
            // What follows on another line is no part of the brackets: their end is missing.
            Some(open) if source[open..at].contains('\n') => unclosed(open),
            _ => Diagnostic::new(here, message!("bracket-separator")),
        },
        ErrorKind::MappingValueNotAllowed
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::InvalidIndentation
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::ExpectedDocumentStart
        | ErrorKind::InvalidBlockScalarIndent => {
            let text = line + before.len() - before.trim_start().len();
            let text = if before.trim().is_empty() { at } else { text };
            Diagnostic::new(word_at(source, text), message!("bad-indent"))
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => Diagnostic::new(here, message!("key-expected")),
        other => Diagnostic::new(here, message!("bad-yaml", reason = other.to_string())),
    }
}

/// The innermost bracket that was still open when reading stopped.
fn open_bracket(outline: &Outline) -> Option<usize> {
    let mut node = outline.nodes.len().checked_sub(1)?;
    loop {
        let Node { span, parent, .. } = &outline.nodes[node];
        // An open container's span is still that of its beginning.
        if matches!(outline.source.get(span.clone()), Some("{" | "[")) {
            return Some(span.start);
        }
        node = (*parent)?;
    }
}

fn closing(open: char) -> &'static str {
    if open == '{' { "}" } else { "]" }
}

/// `\d` in double quotes: the marker stands somewhere in the text.
fn bad_escape(outline: &Outline, at: usize) -> Diagnostic {
    let source = outline.source;
    let line_end = source[at..].find('\n').map_or(source.len(), |end| at + end);
    let mut characters = source[at..line_end].char_indices();
    while let Some((offset, character)) = characters.next() {
        if character == '\\'
            && let Some((_, escaped)) = characters.next()
            && !"0abt\tnvfre \"/\\N_LPxuU".contains(escaped)
        {
            let span = at + offset..at + offset + 1 + escaped.len_utf8();
            let text = source[span.clone()].to_owned();
            return escape(outline, &span, &text);
        }
    }
    escape(outline, &word_at(source, at), "\\")
}

fn escape(outline: &Outline, span: &Range<usize>, text: &str) -> Diagnostic {
    let span = first_line(outline.source, span);
    Diagnostic::new(span, message!("trap-escape", text = text)).help(message!("trap-escape-help"))
}

/// A quote that isn't closed, or a text that goes on after its quotes: which
/// one, the opening quote's line tells.
fn quotes(outline: &Outline, at: usize) -> Diagnostic {
    let source = outline.source;
    let mut from = outline.nodes.last().map_or(0, |node| node.span.end).min(at);
    while let Some(open) = source[from..at].find(['"', '\'']).map(|open| from + open) {
        let quote = &source[open..=open];
        let close = closing_quote(source, open);
        if close.is_none_or(|close| close >= at || source[close + 1..at].trim().is_empty()) {
            let end = close.map_or(source.len(), |close| close + 1);
            // Closed on its own line, something follows it; else its end is missing.
            if close.is_some() && !source[open..end].contains('\n') {
                return Diagnostic::new(word_at(source, at), message!("text-after-quote"));
            }
            return Diagnostic::new(first_line(source, &(open..end)), message!("unclosed-quote", quote = quote));
        }
        from = close.map_or(at, |close| close + 1).min(at);
    }
    Diagnostic::new(word_at(source, at), message!("text-after-quote"))
}

fn closing_quote(source: &str, open: usize) -> Option<usize> {
    let double = source[open..].starts_with('"');
    let mut characters = source[open + 1..].char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if double => drop(characters.next()),
            '"' if double => return Some(open + 1 + at),
            '\'' if !double => match characters.peek() {
                Some((_, '\'')) => drop(characters.next()),
                _ => return Some(open + 1 + at),
            },
            _ => {}
        }
    }
    None
}

/// A ` #word` near the error, outside quotes, that cut something off.
fn cut_by_hash(outline: &Outline, at: usize) -> Option<Diagnostic> {
    let source = outline.source;
    let last = outline.nodes.last().map_or(0, |node| node.span.start);
    let mut from = last.min(at).max(at.saturating_sub(LOOK_BACK));
    while !source.is_char_boundary(from) {
        from -= 1;
    }
    let end = source[at..].find('\n').map_or(source.len(), |end| at + end);
    let mut start = line_start(source, from);
    for line in source[start..end].split('\n') {
        let mut quote = None;
        let mut previous = '\n';
        for (offset, character) in line.char_indices() {
            match character {
                _ if quote.is_some() => quote = quote.filter(|open| *open != character),
                // An apostrophe within a word opens nothing.
                '"' | '\'' if !previous.is_alphanumeric() => quote = Some(character),
                '#' if previous == ' ' && !line[..offset].trim().is_empty() => {
                    let rest = &line[offset + 1..];
                    if rest.starts_with(|first: char| !first.is_whitespace() && first != '#') {
                        return Some(hash(source, &(start + offset..start + line.trim_end().len())));
                    }
                    break;
                }
                _ => {}
            }
            previous = character;
        }
        start += line.len() + 1;
    }
    None
}

fn line_start(source: &str, at: usize) -> usize {
    source[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn word_at(source: &str, at: usize) -> Range<usize> {
    let rest = &source[at..];
    let word = rest.find([' ', '\n', '\t', '\r']).unwrap_or(rest.len());
    // At a line's end there is nothing to underline but the place.
    at..at + word
}
