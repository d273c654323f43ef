//! A page to read beside the tasks: nothing in it is judged.

use super::name::TaskId;
use super::text::Text;
use serde::Deserialize;
use serde_yaml::Spanned;

/// An unscored page. Its text is `tasks/<id>.<language>.md`, as a task's is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its id, which no task has.
    pub id: Spanned<TaskId>,
    /// Its title.
    pub title: Spanned<Text>,
}
