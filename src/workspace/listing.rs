//! What of a learner's folder goes into its copy, by name: less what its
//! `.gitignore` files name, with every entry's kind and identity. Only the
//! `.gitignore`s are read.

use super::archive::{Entry, EntryKind, Identity};
use super::copy::{CopyError, CopyRules, LeftOut, LeftOutReason, SpecialKind};
use cap_std::fs::{Dir, File, FileTypeExt, Metadata, MetadataExt, OpenOptions};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// One open handle per level, so this also bounds those.
const MAX_DEPTH: usize = 100;
/// Patterns are compiled: an endless file of them must not cost the memory.
const MAX_GITIGNORE_BYTES: u64 = 1 << 20;
/// Patterns of all `.gitignore` files together: each is compiled once for each folder.
const MAX_PATTERNS: u64 = 12_000;

/// A folder's content by name: nothing of it is read yet but the `.gitignore`s.
pub(super) struct Listing {
    /// A folder stands before what it holds, and siblings are sorted by name.
    pub(crate) entries: Vec<Entry>,
    pub(crate) left_out: Vec<LeftOut>,
    /// When an entry's content, name or permissions last changed: a time that, unlike
    /// the one that programs may set, is the system's.
    pub(crate) changed: SystemTime,
}

pub(super) fn list(root: &Dir, rules: &CopyRules) -> Result<Listing, CopyError> {
    // What is added at the top or taken from there changes nothing but the folder itself.
    let top = root.dir_metadata().map_err(|source| unreadable(Path::new("."), source))?;
    let listing = Listing { entries: Vec::new(), left_out: Vec::new(), changed: changed(&top) };
    let mut walk = Walk { rules, listing, ignores: Vec::new(), patterns: 0, kept: 0 };
    walk.folder(root, Path::new(""))?;
    walk.listing.left_out.sort_unstable();
    Ok(walk.listing)
}

struct Walk<'a> {
    rules: &'a CopyRules,
    listing: Listing,
    /// The folders between the top and here that have a `.gitignore`.
    ignores: Vec<(PathBuf, Gitignore)>,
    /// Patterns read so far, of all of them.
    patterns: u64,
    /// Entries met so far, also those of half-read folders.
    kept: u64,
}

fn changed(metadata: &Metadata) -> SystemTime {
    let part = |part: i64| u64::try_from(part).unwrap_or(0);
    UNIX_EPOCH + Duration::from_secs(part(metadata.ctime())) + Duration::from_nanos(part(metadata.ctime_nsec()))
}

impl Walk<'_> {
    fn folder(&mut self, dir: &Dir, path: &Path) -> Result<(), CopyError> {
        if path.components().count() > MAX_DEPTH {
            return Err(CopyError::TooDeep { path: path.to_path_buf(), limit: MAX_DEPTH });
        }
        let outer_ignores = self.ignores.len();
        if let Some(gitignore) = read_gitignore(dir, &path.join(".gitignore"))? {
            self.patterns += gitignore.len() as u64;
            if self.patterns > MAX_PATTERNS {
                let why = format!("more than {MAX_PATTERNS} patterns in all");
                return Err(unreadable(&path.join(".gitignore"), io::Error::new(io::ErrorKind::InvalidData, why)));
            }
            self.ignores.push((path.to_path_buf(), gitignore));
        }
        for (path, metadata) in self.kept_children(dir, path)? {
            let kind = entry_kind(dir, &path, &metadata)?;
            let mtime = u64::try_from(metadata.mtime()).unwrap_or(0);
            self.listing.changed = self.listing.changed.max(changed(&metadata));
            let is_folder = kind == EntryKind::Folder;
            self.listing.entries.push(Entry { path: path.clone(), mtime, kind });
            if is_folder {
                self.folder(&open_child(dir, &path, &metadata)?, &path)?;
            }
        }
        self.ignores.truncate(outer_ignores);
        Ok(())
    }

    /// What of a folder is copied, sorted by name. What is ignored goes on the
    /// list at once: a folder full of it costs no more than its names.
    fn kept_children(&mut self, dir: &Dir, path: &Path) -> Result<Vec<(PathBuf, Metadata)>, CopyError> {
        let mut children = Vec::new();
        for child in dir.entries().map_err(|source| unreadable(path, source))? {
            let child = child.map_err(|source| unreadable(path, source))?;
            let child_path = path.join(child.file_name());
            if self.is_the_labs_or_gits(&child_path) {
                continue;
            }
            let metadata = match child.metadata() {
                Ok(metadata) => metadata,
                // It went between its name's being read and now.
                Err(gone) if gone.kind() == io::ErrorKind::NotFound => continue,
                Err(source) => return Err(unreadable(&child_path, source)),
            };
            if let Some(gitignore) = self.ignored_by(&child_path, metadata.is_dir()) {
                let reason = LeftOutReason::IgnoredBy(gitignore);
                self.listing.left_out.push(LeftOut { path: child_path, reason });
                continue;
            }
            self.kept += 1;
            if self.kept > self.rules.max_files {
                return Err(CopyError::TooManyFiles { limit: self.rules.max_files });
            }
            children.push((child_path, metadata));
        }
        children.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(children)
    }

    fn is_the_labs_or_gits(&self, path: &Path) -> bool {
        path == Path::new(".lab") || (!self.rules.keep_git && path.ends_with(".git"))
    }

    /// The `.gitignore` that names this path. As in git, the deepest file that
    /// says anything decides, and in a file the last line; what lies in an
    /// ignored folder can't be taken back in, for nobody looks there.
    fn ignored_by(&self, path: &Path, is_dir: bool) -> Option<PathBuf> {
        if is_git_data(path) {
            return None;
        }
        for (folder, gitignore) in self.ignores.iter().rev() {
            match gitignore.matched(path.strip_prefix(folder).unwrap_or(path), is_dir) {
                Match::None => {}
                Match::Ignore(_) => return Some(folder.join(".gitignore")),
                Match::Whitelist(_) => return None,
            }
        }
        None
    }
}

