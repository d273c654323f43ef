//! The safe copy of a learner's folder, as a tar archive for a clean room.
//!
//! The folder may be hostile and may change while it is read, so everything is
//! opened beneath one directory handle (`openat`), nothing is read through a link,
//! and the folder is listed, measured and judged before a byte of it is read.
//! `archive.rs` holds what is written and the judgement of the links.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, FileTypeExt, Metadata, MetadataExt, OpenOptions};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use thiserror::Error;

use crate::workspace::archive::{self, Entry, EntryKind, Identity};

/// Copies a folder into an anonymous archive and leaves the folder as it was.
///
/// The archive holds everything in the folder less what the `.gitignore` files
/// inside it name (with or without a repository; no other ignore file counts),
/// less `.lab` at the top, and less every `.git` unless the rules keep it.
/// Names are relative to the folder, sorted, and the folder itself has no entry,
/// so equal folders give equal archives. Files belong to 1000:1000 and are
/// `rwxr-xr-x` if their owner may execute them, else `rw-r--r--`; times are in
/// whole seconds.
///
/// What leads out of the folder in the copy is an error, never left out in
/// silence. Links are judged as they will stand in the copy: one that points to
/// something left out is kept, and dangles there.
pub fn copy_folder(folder: &Path, rules: &CopyRules) -> Result<FolderCopy, CopyError> {
    until_unchanged(|| copy_once(folder, rules))
}

/// What the lab says of the copy (`environment.folder`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyRules {
    /// The most bytes that the copied files may hold together; default 64 MiB.
    pub max_bytes: u64,
    /// Whether `.git` is copied too, whole, whatever `.gitignore` says; default no.
    pub keep_git: bool,
    /// The most entries (files, folders and links) of the copy; default 20,000.
    pub max_files: u64,
}

impl Default for CopyRules {
    fn default() -> Self {
        Self { max_bytes: 64 << 20, keep_git: false, max_files: 20_000 }
    }
}

/// A folder's copy.
#[derive(Debug)]
pub struct FolderCopy {
    /// The tar archive (GNU): an anonymous temporary file, rewound to its start,
    /// which the system removes when it is closed.
    pub archive: std::fs::File,
    /// The length of the archive, in bytes.
    pub bytes: u64,
    /// How many files and links were copied; folders aren't counted.
    pub files: u64,
    /// What was ignored, sorted: a folder ignored as a whole is one item.
    /// `.lab` and `.git`, which nobody expects in the copy, aren't listed.
    pub left_out: Vec<LeftOut>,
}

/// A file or folder that isn't in the copy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// Relative to the folder.
    pub path: PathBuf,
    /// Why it isn't there.
    pub reason: LeftOutReason,
}

/// Why a file or folder isn't in the copy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOutReason {
    /// This `.gitignore` names it; relative to the folder.
    IgnoredBy(PathBuf),
}

