//! A trial for `lab doctor`: whether containers start here, and whether what they
//! send arrives, between them and to this machine.

use super::images::sources;
use super::playground::{self, SessionContext};
use super::{Dirs, SessionError};
use crate::definition::load::{self, LoadedLab};
use crate::definition::name::LearnerId;
use crate::engine::{Engine, EngineError};
use crate::event::Events;
use crate::plan::subnet::Subnet;
use crate::workspace::record::{Record, Workspace};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The smallest environment: all of the gate's image, which every lab has. It is
/// asked through the gate, so by its published port and then from bridge to bridge.
const LAB: &str = r#"
apiVersion: lab/v1
id: trial
version: 1.0.0
languages: [en]
title: {en: "A trial"}
level: beginner
duration: 5m
environment:
  services:
    web:
      image: {build: images/gate}
      command: [microsocks, -q, -i, "0.0.0.0", -p, "8080"]
      ready: {tcp: {host: web, port: 8080}, expect: {open: true}, within: 6s}
  toolbox:
    image: {build: images/gate}
tasks:
  - id: run
    tier: core
    duration: 5m
    title: {en: "Run"}
    checks:
      - id: works
        must: {en: "the command must finish without an error"}
        exec: {run: ["true"]}
        expect: {exit: 0}
"#;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trial {
    Works,
    /// Containers started, and nothing that was sent arrived.
    NothingArrives,
    /// The image for it isn't here, and building one is no doctor's business.
    NoImage,
}

/// Brings the smallest environment up and removes it again. `shipped` holds the
/// shipped images.
///
/// # Panics
///
/// Never: a test reads the lab of the trial.
pub(crate) async fn trial(
    engine: &Engine,
    dirs: &Dirs,
    shipped: &Path,
    range: Option<Subnet>,
    cancel: &CancellationToken,
) -> Result<Trial, SessionError> {
    let source: Arc<str> = Arc::from(LAB);
    let lab = load::parse(Path::new("trial.yaml"), &source).expect("the trial's lab is sound, for a test reads it");
    let loaded = LoadedLab { lab, folder: shipped.to_owned(), source };
    let gate = shipped.join("images/gate");
    // A folder of one name: what a doctor that was killed left is the next one's.
    let workspace = Workspace { folder: dirs.run.join("trial") };
    let record = Record::new(&loaded.lab, LearnerId::drawn("doctor".to_owned()));
    let io = |source| SessionError::Io { path: workspace.folder.clone(), source };
    fs::create_dir_all(workspace.folder.join(".lab")).and_then(|()| workspace.write_record(&record)).map_err(io)?;
    let events = Events::nowhere();
    let setting = SessionContext {
        engine,
        dirs,
        gate: &gate,
        loaded: &loaded,
        pack_secret: "trial",
        workspace: &workspace,
        record: &record,
        range,
        events: &events,
        cancel,
    };
    let images = engine.images(&dirs.locks());
    for part in sources(&loaded, &gate) {
        if !images.has(&part.source).await.map_err(|error| super::images::named(&part.name, error))? {
            return Ok(Trial::NoImage);
        }
    }
    let up = Box::pin(playground::up(&setting)).await.map(drop);
    engine.tear_down(&playground::project(&setting).name).await?;
    fs::remove_dir_all(&workspace.folder).map_err(io)?;
    match up {
        Ok(()) => Ok(Trial::Works),
        Err(SessionError::Engine(EngineError::NotReady { .. })) => Ok(Trial::NothingArrives),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trials_lab_is_sound() {
        assert!(load::parse(Path::new("trial.yaml"), LAB).is_ok());
    }
}
