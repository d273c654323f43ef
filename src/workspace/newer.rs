//! Files of `.lab/` that a newer `lab` wrote: a folder travels between machines,
//! and an older `lab` there must lose nothing of it.

use crate::untrusted::{self, Links};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// Bytes of one of the files at the most: ten thousand checks have one.
pub(super) const MOST: u64 = 8 << 20;
/// Every key that this version writes, in any of the files.
const OURS: &[&str] = &[
    "format",
    "lab",
    "version",
    "learner",
    "checks",
    "hints_read",
    "hints",
    "failed_versions",
    "given_up",
    "run_nonce",
    "secrets",
    "gate_password",
];
/// The map whose entries a newer version may have of another kind.
const CHECKS: &str = "checks";

/// Entries whose name and value are known; a newer version may have others.
pub(super) fn known<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    K: std::str::FromStr + Ord,
    V: DeserializeOwned,
    D: Deserializer<'de>,
{
    let entries = BTreeMap::<String, Value>::deserialize(deserializer)?;
    let read = |(key, value): (String, Value)| Some((key.parse().ok()?, serde_json::from_value(value).ok()?));
    Ok(entries.into_iter().filter_map(read).collect())
}

/// What is to be written, and what stands at its path that isn't this version's.
pub(super) fn merged(value: Value, path: &Path) -> Value {
    let Value::Object(mut ours) = value else { return value };
    let there = untrusted::read(path, Links::Refused, MOST)
        .ok()
        .and_then(|text| serde_json::from_slice::<Map<String, Value>>(&text).ok());
    for (key, theirs) in there.unwrap_or_default() {
        match (key.as_str(), theirs) {
            ("format", theirs) if theirs.as_u64() > ours.get("format").and_then(Value::as_u64) => {
                ours.insert(key, theirs);
            }
            (CHECKS, Value::Object(theirs)) => {
                let Some(Value::Object(checks)) = ours.get_mut(CHECKS) else { continue };
                // A standing of ours is a word that this version knows.
                let known = ["passed", "failed", "unavailable"];
                let unknown =
                    theirs.into_iter().filter(|(_, value)| !value.as_str().is_some_and(|word| known.contains(&word)));
                for (check, value) in unknown {
                    checks.entry(check).or_insert(value);
                }
            }
            (name, theirs) if !OURS.contains(&name) => {
                ours.insert(key, theirs);
            }
            _ => {}
        }
    }
    Value::Object(ours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::progress::{LastVerdict, TaskProgress};
    use crate::workspace::record::{Local, Record, Workspace};
    use serde_json::json;
    use std::fs;

    fn folder_with(progress: &Value) -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".lab")).unwrap();
        fs::write(folder.path().join(".lab/progress.json"), progress.to_string()).unwrap();
        let workspace = Workspace { folder: folder.path().to_owned() };
        (folder, workspace)
    }

    #[test]
    fn what_a_newer_version_wrote_stays_when_an_older_one_writes() {
        let newer = json!({
            "format": 7,
            "checks": {"deploy": "passed", "page": {"was": "flaky"}, "Not A Name": "passed?"},
            "hints_read": 1,
            "hints": {"publish": 1},
            "badges": ["first"],
        });
        let (folder, workspace) = folder_with(&newer);
        let (progress, aside) = workspace.progress().unwrap();
        assert_eq!((progress.checks.len(), progress.hints_read, aside), (1, 1, None));

        workspace.update(|progress| progress.read_hint("publish", 2)).unwrap();

        let text = fs::read(folder.path().join(".lab/progress.json")).unwrap();
        let mut expected = newer;
        expected["hints_read"] = json!(2);
        expected["hints"]["publish"] = json!(2);
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), expected);
    }

    #[test]
    fn what_this_version_takes_out_is_out_and_what_it_judges_wins() {
        let (folder, workspace) = folder_with(&json!({
            "format": 1, "checks": {"page": {"was": "flaky"}}, "failed_versions": {"publish": ["a"]}, "given_up": true,
        }));
        workspace
            .update(|progress| {
                progress.failed_versions.clear();
                progress.given_up = false;
                progress.checks.insert("page".parse().unwrap(), LastVerdict::Passed);
            })
            .unwrap();
        let text = fs::read(folder.path().join(".lab/progress.json")).unwrap();
        let expected = json!({"format": 1, "checks": {"page": "passed"}, "hints_read": 0});
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), expected);
    }

    #[test]
    fn an_older_file_that_lacks_what_came_later_is_read() {
        let (_folder, workspace) = folder_with(&json!({"checks": {"deploy": "passed"}}));
        assert_eq!(workspace.progress().unwrap().0.checks.len(), 1);
        let record: Record = serde_json::from_value(json!({"lab": "demo", "learner": "x"})).unwrap();
        assert_eq!((record.format, record.version.as_str()), (0, ""));
    }

    /// Were a key missing here, its old value would come back.
    #[test]
    fn every_key_of_ours_is_known_as_that() {
        let id = || "a".parse().unwrap();
        let progress = TaskProgress {
            format: 1,
            checks: BTreeMap::from([("a".parse().unwrap(), LastVerdict::Failed)]),
            hints_read: 1,
            hints: BTreeMap::from([("a".to_owned(), 1)]),
            failed_versions: BTreeMap::from([(id(), vec!["v".to_owned()])]),
            given_up: true,
        };
        let record =
            Record { format: 1, lab: "a".parse().unwrap(), version: "1".into(), learner: "l".parse().unwrap() };
        let local = Local { run_nonce: "n".into(), secrets: BTreeMap::new(), gate_password: "p".into() };
        let written = [serde_json::to_value(progress), serde_json::to_value(record), serde_json::to_value(local)];
        let mut keys: Vec<String> = written
            .into_iter()
            .flat_map(|value| value.unwrap().as_object().unwrap().keys().cloned().collect::<Vec<_>>())
            .collect();
        keys.sort();
        keys.dedup();
        let mut ours: Vec<&str> = OURS.to_vec();
        ours.sort_unstable();
        assert_eq!(keys, ours);
    }
}
