//! A disputed verdict in one file, for the instructor: the folder as it was
//! judged, what the check saw and came to, and who judged it.
//!
//! The file is a `.tar.gz`: `dispute.json`, then `folder/…`. It holds what the
//! clean room got and nothing else of the learner's machine.

use crate::definition::name::{CheckId, LabId, LearnerId};
use crate::definition::packed::{self, Counted, Outside, PackedError, Shape, Unpressed};
use crate::grade::trace::Attempted;
use crate::untrusted::{self, Links};
use crate::verdict::CheckResult;
use crate::workspace::copy::FolderCopy;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The version of the form of `dispute.json`.
const FORMAT: u32 = 1;
const HEAD: &str = "dispute.json";
/// The folder of the learner's files.
const FOLDER: &str = "folder";
/// Bytes of `dispute.json` at the most: what probes saw is cut to a few hundred kB.
const MOST_HEAD: u64 = 32 << 20;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Dispute {
    pub(crate) format: u32,
    pub(crate) lab: LabId,
    pub(crate) version: String,
    /// The version of the `lab` that judged.
    pub(crate) judged_by: String,
    pub(crate) engine: String,
    /// The learner's id, on which the values of a room depend.
    pub(crate) learner: LearnerId,
    /// Seconds since 1970, by the learner's clock.
    pub(crate) at: u64,
    pub(crate) check: CheckId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    pub(crate) result: CheckResult,
    /// What its probes saw, as [`Attempted`] is written.
    pub(crate) seen: Value,
}

impl Dispute {
    pub(crate) fn form() -> u32 {
        FORMAT
    }

    /// What was seen, in the form that a file keeps.
    pub(crate) fn seen(attempts: &[Attempted]) -> Value {
        serde_json::to_value(attempts).unwrap_or_default()
    }

    /// Writes it with the folder's copy, the whole file or none.
    pub(crate) fn write(&self, copy: &FolderCopy, path: &Path) -> io::Result<()> {
        let beside = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(beside)?;
        let mut archive = tar::Builder::new(GzEncoder::new(&mut file, Compression::default()));
        packed::append_head(&mut archive, HEAD, self)?;
        let mut source = copy.archive.try_clone()?;
        source.seek(SeekFrom::Start(0))?;
        for entry in tar::Archive::new(&mut source).entries()? {
            let mut entry = entry?;
            let path = Path::new(FOLDER).join(entry.path()?);
            let mut header = entry.header().clone();
            match entry.link_name()? {
                Some(target) => archive.append_link(&mut header, path, target)?,
                None => archive.append_data(&mut header, path, &mut entry)?,
            }
        }
        archive.into_inner()?.finish()?.flush()?;
        source.seek(SeekFrom::Start(0))?;
        file.persist(path).map(drop).map_err(|error| error.error)
    }

