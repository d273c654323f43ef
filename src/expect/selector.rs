//! Selectors: which part of a probe's value an expectation looks at.

use super::observation::Observation;
use crate::message;
use crate::message::Message;
use serde_json::Value;
use serde_json_path::JsonPath;
use std::fmt;

/// Picks values out of a [`Observation`].
#[derive(Debug, Clone)]
pub(crate) struct Selector {
    text: String,
    kind: SelectorKind,
}

/// The forms of a selector.
#[derive(Debug, Clone)]
pub(crate) enum SelectorKind {
    /// `status`, `stdout`: one of the probe's own fields.
    Field,
    /// `header.x`: a response header, whatever its case.
    Header(String),
    /// `$…`: JSONPath (RFC 9535).
    Path {
        path: Box<JsonPath>,
        /// Whether it names at most one place (RFC 9535, 2.3.5.1).
        singular: bool,
    },
    /// `css …`: the text of each element that matches.
    Css(scraper::Selector),
    /// `links …`: the absolute URL of each link that matches.
    Links(scraper::Selector),
}

/// What a selector found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Hits {
    /// The form names one place: its value, if there is one.
    One(Option<Value>),
    /// The form can hit several places.
    Many(Vec<Value>),
}

/// The document isn't what the selector reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// What it should be.
    pub(crate) format: &'static str,
    /// What the parser said.
    pub(crate) reason: String,
}

/// Bytes that a selector may have. The longest of the shipped labs has a third.
const MAX_BYTES: usize = 1000;

/// Brackets within brackets. The parsers behind selectors read them by
/// recursion, and some try each level anew.
const MAX_DEPTH: usize = 8;

impl Selector {
    /// Reads a selector.
    pub(crate) fn parse(text: &str) -> Result<Self, Message> {
        let trimmed = text.trim();
        if trimmed.len() > MAX_BYTES {
            return Err(message!("selector-too-long", limit = MAX_BYTES));
        }
        if depth(trimmed) > MAX_DEPTH {
            return Err(message!("selector-too-deep", limit = MAX_DEPTH));
        }
        let css = |source: &str| {
            scraper::Selector::parse(source)
                .map_err(|error| message!("selector-bad-css", selector = source, reason = error.to_string()))
        };
        let kind = if trimmed.starts_with('$') {
            let path = JsonPath::parse(trimmed)
                .map_err(|error| message!("selector-bad-path", selector = trimmed, reason = error.to_string()))?;
            SelectorKind::Path { path: Box::new(path), singular: is_singular(trimmed) }
        } else if let Some(source) = trimmed.strip_prefix("css ") {
            SelectorKind::Css(css(source)?)
        } else if let Some(source) = trimmed.strip_prefix("links ") {
            SelectorKind::Links(css(source)?)
        } else if let Some(name) = trimmed.strip_prefix("header.") {
            SelectorKind::Header(name.to_ascii_lowercase())
        } else if trimmed == "css" || trimmed == "links" {
            return Err(message!("selector-cut-at-hash", selector = trimmed));
        } else {
            SelectorKind::Field
        };
        Ok(Self { text: trimmed.to_owned(), kind })
    }

    /// As the lab's author wrote it.
    #[must_use]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub(crate) fn kind(&self) -> &SelectorKind {
        &self.kind
    }

    pub(crate) fn pick(&self, seen: &Observation) -> Result<Hits, Unreadable> {
        Ok(match &self.kind {
            SelectorKind::Field => Hits::One(seen.field(&self.text).cloned()),
            SelectorKind::Header(name) => {
                let mut values: Vec<Value> = seen
                    .headers
                    .iter()
                    .filter(|(header, _)| header == name)
                    .map(|(_, value)| Value::String(value.clone()))
                    .collect();
                match values.len() {
                    0 | 1 => Hits::One(values.pop()),
                    _ => Hits::Many(values),
                }
            }
            SelectorKind::Path { path, singular } => {
                let data = super::document::read(seen.document.as_ref())?;
                let mut values: Vec<Value> = path.query(&data).all().into_iter().cloned().collect();
                if *singular { Hits::One(values.pop()) } else { Hits::Many(values) }
            }
            SelectorKind::Css(selector) => {
                let html = parse_html(seen);
                Hits::Many(
                    html.select(selector)
                        .map(|element| Value::String(visible_text(&element.text().collect::<String>())))
                        .collect(),
                )
            }
            SelectorKind::Links(selector) => {
                let html = parse_html(seen);
                let base = base_url(&html, seen);
                Hits::Many(
                    html.select(selector)
                        .filter_map(|element| {
                            let value = element.value();
                            ["href", "src", "data", "action", "poster"].iter().find_map(|name| value.attr(name))
                        })
                        .filter_map(|link| absolute(base.as_ref(), link))
                        .map(Value::String)
                        .collect(),
                )
            }
        })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// How deep brackets stand within brackets, a `!` counting as one: it nests,
/// too. Those in quotes count, which errs on the safe side only.
fn depth(text: &str) -> usize {
    let (mut depth, mut negations, mut deepest) = (0_usize, 0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'!' => negations += 1,
            b' ' => {}
            _ => negations = 0,
        }
        deepest = deepest.max(depth + negations);
    }
    deepest
}

/// Whether a JSONPath is a singular query: names and indices only.
fn is_singular(path: &str) -> bool {
    let mut quote = None;
    for character in path.chars() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '*' | '?' | ',' | ':') => return false,
            _ => {}
        }
    }
    !path.contains("..")
}

fn parse_html(seen: &Observation) -> scraper::Html {
    scraper::Html::parse_document(seen.document.as_ref().map_or("", |document| document.text.as_str()))
}

/// Where a page's relative links start: its `<base>`, else its own address.
fn base_url(html: &scraper::Html, seen: &Observation) -> Option<url::Url> {
    let page = seen.base.as_deref().and_then(|base| url::Url::parse(base).ok());
    let own = scraper::Selector::parse("base[href]")
        .ok()
        .and_then(|selector| html.select(&selector).next()?.value().attr("href").map(str::to_owned));
    match (page, own) {
        (Some(page), Some(own)) => page.join(&own).ok().or(Some(page)),
        (page, _) => page,
    }
}

fn absolute(base: Option<&url::Url>, link: &str) -> Option<String> {
    let link = link.trim();
    match base {
        Some(base) => base.join(link).ok().map(String::from),
        None => Some(link.to_owned()),
    }
}

/// Text as a reader sees it: white space folded, ends trimmed.
fn visible_text(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
