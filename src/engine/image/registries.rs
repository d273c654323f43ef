//! Which registries images come from.

use super::beside::beside;
use super::dockerfile::bases;
use super::pull::registry;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The registries that the images beneath a folder are built upon, each with an
/// image of it. What can't be read is left to those who build it.
pub(crate) fn registries(images: &Path) -> BTreeMap<String, String> {
    let folders = fs::read_dir(images).into_iter().flatten().flatten().map(|entry| entry.path());
    let texts = folders.filter_map(|folder| fs::read_to_string(folder.join("Dockerfile")).ok());
    let needed = texts.filter_map(|text| bases(&text).ok()).flatten();
    let pulled = needed.filter(|base| beside(&base.reference).is_none());
    pulled.map(|base| (registry(&base.reference).to_owned(), base.reference)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_images_come_from_these() {
        let found = registries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("labs/images"));
        assert!(found.contains_key("docker.io") && found.contains_key("ghcr.io"), "{found:?}");
        assert!(found.values().all(|image| !image.starts_with("..")), "{found:?}");
        assert_eq!(registries(Path::new("/nonexistent")), BTreeMap::new());
    }
}
