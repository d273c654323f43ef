//! The places of a YAML file: which node stands where. serde gives the model
//! but keeps few places; the outline finds any of them by its path.

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StructureStyle};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Bytes that a lab file may have. The largest shipped one has a tenth of it.
pub const MAX_BYTES: usize = 1 << 20;

#[derive(Debug, Default)]
pub(crate) struct Outline<'s> {
    pub(crate) source: &'s str,
    /// All nodes, a container before what it holds; the first is the root.
    pub(crate) nodes: Vec<Node<'s>>,
    pub(crate) comments: Vec<Range<usize>>,
    pub(crate) second: Option<usize>,
    children: HashMap<(usize, Cow<'s, str>), (usize, usize)>,
    by_start: HashMap<usize, usize>,
}

#[derive(Debug)]
pub(crate) struct Node<'s> {
    /// Its bytes; a container's run to its end.
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind<'s>,
    pub(crate) parent: Option<usize>,
}

#[derive(Debug)]
pub(crate) enum Kind<'s> {
    Scalar(Cow<'s, str>, ScalarStyle),
    List(Vec<usize>),
    Map {
        entries: Vec<(usize, usize)>,
        /// Whether it is written in braces.
        flow: bool,
    },
    /// `*name`, and the node it stands for.
    Alias(Option<usize>),
}

/// A place in an outline, walked to from the root. A step to what isn't there
/// stays, so that there is always something to point at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'o> {
    outline: &'o Outline<'o>,
    node: usize,
}

struct Open {
    node: usize,
    key: Option<usize>,
}

