//! The outcome as Markdown: a table, and what explains it below.

use super::told;
use super::voice::Voice;
use super::{Extra, Sign, clean};
use crate::i18n::Words;
use crate::outcome::Outcome;
use crate::verdict::{CheckResult, Verdict};
use std::fmt::Write as _;

pub(crate) fn outcome(outcome: &Outcome, words: &Words, extra: Extra<'_>) -> String {
    let voice = Voice::plain(words);
    let mut text = format!("# {}\n\n", escaped(&told::title(outcome, voice)));
    let _ = writeln!(text, "**{}**\n", escaped(&super::outcome::sum_up(outcome, voice)));
    if let Some(at) = told::when(extra.at) {
        let judged =
            voice.say(&message!("format-judged-at", lab = outcome.lab.as_str(), version = &outcome.version, at = at));
        let _ = writeln!(text, "{}\n", escaped(&clean::line(&judged)));
    }
    if let Some(judge) = told::judge(outcome, voice) {
        let _ = writeln!(text, "{}\n", escaped(&clean::line(&judge)));
    }
    table(&mut text, outcome, voice);
    for result in outcome.results().filter(|result| is_explained(result)) {
        let sign = Sign::of(&result.verdict).text(voice.style);
        let _ = writeln!(text, "\n## {sign} {}: {}\n", result.id, escaped(&told::requirement(result, voice)));
        fenced(&mut text, &told::text(result, voice));
    }
    text
}

/// What waits on another check needs no words of its own.
pub(super) fn is_explained(result: &CheckResult) -> bool {
    !matches!(result.verdict, Verdict::Passed | Verdict::Blocked { .. })
}

fn table(text: &mut String, outcome: &Outcome, voice: Voice) {
    let heads =
        [message!("format-task"), message!("format-check"), message!("format-verdict"), message!("format-points")];
    let heads = heads.map(|head| escaped(&voice.say(&head)));
    let _ = writeln!(text, "| {} |\n| --- | --- | --- | ---: |", heads.join(" | "));
    for task in &outcome.tasks {
        for result in &task.results {
            let sign = Sign::of(&result.verdict).text(voice.style);
            let mut verdict = format!("{sign} {}", escaped(&told::verdict(result, voice)));
            if let Verdict::Blocked { on } = &result.verdict {
                verdict = format!("{sign} {}", escaped(&voice.say(&message!("report-waits-on", check = on.as_str()))));
            }
            let row = [
                task.id.to_string(),
                escaped(&told::requirement(result, voice)),
                verdict,
                escaped(&told::points(result)),
            ];
            let _ = writeln!(text, "| {} |", row.join(" | "));
        }
    }
}

/// A clean text in a fence longer than any run of backticks in it.
fn fenced(text: &mut String, inside: &str) {
    let mut longest = 0;
    let mut run = 0;
    for character in inside.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat((longest + 1).max(3));
    let _ = writeln!(text, "{fence}text\n{}\n{fence}", inside.trim_end());
}

/// One clean line in which nothing is markup: not Markdown's, not a table's, not HTML's.
pub(super) fn escaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for character in line.chars() {
        if character.is_ascii_punctuation()
            && !matches!(character, '.' | ',' | ':' | '/' | '-' | '\'' | '"' | '?' | '%' | ';')
        {
            match character {
                '<' => text.push_str("&lt;"),
                '>' => text.push_str("&gt;"),
                '&' => text.push_str("&amp;"),
                // Within a table a backslash before a bar is taken away first.
                '|' => text.push_str("&#124;"),
                // What would call someone by name.
                '@' => text.push_str("&#64;"),
                _ => {
                    text.push('\\');
                    text.push(character);
                }
            }
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_line_is_markup() {
        assert_eq!(
            escaped("a|b `c` *d* [e](f) <g> &h; _i_ @j #k !l ~m~ \\n"),
            "a&#124;b \\`c\\` \\*d\\* \\[e\\]\\(f\\) &lt;g&gt; &amp;h; \\_i\\_ &#64;j \\#k \\!l \\~m\\~ \\\\n"
        );
        assert_eq!(escaped("8 of 21 points · 4.2 s, l'accueil : /"), "8 of 21 points · 4.2 s, l'accueil : /");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        let mut text = String::new();
        fenced(&mut text, "one\n````\n# two\n");
        assert_eq!(text, "`````text\none\n````\n# two\n`````\n");
    }
}
