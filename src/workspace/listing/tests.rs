use super::*;
use crate::workspace::archive;
use crate::workspace::copy::copy_folder;
use crate::workspace::fixtures::{copy, folder_of, left_out, listed, make_fifo, names};
use cap_std::ambient_authority;
use std::fs;
use std::os::unix::fs::symlink;

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
