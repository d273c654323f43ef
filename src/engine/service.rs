//! Services stopped, started, paused while a lab runs.

use super::connect::Engine;
use super::error::EngineError;
use crate::world::ServiceAction;
use bollard::query_parameters::{RestartContainerOptionsBuilder, StartContainerOptions, StopContainerOptionsBuilder};

/// Seconds that a service gets to end by itself before it is killed.
const GRACE: i32 = 5;

impl Engine {
    /// Does something to a container.
    pub(super) async fn change(&self, container: &str, action: ServiceAction) -> Result<(), EngineError> {
        let (doing, done) = match action {
            ServiceAction::Look => return Ok(()),
            ServiceAction::Start => {
                ("start", self.docker.start_container(container, None::<StartContainerOptions>).await)
            }
            ServiceAction::Stop => {
                let options = StopContainerOptionsBuilder::new().t(GRACE).build();
                ("stop", self.docker.stop_container(container, Some(options)).await)
            }
            ServiceAction::Restart => {
                let options = RestartContainerOptionsBuilder::new().t(GRACE).build();
                ("restart", self.docker.restart_container(container, Some(options)).await)
            }
            ServiceAction::Pause => ("pause", self.docker.pause_container(container).await),
            ServiceAction::Unpause => ("unpause", self.docker.unpause_container(container).await),
        };
        done.map_err(|source| EngineError::call(doing, container, source))
    }

    /// A container's exit code, if it ever ended, and the end of its log.
    pub(super) async fn last_words(&self, container: &str) -> Result<(Option<i64>, String), EngineError> {
        let found = self.docker.inspect_container(container, None).await;
        let found = found.map_err(|source| EngineError::call("inspect", container, source))?;
        let exit = found.state.and_then(|state| state.exit_code);
        Ok((exit, self.log_tail(container).await))
    }
}
