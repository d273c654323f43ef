//! What only root can set up: file systems of a test's own size, and an engine of its
//! own. `scripts/test` runs these with sudo where its user isn't root.

mod disk;
mod engine;
mod gc;
mod others;
mod second_engine;
