//! What a style sheet loads, by the tokens of CSS (CSS Syntax 3).

use super::link::Role;
use super::media;
use cssparser::{Delimiter, ParseError, Parser, Token};

/// An address that a style sheet names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub(crate) url: String,
    pub(crate) role: Role,
    /// How the sheet names it: `url()`, `@import`.
    pub(crate) by: &'static str,
}

type Parsed<T> = Result<T, ParseError<()>>;

/// Fonts that Chromium reads (CSS Fonts 4, 4.3.1); it has no SVG fonts and no EOT.
const FONTS: &[&str] = &[
    "collection",
    "opentype",
    "opentype-variations",
    "truetype",
    "truetype-variations",
    "woff",
    "woff-variations",
    "woff2",
    "woff2-variations",
];

/// All that a style sheet, or the declarations of a `style` attribute, name; `applies` tells
/// whether its rules do.
pub(super) fn references(source: &str, applies: bool) -> Vec<Reference> {
    let mut sheet = Sheet::default();
    sheet.walk(&mut Parser::new(source), applies);
    sheet.found
}

#[derive(Default)]
struct Sheet {
    found: Vec<Reference>,
    /// Whether an `@import` may no longer come (CSS Cascade 5, 2).
    past_imports: bool,
}

impl Sheet {
    fn note(&mut self, url: &str, role: Role, by: &'static str) {
        self.found.push(Reference { url: url.to_owned(), role, by });
    }

    /// Goes through rules or declarations; `applies` tells whether the media around them do.
    fn walk(&mut self, css: &mut Parser, applies: bool) {
        while let Ok(token) = css.next().cloned() {
            match token {
                Token::AtKeyword(name) => {
                    self.at_rule(&name.to_ascii_lowercase(), css, applies);
                    continue;
                }
                Token::CDO | Token::CDC => continue,
                Token::UnquotedUrl(url) => self.note(&url, Role::loads(applies), "url()"),
                Token::Function(name) if is_url(&name) => {
                    if let Ok(url) = css.parse_nested_block(quoted) {
                        self.note(&url, Role::loads(applies), "url()");
                    }
                }
                Token::Function(name) if name.to_ascii_lowercase().ends_with("image-set") => {
                    within(css, |css| self.image_set(css, applies));
                }
                Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => {
                    self.past_imports = true;
                    within(css, |css| self.walk(css, applies));
                }
                _ => {}
            }
            self.past_imports = true;
        }
    }

    fn at_rule(&mut self, name: &str, css: &mut Parser, applies: bool) {
        if name == "import" {
            let may = !self.past_imports;
            let _ = css.parse_until_after(Delimiter::Semicolon, |css| {
                let url = css.expect_url_or_string()?;
                while css.try_parse(layer_or_supports).is_ok() {}
                let applies = applies && media::list(css);
                if may {
                    self.note(&url, Role::of_sheet(applies), "@import");
                }
                Ok::<_, ParseError<()>>(())
            });
            return;
        }
        let holds = css.parse_until_before(Delimiter::CurlyBracketBlock | Delimiter::Semicolon, |css| match name {
            "media" => Ok(media::list(css)),
            // What stands before the block asks whether something is supported, and loads nothing.
            _ => drained(css).map(|()| name != "document" && name != "-moz-document"),
        });
        let block = css.try_parse(Parser::expect_curly_bracket_block).is_ok();
        self.past_imports |= block || !matches!(name, "charset" | "layer");
        if !block {
            let _ = css.try_parse(Parser::expect_semicolon);
            return;
        }
        let applies = applies && holds.unwrap_or(false);
        within(css, |css| match name {
            "font-face" => self.font_face(css, applies),
            _ => self.walk(css, applies),
        });
    }

