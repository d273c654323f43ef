//! How entries with a probe among their keys are read: checks, their steps,
//! canaries, `ready`, `in`. Derive can't do it without `flatten`, which would
//! lose the places in the file.

use super::asks::{EntryKeys, Step};
use super::model::{Action, Canary, Check, Ready, Source};
use crate::check::{KINDS, Probe};
use crate::expect::Expect;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_yaml::Spanned;
use std::fmt;

/// Defines a `Deserialize` over a map that holds the keys named, each once,
/// and one probe. `[key] => field` reads a key into a local `Option`.
macro_rules! entry_with_probe {
    ($target:ident, $expected:literal, $about:literal, required $required:expr, keys { $($(#[doc = $doc:literal])+ $key:literal => $field:ident: $type:ty),* $(,)? }, |$probe:ident $(, $missing:ident)?| $build:expr) => {
        impl<'de> Deserialize<'de> for $target {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct EntryVisitor;

                impl<'de> Visitor<'de> for EntryVisitor {
                    type Value = $target;

                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str($expected)
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$target, A::Error> {
                        const KEYS: &[&str] = &[$($key),*];
                        $(let mut $field: Option<$type> = None;)*
                        let mut probe: Option<Spanned<Probe>> = None;
                        while let Some(key) = map.next_key::<Spanned<String>>()? {
                            match key.value.as_str() {
                                $($key => $field = Some(map.next_value()?),)*
                                name => match Probe::from_entry(name, &mut map)? {
                                    Some(found) => {
                                        if let Some(first) = &probe {
                                            return Err(de::Error::custom(
                                                message!("two-probes", first = first.value.name(), second = name)
                                                    .to_error_text(),
                                            ));
                                        }
                                        probe = Some(Spanned::new(found, key.referenced, key.defined));
                                    }
                                    None => {
                                        map.next_value::<IgnoredAny>()?;
                                        return Err(unknown_key(name, KEYS));
                                    }
                                },
                            }
                        }
                        let $probe = probe;
                        $(let $missing = |field: &'static str| -> A::Error { de::Error::missing_field(field) };)?
                        Ok($build)
                    }
                }

                deserializer.deserialize_map(EntryVisitor)
            }
        }

        impl schemars::JsonSchema for $target {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($target).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let keys = vec![
                    $(($key, [$($doc),+].concat(), <$type as super::schema::Described>::schema(generator)),)*
                ];
                let required: &[&str] = &$required;
                super::schema::entry($about, keys, required, generator)
            }
        }
    };
}

fn unknown_key<E: de::Error>(name: &str, keys: &'static [&'static str]) -> E {
    let all: Vec<&str> = keys.iter().chain(KINDS).copied().collect();
    E::custom(
        message!("unknown-key", key = name, expected = all.join(", "), near = super::near(name, &all)).to_error_text(),
    )
}

fn needed<E: de::Error>(probe: Option<Spanned<Probe>>) -> Result<Spanned<Probe>, E> {
    probe.ok_or_else(|| E::custom(message!("no-probe", kinds = KINDS.join(", ")).to_error_text()))
}

entry_with_probe!(Source, "@expected-probe", "A probe by itself.", required [], keys {}, |probe| Source(needed::<A::Error>(probe)?.value));

entry_with_probe!(Ready, "@expected-ready", "How one knows that a service serves: a probe and what it must see.", required [], keys {
    /// What must hold: selectors, and matchers for each.
    "expect" => expect: Expect,
    /// How long it may take (default: 30 seconds).
    "within" => within: crate::quantity::Span,
}, |probe| Ready { probe: needed::<A::Error>(probe)?.value, expect: expect.unwrap_or_default(), within });

entry_with_probe!(Canary, "@expected-canary", "An expectation on the environment itself, checked before the tasks.", required ["id", "guards"], keys {
    /// Its id, unique in the lab.
    "id" => id: Spanned<super::name::CheckId>,
    /// Checks that become errors when it doesn't hold.
    "guards" => guards: Vec<Spanned<super::name::CheckId>>,
    /// What must hold: selectors, and matchers for each.
    "expect" => expect: Spanned<Expect>,
    /// What must hold between values, once all that is expected does.
    "cel" => cel: super::asks::Condition,
    /// Asks again until it holds.
    "eventually" => eventually: super::model::Eventually,
    /// Asks again and again, and it must hold each time.
    "always" => always: super::model::Always,
    /// Limit for one run of the probe (default: the kind's); of a scenario, for all its steps.
    "timeout" => timeout: crate::quantity::Span,
    /// Steps in place of one probe; the first that doesn't hold ends them.
    "scenario" => scenario: Spanned<Vec<Step>>,
    /// Steps that follow a scenario whatever happened.
    "finally" => finally: Vec<Step>,
}, |probe, missing| Canary {
    id: id.ok_or_else(|| missing("id"))?,
    guards: guards.ok_or_else(|| missing("guards"))?,
    asks: EntryKeys { probe, expect, cel, capture: None, eventually, always, timeout, scenario, finally }.asks::<A::Error>()?,
});

entry_with_probe!(Action, "@expected-action", "What `lab do` does to the playground.", required ["say"], keys {
    /// What it does, in a learner's words.
    "say" => say: Spanned<super::text::Text>,
    /// What must hold: selectors, and matchers for each (default: that it answers; of a command, that it ends without an error).
    "expect" => expect: Spanned<Expect>,
    /// What must hold between values, once all that is expected does.
    "cel" => cel: super::asks::Condition,
    /// Asks again until it holds.
    "eventually" => eventually: super::model::Eventually,
    /// Asks again and again, and it must hold each time.
    "always" => always: super::model::Always,
    /// Limit for one run of the probe (default: the kind's); of a scenario, for all its steps.
    "timeout" => timeout: crate::quantity::Span,
    /// Steps in place of one probe; the first that doesn't hold ends them.
    "scenario" => scenario: Spanned<Vec<Step>>,
    /// Steps that follow a scenario whatever happened.
    "finally" => finally: Vec<Step>,
}, |probe, missing| Action {
    say: say.ok_or_else(|| missing("say"))?,
    asks: {
        let anything = |probe: &Spanned<Probe>| Spanned::new(Expect::default(), probe.referenced, probe.defined);
        let expect = expect.or_else(|| probe.as_ref().map(anything));
        EntryKeys { probe, expect, cel, capture: None, eventually, always, timeout, scenario, finally }.asks::<A::Error>()?
    },
});

entry_with_probe!(Step, "@expected-step", "One probe of a scenario, and what must hold of its value.", required ["expect"], keys {
    /// What it does, in a learner's words.
    "say" => say: Spanned<super::text::Text>,
    /// What must hold: selectors, and matchers for each.
    "expect" => expect: Spanned<Expect>,
    /// What must hold between values, once all that is expected does.
    "cel" => cel: super::asks::Condition,
    /// Values to hand on to later steps and checks: name and selector.
    "capture" => capture: std::collections::BTreeMap<String, Spanned<crate::expect::Selector>>,
    /// Edits of the learner's files, undone afterwards.
    "overlay" => overlay: Vec<super::edit::Edit>,
    /// Asks again until it holds.
    "eventually" => eventually: super::model::Eventually,
    /// Asks again and again, and it must hold each time.
    "always" => always: super::model::Always,
    /// Limit for one run of the probe (default: the kind's); of a scenario, for all its steps.
    "timeout" => timeout: crate::quantity::Span,
}, |probe, missing| Step {
    say,
    probe: needed::<A::Error>(probe)?,
    expect: expect.ok_or_else(|| missing("expect"))?,
    cel,
    capture: capture.unwrap_or_default(),
    overlay: overlay.unwrap_or_default(),
    eventually,
    always,
    timeout,
});

entry_with_probe!(Check, "@expected-check", "One requirement and how it is judged.", required ["id", "must"], keys {
    /// Its id, unique in the lab.
    "id" => id: Spanned<super::name::CheckId>,
    /// What must be so; reads well in red.
    "must" => must: Spanned<super::text::Text>,
    /// What it is worth (default: 1).
    "points" => points: u32,
    /// Checks that must have passed before.
    "needs" => needs: Vec<Spanned<super::name::CheckId>>,
    /// Runs the check for each of some items.
    "for-each" => for_each: super::model::ForEach,
    /// What must hold: selectors, and matchers for each.
    "expect" => expect: Spanned<Expect>,
    /// What must hold between values, once all that is expected does.
    "cel" => cel: super::asks::Condition,
    /// Values to hand on to later steps and checks: name and selector.
    "capture" => capture: std::collections::BTreeMap<String, Spanned<crate::expect::Selector>>,
    /// Words for failures that are common.
    "explain" => explain: Vec<super::model::Explain>,
    /// Edits of the learner's files, undone afterwards.
    "overlay" => overlay: Vec<super::edit::Edit>,
    /// Asks again until it holds.
    "eventually" => eventually: super::model::Eventually,
    /// Asks again and again, and it must hold each time.
    "always" => always: super::model::Always,
    /// Limit for one run of the probe (default: the kind's); of a scenario, for all its steps.
    "timeout" => timeout: crate::quantity::Span,
    /// Steps in place of one probe; the first that doesn't hold ends them.
    "scenario" => scenario: Spanned<Vec<Step>>,
    /// Steps that follow a scenario whatever happened.
    "finally" => finally: Vec<Step>,
    /// Runs beside no other check, whatever its kind (default: no).
    "alone" => alone: bool,
    /// Whether the untouched starter may pass it (default: no).
    "baseline" => baseline: bool,
    /// Hints of its own, before its task's.
    "hints" => hints: Vec<super::model::Hint>,
    /// Whether a learner is told what it asks (default: `visible`); `hidden` shows a neutral text and the points.
    "visibility" => visibility: super::model::Visibility,
}, |probe, missing| Check {
    id: id.ok_or_else(|| missing("id"))?,
    must: must.ok_or_else(|| missing("must"))?,
    points: points.unwrap_or(1),
    needs: needs.unwrap_or_default(),
    for_each,
    asks: EntryKeys { probe, expect, cel, capture, eventually, always, timeout, scenario, finally }.asks::<A::Error>()?,
    explain: explain.unwrap_or_default(),
    overlay: overlay.unwrap_or_default(),
    alone: alone.unwrap_or_default(),
    baseline: baseline.unwrap_or_default(),
    hints: hints.unwrap_or_default(),
    visibility: visibility.unwrap_or_default(),
});
