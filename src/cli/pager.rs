//! Texts that are longer than the screen, a screen at a time.

use super::context::Context;
use super::show;
use super::surroundings::Surroundings;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

/// Shows a text, in the reader's pager where it is too long for the terminal.
pub(super) fn show(context: &Context, text: &str) {
    let text = show::own(text, &context.surroundings.stdout_style());
    let screen = Surroundings::screen();
    let is_long = screen.is_some_and(|lines| text.lines().count() >= lines);
    if !is_long || paged(context, &text).is_err() {
        show::stdout(&text);
    }
}

/// Hands a text to the pager, and waits until it ends.
fn paged(context: &Context, text: &str) -> io::Result<()> {
    let Some((program, arguments)) = context.surroundings.pager.split_first() else {
        return Err(io::ErrorKind::NotFound.into());
    };
    // Ctrl-C is the pager's while it runs: whoever hears a signal isn't ended by it.
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let entered = runtime.enter();
    let _interrupt = signal(SignalKind::interrupt())?;
    drop(entered);
    let mut pager =
        Command::new(program).args(arguments).env("LESS", &context.surroundings.less).stdin(Stdio::piped()).spawn()?;
    if let Some(mut input) = pager.stdin.take() {
        // Whoever has read enough leaves before the end.
        let _ = input.write_all(text.as_bytes());
    }
    pager.wait().map(|_| ())
}
