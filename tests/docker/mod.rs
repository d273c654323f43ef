//! Scenarios that need a Docker daemon; without one they fail.

mod images;
