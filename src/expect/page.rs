//! HTML as browsers read it, within bounds: the parser's work grows with the
//! square of how deep elements stand and how many attributes one of them has.

use crate::world::{Bound, Excess};
use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use scraper::node::Element;
use scraper::{ElementRef, Html, HtmlTreeSink, Node};
use std::cell::{Cell, RefCell};

/// Elements within one another, as in browsers; they flatten what is deeper.
pub(crate) const MAX_DEPTH: usize = 512;
/// Attributes of one element.
pub(crate) const MAX_ATTRIBUTES: usize = 1_000;
/// Elements, texts and comments of a page.
pub(crate) const MAX_NODES: usize = 200_000;

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) html: Html,
    /// How many errors there were at the end of each line.
    errors_by_line: Vec<usize>,
    /// The most children of one element.
    pub(crate) widest: usize,
}

/// Whether the parser looks for each error that the standard knows, which takes
/// it character for character through the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Errors {
    All,
    Few,
}

impl Page {
    pub(crate) fn parse(source: &str, errors: Errors) -> Result<Self, Excess> {
        let exact_errors = errors == Errors::All;
        let builder = TreeBuilder::new(
            HtmlTreeSink::new(Html::new_document()),
            TreeBuilderOpts { exact_errors, ..TreeBuilderOpts::default() },
        );
        let watch = Watch { builder, inside: RefCell::default(), last: Cell::default(), root: Cell::default() };
        let tokenizer = Tokenizer::new(watch, TokenizerOpts { exact_errors, ..TokenizerOpts::default() });
        let input = BufferQueue::default();
        let mut place = Place::Text;
        let mut nodes = 0;
        let mut errors_by_line = Vec::new();
        // A tag ends with `>`: so no piece holds more than one.
        for piece in source.split_inclusive(['>', '\n', '\r']) {
            let inside = tokenizer.sink.inside.borrow().clone();
            place = place.after(
                piece,
                &inside,
                tokenizer.sink.adjusted_current_node_present_but_not_in_html_namespace(),
            )?;
            tokenizer.sink.last.set(None);
            input.push_back(StrTendril::from_slice(piece));
            while tokenizer.feed(&input) != TokenizerResult::Done {}
            match tokenizer.sink.last.get() {
                Some(Last::Whole) => place = Place::Text,
                // What looked like the end tag of a script wasn't one.
                Some(Last::Text) if inside == Inside::Raw => place = Place::Text,
                Some(Last::Text) | None => {}
            }
            if tokenizer.sink.root.get() > MAX_ATTRIBUTES {
                return Err(Excess { bound: Bound::Attributes, limit: MAX_ATTRIBUTES });
            }
            let html = tokenizer.sink.builder.sink.0.borrow();
            if html.tree.nodes().len() > nodes {
                nodes = html.tree.nodes().len();
                let depth =
                    html.tree.nodes().next_back().map_or(0, |last| last.ancestors().take(MAX_DEPTH + 2).count());
                within(depth, MAX_DEPTH, Bound::Depth)?;
                within(nodes, MAX_NODES, Bound::Values)?;
            }
            if piece.ends_with('\n') {
                errors_by_line.push(html.errors.len());
            }
        }
        while tokenizer.feed(&input) != TokenizerResult::Done {}
        tokenizer.end();
        let html = tokenizer.sink.builder.sink.finish();
        errors_by_line.push(html.errors.len());
        let widest = html.tree.nodes().map(|node| node.children().count()).max().unwrap_or_default();
        Ok(Self { html, errors_by_line, widest })
    }

    /// What the parser calls errors, each with its line.
    pub(crate) fn errors(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = &self.errors_by_line;
        let line = |index: usize| lines.partition_point(|end| *end <= index).min(lines.len() - 1) + 1;
        self.html.errors.iter().enumerate().map(move |(index, error)| (line(index), error.as_ref()))
    }
}

