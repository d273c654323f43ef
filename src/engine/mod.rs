//! Docker: the only module that names bollard.

mod attached;
mod body;
pub mod connect;
mod directory;
mod docker_world;
mod environment;
pub mod error;
mod exec;
mod execute;
mod files;
pub mod gate;
mod health;
pub mod image;
mod isolation;
mod labels;
mod logs;
mod observe;
mod once;
mod orphans;
mod ready;
mod service;
pub mod sweep;
mod upload;
mod words;

pub use connect::Engine;
pub use directory::Directory;
pub use docker_world::DockerWorld;
pub use environment::{Environment, Member};
pub use error::EngineError;
pub use execute::Execution;
pub use health::Health;
pub use isolation::Isolation;
pub use labels::Owner;
