//! The kinds of probes: one file each, one line each in the table below.
//!
//! A kind fetches through [`World`] and turns what came back into a [`Observation`],
//! purely; judging is [`crate::expect`]'s. To add a kind: write its file, add
//! its `mod` line and its line in the table (CONTRIBUTING.md shows one).

/// Gives a type the schema of another, which its reader goes through.
macro_rules! schema_as {
    ($type:ident, $shape:ident) => {
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $shape::json_schema(generator)
            }
        }
    };
}

/// What selectors of a kind can name, and what each holds: `"status": "the status code",`.
macro_rules! fields {
    ($($name:literal: $doc:literal,)*) => { &[$(Field { name: $name, doc: $doc }),*] };
}

mod dashboards;
mod exec;
#[cfg(test)]
pub(crate) mod fake;
mod file;
mod files;
mod function;
mod html;
mod http;
#[cfg(test)]
mod name;
pub mod program;
mod prometheus;
mod s3;
mod service;
mod tcp;

pub(crate) use dashboards::Dashboards;
pub(crate) use exec::{Exec, Run};
pub(crate) use file::File;
pub(crate) use files::Files;
pub(crate) use function::Function;
pub(crate) use html::Html;
pub(crate) use http::Http;
pub(crate) use program::Program;
pub(crate) use prometheus::Prometheus;
pub(crate) use s3::S3;
pub(crate) use service::{Service, readable};
pub(crate) use tcp::Tcp;

use crate::expect::selector::SelectorKind;
use crate::expect::{Observation, Selector};
use crate::template::{Scope, Template, UnknownName};
use crate::world::{ProbeFailure, World};
use futures_util::future::BoxFuture;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, MapAccess};
use std::time::Duration;
use tracing::Instrument;

pub(crate) trait Kind: DeserializeOwned + JsonSchema {
    const NAME: &'static str;
    const FIELDS: &'static [Field];
    const YIELDS: Yields;
    const TIMEOUT: Duration;

    /// Whether it may change what later checks see.
    fn writes(&self) -> bool {
        false
    }

    fn templates(&self) -> Vec<&Template>;

    /// Where it goes, for the linter; each with the key that says so.
    fn targets(&self) -> Vec<(String, Target<'_>)> {
        Vec::new()
    }

    /// The path in the learner's folder that alone decides its answer; none
    /// where more may, such as a service.
    fn reads(&self) -> Option<&Template> {
        None
    }

    /// Why this form of it has no such field, or header, or document.
    fn lacks(&self, _selector: &str) -> Option<Lack> {
        None
    }

    /// Fills in the names: what will be asked, in technical words.
    fn asked(&self, scope: &Scope) -> Result<String, UnknownName>;

    fn fetch(
        &self,
        world: &dyn World,
        scope: &Scope,
        timeout: Duration,
    ) -> impl Future<Output = Result<Observation, ProbeError>> + Send;
}

