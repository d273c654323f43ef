//! What the HTML standard's parser calls errors, and in which lines.

use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use scraper::{Html, HtmlTreeSink};

/// Errors that are kept.
const MOST: usize = 50;
/// Characters of each.
const LENGTH: usize = 160;

/// `line 3: unexpected </div>`. Optional end tags that are left out are no
/// errors, as the standard says.
pub(super) fn of(source: &str) -> Vec<String> {
    let options = ParseOpts {
        tokenizer: TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() },
        tree_builder: TreeBuilderOpts { exact_errors: true, ..TreeBuilderOpts::default() },
    };
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), options);
    // The parser doesn't keep lines, so it gets one after the other.
    let mut ends = Vec::new();
    for line in source.split_inclusive('\n') {
        parser.process(StrTendril::from_slice(line));
        ends.push(parser.tokenizer.sink.sink.0.borrow().errors.len());
    }
    let errors = parser.finish().errors;
    let line = |index: usize| ends.partition_point(|end| *end <= index).min(ends.len().saturating_sub(1)) + 1;
    let texts = errors.iter().enumerate().take(MOST);
    texts.map(|(index, error)| format!("line {}: {}", line(index), in_words(error))).collect()
}

/// The parser's words, less the shape of its data.
fn in_words(error: &str) -> String {
    for (kind, open) in [("StartTag", "<"), ("EndTag", "</")] {
        let marker = format!("kind: {kind}, name: Atom(");
        if let Some((_, rest)) = error.split_once(&marker)
            && let Some(name) = rest.trim_start_matches(['\\', '\'']).split(['\\', '\'', ' ']).next()
        {
            return format!("unexpected {open}{name}>");
        }
    }
    if error.starts_with("Unexpected token") && error.contains("Initial") {
        return "no <!doctype html> before the first content".to_owned();
    }
    error.chars().take(LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn end_tags_that_may_be_left_out_are_no_errors() {
        let page = "<!doctype html>\n<title>T</title>\n<p>one\n<p>two\n<ul><li>a<li>b</ul>\n<table><tr><td>x</table>\n";
        assert_eq!(of(page), [] as [&str; 0]);
    }

    #[test]
    fn an_error_is_named_with_its_line() {
        let page = "<!doctype html>\n<title>T</title>\n<p>one</div>\n<p>two\n";
        assert_eq!(of(page), ["line 3: unexpected </div>"]);
    }

    #[test]
    fn a_missing_doctype_is_an_error_and_so_is_what_stays_open() {
        let errors = of("<title>T</title>\n<div><b>x\n");
        assert!(errors[0].starts_with("line 1: "), "{errors:?}");
        assert!(errors.len() > 1, "{errors:?}");
    }

    #[test]
    fn a_page_of_errors_stays_short() {
        assert_eq!(of(&"</x>\n".repeat(10_000)).len(), MOST);
    }
}
