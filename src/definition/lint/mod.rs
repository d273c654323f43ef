//! The rules of a lab that no single field can break: all that are broken, at
//! once, each at its place.

mod awaited;
mod expectations;
mod fairness;
mod files;
mod hosts;
mod names;
mod order;
pub(crate) mod services;
mod texts;

pub(super) use files::inside;

use super::diagnostic::Diagnostic;
use super::model::{Action, Asks, Canary, Check, Lab, Page, Step, Task};
use super::outline::{Outline, Place};
use crate::expect::Expect;
use crate::message::Message;
use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

/// Names compared for 'did you mean' in one lab. A hostile one with thousands
/// of names, all unknown, gets no suggestions from some point on.
const COMPARISONS: usize = 200_000;

const API_VERSION: &str = "lab/v1";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rigour {
    /// Those without which a lab can't run.
    Running,
    /// Those of a good lab as well.
    Writing,
}

/// Every rule that a lab breaks. With its folder, the files beside it count too.
pub(crate) fn lint(lab: &Lab, outline: &Outline, folder: Option<&Path>, rigour: Rigour) -> Vec<Diagnostic> {
    let Some(root) = outline.root() else { return Vec::new() };
    let mut lint = Lint { lab, root, found: Vec::new(), comparisons: COMPARISONS };
    head(&mut lint);
    order::lint(&mut lint);
    texts::lint(&mut lint);
    services::lint(&mut lint);
    hosts::lint(&mut lint);
    names::lint(&mut lint);
    expectations::lint(&mut lint);
    durations(&mut lint);
    if let Some(folder) = folder {
        files::lint(&mut lint, folder);
    }
    if rigour == Rigour::Writing {
        fairness::lint(&mut lint, folder);
        awaited::lint(&mut lint);
    }
    lint.found
}

struct Lint<'a> {
    lab: &'a Lab,
    root: Place<'a>,
    found: Vec<Diagnostic>,
    comparisons: usize,
}

impl<'a> Lint<'a> {
    /// Adds a finding; the diagnostic comes back for a code or a way out.
    fn say(&mut self, span: Range<usize>, message: Message) -> &mut Diagnostic {
        self.found.push(Diagnostic::new(span, message));
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// Files the last finding under this rule, for messages that share one.
    fn rule(&mut self, code: &'static str) {
        if let Some(last) = self.found.last_mut() {
            last.code = Cow::Borrowed(code);
        }
    }

    /// The near name, when comparing isn't too much by now.
    fn near(&mut self, name: &str, names: &[&str]) -> String {
        if names.len() > self.comparisons {
            self.comparisons = 0;
            return String::new();
        }
        self.comparisons -= names.len();
        super::near(name, names)
    }

    /// Adds a finding with 'did you mean', or else what there is.
    fn unknown(&mut self, span: Range<usize>, name: &str, names: &[&str], message: Message) {
        let near = self.near(name, names);
        let found = self.say(span, message);
        if !near.is_empty() {
            found.help = Some(message!("did-you-mean", near = near));
        } else if !names.is_empty() && names.len() <= 20 {
            found.help = Some(message!("there-are", names = names.join(", ")));
        }
    }

    fn tasks(&self) -> impl Iterator<Item = (Place<'a>, &'a Task)> + use<'a> {
        let place = self.root.key("tasks");
        self.lab.tasks.value.iter().enumerate().map(move |(index, task)| (place.item(index), task))
    }