pub fn fields_of(kind: &str) -> Vec<&'static str> {
    let about = Probe::about().into_iter().find(|about| about.name == kind);
    about.map_or_else(Vec::new, |about| about.fields.iter().map(|field| field.name).collect())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// A URL, whose host must lead to a service.
    Url(&'a Template),
    Host(&'a Template),
    /// The name of a service, or `toolbox`.
    Service(&'a str),
    /// A port, which isn't 0.
    Port(u16),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Yields {
    Fields,
    /// `$…`, `css …`, `links …` too: it has a document.
    Document,
    /// Those, and `header.x`.
    DocumentAndHeaders,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    pub(crate) yields: Yields,
    pub(crate) timeout: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// Only this key brings it.
    Wants(&'static str),
    /// Beside this key it isn't there.
    Beside(&'static str),
}

#[derive(Debug, Clone, PartialEq, derive_more::From)]
pub(crate) enum ProbeError {
    ProbeFailure(ProbeFailure),
    /// The lab names what nothing defines: a fault of the lab.
    Unknown(UnknownName),
}

/// Where a path of a lab leads: a relative one starts in the learner's folder.
fn in_work(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("/work/{path}") }
}

fn asked_in(asked: String, service: Option<&str>) -> String {
    match service {
        Some(service) => format!("{asked} ({service})"),
        None => asked,
    }
}

fn or_toolbox(service: Option<&str>) -> String {
    service.unwrap_or("toolbox").to_owned()
}

/// The names of all kinds that a lab which is being read may ask.
pub(crate) fn kinds() -> Vec<&'static str> {
    KINDS.iter().copied().chain(program::known().into_iter().map(|kind| kind.name)).collect()
}

/// Makes the enum of kinds, and what goes through all of them, from one table.
macro_rules! table {
    ($($(#[$doc:meta])* $variant:ident,)*) => {
        #[derive(Debug, Clone)]
        pub enum Probe {
            $($(#[$doc])* $variant($variant),)*
            /// A kind that lives with its lab.
            Program(Program),
        }

        pub const KINDS: &[&str] = &[$($variant::NAME),*];

        impl Probe {
            pub(crate) fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $variant::NAME,)* Self::Program(program) => program.kind.name }
            }

            pub(crate) fn fields(&self) -> &'static [Field] {
                match self { $(Self::$variant(_) => $variant::FIELDS,)* Self::Program(program) => &program.kind.fields }
            }

            pub(crate) fn yields(&self) -> Yields {
                match self { $(Self::$variant(_) => $variant::YIELDS,)* Self::Program(program) => program.kind.yields }
            }

            pub(crate) fn timeout(&self) -> Duration {
                match self { $(Self::$variant(_) => $variant::TIMEOUT,)* Self::Program(program) => program.kind.timeout }
            }

            pub(crate) fn writes(&self) -> bool {
                match self { $(Self::$variant(kind) => kind.writes(),)* Self::Program(kind) => kind.writes() }
            }

            pub(crate) fn templates(&self) -> Vec<&Template> {
                match self { $(Self::$variant(kind) => kind.templates(),)* Self::Program(program) => program.ask.templates() }
            }

            pub(crate) fn targets(&self) -> Vec<(String, Target<'_>)> {
                match self { $(Self::$variant(kind) => kind.targets(),)* Self::Program(kind) => kind.targets() }
            }

            pub(crate) fn reads(&self) -> Option<&Template> {
                match self { $(Self::$variant(kind) => kind.reads(),)* Self::Program(kind) => kind.reads() }
            }

            pub(crate) fn lacks(&self, selector: &str) -> Option<Lack> {
                match self { $(Self::$variant(kind) => kind.lacks(selector),)* Self::Program(_) => None }
            }

            pub(crate) fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
                match self { $(Self::$variant(kind) => kind.asked(scope),)* Self::Program(kind) => kind.asked(scope) }
            }

            pub(crate) fn answers(&self, selector: &Selector) -> bool {
                match selector.kind() {
                    SelectorKind::Field => self.fields().iter().any(|field| field.name == selector.text()),
                    SelectorKind::Header(_) => self.yields() == Yields::DocumentAndHeaders,
                    SelectorKind::Path { .. } | SelectorKind::Css(_) | SelectorKind::Links(_) => {
                        self.yields() != Yields::Fields
                    }
                }
            }

            /// Whether it asks the learner's folder, or only what runs its files.
            pub(crate) fn asks_the_learner(&self, world: &dyn World, scope: &Scope) -> bool {
                self.targets().iter().all(|(_, target)| match target {
                    Target::Url(url) => url.render(scope).is_ok_and(|url| http::runs_learners_files(world, &url)),
                    Target::Host(host) => host.render(scope).is_ok_and(|host| world.runs_learners_files(&host)),
                    Target::Service(name) => *name == "toolbox" || world.runs_learners_files(name),
                    Target::Port(_) => true,
                })
            }

            pub(crate) fn fetch<'a>(
                &'a self,
                world: &'a dyn World,
                scope: &'a Scope,
                timeout: Duration,
            ) -> BoxFuture<'a, Result<Observation, ProbeError>> {
                match self {
                    $(Self::$variant(kind) => {
                        let span = tracing::debug_span!("probe", kind = $variant::NAME);
                        Box::pin(kind.fetch(world, scope, timeout).instrument(span))
                    })*
                    Self::Program(program) => {
                        let span = tracing::debug_span!("probe", kind = program.kind.name);
                        Box::pin(program.fetch(world, scope, timeout).instrument(span))
                    }
                }
            }

            pub(crate) fn schemas(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema)> {
                let own = [$(($variant::NAME, generator.subschema_for::<$variant>()),)*];
                own.into_iter().chain(program::schemas(generator)).collect()
            }

            pub(crate) fn about() -> Vec<About> {
                let own = [$(About {
                    name: $variant::NAME,
                    fields: $variant::FIELDS,
                    yields: $variant::YIELDS,
                    timeout: $variant::TIMEOUT,
                }),*];
                let beside = program::known().into_iter().map(|kind| About {
                    name: kind.name,
                    fields: &kind.fields,
                    yields: kind.yields,
                    timeout: kind.timeout,
                });
                own.into_iter().chain(beside).collect()
            }

            /// Reads the value behind a kind's key; none when `key` is no kind's.
            pub(crate) fn from_entry<'de, A: MapAccess<'de>>(key: &str, map: &mut A) -> Result<Option<Self>, A::Error> {
                $(if key == $variant::NAME {
                    return Ok(Some(Self::$variant(map.next_value()?)));
                })*
                match program::known().into_iter().find(|kind| kind.name == key) {
                    Some(kind) => Ok(Some(Self::Program(Program { kind, ask: map.next_value()? }))),
                    None => Ok(None),
                }
            }
        }
    };
}