    /// Of a face's sources, the first that a browser can read; the last `src` counts that has one.
    fn font_face(&mut self, css: &mut Parser, applies: bool) {
        let mut sources: Vec<Vec<(String, bool)>> = Vec::new();
        while !css.is_exhausted() {
            let _ = css.parse_until_after(Delimiter::Semicolon, |css| {
                let name = css.expect_ident_cloned()?;
                css.expect_colon()?;
                if name.eq_ignore_ascii_case("src") {
                    sources.push(css.parse_comma_separated_ignoring_errors(font_source));
                    return Ok::<_, ParseError<()>>(());
                }
                drained(css)
            });
        }
        let counts = sources.iter().rposition(|source| source.iter().any(|(_, reads)| *reads));
        for (at, source) in sources.iter().enumerate() {
            let first = source.iter().position(|(_, reads)| *reads);
            for (index, (url, _)) in source.iter().enumerate() {
                self.note(url, Role::loads(applies && counts == Some(at) && first == Some(index)), "url()");
            }
        }
    }

    /// Of the pictures that can be read, that of the least resolution that is enough.
    fn image_set(&mut self, css: &mut Parser, applies: bool) {
        let options = css.parse_comma_separated_ignoring_errors(image_option);
        let readable = || options.iter().enumerate().filter(|(_, option)| option.reads);
        let by_resolution = |left: &(usize, &ImageOption), right: &(usize, &ImageOption)| {
            left.1.resolution.total_cmp(&right.1.resolution)
        };
        let enough = readable().filter(|(_, option)| option.resolution >= 1.0).min_by(by_resolution);
        let chosen = enough.or_else(|| readable().max_by(by_resolution)).map(|(index, _)| index);
        for (index, option) in options.iter().enumerate() {
            self.note(&option.url, Role::loads(applies && chosen == Some(index)), "image-set()");
        }
    }
}

struct ImageOption {
    url: String,
    /// Dots per CSS pixel.
    resolution: f32,
    reads: bool,
}

fn image_option(css: &mut Parser) -> Parsed<ImageOption> {
    let mut option = ImageOption { url: css.expect_url_or_string()?.to_string(), resolution: 1.0, reads: true };
    while let Ok(token) = css.next().cloned() {
        match token {
            Token::Dimension { value, unit, .. } => option.resolution = media::resolution(value, &unit),
            Token::Function(name) if name.eq_ignore_ascii_case("type") => {
                option.reads = media::reads_picture(&css.parse_nested_block(quoted)?);
            }
            _ => {}
        }
    }
    Ok(option)
}

/// One source of a font's face: its address, and whether Chromium can read it.
fn font_source(css: &mut Parser) -> Parsed<(String, bool)> {
    let url = css.expect_url()?.to_string();
    // Blink, css_font_face_src_value.cc: without a format it leaves what ends in `.eot`.
    let mut reads = !url.to_ascii_lowercase().ends_with(".eot");
    while let Ok(token) = css.next().cloned() {
        if let Token::Function(name) = token {
            let first = css.parse_nested_block(|css| {
                let first = css.expect_ident_or_string()?.to_ascii_lowercase();
                drained(css).map(|()| first)
            });
            if name.eq_ignore_ascii_case("format") {
                reads = first.is_ok_and(|format| FONTS.contains(&format.as_str()));
            }
        }
    }
    Ok((url, reads))
}

fn layer_or_supports(css: &mut Parser) -> Parsed<()> {
    let is = |name: &str| name.eq_ignore_ascii_case("layer") || name.eq_ignore_ascii_case("supports");
    match css.next()?.clone() {
        Token::Ident(name) if name.eq_ignore_ascii_case("layer") => Ok(()),
        Token::Function(name) if is(&name) => css.parse_nested_block(drained),
        _ => Err(ParseError::unexpected_token()),
    }
}

/// Reads what is in a block; one that is nested deeper than anyone writes isn't.
fn within(css: &mut Parser, read: impl FnOnce(&mut Parser)) {
    let _ = css.parse_nested_block(|css| {
        read(css);
        Ok::<_, ParseError<()>>(())
    });
}

fn is_url(function: &str) -> bool {
    function.eq_ignore_ascii_case("url") || function.eq_ignore_ascii_case("src")
}

