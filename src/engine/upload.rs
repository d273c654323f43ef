//! The learner's folder, put into a clean room.

use super::connect::Engine;
use super::environment::Environment;
use super::error::EngineError;
use crate::plan::{Project, Role};
use bollard::query_parameters::UploadToContainerOptionsBuilder;
use std::fs::File;

impl Engine {
    /// Puts the learner's folder into a clean room that was made without it.
    pub(crate) async fn upload(&self, environment: &Environment, folder: &File) -> Result<(), EngineError> {
        let gate = environment.member(Role::Gate.as_str());
        let gate = gate.ok_or_else(|| EngineError::not_running(&Role::Gate))?;
        self.upload_to(&environment.project, &gate.id, folder).await
    }

    pub(super) async fn upload_to(&self, project: &Project, gate: &str, folder: &File) -> Result<(), EngineError> {
        let path = crate::plan::gate_path(project, &format!("{}-work", project.name));
        // Each room reads the archive through a handle with a place of its own.
        let file = super::files::reopened(folder).map_err(EngineError::Folder)?;
        let stream = tokio_util::io::ReaderStream::with_capacity(tokio::fs::File::from_std(file), 64 << 10);
        let options = UploadToContainerOptionsBuilder::new().path(&path).build();
        let uploaded = self.docker.upload_to_container(gate, Some(options), bollard::body_try_stream(stream)).await;
        uploaded.map_err(|source| EngineError::call("upload the folder", &path, source))
    }
}
