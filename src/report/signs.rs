//! Signs and style: what a verdict looks like, and what the reader's terminal
//! can show. The caller finds out what it can show; nothing here looks.

use crate::verdict::Verdict;
use anstyle::{AnsiColor, Style as Ansi};

/// The narrowest and the widest page: lines longer than these are hard to
/// read, and so are points far from what they are for.
const NARROWEST: usize = 40;
const WIDEST: usize = 80;
/// Below this, labels stand above their texts, not beside them.
const ROOM_FOR_COLUMNS: usize = 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) colour: bool,
    /// Whether the locale is UTF-8; else signs and marks are ASCII.
    pub(crate) unicode: bool,
    /// The terminal's columns; 80 where there is none.
    pub(crate) width: usize,
}

impl Style {
    /// No colour, 80 columns.
    pub(crate) const PIPED: Self = Self { colour: false, unicode: true, width: WIDEST };

    pub(crate) fn text_width(&self) -> usize {
        self.width.clamp(NARROWEST, WIDEST)
    }

    pub(crate) fn is_narrow(&self) -> bool {
        self.width < ROOM_FOR_COLUMNS
    }
}

impl Default for Style {
    fn default() -> Self {
        Self::PIPED
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    Passed,
    Failed,
    /// `▹`: waits on another check.
    Waits,
    /// `–`: can't be run on this machine.
    Unavailable,
    /// `!`: a fault of the lab or the machine.
    Fault,
}

impl Sign {
    pub(crate) fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Passed => Self::Passed,
            Verdict::Failed(_) => Self::Failed,
            Verdict::Blocked { .. } => Self::Waits,
            Verdict::Unavailable { .. } => Self::Unavailable,
            Verdict::Error { .. } => Self::Fault,
        }
    }

    pub(crate) fn text(self, style: &Style) -> &'static str {
        let (unicode, ascii) = match self {
            Self::Passed => ("✔", "ok"),
            Self::Failed => ("✘", "FAIL"),
            Self::Waits => ("▹", "wait"),
            Self::Unavailable => ("–", "n/a"),
            Self::Fault => ("!", "fault"),
        };
        if style.unicode { unicode } else { ascii }
    }

    /// Columns that every sign takes at a row's start.
    pub(crate) fn columns(style: &Style) -> usize {
        if style.unicode { 1 } else { "fault".len() }
    }

    pub(crate) fn paint(self) -> Paint {
        match self {
            Self::Passed => Paint::Green,
            Self::Failed => Paint::Red,
            Self::Waits | Self::Unavailable => Paint::Dim,
            Self::Fault => Paint::Yellow,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Paint {
    #[default]
    Plain,
    Bold,
    Dim,
    Italic,
    Cyan,
    Green,
    Red,
    Yellow,
}

impl Paint {
    /// The text in this colour; the text itself must be clean already.
    pub(crate) fn on(self, text: &str, style: &Style) -> String {
        let ansi = match self {
            Self::Plain => Ansi::new(),
            Self::Bold => Ansi::new().bold(),
            Self::Dim => Ansi::new().dimmed(),
            Self::Italic => Ansi::new().italic(),
            Self::Cyan => AnsiColor::Cyan.on_default(),
            Self::Green => AnsiColor::Green.on_default(),
            Self::Red => AnsiColor::Red.on_default().bold(),
            Self::Yellow => AnsiColor::Yellow.on_default().bold(),
        };
        if style.colour { format!("{ansi}{text}{ansi:#}") } else { text.to_owned() }
    }
}

/// The program's own marks in ASCII, for its own words.
pub(crate) fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '·' | '–' | '—' | '─' => plain.push('-'),
            '…' => plain.push_str("..."),
            '→' => plain.push_str("->"),
            '’' => plain.push('\''),
            _ => plain.push(character),
        }
    }
    plain
}
