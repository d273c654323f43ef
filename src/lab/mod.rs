//! Labs on disk → typed model.
pub mod asks;
pub mod bundle;
pub mod diagnostic;
pub mod edit;
mod lint;
pub mod load;
pub mod model;
pub mod mutant;
pub mod name;
pub mod needs;
mod outline;
pub mod packed;
pub mod page;
mod patch;
mod probe_yaml;
pub mod reference;
pub mod scaffold;
pub mod schema;
mod serde_errors;
pub mod service;
pub mod shipped;
pub mod task;
pub mod text;
mod yaml_pitfalls;

/// The nearest of some names, for 'did you mean'; empty when none is near.
#[must_use]
pub fn near(name: &str, names: &[&str]) -> String {
    names
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance * 3 <= candidate.chars().count().max(3))
        .min()
        .map(|(_, candidate)| (*candidate).to_owned())
        .unwrap_or_default()
}
