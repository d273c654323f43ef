//! What the HTML standard's parser calls errors, and in which lines.

use crate::expect::page::Page;

/// Errors that are kept.
const MOST: usize = 50;
/// Characters of each.
const LENGTH: usize = 160;

/// `line 3: unexpected </div>`. Optional end tags that are left out are no
/// errors, as the standard says.
pub(super) fn of(page: &Page) -> Vec<String> {
    page.errors().take(MOST).map(|(line, error)| format!("line {line}: {}", in_words(error))).collect()
}

fn in_words(error: &str) -> String {
    if error.starts_with("Unexpected token") && error.ends_with("insertion mode Initial") {
        return "no <!doctype html> before the first content".to_owned();
    }
    for (kind, open) in [("StartTag", "<"), ("EndTag", "</")] {
        let marker = format!("kind: {kind}, name: Atom(");
        if let Some((_, rest)) = error.split_once(&marker)
            && let Some(name) = rest.trim_start_matches(['\\', '\'']).split(['\\', '\'', ' ']).next()
        {
            return format!("unexpected {open}{name}>");
        }
    }
    error.chars().take(LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::page::Errors;

    fn of(source: &str) -> Vec<String> {
        super::of(&Page::parse(source, Errors::All).unwrap())
    }

    #[test]
    fn end_tags_that_may_be_left_out_are_no_errors() {
        let page = "<!doctype html>\n<title>T</title>\n<p>one\n<p>two\n<ul><li>a<li>b</ul>\n<table><tr><td>x</table>\n";
        assert_eq!(of(page), [] as [&str; 0]);
    }

    #[test]
    fn nothing_that_the_standard_allows_is_an_error() {
        let allowed = [
            "<!-- before --><!DOCTYPE html SYSTEM 'about:legacy-compat'>\r\n<html lang=en><head><title>T</title></head>\r\n<body></body></html>\n<!-- after -->\n",
            "\u{feff}<!doctype html><title>T</title><p>a &amp; b & c &lt; &eacute; &#233; <a href='?a=1&b=2'>x</a>",
            "<!doctype html><title>T</title><svg viewBox='0 0 1 1'><title>t</title><path d=''/><foreignObject><p>x</p></foreignObject></svg><math><mi>x</mi></math>",
            "<!doctype html><html><head><meta charset=utf-8><title>T</title><noscript><link rel=stylesheet href=a></noscript><style>a>b{}</style><script>if (a<b) '<!--'</script><template><tr><td>x</template></head><body><noscript><p>x</p></noscript></body></html>",
            "<!doctype html><title>T</title><table><caption>c</caption><colgroup><col><thead><tr><th>a<tbody><tr><td>b<tr><td>c<tfoot><tr><td>d</table>",
            "<!doctype html><title>T</title><dl><dt>a<dd>b<dt>c<dd>d</dl><select><optgroup label=a><option>b<option>c<optgroup label=d><option>e</select><ruby>a<rp>(<rt>b<rp>)</ruby>",
            "<!doctype html><title>T</title><picture><source srcset=a><img src=b alt=''></picture><video controls><track src=a></video><br/><hr /><input disabled><my-card>x</my-card><details open><summary>a</summary>b</details><dialog>c</dialog>",
            "<!doctype html><title>T</title><p>a<ul><li>b<li>c<ol><li>d</ol></ul><p>e<h2>f</h2><p>g<table><tr><td>h</table><p>i<hr><p>j<pre>\nk</pre><textarea>\nl</textarea><button type=button>m</button><a href=x><h3>n</h3><p>o</p></a>",
            "<!doctype html><title>T</title><iframe src=a title=b></iframe><object data=a><param name=b value=c></object><map name=a><area href=b alt=c></map><label>d <input></label><fieldset><legend>e</legend></fieldset><output>f</output><progress value=1></progress>",
        ];
        for page in allowed {
            assert_eq!(of(page), [] as [&str; 0], "{page}");
        }
    }

    #[test]
    fn an_error_is_named_with_its_line() {
        let page = "<!doctype html>\n<title>T</title>\n<p>one</div>\n<p>two\n";
        assert_eq!(of(page), ["line 3: unexpected </div>"]);
    }

    #[test]
    fn a_missing_doctype_is_an_error_and_so_is_what_stays_open() {
        let errors = of("<title>T</title>\n<div><b>x\n");
        assert_eq!(errors[0], "line 1: no <!doctype html> before the first content");
        assert!(errors.len() > 1, "{errors:?}");
    }

    #[test]
    fn a_page_of_errors_stays_short() {
        assert_eq!(of(&"</x>\n".repeat(10_000)).len(), MOST);
    }
}
