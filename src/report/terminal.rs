//! The process's own streams. Reports are made as texts elsewhere; here and
//! in `cli` alone is anything written.

use indicatif::ProgressDrawTarget;
use std::io::{self, Write};

/// Where progress goes on a terminal.
#[must_use]
pub fn moving_stderr() -> ProgressDrawTarget {
    ProgressDrawTarget::stderr()
}

/// Where progress goes when standard error is a file or a pipe.
#[must_use]
pub fn plain_stderr() -> Box<dyn Write + Send> {
    Box::new(io::stderr())
}

/// Writes a finished report to standard output. A reader that went away, as
/// `head` does, is no error.
pub fn print(report: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(report.as_bytes()).and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
