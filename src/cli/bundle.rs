//! `lab bundle`: labs and their images in one file, and loading such a file.

use super::context::Context;
use super::images::chosen;
use super::show;
use super::start::shown_path;
use crate::definition::bundle::{self, FORMAT, Head};
use crate::definition::docker_archive::{self, Expected, ImagesError};
use crate::definition::load::{self, LoadError, LoadedLab};
use crate::definition::name::LabId;
use crate::definition::packed::PackedError;
use crate::engine::image::{ImageError, Images};
use crate::error::Error;
use crate::exit::Exit;
use crate::message::{Arg, Message};
use crate::report::voice::Voice;
use crate::session::stock;
use crate::untrusted::{self, Links};
use clap::Subcommand;
use futures_util::{StreamExt, TryStreamExt};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Seek};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};
use tokio::io::AsyncWriteExt;
use tokio_util::io::{ReaderStream, SyncIoBridge};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[arg(value_name = "LAB")]
    labs: Vec<String>,
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Load>,
}

#[derive(Debug, Subcommand)]
enum Load {
    Load {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    match &args.command {
        Some(Load::Load { file }) => load(context, &context.here().join(file)),
        None => write(context, args),
    }
}

fn write(context: &Context, args: &Args) -> Result<Exit, Error> {
    let chosen = chosen(context, &args.labs)?;
    let output = context.here().join(args.output.as_deref().unwrap_or(Path::new("labs.tar")));
    if output.exists() {
        return Err(
            Error::usage(message!("bundle-exists", path = output.as_path())).hint(message!("hint-bundle-output"))
        );
    }
    let beside = output.parent().unwrap_or(Path::new("/"));
    // Complete or absent: a bundle is copied to where nobody can mend it.
    let file = tempfile::NamedTempFile::new_in(beside).map_err(|source| Error::io(beside, &source))?;
    let locks = context.surroundings.dirs.locks();
    let head = context.act(async |hands| {
        let images = hands.engine.images(&locks);
        let needed = stock::needed(&images, &chosen.labs, &chosen.gate).await?;
        if let Some(error) = stock::prepare(&images, &needed, &hands.cancel).await.into_iter().next() {
            return Err(error.into());
        }
        let needed = stock::needed(&images, &chosen.labs, &chosen.gate).await?;
        let tags: BTreeSet<String> = needed.into_iter().flat_map(|needed| needed.stock.tags).collect();
        let head = Head {
            format: FORMAT,
            lab: env!("CARGO_PKG_VERSION").to_owned(),
            labs: chosen.labs.iter().map(|loaded| loaded.lab.id.value.clone()).collect(),
            images: tags.iter().cloned().collect(),
        };
        let failed = |source: io::Error| Error::io(&output, &source);
        let bytes = ours(&head, &chosen.labs)?;
        let mut archive = images.export(&tags);
        let reopened = file.reopen().map_err(failed)?;
        let mut writer = tokio::fs::File::from_std(reopened);
        let copy = async {
            writer.write_all(&bytes).await?;
            while let Some(chunk) = archive.try_next().await? {
                writer.write_all(&chunk).await?;
            }
            writer.sync_all().await
        };
        match hands.cancel.run_until_cancelled(copy).await {
            Some(done) => done.map_err(failed)?,
            None => return Err(Error::new(Exit::Interrupted, message!("interrupted"))),
        }
        Ok(head)
    })?;
    // A temporary file is its maker's alone; this one is to be handed on.
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644))
        .map_err(|source| Error::io(&output, &source))?;
    file.persist_noclobber(&output).map_err(|error| Error::io(&output, &error.error))?;
    let bytes = fs::metadata(&output).map(|metadata| metadata.len()).unwrap_or_default();
    let style = context.surroundings.stdout_style();
    let size = Voice { words: &context.words, style: &style }.bytes(bytes);
    let shown = shown_path(context, &output);
    let written = message!("bundle-written", file = shown.as_str(), size = size, labs = named(&head));
    show::done(context, &written, &message!("bundle-next", file = shown.as_str()));
    Ok(Exit::Success)
}

/// Labs of one pack lie side by side in the bundle; those of several packs do
/// as well, the first of an id or of a folder winning.
fn ours(head: &Head, labs: &[LoadedLab]) -> Result<Vec<u8>, Error> {
    let mut folders: Vec<(PathBuf, PathBuf)> = Vec::new();
    for loaded in labs {
        let pack = loaded.folder.parent().unwrap_or(&loaded.folder);
        let id = PathBuf::from(loaded.lab.id.value.as_str());
        let builds = stock::folders(loaded)?;
        let builds = builds.iter().filter_map(|folder| below(pack, folder));
        for folder in std::iter::once(id).chain(builds) {
            // A folder inside one that is there already comes with it.
            if !folders.iter().any(|(known, _)| folder.starts_with(known)) {
                let source = pack.join(&folder);
                folders.push((folder, source));
            }
        }
    }
    bundle::ours(head, &folders).map_err(|source| Error::io(Path::new("lab-bundle"), &source))
}

/// A path below the pack, without the `..` that led there.
fn below(pack: &Path, folder: &Path) -> Option<PathBuf> {
    let (pack, folder) = (pack.canonicalize().ok()?, folder.canonicalize().ok()?);
    let path = folder.strip_prefix(pack).ok()?.to_owned();
    path.components().all(|part| matches!(part, Component::Normal(_))).then_some(path)
}

