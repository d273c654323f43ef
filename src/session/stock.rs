//! Images of several labs at once: what each needs, and all of it had.

use super::SessionError;
pub use super::images::named;
use super::images::sources;
use crate::engine::EngineError;
use crate::engine::image::{Images, Source, Stock};
use crate::pack::load::LoadedLab;
use crate::pack::name::LabId;
use futures_util::future::{join_all, try_join_all};
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// An image, and the labs that need it.
#[derive(Debug, Clone)]
pub struct Needed {
    /// What is there of it.
    pub stock: Stock,
    /// Whose it is.
    pub labs: Vec<LabId>,
    source: Source,
}

/// Every image that these labs need, each once, in the labs' order, the
/// gate's first.
pub async fn needed(images: &Images, labs: &[LoadedLab], gate: &Path) -> Result<Vec<Needed>, SessionError> {
    let mut found: Vec<(String, Source, Vec<LabId>)> = Vec::new();
    for loaded in labs {
        for (part, source) in sources(loaded, gate) {
            let id = loaded.lab.id.value.clone();
            match found.iter_mut().find(|(_, other, _)| same(other, &source)) {
                Some((_, _, labs)) if labs.contains(&id) => {}
                Some((_, _, labs)) => labs.push(id),
                None => found.push((part, source, vec![id])),
            }
        }
    }
    found.sort_by_key(|(part, _, _)| part != "gate");
    let looks = found.into_iter().map(|(part, source, labs)| async move {
        let stock = images.stock(&source).await.map_err(|error| named(&part, error))?;
        Ok::<_, EngineError>(Needed { stock, labs, source })
    });
    Ok(try_join_all(looks).await?)
}

/// Has them all, side by side; each that can't be had is told by its error
/// while the others go on.
pub async fn prepare(images: &Images, needed: &[Needed], cancel: &CancellationToken) -> Vec<EngineError> {
    let makes = needed.iter().map(|needed| async move {
        let part = &needed.stock.image;
        images.ensure(part, &needed.source, cancel).await.map_err(|error| named(part, error))
    });
    join_all(makes).await.into_iter().filter_map(Result::err).collect()
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