/// Why a folder can't be copied. Paths are relative to the folder, except in
/// [`CopyError::NotAFolder`].
#[derive(Debug, Error)]
pub enum CopyError {
    /// Nothing is there, or something that isn't a folder.
    #[error("no folder at `{}`", path.display())]
    NotAFolder {
        /// The path as given.
        path: PathBuf,
    },
    /// Of a chain of links, this is the one that takes the step outside.
    #[error("the link `{}` leads out of the folder, to `{}`", path.display(), target.display())]
    LinkLeadsOut {
        /// The link.
        path: PathBuf,
        /// What it says, verbatim.
        target: PathBuf,
    },
    /// Even a target inside the folder is elsewhere in the clean room.
    #[error("the link `{}` leads to an absolute path, `{}`", path.display(), target.display())]
    LinkAbsolute {
        /// The link.
        path: PathBuf,
        /// What it says, verbatim.
        target: PathBuf,
    },
    /// Following the links up to this one takes more steps than any honest
    /// folder needs.
    #[error("the links of the folder, up to `{}`, are too tangled to follow", path.display())]
    LinksTangled {
        /// The link at which the patience ended.
        path: PathBuf,
    },
    /// Known before anything is read.
    #[error("{bytes} bytes to copy, more than {limit}")]
    TooBig {
        /// The most that the rules allow, in bytes.
        limit: u64,
        /// The sum of the files' lengths.
        bytes: u64,
        /// At most three files with their lengths, the longest first.
        largest: Vec<(PathBuf, u64)>,
    },
    /// Folders and links count too.
    #[error("more than {limit} files, folders and links to copy")]
    TooManyFiles {
        /// The most that the rules allow.
        limit: u64,
    },
    /// No honest folder is so deep.
    #[error("`{}` lies more than {limit} folders deep", path.display())]
    TooDeep {
        /// The first folder beyond the limit.
        path: PathBuf,
        /// The most folders that may lie within each other.
        limit: usize,
    },
    /// Neither a file, nor a folder, nor a link.
    #[error("`{}` is a {kind}", path.display())]
    SpecialFile {
        /// Where it is.
        path: PathBuf,
        /// What it is.
        kind: SpecialKind,
    },
    /// The system refuses to read it, or it is a `.gitignore` that can't be used.
    #[error("`{}` can't be read", path.display())]
    Unreadable {
        /// Where it is; `.` is the folder itself.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It was replaced, removed or shortened while it was copied, several times
    /// in a row.
    #[error("`{}` keeps changing while it is copied", path.display())]
    Changed {
        /// The file or folder, the last time.
        path: PathBuf,
    },
    /// The temporary file that holds the archive can't be written.
    #[error("the temporary archive can't be written")]
    Archive(#[source] io::Error),
}

/// The files that no archive can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpecialKind {
    /// A Unix socket.
    Socket,
    /// A named pipe.
    Fifo,
    /// A character or block device.
    Device,
}

impl std::fmt::Display for SpecialKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Socket => "socket",
            Self::Fifo => "fifo",
            Self::Device => "device",
        })
    }
}

/// How often a folder that changes under our hands is copied anew.
const ATTEMPTS: u32 = 3;
/// One open handle per level, so this also bounds those.
const MAX_DEPTH: usize = 100;
/// Patterns are compiled: an endless file of them must not cost the memory.
const MAX_GITIGNORE_BYTES: u64 = 1 << 20;

/// An editor that saves by renaming, or a service that writes its scratch files
/// here, is no reason to refuse: the next listing is usually in peace.
fn until_unchanged<T>(mut attempt: impl FnMut() -> Result<T, CopyError>) -> Result<T, CopyError> {
    for _ in 1..ATTEMPTS {
        match attempt() {
            Err(CopyError::Changed { .. }) => {}
            result => return result,
        }
    }
    attempt()
}

fn copy_once(folder: &Path, rules: &CopyRules) -> Result<FolderCopy, CopyError> {
    let root = Dir::open_ambient_dir(folder, ambient_authority()).map_err(|source| {
        use io::ErrorKind::{NotADirectory, NotFound};
        let path = folder.to_path_buf();
        match source.kind() {
            NotFound | NotADirectory => CopyError::NotAFolder { path },
            _ => unreadable(Path::new(""), source),
        }
    })?;
    let Listing { entries, left_out } = list(&root, rules)?;
    archive::refuse_links_that_lead_out(&entries)?;
    refuse_too_big(&entries, rules.max_bytes)?;
    let files = entries.iter().filter(|entry| entry.kind != EntryKind::Folder).count() as u64;
    let (archive, bytes) = archive::write(&root, &entries)?;
    Ok(FolderCopy { archive, bytes, files, left_out })
}

/// A folder's content by name: nothing of it is read yet but the `.gitignore`s.
struct Listing {
    /// A folder stands before what it holds, and siblings are sorted by name.
    entries: Vec<Entry>,
    left_out: Vec<LeftOut>,
}

fn list(root: &Dir, rules: &CopyRules) -> Result<Listing, CopyError> {
    let listing = Listing { entries: Vec::new(), left_out: Vec::new() };
    let mut walk = Walk { rules, listing, ignores: Vec::new(), kept: 0 };
    walk.folder(root, Path::new(""))?;
    walk.listing.left_out.sort_unstable();
    Ok(walk.listing)
}

