//! Selectors: which part of a probe's value an expectation looks at.

use super::document::Document;
use super::observation::{DocumentFormat, Observation};
use super::page::{is_in_template, shown_text, within};
use crate::message::Message;
use crate::world::{Bound, Excess};
use serde_json::Value;
use serde_json_path::JsonPath;
use std::fmt;

#[derive(Debug, Clone)]
pub(crate) struct Selector {
    text: String,
    kind: SelectorKind,
}

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

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Hits {
    /// The form names one place: its value, if there is one.
    One(Option<Value>),
    /// The form can hit several places.
    Many(Vec<Value>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) format: &'static str,
    pub(crate) reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, derive_more::From)]
pub(crate) enum Unpicked {
    Unreadable(Unreadable),
    Excess(Excess),
}

/// Places that a selector may pick.
const MAX_HITS: usize = 100_000;
/// Bytes of text that they may have together.
const MAX_TEXT: usize = 32 << 20;
/// Values or elements that a selector may look at, each as often as it does.
const MAX_VISITS: usize = 20_000_000;

/// Bytes that a selector may have. The longest of the shipped labs has a third.
const MAX_BYTES: usize = 1000;

/// Brackets within brackets. The parsers behind selectors read them by
/// recursion, and some try each level again.
const MAX_DEPTH: usize = 8;

impl Selector {
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

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn kind(&self) -> &SelectorKind {
        &self.kind
    }

    pub(crate) fn pick(&self, seen: &Observation) -> Result<Hits, Unpicked> {
        let document = seen.document.as_ref();
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
                let none = Document::new(String::new(), DocumentFormat::Json);
                let data = document.unwrap_or(&none).data()?;
                within(path_visits(&self.text, data.values, data.depth), MAX_VISITS, Bound::Visits)?;
                let found = path.query(&data.value).all();
                within(found.len(), MAX_HITS, Bound::Hits)?;
                let (mut values, mut room) = (Vec::with_capacity(found.len()), MAX_TEXT);
                for value in found {
                    room = room.checked_sub(size(value)).ok_or(Excess { bound: Bound::Hits, limit: MAX_HITS })?;
                    values.push(value.clone());
                }
                if *singular { Hits::One(values.pop()) } else { Hits::Many(values) }
            }
            SelectorKind::Css(selector) => {
                self.elements(seen, selector, |_, element| Some(visible_text(&shown_text(element))))?
            }
            SelectorKind::Links(selector) => self.elements(seen, selector, |base, element| {
                let value = element.value();
                let link = ["href", "src", "data", "action", "poster"].iter().find_map(|name| value.attr(name))?;
                absolute(base, link)
            })?,
        })
    }

    /// What a text is made of for each element that matches.
    fn elements(
        &self,
        seen: &Observation,
        selector: &scraper::Selector,
        text: impl Fn(Option<&url::Url>, scraper::ElementRef) -> Option<String>,
    ) -> Result<Hits, Excess> {
        let Some(document) = &seen.document else { return Ok(Hits::Many(Vec::new())) };
        document.with_page(|page| {
            let nodes = page.html.tree.nodes().len();
            within(css_visits(&self.text, nodes, page.widest), MAX_VISITS, Bound::Visits)?;
            let base = base_url(&page.html, seen);
            let (mut values, mut room) = (Vec::new(), MAX_TEXT);
            for element in page.html.select(selector).filter(|element| !is_in_template(*element)) {
                let Some(text) = text(base.as_ref(), element) else { continue };
                room = room.checked_sub(text.len()).ok_or(Excess { bound: Bound::Hits, limit: MAX_HITS })?;
                values.push(Value::String(text));
                within(values.len(), MAX_HITS, Bound::Hits)?;
            }
            Ok(Hits::Many(values))
        })?
    }
}

/// At the most so many values a JSONPath looks at, each as often as it does. Each
/// `..` after the first pairs a value with all above it, and so does a filter; a
/// list of selectors multiplies, and so does a filter's query from the root.
fn path_visits(path: &str, values: usize, depth: usize) -> usize {
    let (mut quote, mut before, mut levels, mut visits) = (None, ' ', 0_u32, values);
    let mut lists = vec![1_usize];
    for (at, character) in path.char_indices() {
        match character {
            _ if quote.is_some() => quote = quote.filter(|open| *open != character || before == '\\'),
            '\'' | '"' => quote = Some(character),
            '.' if before == '.' => levels += 1,
            '?' => levels += 1,
            '$' if at > 0 => visits = visits.saturating_mul(values),
            '[' | '(' => lists.push(1),
            ',' => *lists.last_mut().unwrap_or(&mut 1) += 1,
            ']' | ')' => visits = visits.saturating_mul(lists.pop().unwrap_or(1)),
            _ => {}
        }
        before = if before == '\\' && character == '\\' { ' ' } else { character };
    }
    visits.saturating_mul(depth.max(2).saturating_pow(levels.saturating_sub(1)))
}

/// The same of elements, for CSS: `~` and `:has()` look at all beside or below.
fn css_visits(css: &str, elements: usize, widest: usize) -> usize {
    let times = |text: &str| u32::try_from(css.matches(text).count()).unwrap_or(u32::MAX);
    let siblings = widest.max(2).saturating_pow(times("~").saturating_sub(times("~=")));
    let below = super::page::MAX_DEPTH.saturating_pow(times(":has("));
    let lists = css.matches(',').count() + 1;
    elements.saturating_mul(siblings).saturating_mul(below).saturating_mul(lists)
}

/// About the bytes that a copy of a value takes.
fn size(value: &Value) -> usize {
    let own = std::mem::size_of::<Value>();
    own + match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(entries) => entries.iter().map(|(key, value)| own + key.len() + size(value)).sum(),
        _ => 0,
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
