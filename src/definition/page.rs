//! A page to read beside the tasks: nothing in it is judged.

use super::name::TaskId;
use super::text::Text;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_yaml::Spanned;

/// An unscored page. Its text is `tasks/<id>.<language>.md`, as a task's is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    /// Its id, which no task has.
    #[schemars(with = "TaskId")]
    pub(crate) id: Spanned<TaskId>,
    /// Its title.
    #[schemars(with = "Text")]
    pub(crate) title: Spanned<Text>,
}
