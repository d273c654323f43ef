//! Images: there before, pulled, or built from a folder with a Dockerfile.
//!
//! A built image's tag is made from all that decides what is in it, so an
//! image is kept exactly as long as nothing of that changes, and a start that
//! finds all its images asks the daemon for no more than their ids.
//!
//! Where the image that a program is copied from can't be pulled, a folder
//! `origin/<ARG>` beside the Dockerfile builds one with the program at the
//! same path. Which of the two is used doesn't show in what runs.
//!
//! An image that is built from another folder beside it says so by an argument
//! that is a path: `ARG PROVIDER=../provider` and `FROM ${PROVIDER}`.

mod beside;
mod build;
mod context;
mod dockerfile;
mod error;
mod layer;
mod lock;
mod pull;
mod registries;
mod stock;
mod watch;
mod work;

pub(crate) use beside::build_folders;
pub use error::ImageError;
pub use layer::{Layer, LayerFile};
pub(super) use pull::refusal;
pub(crate) use registries::registries;
pub(crate) use stock::{Stock, Way};

use self::build::Build;
use self::context::{Authority, Context, HOST_AUTHORITIES, authorities, hash_part, short};
use self::dockerfile::Base;
use self::work::Steps;
use crate::event::{Event, Events, Finished};
use bollard::Docker;
use bollard::errors::Error;
use futures_util::future::{BoxFuture, try_join_all};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The label of every image that is made here, so that they can be found.
pub const LABEL: (&str, &str) = ("org.lab-runner.image", "1");

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Pull(String),
    /// A folder with a Dockerfile, absolute. Its `.dockerignore` isn't read:
    /// the folder is all sent, but for the `origin/<ARG>` folders.
    Build(PathBuf),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    pub tag: String,
    /// Its id, `sha256:…`.
    pub id: String,
}

/// The images of one run. Cheap to clone; clones share what they learnt about
/// registries.
#[derive(Clone)]
pub struct Images {
    docker: Docker,
    locks: Arc<Path>,
    events: Events,
    /// Registries that didn't answer in this run, and why.
    unreachable: Arc<Mutex<BTreeMap<String, String>>>,
    steps: Steps,
    /// How long a build's step may neither say nor do anything.
    patience: Duration,
}

/// An image and whether it was there before.
struct ImageResult {
    ready: Ready,
    kept: bool,
}

struct Recipe {
    /// What the image is called between `lab-` and the hash.
    name: String,
    context: Context,
    bases: Vec<Base>,
    /// Stand-ins for what can't be pulled: argument → folder.
    origins: BTreeMap<String, PathBuf>,
    /// What is always built, from a folder beside this one: argument → folder.
    beside: BTreeMap<String, PathBuf>,
    authorities: Vec<Authority>,
}

/// An image below a built one, as the daemon has it.
#[derive(Clone)]
struct BaseImage {
    id: String,
    /// The argument that brings a stand-in into the build, and its tag.
    arg: Option<(String, String)>,
}

/// What the daemon already has of a built image.
struct ImageStatus {
    recipe: Recipe,
    /// One for each base; none for what is missing.
    below: Vec<Option<BaseImage>>,
    /// The image, if all of `below` and itself are there.
    found: Option<Ready>,
}

impl Images {
    /// Images of a daemon. Lock files lie in the folder `locks`, which is
    /// made when needed and which all `lab` processes of a user share.
    pub fn new(docker: Docker, locks: impl Into<PathBuf>, events: Events) -> Self {
        Self {
            docker,
            locks: locks.into().into(),
            events,
            unreachable: Arc::default(),
            steps: Steps::default(),
            patience: build::IDLE,
        }
    }

