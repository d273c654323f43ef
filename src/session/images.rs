//! All images of an environment, side by side.

use crate::definition::load::{LoadedLab, MOST_FILE};
use crate::definition::model::Image;
use crate::engine::EngineError;
use crate::engine::image::{ImageError, Images, Layer, LayerFile, Ready, Source};
use crate::message::Message;
use crate::plan::{ImageSet, PreparedImage};
use crate::untrusted::{self, Links};
use futures_util::future::{try_join, try_join_all};
use serde_yaml::Spanned;
use std::collections::BTreeMap;
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// The images of an environment, and why optional services have none.
#[derive(Debug, Clone)]
pub(super) struct EnvironmentImages {
    pub(crate) images: ImageSet,
    pub(crate) missing: BTreeMap<String, Message>,
}

/// Has every image that a lab needs, with its files on top. `gate` is the
/// folder of the gate's image, `user` the user of the toolbox's commands.
pub(super) async fn ensure_all(
    images: &Images,
    loaded: &LoadedLab,
    gate: &Path,
    user: (u32, u32),
    cancel: &CancellationToken,
) -> Result<EnvironmentImages, EngineError> {
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
        let image = one(images, name.as_str(), &source(loaded, &service.image), layer, cancel).await;
        match image {
            Err(EngineError::Image { source, .. }) if service.optional && source.is_out_of_reach() => {
                let why = message!("service-unavailable", service = name.as_str(), reason = source.message());
                Ok((name.clone(), Err(why)))
            }
            image => Ok((name.clone(), Ok(image?))),
        }
    }));
    let ((gate, toolbox), services) = try_join(fixed, services).await?;
    let (mut had, mut missing) = (BTreeMap::new(), BTreeMap::new());
    for (name, image) in services {
        match image {
            Ok(image) => drop(had.insert(name, image)),
            Err(why) => drop(missing.insert(name.to_string(), why)),
        }
    }
    Ok(EnvironmentImages { images: ImageSet { gate, toolbox, services: had }, missing })
}

/// The parts whose images would have to be pulled or built.
pub(super) async fn missing(images: &Images, loaded: &LoadedLab, gate: &Path) -> Result<Vec<String>, EngineError> {
    let looks = sources(loaded, gate).into_iter().map(|ImageUse { name, source, .. }| async move {
        match images.has(&source).await {
            Ok(true) => Ok(None),
            Ok(false) => Ok(Some(name)),
            Err(error) => Err(named(&name, error)),
        }
    });
    Ok(try_join_all(looks).await?.into_iter().flatten().collect())
}

/// A part of an environment, and where its image comes from.
pub(super) struct ImageUse {
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) optional: bool,
}

/// Every part of a lab's environment, the gate last.
pub(super) fn sources(loaded: &LoadedLab, gate: &Path) -> Vec<ImageUse> {
    let environment = &loaded.lab.environment;
    let fixed = |name: &str, source| ImageUse { name: name.to_owned(), source, optional: false };
    let services = environment.services.iter().map(|(name, service)| ImageUse {
        name: name.to_string(),
        source: source(loaded, &service.image),
        optional: service.optional,
    });
    std::iter::once(fixed("toolbox", source(loaded, &environment.toolbox.image)))
        .chain(services)
        .chain([fixed("gate", Source::Build(gate.to_owned()))])
        .collect()
}

/// An image's trouble, with the part it is for.
pub(crate) fn named(part: &str, error: ImageError) -> EngineError {
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
            let bytes = untrusted::read(&source, Links::Followed, MOST_FILE)
                .map_err(|error| EngineError::LabFile { path: source, source: error })?;
            let executable = bytes.starts_with(b"#!");
            Ok(LayerFile { path: target.clone(), bytes, mode: if executable { 0o755 } else { 0o644 } })
        })
        .collect::<Result<_, EngineError>>()?;
    Ok(Layer { files, learner })
}
