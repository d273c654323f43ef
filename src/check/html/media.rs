//! Which media queries hold in a browser's window of 1280 by 800 pixels of a plain screen,
//! how long a length is there, and what kinds of media Chromium reads.

use cssparser::{ParseError, Parser, Token};

type Parsed<T> = Result<T, ParseError<()>>;

/// CSS pixels.
const WIDTH: f32 = 1280.0;
/// CSS pixels.
const HEIGHT: f32 = 800.0;
/// CSS pixels of an `em`, outside of a rule that says otherwise.
const EM: f32 = 16.0;

/// Features that are a word, and that word (Media Queries 5), on a desktop as it is installed.
const WORDS: &[(&str, &str)] = &[
    ("any-hover", "hover"),
    ("any-pointer", "fine"),
    ("color-gamut", "srgb"),
    ("display-mode", "browser"),
    ("dynamic-range", "standard"),
    ("forced-colors", "none"),
    ("hover", "hover"),
    ("inverted-colors", "none"),
    ("orientation", "landscape"),
    ("overflow-block", "scroll"),
    ("overflow-inline", "scroll"),
    ("pointer", "fine"),
    ("prefers-color-scheme", "light"),
    ("prefers-contrast", "no-preference"),
    ("prefers-reduced-data", "no-preference"),
    ("prefers-reduced-motion", "no-preference"),
    ("prefers-reduced-transparency", "no-preference"),
    ("scan", "progressive"),
    ("scripting", "enabled"),
    ("update", "fast"),
];

/// Features that are a number.
const NUMBERS: &[(&str, f32)] = &[
    ("width", WIDTH),
    ("height", HEIGHT),
    ("device-width", WIDTH),
    ("device-height", HEIGHT),
    ("aspect-ratio", WIDTH / HEIGHT),
    ("device-aspect-ratio", WIDTH / HEIGHT),
    ("resolution", 1.0),
    ("-webkit-device-pixel-ratio", 1.0),
    ("color", 8.0),
    ("monochrome", 0.0),
    ("grid", 0.0),
];

/// Pictures that Chromium reads.
const PICTURES: &[&str] = &[
    "image/apng",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/jpg",
    "image/jxl",
    "image/png",
    "image/svg+xml",
    "image/webp",
    "image/x-icon",
    "image/vnd.microsoft.icon",
];

/// Sound and films that Chromium reads.
const FILMS: &[&str] = &[
    "application/ogg",
    "audio/aac",
    "audio/flac",
    "audio/mp3",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "audio/webm",
    "audio/x-m4a",
    "audio/x-wav",
    "video/mp4",
    "video/ogg",
    "video/webm",
    "video/x-m4v",
];

pub(super) fn reads_picture(media_type: &str) -> bool {
    known(PICTURES, media_type)
}

pub(super) fn reads_film(media_type: &str) -> bool {
    known(FILMS, media_type)
}

/// Whether a list names a type, whatever its parameters.
fn known(list: &[&str], media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    list.contains(&essence.as_str())
}

/// Whether the list of queries in a `media` attribute holds.
pub(super) fn holds(source: &str) -> bool {
    list(&mut Parser::new(source))
}

/// A list of queries, of which one must hold; an empty one holds. A query that can't be read
/// doesn't hold, as in browsers.
pub(super) fn list(css: &mut Parser) -> bool {
    css.is_exhausted() || css.parse_comma_separated_ignoring_errors(query).contains(&true)
}

fn query(css: &mut Parser) -> Parsed<bool> {
    if let Ok(found) = css.try_parse(|css| css.parse_entirely(condition)) {
        return Ok(found == Some(true));
    }
    let mut kind = css.expect_ident_cloned()?;
    let negated = kind.eq_ignore_ascii_case("not");
    if negated || kind.eq_ignore_ascii_case("only") {
        kind = css.expect_ident_cloned()?;
    }
    let mut found = Some(["all", "screen"].iter().any(|name| kind.eq_ignore_ascii_case(name)));
    while css.try_parse(|css| css.expect_ident_matching("and")).is_ok() {
        found = both(found, not_or_in_parentheses(css)?);
    }
    css.expect_exhausted()?;
    Ok(found == Some(!negated))
}

