//! Progress on standard error: lines that move on a terminal, a log elsewhere.
//!
//! Events come from any thread and must not be kept waiting, so one thread of
//! its own does the writing. It also wakes when nothing comes, to say that
//! what has gone on for long still does.

mod lines;

use super::signs::Style;
use super::{clean, terminal};
use crate::definition::text::Language;
use crate::event::Event;
use crate::i18n::Words;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use lines::Lines;
use std::io::Write;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often a terminal's lines move by themselves.
const MOVE: Duration = Duration::from_millis(100);
/// How often a log is looked over for what should be said again.
const LOOK: Duration = Duration::from_secs(1);

/// Shows what goes on until [`Progress::finish`].
pub(crate) struct Progress {
    running: Mutex<Option<Running>>,
}

struct Running {
    events: Sender<Event>,
    writer: JoinHandle<()>,
}

pub(crate) enum Target {
    /// Lines that are drawn again and again, and vanish in the end.
    Moving(ProgressDrawTarget),
    Log(Box<dyn Write + Send>),
}

impl Progress {
    pub(crate) fn new(language: Language, style: Style, is_terminal: bool) -> Self {
        let target =
            if is_terminal { Target::Moving(terminal::moving_stderr()) } else { Target::Log(terminal::plain_stderr()) };
        Self::to(language, style, target)
    }

    pub(crate) fn to(language: Language, style: Style, target: Target) -> Self {
        let (events, received) = mpsc::channel();
        let work = move || {
            // Made here, for words don't move between threads.
            let lines = Lines::new(Words::new(language), style);
            match target {
                Target::Moving(target) => draw(lines, &received, target, style),
                Target::Log(out) => log(lines, &received, out),
            }
        };
        // Without a thread there is no progress to see, and all else works.
        let writer = std::thread::Builder::new().name("progress".to_owned()).spawn(work).ok();
        Self { running: Mutex::new(writer.map(|writer| Running { events, writer })) }
    }

    /// Records an event; returns at once.
    pub(crate) fn event(&self, event: &Event) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = &*running {
            // Nobody listens any more when writing has failed; that's no matter.
            let _ = running.events.send(event.clone());
        }
    }

    /// Shows what has come so far, takes away what moves and stops: what is
    /// written to the terminal next stands alone. Later events are ignored.
    pub(crate) fn finish(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Running { events, writer }) = running {
            drop(events);
            let _ = writer.join();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

fn log(mut lines: Lines, events: &Receiver<Event>, mut out: Box<dyn Write + Send>) {
    let start = Instant::now();
    loop {
        let said = match events.recv_timeout(LOOK) {
            Ok(event) => lines.event(&event, start.elapsed()),
            Err(RecvTimeoutError::Timeout) => lines.tick(start.elapsed()),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        for line in said {
            if out.write_all(clean::no_commands(&line).as_bytes()).and_then(|()| out.flush()).is_err() {
                return;
            }
        }
    }
}

fn draw(mut lines: Lines, events: &Receiver<Event>, target: ProgressDrawTarget, style: Style) {
    let start = Instant::now();
    let all = MultiProgress::with_draw_target(target);
    let mut bars: Vec<(String, ProgressBar)> = Vec::new();
    let look = bar_style(style);
    loop {
        match events.recv_timeout(MOVE) {
            Ok(event) => {
                if let Some(notice) = lines.notice(&event) {
                    let _ = all.println(notice.trim_end());
                }
                lines.event(&event, start.elapsed());
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let moving = lines.moving(start.elapsed());
        bars.retain(|(name, bar)| {
            let stays = moving.iter().any(|(part, _)| part == name);
            if !stays {
                bar.finish_and_clear();
                all.remove(bar);
            }
            stays
        });
        for (name, line) in moving {
            let known = bars.iter().find(|(known, _)| *known == name).map(|(_, bar)| bar.clone());
            let bar = known.unwrap_or_else(|| {
                let bar = all.add(ProgressBar::new_spinner().with_style(look.clone()));
                bars.push((name, bar.clone()));
                bar
            });
            bar.set_message(line);
            bar.tick();
        }
    }
    let _ = all.clear();
}

fn bar_style(style: Style) -> ProgressStyle {
    let ticks = if style.unicode { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ " } else { "|/-\\ " };
    ProgressStyle::with_template("  {spinner} {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .tick_chars(ticks)
}

#[cfg(test)]
mod tests;
