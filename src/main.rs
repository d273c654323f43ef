//! The `lab` command: parses arguments, calls the library, returns the exit code.

fn main() {}
