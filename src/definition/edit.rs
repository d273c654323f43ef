//! Edits of a learner's files, as overlays and mutants write them. Applying
//! them is pure: contents in, contents out.

use crate::quantity::Size;
use crate::template::{Scope, Template, UnknownName};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer};

/// One edit. Paths are relative to the learner's folder.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Edit {
    /// Replaces a text that stands in the file exactly once.
    Replace {
        file: Template,
        replace: Template,
        with: Template,
    },
    Append {
        file: Template,
        text: Template,
    },
    /// Makes the file, or replaces all that it holds.
    Write {
        file: Template,
        text: Template,
    },
    /// Makes the file of this size, of characters that don't compress away.
    Fill {
        file: Template,
        size: Size,
    },
    Move {
        from: Template,
        to: Template,
    },
    Delete(Template),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EditError {
    /// The file isn't there: the learner's matter, for the contract names it.
    NoFile {
        path: String,
    },
    Matches {
        path: String,
        count: usize,
    },
    Unknown(UnknownName),
}

impl From<UnknownName> for EditError {
    fn from(unknown: UnknownName) -> Self {
        Self::Unknown(unknown)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) path: String,
    /// Its new contents; none when it goes.
    pub(crate) contents: Option<Vec<u8>>,
}

impl Edit {
    /// The files that have to be read to apply it.
    pub(crate) fn reads(&self, scope: &Scope) -> Result<Option<String>, UnknownName> {
        match self {
            Self::Replace { file, .. } | Self::Append { file, .. } | Self::Move { from: file, .. } => {
                file.render(scope).map(Some)
            }
            Self::Write { .. } | Self::Fill { .. } | Self::Delete(_) => Ok(None),
        }
    }

    /// What it changes. `current` is the file that [`Edit::reads`] names.
    pub(crate) fn apply(&self, scope: &Scope, current: Option<&[u8]>) -> Result<Vec<Change>, EditError> {
        let change = |path: String, contents| vec![Change { path, contents }];
        let present = |path: &str| current.ok_or_else(|| EditError::NoFile { path: path.to_owned() });
        Ok(match self {
            Self::Replace { file, replace, with } => {
                let path = file.render(scope)?;
                let (old, new) = (replace.render(scope)?.into_bytes(), with.render(scope)?.into_bytes());
                let contents = present(&path)?;
                let places: Vec<usize> = contents
                    .windows(old.len().max(1))
                    .enumerate()
                    .filter(|(_, part)| *part == old)
                    .map(|(at, _)| at)
                    .collect();
                let [at] = places.as_slice() else { return Err(EditError::Matches { path, count: places.len() }) };
                let edited = [&contents[..*at], &new, &contents[at + old.len()..]].concat();
                change(path, Some(edited))
            }
            Self::Append { file, text } => {
                let path = file.render(scope)?;
                let edited = [present(&path)?, text.render(scope)?.as_bytes()].concat();
                change(path, Some(edited))
            }
            Self::Write { file, text } => change(file.render(scope)?, Some(text.render(scope)?.into_bytes())),
            Self::Fill { file, size } => change(file.render(scope)?, Some(filling(size.0))),
            Self::Move { from, to } => {
                let from = from.render(scope)?;
                let contents = present(&from)?.to_vec();
                vec![
                    Change { path: to.render(scope)?, contents: Some(contents) },
                    Change { path: from, contents: None },
                ]
            }
            Self::Delete(file) => change(file.render(scope)?, None),
        })
    }

    pub(crate) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Replace { file, replace, with } => vec![file, replace, with],
            Self::Append { file, text } | Self::Write { file, text } => vec![file, text],
            Self::Fill { file, .. } | Self::Delete(file) => vec![file],
            Self::Move { from, to } => vec![from, to],
        }
    }
}

/// Printable characters in an order that no compression shortens much: a
/// linear congruential generator (Numerical Recipes' constants), so that equal
/// sizes give equal files.
fn filling(size: u64) -> Vec<u8> {
    let mut state = 1_u32;
    (0..size)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"[(state >> 26) as usize]
        })
        .collect()
}

