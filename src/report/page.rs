//! A page in the making: lines that wrap, rows that end in points.
//!
//! Every text is cleaned where it enters ([`Line::push`]) and painted after,
//! so nothing that a learner wrote can reach a terminal as it is.

use super::clean;
use super::signs::{Paint, Sign, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

pub(crate) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// A space at which no line breaks: a private character, written as a space.
const GLUE: char = '\u{f0020}';

/// The longest command that no line breaks.
const COMMAND: usize = 40;

/// A text in which short commands between backticks stay on one line, to be
/// copied.
fn commands_whole(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    let is_command = |at: usize, piece: &str| at % 2 == 1 && at + 1 < pieces.len() && columns(piece) <= COMMAND;
    let pieces = pieces.iter().enumerate().map(|(at, piece)| {
        if is_command(at, piece) { piece.replace(' ', &GLUE.to_string()) } else { (*piece).to_owned() }
    });
    pieces.collect::<Vec<_>>().join("`")
}

/// One line of clean, painted text, of any length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line(Vec<(char, Paint)>);

impl Line {
    pub(crate) fn plain(text: &str) -> Self {
        Self::default().push(text, Paint::Plain)
    }

    /// This line and one more text, cleaned.
    pub(crate) fn push(mut self, text: &str, paint: Paint) -> Self {
        // A text's outer spaces may be separators.
        let lead = text.len() - text.trim_start_matches(' ').len();
        let trail = text.len() - text.trim_end_matches(' ').len();
        if lead == text.len() {
            self.0.extend(text.chars().map(|space| (space, paint)));
            return self;
        }
        let cleaned = commands_whole(&clean::line(text[lead..text.len() - trail].trim_matches(clean::is_gap)));
        let spaces = |count: usize| std::iter::repeat_n(' ', count);
        self.0.extend(spaces(lead).chain(cleaned.chars()).chain(spaces(trail)).map(|character| (character, paint)));
        self
    }

    /// This line and one more short text, which no wrapping breaks.
    pub(crate) fn whole(mut self, text: &str, paint: Paint) -> Self {
        self.0.extend(
            clean::line(text).chars().map(|character| (if character == ' ' { GLUE } else { character }, paint)),
        );
        self
    }

    /// This line and another one.
    pub(crate) fn then(mut self, other: &Self) -> Self {
        self.0.extend(&other.0);
        self
    }

    /// This line and as many spaces as make it `width` columns wide.
    pub(crate) fn padded(self, width: usize) -> Self {
        let gap = width.saturating_sub(self.width());
        self.push(&" ".repeat(gap), Paint::Plain)
    }

    /// The columns of the longest part that no wrapping in whole words breaks.
    pub(crate) fn widest_word(&self) -> usize {
        let words = self.0.split(|(character, _)| *character == ' ');
        words.map(|word| word.iter().map(|(c, _)| c.width().unwrap_or(0)).sum()).max().unwrap_or(0)
    }

    /// This line, a separator and one more short text; lines break only after
    /// separators. Nothing is added for an empty text.
    pub(crate) fn part(mut self, text: &str, separator: &str) -> Self {
        if text.is_empty() {
            return self;
        }
        if !self.0.is_empty() {
            let mark = separator.trim();
            if separator.starts_with(' ') {
                self.0.push((GLUE, Paint::Plain));
            }
            self = self.whole(mark, Paint::Plain).push(" ", Paint::Plain);
        }
        self.whole(text, Paint::Plain)
    }

    pub(crate) fn width(&self) -> usize {
        self.0.iter().map(|(character, _)| character.width().unwrap_or(0)).sum()
    }

    /// In lines of at most `width` columns, broken at spaces where there are some.
    pub(crate) fn wrapped(&self, width: usize) -> Vec<Self> {
        self.broken(width, true)
    }

    /// The same, broken at spaces alone: what is too long, such as a URL, stays whole.
    pub(crate) fn in_whole_words(&self, width: usize) -> Vec<Self> {
        self.broken(width, false)
    }

    fn broken(&self, width: usize, within_words: bool) -> Vec<Self> {
        let width = width.max(1);
        let mut lines = Vec::new();
        let mut rest = self.0.as_slice();
        loop {
            let mut used = 0;
            let fits = rest
                .iter()
                .take_while(|(character, _)| {
                    used += character.width().unwrap_or(0);
                    used <= width
                })
                .count();
            if fits == rest.len() {
                lines.push(Self(rest.to_vec()));
                return lines;
            }
            // The space may be the first character that no longer fits.
            let space = rest[..=fits].iter().rposition(|(character, _)| *character == ' ').filter(|at| *at > 0);
            let (end, next) = match space {
                Some(at) if rest[..at].iter().any(|(character, _)| *character != ' ') => (at, at + 1),
                _ if within_words => (fits.max(1), fits.max(1)),
                _ => {
                    let word = rest.iter().position(|(character, _)| *character != ' ').unwrap_or(rest.len());
                    let end = rest[word..].iter().position(|(character, _)| *character == ' ');
                    let end = end.map_or(rest.len(), |end| word + end);
                    (end, end)
                }
            };
            let mut line = rest[..end].to_vec();
            while line.last().is_some_and(|(character, _)| *character == ' ') {
                line.pop();
            }
            lines.push(Self(line));
            rest = &rest[next..];
            while rest.first().is_some_and(|(character, _)| *character == ' ') {
                rest = &rest[1..];
            }
            if rest.is_empty() {
                return lines;
            }
        }
    }

    pub(crate) fn text(&self) -> String {
        self.0.iter().map(|(character, _)| if *character == GLUE { ' ' } else { *character }).collect()
    }

    fn render(&self, style: &Style) -> String {
        let mut text = String::new();
        for run in self.0.chunk_by(|(_, left), (_, right)| left == right) {
            let piece: String =
                run.iter().map(|(character, _)| if *character == GLUE { ' ' } else { *character }).collect();
            text.push_str(&run[0].1.on(&piece, style));
        }
        text
    }
}

impl Sign {
    /// The beginning of a line that it stands before.
    pub(crate) fn line(self, style: &Style) -> Line {
        Line::default().push(self.text(style), self.paint()).push(" ", Paint::Plain)
    }

    /// How far in such a line goes on.
    pub(crate) fn hang(self, style: &Style) -> usize {
        columns(self.text(style)) + 1
    }
}

/// Points at a row's end: the earned ones stand in one column, whatever
/// follows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Points {
    /// Earned, or nothing where nothing counts.
    pub(crate) earned: String,
    /// `/5`, where not all were earned or for a sum.
    pub(crate) of: String,
}

