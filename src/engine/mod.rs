//! (being written)

pub mod image;
