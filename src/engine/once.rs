//! Commands that get a container of their own, for services that are started
//! created each time. The container has the service's image, limits, hardening,
//! network and volumes; the command is its first process, and both end together.

use super::attached::Attached;
use super::body;
use super::connect::Engine;
use super::error::EngineError;
use super::exec::KILLED;
use crate::plan::{ContainerSpec, NetworkPart, Project};
use crate::world::{Command, Ended, Output};
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptionsBuilder, KillContainerOptions, RemoveContainerOptionsBuilder,
    StartContainerOptions,
};
use rand::Rng;
use std::time::{Duration, Instant};

/// What a container gets to be noted as ended once its output is.
const NOTED_WITHIN: Duration = Duration::from_secs(10);

impl Engine {
    /// Runs a command in a container made for it, and removes that.
    pub(super) async fn run_once(
        &self,
        project: &Project,
        spec: &ContainerSpec,
        command: &Command,
        dir: &str,
    ) -> Result<Output, EngineError> {
        let mut spec = spec.clone();
        // Two may run at once, each under its own name.
        spec.name = format!("{}-{:08x}", spec.name, rand::rng().next_u32());
        spec.entrypoint = Some(Vec::new());
        spec.command = Some(command.argv.clone());
        for (name, value) in &command.env {
            spec.env.retain(|(known, _)| known != name);
            spec.env.push((name.clone(), value.clone()));
        }
        let network = format!("{}-{}", project.name, NetworkPart::Room.suffix());
        let mut request = body::container(project, &self.owner, &spec, &network, None, &self.about.security());
        request.open_stdin = Some(true);
        request.stdin_once = Some(true);
        request.attach_stdin = Some(true);
        if !dir.is_empty() {
            request.working_dir = Some(dir.to_owned());
        }
        let options = CreateContainerOptionsBuilder::new().name(&spec.name).build();
        let created = self.docker.create_container(Some(options), request).await;
        let created = created.map_err(|source| EngineError::call("create container", &spec.name, source))?;
        self.strain.leave_out(&created.id);
        let output = self.run_to_its_end(&created.id, command).await;
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        let removed = self.docker.remove_container(&created.id, Some(options)).await;
        let output = output?;
        removed.map_err(|source| EngineError::call("remove container", &spec.name, source))?;
        Ok(output)
    }

    async fn run_to_its_end(&self, id: &str, command: &Command) -> Result<Output, EngineError> {
        let name = command.argv.first().map_or("", String::as_str);
        let error = |source| EngineError::call("run", name, source);
        let options = AttachContainerOptionsBuilder::new().stream(true).stdin(true).stdout(true).stderr(true).build();
        let attached = self.docker.attach_container(id, Some(options)).await.map_err(error)?;
        let attached = Attached { output: attached.output, input: attached.input };
        let begun = Instant::now();
        match self.docker.start_container(id, None::<StartContainerOptions>).await.map_err(error) {
            // What a shell says of a command that it can't start.
            Err(refused) if refused.is_of_the_command() => {
                let stderr = refused.to_string().into_bytes();
                return Ok(Output { exit: 127, stderr, ..Output::default() });
            }
            started => started?,
        }
        let mut output = Output::default();
        let talk = attached.talk(&command.stdin, command.max_output, command.timeout, &mut output);
        let mut ended = talk.await.map_err(error)?;
        if ended.is_some() {
            // It may have ended by itself just now.
            let _ = self.docker.kill_container(id, None::<KillContainerOptions>).await;
        }
        let left = command.timeout.saturating_sub(begun.elapsed()).max(NOTED_WITHIN);
        let (exit, out_of_memory) = self.end_of(id, left).await?;
        output.time = begun.elapsed();
        output.exit = if ended.is_some() { KILLED } else { exit.unwrap_or(KILLED) };
        if ended.is_none() && exit.is_none() {
            ended = Some(Ended::TimedOut);
        }
        if ended.is_none() && out_of_memory {
            ended = Some(Ended::OutOfMemory);
        }
        output.ended = ended;
        Ok(output)
    }

    /// A container's exit code and whether it ran out of memory, once it has
    /// ended. One that closed its output and goes on is ended.
    async fn end_of(&self, id: &str, within: Duration) -> Result<(Option<i64>, bool), EngineError> {
        let begun = Instant::now();
        loop {
            let found = self.docker.inspect_container(id, None).await;
            let state = found.map_err(|source| EngineError::call("inspect", id, source))?.state.unwrap_or_default();
            if state.running != Some(true) {
                return Ok((state.exit_code, state.oom_killed == Some(true)));
            }
            if begun.elapsed() > within {
                let _ = self.docker.kill_container(id, None::<KillContainerOptions>).await;
                return Ok((None, false));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
