use super::*;
use crate::workspace::fixtures::{content, copy, folder_of, listed, make_fifo, names};
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Command;
use std::time::{Duration, SystemTime};

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
    assert_eq!(bytes.len(), 512 + 512 + 1024);
}

#[test]
fn an_empty_folder_has_an_empty_copy() {
    assert_eq!(names(copy(&folder_of(&[])).unwrap()), [""; 0]);
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
        assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (65_532, 65_532));
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
    let names = [b"a\nb\\c".to_vec(), b"\xff\xfe".to_vec(), long(0xff), [long(b'd'), b"/x".to_vec()].concat(), blocks];
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
    let archive = archive::write(&root, &listing.entries).unwrap();
    assert_eq!(archive.metadata().unwrap().len(), 4 * 512 + 1024);
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
