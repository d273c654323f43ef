//! How entries with a probe among their keys are read: checks, their steps,
//! canaries, `ready`, `in`. Derive can't do it without `flatten`, which would
//! lose the places in the file.

use super::asks::{Asks, Condition, Scenario, Step};
use super::edit::Edit;
use super::model::{Action, Always, Canary, Check, Eventually, Explain, ForEach, Hint, Ready, Source, Visibility};
use super::name::CheckId;
use super::text::Text;
use crate::check::{Probe, kinds};
use crate::expect::{Expect, Selector};
use crate::quantity::Span;
use schemars::{Schema, SchemaGenerator};
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_yaml::Spanned;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// Every key that can stand beside a probe: its type, the same without places for
/// the schema, and its words.
macro_rules! keys {
    ($($key:literal => $field:ident: $type:ty, $plain:ty, $doc:literal;)*) => {
        pub(super) const KEYS: &[&str] = &[$($key),*];

        /// What was found in one entry.
        #[derive(Default)]
        pub(super) struct Keys {
            probe: Option<Spanned<Probe>>,
            $($field: Option<$type>,)*
        }

        impl Keys {
            fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
                match key {
                    $($key => self.$field = Some(map.next_value()?),)*
                    _ => {}
                }
                Ok(())
            }

            fn schema(key: &str, generator: &mut SchemaGenerator) -> (&'static str, Schema) {
                match key {
                    $($key => ($doc, generator.subschema_for::<$plain>()),)*
                    _ => ("", Schema::default()),
                }
            }
        }
    };
}

keys! {
    "id" => id: Spanned<CheckId>, CheckId, "Its id, unique in the lab.";
    "must" => must: Spanned<Text>, Text, "What must be so; reads well in red.";
    "say" => say: Spanned<Text>, Text, "What it does, in a learner's words.";
    "points" => points: u32, u32, "What it is worth (default: 1).";
    "needs" => needs: Vec<Spanned<CheckId>>, Vec<CheckId>, "Checks that must have passed before.";
    "guards" => guards: Vec<Spanned<CheckId>>, Vec<CheckId>, "Checks that become errors when it doesn't hold.";
    "for-each" => for_each: ForEach, ForEach, "Runs the check for each of some items.";
    "expect" => expect: Spanned<Expect>, Expect, "What must hold: selectors, and matchers for each.";
    "within" => within: Span, Span, "How long it may take (default: 30 seconds).";
    "cel" => cel: Condition, Condition, "What must hold between values, once all that is expected does.";
    "capture" => capture: BTreeMap<String, Spanned<Selector>>, BTreeMap<String, Selector>, "Values to hand on to later steps and checks: name and selector.";
    "explain" => explain: Vec<Explain>, Vec<Explain>, "Words for failures that are common.";
    "overlay" => overlay: Vec<Edit>, Vec<Edit>, "Edits of the learner's files, undone afterwards.";
    "eventually" => eventually: Eventually, Eventually, "Asks again until it holds.";
    "always" => always: Always, Always, "Asks again and again, and it must hold each time.";
    "timeout" => timeout: Span, Span, "Limit for one run of the probe (default: the kind's); of a scenario, for all its steps.";
    "scenario" => scenario: Spanned<Vec<Step>>, Vec<Step>, "Steps in place of one probe; the first that doesn't hold ends them.";
    "finally" => finally: Vec<Step>, Vec<Step>, "Steps that follow a scenario whatever happened.";
    "alone" => alone: bool, bool, "Runs beside no other check, whatever its kind (default: no).";
    "baseline" => baseline: bool, bool, "Whether the untouched starter may pass it (default: no).";
    "hints" => hints: Vec<Hint>, Vec<Hint>, "Hints of its own, before its task's.";
    "visibility" => visibility: Visibility, Visibility, "Whether a learner is told what it asks (default: `visible`); `hidden` shows a neutral text and the points.";
}

/// A map that holds some of the [`Keys`], each once, and one probe or a scenario.
trait Entry: Sized {
    /// The message for what isn't a map.
    const EXPECTED: &'static str;
    const ABOUT: &'static str;
    const KEYS: &'static [&'static str];
    const REQUIRED: &'static [&'static str];

    fn build<E: de::Error>(keys: Keys) -> Result<Self, E>;

    /// Other words for a key than everywhere else.
    fn doc(_key: &str) -> Option<&'static str> {
        None
    }
}

