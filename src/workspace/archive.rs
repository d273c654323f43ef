//! What a copy of a learner's folder holds, whether its links stay inside it,
//! and how it is written as a tar archive.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use cap_std::fs::{Dir, Metadata, MetadataExt};
use tar::{Builder, EntryType, Header};

use crate::workspace::copy::{CopyError, OWNER};
use crate::workspace::listing::{open_file, unreadable};

/// One entry of the archive; where it comes from is its path, beneath the folder.
#[derive(Debug)]
pub(super) struct Entry {
    /// Relative to the folder, of plain names only.
    pub(crate) path: PathBuf,
    /// Whole seconds since 1970; what is older counts as 1970.
    pub(crate) mtime: u64,
    pub(crate) kind: EntryKind,
}

impl Entry {
    pub(crate) fn size(&self) -> u64 {
        match self.kind {
            EntryKind::File { size, .. } => size,
            EntryKind::Folder | EntryKind::Link { .. } => 0,
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    Folder,
    /// `size` is what counts: bytes that come later aren't in the archive.
    File {
        size: u64,
        executable: bool,
        identity: Identity,
    },
    Link {
        target: PathBuf,
    },
}

/// Which file this is, whatever its name: device and inode.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

impl Identity {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self(metadata.dev(), metadata.ino())
    }
}

/// No kernel follows more links than this on one path (Linux: 40, macOS: 32).
const MAX_HOPS: u32 = 64;
/// Steps for all links together, about half a second. Thousands of links with
/// targets of thousands of names each would take minutes.
const MAX_STEPS: u64 = 10_000_000;

/// Checks that every link stays inside, as the entries will stand in the copy,
/// so what happens to the folder meanwhile changes nothing. Links that dangle or
/// go round in circles stay inside. Of a chain, the link that takes the step
/// outside is named.
pub(super) fn refuse_links_that_lead_out(entries: &[Entry]) -> Result<(), CopyError> {
    let tree = Tree::of(entries);
    let mut steps = 0;
    for node in 1..tree.nodes.len() {
        if let Some(link) = tree.nodes[node].link {
            tree.follow(link, node, &mut steps)?;
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Link<'a> {
    path: &'a Path,
    target: &'a Path,
}

struct Node<'a> {
    parent: usize,
    link: Option<Link<'a>>,
}

/// The entries as a tree of names, so that a step costs the same at any depth.
struct Tree<'a> {
    /// The first is the folder itself; the others are in the entries' order.
    nodes: Vec<Node<'a>>,
    children: HashMap<(usize, &'a OsStr), usize>,
}

const TOP: usize = 0;

impl<'a> Tree<'a> {
    /// A folder must stand before what it holds.
    fn of(entries: &'a [Entry]) -> Self {
        let mut nodes = vec![Node { parent: TOP, link: None }];
        let mut children = HashMap::new();
        for entry in entries {
            let link = match &entry.kind {
                EntryKind::Link { target } => Some(Link { path: &entry.path, target }),
                EntryKind::Folder | EntryKind::File { .. } => None,
            };
            let mut parent = TOP;
            for name in &entry.path {
                parent = *children.entry((parent, name)).or_insert_with(|| {
                    nodes.push(Node { parent, link });
                    nodes.len() - 1
                });
            }
        }
        Self { nodes, children }
    }

    /// Walks a link's target to its end, as the kernel would.
    fn follow(&self, link: Link<'a>, node: usize, steps: &mut u64) -> Result<(), CopyError> {
        let mut at = self.nodes[node].parent;
        // How far below `at` we are among names that the copy doesn't have.
        let mut missing = 0_u64;
        let mut hops = 1;
        // The names still ahead, the next one last, each with the link that said it.
        let mut ahead: Vec<(Component<'a>, Link<'a>)> = Vec::new();
        ahead.extend(link.target.components().rev().map(|component| (component, link)));
        while let Some((component, said_by)) = ahead.pop() {
            *steps += 1;
            if *steps > MAX_STEPS {
                return Err(CopyError::LinksTangled { path: link.path.to_path_buf() });
            }
            match component {
                Component::CurDir => {}
                Component::RootDir | Component::Prefix(_) => {
                    let (path, target) = said_by.to_owned();
                    return Err(CopyError::LinkAbsolute { path, target });
                }
                Component::ParentDir if missing > 0 => missing -= 1,
                Component::ParentDir if at == TOP => {
                    let (path, target) = said_by.to_owned();
                    return Err(CopyError::LinkLeadsOut { path, target });
                }
                Component::ParentDir => at = self.nodes[at].parent,
                Component::Normal(_) if missing > 0 => missing += 1,
                Component::Normal(name) => match self.children.get(&(at, name)) {
                    None => missing = 1,
                    Some(&child) => match self.nodes[child].link {
                        None => at = child,
                        Some(_) if hops == MAX_HOPS => return Ok(()),
                        Some(next) => {
                            hops += 1;
                            let target = next.target.components().rev();
                            ahead.extend(target.map(|component| (component, next)));
                        }
                    },
                },
            }
        }
        Ok(())
    }
}

impl Link<'_> {
    fn to_owned(self) -> (PathBuf, PathBuf) {
        (self.path.to_path_buf(), self.target.to_path_buf())
    }
}

/// Writes the entries, read beneath `root`, into an anonymous temporary file;
/// returns it rewound.
pub(super) fn write(root: &Dir, entries: &[Entry]) -> Result<File, CopyError> {
    let mut file = tempfile::tempfile().map_err(CopyError::Archive)?;
    let mut builder = Builder::new(BufWriter::with_capacity(64 << 10, &file));
    for entry in entries {
        append(&mut builder, root, entry)?;
    }
    let mut buffer = builder.into_inner().map_err(CopyError::Archive)?;
    buffer.flush().map_err(CopyError::Archive)?;
    drop(buffer);
    file.rewind().map_err(CopyError::Archive)?;
    Ok(file)
}

fn append<W: Write>(builder: &mut Builder<W>, root: &Dir, entry: &Entry) -> Result<(), CopyError> {
    let mut header = Header::new_gnu();
    header.set_uid(OWNER.into());
    header.set_gid(OWNER.into());
    header.set_mtime(entry.mtime);
    header.set_size(entry.size());
    let mut name = entry.path.as_os_str().as_bytes().to_vec();
    match &entry.kind {
        EntryKind::Folder => {
            header.set_entry_type(EntryType::Directory);
            header.set_mode(0o755);
            name.push(b'/');
            set_name(builder, &mut header, &name).map_err(CopyError::Archive)?;
            builder.append(&header, io::empty()).map_err(CopyError::Archive)
        }
        EntryKind::Link { target } => {
            header.set_entry_type(EntryType::Symlink);
            header.set_mode(0o777);
            let target = target.as_os_str().as_bytes();
            set_target(builder, &mut header, target)
                .and_then(|()| set_name(builder, &mut header, &name))
                .and_then(|()| builder.append(&header, io::empty()))
                .map_err(CopyError::Archive)
        }
        EntryKind::File { size, executable, identity } => {
            header.set_entry_type(EntryType::Regular);
            header.set_mode(if *executable { 0o755 } else { 0o644 });
            set_name(builder, &mut header, &name).map_err(CopyError::Archive)?;
            let file = open_file(root, &entry.path, &entry.path, identity)?;
            let mut content = Exactly { file, left: *size, trouble: None };
            let appended = builder.append(&header, &mut content);
            match content.trouble {
                Some(ArchiveProblem::Short) => Err(CopyError::Changed { path: entry.path.clone() }),
                Some(ArchiveProblem::Read(source)) => Err(unreadable(&entry.path, source)),
                None => appended.map_err(CopyError::Archive),
            }
        }
    }
}

// `Builder::append_data` and `append_link` aren't used, for they tidy a link's
// target and refuse a long name that starts with a byte that isn't UTF-8.

/// Sets the name, by an entry of its own before it if it is too long, and with
/// it the checksum: this comes last.
fn set_name<W: Write>(builder: &mut Builder<W>, header: &mut Header, name: &[u8]) -> io::Result<()> {
    let field = &mut header.as_old_mut().name;
    let fitting = name.len().min(field.len());
    field[..fitting].copy_from_slice(&name[..fitting]);
    if fitting < name.len() {
        append_long(builder, EntryType::GNULongName, name)?;
    }
    header.set_cksum();
    Ok(())
}

fn set_target<W: Write>(builder: &mut Builder<W>, header: &mut Header, target: &[u8]) -> io::Result<()> {
    let field = &mut header.as_old_mut().linkname;
    let fitting = target.len().min(field.len());
    field[..fitting].copy_from_slice(&target[..fitting]);
    if fitting < target.len() {
        append_long(builder, EntryType::GNULongLink, target)?;
    }
    Ok(())
}

fn append_long<W: Write>(builder: &mut Builder<W>, entry_type: EntryType, text: &[u8]) -> io::Result<()> {
    const NAME: &[u8] = b"././@LongLink";
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..NAME.len()].copy_from_slice(NAME);
    header.set_entry_type(entry_type);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(text.len() as u64 + 1);
    header.set_cksum();
    builder.append(&header, text.chain(&b"\0"[..]))
}

