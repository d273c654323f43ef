//! Files on top of an image, as one layer. A PUT of an archive into a
//! read-only root is refused and bind mounts break on the paths of Docker
//! Desktop, so a service's files become part of its image.

use super::build::Build;
use super::context::{Context, hash_part, header, short};
use super::error::ImageError;
use super::{Images, LABEL, Ready, legal, until};
use crate::event::{Event, Finished};
use bollard::errors::Error;
use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{
    ContainerArchiveInfoOptionsBuilder, CreateContainerOptionsBuilder, DownloadFromContainerOptionsBuilder,
    RemoveContainerOptionsBuilder,
};
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Component, Path};
use tokio_util::sync::CancellationToken;

const LEARNER: &str = "learner";

/// What is put on top of an image. Folders that are missing are made,
/// root's and 0755; those that exist stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layer {
    pub files: Vec<LayerFile>,
    /// A user and group id to give a name: `learner` with the home
    /// `/home/learner`, which is made and is theirs. An id that has an entry
    /// keeps it.
    pub learner: Option<(u32, u32)>,
}

/// A file of a [`Layer`], root's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerFile {
    /// The absolute path in the image.
    pub path: String,
    pub bytes: Vec<u8>,
    /// Permission bits, such as `0o644`.
    pub mode: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Accounts {
    passwd: String,
    group: String,
    shell: &'static str,
}

impl Images {
    /// Puts a layer on top of an image, unless that was done before. Sends
    /// progress and a [`Event::Done`] only when there is something to do.
    pub async fn with_layer(
        &self,
        part: &str,
        base: &Ready,
        layer: &Layer,
        cancel: &CancellationToken,
    ) -> Result<Ready, ImageError> {
        if *layer == Layer::default() {
            return Ok(base.clone());
        }
        let hash = layer.hash(&base.id);
        let tag = format!("lab-{}-files:{hash}", base_name(&base.tag));
        if let Some(id) = until(cancel, self.inspect(&tag)).await? {
            return Ok(Ready { tag, id });
        }
        let _held = until(cancel, self.lock(&tag)).await?;
        if let Some(id) = until(cancel, self.inspect(&tag)).await? {
            return Ok(Ready { tag, id });
        }
        let accounts = match layer.learner {
            // Runs to its end, for its container must go: a tenth of a second.
            Some(_) => self.accounts(base, &hash).await?,
            None => Accounts::default(),
        };
        let failed = |detail: String| ImageError::LayerFailed { image: base.tag.clone(), detail };
        let files = layer.archive(&accounts).map_err(|error| failed(error.to_string()))?;
        // ADD unpacks an archive as one layer and touches nothing that isn't
        // in it, while COPY would reset the modes of folders that exist.
        let dockerfile = format!("FROM {}\nADD files.tar /\n", base.tag);
        let context = Context::of([("Dockerfile", dockerfile.into_bytes()), ("files.tar", files)]);
        let archive = context.archive(&[]).map_err(|error| failed(error.to_string()))?;
        let build = Build { tag: &tag, folder: Path::new(""), archive, args: &BTreeMap::new() };
        let id = until(cancel, self.build(part, build)).await.map_err(|error| match error {
            ImageError::BuildFailed { message: detail, .. } | ImageError::BadDockerfile { detail, .. } => {
                failed(detail)
            }
            other => other,
        })?;
        self.events.send(Event::Done { part: part.into(), how: Finished::Image { kept: false } });
        Ok(Ready { tag, id })
    }

    /// Reads an image's user database out of a container that never starts.
    async fn accounts(&self, image: &Ready, hash: &str) -> Result<Accounts, ImageError> {
        let failed = |error: Error| ImageError::Daemon { image: image.tag.clone(), detail: error.to_string() };
        // The name is the layer's, whose lock we hold: what a killed process
        // left behind is found and removed.
        let name = format!("lab-read-{hash}");
        let remove = || async {
            let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
            match self.docker.remove_container(&name, Some(options)).await {
                Ok(()) | Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(()),
                Err(error) => Err(failed(error)),
            }
        };
        remove().await?;
        let body = ContainerCreateBody {
            image: Some(image.id.clone()),
            // Some images have no command, and without one there is no container.
            cmd: Some(vec!["none".into()]),
            labels: Some(HashMap::from([(LABEL.0.into(), LABEL.1.into())])),
            network_disabled: Some(true),
            ..Default::default()
        };
        let options = CreateContainerOptionsBuilder::default().name(&name).build();
        self.docker.create_container(Some(options), body).await.map_err(failed)?;
        let read = async {
            Ok::<_, ImageError>(Accounts {
                passwd: self.text_file(image, &name, "/etc/passwd").await?,
                group: self.text_file(image, &name, "/etc/group").await?,
                shell: if self.exists(&name, "/bin/bash").await { "/bin/bash" } else { "/bin/sh" },
            })
        };
        let read = read.await;
        remove().await?;
        read
    }

