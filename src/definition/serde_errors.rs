//! What the YAML reader says, in words for an instructor: one diagnostic for
//! the first thing that doesn't fit the model.

use super::diagnostic::Diagnostic;
use super::near;
use super::outline::{Kind, MAX_BYTES, Node, Outline};
use crate::message::{Arg, Message};
use granit_parser::ScalarStyle;
use serde::de::DeserializeOwned;
use serde_yaml::budget::BudgetBreach;
use serde_yaml::{DuplicateKeyPolicy, Error, MergeKeyPolicy, Options};
use std::borrow::Cow;
use std::ops::Range;

/// Collections within collections. A lab needs about fifteen; the model reads
/// them by recursion, so the bound also keeps the stack small.
pub(crate) const MAX_DEPTH: usize = 32;

/// Events that aliases may add in all: a lab may say a long selector once and
/// use it often, and no more.
const MAX_REPLAYED: usize = 4_000;

/// Regular expressions in one lab. Each may take 256 KiB once compiled.
const MAX_PATTERNS: usize = 500;

pub(crate) fn read<T: DeserializeOwned>(outline: &Outline) -> Result<T, Box<Diagnostic>> {
    let is_pattern = |node: &&Node| matches!(&node.kind, Kind::Scalar(text, _) if text == "matches");
    if let Some(node) = outline.nodes.iter().filter(is_pattern).nth(MAX_PATTERNS) {
        let message = message!("too-many-patterns", limit = MAX_PATTERNS);
        return Err(Box::new(Diagnostic::new(node.span.clone(), message)));
    }
    serde_yaml::from_str_with_options(outline.source, options()).map_err(|error| Box::new(diagnostic(&error, outline)))
}

fn options() -> Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_depth: MAX_DEPTH,
            // A mebibyte holds no more than half as many nodes as bytes.
            max_nodes: MAX_BYTES / 2 + 1,
            max_events: 2 * MAX_BYTES,
            max_aliases: 1_000,
            max_anchors: 200,
            max_documents: 1,
            max_total_scalar_bytes: 4 * MAX_BYTES,
            max_recorded_anchor_events: MAX_REPLAYED,
            max_recorded_anchor_bytes: MAX_BYTES,
        },
        alias_limits: serde_yaml::alias_limits! {
            max_total_replayed_events: MAX_REPLAYED,
            max_replay_stack_depth: 4,
            max_alias_expansions_per_anchor: 500,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        reject_unsupported_tags: true,
        reject_tagged_field_names: true,
        with_snippet: false,
    }
}

fn diagnostic(error: &Error, outline: &Outline) -> Diagnostic {
    let error = match error.without_snippet() {
        // The place of the alias is the error's; the words are those within.
        Error::AliasError { error: inner, .. } => return at(inner, outline, start(error)),
        error => error,
    };
    at(error, outline, start(error))
}

fn start(error: &Error) -> usize {
    let offset = error.location().and_then(|location| location.span().byte_offset());
    offset.map_or(0, |offset| usize::try_from(offset).unwrap_or(usize::MAX))
}

