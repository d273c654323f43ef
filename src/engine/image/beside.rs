//! Images that are built from another folder beside their own.

use super::dockerfile::{Base, bases};
use super::error::ImageError;
use crate::untrusted::{self, Links, refuse_link};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Bytes of a Dockerfile at most.
const DOCKERFILE_MAX: u64 = 1 << 20;

/// All folders that an image is built from: its own, and those beside it.
pub(crate) fn build_folders(folder: &Path) -> Result<Vec<PathBuf>, ImageError> {
    let text = dockerfile(folder).map_err(|_| ImageError::NoDockerfile { folder: folder.to_owned() })?;
    let needed = bases(&text).map_err(|detail| ImageError::BadDockerfile { folder: folder.to_owned(), detail })?;
    let beside = folders(folder, &needed)?;
    Ok(std::iter::once(folder.to_owned()).chain(beside.into_values()).collect())
}

/// The folders beside one that its image is built from, by argument. Such a
/// folder may not itself be built from another: so no circle can be written.
pub(super) fn folders(folder: &Path, needed: &[Base]) -> Result<BTreeMap<String, PathBuf>, ImageError> {
    let mut found = BTreeMap::new();
    for base in needed {
        let (Some(arg), Some(name)) = (&base.arg, beside(&base.reference)) else { continue };
        let other = folder.with_file_name(name);
        let bad = |detail: String| ImageError::BadDockerfile { folder: folder.to_owned(), detail };
        let text = refuse_link(&other)
            .and_then(|()| dockerfile(&other))
            .map_err(|error| bad(format!("`{}` has no Dockerfile that can be read: {error}", base.reference)))?;
        let below = bases(&text).map_err(|detail| ImageError::BadDockerfile { folder: other.clone(), detail })?;
        if let Some(deeper) = below.iter().find(|base| beside(&base.reference).is_some()) {
            let (one, two) = (&base.reference, &deeper.reference);
            return Err(bad(format!("`{one}` itself is built from `{two}`: one such step is allowed")));
        }
        found.insert(arg.clone(), other);
    }
    Ok(found)
}

fn dockerfile(folder: &Path) -> io::Result<String> {
    untrusted::read_text(&folder.join("Dockerfile"), Links::Refused, DOCKERFILE_MAX)
}

/// The name, if a reference is `../NAME`.
pub(super) fn beside(reference: &str) -> Option<&str> {
    reference.strip_prefix("../").filter(|name| !name.is_empty() && !name.starts_with('.') && !name.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn an_image_may_be_built_from_a_folder_beside_it_and_no_further() {
        let images = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            fs::create_dir_all(images.path().join(name)).unwrap();
            fs::write(images.path().join(name).join("Dockerfile"), text).unwrap();
        };
        let folder = images.path().join("toolbox");
        let toolbox = "ARG PROVIDER=../provider\nFROM $PROVIDER AS provider\nFROM debian:12\n";
        let found = || folders(&folder, &bases(toolbox).unwrap());
        write("provider", "FROM debian:12\n");
        assert_eq!(found().unwrap(), BTreeMap::from([("PROVIDER".to_owned(), images.path().join("provider"))]));

        assert!(matches!(build_folders(&folder), Err(ImageError::NoDockerfile { .. })));
        write("toolbox", toolbox);
        assert_eq!(build_folders(&folder).unwrap(), [folder.clone(), images.path().join("provider")]);

        write("provider", "ARG TOOLBOX=../toolbox\nFROM $TOOLBOX\n");
        let error = found().unwrap_err();
        assert!(
            matches!(&error, ImageError::BadDockerfile { detail, .. } if detail.contains("one such step")),
            "{error:?}"
        );
        fs::remove_dir_all(images.path().join("provider")).unwrap();
        let error = found().unwrap_err();
        assert!(
            matches!(&error, ImageError::BadDockerfile { detail, .. } if detail.contains("../provider")),
            "{error:?}"
        );
    }

    #[test]
    fn a_link_beside_brings_no_folder_from_elsewhere_and_a_pipe_is_not_waited_for() {
        let ground = tempfile::tempdir().unwrap();
        let (images, elsewhere) = (ground.path().join("images"), ground.path().join("elsewhere"));
        for folder in [&images.join("toolbox"), &elsewhere] {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join("Dockerfile"), "FROM debian:12\n").unwrap();
        }
        let link = images.join("linked");
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        let found = || folders(&images.join("toolbox"), &bases("ARG BELOW=../linked\nFROM $BELOW\n").unwrap());
        assert!(matches!(found(), Err(ImageError::BadDockerfile { .. })));
        fs::remove_file(&link).unwrap();
        fs::create_dir(&link).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, link.join("Dockerfile"), 0o600.into()).unwrap();
        assert!(matches!(found(), Err(ImageError::BadDockerfile { .. })));
        assert!(matches!(build_folders(&link), Err(ImageError::NoDockerfile { .. })));
    }

    #[test]
    fn a_path_to_a_folder_beside_is_one() {
        assert_eq!(beside("../provider"), Some("provider"));
        for other in ["debian:12", "../", "../..", "../a/b", "/a", "./a", ".."] {
            assert_eq!(beside(other), None, "{other}");
        }
    }
}