impl<'s> Outline<'s> {
    /// Reads a text; at a scan error, what was read before it comes back too.
    pub(crate) fn read(source: &'s str) -> (Self, Option<ScanError>) {
        let mut outline = Self { source, ..Self::default() };
        let mut open: Vec<Open> = Vec::new();
        let mut anchors = HashMap::new();
        for event in Parser::new_from_str(source) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => return (outline, Some(error)),
            };
            let span = span.byte_range().unwrap_or_default();
            let (kind, anchor) = match event {
                Event::Scalar(text, style, anchor, _) => (Kind::Scalar(text, style), anchor),
                Event::SequenceStart(_, anchor, _) => (Kind::List(Vec::new()), anchor),
                Event::MappingStart(style, anchor, _) => {
                    (Kind::Map { entries: Vec::new(), flow: style == StructureStyle::Flow }, anchor)
                }
                Event::Alias(anchor) => (Kind::Alias(anchors.get(&anchor).copied()), 0),
                Event::SequenceEnd | Event::MappingEnd => {
                    if let Some(closed) = open.pop() {
                        let start = outline.nodes[closed.node].span.start;
                        outline.nodes[closed.node].span = start..span.end.max(start);
                    }
                    continue;
                }
                Event::Comment(..) => {
                    outline.comments.push(span);
                    continue;
                }
                Event::DocumentStart(..) if !outline.nodes.is_empty() => {
                    outline.second = Some(span.start);
                    break;
                }
                _ => continue,
            };
            let container = matches!(kind, Kind::List(_) | Kind::Map { .. });
            let node = outline.add(span, kind, open.last_mut());
            if anchor != 0 {
                anchors.insert(anchor, node);
            }
            if container {
                open.push(Open { node, key: None });
            }
        }
        (outline, None)
    }

    fn add(&mut self, span: Range<usize>, kind: Kind<'s>, open: Option<&mut Open>) -> usize {
        let node = self.nodes.len();
        // A map that starts with its first key shares its start with it: the
        // outer one is meant.
        self.by_start.entry(span.start).or_insert(node);
        self.nodes.push(Node { span, kind, parent: open.as_ref().map(|open| open.node) });
        let Some(open) = open else { return node };
        let key = open.key.take();
        let key_text = key.and_then(|key| match &self.nodes[key].kind {
            Kind::Scalar(text, _) => Some(text.clone()),
            _ => None,
        });
        match &mut self.nodes[open.node].kind {
            Kind::List(items) => items.push(node),
            Kind::Map { entries, .. } => match key {
                None => open.key = Some(node),
                Some(key) => {
                    entries.push((key, node));
                    if let Some(text) = key_text {
                        self.children.entry((open.node, text)).or_insert((key, node));
                    }
                }
            },
            _ => {}
        }
        node
    }

    pub(crate) fn root(&'s self) -> Option<Place<'s>> {
        self.place(0)
    }

    /// The outermost node that starts at this byte.
    pub(crate) fn starting_at(&self, start: usize) -> Option<usize> {
        self.by_start.get(&start).copied()
    }

    pub(crate) fn place(&'s self, node: usize) -> Option<Place<'s>> {
        (node < self.nodes.len()).then_some(Place { outline: self, node })
    }

    pub(crate) fn key_of(&self, node: usize) -> Option<usize> {
        match &self.nodes[self.nodes[node].parent?].kind {
            Kind::Map { entries, .. } => entries.iter().find(|(_, value)| *value == node).map(|(key, _)| *key),
            _ => None,
        }
    }

    /// The map that starts at this byte, or that has a key there.
    pub(crate) fn map_at(&self, start: usize) -> Option<usize> {
        let node = self.resolved(self.starting_at(start)?);
        if matches!(self.nodes[node].kind, Kind::Map { .. }) {
            return Some(node);
        }
        let parent = self.nodes[node].parent?;
        matches!(self.nodes[parent].kind, Kind::Map { .. }).then_some(parent)
    }

    /// What to underline of a node: all of a short one, the first line of others.
    pub(crate) fn underline(&self, node: usize) -> Range<usize> {
        first_line(self.source, &self.nodes[node].span)
    }

    pub(crate) fn resolved(&self, node: usize) -> usize {
        match self.nodes[node].kind {
            Kind::Alias(Some(target)) => target,
            _ => node,
        }
    }
}

impl<'o> Place<'o> {
    pub(crate) fn key(self, name: &str) -> Self {
        self.entry(name).map_or(self, |(_, node)| Self { node, ..self })
    }

    pub(crate) fn item(self, index: usize) -> Self {
        match &self.outline.nodes[self.outline.resolved(self.node)].kind {
            Kind::List(items) => items.get(index).map_or(self, |node| Self { node: *node, ..self }),
            // One value stands where a list may.
            _ => self,
        }
    }

    /// What to underline of the key of this name; the place itself when there is none.
    pub(crate) fn name(self, name: &str) -> Range<usize> {
        self.entry(name).map_or_else(|| self.span(), |(key, _)| self.outline.underline(key))
    }

    pub(crate) fn has(self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// All bytes of the value; of an alias, those of what it stands for.
    pub(crate) fn range(self) -> Range<usize> {
        self.outline.nodes[self.outline.resolved(self.node)].span.clone()
    }

    pub(crate) fn text(self) -> &'o str {
        self.outline.source.get(self.range()).unwrap_or_default()
    }

    pub(crate) fn is_list(self) -> bool {
        matches!(self.outline.nodes[self.outline.resolved(self.node)].kind, Kind::List(_))
    }

    pub(crate) fn span(self) -> Range<usize> {
        self.outline.underline(self.node)
    }

    fn entry(self, name: &str) -> Option<(usize, usize)> {
        let key = (self.outline.resolved(self.node), Cow::Borrowed(name));
        self.outline.children.get(&key).copied()
    }
}

/// A range, cut at the end of its first line, white space at the end left out.
pub(crate) fn first_line(source: &str, span: &Range<usize>) -> Range<usize> {
    let text = source.get(span.clone()).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default().trim_end();
    span.start..span.start + line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'s>(outline: &'s Outline<'s>, walk: impl Fn(Place<'s>) -> Range<usize>) -> &'s str {
        &outline.source[walk(outline.root().unwrap())]
    }

    #[test]
    fn a_path_leads_to_its_text() {
        let (outline, error) = Outline::read("a:\n  - {b: c d, e: [1]}\n  - x: |\n      text\n    y: 2\n");
        assert!(error.is_none());
        assert_eq!(at(&outline, |root| root.key("a").item(0).key("b").span()), "c d");
        assert_eq!(at(&outline, |root| root.key("a").item(0).span()), "{b: c d, e: [1]}");
        assert_eq!(at(&outline, |root| root.key("a").item(1).span()), "x: |");
        assert_eq!(at(&outline, |root| root.key("a").item(1).name("y")), "y");
        assert_eq!(at(&outline, |root| root.key("a").item(9).key("no").span()), "- {b: c d, e: [1]}");
    }

    #[test]
    fn an_alias_leads_to_what_it_stands_for() {
        let (outline, _) = Outline::read("a: &x {b: c}\nd: *x\n");
        assert_eq!(at(&outline, |root| root.key("d").span()), "*x");
        assert_eq!(at(&outline, |root| root.key("d").key("b").span()), "c");
    }
}