fn at(error: &Error, outline: &Outline, start: usize) -> Diagnostic {
    let here = place(outline, start);
    let wrong = |expected: Message| wrong_type(outline, start, expected);
    match error {
        Error::Message { msg, .. } | Error::HookError { msg, .. } => match Message::from_error_text(msg) {
            Some(message) => our_own(message, outline, start),
            None => Diagnostic::new(here, message!("bad-yaml", reason = one_line(msg))),
        },
        Error::Unexpected { expected, .. } => wrong(expectation(expected)),
        Error::SerdeInvalidType { expected, .. } | Error::SerdeInvalidValue { expected, .. } => {
            wrong(expectation(expected))
        }
        Error::NullIntoString { .. } => wrong(message!("expected-text")),
        Error::InvalidBooleanStrict { .. } => wrong(message!("expected-boolean")),
        Error::InvalidScalar { ty, .. } => wrong(expectation(ty)),
        Error::NonFiniteFloat { .. } => wrong(message!("expected-number")),
        Error::SerdeMissingField { field, .. } => {
            Diagnostic::new(entry(outline, start), message!("missing-key", key = *field))
                .label(message!("missing-key-label", key = *field))
        }
        Error::SerdeUnknownField { field, expected, .. } => unknown_key(here, field, expected),
        // `image: nginx`, where a map with one of two keys belongs.
        Error::SerdeUnknownVariant { expected, .. }
            if expected.as_slice() == ["pull", "build"] && !is_key(outline, start) =>
        {
            wrong(message!("expected-image"))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } if is_key(outline, start) => {
            unknown_key(here, variant, expected)
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            let found = Diagnostic::new(here, message!("unknown-value", value = variant));
            match near(variant, expected) {
                near if near.is_empty() => found.help(message!("values-here", values = list(expected))),
                near => found.near(&near),
            }
        }
        Error::ExternallyTaggedEnumExpectedScalarOrMapping { .. }
        | Error::ExpectedStringKeyForExternallyTaggedEnum { .. } => {
            // The place is that of the closing brace.
            let open = outline.source.get(..start).and_then(|before| before.rfind('{')).unwrap_or(start);
            Diagnostic::new(entry(outline, open), message!("wrong-image"))
        }
        Error::ExpectedMappingEndAfterEnumVariantValue { .. } => Diagnostic::new(here, message!("second-source")),
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.clone().unwrap_or_else(|| outline.source.get(here.clone()).unwrap_or_default().to_owned());
            Diagnostic::new(here, message!("duplicate-key", key = key))
        }
        Error::MergeKeyNotAllowed { .. } => Diagnostic::new(here, message!("merge-key")),
        Error::UnsupportedTag { .. } | Error::TaggedStructFieldName { .. } => {
            Diagnostic::new(here, message!("yaml-tag"))
        }
        Error::MultipleDocuments { .. } => Diagnostic::new(here, message!("second-document")),
        Error::Eof { .. } => Diagnostic::new(0..0, message!("lab-empty")),
        Error::UnknownAnchor { .. } => Diagnostic::new(here, message!("unknown-alias")),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. }
        | Error::RecursiveReferencesRequireWeakTypes { .. } => Diagnostic::new(here, message!("too-many-aliases")),
        Error::Budget { breach, .. } => Diagnostic::new(
            here,
            match breach {
                BudgetBreach::Depth { .. } => message!("too-deep", depth = MAX_DEPTH),
                BudgetBreach::Documents { .. } => message!("second-document"),
                BudgetBreach::Aliases { .. }
                | BudgetBreach::Anchors { .. }
                | BudgetBreach::AliasAnchorRatio { .. }
                | BudgetBreach::RecordedAnchorEvents { .. }
                | BudgetBreach::RecordedAnchorBytes { .. } => message!("too-many-aliases"),
                _ => message!("too-much-yaml"),
            },
        ),
        other => Diagnostic::new(here, message!("bad-yaml", reason = one_line(&other.to_string()))),
    }
}

fn our_own(mut message: Message, outline: &Outline, start: usize) -> Diagnostic {
    for (name, arg) in &mut message.args {
        // Parsers of CSS and JSONPath may speak in several lines, the last one telling most.
        if name == "reason"
            && let Arg::Text(reason) = arg
        {
            *reason = reason.lines().last().unwrap_or_default().to_owned();
        }
    }
    let text = |name: &str| {
        message.args.iter().find(|(of, _)| of == name).and_then(|(_, arg)| match arg {
            Arg::Text(text) => Some(text.clone()),
            _ => None,
        })
    };
    // The error stands at the entry; the key that it names is nearer.
    let key = text("key").or_else(|| text("second"));
    let span = match (message.id.as_ref(), &key) {
        ("no-probe" | "http-no-method", _) => entry(outline, start),
        (_, Some(key)) => key_in(outline, start, key),
        _ => place(outline, start),
    };
    match message.id.as_ref() {
        "unknown-key" => {
            let expected = text("expected").unwrap_or_default();
            let found = Diagnostic::new(span, message!("unknown-key", key = key.unwrap_or_default()));
            match text("near").unwrap_or_default() {
                near if near.is_empty() => found.help(message!("keys-here", keys = expected)),
                near => found.near(&near),
            }
        }
        "bad-name-no-suggestion" => Diagnostic::new(span, message).code("bad-name"),
        _ => Diagnostic::new(span, message),
    }
}

fn unknown_key(here: Range<usize>, key: &str, expected: &[&str]) -> Diagnostic {
    let found = if expected.contains(&"same-items") {
        Diagnostic::new(here, message!("unknown-matcher", key = key))
    } else {
        Diagnostic::new(here, message!("unknown-key", key = key))
    };
    match near(key, expected) {
        near if near.is_empty() => found.help(message!("keys-here", keys = list(expected))),
        near => found.near(&near),
    }
}

