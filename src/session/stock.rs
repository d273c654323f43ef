//! Images of several labs at once: what each needs, and all of it had.

use super::SessionError;
pub(crate) use super::images::named;
use super::images::{ImageUse, sources};
use crate::definition::load::LoadedLab;
use crate::definition::model::Image;
use crate::definition::name::LabId;
use crate::engine::EngineError;
use crate::engine::image::{self, Images, Source, Stock};
use futures_util::future::{join_all, try_join_all};
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// An image, and the labs that need it.
#[derive(Debug, Clone)]
pub(crate) struct Needed {
    pub(crate) stock: Stock,
    pub(crate) labs: Vec<LabId>,
    /// Whether every lab works without it if it is unavailable.
    pub(crate) optional: bool,
    source: Source,
}

/// Every image that these labs need, each once, in the labs' order, the
/// gate's first.
pub(crate) async fn needed(images: &Images, labs: &[LoadedLab], gate: &Path) -> Result<Vec<Needed>, SessionError> {
    let mut found: Vec<(ImageUse, Vec<LabId>)> = Vec::new();
    for loaded in labs {
        for part in sources(loaded, gate) {
            let id = loaded.lab.id.value.clone();
            match found.iter_mut().find(|(other, _)| same(&other.source, &part.source)) {
                Some((other, labs)) => {
                    other.optional &= part.optional;
                    if !labs.contains(&id) {
                        labs.push(id);
                    }
                }
                None => found.push((part, vec![id])),
            }
        }
    }
    found.sort_by_key(|(part, _)| part.name != "gate");
    let looks = found.into_iter().map(|(ImageUse { name, source, optional }, labs)| async move {
        let stock = images.stock(&source).await.map_err(|error| named(&name, error))?;
        Ok::<_, EngineError>(Needed { stock, labs, optional, source })
    });
    Ok(try_join_all(looks).await?)
}

/// The folders beside a lab that it needs: what its images are built from, and its kinds.
pub(crate) fn folders(loaded: &LoadedLab) -> Result<Vec<PathBuf>, EngineError> {
    let environment = &loaded.lab.environment;
    let images = environment.services.iter().map(|(name, service)| (name.as_str(), &service.image.value));
    let mut folders = Vec::new();
    for (part, from) in images.chain([("toolbox", &environment.toolbox.image.value)]) {
        if let Image::Build(folder) = from {
            folders.extend(image::build_folders(&loaded.folder.join(folder)).map_err(|error| named(part, error))?);
        }
    }
    folders.extend(loaded.lab.kinds().into_iter().filter_map(|kind| kind.folder.clone()));
    Ok(folders)
}

/// Gets them all, in parallel; each that is unavailable is reported by its error
/// while the others go on. One that labs do without is no error.
pub(crate) async fn prepare(images: &Images, needed: &[Needed], cancel: &CancellationToken) -> Vec<EngineError> {
    let makes = needed.iter().map(|needed| async move {
        match images.ensure(&needed.stock.image, &needed.source, cancel).await {
            Err(error) if !(needed.optional && error.is_out_of_reach()) => Some(named(&needed.stock.image, error)),
            _ => None,
        }
    });
    join_all(makes).await.into_iter().flatten().collect()
}

/// Two labs may name one folder by two ways.
fn same(one: &Source, other: &Source) -> bool {
    match (one, other) {
        (Source::Build(one), Source::Build(other)) => {
            one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::load;

    #[test]
    fn a_folder_that_an_image_is_built_from_by_way_of_another_counts() {
        let labs = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs");
        let loaded = load::load(&labs.join("terraform")).unwrap();
        let folders = folders(&loaded).unwrap();
        for image in ["toolbox-terraform", "provider-garage", "garage"] {
            assert!(folders.iter().any(|folder| folder.ends_with(Path::new("images").join(image))), "{folders:?}");
        }
    }
}
