//! `lab bundle`: labs and their images in one file, and such a file taken in.

use super::context::Context;
use super::images::chosen;
use super::show;
use super::start::shown_path;
use crate::definition::bundle::{self, FORMAT, Head};
use crate::definition::load::LoadedLab;
use crate::definition::packed::PackedError;
use crate::error::Error;
use crate::exit::Exit;
use crate::message;
use crate::report::voice::Voice;
use crate::session::stock;
use clap::Subcommand;
use futures_util::TryStreamExt;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;

/// Arguments of `lab bundle`.
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
    /// Takes a bundle in.
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
    let head = context.act(
        |_| {},
        async |hands| {
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
                labs: chosen.labs.iter().map(|loaded| loaded.lab.id.value.to_string()).collect(),
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
        },
    )?;
    // A temporary file is its maker's alone; this one is to be handed on.
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644))
        .map_err(|source| Error::io(&output, &source))?;
    file.persist_noclobber(&output).map_err(|error| Error::io(&output, &error.error))?;
    let bytes = fs::metadata(&output).map(|metadata| metadata.len()).unwrap_or_default();
    let style = context.surroundings.stdout_style();
    let size = Voice { words: &context.words, style: &style }.bytes(bytes);
    let shown = shown_path(context, &output);
    let written = message!("bundle-written", file = shown.as_str(), size = size, labs = head.labs.join(", "));
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
        let builds = stock::build_folders(loaded)?;
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
    let failed = |source: &io::Error| Error::io(path, source);
    let file = fs::File::open(path).map_err(|_| Error::usage(message!("bundle-missing", path = path)))?;
    let bundles = context.surroundings.dirs.bundles();
    fs::create_dir_all(&bundles).map_err(|source| Error::io(&bundles, &source))?;
    // Unpacked beside its place, and put there once its images are in.
    let fresh =
        tempfile::Builder::new().prefix(".new-").tempdir_in(&bundles).map_err(|source| Error::io(&bundles, &source))?;
    let head = bundle::unpack(io::BufReader::new(file), fresh.path()).map_err(|error| refused(path, error))?;
    let locks = context.surroundings.dirs.locks();
    context.act(
        |_| {},
        async |hands| {
            let file = tokio::fs::File::open(path).await.map_err(|source| failed(&source))?;
            let images = hands.engine.images(&locks);
            let import = images.import(ReaderStream::with_capacity(file, 1 << 20));
            match hands.cancel.run_until_cancelled(import).await {
                Some(done) => done.map_err(|error| stock::named("bundle", error).into()),
                None => Err(Error::new(Exit::Interrupted, message!("interrupted"))),
            }
        },
    )?;
    let place = bundles.join(head.labs.join("+"));
    if place.exists() {
        fs::remove_dir_all(&place).map_err(|source| Error::io(&place, &source))?;
    }
    fs::rename(fresh.keep(), &place).map_err(|source| Error::io(&place, &source))?;
    let loaded = message!("bundle-loaded", labs = head.labs.join(", "), images = head.images.len());
    let next = match head.labs.first() {
        Some(lab) => message!("list-start", lab = lab.as_str()),
        None => message!("hint-list"),
    };
    show::done(context, &loaded, &next);
    if head.lab != env!("CARGO_PKG_VERSION") {
        let other = message!("bundle-other-version", theirs = head.lab.as_str(), ours = env!("CARGO_PKG_VERSION"));
        context.show(&format!("{}\n", context.say(&other)));
    }
    Ok(Exit::Success)
}

fn refused(path: &Path, error: PackedError) -> Error {
    match error {
        PackedError::NotOne => {
            Error::usage(message!("bundle-not-one", path = path)).hint(message!("hint-bundle-write"))
        }
        PackedError::Newer(format) => Error::usage(message!("bundle-newer", path = path, format = format)),
        PackedError::LeadsOut(entry) => {
            Error::usage(message!("bundle-leads-out", path = path, entry = entry.as_path()))
        }
        PackedError::TooLarge => Error::usage(message!("bundle-too-large", path = path)),
        PackedError::Io(source) => Error::io(path, &source),
    }
}
