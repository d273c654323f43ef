//! What a lab writes behind `workflow`, and the question that is made of it.

use crate::template::{Scope, Template, UnknownName};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct Workflow {
    /// What happens to the repository, or what is read.
    pub(crate) happening: Happening,
    /// The commit on top of the learner's folder, when there is one.
    pub(crate) change: Option<Change>,
    /// Whether this run may go beside others, for it isn't meant to deploy.
    pub(crate) side_by_side: bool,
    /// The service, when it isn't the usual one.
    pub(crate) service: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) enum Happening {
    Push(Template),
    Tag(Template),
    Dispatch {
        branch: Template,
        inputs: BTreeMap<String, Template>,
        /// The file's name; none for all that can be dispatched.
        workflow: Option<Template>,
    },
    PullRequest(Box<PullRequest>),
    /// Nothing: the files in this folder are read.
    Model(Template),
    /// Nothing: a run that an earlier check captured is looked at again.
    Run(Template),
}

/// A pull request.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PullRequest {
    /// Whether it comes from a stranger's fork or from a branch of the repository.
    pub(crate) from: Origin,
    /// Its title (default: `A change`).
    #[serde(default)]
    pub(crate) title: Option<Template>,
    /// Its text (default: empty).
    #[serde(default)]
    pub(crate) body: Option<Template>,
    /// The head's branch (default: `patch-1`).
    #[serde(default)]
    pub(crate) branch: Option<Template>,
    /// The branch it is to be merged into (default: `main`).
    #[serde(default)]
    pub(crate) base: Option<Template>,
    /// What happened to it (default: `opened`).
    #[serde(default)]
    pub(crate) action: Option<Template>,
}

/// Where a pull request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Origin {
    /// A stranger's fork.
    Fork,
    /// A branch of the repository.
    Branch,
}

/// A commit that the lab makes on top of the learner's folder.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// Its message.
    #[serde(default)]
    pub(crate) message: Option<Template>,
    /// What it changes.
    #[serde(default)]
    pub(crate) edit: Vec<Edit>,
}

/// An edit of one file, in a commit.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    /// The file, from the repository's root.
    pub(crate) file: Template,
    pub(crate) how: How,
}

#[derive(Debug, Clone)]
pub(crate) enum How {
    Write(Template),
    Append(Template),
    /// A text that stands there exactly once is replaced.
    Replace {
        replace: Template,
        with: Template,
    },
    Delete,
}

/// An event on the learner's repository, its workflows run, or only read with `model`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// A push to this branch.
    push: Option<Template>,
    /// A push of this tag, on the main branch's commit.
    tag: Option<Template>,
    /// A dispatch by hand on this branch.
    dispatch: Option<Template>,
    /// A pull request.
    #[serde(rename = "pull-request")]
    pull_request: Option<PullRequest>,
    /// Reads the workflow files in this folder, and runs nothing.
    model: Option<Template>,
    /// Looks again at a run that an earlier check captured with `$`.
    run: Option<Template>,
    /// With `dispatch`: the inputs.
    #[serde(default)]
    inputs: BTreeMap<String, Template>,
    /// With `dispatch`: the workflow's file name (default: all that can be dispatched).
    workflow: Option<Template>,
    /// The commit that the lab makes on top of the learner's folder.
    change: Option<Change>,
    /// This run isn't meant to deploy, and may go beside others that aren't.
    #[serde(default, rename = "side-by-side")]
    side_by_side: bool,
    /// The service that runs workflows (default: `runner`; for `model`, the toolbox).
    #[serde(rename = "in")]
    service: Option<String>,
}

schema_as!(Workflow, Entry);

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EditEntry {
    /// The file, from the repository's root.
    file: Option<Template>,
    /// It holds this.
    write: Option<Template>,
    /// This is added at its end.
    append: Option<Template>,
    /// A text that stands there exactly once.
    replace: Option<Template>,
    /// What takes its place.
    with: Option<Template>,
    /// This file goes.
    delete: Option<Template>,
}

schema_as!(Edit, EditEntry);

fn wrong<E: de::Error>() -> E {
    E::custom(message!("workflow-shape").to_error_text())
}

impl<'de> Deserialize<'de> for Workflow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = Entry::deserialize(deserializer)?;
        let dispatched = entry.dispatch.is_some();
        if !dispatched && (entry.workflow.is_some() || !entry.inputs.is_empty()) {
            return Err(wrong());
        }
        let (inputs, workflow) = (entry.inputs, entry.workflow);
        let mut given = [
            entry.push.map(Happening::Push),
            entry.tag.map(Happening::Tag),
            entry.dispatch.map(|branch| Happening::Dispatch { branch, inputs, workflow }),
            entry.pull_request.map(|request| Happening::PullRequest(Box::new(request))),
            entry.model.map(Happening::Model),
            entry.run.map(Happening::Run),
        ]
        .into_iter()
        .flatten();
        let (Some(happening), None) = (given.next(), given.next()) else { return Err(wrong()) };
        let runs = !matches!(happening, Happening::Model(_) | Happening::Run(_));
        if !runs && (entry.change.is_some() || entry.side_by_side) {
            return Err(wrong());
        }
        Ok(Self { happening, change: entry.change, side_by_side: entry.side_by_side, service: entry.service })
    }
}