/// Whether an element stands in a `<template>`, which a browser keeps aside.
pub(crate) fn is_in_template(element: ElementRef) -> bool {
    element.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == "template")
}

/// Whether nobody meets an element: it is in a `<template>`, or `hidden` as it is or by what
/// it stands in.
pub(crate) fn is_hidden(element: ElementRef) -> bool {
    let hides = |above: ElementRef| above.value().attr("hidden").is_some();
    hides(element) || is_in_template(element) || element.ancestors().filter_map(ElementRef::wrap).any(hides)
}

/// The text of an element as it is shown: without scripts, styles, templates and what is
/// `hidden`.
pub(crate) fn shown_text(element: ElementRef) -> String {
    let mut text = String::new();
    let mut left: Vec<_> = element.children().rev().collect();
    while let Some(node) = left.pop() {
        match node.value() {
            Node::Text(part) => text.push_str(part),
            Node::Element(value) if is_unseen(value) => {}
            _ => left.extend(node.children().rev()),
        }
    }
    text
}

/// Whether nobody is shown what an element holds.
pub(crate) fn is_unseen(value: &Element) -> bool {
    UNSEEN.contains(&value.name()) || value.attr("hidden").is_some()
}

/// Elements whose text nobody is shown.
const UNSEEN: &[&str] = &["noscript", "script", "style", "template"];

pub(super) fn within(found: usize, limit: usize, bound: Bound) -> Result<(), Excess> {
    if found > limit { Err(Excess { bound, limit }) } else { Ok(()) }
}

/// The tree's builder, and what its tokens say of where the tokenizer is.
struct Watch {
    builder: TreeBuilder<<HtmlTreeSink as TreeSink>::Handle, HtmlTreeSink>,
    inside: RefCell<Inside>,
    /// What kind of token came last, and reaches to the end of what was fed.
    last: Cell<Option<Last>>,
    /// Attributes of all `<html>` and `<body>` tags, which are put together.
    root: Cell<usize>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Page,
    /// Only this end tag, as in `<title>`.
    Named(String),
    /// Only an end tag, and not always, as in `<script>`.
    Raw,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A tag, a comment or the like, which is over.
    Whole,
    Text,
}

