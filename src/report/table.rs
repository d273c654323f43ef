//! Columns of texts, for `lab list` and `lab status`.

use super::page::{Line, Page, columns, padded};
use super::signs::{Paint, Style};
use super::{clean, signs};

/// Columns between two columns.
const GAP: usize = 2;
/// What the column that gives way keeps at least.
const LEAST: usize = 12;

/// Rows under a head, aligned; the widest column gives way where the width is
/// short, its texts cut with `…`. An empty head is left out. Where even that is too
/// wide, each row becomes a paragraph of its cells.
pub(crate) fn table(head: &[String], rows: &[Vec<String>], style: &Style) -> String {
    let ellipsis = if style.unicode { "…".to_owned() } else { signs::ascii("…") };
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| clean::line(cell)).collect()).collect();
    let count = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or_default();
    let all = || std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
    let mut widths: Vec<usize> = (0..count)
        .map(|column| all().filter_map(|row| row.get(column)).map(|cell| columns(cell)).max().unwrap_or_default())
        .collect();
    let total = widths.iter().sum::<usize>() + GAP * count.saturating_sub(1);
    let over = total.saturating_sub(style.width.max(40));
    if let Some(widest) = widths.iter_mut().max_by_key(|width| **width) {
        let narrower = widest.saturating_sub(over).max(LEAST.min(*widest));
        if *widest - narrower < over {
            return stacked(&rows, style);
        }
        *widest = narrower;
    }
    let line = |row: &[String], paint: Paint| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| padded(&cut(cell, *width, &ellipsis), *width)).collect();
        Line::default().push(cells.join(&" ".repeat(GAP)).trim_end(), paint)
    };
    let mut page = Page::new(style);
    if head.iter().any(|cell| !cell.is_empty()) {
        page.raw(0, &line(head, Paint::Dim));
    }
    for row in &rows {
        page.raw(0, &line(row, Paint::Plain));
    }
    page.finish()
}

/// Each row's first cell on a line of its own, the others beneath it.
fn stacked(rows: &[Vec<String>], style: &Style) -> String {
    let mut page = Page::new(style);
    for row in rows {
        let mut cells = row.iter();
        page.line(0, 2, &Line::plain(cells.next().map_or("", String::as_str)));
        let title = Line::plain(cells.next().map_or("", String::as_str));
        let line = cells.fold(title, |line, cell| line.part(cell, " · "));
        if line.width() > 0 {
            page.line(2, 0, &line);
        }
    }
    page.finish()
}

fn cut(text: &str, width: usize, ellipsis: &str) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        if columns(&kept) + columns(character.encode_utf8(&mut [0; 4])) + columns(ellipsis) > width {
            break;
        }
        kept.push(character);
    }
    format!("{}{ellipsis}", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn columns_are_aligned_by_what_they_take_on_a_terminal() {
        let head = ["LAB".to_owned(), "TITLE".to_owned(), "YOU".to_owned()];
        let rows = rows(&[&["static-site", "Site statique 日本", "12/21"], &["ci", "CI", "not started"]]);
        assert_eq!(
            table(&head, &rows, &Style::default()),
            "LAB          TITLE               YOU\n\
             static-site  Site statique 日本  12/21\n\
             ci           CI                  not started\n"
        );
    }

    #[test]
    fn the_widest_column_gives_way() {
        let rows = rows(&[&["monitoring", "Monitoring with Prometheus, Grafana and more", "3 h"]]);
        let style = Style { width: 40, ..Style::default() };
        assert_eq!(table(&[], &rows, &style), "monitoring  Monitoring with Promet…  3 h\n");
    }

    #[test]
    fn where_no_column_can_give_way_enough_rows_are_paragraphs() {
        let head = ["LAB", "TITLE", "LEVEL", "TIME", "YOU"].map(str::to_owned);
        let rows = rows(&[
            &["monitoring", "Monitoring with Prometheus", "intermediate", "6 h", "not started"],
            &["ci", "CI", "beginner", "1 h", ""],
        ]);
        let style = Style { width: 40, ..Style::default() };
        assert_eq!(
            table(&head, &rows, &style),
            "monitoring\n  Monitoring with Prometheus ·\n  intermediate · 6 h · not started\n\
             ci\n  CI · beginner · 1 h\n"
        );
    }

    #[test]
    fn cells_are_clean() {
        let rows = rows(&[&["a\u{1b}[2Jb", "c\nd"]]);
        assert_eq!(table(&[], &rows, &Style::default()), "ab  c d\n");
    }
}
