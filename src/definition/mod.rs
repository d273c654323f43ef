//! Labs on disk → typed model.
pub(crate) mod asks;
pub(crate) mod bundle;
pub mod diagnostic;
pub(crate) mod digest;
pub(crate) mod docker_archive;
pub(crate) mod document;
pub(crate) mod edit;
pub mod kinds;
pub(crate) mod lint;
pub mod load;
pub mod model;
pub(crate) mod mutant;
pub(crate) mod name;
pub(crate) mod needs;
mod outline;
pub(crate) mod packed;
pub(crate) mod page;
mod patch;
mod probe_yaml;
pub(crate) mod reference;
pub(crate) mod scaffold;
pub(crate) mod schema;
mod serde_errors;
pub(crate) mod service;
pub(crate) mod shipped;
pub(crate) mod task;
pub mod text;
mod yaml_pitfalls;

/// The nearest of some names, for 'did you mean'; empty when none is near.
pub(crate) fn near(name: &str, names: &[&str]) -> String {
    names
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance * 3 <= candidate.chars().count().max(3))
        .min()
        .map(|(_, candidate)| (*candidate).to_owned())
        .unwrap_or_default()
}