    /// A text file of a container; empty if it isn't there.
    async fn text_file(&self, image: &Ready, container: &str, path: &str) -> Result<String, ImageError> {
        let options = DownloadFromContainerOptionsBuilder::default().path(path).build();
        let stream = self.docker.download_from_container(container, Some(options));
        let archive = stream.try_fold(Vec::new(), |mut all, bytes| async move {
            all.extend_from_slice(&bytes);
            Ok(all)
        });
        let archive = match archive.await {
            Ok(archive) => archive,
            Err(Error::DockerResponseServerError { status_code: 404, .. }) => return Ok(String::new()),
            Err(error) => return Err(ImageError::Daemon { image: image.tag.clone(), detail: error.to_string() }),
        };
        let odd = |detail: String| ImageError::LayerFailed {
            image: image.tag.clone(),
            detail: format!("its `{path}` can't be extended: {detail}"),
        };
        let mut archive = tar::Archive::new(archive.as_slice());
        let entry = archive.entries().map_err(|error| odd(error.to_string()))?.next();
        let mut entry = entry.ok_or_else(|| odd("empty archive".into()))?.map_err(|error| odd(error.to_string()))?;
        if !entry.header().entry_type().is_file() {
            return Err(odd("not a file".into()));
        }
        let mut text = String::new();
        entry.read_to_string(&mut text).map_err(|error| odd(error.to_string()))?;
        Ok(text)
    }

    async fn exists(&self, container: &str, path: &str) -> bool {
        let options = ContainerArchiveInfoOptionsBuilder::default().path(path).build();
        self.docker.get_container_archive_info(container, Some(options)).await.is_ok()
    }
}

impl Layer {
    fn hash(&self, base: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(b"lab layer 1");
        hash_part(&mut hash, base.as_bytes());
        let mut files: Vec<&LayerFile> = self.files.iter().collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        for file in files {
            hash_part(&mut hash, file.path.as_bytes());
            hash_part(&mut hash, &file.bytes);
            hash.update(file.mode.to_be_bytes());
        }
        if let Some((user, group)) = self.learner {
            hash.update([1]);
            hash.update(user.to_be_bytes());
            hash.update(group.to_be_bytes());
        }
        short(hash)
    }

    fn archive(&self, accounts: &Accounts) -> std::io::Result<Vec<u8>> {
        let mut archive = tar::Builder::new(Vec::new());
        let mut file = |path: &str, bytes: &[u8], mode: u32| {
            let inside = inside(path)?;
            let mut header = header(tar::EntryType::Regular, mode & 0o7777, bytes.len() as u64);
            archive.append_data(&mut header, inside, bytes)
        };
        for LayerFile { path, bytes, mode } in &self.files {
            file(path, bytes, *mode)?;
        }
        if let Some((user, group)) = self.learner {
            if let Some(passwd) = accounts.passwd_with(user, group) {
                file("/etc/passwd", passwd.as_bytes(), 0o644)?;
            }
            if let Some(text) = accounts.group_with(group) {
                file("/etc/group", text.as_bytes(), 0o644)?;
            }
            let mut home = header(tar::EntryType::Directory, 0o755, 0);
            home.set_uid(user.into());
            home.set_gid(group.into());
            archive.append_data(&mut home, format!("home/{LEARNER}/"), std::io::empty())?;
        }
        archive.into_inner()
    }
}

/// An absolute path as an archive's: it may not lead out.
fn inside(path: &str) -> std::io::Result<&Path> {
    let inside = path.strip_prefix('/').map(Path::new).filter(|inside| {
        inside.components().next().is_some()
            && inside.components().all(|component| matches!(component, Component::Normal(_)))
    });
    inside.ok_or_else(|| std::io::Error::other(format!("`{path}` is no absolute path of a file")))
}

