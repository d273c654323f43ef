//! Who waits on whom: `needs`, followed to their end.

use super::model::Lab;
use super::name::CheckId;
use std::collections::{BTreeMap, BTreeSet};

/// For each check all those that it needs, also by way of others.
pub(crate) fn needed(lab: &Lab) -> BTreeMap<&CheckId, BTreeSet<&CheckId>> {
    let mut all: BTreeMap<&CheckId, BTreeSet<&CheckId>> = BTreeMap::new();
    // `needs` points backwards, so one pass does it.
    for (_, check) in lab.checks() {
        let mut needed = BTreeSet::new();
        for need in &check.needs {
            needed.insert(&need.value);
            needed.extend(all.get(&need.value).into_iter().flatten().copied());
        }
        all.insert(&check.id.value, needed);
    }
    all
}
