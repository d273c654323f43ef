//! Medians, their spread, and the table that they are shown in.

use std::fmt;

/// Times of one thing, in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Adds a time.
    pub fn push(&mut self, milliseconds: f64) {
        self.0.push(milliseconds);
    }

    /// The value below which this part of the times lies.
    fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
        #[expect(clippy::cast_precision_loss, reason = "a handful of samples")]
        let place = part * last as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the last")]
        let (below, above) = (place.floor() as usize, place.ceil() as usize);
        sorted[below] + (sorted[above] - sorted[below]) * place.fract()
    }

    fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Turn by turn, this over the other.
    fn over(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(this, other)| this / other).collect())
    }
}

/// `median (quartile–quartile)`, as exact as it is worth.
impl fmt::Display for Samples {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = usize::from(self.median() < 10.0);
        let [low, median, high] = [0.25, 0.5, 0.75].map(|part| self.quantile(part));
        write!(formatter, "{median:.digits$} ({low:.digits$}–{high:.digits$})")
    }
}

/// A table in Markdown.
#[derive(Debug, Default)]
pub struct Table(Vec<[String; 5]>);

impl Table {
    /// A thing and its floor.
    pub fn ratio(&mut self, what: &str, ours: &Samples, floor: &Samples) {
        let ratio = format!("**{:.2}**", ours.median() / floor.median());
        let turns = ours.over(floor);
        let [low, median, high] = [0.25, 0.5, 0.75].map(|part| turns.quantile(part));
        let turns = format!("{median:.2} ({low:.2}–{high:.2})");
        self.0.push([what.to_owned(), ours.to_string(), floor.to_string(), ratio, turns]);
    }

    /// A thing that has no floor.
    pub fn alone(&mut self, what: &str, ours: &Samples) {
        self.0.push([what.to_owned(), ours.to_string(), "–".into(), "–".into(), "–".into()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = [
            "what, in ms: median (quartiles)",
            "lab",
            "floor, or the other",
            "ratio of medians",
            "ratio, turn by turn",
        ];
        let width = |column: usize| {
            let cells = self.0.iter().map(|row| row[column].chars().count());
            cells.chain([head[column].chars().count()]).max().unwrap_or(0)
        };
        let widths: [usize; 5] = std::array::from_fn(width);
        let mut row = |cells: &[String; 5]| -> fmt::Result {
            for (cell, width) in cells.iter().zip(widths) {
                write!(formatter, "| {cell:width$} ")?;
            }
            writeln!(formatter, "|")
        };
        row(&head.map(str::to_owned))?;
        row(&widths.map(|width| "-".repeat(width)))?;
        self.0.iter().try_for_each(row)
    }
}