pub(crate) struct Page<'a> {
    style: &'a Style,
    text: String,
}

impl<'a> Page<'a> {
    pub(crate) fn new(style: &'a Style) -> Self {
        Self { style, text: String::new() }
    }

    /// The page's text; each line ends in a newline, none in a space.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// An empty line, unless there is one already or nothing stands above.
    pub(crate) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Clean lines just as they are, behind some columns of space.
    pub(crate) fn raw(&mut self, indent: usize, line: &Line) {
        let rendered = line.render(self.style);
        if !rendered.is_empty() {
            self.text.push_str(&" ".repeat(indent));
            self.text.push_str(rendered.trim_end_matches(' '));
        }
        self.text.push('\n');
    }

    /// A text that wraps; what follows its first line stands `hang` columns further in.
    pub(crate) fn line(&mut self, indent: usize, hang: usize, line: &Line) {
        self.beside("", indent, indent + hang, line);
    }

    /// A label at `indent` and a text that stands at column `at` and wraps there.
    pub(crate) fn beside(&mut self, label: &str, indent: usize, at: usize, line: &Line) {
        let width = self.style.text_width();
        let label = clean::line(label);
        let first_at = if label.is_empty() { indent } else { at };
        let head = line.wrapped(width.saturating_sub(first_at)).into_iter().next().unwrap_or_default();
        // What is left wraps again, because it may have more or less room.
        let rest = line.0[head.0.len()..].iter().skip_while(|(character, _)| *character == ' ').copied().collect();
        let mut first = Line::default();
        if !label.is_empty() {
            let gap = (at - indent).saturating_sub(columns(&label));
            first = first.push(&label, Paint::Dim).push(&" ".repeat(gap), Paint::Plain);
        }
        first.0.extend(head.0);
        self.raw(indent, &first);
        let rest = Line(rest);
        if !rest.0.is_empty() {
            rest.wrapped(width.saturating_sub(at)).iter().for_each(|line| self.raw(at, line));
        }
    }