    /// The same with another patience for a build's step that neither says nor does anything.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Makes sure that an image is there: kept if it is, else pulled or built.
    /// `part` is whose progress line it is; a [`Event::Done`] ends it.
    ///
    /// When cancelled it returns as soon as the daemon has stopped the build and removed its
    /// container, or after some seconds.
    #[tracing::instrument(level = "debug", name = "engine.image", skip_all, fields(part))]
    pub async fn ensure(&self, part: &str, source: &Source, cancel: &CancellationToken) -> Result<Ready, ImageError> {
        let had = until(cancel, async {
            match source {
                Source::Pull(image) => self.pulled(part, image).await.map_err(|error| cant_have(image, error)),
                Source::Build(folder) => self.built(part, folder, &folder_name(folder)).await,
            }
        });
        let had = had.await;
        if matches!(had, Err(ImageError::Cancelled)) {
            self.end_builds(None).await;
        }
        let ImageResult { ready, kept } = had?;
        self.events.send(Event::Done { part: part.into(), how: Finished::Image { kept } });
        Ok(ready)
    }

    /// Whether an image is there, by inspecting alone.
    pub(crate) async fn has(&self, source: &Source) -> Result<bool, ImageError> {
        match source {
            Source::Pull(image) => Ok(self.inspect(image).await?.is_some()),
            Source::Build(folder) => Ok(self.look(folder, &folder_name(folder)).await?.found.is_some()),
        }
    }