struct EntryVisitor<T>(PhantomData<T>);

impl<'de, T: Entry> Visitor<'de> for EntryVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut keys = Keys::default();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            let name = key.value.as_str();
            if T::KEYS.contains(&name) {
                keys.read(name, &mut map)?;
            } else if let Some(found) = Probe::from_entry(name, &mut map)? {
                if let Some(first) = &keys.probe {
                    return refused(&message!("two-probes", first = first.value.name(), second = name));
                }
                keys.probe = Some(Spanned::new(found, key.referenced, key.defined));
            } else {
                map.next_value::<IgnoredAny>()?;
                let all: Vec<&str> = T::KEYS.iter().copied().chain(kinds()).collect();
                let near = super::near(name, &all);
                return refused(&message!("unknown-key", key = name, expected = all.join(", "), near = near));
            }
        }
        T::build(keys)
    }
}

fn refused<T, E: de::Error>(message: &crate::message::Message) -> Result<T, E> {
    Err(E::custom(message.to_error_text()))
}

fn needed<E: de::Error, T>(value: Option<T>, key: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(key))
}

impl Keys {
    fn probe<E: de::Error>(&mut self) -> Result<Spanned<Probe>, E> {
        self.probe.take().map_or_else(|| refused(&message!("no-probe", kinds = kinds().join(", "))), Ok)
    }

    /// One probe with what belongs to it.
    fn step<E: de::Error>(mut self) -> Result<Step, E> {
        Ok(Step {
            probe: self.probe::<E>()?,
            say: self.say,
            expect: needed::<E, _>(self.expect, "expect")?,
            cel: self.cel,
            capture: self.capture.unwrap_or_default(),
            overlay: self.overlay.unwrap_or_default(),
            eventually: self.eventually,
            always: self.always,
            timeout: self.timeout,
        })
    }

    /// One probe with what belongs to it, or a scenario.
    fn asks<E: de::Error>(self) -> Result<Asks, E> {
        let Some(steps) = self.scenario else {
            if self.finally.is_some() {
                return refused(&message!("finally-alone", key = "finally"));
            }
            if self.probe.is_none() {
                let kinds: Vec<&str> = kinds().into_iter().chain(["scenario"]).collect();
                return refused(&message!("no-probe", kinds = kinds.join(", ")));
            }
            // What stands beside a scenario is the entry's own.
            return Ok(Asks::One(Box::new(Keys { say: None, overlay: None, ..self }.step()?)));
        };
        if let Some(probe) = self.probe {
            return refused(&message!("two-probes", first = probe.value.name(), second = "scenario"));
        }
        let of_steps = [
            ("expect", self.expect.is_some()),
            ("cel", self.cel.is_some()),
            ("capture", self.capture.is_some()),
            ("eventually", self.eventually.is_some()),
            ("always", self.always.is_some()),
        ];
        if let Some((key, _)) = of_steps.into_iter().find(|(_, there)| *there) {
            return refused(&message!("belongs-to-steps", key = key));
        }
        Ok(Asks::Scenario(Scenario { steps, finally: self.finally.unwrap_or_default(), timeout: self.timeout }))
    }
}

impl Entry for Source {
    const EXPECTED: &'static str = "@expected-probe";
    const ABOUT: &'static str = "A probe by itself.";
    const KEYS: &'static [&'static str] = &[];
    const REQUIRED: &'static [&'static str] = &[];

    fn build<E: de::Error>(mut keys: Keys) -> Result<Self, E> {
        Ok(Self(keys.probe::<E>()?.value))
    }
}

impl Entry for Ready {
    const EXPECTED: &'static str = "@expected-ready";
    const ABOUT: &'static str = "How one knows that a service serves: a probe and what it must see.";
    const KEYS: &'static [&'static str] = &["expect", "within"];
    const REQUIRED: &'static [&'static str] = &[];

    fn build<E: de::Error>(mut keys: Keys) -> Result<Self, E> {
        let expect = keys.expect.take().map(|expect| expect.value).unwrap_or_default();
        Ok(Self { probe: keys.probe::<E>()?.value, expect, within: keys.within })
    }
}