/// Whether this is `.git` or inside it, where patterns like `logs/` mean nothing.
fn is_git_data(path: &Path) -> bool {
    path.components().any(|component| component.as_os_str() == ".git")
}

fn read_gitignore(dir: &Dir, path: &Path) -> Result<Option<Gitignore>, CopyError> {
    let unusable = |why: String| unreadable(path, io::Error::new(io::ErrorKind::InvalidData, why));
    let metadata = match dir.symlink_metadata(".gitignore") {
        // Git doesn't read one that is a link either.
        Ok(metadata) if !metadata.is_file() => return Ok(None),
        Ok(metadata) => metadata,
        Err(none) if none.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(unreadable(path, source)),
    };
    let file = open_file(dir, Path::new(".gitignore"), path, &Identity::of(&metadata))?;
    let mut text = Vec::new();
    file.take(MAX_GITIGNORE_BYTES + 1).read_to_end(&mut text).map_err(|source| unreadable(path, source))?;
    if text.len() as u64 > MAX_GITIGNORE_BYTES {
        return Err(unusable(format!("longer than {MAX_GITIGNORE_BYTES} bytes")));
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let mut builder = GitignoreBuilder::new("");
    builder.allow_unclosed_class(false);
    for line in text.split(|byte| *byte == b'\n') {
        // A line that is no pattern matches nothing, as in git. Nor does one that
        // isn't UTF-8, which this library can't express.
        if let Ok(line) = std::str::from_utf8(line) {
            let _ = builder.add_line(None, &without_braces(line.trim_end_matches('\r')));
        }
    }
    let gitignore = builder.build().map_err(|error| unusable(error.to_string()))?;
    Ok(Some(gitignore).filter(|gitignore| !gitignore.is_empty()))
}

/// Escapes `{` and `}`, which stand for themselves in git and for alternatives
/// in the library; not in `[…]`, where they stand for themselves in both.
fn without_braces(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    let mut rest = line.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '{' | '}' => escaped.extend(['\\', char]),
            '\\' => escaped.extend(std::iter::once(char).chain(rest.next())),
            '[' => {
                escaped.push(char);
                escaped.extend(rest.next_if(|next| matches!(next, '!' | '^')));
                // A `]` in the first place doesn't close.
                escaped.extend(rest.next());
                for inside in rest.by_ref() {
                    escaped.push(inside);
                    if inside == ']' {
                        break;
                    }
                }
            }
            _ => escaped.push(char),
        }
    }
    escaped
}

fn entry_kind(dir: &Dir, path: &Path, metadata: &Metadata) -> Result<EntryKind, CopyError> {
    if metadata.is_dir() {
        return Ok(EntryKind::Folder);
    }
    if metadata.is_file() {
        let executable = metadata.mode() & 0o100 != 0;
        let identity = Identity::of(metadata);
        return Ok(EntryKind::File { size: metadata.len(), executable, identity });
    }
    if metadata.is_symlink() {
        let target = dir.read_link_contents(name_of(path));
        let target = target.map_err(|source| changed_or_unreadable(path, source))?;
        return Ok(EntryKind::Link { target });
    }
    Err(CopyError::SpecialFile { path: path.to_path_buf(), kind: special_kind(metadata) })
}

fn special_kind(metadata: &Metadata) -> SpecialKind {
    let file_type = metadata.file_type();
    if file_type.is_socket() {
        SpecialKind::Socket
    } else if file_type.is_fifo() {
        SpecialKind::Fifo
    } else {
        SpecialKind::Device
    }
}

/// Opens a folder that was listed, unless another took its place meanwhile.
fn open_child(dir: &Dir, path: &Path, listed: &Metadata) -> Result<Dir, CopyError> {
    let child = dir.open_dir(name_of(path)).map_err(|e| changed_or_unreadable(path, e))?;
    let metadata = child.dir_metadata().map_err(|source| unreadable(path, source))?;
    if Identity::of(&metadata) != Identity::of(listed) {
        return Err(CopyError::Changed { path: path.to_path_buf() });
    }
    Ok(child)
}

/// Opens a file that was listed, unless another took its place meanwhile: a link
/// to something ignored, or a fifo, is then not what was judged. `shown` is the
/// path for errors.
pub(super) fn open_file(dir: &Dir, path: &Path, shown: &Path, listed: &Identity) -> Result<File, CopyError> {
    let mut options = OpenOptions::new();
    // Opening a fifo would wait for its writer. The method is what the trait in
    // `cap-fs-ext` calls; a fourth crate for one flag isn't worth it.
    options.read(true)._cap_fs_ext_nonblock(true);
    let file = dir.open_with(path, &options).map_err(|e| changed_or_unreadable(shown, e))?;
    let metadata = file.metadata().map_err(|source| unreadable(shown, source))?;
    if !metadata.is_file() || Identity::of(&metadata) != *listed {
        return Err(CopyError::Changed { path: shown.to_path_buf() });
    }
    Ok(file)
}
fn name_of(path: &Path) -> &Path {
    path.file_name().map_or(path, Path::new)
}

fn changed_or_unreadable(path: &Path, source: io::Error) -> CopyError {
    match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => CopyError::Changed { path: path.to_path_buf() },
        _ => unreadable(path, source),
    }
}

pub(super) fn unreadable(path: &Path, source: io::Error) -> CopyError {
    // The top has no name of its own.
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    CopyError::Unreadable { path: path.to_path_buf(), source }
}

#[cfg(test)]
mod tests;