    /// A built image, made if it is missing.
    fn built<'a>(
        &'a self,
        part: &'a str,
        folder: &'a Path,
        name: &'a str,
    ) -> BoxFuture<'a, Result<ImageResult, ImageError>> {
        Box::pin(async move {
            let ImageStatus { recipe, below, found } = self.look(folder, name).await?;
            if let Some(ready) = found {
                return Ok(ImageResult { ready, kept: true });
            }
            let below = recipe.bases.iter().zip(below).map(|(base, below)| {
                let recipe = &recipe;
                async move {
                    match below {
                        Some(below) => Ok(below),
                        None => self.obtain(part, recipe, base).await,
                    }
                }
            });
            let below = try_join_all(below).await?;
            let tag = recipe.tag(&below);
            let _held = self.lock(&tag).await?;
            if let Some(id) = self.inspect(&tag).await? {
                return Ok(ImageResult { ready: Ready { tag, id }, kept: false });
            }
            let archive = recipe
                .context
                .archive(&recipe.authorities)
                .map_err(|error| ImageError::Unreadable { path: folder.to_owned(), detail: error.to_string() })?;
            let args = below.into_iter().filter_map(|below| below.arg).collect();
            let id = self.build(part, Build { tag: &tag, folder, archive, args: &args }).await?;
            Ok(ImageResult { ready: Ready { tag, id }, kept: false })
        })
    }

    /// What is there of a built image, by inspecting alone.
    fn look<'a>(&'a self, folder: &'a Path, name: &'a str) -> BoxFuture<'a, Result<ImageStatus, ImageError>> {
        Box::pin(async move {
            let recipe = Recipe::read(folder, name).await?;
            let below = try_join_all(recipe.bases.iter().map(|base| self.look_below(&recipe, base))).await?;
            let found = match below.iter().cloned().collect::<Option<Vec<BaseImage>>>() {
                Some(all) => {
                    let tag = recipe.tag(&all);
                    self.inspect(&tag).await?.map(|id| Ready { tag, id })
                }
                None => None,
            };
            Ok(ImageStatus { recipe, below, found })
        })
    }

    /// A base that is there: itself, or a stand-in from before. So a machine
    /// that once needed a stand-in keeps it, and asks no registry.
    async fn look_below(&self, recipe: &Recipe, base: &Base) -> Result<Option<BaseImage>, ImageError> {
        if let Some((arg, folder)) = recipe.beside(base) {
            let ImageStatus { found, .. } = self.look(folder, &folder_name(folder)).await?;
            return Ok(found.map(|ready| BaseImage { id: ready.id, arg: Some((arg.to_owned(), ready.tag)) }));
        }
        if let Some(id) = self.inspect(&base.reference).await? {
            return Ok(Some(BaseImage { id, arg: None }));
        }
        let Some((arg, folder, name)) = recipe.origin(base) else { return Ok(None) };
        let ImageStatus { found, .. } = self.look(folder, &name).await?;
        Ok(found.map(|ready| BaseImage { id: ready.id, arg: Some((arg.to_owned(), ready.tag)) }))
    }

    /// A base that is missing: built from the folder beside, or pulled, or else
    /// its stand-in built.
    async fn obtain(&self, part: &str, recipe: &Recipe, base: &Base) -> Result<BaseImage, ImageError> {
        if let Some((arg, folder)) = recipe.beside(base) {
            let ImageResult { ready, .. } = self.built(part, folder, &folder_name(folder)).await?;
            return Ok(BaseImage { id: ready.id, arg: Some((arg.to_owned(), ready.tag)) });
        }
        let image = &base.reference;
        let first = match self.pulled(part, image).await {
            Ok(had) => return Ok(BaseImage { id: had.ready.id, arg: None }),
            Err(error) => error,
        };
        let origin = recipe.origin(base).filter(|_| first.is_of_origin());
        let Some((arg, folder, name)) = origin else { return Err(cant_have(image, first)) };
        self.events.send(Event::Notice(message!("image-built-instead", image = image)));
        match self.built(part, folder, &name).await {
            Ok(had) => Ok(BaseImage { id: had.ready.id, arg: Some((arg.to_owned(), had.ready.tag)) }),
            Err(second) => Err(ImageError::CantHave { image: image.clone(), reasons: vec![first, second] }),
        }
    }

    /// The id of an image that the daemon has.
    async fn inspect(&self, image: &str) -> Result<Option<String>, ImageError> {
        let failed = |detail: String| ImageError::Daemon { image: image.into(), detail };
        match self.docker.inspect_image(image).await {
            Ok(found) => found.id.map(Some).ok_or_else(|| failed("an image without an id".into())),
            Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    fn unreachable(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.unreachable.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Images {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Images").field("locks", &self.locks).finish_non_exhaustive()
    }
}

impl Recipe {
    /// Reads a build folder, away from the threads that must not block.
    async fn read(folder: &Path, name: &str) -> Result<Self, ImageError> {
        let (folder, name) = (folder.to_owned(), name.to_owned());
        let task = tokio::task::spawn_blocking(move || Self::read_now(folder, name));
        task.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    fn read_now(folder: PathBuf, name: String) -> Result<Self, ImageError> {
        let authorities = authorities(Path::new(HOST_AUTHORITIES));
        let mut context = Context::read(&folder, &authorities)?;
        let Some(dockerfile) = context.dockerfile() else { return Err(ImageError::NoDockerfile { folder }) };
        let bases = dockerfile::bases(&dockerfile)
            .map_err(|detail| ImageError::BadDockerfile { folder: folder.clone(), detail })?;
        let mut origins = BTreeMap::new();
        for arg in bases.iter().filter_map(|base| base.arg.as_ref()) {
            let inside = Path::new("origin").join(arg);
            if context.has(&inside.join("Dockerfile")) {
                // A stand-in counts by its image's id alone.
                context.remove(&inside);
                origins.insert(arg.clone(), folder.join(inside));
            }
        }
        let beside = beside::folders(&folder, &bases)?;
        Ok(Self { name, context, bases, origins, beside, authorities })
    }

    /// The folder beside that a base is built from, and its argument.
    fn beside<'a>(&'a self, base: &'a Base) -> Option<(&'a str, &'a Path)> {
        let arg = base.arg.as_deref()?;
        Some((arg, self.beside.get(arg)?))
    }

    /// The stand-in for a base: its argument, folder and name.
    fn origin<'a>(&'a self, base: &'a Base) -> Option<(&'a str, &'a Path, String)> {
        let arg = base.arg.as_deref()?;
        let folder = self.origins.get(arg)?;
        Some((arg, folder, legal(&format!("{}-origin-{arg}", self.name))))
    }

    /// The tag, made from all that decides what is in the image.
    fn tag(&self, below: &[BaseImage]) -> String {
        let mut hash = Sha256::new();
        hash.update(b"lab image 1");
        self.context.hash_into(&mut hash);
        for BaseImage { id, arg } in below {
            hash_part(&mut hash, id.as_bytes());
            // The argument's value is a tag that says no more than the id.
            hash_part(&mut hash, arg.as_ref().map(|(name, _)| name.as_bytes()).unwrap_or_default());
        }
        format!("lab-{}:{}", self.name, short(hash))
    }
}

/// Drops the work when cancelled.
async fn until<T>(
    cancel: &CancellationToken,
    work: impl Future<Output = Result<T, ImageError>>,
) -> Result<T, ImageError> {
    cancel.run_until_cancelled(work).await.unwrap_or(Err(ImageError::Cancelled))
}

/// Names the image that is unavailable, where the trouble is with its origin.
fn cant_have(image: &str, error: ImageError) -> ImageError {
    if error.is_of_origin() { ImageError::CantHave { image: image.into(), reasons: vec![error] } } else { error }
}

fn folder_name(folder: &Path) -> String {
    legal(&folder.file_name().unwrap_or_default().to_string_lossy())
}

/// A text as part of an image's name: lower-case letters, digits and single
/// hyphens.
fn legal(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "image".to_owned() } else { words.join("-") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn below(id: &str, arg: Option<(&str, &str)>) -> BaseImage {
        BaseImage { id: id.into(), arg: arg.map(|(name, tag)| (name.into(), tag.into())) }
    }

    fn recipe(folder: &Path) -> Recipe {
        Recipe::read_now(folder.to_owned(), "garage".into()).unwrap()
    }

    #[test]
    fn the_tag_changes_with_the_images_below_and_the_arguments() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Dockerfile"), "FROM a\nCOPY --from=b / /\n").unwrap();
        let recipe = recipe(folder.path());
        let tags = [
            recipe.tag(&[below("1", None), below("2", None)]),
            recipe.tag(&[below("2", None), below("1", None)]),
            recipe.tag(&[below("12", None), below("", None)]),
            recipe.tag(&[below("1", Some(("A", "lab-a:1"))), below("2", None)]),
            recipe.tag(&[below("1", Some(("B", "lab-a:1"))), below("2", None)]),
        ];
        let different: std::collections::BTreeSet<_> = tags.iter().collect();
        assert_eq!(different.len(), tags.len(), "{tags:?}");
        assert!(tags.iter().all(|tag| tag.starts_with("lab-garage:") && tag.len() == "lab-garage:".len() + 16));
    }

    #[test]
    fn a_stand_in_is_no_part_of_the_folder_that_it_serves() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Dockerfile"), "ARG GARAGE=a:1\nFROM $GARAGE\n").unwrap();
        let before = recipe(folder.path()).tag(&[]);
        let origin = folder.path().join("origin/GARAGE");
        fs::create_dir_all(&origin).unwrap();
        fs::write(origin.join("Dockerfile"), "FROM scratch\n").unwrap();
        let recipe = recipe(folder.path());
        assert_eq!(recipe.tag(&[]), before);
        let expected = Some(("GARAGE", origin.as_path(), "garage-origin-garage".to_owned()));
        assert_eq!(recipe.origin(&recipe.bases[0]), expected);
    }

    #[test]
    fn a_folders_name_becomes_a_legal_one() {
        assert_eq!(folder_name(Path::new("/labs/images/toolbox-s3")), "toolbox-s3");
        assert_eq!(legal("My Lab__2."), "my-lab-2");
        assert_eq!(legal("…"), "image");
    }
}