    /// Reads one and unpacks the folder, of `most` bytes at the most, into an
    /// empty folder. Returns the folder's path in there.
    pub(crate) fn read(path: &Path, into: &Path, most: u64) -> Result<(Self, PathBuf), PackedError> {
        // Beside the files there are headers, and a head: what is more is no dispute.
        let most_packed = most.saturating_mul(2).saturating_add(2 * MOST_HEAD);
        let (file, _) = untrusted::open(path, Links::Followed)?;
        let packed = Cell::new(0);
        let file = GzDecoder::new(Counted { source: file, count: &packed });
        let file = Unpressed::new(file, &packed).take(most_packed);
        let shape = Shape {
            head: HEAD,
            format: FORMAT,
            most_head: MOST_HEAD,
            folder: FOLDER,
            most,
            outside: Outside::LeadsOut,
        };
        let head = packed::unpack(file, shape, into)?;
        let folder = into.join(FOLDER);
        std::fs::create_dir_all(&folder)?;
        Ok((head, folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::text::Text;
    use crate::verdict::Verdict;
    use crate::workspace::copy::{CopyRules, copy_folder};
    use std::fs::{self, File};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::time::Duration;

    fn dispute() -> Dispute {
        let result = CheckResult {
            id: "home".parse().unwrap(),
            task: "publish".parse().unwrap(),
            must: Text { en: Some("the home page must answer".to_owned()), fr: None },
            points: 2,
            verdict: Verdict::Passed,
            took: Duration::from_millis(3),
            only_needed: false,
            visibility: crate::definition::model::Visibility::Visible,
            starved: None,
            unread: Vec::new(),
        };
        Dispute {
            format: FORMAT,
            lab: "demo".parse().unwrap(),
            version: "1.0.0".to_owned(),
            judged_by: "0.1.0".to_owned(),
            engine: "28.0.0".to_owned(),
            learner: "abc".parse().unwrap(),
            at: 1_790_000_000,
            check: "home".parse().unwrap(),
            message: Some("it answers".to_owned()),
            result,
            seen: serde_json::json!([{"asked": "GET /"}]),
        }
    }

    fn written(dispute: &Dispute) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let work = folder.path().join("work");
        fs::create_dir_all(work.join("site/deep")).unwrap();
        fs::write(work.join("site/deep/page.html"), "<p>hello").unwrap();
        fs::write(work.join("deploy.sh"), "#!/bin/sh\n").unwrap();
        fs::set_permissions(work.join("deploy.sh"), fs::Permissions::from_mode(0o755)).unwrap();
        symlink("site/deep/page.html", work.join("home")).unwrap();
        let copy = copy_folder(&work, &CopyRules::default()).unwrap();
        let path = folder.path().join("d.tar.gz");
        dispute.write(&copy, &path).unwrap();
        (folder, path)
    }

    #[test]
    fn what_is_written_reads_as_the_same_with_the_same_folder() {
        let (folder, path) = written(&dispute());
        let into = folder.path().join("into");
        fs::create_dir(&into).unwrap();
        let (read, laid) = Dispute::read(&path, &into, 1 << 20).unwrap();
        assert_eq!(read, dispute());
        assert_eq!(fs::read_to_string(laid.join("home")).unwrap(), "<p>hello", "a link stays one and leads inside");
        assert!(fs::symlink_metadata(laid.join("home")).unwrap().is_symlink());
        assert_eq!(fs::metadata(laid.join("deploy.sh")).unwrap().permissions().mode() & 0o111, 0o111);
    }

    #[test]
    fn another_file_a_newer_one_and_one_too_large_are_told_apart() {
        let (folder, path) = written(&dispute());
        let into = |name: &str| {
            let into = folder.path().join(name);
            fs::create_dir(&into).unwrap();
            into
        };
        assert!(matches!(Dispute::read(&path, &into("a"), 4), Err(PackedError::TooLarge)));
        let text = folder.path().join("text");
        fs::write(&text, "hello").unwrap();
        assert!(matches!(Dispute::read(&text, &into("b"), 1 << 20), Err(PackedError::NotOne)));
        let (_newer, path) = written(&Dispute { format: FORMAT + 1, ..dispute() });
        assert!(matches!(Dispute::read(&path, &into("c"), 1 << 20), Err(PackedError::Newer(2))));
        let absent = folder.path().join("absent");
        assert!(matches!(Dispute::read(&absent, &into("d"), 1 << 20), Err(PackedError::Io(_))));
    }

    #[test]
    fn nothing_is_unpacked_outside_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hostile.tar.gz");
        let mut archive = tar::Builder::new(GzEncoder::new(File::create(&path).unwrap(), Compression::default()));
        let text = serde_json::to_vec(&dispute()).unwrap();
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        archive.append_data(&mut header, HEAD, text.as_slice()).unwrap();
        let mut link = tar::Header::new_gnu();
        link.set_entry_type(tar::EntryType::Symlink);
        link.set_size(0);
        archive.append_link(&mut link, "folder/out", folder.path()).unwrap();
        let mut header = tar::Header::new_gnu();
        header.set_size(4);
        archive.append_data(&mut header, "folder/out/planted", &b"evil"[..]).unwrap();
        archive.into_inner().unwrap().finish().unwrap();
        let into = folder.path().join("into");
        fs::create_dir(&into).unwrap();
        assert!(Dispute::read(&path, &into, 1 << 20).is_err());
        assert!(!folder.path().join("planted").exists());
    }
}
