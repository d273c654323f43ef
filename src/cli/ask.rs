//! One question on a terminal.

use super::context::Context;
use super::show;
use crate::message::Message;
use std::io::{BufRead, IsTerminal};

pub(super) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Whether the answer is yes, in whichever language; anything else is no.
pub(super) fn yes(context: &Context, question: &Message) -> bool {
    show::stderr(&format!("{} ", context.say(question)));
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).is_ok() && is_yes(&answer)
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "o" | "oui")
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_a_clear_yes_is_one() {
        for yes in ["y\n", "Yes", " o ", "OUI\n"] {
            assert!(is_yes(yes), "{yes}");
        }
        for no in ["", "\n", "n", "non", "yesterday", "0"] {
            assert!(!is_yes(no), "{no}");
        }
    }
}
