//! Texts as data: what is to be said, before anyone knows in which language.
//!
//! The core makes [`Message`]s; `i18n` turns them into words at the edge. A
//! test reads every `message!("…")` in the sources and demands that both
//! languages have it, with the same arguments.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: Cow<'static, str>,
    pub(crate) args: Vec<(Cow<'static, str>, Arg)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Arg {
    /// A name, a path, a piece of someone's text: the same in each language.
    Text(String),
    /// A text of the lab's, by the codes of its languages.
    Said(Vec<(String, String)>),
    Number(f64),
    Message(Box<Message>),
}

/// `message!("id", name = value, …)`: a [`Message`].
#[macro_export]
macro_rules! message {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::message::Message {
            id: std::borrow::Cow::Borrowed($id),
            args: vec![$((std::borrow::Cow::Borrowed(stringify!($name)), $crate::message::Arg::from($value))),*],
        }
    };
}

/// Marks, in the text of a serde error, that a whole message follows as JSON.
const MARK: &str = "\u{2}message:";

impl Message {
    /// The message as the text of a serde error, which carries only text.
    pub(crate) fn to_error_text(&self) -> String {
        format!("{MARK}{}", serde_json::to_string(self).unwrap_or_default())
    }

    /// The message that [`Message::to_error_text`] put into an error's text.
    pub(crate) fn from_error_text(text: &str) -> Option<Self> {
        let (_, json) = text.split_once(MARK)?;
        serde_json::Deserializer::from_str(json).into_iter().next()?.ok()
    }
}

/// Reads types from YAML that are one text with a grammar of its own; an error is a [`Message`].
macro_rules! read_text {
    ($($type:ty => |$text:ident| $read:expr;)*) => {$(
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let $text = <String as serde::Deserialize>::deserialize(deserializer)?;
                let read: Result<Self, $crate::message::Message> = $read;
                read.map_err(|message| serde::de::Error::custom(message.to_error_text()))
            }
        }
    )*};
}

impl Arg {
    /// An error's text: the message that it carries, where it carries one.
    pub(crate) fn of_error(text: &str) -> Self {
        Message::from_error_text(text).map_or_else(|| text.into(), Self::from)
    }
}

/// The system's number of an error, also where tempfile has put a path of its own behind the
/// system's words and so hides it.
pub(crate) fn system_code(error: &io::Error) -> Option<i32> {
    error.raw_os_error().or_else(|| {
        let text = error.to_string();
        text.split_once("(os error ")?.1.split_once(')')?.0.parse().ok()
    })
}

/// What the system said, in the reader's words where it is common; an error that isn't the
/// system's has words of its own.
impl From<&io::Error> for Arg {
    fn from(error: &io::Error) -> Self {
        let common = match error.kind() {
            _ if system_code(error).is_none() => None,
            io::ErrorKind::NotFound => Some(message!("system-not-found")),
            io::ErrorKind::PermissionDenied => Some(message!("system-denied")),
            io::ErrorKind::AlreadyExists => Some(message!("system-exists")),
            io::ErrorKind::NotADirectory => Some(message!("system-not-a-folder")),
            io::ErrorKind::IsADirectory => Some(message!("system-a-folder")),
            io::ErrorKind::DirectoryNotEmpty => Some(message!("system-not-empty")),
            io::ErrorKind::StorageFull => Some(message!("system-full")),
            io::ErrorKind::QuotaExceeded => Some(message!("system-quota")),
            io::ErrorKind::ReadOnlyFilesystem => Some(message!("system-read-only")),
            io::ErrorKind::ConnectionRefused => Some(message!("system-refused")),
            _ => None,
        };
        common.map_or_else(|| Self::of_error(&error.to_string()), Self::from)
    }
}

macro_rules! arg_from {
    ($($(#[$attribute:meta])* $type:ty => |$value:ident| $arg:expr;)*) => {
        $($(#[$attribute])* impl From<$type> for Arg { fn from($value: $type) -> Self { $arg } })*
    };
}

arg_from! {
    &str => |value| Self::Text(value.to_owned());
    String => |value| Self::Text(value);
    &String => |value| Self::Text(value.clone());
    Cow<'_, str> => |value| Self::Text(value.into_owned());
    &std::path::Path => |value| Self::Text(value.display().to_string());
    &std::path::PathBuf => |value| Self::Text(value.display().to_string());
    std::path::PathBuf => |value| Self::Text(value.display().to_string());
    Message => |value| Self::Message(Box::new(value));
    f64 => |value| Self::Number(value);
    u8 => |value| Self::Number(f64::from(value));
    u16 => |value| Self::Number(f64::from(value));
    u32 => |value| Self::Number(f64::from(value));
    i32 => |value| Self::Number(f64::from(value));
    #[expect(clippy::cast_precision_loss, reason = "counts and sizes, shown rounded beyond 2^52")]
    i64 => |value| Self::Number(value as f64);
    #[expect(clippy::cast_precision_loss, reason = "counts and sizes, shown rounded beyond 2^52")]
    u64 => |value| Self::Number(value as f64);
    #[expect(clippy::cast_precision_loss, reason = "counts and sizes, shown rounded beyond 2^52")]
    usize => |value| Self::Number(value as f64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_a_message_and_what_others_say_is_kept() {
        let missing = std::fs::read("/nonexistent/file").unwrap_err();
        assert_eq!(Arg::from(&missing), Arg::from(message!("system-not-found")));
        let within = tempfile::Builder::new().tempfile_in("/nonexistent").unwrap_err();
        assert_eq!(Arg::from(&within), Arg::from(message!("system-not-found")));
        let own = io::Error::new(io::ErrorKind::NotFound, "no such entry in the archive");
        assert_eq!(Arg::from(&own), Arg::from("no such entry in the archive"));
    }

    #[test]
    fn a_message_survives_the_text_of_a_serde_error() {
        let message = message!("unknown-name", name = "a\"b", count = 3_u32);
        let text = format!("line 3: {} at line 4", message.to_error_text());
        assert_eq!(Message::from_error_text(&text), Some(message));
        assert_eq!(Message::from_error_text("plain words"), None);
    }
}
