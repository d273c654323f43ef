//! All images of an environment, side by side.

use crate::engine::EngineError;
use crate::engine::image::{ImageError, Images, Layer, LayerFile, Ready, Source};
use crate::pack::load::LoadedLab;
use crate::pack::model::Image;
use crate::plan::{ImageSet, PreparedImage};
use futures_util::future::{try_join, try_join_all};
use serde_yaml::Spanned;
use std::collections::BTreeMap;
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// Has every image that a lab needs, with its files on top. `gate` is the
/// folder of the gate's image, `user` the user of the toolbox's commands.
pub(super) async fn ensure_all(
    images: &Images,
    loaded: &LoadedLab,
    gate: &Path,
    user: (u32, u32),
    cancel: &CancellationToken,
) -> Result<ImageSet, EngineError> {
    let environment = &loaded.lab.environment;
    let gate = Source::Build(gate.to_owned());
    let toolbox = source(loaded, &environment.toolbox.image);
    let fixed = try_join(
        one(images, "gate", &gate, None, cancel),
        one(images, "toolbox", &toolbox, Some(layer(loaded, &environment.toolbox.files, Some(user))?), cancel),
    );
    let services = try_join_all(environment.services.iter().map(|(name, service)| async move {
        let files = layer(loaded, &service.files, None)?;
        let layer = (!files.files.is_empty()).then_some(files);
        let image = one(images, name.as_str(), &source(loaded, &service.image), layer, cancel).await?;
        Ok((name.clone(), image))
    }));
    let ((gate, toolbox), services) = try_join(fixed, services).await?;
    Ok(ImageSet { gate, toolbox, services: services.into_iter().collect() })
}

/// The parts whose images would have to be pulled or built.
pub(super) async fn missing(images: &Images, loaded: &LoadedLab, gate: &Path) -> Result<Vec<String>, EngineError> {
    let looks = sources(loaded, gate).into_iter().map(|(part, source)| async move {
        match images.has(&source).await {
            Ok(true) => Ok(None),
            Ok(false) => Ok(Some(part)),
            Err(error) => Err(named(&part, error)),
        }
    });
    Ok(try_join_all(looks).await?.into_iter().flatten().collect())
}

/// Every part of a lab's environment with its image's source, the gate last.
pub(super) fn sources(loaded: &LoadedLab, gate: &Path) -> Vec<(String, Source)> {
    let environment = &loaded.lab.environment;
    let toolbox = ("toolbox".to_owned(), source(loaded, &environment.toolbox.image));
    let services =
        environment.services.iter().map(|(name, service)| (name.to_string(), source(loaded, &service.image)));
    std::iter::once(toolbox).chain(services).chain([("gate".to_owned(), Source::Build(gate.to_owned()))]).collect()
}

/// An image's trouble, with the part it is for.
pub fn named(part: &str, error: ImageError) -> EngineError {
    match error {
        ImageError::Cancelled => EngineError::Interrupted,
        source => EngineError::Image { part: part.to_owned(), source: Box::new(source) },
    }
}

async fn one(
    images: &Images,
    part: &str,
    source: &Source,
    layer: Option<Layer>,
    cancel: &CancellationToken,
) -> Result<PreparedImage, EngineError> {
    let error = |error| named(part, error);
    let mut ready: Ready = images.ensure(part, source, cancel).await.map_err(error)?;
    if let Some(layer) = layer {
        ready = images.with_layer(part, &ready, &layer, cancel).await.map_err(error)?;
    }
    Ok(PreparedImage { tag: ready.tag, id: ready.id })
}

fn source(loaded: &LoadedLab, image: &Spanned<Image>) -> Source {
    match &image.value {
        Image::Pull(reference) => Source::Pull(reference.clone()),
        Image::Build(folder) => Source::Build(loaded.folder.join(folder)),
    }
}

/// Files of the lab for a service: readable by all, for its user is its own.
fn layer(
    loaded: &LoadedLab,
    files: &BTreeMap<String, Spanned<String>>,
    learner: Option<(u32, u32)>,
) -> Result<Layer, EngineError> {
    let files = files
        .iter()
        .map(|(target, source)| {
            let source = loaded.folder.join(&source.value);
            let bytes = std::fs::read(&source).map_err(EngineError::Folder)?;
            let executable = bytes.starts_with(b"#!");
            Ok(LayerFile { path: target.clone(), bytes, mode: if executable { 0o755 } else { 0o644 } })
        })
        .collect::<Result<_, EngineError>>()?;
    Ok(Layer { files, learner })
}