impl TokenSink for Watch {
    type Handle = <HtmlTreeSink as TreeSink>::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Self::Handle> {
        let mut begun = None;
        match &token {
            Token::TagToken(Tag { kind, name, attrs, .. }) => {
                self.last.set(Some(Last::Whole));
                if *kind == TagKind::EndTag {
                    self.inside.replace(Inside::Page);
                } else if ["html", "body"].contains(&name.as_ref()) {
                    self.root.set(self.root.get() + attrs.len());
                }
                begun = Some(name.to_string());
            }
            Token::CharacterTokens(text) => self.last.set(text.ends_with(['>', '\n']).then_some(Last::Text)),
            Token::CommentToken(_) | Token::DoctypeToken(_) => self.last.set(Some(Last::Whole)),
            Token::NullCharacterToken | Token::EOFToken | Token::ParseError(_) => {}
        }
        let result = self.builder.process_token(token, line);
        match (&result, begun) {
            (TokenSinkResult::RawData(RawKind::Rcdata), Some(name)) => self.inside.replace(Inside::Named(name)),
            (TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext, _) => self.inside.replace(Inside::Raw),
            _ => return result,
        };
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Where in the source the tokenizer is, as far as attributes are counted.
#[derive(Clone, Copy)]
enum Place {
    Text,
    /// In a comment or the like, until a token says that it is over.
    Other,
    /// In `<![CDATA[`, which only `svg` and `math` have.
    Cdata,
    /// In a tag, with so many attributes so far.
    Tag(InTag, usize),
}

/// The states of a tag (HTML standard, 13.2.5.8 and 13.2.5.32 to 13.2.5.39).
#[derive(Clone, Copy)]
enum InTag {
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

impl Place {
    /// The place after this piece; too many attributes are found before the
    /// tokenizer compares each with all others.
    fn after(self, piece: &str, inside: &Inside, foreign: bool) -> Result<Self, Excess> {
        let (mut state, mut count, rest) = match self {
            Self::Other => return Ok(Self::Other),
            Self::Tag(state, count) => (state, count, piece),
            Self::Cdata if piece.ends_with("]]>") => return Ok(Self::Text),
            Self::Cdata => return Ok(Self::Cdata),
            Self::Text => match begun(piece, inside) {
                Some((true, rest)) => (InTag::TagName, 0, rest),
                Some((false, rest)) if foreign && rest.starts_with("![CDATA[") => {
                    return Self::Cdata.after(rest, inside, foreign);
                }
                Some((false, _)) => return Ok(Self::Other),
                None => return Ok(Self::Text),
            },
        };
        for byte in rest.bytes() {
            let space = byte.is_ascii_whitespace();
            state = match (state, byte) {
                (InTag::Quoted(quote), _) if byte == quote => InTag::BeforeName,
                (InTag::Quoted(quote), _) => InTag::Quoted(quote),
                (_, b'>') => {
                    within(count, MAX_ATTRIBUTES, Bound::Attributes)?;
                    return Ok(Self::Text);
                }
                (InTag::BeforeValue, b'"' | b'\'') => InTag::Quoted(byte),
                (InTag::BeforeValue, _) if space => InTag::BeforeValue,
                (InTag::BeforeValue | InTag::Unquoted, _) if !space => InTag::Unquoted,
                (InTag::TagName, _) if !space && byte != b'/' => InTag::TagName,
                (InTag::Name | InTag::AfterName, b'=') => InTag::BeforeValue,
                (InTag::Name | InTag::AfterName, _) if space => InTag::AfterName,
                (InTag::Name, _) if byte != b'/' => InTag::Name,
                (_, b'/') => InTag::BeforeName,
                _ if space => InTag::BeforeName,
                _ => {
                    count += 1;
                    InTag::Name
                }
            };
        }
        within(count, MAX_ATTRIBUTES, Bound::Attributes)?;
        Ok(Self::Tag(state, count))
    }
}

/// The first thing that begins in a text: whether it is a tag, and what follows.
fn begun<'a>(text: &'a str, inside: &Inside) -> Option<(bool, &'a str)> {
    text.match_indices('<').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let (is_end, name) = rest.strip_prefix('/').map_or((false, rest), |name| (true, name));
        let is_tag = name.starts_with(|first: char| first.is_ascii_alphabetic());
        let found = match inside {
            Inside::Page if is_tag => Some(true),
            Inside::Page => (is_end && !name.starts_with('>') || rest.starts_with(['!', '?'])).then_some(false),
            Inside::Raw => (is_end && is_tag).then_some(true),
            Inside::Named(open) => {
                let same = name.get(..open.len()).is_some_and(|name| name.eq_ignore_ascii_case(open));
                let over = name.get(open.len()..).is_some_and(|after| {
                    after.starts_with(|next: char| next.is_ascii_whitespace() || ['/', '>'].contains(&next))
                });
                (is_end && same && over).then_some(true)
            }
        };
        found.map(|is_tag| (is_tag, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(source: &str) -> Option<Bound> {
        [Errors::All, Errors::Few].map(|errors| Page::parse(source, errors).err().map(|excess| excess.bound))[0]
    }

    #[test]
    fn elements_stand_512_deep_at_the_most_in_whatever_way() {
        let ways = [
            "<div>",
            "<b>",
            "<font size=1>x",
            "<svg><g>",
            "<table><tr><td>",
            "<ul><li>",
            "<template>",
            "<a><div>",
            "<section\n>",
            "<math><mi>",
            "<x-y>",
            "<div a='>'>",
        ];
        for way in ways {
            assert_eq!(bound(&way.repeat(60_000)), Some(Bound::Depth), "{way}");
        }
        let fonts = (0..60_000).map(|size| format!("<p><font size={size}>")).collect::<Vec<_>>().concat();
        assert_eq!(bound(&fonts), Some(Bound::Depth));
        for way in ["<p>one", "<ul><li>x<li>y</ul>", "<table><tr><td>x<td>y</table>", "<b>x</b>", "<br>", "a > b\n"] {
            assert_eq!(bound(&way.repeat(10_000)), None, "{way}");
        }
        assert_eq!(bound(&"<div>".repeat(500)), None);
    }

    #[test]
    fn an_element_has_a_thousand_attributes_at_the_most_however_they_are_written() {
        let many = |write: &dyn Fn(usize) -> String| (0..100_000).map(write).collect::<Vec<_>>().concat();
        let plain = many(&|number| format!(" a{number}"));
        let sources = [
            format!("<p{plain}>"),
            format!("<p {}>", many(&|number| format!("a{number}='>'/"))),
            format!("<p x='>\n'{}>", many(&|number| format!("a{number}=\">\"\n"))),
            format!("</p{plain}>"),
            format!("<p = \"{plain}>"),
            format!("<p x=y\"{plain}>"),
            format!("<!-- > --><p{plain}>"),
            format!("<script>a<b '</script><p{plain}>"),
            format!("<title>a</title{plain}>"),
            format!("<textarea><p x=\"</textarea><p{plain}>"),
            format!("<svg><![CDATA[<p x=\"]]><p{plain}>"),
            format!("<svg><![CDATA[a>\n<p x=\"]]><p{plain}>"),
            format!("<![CDATA[<p x=\"]]><p{plain}>"),
            format!("</><p{plain}>"),
            format!("\r<p x=\">\"{plain}>"),
            format!("&gt;<p x=\">\"{plain}>"),
            format!("&#10;<p x=\">\"{plain}>"),
            format!("<title>&gt;</foo x=\"></title x=\">\"{plain}>"),
            format!("<title></titles x=\"></title><p{plain}>"),
            format!("<script><!--<script></script x=\"> --></script><p{plain}>"),
            format!("<style></p x=\"></style><p{plain}>"),
            format!("x < y & <?a\"><p{plain}>"),
            format!("<p{plain}"),
            many(&|number| format!("<body a{number}>")),
        ];
        for source in sources {
            let start: String = source.chars().take(50).collect();
            assert_eq!(bound(&source), Some(Bound::Attributes), "{start}");
        }
        let words = "word = ".repeat(20_000);
        for fair in [
            format!("<path d=\"{words}\">"),
            format!("<!-- <p {words} -->"),
            format!("<script>if (a<b {words} )</script>"),
            format!("<style>a<b {words}</style>"),
            format!("<p>1 < 2 {words}</p>"),
            format!("<textarea><p {words}</textarea>"),
            many(&|number| format!("<i a{number}></i>")),
        ] {
            let start: String = fair.chars().take(50).collect();
            assert_eq!(bound(&fair), None, "{start}");
        }
    }

    #[test]
    fn a_page_has_so_many_nodes_at_the_most() {
        assert_eq!(bound(&"<br>".repeat(MAX_NODES)), Some(Bound::Values));
        assert_eq!(bound(&"x<!---->".repeat(MAX_NODES)), Some(Bound::Values));
    }

    #[test]
    fn a_page_is_the_same_as_read_in_one_piece() {
        for source in
            ["", "a &amp; b\n<p>c", "<p a='>\n'>x</p>\r\n<pre>\ny</pre>", "<!doctype html><title>a\n</title>&"]
        {
            let page = Page::parse(source, Errors::Few).unwrap();
            assert_eq!(page.html.html(), Html::parse_document(source).html(), "{source}");
        }
    }
}