impl Entry for Canary {
    const EXPECTED: &'static str = "@expected-canary";
    const ABOUT: &'static str = "An expectation on the environment itself, checked before the tasks.";
    const KEYS: &'static [&'static str] =
        &["id", "guards", "expect", "cel", "eventually", "always", "timeout", "scenario", "finally"];
    const REQUIRED: &'static [&'static str] = &["id", "guards"];

    fn build<E: de::Error>(mut keys: Keys) -> Result<Self, E> {
        let id = needed::<E, _>(keys.id.take(), "id")?;
        Ok(Self { id, guards: needed::<E, _>(keys.guards.take(), "guards")?, asks: keys.asks()? })
    }
}

impl Entry for Action {
    const EXPECTED: &'static str = "@expected-action";
    const ABOUT: &'static str = "What `lab do` does to the playground.";
    const KEYS: &'static [&'static str] =
        &["say", "expect", "cel", "eventually", "always", "timeout", "scenario", "finally"];
    const REQUIRED: &'static [&'static str] = &["say"];

    fn build<E: de::Error>(mut keys: Keys) -> Result<Self, E> {
        let say = needed::<E, _>(keys.say.take(), "say")?;
        let anything = |probe: &Spanned<Probe>| Spanned::new(Expect::default(), probe.referenced, probe.defined);
        keys.expect = keys.expect.take().or_else(|| keys.probe.as_ref().map(anything));
        Ok(Self { say, asks: keys.asks()? })
    }

    fn doc(key: &str) -> Option<&'static str> {
        (key == "expect").then_some("What must hold: selectors, and matchers for each (default: that it answers; of a command, that it ends without an error).")
    }
}

impl Entry for Step {
    const EXPECTED: &'static str = "@expected-step";
    const ABOUT: &'static str = "One probe of a scenario, and what must hold of its value.";
    const KEYS: &'static [&'static str] =
        &["say", "expect", "cel", "capture", "overlay", "eventually", "always", "timeout"];
    const REQUIRED: &'static [&'static str] = &["expect"];

    fn build<E: de::Error>(keys: Keys) -> Result<Self, E> {
        keys.step()
    }
}

impl Entry for Check {
    const EXPECTED: &'static str = "@expected-check";
    const ABOUT: &'static str = "One requirement and how it is judged.";
    #[rustfmt::skip]
    const KEYS: &'static [&'static str] = &[
        "id", "must", "points", "needs", "for-each", "expect", "cel", "capture", "explain", "overlay", "eventually",
        "always", "timeout", "scenario", "finally", "alone", "baseline", "hints", "visibility",
    ];
    const REQUIRED: &'static [&'static str] = &["id", "must"];

    fn build<E: de::Error>(mut keys: Keys) -> Result<Self, E> {
        Ok(Self {
            id: needed::<E, _>(keys.id.take(), "id")?,
            must: needed::<E, _>(keys.must.take(), "must")?,
            points: keys.points.unwrap_or(1),
            needs: keys.needs.take().unwrap_or_default(),
            for_each: keys.for_each.take(),
            explain: keys.explain.take().unwrap_or_default(),
            overlay: keys.overlay.take().unwrap_or_default(),
            alone: keys.alone.unwrap_or_default(),
            baseline: keys.baseline.unwrap_or_default(),
            hints: keys.hints.take().unwrap_or_default(),
            visibility: keys.visibility.unwrap_or_default(),
            asks: keys.asks()?,
        })
    }
}

macro_rules! entries {
    ($($target:ident),*) => {$(
        impl<'de> Deserialize<'de> for $target {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_map(EntryVisitor(PhantomData))
            }
        }

        impl schemars::JsonSchema for $target {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($target).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let keys = $target::KEYS.iter().map(|key| {
                    let (doc, schema) = Keys::schema(key, generator);
                    (*key, $target::doc(key).unwrap_or(doc), schema)
                });
                let keys = keys.collect();
                super::schema::entry($target::ABOUT, keys, $target::REQUIRED, generator)
            }
        }
    )*};
}

entries!(Source, Ready, Canary, Action, Step, Check);