// The keys as they stand in YAML, before it is known which edit they make.
/// An edit of the learner's files: `file` with `replace` and `with`, or with one of `append`, `write`, `fill`;
/// or `move` and `to`; or `delete`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// The file to edit, relative to the learner's folder.
    file: Option<Template>,
    /// With `file` and `with`: a text that stands in the file exactly once.
    replace: Option<Template>,
    /// What takes its place.
    with: Option<Template>,
    /// With `file`: a text to add at its end.
    append: Option<Template>,
    /// With `file`: all that it is to hold; the file may be new.
    write: Option<Template>,
    /// With `file`: makes it of this size, of characters that don't compress away.
    fill: Option<Size>,
    /// With `to`: the file to move.
    #[serde(rename = "move")]
    from: Option<Template>,
    /// Where it goes.
    to: Option<Template>,
    /// The file to delete.
    delete: Option<Template>,
}

impl JsonSchema for Edit {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Edit".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Keys::json_schema(generator)
    }
}

impl<'de> Deserialize<'de> for Edit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Keys { file, replace, with, append, write, fill, from, to, delete } = Keys::deserialize(deserializer)?;
        Ok(match (file, replace, with, append, write, fill, from, to, delete) {
            (Some(file), Some(replace), Some(with), None, None, None, None, None, None) => {
                Self::Replace { file, replace, with }
            }
            (Some(file), None, None, Some(text), None, None, None, None, None) => Self::Append { file, text },
            (Some(file), None, None, None, Some(text), None, None, None, None) => Self::Write { file, text },
            (Some(file), None, None, None, None, Some(size), None, None, None) => Self::Fill { file, size },
            (None, None, None, None, None, None, Some(from), Some(to), None) => Self::Move { from, to },
            (None, None, None, None, None, None, None, None, Some(file)) => Self::Delete(file),
            _ => return Err(de::Error::custom(message!("bad-edit").to_error_text())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(yaml: &str) -> Edit {
        serde_yaml::from_str(yaml).unwrap()
    }

    fn applied(yaml: &str, current: &str) -> Result<Vec<Change>, EditError> {
        edit(yaml).apply(&Scope::default(), Some(current.as_bytes()))
    }

    #[test]
    fn a_text_is_replaced_where_it_stands_exactly_once() {
        let changes = applied("{file: a, replace: 'one', with: 'two'}", "x one y").unwrap();
        assert_eq!(changes, [Change { path: "a".into(), contents: Some(b"x two y".to_vec()) }]);
        let twice = applied("{file: a, replace: 'one', with: 'two'}", "one one");
        assert_eq!(twice, Err(EditError::Matches { path: "a".into(), count: 2 }));
        let never = applied("{file: a, replace: 'one', with: 'two'}", "none of it".trim_end_matches("one of it"));
        assert_eq!(never, Err(EditError::Matches { path: "a".into(), count: 0 }));
    }

    #[test]
    fn a_missing_file_is_told_from_a_missing_text() {
        let missing = edit("{file: a, append: x}").apply(&Scope::default(), None);
        assert_eq!(missing, Err(EditError::NoFile { path: "a".into() }));
    }

    #[test]
    fn a_move_makes_the_new_file_before_the_old_one_goes() {
        let changes = applied("{move: a, to: b}", "text").unwrap();
        assert_eq!(changes[0], Change { path: "b".into(), contents: Some(b"text".to_vec()) });
        assert_eq!(changes[1], Change { path: "a".into(), contents: None });
    }

    #[test]
    fn a_filling_has_its_size_and_is_the_same_each_time() {
        let (one, two) = (applied("{file: a, fill: 3KiB}", ""), applied("{file: a, fill: 3KiB}", ""));
        assert_eq!(one.clone().unwrap()[0].contents.as_ref().unwrap().len(), 3 << 10);
        assert_eq!(one, two);
    }

    #[test]
    fn mixed_keys_are_no_edit() {
        for yaml in ["{file: a}", "{file: a, append: x, write: y}", "{move: a}", "{delete: a, file: b}", "{replace: a}"]
        {
            assert!(serde_yaml::from_str::<Edit>(yaml).is_err(), "{yaml}");
        }
    }
}
