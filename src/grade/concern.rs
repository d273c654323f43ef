//! Which checks a change of the folder can't concern, where that can be known.
//!
//! It is known only of checks that read one path of the folder and nothing
//! else, before anything has run that might write there. Of all others, a
//! script that is run or a site that is served, no one can tell.

use super::order::Chosen;
use crate::definition::asks::Asks;
use crate::definition::name::CheckId;
use crate::template::Scope;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The chosen checks whose answer a change of these paths leaves as it was.
pub(crate) fn untouched(chosen: &[Chosen<'_>], changed: &BTreeSet<PathBuf>) -> BTreeSet<CheckId> {
    let before_writers = chosen.iter().take_while(|one| !one.check.writes());
    before_writers
        .filter(|one| {
            let path = match &one.check.asks {
                Asks::One(step) => step.probe.value.reads().and_then(|path| path.render(&Scope::default()).ok()),
                Asks::Scenario(_) => None,
            };
            path.is_some_and(|path| !concerned(&path, changed))
        })
        .map(|one| one.check.id.value.clone())
        .collect()
}

/// Whether a path, or one above or below it, is among those that changed. What
/// isn't plainly a path of the folder is concerned by everything.
fn concerned(path: &str, changed: &BTreeSet<PathBuf>) -> bool {
    let path = Path::new(path.strip_prefix("/work/").unwrap_or(path));
    let plain = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    !plain || changed.iter().any(|changed| changed.starts_with(path) || path.starts_with(changed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::{Selection, selected};

    const CHECKS: &str = r#"
      - id: has-readme
        must: {en: "a README"}
        file: {path: README.md}
        expect: {exists: true}
      - id: has-pages
        must: {en: "pages"}
        files: {under: "/work/site"}
        expect: {count: {gte: 1}}
      - id: drawn
        must: {en: "a name"}
        file: {path: "${run.nonce}.txt"}
        expect: {exists: true}
      - id: above
        must: {en: "a name"}
        file: {path: "site/../x"}
        expect: {exists: true}
      - id: deploy
        must: {en: "a deploy"}
        exec: {run: ["./deploy.sh"]}
        expect: {exit: 0}
      - id: written
        must: {en: "what it wrote"}
        file: {path: out.txt}
        expect: {exists: true}
"#;

    fn spared(changed: &[&str]) -> Vec<String> {
        let yaml = format!(
            r#"apiVersion: lab/v1
id: demo
version: 1.0.0
languages: [en]
title: {{en: "Demo"}}
level: beginner
duration: 10m
environment:
  toolbox: {{image: {{pull: "debian:trixie"}}}}
tasks:
  - id: publish
    tier: core
    duration: 5m
    title: {{en: "Publish"}}
    checks:{CHECKS}"#
        );
        let lab: crate::definition::model::Lab = serde_yaml::from_str(&yaml).unwrap();
        let changed = changed.iter().map(PathBuf::from).collect();
        untouched(&selected(&lab, &Selection::All), &changed).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_check_that_reads_one_path_is_concerned_by_that_path_alone() {
        assert_eq!(spared(&["deploy.sh"]), ["has-pages", "has-readme"]);
        assert_eq!(spared(&["README.md"]), ["has-pages"]);
        assert_eq!(spared(&["site/css/main.css"]), ["has-readme"]);
        // A folder that came or went concerns all below it.
        assert_eq!(spared(&["site"]), ["has-readme"]);
        assert_eq!(spared(&["site-old/a", "README.md.bak"]), ["has-pages", "has-readme"]);
    }
}
