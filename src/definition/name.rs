//! Validated names.

use crate::message::Message;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidName {
    pub(crate) name: String,
    /// A name near it that would do, if one can be made.
    pub(crate) suggestion: Option<String>,
}

impl InvalidName {
    pub(crate) fn message(&self) -> Message {
        match &self.suggestion {
            Some(suggestion) => {
                message!("bad-name", name = self.name.as_str(), suggestion = suggestion.as_str())
            }
            None => message!("bad-name-no-suggestion", name = self.name.as_str()),
        }
    }
}

/// Lower-case letters, digits and single hyphens, a letter first, at most 40:
/// what fits in a host name, a folder name and a Docker name alike.
fn fits(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.ends_with('-')
        && !name.contains("--")
}

fn check(name: &str) -> Result<(), InvalidName> {
    if fits(name) { Ok(()) } else { Err(InvalidName { name: name.to_owned(), suggestion: suggest(name) }) }
}

fn suggest(name: &str) -> Option<String> {
    let words: Vec<String> = name
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let suggestion = words.join("-");
    fits(&suggestion).then_some(suggestion)
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
            pub struct $name(String);

            impl $name {
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl FromStr for $name {
                type Err = InvalidName;

                fn from_str(name: &str) -> Result<Self, InvalidName> {
                    check(name).map(|()| Self(name.to_owned()))
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    formatter.write_str(&self.0)
                }
            }

            read_text! {
                $name => |name| name.parse().map_err(|error: InvalidName| error.message());
            }
        )*
    };
}

names! {
    /// A lab's id: its folder's name and the word after `lab start`.
    LabId,
    /// A task's id, unique in its lab.
    TaskId,
    /// A check's id, unique in its lab.
    CheckId,
    /// A service's name: its host name in the lab's network.
    ServiceName,
    /// A volume's name, unique in its lab.
    VolumeName,
    /// A mutant's id: its file's name without `.yaml`.
    MutantId,
    /// An action's name: the word after `lab do`.
    ActionName,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_joined_by_hyphens() {
        for good in ["static-site", "a", "s3", "page-404"] {
            assert!(good.parse::<LabId>().is_ok(), "{good}");
        }
        for bad in ["", "Static", "a--b", "-a", "a-", "4a", "a/b", "..", "a_b", "é", &"a".repeat(41)] {
            assert!(bad.parse::<LabId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_near_name_is_suggested() {
        let suggestion = |name: &str| name.parse::<LabId>().unwrap_err().suggestion;
        assert_eq!(suggestion("Static Site").as_deref(), Some("static-site"));
        assert_eq!(suggestion("a_b"), Some("a-b".to_owned()));
        assert_eq!(suggestion("..").as_deref(), None);
    }
}
