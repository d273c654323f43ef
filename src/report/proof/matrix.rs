//! The table of checks and mutants: a row for each check, a column for each folder that was
//! judged. Where it is wider than the page, its columns go on below.

use super::super::page::{Line, Page, columns, padded};
use super::super::signs::Paint;
use super::super::voice::Voice;
use crate::mutation::{Cell, Fit, Mark, Proof, RunProof, Subject};

/// Columns before the rows' names.
const INDENT: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Starter,
    Solutions,
    Mutants,
}

struct Column<'a> {
    group: Group,
    name: String,
    run: &'a RunProof,
}

/// What a solution or a mutant is called in the matrix: `b`, `12`; empty for
/// the starter, of which there is one.
pub(super) fn short(proof: &Proof, subject: &Subject) -> String {
    let is_like = |other: &Subject| group(other) == group(subject);
    let at = proof.runs.iter().filter(|run| is_like(&run.subject)).position(|run| run.subject == *subject);
    match (group(subject), at) {
        (Group::Starter, _) | (_, None) => String::new(),
        (Group::Solutions, Some(at)) => letters(at),
        (Group::Mutants, Some(at)) => (at + 1).to_string(),
    }
}

fn group(subject: &Subject) -> Group {
    match subject {
        Subject::Starter => Group::Starter,
        Subject::Solution(_) | Subject::Disputed(_) => Group::Solutions,
        Subject::Mutant(_) => Group::Mutants,
    }
}

/// `a` to `z`, then `aa`, …
fn letters(at: usize) -> String {
    let last = char::from(b'a' + u8::try_from(at % 26).unwrap_or_default());
    if at < 26 { last.to_string() } else { format!("{}{last}", letters(at / 26 - 1)) }
}

pub(super) fn write(page: &mut Page, proof: &Proof, voice: Voice) {
    let digits = proof.checks.len().to_string().len();
    let names: Vec<String> =
        proof.checks.iter().enumerate().map(|(at, check)| format!("{:>digits$} {}", at + 1, check.id)).collect();
    let names_width = names.iter().map(|name| columns(name)).max().unwrap_or_default();
    let all: Vec<Column> = proof
        .runs
        .iter()
        .map(|run| Column { group: group(&run.subject), name: short(proof, &run.subject), run })
        .collect();
    let room = voice.style.text_width().saturating_sub(INDENT + names_width);
    for (number, block) in blocks(&all, room, voice).into_iter().enumerate() {
        if number > 0 {
            page.blank();
        }
        headings(page, block, names_width, voice);
        for (at, name) in names.iter().enumerate() {
            let mut row = Line::default().push(&padded(name, names_width), Paint::Plain);
            for (index, column) in block.iter().enumerate() {
                let cell = column.run.cells.get(at).copied();
                let (text, paint) = cell.map_or((" ", Paint::Plain), |cell| sign(cell, column.group, voice));
                let before = " ".repeat(gap(block, index, voice));
                row = row.push(&before, Paint::Plain);
                let lead = width(column) - columns(text);
                row = row.push(&" ".repeat(lead), Paint::Plain).push(text, paint);
            }
            page.raw(INDENT, &row);
        }
    }
    page.blank();
    legend(page, proof, &all, voice);
}

fn blocks<'c, 'a>(all: &'c [Column<'a>], room: usize, voice: Voice) -> Vec<&'c [Column<'a>]> {
    let mut blocks = Vec::new();
    let mut start = 0;
    while start < all.len() {
        let mut end = start + 1;
        while end < all.len() && total(&all[start..=end], voice) <= room {
            end += 1;
        }
        blocks.push(&all[start..end]);
        start = end;
    }
    blocks
}

fn total(block: &[Column], voice: Voice) -> usize {
    let columns_to = |end: usize| {
        let ahead = block[..end].iter().enumerate();
        ahead.map(|(index, column)| gap(block, index, voice) + width(column)).sum::<usize>()
    };
    // The last group's heading may be wider than its columns.
    let Some(last) = block.last().map(|column| column.group) else { return 0 };
    let begin = block.iter().position(|column| column.group == last).unwrap_or_default();
    let heading = columns_to(begin) + gap(block, begin, voice) + columns(&title(last, voice));
    columns_to(block.len()).max(heading)
}