/// Whether a condition holds; nothing where it asks what we don't know.
pub(super) fn condition(css: &mut Parser) -> Parsed<Option<bool>> {
    let mut found = not_or_in_parentheses(css)?;
    while let Ok(word) = css.try_parse(|css| match css.expect_ident() {
        Ok(word) if word.eq_ignore_ascii_case("and") => Ok(true),
        Ok(word) if word.eq_ignore_ascii_case("or") => Ok(false),
        _ => Err(()),
    }) {
        let next = in_parentheses(css)?;
        found = if word { both(found, next) } else { both(found.map(|it| !it), next.map(|it| !it)).map(|it| !it) };
    }
    Ok(found)
}

fn not_or_in_parentheses(css: &mut Parser) -> Parsed<Option<bool>> {
    let negated = css.try_parse(|css| css.expect_ident_matching("not")).is_ok();
    Ok(in_parentheses(css)?.map(|found| found != negated))
}

/// `and` of three values: what isn't known leaves false what is.
fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn in_parentheses(css: &mut Parser) -> Parsed<Option<bool>> {
    css.expect_parenthesis_block()?;
    css.parse_nested_block(|css| {
        let nested = css.try_parse(|css| css.parse_entirely(condition));
        nested.or_else(|_: ParseError<()>| feature(css))
    })
}

#[derive(Clone, Copy)]
enum Compare {
    Less,
    LessEqual,
    Equal,
    GreaterEqual,
    Greater,
}

impl Compare {
    fn holds(self, left: f32, right: f32) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessEqual => left <= right,
            Self::Equal => (left - right).abs() < 1e-4,
            Self::GreaterEqual => left >= right,
            Self::Greater => left > right,
        }
    }
}

/// `(hover)`, `(min-width: 40em)`, `(width > 600px)`, `(400px <= width <= 700px)`.
fn feature(css: &mut Parser) -> Parsed<Option<bool>> {
    if let Ok(first) = css.try_parse(value) {
        let before = compare(css)?;
        let name = css.expect_ident()?.to_ascii_lowercase();
        let own = number(&name);
        let mut found = own.map(|own| before.holds(first, own));
        if !css.is_exhausted() {
            let after = compare(css)?;
            let last = value(css)?;
            found = both(found, own.map(|own| after.holds(own, last)));
        }
        return Ok(found);
    }
    let name = css.expect_ident()?.to_ascii_lowercase();
    if css.is_exhausted() {
        let word = word(&name).map(|word| !matches!(word, "none" | "no-preference"));
        return Ok(word.or_else(|| number(&name).map(|own| own != 0.0)));
    }
    if css.try_parse(Parser::expect_colon).is_err() {
        let compare = compare(css)?;
        let right = value(css)?;
        return Ok(number(&name).map(|own| compare.holds(own, right)));
    }
    if let Ok(asked) = css.try_parse(Parser::expect_ident_cloned) {
        return Ok(word(&name).map(|word| asked.eq_ignore_ascii_case(word)));
    }
    let plain = name.replacen("min-", "", 1);
    let (compare, plain) = match (plain == name, name.replacen("max-", "", 1)) {
        (false, _) => (Compare::GreaterEqual, plain),
        (true, most) if most != name => (Compare::LessEqual, most),
        _ => (Compare::Equal, name),
    };
    let asked = value(css)?;
    Ok(number(&plain).map(|own| compare.holds(own, asked)))
}

fn word(name: &str) -> Option<&'static str> {
    WORDS.iter().find(|(known, _)| *known == name).map(|(_, word)| *word)
}

fn number(name: &str) -> Option<f32> {
    NUMBERS.iter().find(|(known, _)| *known == name).map(|(_, number)| *number)
}

fn compare(css: &mut Parser) -> Parsed<Compare> {
    let Token::Delim(first) = css.next()?.clone() else { return Err(ParseError::unexpected_token()) };
    let equal = first != '=' && css.try_parse(|css| css.expect_delim('=')).is_ok();
    match (first, equal) {
        ('<', false) => Ok(Compare::Less),
        ('<', true) => Ok(Compare::LessEqual),
        ('=', _) => Ok(Compare::Equal),
        ('>', true) => Ok(Compare::GreaterEqual),
        ('>', false) => Ok(Compare::Greater),
        _ => Err(ParseError::unexpected_token()),
    }
}

/// A number, a ratio, a resolution or a length.
fn value(css: &mut Parser) -> Parsed<f32> {
    let first = length(css)?;
    if css.try_parse(|css| css.expect_delim('/')).is_ok() {
        return Ok(first / css.expect_number()?);
    }
    Ok(first)
}

