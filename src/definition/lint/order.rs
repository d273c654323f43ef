//! Ids, and what points at them: `needs`, `guards`, hints in their order.

use super::Lint;
use crate::definition::model::Hint;
use crate::definition::outline::Place;
use std::collections::{HashMap, HashSet};

pub(super) fn lint(lint: &mut Lint) {
    ids(lint);
    needs(lint);
    guards(lint);
    hints(lint);
}

fn ids(lint: &mut Lint) {
    if lint.lab.tasks.value.is_empty() {
        lint.say(lint.root.name("tasks"), message!("lab-without-tasks"));
    }
    let mut tasks = HashSet::new();
    for (place, task) in lint.tasks() {
        if !tasks.insert(task.id.value.as_str()) {
            lint.say(place.key("id").span(), message!("duplicate-task", id = task.id.value.as_str())).code = DUPLICATE;
        }
        if task.checks.value.is_empty() {
            lint.say(place.name("checks"), message!("task-without-checks", task = task.id.value.as_str()));
        }
    }
    for (place, page) in lint.pages() {
        if !tasks.insert(page.id.value.as_str()) {
            lint.say(place.key("id").span(), message!("duplicate-task", id = page.id.value.as_str())).code = DUPLICATE;
        }
    }
    // Reports name canaries beside checks, so they share their ids' room.
    let mut checks = HashSet::new();
    let all: Vec<_> = lint
        .checks()
        .map(|(place, check)| (place, check.id.value.as_str()))
        .chain(lint.canaries().map(|(place, canary)| (place, canary.id.value.as_str())))
        .collect();
    for (place, id) in all {
        if !checks.insert(id) {
            lint.say(place.key("id").span(), message!("duplicate-check", id = id)).code = DUPLICATE;
        }
    }
}

const DUPLICATE: std::borrow::Cow<'static, str> = std::borrow::Cow::Borrowed("duplicate-id");

fn needs(lint: &mut Lint) {
    let ids: Vec<&str> = lint.checks().map(|(_, check)| check.id.value.as_str()).collect();
    let mut index = HashMap::new();
    for (at, id) in ids.iter().enumerate() {
        index.entry(*id).or_insert(at);
    }
    for (at, (place, check)) in lint.checks().enumerate() {
        let mut seen = HashSet::new();
        for (item, need) in check.needs.iter().enumerate() {
            let span = place.key("needs").item(item).span();
            let need = need.value.as_str();
            if !seen.insert(need) {
                lint.say(span, message!("need-twice", id = need));
                continue;
            }
            match index.get(need) {
                None => lint.unknown(span, need, &ids[..at], message!("unknown-check", id = need)),
                Some(needed) if *needed == at => _ = lint.say(span, message!("need-self", id = need)),
                Some(needed) if *needed > at => _ = lint.say(span, message!("need-later", id = need)),
                Some(_) => {}
            }
        }
    }
}

fn guards(lint: &mut Lint) {
    let ids: Vec<&str> = lint.checks().map(|(_, check)| check.id.value.as_str()).collect();
    let known: HashSet<&str> = ids.iter().copied().collect();
    for (place, canary) in lint.canaries() {
        if canary.guards.is_empty() {
            lint.say(place.key("guards").span(), message!("guards-nothing"));
        }
        for (item, guarded) in canary.guards.iter().enumerate() {
            let guarded = guarded.value.as_str();
            if !known.contains(guarded) {
                let span = place.key("guards").item(item).span();
                lint.unknown(span, guarded, &ids, message!("unknown-check", id = guarded));
            }
        }
    }
}

/// A hint that unlocks before the one above it would never be the next.
fn hints(lint: &mut Lint) {
    let mut lists: Vec<(Place, &[Hint])> = Vec::new();
    lists.extend(lint.tasks().map(|(place, task)| (place.key("hints"), task.hints.as_slice())));
    lists.extend(lint.checks().map(|(place, check)| (place.key("hints"), check.hints.as_slice())));
    for (place, hints) in lists {
        for (index, pair) in hints.windows(2).enumerate() {
            if pair[1].after < pair[0].after {
                let hint = place.item(index + 1);
                let span = if hint.has("after") { hint.key("after").span() } else { hint.span() };
                lint.say(span, message!("hint-too-early", before = pair[0].after));
            }
        }
    }
}