impl Accounts {
    /// `/etc/passwd` with a learner, unless the id has an entry.
    fn passwd_with(&self, user: u32, group: u32) -> Option<String> {
        let name = name_for(&self.passwd, user)?;
        Some(with_line(&self.passwd, &format!("{name}:x:{user}:{group}::/home/{LEARNER}:{}", self.shell)))
    }

    /// `/etc/group` with a learner's, unless the id has an entry.
    fn group_with(&self, group: u32) -> Option<String> {
        let name = name_for(&self.group, group)?;
        Some(with_line(&self.group, &format!("{name}:x:{group}:")))
    }
}

/// A name for an id that has none, in a text of `name:password:id:…` lines.
fn name_for(text: &str, id: u32) -> Option<String> {
    let entries = || text.lines().map(|line| line.split(':'));
    if entries().any(|mut fields| fields.nth(2).and_then(|field| field.parse().ok()) == Some(id)) {
        return None;
    }
    let taken = |name: &str| entries().any(|mut fields| fields.next() == Some(name));
    Some(if taken(LEARNER) { format!("{LEARNER}{id}") } else { LEARNER.to_owned() })
}

fn with_line(text: &str, line: &str) -> String {
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{text}{gap}{line}\n")
}

/// `lab-garage:0123` → `garage`, `ghcr.io/opentofu/opentofu:1.12` → `opentofu`.
fn base_name(tag: &str) -> String {
    let last = tag.rsplit('/').next().unwrap_or(tag);
    let name = last.split([':', '@']).next().unwrap_or(last);
    legal(name.strip_prefix("lab-").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer() -> Layer {
        let file = |path: &str| LayerFile { path: path.into(), bytes: b"x".to_vec(), mode: 0o644 };
        Layer { files: vec![file("/etc/b.conf"), file("/a")], learner: None }
    }

    #[test]
    fn a_layers_hash_changes_with_everything_and_not_with_the_order() {
        let hash = layer().hash("sha256:1");
        let mut other = layer();
        other.files.reverse();
        assert_eq!(other.hash("sha256:1"), hash);
        assert_ne!(layer().hash("sha256:2"), hash);
        let changes: [fn(&mut Layer); 5] = [
            |layer| layer.files[0].bytes.clear(),
            |layer| layer.files[0].mode = 0o600,
            |layer| layer.files[0].path.push('c'),
            |layer| layer.learner = Some((1000, 1000)),
            |layer| drop(layer.files.pop()),
        ];
        for change in changes {
            let mut other = layer();
            change(&mut other);
            assert_ne!(other.hash("sha256:1"), hash, "{other:?}");
        }
    }

    #[test]
    fn an_id_without_an_entry_becomes_the_learner() {
        let accounts = Accounts {
            passwd: "root:x:0:0:root:/root:/bin/bash\nnode:x:1000:1000::/home/node:/bin/sh\n".into(),
            group: "root:x:0:\nlearner:x:50:".into(),
            shell: "/bin/bash",
        };
        assert_eq!(accounts.passwd_with(1000, 1000), None);
        assert_eq!(accounts.passwd_with(0, 1000), None);
        let passwd = accounts.passwd_with(501, 20).unwrap();
        assert_eq!(passwd, format!("{}learner:x:501:20::/home/learner:/bin/bash\n", accounts.passwd));
        assert_eq!(accounts.group_with(50), None);
        // The name is taken by another id, and the file lacks its last line break.
        assert_eq!(accounts.group_with(20).unwrap(), "root:x:0:\nlearner:x:50:\nlearner20:x:20:\n");
        assert_eq!(Accounts::default().group_with(20).unwrap(), "learner:x:20:\n");
    }

    #[test]
    fn a_file_cannot_lead_out_of_the_image() {
        for path in ["etc/a", "/", "/../a", "/a/../../b", ""] {
            assert!(inside(path).is_err(), "{path}");
        }
        assert_eq!(inside("/etc/a.conf").unwrap(), Path::new("etc/a.conf"));
    }

    #[test]
    fn the_name_of_a_layered_image_tells_what_is_below() {
        assert_eq!(base_name("lab-garage:0123456789abcdef"), "garage");
        assert_eq!(base_name("ghcr.io/opentofu/opentofu:1.12.6"), "opentofu");
        assert_eq!(base_name("localhost:1/none@sha256:00"), "none");
    }
}
