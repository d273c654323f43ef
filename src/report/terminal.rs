//! The process's own streams. Reports are made as texts elsewhere; here and
//! in `cli` alone is anything written.

use indicatif::ProgressDrawTarget;
use std::io::{self, Write};

pub(crate) fn moving_stderr() -> ProgressDrawTarget {
    ProgressDrawTarget::stderr()
}

pub(crate) fn plain_stderr() -> Box<dyn Write + Send> {
    Box::new(io::stderr())
}