struct Walk<'a> {
    rules: &'a CopyRules,
    listing: Listing,
    /// The folders between the top and here that have a `.gitignore`.
    ignores: Vec<(PathBuf, Gitignore)>,
    /// Entries met so far, also those of half-read folders.
    kept: u64,
}

impl Walk<'_> {
    fn folder(&mut self, dir: &Dir, path: &Path) -> Result<(), CopyError> {
        if path.components().count() > MAX_DEPTH {
            return Err(CopyError::TooDeep { path: path.to_path_buf(), limit: MAX_DEPTH });
        }
        let outer_ignores = self.ignores.len();
        if let Some(gitignore) = read_gitignore(dir, &path.join(".gitignore"))? {
            self.ignores.push((path.to_path_buf(), gitignore));
        }
        for (path, metadata) in self.kept_children(dir, path)? {
            let kind = entry_kind(dir, &path, &metadata)?;
            let mtime = u64::try_from(metadata.mtime()).unwrap_or(0);
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

fn refuse_too_big(entries: &[Entry], limit: u64) -> Result<(), CopyError> {
    let mut sizes: Vec<(&Path, u64)> = entries.iter().map(|e| (e.path.as_path(), e.size())).collect();
    let bytes = sizes.iter().fold(0_u64, |sum, (_, size)| sum.saturating_add(*size));
    if bytes <= limit {
        return Ok(());
    }
    // The sort is stable, so that equals stay in the order of their names.
    sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let largest = sizes.into_iter().filter(|(_, size)| *size > 0).take(3);
    let largest = largest.map(|(path, size)| (path.to_path_buf(), size)).collect();
    Err(CopyError::TooBig { limit, bytes, largest })
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
mod tests {
    use std::ffi::OsStr;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt, symlink};
    use std::process::Command;
    use std::time::{Duration, SystemTime};

    use tempfile::TempDir;

    use super::*;

    /// A folder with these files; a name that ends in `/` is an empty folder.
    fn folder_of(files: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            if name.ends_with('/') {
                fs::create_dir_all(path).unwrap();
            } else {
                fs::write(path, content).unwrap();
            }
        }
        folder
    }

    fn copy(folder: &TempDir) -> Result<FolderCopy, CopyError> {
        copy_folder(folder.path(), &CopyRules::default())
    }

    /// The names in an archive, in its order.
    fn names(copy: FolderCopy) -> Vec<String> {
        let mut archive = tar::Archive::new(copy.archive);
        let entries = archive.entries().unwrap().map(Result::unwrap);
        entries.map(|entry| String::from_utf8(entry.path_bytes().into_owned()).unwrap()).collect()
    }

    fn content(archive: std::fs::File, name: &[u8]) -> Vec<u8> {
        let mut archive = tar::Archive::new(archive);
        let mut entries = archive.entries().unwrap().map(Result::unwrap);
        let mut entry = entries.find(|entry| *entry.path_bytes() == *name).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        content
    }

    fn left_out(copy: &FolderCopy) -> Vec<(&str, &str)> {
        let mut pairs = Vec::new();
        for LeftOut { path, reason } in &copy.left_out {
            let LeftOutReason::IgnoredBy(gitignore) = reason;
            pairs.push((path.to_str().unwrap(), gitignore.to_str().unwrap()));
        }
        pairs
    }

    /// The root of a folder and its listing, to change the folder after it.
    fn listed(folder: &TempDir) -> (Dir, Listing) {
        let root = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
        let listing = list(&root, &CopyRules::default()).unwrap();
        (root, listing)
    }

    fn make_fifo(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn hidden_files_and_empty_folders_are_copied_in_order() {
        let folder = folder_of(&[("b.txt", "b"), (".env", "e"), ("a/x", ""), ("a.txt", ""), ("e/", "")]);
        let copy = copy(&folder).unwrap();
        assert_eq!(copy.files, 4);
        assert_eq!(names(copy), [".env", "a/", "a/x", "a.txt", "b.txt", "e/"]);
    }

    #[test]
    fn the_archive_is_rewound_and_its_length_is_told() {
        let mut copy = copy(&folder_of(&[("a", "hello")])).unwrap();
        let mut bytes = Vec::new();
        copy.archive.read_to_end(&mut bytes).unwrap();
        assert_eq!(copy.bytes, bytes.len() as u64);
        assert_eq!(copy.bytes, 512 + 512 + 1024);
    }

    #[test]
    fn an_empty_folder_has_an_empty_copy() {
        assert_eq!(names(copy(&folder_of(&[])).unwrap()), [""; 0]);
    }

    #[test]
    fn the_labs_folder_and_git_are_left_out_and_not_listed() {
        let folder = folder_of(&[
            (".lab/id", "x"),
            (".git/HEAD", "x"),
            ("sub/.git", "gitdir: elsewhere"),
            ("sub/.lab/mine", "x"),
            (".github/ci.yml", "x"),
        ]);
        let copy = copy(&folder).unwrap();
        assert_eq!(left_out(&copy), []);
        assert_eq!(names(copy), [".github/", ".github/ci.yml", "sub/", "sub/.lab/", "sub/.lab/mine"]);
    }

    #[test]
    fn git_is_kept_whole_if_the_rules_say_so() {
        let folder = folder_of(&[
            (".gitignore", ".*\nlogs/\nHEAD\n"),
            (".git/HEAD", "x"),
            (".git/logs/HEAD", "x"),
            (".git/.gitignore", "*"),
            ("logs/HEAD", "x"),
        ]);
        let rules = CopyRules { keep_git: true, ..CopyRules::default() };
        let copy = copy_folder(folder.path(), &rules).unwrap();
        assert_eq!(left_out(&copy), [(".gitignore", ".gitignore"), ("logs", ".gitignore")]);
        let git = [".git/", ".git/.gitignore", ".git/HEAD", ".git/logs/", ".git/logs/HEAD"];
        assert_eq!(names(copy), git);
    }

    #[test]
    fn what_is_ignored_is_listed_once_with_the_file_that_names_it() {
        let folder = folder_of(&[
            (".gitignore", "node_modules\n.env\n"),
            ("app/.gitignore", "*.log\n"),
            ("app/node_modules/a/b.js", ""),
            ("app/node_modules/c.js", ""),
            ("app/x.log", ""),
            ("app/main.js", ""),
            ("y.log", ""),
            (".env", ""),
        ]);
        let copy = copy(&folder).unwrap();
        let expected = [(".env", ".gitignore"), ("app/node_modules", ".gitignore"), ("app/x.log", "app/.gitignore")];
        assert_eq!(left_out(&copy), expected);
        assert_eq!(names(copy), [".gitignore", "app/", "app/.gitignore", "app/main.js", "y.log"]);
    }

    #[test]
    fn a_later_line_takes_a_file_back_in() {
        let folder = folder_of(&[(".gitignore", "*.txt\n!keep.txt\n"), ("a.txt", ""), ("keep.txt", "")]);
        assert_eq!(names(copy(&folder).unwrap()), [".gitignore", "keep.txt"]);
    }

    #[test]
    fn a_deeper_gitignore_decides_against_a_higher_one() {
        let folder = folder_of(&[
            (".gitignore", "*.txt\n!b.log\n"),
            ("in/.gitignore", "!a.txt\n*.log\n"),
            ("in/a.txt", ""),
            ("in/b.log", ""),
            ("out/a.txt", ""),
            ("out/b.log", ""),
        ]);
        let expected = [".gitignore", "in/", "in/.gitignore", "in/a.txt", "out/", "out/b.log"];
        assert_eq!(names(copy(&folder).unwrap()), expected);
    }

    #[test]
    fn nothing_in_an_ignored_folder_is_taken_back_in() {
        let folder =
            folder_of(&[(".gitignore", "build/\n!build/keep\n"), ("build/.gitignore", "!*\n"), ("build/keep", "")]);
        let copy = copy(&folder).unwrap();
        assert_eq!(left_out(&copy), [("build", ".gitignore")]);
        assert_eq!(names(copy), [".gitignore"]);
    }

    #[test]
    fn an_anchored_pattern_means_the_gitignores_own_folder() {
        let folder = folder_of(&[
            ("s/.gitignore", "/a\nd/b\n**/c/d\n"),
            ("a", ""),
            ("s/a", ""),
            ("s/t/a", ""),
            ("s/d/b", ""),
            ("s/t/d/b", ""),
            ("s/t/c/d", ""),
        ]);
        let copy = copy(&folder).unwrap();
        let gitignore = "s/.gitignore";
        let expected = [("s/a", gitignore), ("s/d/b", gitignore), ("s/t/c/d", gitignore)];
        assert_eq!(left_out(&copy), expected);
    }

    #[test]
    fn a_pattern_with_a_slash_at_its_end_means_folders_only() {
        let folder = folder_of(&[(".gitignore", "out/\n"), ("a/out", "a file"), ("b/out/x", "")]);
        symlink("a", folder.path().join("out")).unwrap();
        let copy = copy(&folder).unwrap();
        assert_eq!(left_out(&copy), [("b/out", ".gitignore")]);
        assert_eq!(names(copy), [".gitignore", "a/", "a/out", "b/", "out"]);
    }

    #[test]
    fn braces_stand_for_themselves_as_in_git() {
        let folder = folder_of(&[(".gitignore", "{a,b}\n[{]c\n"), ("a", ""), ("{a,b}", ""), ("{c", "")]);
        assert_eq!(names(copy(&folder).unwrap()), [".gitignore", "a"]);
    }

    #[test]
    fn a_gitignore_from_windows_or_with_strange_lines_works() {
        let text = b"\xef\xbb\xbfa\r\n[z-\n\xe9\n# b\n\\#c\nd \n".as_slice();
        let folder = folder_of(&[("a", ""), ("b", ""), ("#c", ""), ("d", "")]);
        fs::write(folder.path().join(".gitignore"), text).unwrap();
        assert_eq!(names(copy(&folder).unwrap()), [".gitignore", "b"]);
    }

    #[test]
    fn no_other_ignore_file_counts() {
        let outer = folder_of(&[
            (".gitignore", "*"),
            ("mine/.ignore", "a"),
            ("mine/.git/info/exclude", "a"),
            ("mine/elsewhere", "a"),
            ("mine/a", ""),
        ]);
        symlink("elsewhere", outer.path().join("mine/.gitignore")).unwrap();
        let copy = copy_folder(&outer.path().join("mine"), &CopyRules::default()).unwrap();
        assert_eq!(names(copy), [".gitignore", ".ignore", "a", "elsewhere"]);
    }

    #[test]
    fn an_endless_gitignore_is_refused() {
        let folder = folder_of(&[("sub/.gitignore", &"a\n".repeat(600_000))]);
        let CopyError::Unreadable { path, source } = copy(&folder).unwrap_err() else { panic!() };
        assert_eq!(path, Path::new("sub/.gitignore"));
        assert_eq!(source.to_string(), "longer than 1048576 bytes");
    }

    #[test]
    fn what_an_ignored_folder_holds_is_not_looked_at() {
        let folder = folder_of(&[(".gitignore", "cache\n.env\n"), ("cache/x", "")]);
        let cache = folder.path().join("cache");
        symlink("/etc/passwd", cache.join("out")).unwrap();
        symlink("../..", folder.path().join(".env")).unwrap();
        make_fifo(&cache.join("fifo"));
        fs::create_dir_all(cache.join("d/".repeat(MAX_DEPTH + 1))).unwrap();
        let rules = CopyRules { max_files: 1, ..CopyRules::default() };
        assert_eq!(names(copy_folder(folder.path(), &rules).unwrap()), [".gitignore"]);
    }

    #[test]
    fn a_link_inside_the_folder_is_kept_as_it_is() {
        let folder = folder_of(&[("a/x", "")]);
        symlink("./../a//x", folder.path().join("a/link")).unwrap();
        symlink("not/there", folder.path().join("dangling")).unwrap();
        let copy = copy(&folder).unwrap();
        assert_eq!(copy.files, 3);
        let mut archive = tar::Archive::new(copy.archive);
        let links = archive.entries().unwrap().map(Result::unwrap);
        let targets: Vec<_> = links
            .filter(|entry| entry.header().entry_type() == tar::EntryType::Symlink)
            .map(|entry| String::from_utf8(entry.link_name_bytes().unwrap().into_owned()).unwrap())
            .collect();
        assert_eq!(targets, ["./../a//x", "not/there"]);
    }

    #[test]
    fn a_link_out_of_the_folder_is_refused() {
        let folder = folder_of(&[("a/x", "")]);
        symlink("../../secret", folder.path().join("a/link")).unwrap();
        let error = copy(&folder).unwrap_err();
        let said = "the link `a/link` leads out of the folder, to `../../secret`";
        assert_eq!(error.to_string(), said);
    }

    #[test]
    fn hard_links_are_copied_as_files() {
        let folder = folder_of(&[("a", "same")]);
        fs::hard_link(folder.path().join("a"), folder.path().join("b")).unwrap();
        assert_eq!(content(copy(&folder).unwrap().archive, b"b"), b"same");
    }

    #[test]
    fn a_socket_is_refused_by_its_kind() {
        let folder = folder_of(&[("run/", "")]);
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("run/s")).unwrap();
        assert_eq!(copy(&folder).unwrap_err().to_string(), "`run/s` is a socket");
    }

    #[test]
    fn a_fifo_is_refused_by_its_kind() {
        let folder = folder_of(&[]);
        make_fifo(&folder.path().join("pipe"));
        assert_eq!(copy(&folder).unwrap_err().to_string(), "`pipe` is a fifo");
    }

    #[test]
    fn a_device_is_refused_by_its_kind() {
        let dev = Dir::open_ambient_dir("/dev", ambient_authority()).unwrap();
        let null = dev.symlink_metadata("null").unwrap();
        let error = entry_kind(&dev, Path::new("null"), &null).unwrap_err();
        assert_eq!(error.to_string(), "`null` is a device");
    }

    #[test]
    fn modes_owner_and_times_are_made_plain() {
        let folder = folder_of(&[("plain", ""), ("tool", ""), ("group", ""), ("private/", "")]);
        let modes = [("plain", 0o600), ("tool", 0o6700), ("group", 0o4_676), ("private", 0o700)];
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_234_567_890_987);
        for (name, mode) in modes {
            let path = folder.path().join(name);
            fs::File::open(&path).unwrap().set_modified(time).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        let mut archive = tar::Archive::new(copy(&folder).unwrap().archive);
        let mut seen = Vec::new();
        for entry in archive.entries().unwrap().map(Result::unwrap) {
            let header = entry.header();
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (1000, 1000));
            assert_eq!(header.mtime().unwrap(), 1_234_567_890);
            seen.push((entry.path().unwrap().into_owned(), header.mode().unwrap()));
        }
        let expected = [("group", 0o644), ("plain", 0o644), ("private", 0o755), ("tool", 0o755)];
        assert_eq!(seen, expected.map(|(name, mode)| (PathBuf::from(name), mode)));
    }

    #[test]
    fn equal_folders_have_equal_archives() {
        let archive_of = |names: &[&str]| {
            let files: Vec<_> = names.iter().map(|name| (*name, *name)).collect();
            let folder = folder_of(&files);
            symlink("d", folder.path().join("link")).unwrap();
            let touch = "find . -exec touch -h -t 200109090146 {} +";
            let touched = Command::new("sh").args(["-c", touch]).current_dir(&folder).status();
            assert!(touched.unwrap().success());
            let mut bytes = Vec::new();
            copy(&folder).unwrap().archive.read_to_end(&mut bytes).unwrap();
            bytes
        };
        let there = ["a", "d/b", "d/c", "e", "zz"];
        let mut back = there;
        back.reverse();
        assert_eq!(archive_of(&there), archive_of(&back));
    }

    #[test]
    fn long_and_strange_names_survive() {
        let long = |byte: u8| vec![byte; 200];
        // Together with its slashes the last is 512 bytes, a block of the archive.
        let blocks = [long(b'a'), long(b'b'), vec![b'c'; 110]].join(&b'/');
        let names =
            [b"a\nb\\c".to_vec(), b"\xff\xfe".to_vec(), long(0xff), [long(b'd'), b"/x".to_vec()].concat(), blocks];
        let folder = folder_of(&[]);
        for name in &names {
            let path = folder.path().join(OsStr::from_bytes(name));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        symlink(OsStr::from_bytes(&long(0xff)), folder.path().join("link")).unwrap();
        for name in &names {
            assert_eq!(content(copy(&folder).unwrap().archive, name), *name);
        }
        let mut archive = tar::Archive::new(copy(&folder).unwrap().archive);
        let mut entries = archive.entries().unwrap().map(Result::unwrap);
        let link = entries.find(|entry| *entry.path_bytes() == *b"link").unwrap();
        assert_eq!(*link.link_name_bytes().unwrap(), long(0xff));
    }

    #[test]
    fn a_huge_sparse_file_is_refused_unread_and_the_largest_are_named() {
        let folder = folder_of(&[(".gitignore", "ignored"), ("one", "1"), ("two", "22"), ("d/three", "333")]);
        for name in ["huge", "ignored"] {
            fs::File::create(folder.path().join(name)).unwrap().set_len(2 << 30).unwrap();
        }
        let CopyError::TooBig { limit, bytes, largest } = copy(&folder).unwrap_err() else { panic!() };
        assert_eq!((limit, bytes), (64 << 20, (2 << 30) + 13));
        let expected = [("huge", 2 << 30), (".gitignore", 7), ("d/three", 3)];
        assert_eq!(largest, expected.map(|(path, size)| (PathBuf::from(path), size)));
    }

    #[test]
    fn the_limit_of_bytes_may_be_reached() {
        let folder = folder_of(&[("a", "12345"), ("b", "12345")]);
        let rules = |max_bytes| CopyRules { max_bytes, ..CopyRules::default() };
        assert!(copy_folder(folder.path(), &rules(10)).is_ok());
        let error = copy_folder(folder.path(), &rules(9)).unwrap_err();
        assert_eq!(error.to_string(), "10 bytes to copy, more than 9");
    }

    #[test]
    fn the_limit_of_files_counts_folders_and_links() {
        let folder = folder_of(&[("d/", ""), ("e/f", "")]);
        symlink("d", folder.path().join("l")).unwrap();
        let rules = |max_files| CopyRules { max_files, ..CopyRules::default() };
        assert!(copy_folder(folder.path(), &rules(4)).is_ok());
        let error = copy_folder(folder.path(), &rules(3)).unwrap_err();
        assert!(matches!(error, CopyError::TooManyFiles { limit: 3 }));
    }

    #[test]
    fn a_bottomless_folder_is_refused() {
        let folder = folder_of(&[]);
        fs::create_dir_all(folder.path().join("d/".repeat(MAX_DEPTH))).unwrap();
        assert!(copy(&folder).is_ok());
        fs::create_dir_all(folder.path().join("d/".repeat(MAX_DEPTH + 1))).unwrap();
        assert!(matches!(copy(&folder).unwrap_err(), CopyError::TooDeep { limit: MAX_DEPTH, .. }));
    }

    #[test]
    fn a_missing_folder_and_a_file_are_no_folders() {
        let folder = folder_of(&[("file", "")]);
        for name in ["file", "missing"] {
            let path = folder.path().join(name);
            let error = copy_folder(&path, &CopyRules::default()).unwrap_err();
            assert!(matches!(error, CopyError::NotAFolder { path: named } if named == path));
        }
    }

    #[test]
    fn a_file_that_may_not_be_read_is_named() {
        let folder = folder_of(&[("a/secret", "")]);
        let secret = folder.path().join("a/secret");
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
        if fs::File::open(secret).is_ok() {
            // Nothing is hidden from root.
            return;
        }
        let error = copy(&folder).unwrap_err();
        assert!(matches!(error, CopyError::Unreadable { path, .. } if path == Path::new("a/secret")));
    }

    #[test]
    fn the_folder_is_left_as_it_was() {
        let folder = folder_of(&[(".gitignore", "b"), ("a", "a"), ("b", ""), ("c/d", "")]);
        let list = || {
            ["", ".gitignore", "a", "b", "c", "c/d"].map(|name| {
                let path = folder.path().join(name);
                let names = fs::read_dir(&path).map_or(0, Iterator::count);
                let metadata = fs::symlink_metadata(path).unwrap();
                let changed = (metadata.ctime(), metadata.ctime_nsec());
                (changed, metadata.modified().unwrap(), metadata.len(), names)
            })
        };
        let before = list();
        copy(&folder).unwrap();
        assert_eq!(before, list());
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_is_copied_at_its_listed_length() {
        let folder = folder_of(&[("log", "one\n"), ("next", "whole")]);
        let (root, listing) = listed(&folder);
        let mut log = fs::File::options().append(true).open(folder.path().join("log")).unwrap();
        io::Write::write_all(&mut log, &vec![b'x'; 100_000]).unwrap();
        let (archive, bytes) = archive::write(&root, &listing.entries).unwrap();
        assert_eq!(bytes, 4 * 512 + 1024);
        assert_eq!(content(archive.try_clone().unwrap(), b"log"), b"one\n");
        io::Seek::rewind(&mut &archive).unwrap();
        assert_eq!(content(archive, b"next"), b"whole");
    }

    #[test]
    fn a_file_that_shrinks_or_goes_while_it_is_read_is_noticed() {
        let folder = folder_of(&[("log", "one\n")]);
        let (root, listing) = listed(&folder);
        fs::File::create(folder.path().join("log")).unwrap();
        let error = archive::write(&root, &listing.entries).unwrap_err();
        assert!(matches!(error, CopyError::Changed { .. }));
        fs::remove_file(folder.path().join("log")).unwrap();
        let error = archive::write(&root, &listing.entries).unwrap_err();
        assert_eq!(error.to_string(), "`log` keeps changing while it is copied");
    }

    #[test]
    fn a_folder_that_changes_is_copied_anew_a_few_times() {
        let changed = || Err(CopyError::Changed { path: PathBuf::from("x") });
        let mut results = vec![Ok(7), changed(), changed()];
        assert_eq!(until_unchanged(|| results.pop().unwrap()).unwrap(), 7);
        let mut results = vec![Ok(7), changed(), changed(), changed()];
        assert!(until_unchanged(|| results.pop().unwrap()).is_err());
        assert_eq!(results.len(), 1);
    }

    #[test]
    fn a_file_that_becomes_a_fifo_or_another_file_is_noticed_and_does_not_block() {
        let folder = folder_of(&[("a", "aaaa"), (".lab/secret", "bbbb")]);
        let (root, listing) = listed(&folder);
        let path = folder.path().join("a");
        fs::remove_file(&path).unwrap();
        make_fifo(&path);
        let error = archive::write(&root, &listing.entries).unwrap_err();
        assert!(matches!(error, CopyError::Changed { .. }));
        fs::remove_file(&path).unwrap();
        symlink(".lab/secret", &path).unwrap();
        let error = archive::write(&root, &listing.entries).unwrap_err();
        assert!(matches!(error, CopyError::Changed { .. }));
    }

    #[test]
    fn a_folder_that_becomes_a_link_out_leads_nowhere() {
        let outside = folder_of(&[("x", "secret")]);
        let folder = folder_of(&[("d/x", "public")]);
        let (root, listing) = listed(&folder);
        let d = root.symlink_metadata("d").unwrap();
        fs::remove_dir_all(folder.path().join("d")).unwrap();
        symlink(outside.path(), folder.path().join("d")).unwrap();
        assert!(archive::write(&root, &listing.entries).is_err());
        assert!(open_child(&root, Path::new("d"), &d).is_err());
    }

    #[test]
    fn a_folder_that_becomes_another_is_noticed() {
        let folder = folder_of(&[("d/x", ""), (".lab/x", "")]);
        let (root, _) = listed(&folder);
        let d = root.symlink_metadata("d").unwrap();
        fs::rename(folder.path().join("d"), folder.path().join("e")).unwrap();
        symlink(".lab", folder.path().join("d")).unwrap();
        let error = open_child(&root, Path::new("d"), &d).unwrap_err();
        assert!(matches!(error, CopyError::Changed { .. }));
    }
}