/// Gives as many bytes as the header promised, or fails: more or fewer would
/// make the rest of the archive unreadable. Keeps its own failure, which the
/// archive's writer would mix up with those of writing.
struct Exactly<R> {
    file: R,
    left: u64,
    trouble: Option<ArchiveProblem>,
}

enum ArchiveProblem {
    Short,
    Read(io::Error),
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let trouble = match self.file.read(&mut buffer[..most]) {
            Ok(0) => ArchiveProblem::Short,
            Ok(read) => {
                self.left -= read as u64;
                return Ok(read);
            }
            Err(again) if again.kind() == io::ErrorKind::Interrupted => return Err(again),
            Err(source) => ArchiveProblem::Read(source),
        };
        self.trouble = Some(trouble);
        Err(io::Error::other("the content came to an untimely end"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries from `d/` (a folder), `f` (a file) and `l -> target` (a link).
    fn entries(names: &[&str]) -> Vec<Entry> {
        let entry = |name: &&str| {
            let identity = Identity(0, 0);
            let (path, kind) = match name.split_once(" -> ") {
                Some((path, target)) => (path, EntryKind::Link { target: PathBuf::from(target) }),
                None if name.ends_with('/') => (name.trim_end_matches('/'), EntryKind::Folder),
                None => (*name, EntryKind::File { size: 0, executable: false, identity }),
            };
            Entry { path: PathBuf::from(path), mtime: 0, kind }
        };
        names.iter().map(entry).collect()
    }

    fn judge(names: &[&str]) -> String {
        match refuse_links_that_lead_out(&entries(names)) {
            Ok(()) => "inside".to_owned(),
            Err(CopyError::LinkLeadsOut { path, target }) => {
                format!("out: {} -> {}", path.display(), target.display())
            }
            Err(CopyError::LinkAbsolute { path, target }) => {
                format!("absolute: {} -> {}", path.display(), target.display())
            }
            Err(CopyError::LinksTangled { .. }) => "tangled".to_owned(),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_link_that_stays_inside_is_fine() {
        assert_eq!(judge(&["a/", "a/b/", "a/b/l -> ../../f", "f", "l -> a/b/.", "m -> ."]), "inside");
        assert_eq!(judge(&["a/", "a/l -> .."]), "inside");
    }

    #[test]
    fn a_link_to_what_is_not_there_is_fine_if_that_would_be_inside() {
        assert_eq!(judge(&["l -> gone/deep/../../gone"]), "inside");
        assert_eq!(judge(&["l -> gone/deep/../../.."]), "out: l -> gone/deep/../../..");
    }

    #[test]
    fn links_that_go_round_in_circles_stay_inside() {
        assert_eq!(judge(&["a -> b", "b -> a", "c -> c", "d -> d/.."]), "inside");
    }

    #[test]
    fn a_link_one_step_too_high_leads_out() {
        assert_eq!(judge(&["a/", "a/l -> ../../f"]), "out: a/l -> ../../f");
        assert_eq!(judge(&["l -> .."]), "out: l -> ..");
    }

    #[test]
    fn a_link_that_leaves_and_comes_back_leads_out() {
        assert_eq!(judge(&["f", "l -> ../folder/f"]), "out: l -> ../folder/f");
    }

    #[test]
    fn the_parent_of_a_link_is_the_parent_of_its_target() {
        assert_eq!(judge(&["a/", "a/b/", "d -> a/b", "l -> d/../.."]), "inside");
        assert_eq!(judge(&["a/", "a/b/", "a/b/u -> ../..", "l -> a/b/u/.."]), "out: l -> a/b/u/..");
    }

    #[test]
    fn of_a_chain_the_link_that_leads_out_is_named() {
        assert_eq!(judge(&["a -> b", "b -> c/x", "c -> ../out"]), "out: c -> ../out");
        assert_eq!(judge(&["a -> b", "b -> /etc"]), "absolute: b -> /etc");
    }

    #[test]
    fn an_absolute_link_is_refused() {
        assert_eq!(judge(&["l -> /etc/passwd"]), "absolute: l -> /etc/passwd");
    }

    #[test]
    fn a_chain_as_long_as_kernels_follow_is_judged_to_its_end() {
        let mut names: Vec<_> = (0..38).map(|n| format!("d/{n} -> {}", n + 1)).collect();
        names.insert(0, "d/".to_owned());
        names.extend(["d/38 -> ..".to_owned(), "l -> d/0/..".to_owned()]);
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert_eq!(judge(&names), "out: l -> d/0/..");
    }

    #[test]
    fn links_that_multiply_are_given_up_soon() {
        let target = "n/".repeat(2000);
        let names: Vec<_> = (0..6000).map(|n| format!("{n} -> {target}")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert_eq!(judge(&names), "tangled");
    }
}