table! {
    /// `http`: one HTTP request.
    Http,
    /// `tcp`: whether a port takes connections.
    Tcp,
    /// `exec`: a command in the toolbox or a service.
    Exec,
    /// `file`: one file of the learner's folder or a service.
    File,
    /// `files`: what lies in a folder.
    Files,
    /// `html`: a page, read as a browser reads it.
    Html,
    /// `s3`: a bucket's listing, an object.
    S3,
    /// `function`: calls a function with an event.
    Function,
    /// `service`: stops, starts, pauses a service, or asks whether it is up.
    Service,
    /// `prometheus`: queries, targets, rules and alerts of a Prometheus server.
    Prometheus,
    /// `dashboards`: Grafana dashboards, each panel's queries run.
    Dashboards,
}

#[cfg(test)]
mod tests {
    //! The example of CONTRIBUTING.md, with a table of its own.

    use crate::check::*;

    #[expect(dead_code, reason = "the test asks little of what the table makes")]
    mod table {
        use crate::check::name::Name;
        use crate::check::*;

        table! {
            /// `name`: what a host name leads to.
            Name,
        }

        /// What stands behind a key, as the lab's reader asks for it.
        pub(crate) struct Entry(pub Probe);

        impl<'de> serde::Deserialize<'de> for Entry {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct EntryVisitor;

                impl<'de> serde::de::Visitor<'de> for EntryVisitor {
                    type Value = Entry;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str("a probe")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
                        let key: String = map.next_key()?.unwrap_or_default();
                        let probe = Probe::from_entry(&key, &mut map)?;
                        probe.map(Entry).ok_or_else(|| serde::de::Error::custom("no kind"))
                    }
                }

                deserializer.deserialize_map(EntryVisitor)
            }
        }
    }

    #[test]
    fn a_new_kind_is_one_file_and_one_line() {
        let table::Entry(probe) = serde_yaml::from_str("name: {of: 'shop.internal'}").unwrap();
        assert_eq!((probe.name(), table::KINDS), ("name", ["name"].as_slice()));
        let known: Selector = serde_yaml::from_str("known").unwrap();
        assert!(!probe.writes() && probe.answers(&known));
        assert_eq!(probe.asked(&Scope::default()).unwrap(), "the address of shop.internal");
        let guide = std::fs::read_to_string("CONTRIBUTING.md").unwrap();
        assert!(guide.contains(include_str!("name.rs")), "CONTRIBUTING.md shows another kind than src/check/name.rs");
        assert!(guide.contains("    /// `name`: what a host name leads to.\n    Name,\n"));
    }
}
