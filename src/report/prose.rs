//! Markdown for a terminal. It wraps between words, and never within one, a command or a
//! URL. Without colour the marks stay that a reader needs: `#`, `*` and backticks.

use super::page::{Line, Page};
use super::signs::{Paint, Style};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// How far in code stands, and what is quoted.
const INDENT: usize = 4;
/// Columns between two columns of a table.
const GAP: usize = 2;

/// A text as the reader's terminal can show it. Its last line ends in a newline.
pub(crate) fn render(markdown: &str, style: &Style) -> String {
    let mut page = Page::new(style);
    write(&mut page, 0, markdown, style);
    page.finish()
}

/// A text as a part of a page, so far in.
pub(crate) fn write(page: &mut Page<'_>, indent: usize, markdown: &str, style: &Style) {
    let mut prose = Prose {
        page,
        style,
        line: Line::default(),
        paints: Vec::new(),
        within: vec![indent],
        marker: None,
        lists: Vec::new(),
        code: None,
        links: Vec::new(),
        rows: Vec::new(),
    };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        prose.take(event);
    }
    prose.flush();
}

struct Prose<'p, 'a> {
    page: &'p mut Page<'a>,
    style: &'p Style,
    /// The paragraph or cell in the making.
    line: Line,
    paints: Vec<Paint>,
    /// How far in each list item and quotation begins that is open.
    within: Vec<usize>,
    /// What the next line begins with, once: a bullet, a number.
    marker: Option<String>,
    /// The next number of each list that is open; none where it has bullets.
    lists: Vec<Option<u64>>,
    code: Option<String>,
    /// The addresses of the links that are open, with what they began behind.
    links: Vec<(String, usize)>,
    rows: Vec<Vec<Line>>,
}

impl Prose<'_, '_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.say(&text),
            },
            Event::Html(text) | Event::InlineHtml(text) => self.say(&text),
            Event::Code(code) => {
                let code = if self.style.colour { code.to_string() } else { format!("`{code}`") };
                self.add(|line| line.whole(&code, Paint::Cyan));
            }
            Event::SoftBreak => self.add(|line| line.push(" ", Paint::Plain)),
            Event::HardBreak => self.flush(),
            Event::Rule => {
                self.page.blank();
                let rule = if self.style.unicode { "─" } else { "-" };
                self.add(|line| line.push(&rule.repeat(INDENT), Paint::Dim));
                self.flush();
            }
            // No extension is on that would give others.
            Event::FootnoteReference(_) | Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.page.blank(),
            Tag::Heading { level, .. } => {
                self.page.blank();
                self.paints.push(Paint::Bold);
                if !self.style.colour {
                    self.say(&format!("{} ", "#".repeat(depth(level))));
                }
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                self.page.blank();
                // An item that begins with code.
                if let Some(marker) = self.marker.take() {
                    self.page.raw(self.indent() - marker.len(), &Line::plain(&marker));
                }
                let fence = matches!(kind, CodeBlockKind::Fenced(_)).then(String::new);
                self.code = Some(fence.unwrap_or_default());
            }
            Tag::List(first) => {
                self.flush();
                if self.lists.is_empty() {
                    self.page.blank();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.within.push(marker.len());
                self.marker = Some(marker);
            }
            Tag::BlockQuote(_) => self.within.push(INDENT),
            Tag::Emphasis => self.emphasise(Paint::Italic, "*"),
            Tag::Strong => self.emphasise(Paint::Bold, "**"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.to_string(), self.line.text().len()));
            }
            Tag::Table(_) => {
                self.flush();
                self.page.blank();
            }
            Tag::TableHead => {
                self.rows.push(Vec::new());
                self.paints.push(Paint::Bold);
            }
            Tag::TableRow => self.rows.push(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.flush();
                self.paints.pop();
            }
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush(),
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                let at = self.indent() + INDENT;
                for line in code.lines() {
                    self.page.raw(at, &Line::default().push(line, Paint::Cyan));
                }
            }
            TagEnd::Item => {
                self.flush();
                self.marker = None;
                self.within.pop();
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.within.pop();
            }
            TagEnd::Emphasis => self.calm("*"),
            TagEnd::Strong => self.calm("**"),
            TagEnd::Link | TagEnd::Image => {
                let Some((address, from)) = self.links.pop() else { return };
                let says = self.line.text().get(from..).unwrap_or_default().trim() == address;
                if !says {
                    self.add(|line| {
                        line.push(" (", Paint::Plain).whole(&address, Paint::Plain).push(")", Paint::Plain)
                    });
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.line);
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::TableHead => {
                self.paints.pop();
            }
            TagEnd::Table => self.table(),
            _ => {}
        }
    }

    fn say(&mut self, text: &str) {
        let paint = self.paints.last().copied().unwrap_or_default();
        self.add(|line| line.push(text, paint));
    }

    fn add(&mut self, add: impl FnOnce(Line) -> Line) {
        self.line = add(std::mem::take(&mut self.line));
    }

    fn emphasise(&mut self, paint: Paint, mark: &str) {
        self.paints.push(paint);
        if !self.style.colour {
            self.say(mark);
        }
    }

    fn calm(&mut self, mark: &str) {
        if !self.style.colour {
            self.say(mark);
        }
        self.paints.pop();
    }

    fn indent(&self) -> usize {
        self.within.iter().sum()
    }

    /// Ends the paragraph in the making.
    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.width() == 0 {
            return;
        }
        let at = self.indent();
        let marker = self.marker.take().unwrap_or_default();
        for (number, part) in line.in_whole_words(self.style.text_width().saturating_sub(at)).iter().enumerate() {
            if number == 0 && !marker.is_empty() {
                self.page.raw(at - marker.len(), &Line::default().push(&marker, Paint::Plain).then(part));
            } else {
                self.page.raw(at, part);
            }
        }
    }

    /// Rows under a head, in columns that wrap; where even their longest words are too wide,
    /// the cells of a row below each other.
    fn table(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let count = rows.iter().map(Vec::len).max().unwrap_or(0);
        let at = self.indent();
        let room = self.style.text_width().saturating_sub(at + GAP * count.saturating_sub(1));
        let of = |column: usize, wide: fn(&Line) -> usize| {
            rows.iter().filter_map(|row| row.get(column)).map(wide).max().unwrap_or(0)
        };
        let least: Vec<usize> = (0..count).map(|column| of(column, Line::widest_word)).collect();
        let mut widths: Vec<usize> = (0..count).map(|column| of(column, Line::width)).collect();
        if least.iter().sum::<usize>() > room {
            for row in &rows {
                self.page.blank();
                for cell in row {
                    self.line = cell.clone();
                    self.flush();
                }
            }
            return;
        }
        while widths.iter().sum::<usize>() > room {
            let widest = (0..count).filter(|at| widths[*at] > least[*at]).max_by_key(|at| widths[*at]);
            let Some(widest) = widest else { break };
            widths[widest] -= 1;
        }
        for row in &rows {
            let cells: Vec<Vec<Line>> =
                row.iter().zip(&widths).map(|(cell, width)| cell.in_whole_words(*width)).collect();
            for number in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
                let line = cells.iter().zip(&widths).fold(Line::default(), |line, (cell, width)| {
                    let cell = cell.get(number).cloned().unwrap_or_default().padded(*width);
                    if line == Line::default() { cell } else { line.push(&" ".repeat(GAP), Paint::Plain).then(&cell) }
                });
                self.page.raw(at, &line);
            }
        }
    }
}