impl<'de> Deserialize<'de> for Edit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = EditEntry::deserialize(deserializer)?;
        let edit = |file, how| Ok(Self { file, how });
        match (entry.file, entry.write, entry.append, entry.replace, entry.with, entry.delete) {
            (Some(file), Some(text), None, None, None, None) => edit(file, How::Write(text)),
            (Some(file), None, Some(text), None, None, None) => edit(file, How::Append(text)),
            (Some(file), None, None, Some(replace), Some(with), None) => edit(file, How::Replace { replace, with }),
            (None, None, None, None, None, Some(file)) => edit(file, How::Delete),
            _ => Err(de::Error::custom(message!("workflow-edit-shape").to_error_text())),
        }
    }
}

impl Workflow {
    pub(super) fn texts(&self) -> Vec<&Template> {
        let mut texts: Vec<&Template> = match &self.happening {
            Happening::Push(text) | Happening::Tag(text) | Happening::Model(text) | Happening::Run(text) => vec![text],
            Happening::Dispatch { branch, inputs, workflow } => {
                std::iter::once(branch).chain(inputs.values()).chain(workflow).collect()
            }
            Happening::PullRequest(request) => {
                let PullRequest { title, body, branch, base, action, .. } = request.as_ref();
                [title, body, branch, base, action].into_iter().flatten().collect()
            }
        };
        if let Some(change) = &self.change {
            texts.extend(&change.message);
            for edit in &change.edit {
                texts.push(&edit.file);
                match &edit.how {
                    How::Write(text) | How::Append(text) => texts.push(text),
                    How::Replace { replace, with } => texts.extend([replace, with]),
                    How::Delete => {}
                }
            }
        }
        texts
    }

    pub(super) fn words(&self, scope: &Scope) -> Result<String, UnknownName> {
        let mut words = match &self.happening {
            Happening::Push(branch) => format!("push to {}", branch.render(scope)?),
            Happening::Tag(tag) => format!("push of the tag {}", tag.render(scope)?),
            Happening::Dispatch { branch, .. } => format!("dispatch on {}", branch.render(scope)?),
            Happening::PullRequest(request) => {
                let from = if request.from == Origin::Fork { "a fork" } else { "a branch" };
                format!("pull request from {from}")
            }
            Happening::Model(folder) => format!("the workflows in {}", folder.render(scope)?),
            Happening::Run(_) => "the same run".to_owned(),
        };
        for edit in self.change.iter().flat_map(|change| &change.edit) {
            let verb = match edit.how {
                How::Write(_) => "writes",
                How::Append(_) | How::Replace { .. } => "changes",
                How::Delete => "deletes",
            };
            words.extend([", a commit that ", verb, " ", &edit.file.render(scope)?]);
        }
        Ok(words)
    }

    /// The question, for the program that answers it.
    pub(super) fn question(&self, scope: &Scope, limit: Duration) -> Result<Value, UnknownName> {
        let or = |text: &Option<Template>, usual: &str| {
            text.as_ref().map_or_else(|| Ok(usual.to_owned()), |text| text.render(scope))
        };
        let event = match &self.happening {
            Happening::Model(folder) => return Ok(json!({"want": "model", "folder": folder.render(scope)?})),
            Happening::Run(_) => json!({}),
            Happening::Push(branch) => json!({"name": "push", "branch": branch.render(scope)?}),
            Happening::Tag(tag) => json!({"name": "tag", "tag": tag.render(scope)?}),
            Happening::Dispatch { branch, inputs, workflow } => {
                let mut given = Map::new();
                for (name, value) in inputs {
                    given.insert(name.clone(), value.render(scope)?.into());
                }
                json!({
                    "name": "dispatch",
                    "branch": branch.render(scope)?,
                    "inputs": given,
                    "workflow": or(workflow, "")?,
                })
            }
            Happening::PullRequest(request) => json!({
                "name": "pull-request",
                "fork": request.from == Origin::Fork,
                "title": or(&request.title, "A change")?,
                "body": or(&request.body, "")?,
                "branch": or(&request.branch, "patch-1")?,
                "base": or(&request.base, "main")?,
                "action": or(&request.action, "opened")?,
            }),
        };
        let change = match &self.change {
            Some(change) => json!({"message": or(&change.message, "")?, "edit": edits(&change.edit, scope)?}),
            None => Value::Null,
        };
        let limit = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        Ok(json!({"want": "run", "event": event, "change": change, "limit": limit}))
    }
}

fn edits(edits: &[Edit], scope: &Scope) -> Result<Vec<Value>, UnknownName> {
    let edit = |edit: &Edit| {
        let mut told = Map::from_iter([("file".to_owned(), Value::from(edit.file.render(scope)?))]);
        match &edit.how {
            How::Write(text) => _ = told.insert("write".to_owned(), text.render(scope)?.into()),
            How::Append(text) => _ = told.insert("append".to_owned(), text.render(scope)?.into()),
            How::Replace { replace, with } => {
                told.insert("replace".to_owned(), replace.render(scope)?.into());
                told.insert("with".to_owned(), with.render(scope)?.into());
            }
            How::Delete => _ = told.insert("delete".to_owned(), true.into()),
        }
        Ok(Value::Object(told))
    };
    edits.iter().map(edit).collect()
}