/// Spaces before a column: more where a group begins, and still more where the
/// group before has a heading wider than its columns.
fn gap(block: &[Column], index: usize, voice: Voice) -> usize {
    let Some(last) = index.checked_sub(1).map(|before| block[before].group) else { return 3 };
    if last == block[index].group {
        return 1;
    }
    let members = block[..index].iter().filter(|column| column.group == last);
    let cells = members.map(|column| width(column) + 1).sum::<usize>() - 1;
    3 + columns(&title(last, voice)).saturating_sub(cells)
}

fn width(column: &Column) -> usize {
    columns(&column.name).max(1)
}

fn title(group: Group, voice: Voice) -> String {
    voice.say(&match group {
        Group::Starter => message!("proof-starter"),
        Group::Solutions => message!("proof-solutions-title"),
        Group::Mutants => message!("proof-mutants-title"),
    })
}

fn headings(page: &mut Page, block: &[Column], names_width: usize, voice: Voice) {
    let (mut groups, mut each) = (" ".repeat(names_width), " ".repeat(names_width));
    for (index, column) in block.iter().enumerate() {
        let begins = index == 0 || block[index - 1].group != column.group;
        let at = columns(&each) + gap(block, index, voice);
        if begins {
            groups = padded(&groups, at);
            groups.push_str(&title(column.group, voice));
        }
        let lead = width(column) - columns(&column.name);
        each = padded(&each, at + lead);
        each.push_str(&column.name);
    }
    page.raw(INDENT, &Line::default().push(groups.trim_end(), Paint::Dim));
    if !each.trim().is_empty() {
        page.raw(INDENT, &Line::default().push(each.trim_end(), Paint::Dim));
    }
}

fn sign(cell: Cell, group: Group, voice: Voice) -> (&'static str, Paint) {
    let either = |unicode, ascii| if voice.style.unicode { unicode } else { ascii };
    match (cell.fit, cell.mark) {
        (Fit::Flaky, _) => ("~", Paint::Yellow),
        (_, Mark::Error | Mark::Missing) => ("!", Paint::Yellow),
        (_, Mark::Unavailable) => (either("–", "-"), Paint::Dim),
        // Should be refused, and isn't.
        (Fit::Wrong, Mark::Passed) => ("?", Paint::Red),
        (Fit::Wrong, Mark::Failed) if group == Group::Mutants => ("+", Paint::Red),
        (Fit::Wrong, Mark::Failed) => (either("✘", "x"), Paint::Red),
        (Fit::Wrong, Mark::Blocked) => (either("▹", ">"), Paint::Red),
        (Fit::Right, Mark::Passed) if group == Group::Mutants => (".", Paint::Dim),
        (Fit::Right, Mark::Passed) => (either("✔", "o"), Paint::Green),
        (Fit::Right, Mark::Failed) => (either("✘", "x"), Paint::Green),
        (Fit::Right, Mark::Blocked) => (either("▹", ">"), Paint::Dim),
    }
}

/// What the columns' short names and the less common signs mean.
fn legend(page: &mut Page, proof: &Proof, all: &[Column], voice: Voice) {
    for group in [Group::Solutions, Group::Mutants] {
        let mut line = Line::default();
        for column in all.iter().filter(|column| column.group == group) {
            let named = format!("{} {}", column.name, column.run.subject.name());
            line = line.part(&named, voice.dot());
        }
        if line.width() > 0 {
            let title = voice.say(&match group {
                Group::Mutants => message!("proof-legend-mutants"),
                Group::Starter | Group::Solutions => message!("proof-legend-solutions"),
            });
            page.beside(&title, INDENT, INDENT + columns(&title) + 1, &line);
        }
    }
    let mut line = Line::default();
    let cells = || all.iter().flat_map(|column| column.run.cells.iter().map(move |cell| (column.group, *cell)));
    let mut known: Vec<&str> = Vec::new();
    for (group, cell) in cells() {
        let text = sign(cell, group, voice).0;
        let message = match (text, group) {
            ("✘" | "x", Group::Mutants) => message!("proof-sign-refused"),
            ("?", _) => message!("proof-sign-survived"),
            ("+", _) => message!("proof-sign-too"),
            ("▹" | ">", _) => message!("proof-sign-waits"),
            ("–" | "-", _) => message!("proof-sign-not-here"),
            ("~", _) => message!("proof-sign-flaky"),
            ("!", _) => message!("proof-sign-fault"),
            _ => continue,
        };
        if !known.contains(&text) {
            known.push(text);
            let said = format!("{text} {}", voice.say(&message));
            line = line.part(&said, voice.dot());
        }
    }
    if line.width() > 0 && !proof.checks.is_empty() {
        page.line(INDENT, 0, &line);
    }
}