fn depth(level: HeadingLevel) -> usize {
    level as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAGE: &str = "\
# Publish it

Pli is *small*, **quick** and wants `aws s3 ls --recursive` before anything else is done.
See <https://example.org/a/long/address> or [the guide](https://example.org/guide).

1. First of all, look:

       curl -i   http://storage/

   Then think.

2. Second.
   - one
   - two that is longer than the others are

> Said by others.

| file    | content type |
|---------|--------------|
| `.html` | a page of text that is shown to whoever asks for it |
| `.css`  | `text/css` |
";

    fn rendered(width: usize, colour: bool) -> String {
        render(PAGE, &Style { colour, unicode: true, width })
    }

    #[test]
    fn a_no_break_space_beside_code_stays() {
        let style = Style::default();
        for text in ["`a`\u{a0}; b\n", "«\u{a0}`a`\u{a0}»\n"] {
            assert_eq!(render(text, &style), text);
        }
    }

    #[test]
    fn a_page_is_laid_out() {
        insta::assert_snapshot!([rendered(80, false), rendered(44, false), rendered(80, true)].join("―\n"));
    }

    #[test]
    fn commands_and_addresses_stay_whole_however_narrow_it_is() {
        for width in [1, 40, 45, 60, 80, 300] {
            let text = rendered(width, false);
            for whole in ["`aws s3 ls --recursive`", "https://example.org/a/long/address", "curl -i   http://storage/"]
            {
                assert!(text.contains(whole), "{width}: {text}");
            }
        }
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let text = render("a\u{1b}[2J `b\u{9b}1m`\n\n    c\u{7}\n\n<b\u{202e}>\n", &Style::default());
        assert!(
            !text.chars().any(|character| character != '\n' && super::super::clean::is_hidden(character)),
            "{text:?}"
        );
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_line_too_wide(text in "[a-z][a-z ]{0,200}", width in 40_usize..100) {
            let shown = render(&text, &Style { width, ..Style::default() });
            prop_assert!(shown.lines().all(|line| line.len() <= width.min(80) || !line.contains(' ')));
            prop_assert!(text.split_whitespace().eq(shown.split_whitespace()));
        }
    }
}
