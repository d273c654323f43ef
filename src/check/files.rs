//! `files`: what lies in a folder, of the learner's folder unless told otherwise.

use super::{Field, Kind, ProbeError, Target, Yields, asked_in, in_work, or_toolbox};
use crate::expect::Observation;
use crate::template::{Scope, Template, UnknownName};
use crate::world::{FileKind, Listed, World};
use globset::{GlobBuilder, GlobMatcher};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// A folder to look through.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// The folder; a relative one starts at `/work`. It may be a link within the
    /// learner's folder; one below it is listed as it is.
    pub(crate) under: Template,
    /// Which files count, by their path below the folder: `**/*.html`
    /// (default: all). `*` stops at a `/`, `**` doesn't.
    #[serde(default, rename = "match")]
    #[schemars(with = "Option<String>")]
    pub(crate) pattern: Option<Pattern>,
    /// The service it is in (default: the toolbox).
    #[serde(default, rename = "in")]
    pub(crate) service: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Pattern(GlobMatcher);

impl Kind for Files {
    const NAME: &'static str = "files";
    const YIELDS: Yields = Yields::Fields;
    const TIMEOUT: Duration = Duration::from_secs(30);
    const FIELDS: &'static [Field] = fields! {
        "exists": "whether the folder is there",
        "paths": "the files' paths below the folder, sorted; folders aren't among them",
        "count": "how many",
        "size": "their bytes together",
    };

    fn templates(&self) -> Vec<&Template> {
        vec![&self.under]
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        self.service.iter().map(|service| ("in".to_owned(), Target::Service(service))).collect()
    }

    fn reads(&self) -> Option<&Template> {
        self.service.is_none().then_some(&self.under)
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        let mut asked = self.under.render(scope)?.trim_end_matches('/').to_owned();
        asked.push('/');
        if let Some(pattern) = &self.pattern {
            asked.push_str(pattern.0.glob().glob());
        }
        Ok(asked_in(asked, self.service.as_deref()))
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, _timeout: Duration) -> Result<Observation, ProbeError> {
        let folder = self.under.render(scope)?;
        let folder = absolute(&folder);
        let service = or_toolbox(self.service.as_deref());
        Ok(see(world.files(service, folder).await?, self.pattern.as_ref()))
    }
}

/// The folder's path without `.` and doubled slashes, which the engine's
/// archive would name its entries by.
fn absolute(folder: &str) -> String {
    let whole = in_work(folder);
    let parts = whole.split('/').filter(|part| !matches!(*part, "" | "."));
    parts.fold(String::new(), |path, part| path + "/" + part)
}

fn see(listed: Option<Vec<Listed>>, pattern: Option<&Pattern>) -> Observation {
    let exists = listed.is_some();
    let mut files = listed.unwrap_or_default();
    files.retain(|file| file.kind != FileKind::Folder && pattern.is_none_or(|pattern| pattern.0.is_match(&file.path)));
    files.sort_by(|left, right| left.path.cmp(&right.path));
    let size: u64 = files.iter().map(|file| file.size).fold(0, u64::saturating_add);
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    Observation {
        fields: vec![
            ("exists", json!(exists)),
            ("count", json!(paths.len())),
            ("paths", json!(paths)),
            ("size", json!(size)),
        ],
        ..Observation::default()
    }
}

read_text! {
    Pattern => |text| {
        let glob = GlobBuilder::new(&text).literal_separator(true).build();
        glob.map(|glob| Self(glob.compile_matcher()))
            .map_err(|error| message!("bad-glob", pattern = text.as_str(), reason = error.kind().to_string()))
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed() -> Vec<Listed> {
        let file = |path: &str, size, kind| Listed { path: path.to_owned(), size, kind };
        vec![
            file("site", 0, FileKind::Folder),
            file("site/index.html", 10, FileKind::File),
            file("site/a/about.html", 20, FileKind::File),
            file("deploy.sh", 5, FileKind::File),
        ]
    }

    fn seen(yaml: &str) -> Observation {
        let files: Files = serde_yaml::from_str(yaml).unwrap();
        see(Some(listed()), files.pattern.as_ref())
    }

    #[test]
    fn files_are_listed_in_order_without_folders() {
        let seen = seen("under: .");
        assert_eq!(seen.field("paths"), Some(&json!(["deploy.sh", "site/a/about.html", "site/index.html"])));
        assert_eq!((seen.field("count"), seen.field("size")), (Some(&json!(3)), Some(&json!(35))));
    }

    #[test]
    fn a_star_stops_at_a_slash_and_two_do_not() {
        assert_eq!(seen("{under: ., match: 'site/*.html'}").field("count"), Some(&json!(1)));
        assert_eq!(seen("{under: ., match: '**/*.html'}").field("count"), Some(&json!(2)));
        let error = serde_yaml::from_str::<Files>("{under: ., match: '[a'}").unwrap_err();
        assert!(error.to_string().contains("bad-glob"), "{error}");
    }

    #[test]
    fn a_relative_folder_starts_at_the_learners() {
        assert_eq!(absolute("."), "/work");
        assert_eq!(absolute("./site//a/"), "/work/site/a");
        assert_eq!(absolute("/srv/"), "/srv");
    }

    #[test]
    fn a_missing_folder_has_no_files() {
        let seen = see(None, None);
        assert_eq!((seen.field("exists"), seen.field("count")), (Some(&json!(false)), Some(&json!(0))));
    }
}
