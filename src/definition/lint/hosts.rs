//! Where probes go: to a service of this lab, by a name that leads there. The
//! clean room reaches nothing else.

use super::{Lint, steps};
use crate::check::{Exec, Probe, Target};
use crate::definition::model::Start;
use crate::definition::outline::Place;
use crate::template::{Scope, Template};
use std::collections::BTreeSet;

pub(super) fn lint(lint: &mut Lint) {
    let hosts = hosts(lint);
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

/// Every host name that leads to a service, names in it filled in.
fn hosts(lint: &Lint) -> BTreeSet<String> {
    let mut hosts = BTreeSet::from(["toolbox".to_owned()]);
    for (name, service) in &lint.lab.environment.services {
        // Nothing listens in what only lives as long as a command.
        if service.start == Start::Each {
            continue;
        }
        hosts.insert(name.to_string());
        hosts.extend(service.containers(name).iter().map(ToString::to_string));
        hosts.extend(service.aliases.iter().cloned());
        for open in service.open.values() {
            hosts.extend(open.host.as_ref().map(filled));
        }
    }
    hosts
}

fn probe(lint: &mut Lint, hosts: &BTreeSet<String>, place: Place, probe: &Probe) {
    for (key, target) in probe.targets() {
        let place = place.key(&key);
        match target {
            Target::Url(template) => url(lint, hosts, place, template),
            Target::Service(name) => service(lint, place, probe, name),
            Target::Host(template) => {
                let host = filled(template);
                if template.names().next().is_none() && !hosts.contains(&host) {
                    let known: Vec<&str> = hosts.iter().map(String::as_str).collect();
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

fn service(lint: &mut Lint, place: Place, probe: &Probe, name: &str) {
    if matches!(probe, Probe::Exec(Exec { user: Some(_), .. })) {
        lint.say(place.span(), message!("user-in-service", service = name));
    }
    let environment = &lint.lab.environment;
    let meant = environment.services.iter().find(|(service, _)| service.as_str() == name);
    // A command may run in what is started for it, and nothing else is there.
    if meant.is_some_and(|(_, service)| service.start == Start::Each) {
        if !matches!(probe, Probe::Exec(_) | Probe::Workflow(_)) {
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

fn url(lint: &mut Lint, hosts: &BTreeSet<String>, place: Place, template: &Template) {
    let text = template.to_string();
    // These hold whole URLs, whose hosts are known when they have a value.
    if ["${open.", "${each.", "${capture."].iter().any(|start| text.starts_with(start)) {
        return;
    }
    let parsed = url::Url::parse(&filled(template)).ok().filter(|url| url.scheme() == "http");
    let Some(host) = parsed.as_ref().and_then(url::Url::host_str) else {
        lint.say(place.span(), message!("bad-url", url = text));
        return;
    };
    if !hosts.contains(host) {
        let known: Vec<&str> = hosts.iter().map(String::as_str).collect();
        lint.unknown(place.span(), host, &known, message!("unknown-host", host = host));
    }
}

/// A template with something lasting and harmless for each name.
fn filled(template: &Template) -> String {
    let mut scope = Scope::default();
    for name in template.names() {
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        scope.set(name, letters.to_ascii_lowercase());
    }
    template.render(&scope).unwrap_or_default()
}
