//! Docker's part of a bundle, entry by entry as it goes to the engine: it holds
//! the images that the bundle's head names, and nothing by another way.
//!
//! The engine reads the archive's end before it keeps anything, so that a part that
//! is refused on its way leaves no image behind.

use super::packed::PackedError;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};
use std::path::Path;
use tar::EntryType;

/// Bytes of a description: a manifest, an image's configuration.
const MOST_DESCRIPTION: u64 = 4 << 20;
const MOST_ENTRIES: usize = 20_000;

/// Why Docker's part of a bundle is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImagesError {
    /// It has an image under a tag that the head doesn't name.
    #[error("{0}")]
    Unnamed(String),
    /// The engine has another image under this tag.
    #[error("{0}")]
    Replaces(String),
    #[error(transparent)]
    Packed(#[from] PackedError),
}

impl From<io::Error> for ImagesError {
    fn from(error: io::Error) -> Self {
        Self::Packed(error.into())
    }
}

#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) tags: Vec<String>,
    pub(crate) there: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Config")]
    config: String,
    #[serde(rename = "RepoTags")]
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Index {
    #[serde(default)]
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

/// The annotation by which an engine's store of today takes an image's name.
const NAME: &str = "io.containerd.image.name";

/// Copies Docker's part of a bundle to the engine, once all of it has been seen to be
/// what the head says. `file` is the whole bundle; its own part stays here.
pub(crate) fn copy(file: impl Read, ours: &str, expected: &Expected, engine: impl Write) -> Result<(), ImagesError> {
    let mut to = tar::Builder::new(engine);
    let mut seen = BTreeSet::new();
    let mut described: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut archive = tar::Archive::new(file);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        if seen.is_empty() && path.starts_with(ours) {
            continue;
        }
        let name = path.to_string_lossy().trim_end_matches('/').to_owned();
        let odd = || PackedError::Odd(path.clone());
        let kind = entry.header().entry_type();
        let link = entry.link_name()?.map(|link| link.to_string_lossy().into_owned());
        if !is_dockers(&name, kind, link.as_deref()) || !seen.insert(name.clone()) || seen.len() > MOST_ENTRIES {
            return Err(odd().into());
        }
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(if kind == EntryType::Directory { 0o755 } else { 0o644 });
        header.set_size(0);
        match (kind, link) {
            (EntryType::Symlink, Some(link)) => to.append_link(&mut header, &name, link)?,
            (EntryType::Directory, _) => to.append_data(&mut header, &name, io::empty())?,
            _ if entry.size() <= MOST_DESCRIPTION && !name.ends_with("/layer.tar") => {
                let mut text = Vec::new();
                entry.read_to_end(&mut text)?;
                header.set_size(text.len() as u64);
                to.append_data(&mut header, &name, text.as_slice())?;
                // A small layer is no description, and is named by its digest all the same.
                described.insert(name, text);
            }
            _ => {
                header.set_size(entry.size());
                to.append_data(&mut header, &name, entry)?;
            }
        }
    }
    judge(&described, expected)?;
    to.into_inner()?.flush()?;
    Ok(())
}

fn is_dockers(name: &str, kind: EntryType, link: Option<&str>) -> bool {
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts: Vec<&str> = name.split('/').collect();
    match (kind, parts.as_slice()) {
        (EntryType::Regular, ["manifest.json" | "repositories" | "index.json" | "oci-layout"])
        | (EntryType::Directory, ["blobs"] | ["blobs", "sha256"]) => true,
        (EntryType::Regular, [file]) => file.strip_suffix(".json").is_some_and(is_digest),
        (EntryType::Directory, [layer])
        | (EntryType::Regular, ["blobs", "sha256", layer] | [layer, "VERSION" | "json" | "layer.tar"]) => {
            is_digest(layer)
        }
        // A layer that two images share.
        (EntryType::Symlink, [layer, "layer.tar"]) => {
            let other = link.and_then(|link| link.strip_prefix("../")?.strip_suffix("/layer.tar"));
            is_digest(layer) && other.is_some_and(is_digest)
        }
        _ => false,
    }
}

fn judge(described: &BTreeMap<String, Vec<u8>>, expected: &Expected) -> Result<(), ImagesError> {
    let odd = |name: &str| ImagesError::from(PackedError::Odd(Path::new(name).to_owned()));
    // A description that is named by its digest has it.
    for (name, text) in described {
        let digest =
            name.strip_prefix("blobs/sha256/").or_else(|| name.strip_suffix(".json").filter(|name| name.len() == 64));
        if digest.is_some_and(|digest| digest != data_encoding::HEXLOWER.encode(&Sha256::digest(text))) {
            return Err(odd(name));
        }
    }
    let known: BTreeMap<String, &String> = expected.tags.iter().map(|tag| (plain(tag), tag)).collect();
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let manifest = described.get("manifest.json").ok_or_else(|| odd("manifest.json"))?;
    for image in serde_json::from_slice::<Vec<Manifest>>(manifest).map_err(|_| odd("manifest.json"))? {
        if !described.contains_key(&image.config) {
            return Err(odd("manifest.json"));
        }
        let id = image.config.trim_start_matches("blobs/sha256/").trim_end_matches(".json").to_owned();
        for tag in image.tags.unwrap_or_default() {
            ids.entry(tag).or_default().insert(format!("sha256:{id}"));
        }
    }
    if let Some(index) = described.get("index.json") {
        for image in serde_json::from_slice::<Index>(index).map_err(|_| odd("index.json"))?.manifests {
            // Without this one the engine makes a name of others.
            let Some(name) = image.annotations.get(NAME) else {
                if image.annotations.keys().any(|key| key.ends_with(".ref.name") || key.contains("image.name")) {
                    return Err(odd("index.json"));
                }
                continue;
            };
            ids.entry(name.clone()).or_default().insert(image.digest);
        }
    }
    if let Some(text) = described.get("repositories") {
        type Repositories = BTreeMap<String, BTreeMap<String, String>>;
        for (name, tags) in serde_json::from_slice::<Repositories>(text).map_err(|_| odd("repositories"))? {
            for tag in tags.keys() {
                ids.entry(format!("{name}:{tag}")).or_default();
            }
        }
    }
    for (tag, ids) in &ids {
        let Some(named) = known.get(&plain(tag)) else { return Err(ImagesError::Unnamed(tag.clone())) };
        if expected.there.get(*named).is_some_and(|there| !ids.contains(there)) {
            return Err(ImagesError::Replaces(tag.clone()));
        }
    }
    Ok(())
}

/// A reference without what Docker's own registry adds to it.
fn plain(reference: &str) -> String {
    let short = ["index.docker.io/", "docker.io/"].iter().find_map(|own| reference.strip_prefix(own));
    let short = short.unwrap_or(reference);
    let short = short.strip_prefix("library/").unwrap_or(short);
    let tagged = short.rsplit('/').next().is_some_and(|last| last.contains(':'));
    if tagged { short.to_owned() } else { format!("{short}:latest") }
}

impl Expected {
    /// The tags of a head, and as Podman has them, which calls what was built here so.
    pub(crate) fn tags(head: &[String]) -> Vec<String> {
        head.iter().flat_map(|tag| [tag.clone(), format!("localhost/{tag}")]).collect()
    }
}
