//! Expectations: selectors that the probe has, matchers that say something.

use super::{Lint, steps};
use crate::check::{Lack, Probe, Yields};
use crate::definition::model::{Asks, Step};
use crate::definition::outline::Place;
use crate::expect::selector::SelectorKind;
use crate::expect::{Expect, Matcher, Multi, Operand, Selector};
use std::ops::Range;

/// Fields whose value is a text long enough to hold several others; of all
/// other fields a list can only be meant as one of its items.
const LONG_TEXTS: &[&str] = &["body", "stdout", "stderr", "text"];

pub(super) fn lint(lint: &mut Lint) {
    let services = lint.root.key("environment").key("services");
    for (name, service) in &lint.lab.environment.services {
        if let Some(ready) = &service.ready {
            let place = services.key(name.as_str()).key("ready");
            // Left out, it means that the service answers at all.
            if place.has("expect") {
                expect(lint, place.key("expect"), &ready.expect, &ready.probe);
            }
        }
    }
    for (place, asks) in lint.asked() {
        if let Asks::Scenario(scenario) = asks
            && scenario.steps.value.is_empty()
        {
            lint.say(place.name("scenario"), message!("empty-scenario"));
        }
        for (place, step) in steps(place, asks) {
            let probe = &step.probe.value;
            // Only of an action it may be left out.
            if place.has("expect") {
                expect(lint, place.key("expect"), &step.expect.value, probe);
            }
            for (name, captured) in &step.capture {
                selector(lint, place.key("capture").key(name).span(), &captured.value, probe);
            }
        }
    }
    for (place, check) in lint.checks() {
        if let Some(for_each) = &check.for_each {
            let span = place.key("for-each").key("select").span();
            selector(lint, span, &for_each.select.value, &for_each.source.0);
        }
        for (index, explain) in check.explain.iter().enumerate() {
            let place = place.key("explain").item(index).key("when");
            match &check.asks {
                Asks::One(step) => expect(lint, place, &explain.when.value, &step.probe.value),
                Asks::Scenario(scenario) => of_a_step(lint, place, &explain.when.value, &scenario.steps.value),
            }
        }
    }
}

/// An explanation is about whichever step fails: one of them must yield what
/// it looks at.
fn of_a_step(lint: &mut Lint, place: Place, when: &Expect, steps: &[Step]) {
    for expectation in &when.0 {
        let name = expectation.selector.value.text();
        if !steps.iter().any(|step| step.probe.value.answers(&expectation.selector.value)) {
            lint.say(place.name(name), message!("no-step-yields", field = name));
        }
    }
    matchers(lint, place, when);
}

fn expect(lint: &mut Lint, place: Place, expect: &Expect, probe: &Probe) {
    for expectation in &expect.0 {
        let name = expectation.selector.value.text();
        selector(lint, place.name(name), &expectation.selector.value, probe);
    }
    matchers(lint, place, expect);
}

fn matchers(lint: &mut Lint, place: Place, expect: &Expect) {
    if expect.0.is_empty() {
        lint.say(place.span(), message!("empty-expectation"));
    }
    for expectation in &expect.0 {
        let name = expectation.selector.value.to_string();
        let place = place.key(&name);
        let matchers = &expectation.matchers.value;
        match (expectation.selector.value.kind(), matchers.as_slice()) {
            (SelectorKind::Field, [Matcher::Multi(Multi::Contains, items)])
                if place.is_list() && !items.is_empty() && !LONG_TEXTS.contains(&name.as_str()) =>
            {
                list_for_one(lint, place, &name, items);
            }
            _ => empty(lint, place, matchers),
        }
    }
}

/// `status: [401, 403]` asks that one status hold both.
fn list_for_one(lint: &mut Lint, place: Place, name: &str, items: &[Operand]) {
    let items: Vec<String> = items.iter().map(|item| item.shown().to_string()).collect();
    let found = lint.say(place.span(), message!("list-for-one-value", field = name));
    if items.len() <= 10 {
        found.help = Some(message!("write-one-of", field = name, items = items.join(", ")));
    }
}

/// Lists and maps of nothing hold always or never, whatever was seen.
fn empty(lint: &mut Lint, place: Place, matchers: &[Matcher]) {
    if matchers.is_empty() {
        lint.say(place.span(), message!("empty-matcher"));
    }
    for matcher in matchers {
        let place = place.key(matcher.key());
        match matcher {
            Matcher::Nested(_, inner) => empty(lint, place, inner),
            Matcher::Multi(_, items) if items.is_empty() => {
                lint.say(place.span(), message!("empty-matcher"));
            }
            _ => {}
        }
    }
}

/// A selector must be able to pick something out of what the probe sees.
fn selector(lint: &mut Lint, span: Range<usize>, selector: &Selector, probe: &Probe) {
    let text = selector.to_string();
    let fields: Vec<&str> = probe.fields().iter().map(|field| field.name).collect();
    match selector.kind() {
        SelectorKind::Field if !fields.contains(&text.as_str()) => {
            let message = message!("unknown-field", field = text.as_str(), probe = probe.name());
            lint.unknown(span, &text, &fields, message);
        }
        SelectorKind::Header(_) if probe.yields() != Yields::DocumentAndHeaders => {
            lint.say(span, message!("no-headers", probe = probe.name()));
        }
        SelectorKind::Path { .. } | SelectorKind::Css(_) | SelectorKind::Links(_)
            if probe.yields() == Yields::Fields =>
        {
            lint.say(span, message!("no-document", probe = probe.name()));
        }
        // `$…` reaches into whatever there is.
        SelectorKind::Path { .. } => {}
        _ => match probe.lacks(&text) {
            Some(Lack::Wants(key)) => _ = lint.say(span, message!("field-wants-key", field = text, key = key)),
            Some(Lack::Beside(key)) => _ = lint.say(span, message!("field-not-beside", field = text, key = key)),
            None => {}
        },
    }
}