fn load(context: &Context, path: &Path) -> Result<Exit, Error> {
    let (mut file, _) = untrusted::open(path, Links::Followed).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::usage(message!("bundle-missing", path = path)),
        _ => Error::io(path, &source),
    })?;
    let bundles = context.surroundings.dirs.bundles();
    let failed = |source: &io::Error| Error::io(&bundles, source);
    fs::create_dir_all(&bundles).map_err(|source| failed(&source))?;
    // Unpacked beside its place, and put there once its images are in.
    let fresh = tempfile::Builder::new().prefix(".new-").tempdir_in(&bundles).map_err(|source| failed(&source))?;
    let head = bundle::unpack(io::BufReader::new(&file), fresh.path()).map_err(|error| refused(path, error))?;
    for id in &head.labs {
        if let Err(error) = load::load(&bundle::pack_in(fresh.path()).join(id.as_str())) {
            return Err(bad_lab(context, path, id, &head, &error));
        }
    }
    file.rewind().map_err(|source| Error::io(path, &source))?;
    let locks = context.surroundings.dirs.locks();
    context.act(async |hands| {
        let images = hands.engine.images(&locks);
        let tags = Expected::tags(&head.images);
        let there = images.ids(&tags).await.map_err(|error| stock::named("bundle", error))?;
        match hands.cancel.run_until_cancelled(take_in(&images, file, Expected { tags, there })).await {
            Some((Err(error), _)) => Err(refused_images(path, error)),
            Some((_, done)) => done.map_err(|error| stock::named("bundle", error).into()),
            None => Err(Error::new(Exit::Interrupted, message!("interrupted"))),
        }
    })?;
    bundle::put(fresh, &bundles, &head).map_err(|source| failed(&source))?;
    let labs = named(&head);
    show::done(
        context,
        &message!("bundle-loaded", labs = labs, images = head.images.len()),
        &message!("list-start", lab = head.labs[0].as_str()),
    );
    if head.lab != env!("CARGO_PKG_VERSION") {
        let rebuild = message!("bundle-rebuild");
        context.show(&format!("{} {}\n", context.say(&other_version(&head)), context.say(&rebuild)));
    }
    Ok(Exit::Success)
}

/// Docker's part of a bundle, looked at on its way to the engine. What was wrong with
/// it comes first: the engine can only say that it ended early.
async fn take_in(
    images: &Images,
    file: fs::File,
    expected: Expected,
) -> (Result<(), ImagesError>, Result<(), ImageError>) {
    let (theirs, ours) = tokio::io::duplex(1 << 20);
    let looked = tokio::task::spawn_blocking(move || {
        let engine = SyncIoBridge::new(ours);
        docker_archive::copy(io::BufReader::new(file), bundle::OURS, &expected, engine)
    });
    // An archive that was refused must not look like one that ended.
    let (refusal, refused) = tokio::sync::oneshot::channel::<()>();
    let chunks = ReaderStream::with_capacity(theirs, 1 << 20)
        .chain(futures_util::stream::once(async move {
            refused.await.map(|()| bytes::Bytes::new()).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))
        }))
        .try_filter(|chunk| std::future::ready(!chunk.is_empty()))
        .boxed();
    let looking = async {
        let done = looked.await.map_err(io::Error::other).map_err(ImagesError::from).flatten();
        if done.is_ok() {
            let _ = refusal.send(());
        } else {
            drop(refusal);
        }
        done
    };
    tokio::join!(looking, images.import(chunks))
}

fn named(head: &Head) -> String {
    head.labs.iter().map(LabId::as_str).collect::<Vec<_>>().join(", ")
}

/// A lab that can't be read here: its mistake, where it is in the bundle.
fn bad_lab(context: &Context, path: &Path, id: &LabId, head: &Head, error: &LoadError) -> Error {
    let refusal = Error::usage(message!("bundle-bad-lab", path = path, lab = id.as_str()));
    let refusal = if head.lab == env!("CARGO_PKG_VERSION") { refusal } else { refusal.hint(other_version(head)) };
    let LoadError::Invalid(wrong) = error else { return refusal };
    let file = wrong.file.file_name().unwrap_or_default().to_string_lossy();
    let details = wrong.found.iter().take(3).map(|one| {
        let place = message!("bundle-place", file = file.as_ref(), line = one.line, column = one.column);
        (place, context.say(&one.message))
    });
    Error { details: details.collect(), ..refusal }
}

fn other_version(head: &Head) -> Message {
    message!("bundle-other-version", theirs = head.lab.as_str(), ours = env!("CARGO_PKG_VERSION"))
}

fn refused(path: &Path, error: PackedError) -> Error {
    match error {
        PackedError::NotOne => {
            Error::usage(message!("bundle-not-one", path = path)).hint(message!("hint-bundle-write"))
        }
        PackedError::BadHead(reason) => {
            let error = message!("bundle-bad-head", path = path, reason = Arg::of_error(&reason));
            Error::usage(error).hint(message!("hint-bundle-write"))
        }
        PackedError::Newer(format) => Error::usage(message!("bundle-newer", path = path, format = format)),
        PackedError::LeadsOut(entry) => {
            Error::usage(message!("bundle-leads-out", path = path, entry = entry.as_path()))
        }
        PackedError::Odd(entry) => Error::usage(message!("packed-odd", path = path, entry = entry.as_path())),
        PackedError::TooLarge => Error::usage(message!("bundle-too-large", path = path)),
        PackedError::Io(source) => Error::io(path, &source),
    }
}

fn refused_images(path: &Path, error: ImagesError) -> Error {
    match error {
        ImagesError::Unnamed(tag) => Error::usage(message!("bundle-unnamed-image", path = path, image = tag)),
        ImagesError::Replaces(tag) => {
            Error::usage(message!("bundle-replaces-image", path = path, image = tag.as_str()))
                .hint(message!("hint-bundle-replaces", image = tag))
        }
        ImagesError::Packed(error) => refused(path, error),
    }
}
