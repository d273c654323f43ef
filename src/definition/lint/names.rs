//! `${…}`: each name means something where it stands, and has a value by then.

use super::{Lint, steps};
use crate::check::Probe;
use crate::definition::model::{Asks, Condition, Step};
use crate::definition::outline::Place;
use crate::expect::{Expect, Matcher, cel};
use crate::template::Template;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

#[derive(Clone, Copy)]
struct Known<'k> {
    /// Whether `${open.NAME}` has a value.
    open: bool,
    /// The check that reads captures: its number in file order.
    reader: Option<usize>,
    /// The `for-each` item's name.
    each: Option<&'k str>,
    /// What earlier steps of the same scenario capture.
    own: &'k BTreeSet<&'k str>,
}

struct Names<'a> {
    secrets: BTreeSet<&'a str>,
    open: BTreeSet<&'a str>,
    /// Captures, each with the checks that make it, in file order.
    captures: BTreeMap<&'a str, Vec<usize>>,
    checks: Vec<&'a str>,
    /// For each check those it needs, also by way of others: one bit each.
    needed: Vec<Vec<u64>>,
}

pub(super) fn lint(lint: &mut Lint) {
    let names = Names::of(lint);
    environment(lint, &names);
    for (at, (place, check)) in lint.checks().enumerate() {
        let each = check.for_each.as_ref().map(|for_each| for_each.name.as_str());
        let own = check.asks.steps().flat_map(|step| step.capture.keys().map(String::as_str)).collect();
        let outside = Known { open: true, reader: Some(at), each: None, own: &BTreeSet::new() };
        let known = Known { each, own: &own, ..outside };
        if let Some(for_each) = &check.for_each {
            probe(lint, &names, outside, place.key("for-each").key("in"), &for_each.source.0);
        }
        asked(lint, &names, Known { each, ..outside }, place, &check.asks);
        for (index, edit) in check.overlay.iter().enumerate() {
            let used = edit.templates().into_iter().flat_map(Template::names);
            judge(lint, &names, outside, place.key("overlay").item(index), used);
        }
        for (index, explain) in check.explain.iter().enumerate() {
            let place = place.key("explain").item(index).key("when");
            expect(lint, &names, known, place, &explain.when.value);
        }
    }
}

/// One step after the other: each knows what those before it capture.
fn asked<'a>(lint: &mut Lint<'a>, names: &Names<'a>, known: Known, place: Place<'a>, asks: &'a Asks) {
    let mut own = BTreeSet::new();
    for (place, step) in steps(place, asks) {
        let before = Known { own: &own, ..known };
        probe(lint, names, before, place.key(step.probe.value.name()), &step.probe.value);
        expect(lint, names, before, place.key("expect"), &step.expect.value);
        for (index, edit) in step.overlay.iter().enumerate() {
            let used = edit.templates().into_iter().flat_map(Template::names);
            judge(lint, names, before, place.key("overlay").item(index), used);
        }
        own.extend(step.capture.keys().map(String::as_str));
        // Its own captures are known to a step's condition.
        if let Some(condition) = &step.cel {
            of_condition(lint, names, Known { own: &own, ..known }, place.key("cel").key("that"), condition, step);
        }
    }
}

/// A condition knows the probe's fields, captures and the `for-each` item.
fn of_condition(lint: &mut Lint, names: &Names, known: Known, place: Place, condition: &Condition, step: &Step) {
    let probe = &step.probe.value;
    let fields: BTreeSet<String> = probe.fields().iter().map(|field| cel::name(field.name)).collect();
    let captures: BTreeMap<String, &str> =
        known.own.iter().copied().chain(names.captures.keys().copied()).map(|name| (cel::name(name), name)).collect();
    for name in condition.that.value.names() {
        let span = word(place, &name);
        match captures.get(&name) {
            Some(_) if fields.contains(&name) => {
                lint.say(span, message!("cel-name-twice", name = name.as_str(), probe = probe.name()));
            }
            Some(own) if known.own.contains(own) => {}
            Some(other) => capture(lint, names, known, span, other),
            None if fields.contains(&name) || name == "each" && known.each.is_some() => {}
            None => {
                let each = known.each.map(|_| "each");
                let all: Vec<&str> =
                    fields.iter().map(String::as_str).chain(captures.keys().map(String::as_str)).chain(each).collect();
                lint.unknown(span, &name, &all, message!("unknown-in-cel", name = name.as_str()));
            }
        }
    }
}

