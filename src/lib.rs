//! `lab`: hands-on cloud labs that run real parts and judge real behaviour.
//!
//! Data flows one way: load → plan → execute → probe → expect → verdict →
//! report. ARCHITECTURE.md is the map; the modules below stand in the order
//! in which they are best read.

#[macro_use]
pub mod message;

pub(crate) mod clean;
mod lock;
pub(crate) mod log;
pub mod quantity;
pub mod strain;
pub mod template;
pub(crate) mod untrusted;

pub mod definition;
pub mod engine;
pub mod plan;
pub mod session;
pub mod workspace;

pub mod check;
pub mod expect;
pub mod grade;
pub mod mutation;
pub mod outcome;
pub mod verdict;
pub mod world;

pub mod event;
pub mod i18n;
pub mod report;

pub mod cli;
pub mod error;
pub mod exit;
