//! Texts: each in every language that the lab declares, and in no other.

use super::{Lint, steps};
use crate::definition::model::Hint;
use crate::definition::outline::Place;
use crate::definition::text::{Language, Text};
use std::collections::BTreeSet;

pub(super) fn lint(lint: &mut Lint) {
    let declared: BTreeSet<Language> = lint.lab.languages.value.iter().copied().collect();
    let place = lint.root.key("languages");
    if declared.is_empty() {
        lint.say(place.span(), message!("no-languages"));
        return;
    }
    let mut seen = BTreeSet::new();
    for (index, language) in lint.lab.languages.value.iter().enumerate() {
        if !seen.insert(language) {
            lint.say(place.item(index).span(), message!("language-twice", language = language.code()));
        }
    }
    for (place, text) in all(lint) {
        for language in Language::ALL {
            let code = language.code();
            match (text.exactly(language), declared.contains(&language)) {
                (None, true) => _ = lint.say(place.span(), message!("missing-language", language = code)),
                (Some(_), false) => _ = lint.say(place.name(code), message!("undeclared-language", language = code)),
                (Some(text), true) if text.trim().is_empty() => {
                    lint.say(place.key(code).span(), message!("empty-text"));
                }
                _ => {}
            }
        }
    }
}

fn all<'a>(lint: &Lint<'a>) -> Vec<(Place<'a>, &'a Text)> {
    let mut texts: Vec<(Place<'a>, &'a Text)> = vec![(lint.root.key("title"), &lint.lab.title.value)];
    let environment = lint.root.key("environment");
    let why = lint.lab.environment.network.open.iter();
    texts.extend(why.map(|why| (environment.key("network").key("open"), &why.value)));
    let services = environment.key("services");
    for (name, service) in &lint.lab.environment.services {
        for (port, open) in &service.open {
            let place = services.key(name.as_str()).key("open").key(port).key("title");
            texts.extend(open.title.as_ref().map(|title| (place, title)));
        }
    }
    texts.extend(lint.actions().map(|(place, action)| (place.key("say"), &action.say.value)));
    for (place, task) in lint.tasks() {
        texts.push((place.key("title"), &task.title.value));
        texts.extend(task.first.as_ref().map(|first| (place.key("first"), &first.value)));
        texts.extend(of_hints(place, &task.hints));
    }
    texts.extend(lint.pages().map(|(place, page)| (place.key("title"), &page.title.value)));
    for (place, asks) in lint.asked() {
        let says = steps(place, asks).into_iter().filter_map(|(place, step)| Some((place, step.say.as_ref()?)));
        texts.extend(says.map(|(place, say)| (place.key("say"), &say.value)));
        let told = steps(place, asks).into_iter().filter_map(|(place, step)| Some((place, step.cel.as_ref()?)));
        texts.extend(told.map(|(place, cel)| (place.key("cel").key("message"), &cel.message.value)));
    }
    for (place, check) in lint.checks() {
        texts.push((place.key("must"), &check.must.value));
        texts.extend(of_hints(place, &check.hints));
        for (index, explain) in check.explain.iter().enumerate() {
            texts.push((place.key("explain").item(index).key("say"), &explain.say.value));
        }
    }
    texts
}

fn of_hints<'a>(place: Place<'a>, hints: &'a [Hint]) -> impl Iterator<Item = (Place<'a>, &'a Text)> {
    hints.iter().enumerate().map(move |(index, hint)| (place.key("hints").item(index).key("say"), &hint.say.value))
}