/// Where a name stands first as a word of its own.
fn word(place: Place, name: &str) -> Range<usize> {
    let (start, text) = (place.range().start, place.text());
    let of_word = |character: char| character == '_' || character.is_ascii_alphanumeric();
    let alone = |at: usize| {
        !text[..at].ends_with(of_word) && !text[..at].ends_with('.') && !text[at + name.len()..].starts_with(of_word)
    };
    let found = text.match_indices(name).map(|(at, _)| at).find(|at| alone(*at));
    found.map_or_else(|| place.span(), |at| start + at..start + at + name.len())
}

/// Services, toolbox and canaries: no check has run yet.
fn environment<'a>(lint: &mut Lint<'a>, names: &Names<'a>) {
    let started = Known { open: true, reader: None, each: None, own: &BTreeSet::new() };
    let place = lint.root.key("environment");
    let environment = &lint.lab.environment;
    for (name, service) in &environment.services {
        let place = place.key("services").key(name.as_str());
        for (index, word) in service.command.iter().flatten().enumerate() {
            judge(lint, names, started, place.key("command").item(index), word.names());
        }
        for (variable, value) in &service.env {
            judge(lint, names, started, place.key("env").key(variable), value.names());
        }
        for (port, open) in &service.open {
            // `${open.x}` is made from these hosts.
            let known = Known { open: false, ..started };
            let place = place.key("open").key(port).key("host");
            judge(lint, names, known, place, open.host.iter().flat_map(Template::names));
        }
        if let Some(ready) = &service.ready {
            let place = place.key("ready");
            probe(lint, names, started, place.key(ready.probe.name()), &ready.probe);
            expect(lint, names, started, place.key("expect"), &ready.expect);
        }
    }
    for (variable, value) in &environment.toolbox.env {
        judge(lint, names, started, place.key("toolbox").key("env").key(variable), value.names());
    }
    for (place, canary) in lint.canaries() {
        asked(lint, names, started, place, &canary.asks);
    }
    for (place, action) in lint.actions() {
        asked(lint, names, started, place, &action.asks);
        // The playground's folder is the learner's own.
        for (place, _) in steps(place, &action.asks).into_iter().filter(|(_, step)| !step.overlay.is_empty()) {
            lint.say(place.name("overlay"), message!("action-overlay"));
        }
    }
}

fn probe(lint: &mut Lint, names: &Names, known: Known, place: Place, probe: &Probe) {
    judge(lint, names, known, place, probe.templates().into_iter().flat_map(Template::names));
}

fn expect(lint: &mut Lint, names: &Names, known: Known, place: Place, expect: &Expect) {
    for expectation in &expect.0 {
        let used: Vec<String> = expectation.matchers.value.iter().flat_map(Matcher::names).collect();
        let place = place.key(&expectation.selector.value.to_string());
        judge(lint, names, known, place, used.iter().map(String::as_str));
    }
}

/// Judges the names used at a place, each once.
fn judge<'n>(lint: &mut Lint, names: &Names, known: Known, place: Place, used: impl Iterator<Item = &'n str>) {
    // Most places have nothing to point at.
    let places = OnceCell::new();
    for name in used.collect::<BTreeSet<_>>() {
        let (room, rest) = name.split_once('.').unwrap_or((name, ""));
        let span = || named(place, places.get_or_init(|| written(place)), name, rest);
        match room {
            "nonce" if !rest.is_empty() && !rest.contains(char::is_whitespace) => {}
            "run" if rest == "nonce" => {}
            "secret" if names.secrets.contains(rest) => {}
            "open" if known.open && names.open.contains(rest) => {}
            "each" if known.each == Some(rest) => {}
            "each" => {
                let found = lint.say(span(), message!("each-outside", name = name));
                found.help = known.each.map(|each| message!("did-you-mean", near = format!("each.{each}")));
            }
            "capture" if known.own.contains(rest) => {}
            "capture" if names.captures.contains_key(rest) => capture(lint, names, known, span(), rest),
            _ => {
                let all = if lint.comparisons > 0 { names.all(known) } else { Vec::new() };
                let all: Vec<&str> = all.iter().map(String::as_str).collect();
                lint.unknown(span(), name, &all, message!("unknown-name", name = name));
            }
        }
    }
}

