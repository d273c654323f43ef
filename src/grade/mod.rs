//! Checks and a world in, verdicts out. Knows nothing of Docker.

mod act;
mod attempt;
pub(crate) mod concern;
mod judge;
mod order;
mod overlay;
mod redact;
mod run;
mod scenario;
pub(crate) mod second;
mod time;
pub(crate) mod trace;

pub(crate) use act::{Acted, act};
pub use order::{Chosen, Selection, rooms, selected};
pub(crate) use redact::Redactor;
pub use run::{Ground, run};