fn wrong_type(outline: &Outline, start: usize, expected: Message) -> Diagnostic {
    let node = outline.starting_at(start);
    let expected = match node {
        Some(node) if expected.id == "expected-map" => map_for(outline, node).unwrap_or(expected),
        _ => expected,
    };
    let node = node.map(|node| &outline.nodes[outline.resolved(node)]);
    let (found, help) = match node.map(|node| &node.kind) {
        Some(Kind::Map { flow, entries }) => {
            // `- Warning: read this` is a map, and was meant as a text.
            let colon = expected.id == "expected-text" && !flow && entries.len() == 1;
            (message!("found-map"), colon.then(|| message!("map-for-text")))
        }
        Some(Kind::List(_)) => (message!("found-list"), None),
        Some(Kind::Scalar(text, style)) if is_null(text, *style) => (message!("found-nothing"), None),
        Some(Kind::Scalar(text, _)) => {
            let short: String = text.chars().take(40).collect();
            let one = expected.id == "expected-list" && !text.contains(['\n', ',', '[', '{', '#', ':']);
            (
                message!("found-scalar", text = short.as_str()),
                one.then(|| message!("list-of-one", text = short.as_str())),
            )
        }
        Some(Kind::Alias(_)) | None => (message!("found-other"), None),
    };
    let mut diagnostic =
        Diagnostic::new(place(outline, start), message!("wrong-type", expected = expected, found = found));
    diagnostic.help = help;
    diagnostic
}

/// Which map belongs here, told by the key before it.
fn map_for(outline: &Outline, node: usize) -> Option<Message> {
    let in_list = outline.key_of(node).is_none();
    let of = if in_list { outline.nodes[node].parent? } else { node };
    let Kind::Scalar(key, _) = &outline.nodes[outline.key_of(of)?].kind else { return None };
    Some(match (key.as_ref(), in_list) {
        ("title" | "must" | "say" | "first", false) => message!("expected-texts"),
        ("expect" | "when", false) => message!("expected-expect"),
        ("http", false) => message!("expected-http"),
        ("in", false) => message!("expected-probe"),
        ("ready", false) => message!("expected-ready"),
        ("checks", true) => message!("expected-check"),
        ("canaries", true) => message!("expected-canary"),
        ("scenario" | "finally", true) => message!("expected-step"),
        _ => return None,
    })
}

/// What a reader expected, as a message: our own `@id`, or serde's own words.
fn expectation(expected: &str) -> Message {
    if let Some(id) = expected.strip_prefix('@') {
        return Message { id: Cow::Owned(id.to_owned()), args: Vec::new() };
    }
    match expected {
        "string scalar" | "a string" | "a borrowed string" => message!("expected-text"),
        "sequence start" | "a sequence" => message!("expected-list"),
        "mapping start" | "a map" => message!("expected-map"),
        "boolean" | "a boolean" => message!("expected-boolean"),
        "u8" => message!("expected-number-up-to", most = u32::from(u8::MAX)),
        "u16" => message!("expected-number-up-to", most = u32::from(u16::MAX)),
        "u32" | "u64" | "usize" => message!("expected-number"),
        _ if expected.starts_with("struct ") => message!("expected-map"),
        _ if expected.starts_with("a sequence") => message!("expected-list"),
        _ => message!("expected-other", what = expected),
    }
}

pub(crate) fn is_null(text: &str, style: ScalarStyle) -> bool {
    style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// What to underline at a byte: the node that starts there; a node without
/// text is pointed at by its key.
fn place(outline: &Outline, start: usize) -> Range<usize> {
    let Some(node) = outline.starting_at(start) else {
        let text = outline.source.get(start..).unwrap_or_default();
        return start..start + text.find(char::is_whitespace).unwrap_or(text.len());
    };
    // A key that begins a map shares its start with it, and is the smaller.
    if let Kind::Map { entries, flow: false } = &outline.nodes[node].kind
        && let Some((key, _)) = entries.first()
        && outline.nodes[*key].span.start == start
    {
        return outline.underline(*key);
    }
    let span = outline.underline(node);
    if span.is_empty() { outline.key_of(node).map_or(span, |key| outline.underline(key)) } else { span }
}

/// The first line of the map that starts at this byte, or that has a key there.
fn entry(outline: &Outline, start: usize) -> Range<usize> {
    outline.map_at(start).map_or_else(|| place(outline, start), |map| outline.underline(map))
}

fn key_in(outline: &Outline, start: usize, key: &str) -> Range<usize> {
    let map = outline.map_at(start).and_then(|map| outline.place(map));
    map.filter(|map| map.has(key)).map_or_else(|| place(outline, start), |map| map.name(key))
}

fn is_key(outline: &Outline, start: usize) -> bool {
    let Some(node) = outline.starting_at(start) else { return false };
    match outline.nodes[node].parent.map(|parent| &outline.nodes[parent].kind) {
        Some(Kind::Map { entries, .. }) => entries.iter().any(|(key, _)| *key == node),
        _ => false,
    }
}

fn list(names: &[&str]) -> String {
    names.join(", ")
}

fn one_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
