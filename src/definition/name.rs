//! Validated names.

use crate::clean;
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

/// Who learns, as an instructor's list or a draw says it: one line of 1 to 100 characters
/// that a terminal shows as they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct LearnerId(String);

impl LearnerId {
    /// One that was drawn here, of letters and digits.
    pub(crate) fn drawn(nonce: String) -> Self {
        Self(nonce)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LearnerId {
    type Err = Message;

    fn from_str(id: &str) -> Result<Self, Message> {
        let fits = (1..=100).contains(&id.chars().count()) && id.trim() == id && clean::line(id) == id;
        if fits { Ok(Self(id.to_owned())) } else { Err(message!("bad-learner", id = id)) }
    }
}

read_text! {
    LearnerId => |id| id.parse();
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
    fn a_learner_is_one_line_that_a_terminal_shows() {
        for good in ["ada", "Müller, 12", "ada@example.org", "0123456789", &"é".repeat(100)] {
            assert!(good.parse::<LearnerId>().is_ok(), "{good}");
        }
        for bad in ["", " ", " ada", "ada\n", "a\nb", "a\u{1b}[2J", "a\u{202e}b", &"a".repeat(101)] {
            assert!(bad.parse::<LearnerId>().is_err(), "{bad:?}");
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
