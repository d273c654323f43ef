//! The process's own streams. Reports are made as texts elsewhere; here and
//! in `cli` alone is anything written.

use indicatif::ProgressDrawTarget;
use std::io::{self, Write};

/// Where progress goes on a terminal.
#[must_use]
pub(crate) fn moving_stderr() -> ProgressDrawTarget {
    ProgressDrawTarget::stderr()
}

/// Where progress goes when standard error is a file or a pipe.
#[must_use]
pub(crate) fn plain_stderr() -> Box<dyn Write + Send> {
    Box::new(io::stderr())
}