    fn pages(&self) -> impl Iterator<Item = (Place<'a>, &'a Page)> + use<'a> {
        let place = self.root.key("pages");
        self.lab.pages.iter().enumerate().map(move |(index, page)| (place.item(index), page))
    }

    /// All checks with their places, in file order.
    fn checks(&self) -> impl Iterator<Item = (Place<'a>, &'a Check)> + use<'a> {
        self.tasks().flat_map(|(task_place, task)| {
            let place = task_place.key("checks");
            task.checks.value.iter().enumerate().map(move |(index, check)| (place.item(index), check))
        })
    }

    /// All that checks, canaries and actions ask, with the entries that do.
    fn asked(&self) -> impl Iterator<Item = (Place<'a>, &'a Asks)> + use<'a> {
        let of_checks = self.checks().map(|(place, check)| (place, &check.asks));
        let of_canaries = self.canaries().map(|(place, canary)| (place, &canary.asks));
        of_checks.chain(of_canaries).chain(self.actions().map(|(place, action)| (place, &action.asks)))
    }

    /// Everything that is expected anywhere, with its places.
    fn expects(&self) -> Vec<(Place<'a>, &'a Expect)> {
        let services = self.root.key("environment").key("services");
        let ready = self.lab.environment.services.iter().filter_map(|(name, service)| {
            let place = services.key(name.as_str()).key("ready");
            Some((place.key("expect"), &service.ready.as_ref()?.expect))
        });
        let asked = self.asked().flat_map(|(place, asks)| steps(place, asks));
        let asked = asked.map(|(place, step)| (place.key("expect"), &step.expect.value));
        let explained = self.checks().flat_map(|(place, check)| {
            let place = place.key("explain");
            let explain = check.explain.iter().enumerate();
            explain.map(move |(index, explain)| (place.item(index).key("when"), &explain.when.value))
        });
        ready.chain(asked).chain(explained).collect()
    }

    fn actions(&self) -> impl Iterator<Item = (Place<'a>, &'a Action)> + use<'a> {
        let place = self.root.key("environment").key("actions");
        self.lab.environment.actions.iter().map(move |(name, action)| (place.key(name.as_str()), action))
    }

    fn canaries(&self) -> impl Iterator<Item = (Place<'a>, &'a Canary)> + use<'a> {
        let place = self.root.key("environment").key("canaries");
        self.lab.environment.canaries.iter().enumerate().map(move |(index, canary)| (place.item(index), canary))
    }
}

/// The steps of what an entry asks, with their places: a probe by itself stands
/// among the entry's own keys.
fn steps<'a>(entry: Place<'a>, asks: &'a Asks) -> Vec<(Place<'a>, &'a Step)> {
    match asks {
        Asks::One(step) => vec![(entry, step)],
        Asks::Scenario(scenario) => {
            let list = |key, steps: &'a [Step]| {
                let place = entry.key(key);
                steps.iter().enumerate().map(move |(index, step)| (place.item(index), step))
            };
            list("scenario", &scenario.steps.value).chain(list("finally", &scenario.finally)).collect()
        }
    }
}

fn head(lint: &mut Lint) {
    let (lab, root) = (lint.lab, lint.root);
    if lab.api_version.value != API_VERSION {
        lint.say(root.key("apiVersion").span(), message!("api-version", known = API_VERSION));
    }
    if !is_version(&lab.version.value) {
        lint.say(root.key("version").span(), message!("bad-version", text = lab.version.value.as_str()));
    }
}

/// `MAJOR.MINOR.PATCH`, without leading zeros.
fn is_version(text: &str) -> bool {
    let number = |part: &str| part == "0" || !part.starts_with('0') && part.parse::<u32>().is_ok();
    text.split('.').count() == 3 && text.split('.').all(number)
}

/// Durations that leave no time.
fn durations(lint: &mut Lint) {
    let (lab, root) = (lint.lab, lint.root);
    let environment = root.key("environment");
    let mut places = vec![(root.key("duration"), Some(lab.duration))];
    places.push((environment.key("room-limit"), lab.environment.room_limit));
    places.extend(lint.tasks().map(|(place, task)| (place.key("duration"), Some(task.duration))));
    for (name, service) in &lab.environment.services {
        if let Some(ready) = &service.ready {
            places.push((environment.key("services").key(name.as_str()).key("ready").key("within"), ready.within));
        }
    }
    for (place, asks) in lint.asked() {
        if let Asks::Scenario(scenario) = asks {
            places.push((place.key("timeout"), scenario.timeout));
        }
        for (place, step) in steps(place, asks) {
            places.push((place.key("timeout"), step.timeout));
            if let Some(eventually) = step.eventually {
                let place = place.key("eventually");
                places.push((place.key("within"), Some(eventually.within)));
                places.push((place.key("every"), eventually.every));
            }
            if let Some(always) = step.always {
                let place = place.key("always");
                places.push((place.key("for"), Some(always.span)));
                places.push((place.key("every"), always.every));
            }
        }
    }
    for (place, span) in places {
        if span.is_some_and(|span| span.0 == Duration::ZERO) {
            lint.say(place.span(), message!("no-time"));
        }
    }
}
