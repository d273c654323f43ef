//! The `lab` command: parses arguments, calls the library, returns the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    lab_runner::cli::run(std::env::args_os())
}