/// A capture has its value only after the check that makes it, and only when
/// that check passed: so it must be needed.
fn capture(lint: &mut Lint, names: &Names, known: Known, span: Range<usize>, name: &str) {
    let makers = &names.captures[name];
    let Some(reader) = known.reader else {
        lint.say(span, message!("capture-outside", name = name));
        return;
    };
    if makers.contains(&reader) {
        lint.say(span, message!("capture-later-step", name = name));
        return;
    }
    if makers.iter().any(|maker| names.needs(reader, *maker)) {
        return;
    }
    match makers.iter().rev().find(|maker| **maker < reader) {
        Some(maker) => lint.say(span, message!("capture-not-needed", name = name, check = names.checks[*maker])),
        None => lint.say(span, message!("capture-later", name = name, check = names.checks[makers[0]])),
    };
}

impl<'a> Names<'a> {
    fn of(lint: &Lint<'a>) -> Self {
        let mut captures: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let checks: Vec<&'a str> = lint.checks().map(|(_, check)| check.id.value.as_str()).collect();
        for (at, (_, check)) in lint.checks().enumerate() {
            for name in check.asks.steps().flat_map(|step| step.capture.keys()) {
                captures.entry(name).or_default().push(at);
            }
        }
        // Without captures nobody asks.
        let needed = if captures.is_empty() { Vec::new() } else { needed(lint, &checks) };
        Self {
            secrets: lint.lab.secrets.keys().map(String::as_str).collect(),
            open: lint.lab.open().map(|(name, _, _)| name).collect(),
            captures,
            checks,
            needed,
        }
    }

    fn needs(&self, check: usize, other: usize) -> bool {
        self.needed[check][other / 64] & (1 << (other % 64)) != 0
    }

    /// What may stand between `${` and `}`, for 'did you mean'.
    fn all(&self, known: Known) -> Vec<String> {
        let mut all = vec!["run.nonce".to_owned(), "nonce.NAME".to_owned()];
        all.extend(self.secrets.iter().map(|name| format!("secret.{name}")));
        if known.open {
            all.extend(self.open.iter().map(|name| format!("open.{name}")));
        }
        if known.reader.is_some() {
            all.extend(self.captures.keys().map(|name| format!("capture.{name}")));
        }
        all.extend(known.each.map(|name| format!("each.{name}")));
        all
    }
}

/// For each check those that it needs, as a row of bits. `needs` points
/// backwards, so one pass does it; what points forwards is said elsewhere.
fn needed(lint: &Lint, checks: &[&str]) -> Vec<Vec<u64>> {
    let mut index = BTreeMap::new();
    for (at, id) in checks.iter().enumerate() {
        index.entry(*id).or_insert(at);
    }
    let mut rows: Vec<Vec<u64>> = Vec::with_capacity(checks.len());
    for (at, (_, check)) in lint.checks().enumerate() {
        let mut row = vec![0; checks.len().div_ceil(64)];
        for need in &check.needs {
            match index.get(need.value.as_str()) {
                Some(needed) if *needed < at => {
                    row.iter_mut().zip(&rows[*needed]).for_each(|(bits, more)| *bits |= more);
                    row[needed / 64] |= 1 << (needed % 64);
                }
                _ => {}
            }
        }
        rows.push(row);
    }
    rows
}

/// Where each `${name}` of a place stands first.
fn written(place: Place<'_>) -> HashMap<&str, Range<usize>> {
    let (start, text) = (place.range().start, place.text());
    let mut found = HashMap::new();
    for (at, _) in text.match_indices("${") {
        if let Some(end) = text[at..].find('}') {
            let name = text[at + 2..at + end].trim();
            found.entry(name).or_insert(start + at..start + at + end + 1);
        }
    }
    found
}

/// Where a name stands within a place: as `${name}`, or behind `same-as`.
fn named(place: Place, written: &HashMap<&str, Range<usize>>, name: &str, rest: &str) -> Range<usize> {
    if let Some(span) = written.get(name) {
        return span.clone();
    }
    let (start, text) = (place.range().start, place.text());
    let after = text.find("same-as").map_or(0, |at| at + "same-as".len());
    match text[after..].find(rest).filter(|_| !rest.is_empty() && after > 0) {
        Some(at) => start + after + at..start + after + at + rest.len(),
        None => place.span(),
    }
}
