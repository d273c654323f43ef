//! Docker: the only module that names bollard.

mod attached;
mod body;
pub mod connect;
mod directory;
mod docker_world;
mod environment;
pub(crate) mod error;
mod exec;
mod execute;
mod files;
pub(crate) mod gate;
mod health;
pub mod image;
mod isolation;
mod labels;
mod listening;
mod logs;
mod observe;
mod once;
mod orphans;
mod overlay;
mod ready;
mod service;
pub(crate) mod sweep;
mod upload;
mod words;

pub use connect::Engine;
pub use directory::Directory;
pub(crate) use docker_world::DockerWorld;
pub(crate) use environment::Environment;
pub(crate) use error::EngineError;
pub use execute::Execution;
pub(crate) use health::Health;
pub(crate) use isolation::Isolation;
pub use labels::Owner;
pub use ready::{Answer, Prober};
