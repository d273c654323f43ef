//! What is never logged: a lab's secrets and what is drawn for one learner.
//!
//! Spans carry names and times and no values, but an error's text may quote one.
//! So every value is noted here as it is drawn, before anything could quote it,
//! and a log's writer takes it out of each line.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::{PoisonError, RwLock};

/// Shorter values would be found within other words, and are no secrets.
const SHORTEST: usize = 4;
const HIDDEN: &str = "[redacted]";

static VALUES: RwLock<BTreeSet<String>> = RwLock::new(BTreeSet::new());

/// Keeps these values out of the log from now on, also as JSON writes them.
pub(crate) fn hide<'a>(values: impl IntoIterator<Item = &'a str>) {
    let mut hidden = VALUES.write().unwrap_or_else(PoisonError::into_inner);
    for value in values.into_iter().filter(|value| value.len() >= SHORTEST) {
        let json = serde_json::Value::from(value).to_string();
        hidden.insert(json[1..json.len() - 1].to_owned());
        hidden.insert(value.to_owned());
    }
}

/// A line without the values that were hidden.
fn redacted(line: &str) -> String {
    let hidden = VALUES.read().unwrap_or_else(PoisonError::into_inner);
    let mut values: Vec<&String> = hidden.iter().filter(|value| line.contains(value.as_str())).collect();
    // One may be part of another.
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    values.into_iter().fold(line.to_owned(), |line, value| line.replace(value, HIDDEN))
}

/// Writes whole lines, as `tracing` hands them over, without what is hidden.
#[derive(Debug)]
pub(crate) struct Redacting<W>(pub(crate) W);

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(redacted(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_values_leave_no_line_also_not_within_json_or_each_other() {
        hide(["GKhidden0123", "GKhidden0123456", "a\"quoted\"one", "x"]);
        let mut written = Vec::new();
        let mut log = Redacting(&mut written);
        log.write_all(br#"{"a":"GKhidden0123456/","b":"a\"quoted\"one","c":"x","d":"GKhidden0123"}"#).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert_eq!(written, r#"{"a":"[redacted]/","b":"[redacted]","c":"x","d":"[redacted]"}"#);
    }
}
