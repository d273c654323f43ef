//! Which of several pictures a browser takes: `srcset` and `sizes`, as the HTML standard
//! reads them (4.8.4.3) and Chromium chooses (`html_srcset_parser.cc`), at one device pixel
//! per CSS pixel.

use super::media;
use cssparser::{ParseError, Parser};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate<'a> {
    pub(crate) url: &'a str,
    size: Size,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Size {
    /// Device pixels wide.
    Width(f32),
    /// Device pixels per CSS pixel.
    Density(f32),
}

/// The candidates of a `srcset`, but for those that break its grammar.
pub(super) fn candidates(srcset: &str) -> Vec<Candidate<'_>> {
    let mut found = Vec::new();
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|next: char| next.is_ascii_whitespace() || next == ',');
        if rest.is_empty() {
            return found;
        }
        let (url, after) = rest.split_at(rest.find(|next: char| next.is_ascii_whitespace()).unwrap_or(rest.len()));
        let bare = url.trim_end_matches(',');
        let end = if bare.len() < url.len() { 0 } else { end_of_descriptors(after) };
        if let Some(size) = size(&after[..end]) {
            found.push(Candidate { url: bare, size });
        }
        rest = &after[end..];
    }
}

/// Where the comma stands that ends a candidate's descriptors, outside of parentheses.
fn end_of_descriptors(text: &str) -> usize {
    let mut open = false;
    let end = text.char_indices().find(|(_, next)| {
        open = match next {
            '(' => true,
            ')' => false,
            _ => open,
        };
        *next == ',' && !open
    });
    end.map_or(text.len(), |(at, _)| at)
}

fn size(descriptors: &str) -> Option<Size> {
    let (mut width, mut density, mut height) = (None, None, None);
    for descriptor in descriptors.split_ascii_whitespace() {
        let (number, kind) = descriptor.split_at_checked(descriptor.len() - 1)?;
        let slot = match kind {
            "w" => &mut width,
            "x" => &mut density,
            "h" => &mut height,
            _ => return None,
        };
        let number = number.parse::<f32>().ok().filter(|number| number.is_finite() && *number >= 0.0)?;
        if slot.replace(number).is_some() {
            return None;
        }
    }
    match (width, density, height) {
        (Some(width), None, _) if width > 0.0 => Some(Size::Width(width)),
        (None, density, None) => Some(Size::Density(density.unwrap_or(1.0))),
        _ => None,
    }
}

/// The place of the candidate that is loaded. `src` is taken as one more where the standard
/// says so: its place is behind the last. Nothing where there is no candidate at all.
pub(super) fn chosen(candidates: &[Candidate], sizes: &str, src: bool) -> Option<usize> {
    let shown = source_size(sizes);
    let mut densities: Vec<(f32, usize)> = candidates
        .iter()
        .enumerate()
        .map(|(at, candidate)| match candidate.size {
            Size::Width(width) => (width / shown, at),
            Size::Density(density) => (density, at),
        })
        .collect();
    let replaces = |candidate: &Candidate| matches!(candidate.size, Size::Width(_) | Size::Density(1.0));
    if src && !candidates.iter().any(replaces) {
        densities.push((1.0, candidates.len()));
    }
    // The sort is stable: of two of one density the earlier counts.
    densities.sort_by(|left, right| left.0.total_cmp(&right.0));
    let enough = densities.iter().position(|(density, _)| *density >= 1.0);
    let most = densities.last().and_then(|last| densities.iter().position(|one| one.0 >= last.0));
    densities.get(enough.or(most)?).map(|(_, place)| *place)
}

/// How wide a picture is shown, in CSS pixels, by its `sizes`.
fn source_size(sizes: &str) -> f32 {
    let read = |css: &mut Parser| {
        let holds = css.try_parse(media::condition).unwrap_or(Some(true));
        let size = media::length(css)?;
        Ok::<_, ParseError<()>>((holds == Some(true), size))
    };
    let all = Parser::new(sizes).parse_comma_separated_ignoring_errors(read);
    let first = all.into_iter().find(|(holds, size)| *holds && *size >= 0.0);
    first.map_or_else(whole_width, |(_, size)| size.max(1.0))
}

fn whole_width() -> f32 {
    media::length(&mut Parser::new("100vw")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken<'a>(srcset: &'a str, sizes: &str, src: bool) -> &'a str {
        let all = candidates(srcset);
        chosen(&all, sizes, src).map_or("none", |at| all.get(at).map_or("src", |candidate| candidate.url))
    }

    #[test]
    fn a_srcset_is_read_as_the_standard_says() {
        let urls = |srcset| candidates(srcset).iter().map(|one| one.url.to_owned()).collect::<Vec<_>>();
        assert_eq!(urls("a.png, b.png 2x"), ["a.png", "b.png"]);
        assert_eq!(urls(" ,a,b.png 1x,c.png 2x, "), ["a,b.png", "c.png"]);
        assert_eq!(urls("data:image/png;base64,AAAA 1x, b.png 2x"), ["data:image/png;base64,AAAA", "b.png"]);
        assert_eq!(urls("a.png 1x 2x, b.png 1w 1x, c.png 0w, d.png -1x, e.png 5h, f.png 1q, g.png 2w 3h"), ["g.png"]);
        assert_eq!(urls("a.png (1x, b.png 2x), c.png"), ["c.png"]);
        assert_eq!(urls("a.png,, b.png"), ["a.png", "b.png"]);
    }

    #[test]
    fn the_picture_is_taken_that_chromium_takes() {
        for (srcset, sizes, src, expected) in [
            ("a 1x, b 2x", "", true, "a"),
            ("b 2x, c 3x", "", true, "src"),
            ("b 2x, a 1.5x", "", false, "a"),
            ("a 320w, b 640w, c 1280w, d 2560w", "", true, "c"),
            ("a 320w, b 640w, c 1280w", "320px", true, "a"),
            ("a 320w, b 640w, c 1280w", "(max-width: 600px) 100vw, 50vw", true, "b"),
            ("a 320w, b 640w", "calc(100vw - 2 * 480px)", true, "a"),
            ("a 320w, b 640w", "", true, "b"),
            ("a 1x, b 1x", "", false, "a"),
            ("", "", true, "src"),
            ("", "", false, "none"),
        ] {
            assert_eq!(taken(srcset, sizes, src), expected, "{srcset} / {sizes}");
        }
    }
}
