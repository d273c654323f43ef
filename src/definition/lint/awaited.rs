//! Who asks a program of the learner's waits for it: in the check, or in one that it needs.
//! Otherwise a service that is still starting, or has stopped, fails every check that asks it.

use super::hosts::{filled, host_of, hosts};
use super::{Lint, steps};
use crate::check::{Probe, Target};
use crate::definition::model::Runs;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn lint(lint: &mut Lint) {
    let hosts = hosts(lint.lab);
    let is_learners = |name: &&str| {
        let mut all = lint.lab.environment.services.iter();
        all.any(|(service, is)| service.as_str() == *name && is.runs == Runs::Learner)
    };
    let asked = |probe: &Probe| -> BTreeSet<&str> {
        let places = probe.targets().into_iter().filter_map(|(_, target)| match target {
            Target::Service(name) => hosts.get(name).copied(),
            Target::Host(host) => hosts.get(&filled(host)).copied(),
            Target::Url(url) => match url.to_string().strip_prefix("${open.").and_then(|rest| rest.split('}').next()) {
                Some(open) => {
                    lint.lab.open().find(|(name, _, _)| *name == open).map(|(_, service, _)| service.as_str())
                }
                None => hosts.get(&host_of(url)?).copied(),
            },
            Target::Port(_) => None,
        });
        places.filter(is_learners).collect()
    };
    // For each check those services that were waited for when it has passed.
    let mut awaited: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (place, check) in lint.checks() {
        let mut known: BTreeSet<&str> =
            check.needs.iter().filter_map(|need| awaited.get(need.value.as_str())).flatten().copied().collect();
        for (place, step) in steps(place, &check.asks) {
            let asked = asked(&step.probe.value);
            if step.eventually.is_some() || matches!(step.probe.value, Probe::Service(_)) {
                known.extend(asked);
            } else if let Some(service) = asked.difference(&known).next() {
                let span = place.key(step.probe.value.name()).span();
                lint.say(span, message!("not-awaited", service = *service)).help =
                    Some(message!("not-awaited-help", service = *service));
                known.extend(asked);
            }
        }
        awaited.insert(check.id.value.as_str(), known);
    }
}