fn quoted(css: &mut Parser) -> Parsed<String> {
    let text = css.expect_string()?.to_string();
    drained(css).map(|()| text)
}

#[expect(clippy::unnecessary_wraps, reason = "a closure of the parser's")]
fn drained(css: &mut Parser) -> Parsed<()> {
    while css.next().is_ok() {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Addresses that are loaded, sheets that don't apply in brackets, alternatives in parentheses.
    fn named(css: &str) -> String {
        let found = references(css, true);
        let shown = found.iter().map(|one| match one.role {
            Role::Loads => one.url.clone(),
            Role::LoadsAlone => format!("[{}]", one.url),
            _ => format!("({})", one.url),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn addresses_are_told_from_what_only_looks_like_them() {
        for (css, expected) in [
            ("p { background: url(a.png) }", "a.png"),
            ("p { background: URL( 'a b.png' ), url(\"c.png\" ) }", "a b.png c.png"),
            ("/* url(a.png) */ p { content: 'url(b.png)'; color: red }", ""),
            ("@namespace url(http://www.w3.org/1999/xhtml); @namespace svg 'http://www.w3.org/2000/svg';", ""),
            (
                "p { background: url(\"data:image/svg+xml,<path fill='url(%23n)'/>\") }",
                "data:image/svg+xml,<path fill='url(%23n)'/>",
            ),
            ("p { background: url(a\\.png) } a[href='url(x)'] { --x: url(y) }", "a.png y"),
            ("@supports (background: url(a.png)) { p { background: url(b.png) } }", "b.png"),
            ("@layer base { p { mask: url(a.svg#m) } }", "a.svg#m"),
            ("p { &:hover { background: url(a.png) } }", "a.png"),
            ("background: url(a.png); color: red", "a.png"),
            ("p { background: url(a b.png) }", ""),
        ] {
            assert_eq!(named(css), expected, "{css}");
        }
    }

    #[test]
    fn sheets_are_imported_before_all_else() {
        for (css, expected) in [
            (
                "@charset 'utf-8'; @import 'a.css'; @import url(b.css) layer(x) supports(display: grid) screen;",
                "a.css b.css",
            ),
            ("@layer a, b; @import 'a.css';", "a.css"),
            ("@import 'a.css' print; @import 'b.css' layer;", "[a.css] b.css"),
            ("p {} @import 'a.css';", ""),
            ("@media screen { @import 'a.css'; }", ""),
            ("@import 'a.css'", "a.css"),
        ] {
            assert_eq!(named(css), expected, "{css}");
        }
    }

    #[test]
    fn of_alternatives_one_is_loaded() {
        for (css, expected) in [
            (
                "@font-face { font-family: x; src: local(x), url(a.eot), url(b.woff2) format('woff2'), url(c.woff) format(woff) }",
                "(a.eot) b.woff2 (c.woff)",
            ),
            (
                "@font-face { src: url(a.eot); src: url('a.eot?#iefix') format('embedded-opentype'), url(a.ttf) }",
                "(a.eot) (a.eot?#iefix) a.ttf",
            ),
            ("p { background: image-set('a.png' 1x, 'b.png' 2x) }", "a.png (b.png)"),
            ("p { background: -webkit-image-set(url(b.png) 2x, url(a.png) 1dppx) }", "(b.png) a.png"),
            (
                "p { background: image-set('a.heic' type('image/heic'), 'a.avif' type('image/avif')) }",
                "(a.heic) a.avif",
            ),
            ("@media (max-width: 600px) { p { background: url(a.png) } }", "(a.png)"),
            ("@media print { @font-face { src: url(a.woff) } }", "(a.woff)"),
        ] {
            assert_eq!(named(css), expected, "{css}");
        }
    }

    #[test]
    fn what_is_nested_without_end_ends() {
        for open in ["(", "{", "[", "f(", "@media{", "image-set("] {
            let nested = open.repeat(200_000);
            let found = named(&format!("p {{ background: url(a.png) }} {nested}url(b.png)"));
            assert!(found.starts_with("a.png"), "{open}: {found}");
        }
    }
}
