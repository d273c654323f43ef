//! Where probes go: to a service of this lab, by a name that leads there. The
//! clean room reaches nothing else.

use super::{Lint, steps};
use crate::check::{Exec, Probe, Program, Target};
use crate::definition::model::{Lab, Start};
use crate::definition::outline::Place;
use crate::expect::judged::Breach;
use crate::template::{Scope, Template};
use std::collections::BTreeMap;

pub(super) fn lint(lint: &mut Lint) {
    let hosts = hosts(lint.lab);
    let services = lint.root.key("environment").key("services");
    for (name, service) in &lint.lab.environment.services {
        if let Some(ready) = &service.ready {
            let place = services.key(name.as_str()).key("ready").key(ready.probe.name());
            probe(lint, &hosts, place, &ready.probe);
        }
    }
    for (place, asks) in lint.asked() {
        for (place, step) in steps(place, asks) {
            probe(lint, &hosts, place.key(step.probe.value.name()), &step.probe.value);
        }
    }
    for (place, check) in lint.checks() {
        if let Some(for_each) = &check.for_each {
            let place = place.key("for-each").key("in").key(for_each.source.0.name());
            probe(lint, &hosts, place, &for_each.source.0);
        }
    }
}

/// Every host name that leads to a service, names in it filled in, with that service.
pub(super) fn hosts(lab: &Lab) -> BTreeMap<String, &str> {
    let mut hosts = BTreeMap::from([("toolbox".to_owned(), "toolbox")]);
    for (name, service) in &lab.environment.services {
        // Nothing listens in what only lives as long as a command.
        if service.start == Start::Each {
            continue;
        }
        let containers = service.containers(name).into_iter().map(|container| container.to_string());
        let open = service.open.values().filter_map(|open| open.host.as_ref().map(filled));
        let names = containers.chain(service.aliases.iter().cloned()).chain(open).chain([name.to_string()]);
        hosts.extend(names.map(|host| (host, name.as_str())));
    }
    hosts
}

fn probe(lint: &mut Lint, hosts: &BTreeMap<String, &str>, place: Place, probe: &Probe) {
    if let Probe::Program(program) = probe {
        question(lint, place, program);
    }
    for (key, target) in probe.targets() {
        let place = place.key(&key);
        match target {
            Target::Url(template) => url(lint, hosts, place, template),
            Target::Service(name) => service(lint, place, probe, name),
            Target::Host(template) => {
                let host = filled(template);
                if template.names().next().is_none() && !hosts.contains_key(&host) {
                    let known: Vec<&str> = hosts.keys().map(String::as_str).collect();
                    lint.unknown(place.span(), &host, &known, message!("unknown-host", host = host.as_str()));
                }
            }
            Target::Port(0) => {
                lint.say(place.span(), message!("zero"));
            }
            Target::Port(_) => {}
        }
    }
}

/// What stands behind the key of a kind that lives with the lab fits its schema.
fn question(lint: &mut Lint, place: Place, program: &Program) {
    let kind = program.kind;
    let known: Vec<&str> =
        kind.keys.source()["properties"].as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    if let Some(key) = program.keys().find(|key| !known.contains(key)) {
        lint.unknown(place.name(key), key, &known, message!("unknown-key", key = key));
        return;
    }
    let Some(Breach { at, reason }) = program.breach(&harmless(program.ask.templates())) else { return };
    let place = at.split('/').skip(1).fold(place, |place, part| match part.parse() {
        Ok(index) if place.is_list() => place.item(index),
        _ => place.key(part),
    });
    let found = lint.say(place.span(), message!("question-unfit", kind = kind.name, reason = reason));
    found.help = kind.together.clone().map(|text| message!("kind-says", text = text));
}

fn service(lint: &mut Lint, place: Place, probe: &Probe, name: &str) {
    if matches!(probe, Probe::Exec(Exec { user: Some(_), .. })) {
        lint.say(place.span(), message!("user-in-service", service = name));
    }
    let environment = &lint.lab.environment;
    let meant = environment.services.iter().find(|(service, _)| service.as_str() == name);
    // A command may run in what is started for it, and nothing else is there.
    if meant.is_some_and(|(_, service)| service.start == Start::Each) {
        if !matches!(probe, Probe::Exec(_) | Probe::Program(_)) {
            lint.say(place.span(), message!("starts-each", service = name));
        }
        return;
    }
    let known = lint.lab.parts();
    let names: Vec<&str> = known.iter().map(String::as_str).chain(["toolbox"]).collect();
    if !names.contains(&name) {
        lint.unknown(place.span(), name, &names, message!("unknown-service", name = name));
    }
}

fn url(lint: &mut Lint, hosts: &BTreeMap<String, &str>, place: Place, template: &Template) {
    let text = template.to_string();
    // These hold whole URLs, whose hosts are known when they have a value.
    if ["${open.", "${each.", "${capture."].iter().any(|start| text.starts_with(start)) {
        return;
    }
    let Some(host) = host_of(template) else {
        lint.say(place.span(), message!("bad-url", url = text));
        return;
    };
    if !hosts.contains_key(&host) {
        let known: Vec<&str> = hosts.keys().map(String::as_str).collect();
        lint.unknown(place.span(), &host, &known, message!("unknown-host", host = host.as_str()));
    }
}

/// The host of an absolute `http://` URL.
pub(super) fn host_of(url: &Template) -> Option<String> {
    let parsed = url::Url::parse(&filled(url)).ok().filter(|url| url.scheme() == "http");
    parsed.as_ref().and_then(url::Url::host_str).map(str::to_owned)
}

/// A template with something lasting and harmless for each name.
pub(super) fn filled(template: &Template) -> String {
    template.render(&harmless(vec![template])).unwrap_or_default()
}

fn harmless(templates: Vec<&Template>) -> Scope {
    let mut scope = Scope::default();
    for name in templates.into_iter().flat_map(Template::names) {
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        scope.set(name, letters.to_ascii_lowercase());
    }
    scope
}
