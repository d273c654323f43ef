//! What the daemon has of images, and images in and out of it as an archive.

use super::{BaseImage, ImageError, ImageStatus, Images, Source, folder_name};
use bollard::query_parameters::ImportImageOptions;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt, TryStreamExt};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stock {
    pub(crate) image: String,
    /// How to get it where it is missing.
    pub(crate) way: Way,
    /// Its bytes with all layers, when it is there.
    pub(crate) size: Option<u64>,
    /// The tags, its own and those it is built upon, that the daemon has.
    pub(crate) tags: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    Pull,
    Build,
}

impl Images {
    /// What is there of an image, by inspecting alone.
    pub(crate) async fn stock(&self, source: &Source) -> Result<Stock, ImageError> {
        match source {
            Source::Pull(image) => {
                let size = self.size(image).await?;
                let tags = size.iter().map(|_| image.clone()).collect();
                Ok(Stock { image: image.clone(), way: Way::Pull, size, tags })
            }
            Source::Build(folder) => {
                let name = folder_name(folder);
                let mut tags = BTreeSet::new();
                let built = self.built_upon(folder, &name, &mut tags).await?;
                let size = match &built {
                    Some(tag) => self.size(tag).await?,
                    None => None,
                };
                Ok(Stock { image: format!("lab-{name}"), way: Way::Build, size, tags })
            }
        }
    }

    /// Gathers the tags that a built image consists of; its own when it is there.
    fn built_upon<'a>(
        &'a self,
        folder: &'a Path,
        name: &'a str,
        tags: &'a mut BTreeSet<String>,
    ) -> BoxFuture<'a, Result<Option<String>, ImageError>> {
        Box::pin(async move {
            let ImageStatus { recipe, below, found } = self.look(folder, name).await?;
            for (base, below) in recipe.bases.iter().zip(below) {
                match below {
                    Some(BaseImage { arg: None, .. }) => _ = tags.insert(base.reference.clone()),
                    Some(BaseImage { arg: Some(_), .. }) => {
                        if let Some((_, folder)) = recipe.beside(base) {
                            self.built_upon(folder, &folder_name(folder), tags).await?;
                        } else if let Some((_, folder, name)) = recipe.origin(base) {
                            self.built_upon(folder, &name, tags).await?;
                        }
                    }
                    None => {}
                }
            }
            let tag = found.map(|ready| ready.tag);
            tags.extend(tag.clone());
            Ok(tag)
        })
    }

    async fn size(&self, image: &str) -> Result<Option<u64>, ImageError> {
        match self.docker.inspect_image(image).await {
            Ok(found) => Ok(Some(found.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default())),
            Err(bollard::errors::Error::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
            Err(error) => Err(ImageError::Daemon { image: image.into(), detail: error.to_string() }),
        }
    }

    /// Images with their tags, as one archive in Docker's own form. What they
    /// share is in it once.
    pub(crate) fn export(&self, tags: &BTreeSet<String>) -> impl Stream<Item = io::Result<Bytes>> + use<> {
        let names: Vec<&str> = tags.iter().map(String::as_str).collect();
        self.docker.export_images(&names).map_err(io::Error::other).boxed()
    }

    /// The ids of these tags' images, of those that the daemon has.
    pub(crate) async fn ids(&self, tags: &[String]) -> Result<BTreeMap<String, String>, ImageError> {
        let mut found = BTreeMap::new();
        for tag in tags {
            match self.docker.inspect_image(tag).await {
                Ok(image) => found.extend(image.id.map(|id| (tag.clone(), id))),
                Err(bollard::errors::Error::DockerResponseServerError { status_code: 400 | 404, .. }) => {}
                Err(error) => return Err(ImageError::Daemon { image: tag.clone(), detail: error.to_string() }),
            }
        }
        Ok(found)
    }

    /// Loads an archive in Docker's own format.
    pub(crate) async fn import(
        &self,
        archive: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Result<(), ImageError> {
        let failed = |error: bollard::errors::Error| ImageError::Daemon {
            image: "docker-archive".to_owned(),
            detail: error.to_string(),
        };
        let mut said = self.docker.import_image_stream(ImportImageOptions::default(), archive, None);
        while said.try_next().await.map_err(failed)?.is_some() {}
        Ok(())
    }
}
