//! The one reader of files that somebody else may have placed: `.lab/` of a
//! submission, `pack.secret`, disputes, bundles, a lab's own files.
//!
//! A pipe never ends, a device has no size, a sparse file has any. So a file is
//! opened without waiting, looked at through its handle, and read up to a limit.

use rustix::fs::OFlags;
use std::fmt;
use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Whether a file may be behind a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    Refused,
    Followed,
}

/// A file that isn't read, though the system would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unfit {
    pub(crate) path: PathBuf,
    pub(crate) why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    NotAFile(Kind),
    /// It is larger than this many bytes.
    TooLarge(u64),
    /// It belongs to another user.
    AnotherUsers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Folder,
    Link,
    Pipe,
    Socket,
    Device,
}

impl Kind {
    fn of(kind: FileType) -> Option<Self> {
        if kind.is_dir() {
            Some(Self::Folder)
        } else if kind.is_symlink() {
            Some(Self::Link)
        } else if kind.is_fifo() {
            Some(Self::Pipe)
        } else if kind.is_socket() {
            Some(Self::Socket)
        } else if kind.is_file() {
            None
        } else {
            Some(Self::Device)
        }
    }

    /// The name that messages select on.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Link => "link",
            Self::Pipe => "pipe",
            Self::Socket => "socket",
            Self::Device => "device",
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.why {
            Why::NotAFile(kind) => write!(formatter, "{path}: a {}, not a file", kind.name()),
            Why::TooLarge(limit) => write!(formatter, "{path}: more than {limit} bytes"),
            Why::AnotherUsers => write!(formatter, "{path}: another user's"),
        }
    }
}

impl std::error::Error for Unfit {}

impl Unfit {
    /// The reason within an error of this module's.
    pub(crate) fn within(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    pub(crate) fn error(path: &Path, why: Why) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, Self { path: path.to_owned(), why })
    }
}

/// Opens a regular file, and never waits for anyone.
pub(crate) fn open(path: &Path, links: Links) -> io::Result<(File, Metadata)> {
    let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    if links == Links::Refused {
        flags |= OFlags::NOFOLLOW;
    }
    let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|error| {
        // A socket and a link can't even be opened, and the system's words for it help nobody.
        let found = std::fs::symlink_metadata(path).ok().and_then(|found| Kind::of(found.file_type()));
        match found {
            Some(Kind::Link) if links == Links::Followed => error,
            Some(kind) => Unfit::error(path, Why::NotAFile(kind)),
            None => error,
        }
    })?;
    let metadata = file.metadata()?;
    match Kind::of(metadata.file_type()) {
        Some(kind) => Err(Unfit::error(path, Why::NotAFile(kind))),
        None => Ok((file, metadata)),
    }
}

/// Reads a regular file of at most `limit` bytes.
pub(crate) fn read(path: &Path, links: Links, limit: u64) -> io::Result<Vec<u8>> {
    let (file, metadata) = open(path, links)?;
    if metadata.len() > limit {
        return Err(Unfit::error(path, Why::TooLarge(limit)));
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(Unfit::error(path, Why::TooLarge(limit))) } else { Ok(bytes) }
}

/// Reads a regular file of at most `limit` bytes as UTF-8.
pub(crate) fn read_text(path: &Path, links: Links, limit: u64) -> io::Result<String> {
    String::from_utf8(read(path, links, limit)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// The first entry below a folder that isn't the folder's own: a link out of it or to
/// nothing, a pipe, a device; an empty path where the folder is a link itself.
pub(crate) fn what_leads_out(folder: &Path) -> io::Result<Option<PathBuf>> {
    if refuse_link(folder).is_err() {
        return Ok(Some(PathBuf::new()));
    }
    let whole = std::fs::canonicalize(folder)?;
    let mut ahead = vec![whole.clone()];
    while let Some(folder) = ahead.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            let inside = || std::fs::canonicalize(&path).is_ok_and(|target| target.starts_with(&whole));
            match Kind::of(std::fs::symlink_metadata(&path)?.file_type()) {
                None => {}
                Some(Kind::Folder) => ahead.push(path),
                Some(Kind::Link) if inside() => {}
                Some(_) => return Ok(Some(path.strip_prefix(&whole).map(Path::to_owned).unwrap_or_default())),
            }
        }
    }
    Ok(None)
}

/// Refuses a folder that is a link: what is below it would be somebody else's.
pub(crate) fn refuse_link(folder: &Path) -> io::Result<()> {
    match std::fs::symlink_metadata(folder) {
        Ok(found) if found.is_symlink() => Err(Unfit::error(folder, Why::NotAFile(Kind::Link))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    fn unfit(path: &Path, links: Links) -> Why {
        Unfit::within(&read(path, links, 10).unwrap_err()).unwrap().why
    }

    #[test]
    fn only_a_file_of_a_fair_size_is_read_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        rustix::fs::mkfifoat(rustix::fs::CWD, path("pipe"), 0o600.into()).unwrap();
        let _listener = UnixListener::bind(path("socket")).unwrap();
        symlink("/dev/zero", path("zero")).unwrap();
        symlink("plain", path("link")).unwrap();
        symlink("pipe", path("to-pipe")).unwrap();
        std::fs::write(path("plain"), "0123456789").unwrap();
        File::create(path("sparse")).unwrap().set_len(30 << 30).unwrap();
        assert_eq!(read(&path("plain"), Links::Refused, 10).unwrap(), b"0123456789");
        assert_eq!(read(&path("link"), Links::Followed, 10).unwrap(), b"0123456789");
        assert_eq!(read(&path("none"), Links::Refused, 10).unwrap_err().kind(), io::ErrorKind::NotFound);
        for (name, links, kind) in [
            ("pipe", Links::Refused, Kind::Pipe),
            ("to-pipe", Links::Followed, Kind::Pipe),
            ("socket", Links::Refused, Kind::Socket),
            ("zero", Links::Refused, Kind::Link),
            ("zero", Links::Followed, Kind::Device),
            ("link", Links::Refused, Kind::Link),
            (".", Links::Refused, Kind::Folder),
        ] {
            assert_eq!(unfit(&path(name), links), Why::NotAFile(kind), "{name}");
        }
        assert_eq!(unfit(&path("sparse"), Links::Refused), Why::TooLarge(10));
        std::fs::write(path("plain"), "0123456789a").unwrap();
        assert_eq!(unfit(&path("plain"), Links::Refused), Why::TooLarge(10));
    }
}