    /// A row: a sign, a text, a remark and points at the right; `columns` says
    /// how wide the widest earned and total are. The remark goes below where
    /// there is no room beside.
    pub(crate) fn row(
        &mut self,
        indent: usize,
        sign: Option<Sign>,
        text: &Line,
        remark: &str,
        points: &Points,
        wide: Wide,
    ) {
        let start = indent + sign.map_or(0, |_| Sign::columns(self.style) + 1);
        let points_at = self.style.text_width() - wide.earned - wide.of;
        let remark = clean::line(remark);
        let beside = columns(&remark) + if remark.is_empty() { 0 } else { 2 };
        let room = points_at.saturating_sub(start + 2);
        let below = text.width() + beside > room;
        let room_for_text = if below { room } else { room - beside };
        let mut lines = text.wrapped(room_for_text.max(1)).into_iter();
        let first = lines.next().unwrap_or_default();
        let mut row = Line::default().push(&" ".repeat(indent), Paint::Plain);
        if let Some(sign) = sign {
            row = row.push(&padded(sign.text(self.style), start - indent), sign.paint());
        }
        row.0.extend(first.0);
        if !below && !remark.is_empty() {
            let gap = points_at.saturating_sub(2 + columns(&remark) + row.width());
            row = row.push(&" ".repeat(gap), Paint::Plain).push(&remark, Paint::Dim);
        }
        if !points.earned.is_empty() || !points.of.is_empty() {
            let gap = (points_at + wide.earned).saturating_sub(columns(&points.earned) + row.width());
            row =
                row.push(&" ".repeat(gap), Paint::Plain).push(&format!("{}{}", points.earned, points.of), Paint::Plain);
        }
        self.raw(0, &row);
        for line in lines {
            self.raw(start, &line);
        }
        if below && !remark.is_empty() {
            self.line(start, 0, &Line::default().push(&remark, Paint::Dim));
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wide {
    pub(crate) earned: usize,
    pub(crate) of: usize,
}

impl Wide {
    pub(crate) fn and(self, points: &Points) -> Self {
        Self { earned: self.earned.max(columns(&points.earned)), of: self.of.max(columns(&points.of)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(line: &Line, width: usize) -> Vec<String> {
        let style = Style::default();
        line.wrapped(width).iter().map(|line| line.render(&style)).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_anywhere() {
        assert_eq!(texts(&Line::plain("one two three"), 7), ["one two", "three"]);
        assert_eq!(texts(&Line::plain("http://example.org/x y"), 8), ["http://e", "xample.o", "rg/x y"]);
        assert_eq!(texts(&Line::plain("日本語 日本"), 7), ["日本語", "日本"]);
    }

    #[test]
    fn short_facts_are_never_broken() {
        let line =
            Line::default().part("8 of 21 points", " · ").part("", " · ").part("4.2 s", " · ").part("9 passed", ", ");
        assert_eq!(texts(&line, 20), ["8 of 21 points ·", "4.2 s, 9 passed"]);
    }

    #[test]
    fn a_command_stays_whole_to_be_copied() {
        assert_eq!(texts(&Line::plain("first run `lab doctor`, then"), 17), ["first run", "`lab doctor`,", "then"]);
        assert_eq!(texts(&Line::plain("one ` alone"), 7), ["one `", "alone"]);
    }

    #[test]
    fn a_no_break_space_does_not_break() {
        assert_eq!(texts(&Line::plain("dit\u{a0}: oui"), 6), ["dit\u{a0}:", "oui"]);
    }

    #[test]
    fn what_enters_a_line_is_clean() {
        let line = Line::plain("a\u{1b}]52;c;eA==\u{7}b\rc").push(" \u{9b}2Jd ", Paint::Red);
        assert_eq!(line.render(&Style::default()), "ab c d ");
    }

    proptest! {
        #[test]
        fn no_wrapped_line_is_too_wide_and_no_word_is_lost(text in "[a-zé ]{0,60}", width in 2_usize..30) {
            let lines = Line::plain(&text).wrapped(width);
            prop_assert!(lines.iter().all(|line| line.width() <= width));
            let squeeze = |text: &str| text.replace(' ', "");
            let all: String = lines.iter().map(|line| line.render(&Style::default())).collect();
            prop_assert_eq!(squeeze(&all), squeeze(&text));
        }
    }
}
