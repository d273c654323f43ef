//! Scenarios that need a Docker daemon; without one they fail.

mod bad_folders;
mod between;
mod crashes;
mod dispute;
mod engine_gone;
mod ground;
mod hardening;
mod hostile;
mod images;
mod interrupted;
mod isolation;
mod killed;
mod lifecycle;
mod monitoring;
mod not_ready;
mod parts;
mod probes;
mod proof;
mod rooms;
mod running;
mod second_engine;
mod second_machine;
mod serverless;
mod side_by_side;
mod watch;
mod workflow;