/// Dots per CSS pixel.
pub(super) fn resolution(value: f32, unit: &str) -> f32 {
    match unit.to_ascii_lowercase().as_str() {
        "dpi" => value / 96.0,
        "dpcm" => value * 2.54 / 96.0,
        _ => value,
    }
}

/// A length in CSS pixels, or a number; `calc()` and its like are computed.
pub(super) fn length(css: &mut Parser) -> Parsed<f32> {
    match css.next()?.clone() {
        Token::Number { value, .. } => Ok(value),
        Token::Dimension { value, unit, .. } => in_pixels(value, &unit),
        Token::Function(name) => {
            let parts = css.parse_nested_block(|css| css.parse_comma_separated(sum))?;
            let reduce = |pick: fn(f32, f32) -> f32| parts.iter().copied().reduce(pick);
            let found = match (name.to_ascii_lowercase().as_str(), parts.as_slice()) {
                ("calc" | "-webkit-calc", [one]) => Some(*one),
                ("min", _) => reduce(f32::min),
                ("max", _) => reduce(f32::max),
                ("clamp", [least, wanted, most]) => Some(wanted.min(*most).max(*least)),
                _ => None,
            };
            found.ok_or_else(ParseError::unexpected_token)
        }
        _ => Err(ParseError::unexpected_token()),
    }
}

fn in_pixels(value: f32, unit: &str) -> Parsed<f32> {
    let one = match unit.to_ascii_lowercase().as_str() {
        "px" => 1.0,
        "em" | "rem" | "ic" => EM,
        "ex" | "ch" => EM / 2.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        "q" => 96.0 / 101.6,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "vw" | "svw" | "lvw" | "dvw" | "vi" | "vmax" => WIDTH / 100.0,
        "vh" | "svh" | "lvh" | "dvh" | "vb" | "vmin" => HEIGHT / 100.0,
        "x" | "dppx" | "dpi" | "dpcm" => return Ok(resolution(value, unit)),
        _ => return Err(ParseError::unexpected_token()),
    };
    Ok(value * one)
}

fn sum(css: &mut Parser) -> Parsed<f32> {
    let mut found = product(css)?;
    loop {
        match css.try_parse(|css| sign(css, ['+', '-'])) {
            Ok('+') => found += product(css)?,
            Ok(_) => found -= product(css)?,
            Err(_) => return Ok(found),
        }
    }
}

fn product(css: &mut Parser) -> Parsed<f32> {
    let mut found = factor(css)?;
    loop {
        match css.try_parse(|css| sign(css, ['*', '/'])) {
            Ok('*') => found *= factor(css)?,
            Ok(_) => found /= factor(css)?,
            Err(_) => return Ok(found),
        }
    }
}

fn factor(css: &mut Parser) -> Parsed<f32> {
    if css.try_parse(Parser::expect_parenthesis_block).is_ok() {
        return css.parse_nested_block(sum);
    }
    length(css)
}

fn sign(css: &mut Parser, known: [char; 2]) -> Parsed<char> {
    match css.next()? {
        Token::Delim(sign) if known.contains(sign) => Ok(*sign),
        _ => Err(ParseError::unexpected_token()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_hold_as_in_a_window_of_1280_by_800() {
        for query in [
            "",
            "all",
            "screen",
            "only screen and (min-width: 600px)",
            "not print",
            "print, screen",
            "(width >= 1280px)",
            "(400px < width <= 80em)",
            "(min-width: 20em) and (orientation: landscape)",
            "not (max-width: 600px)",
            "(max-width: 1px) or (hover)",
            "((min-width: 1px) and (max-height: 800px))",
            "(min-aspect-ratio: 16/10)",
            "(-webkit-min-device-pixel-ratio: 1)",
            "(max-resolution: 96dpi)",
            "(prefers-color-scheme: light)",
            "(min-width: calc(20px + 2 * 10em))",
        ] {
            assert!(holds(query), "{query}");
        }
        for query in [
            "print",
            "not all",
            "not screen and (min-width: 600px)",
            "(max-width: 600px)",
            "(min-resolution: 2dppx)",
            "(prefers-color-scheme: dark)",
            "(prefers-reduced-motion)",
            "(monochrome)",
            "(width: 1281px)",
            "(unheard-of: 1px)",
            "not (unheard-of)",
            "(min-width: 1parsec)",
            "speech, tv",
            "(min-width 600px)",
        ] {
            assert!(!holds(query), "{query}");
        }
    }
}
