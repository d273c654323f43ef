//! Another user of this machine.

use super::super::ground::require_root;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Command;

/// A user that no list names, and so without a home.
const NOBODY: u32 = 70_000;

#[test]
fn a_folder_in_place_of_a_home_is_ones_own_or_refused() {
    require_root();
    let ground = tempfile::tempdir().unwrap();
    fs::set_permissions(ground.path(), Permissions::from_mode(0o1777)).unwrap();
    let lab = ground.path().join("lab");
    fs::copy(env!("CARGO_BIN_EXE_lab"), &lab).unwrap();
    let list = || {
        let mut command = Command::new("setpriv");
        command.args([format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"), "--clear-groups".to_owned()]);
        command.arg(&lab).arg("list").env_clear().env("TMPDIR", ground.path()).current_dir("/").output().unwrap()
    };
    let folder = ground.path().join(format!("lab-{NOBODY}"));
    // Made first by another, with a place for labs of theirs.
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
    let refused = list();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(2) && said.contains("belongs to another user"), "{refused:?}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing is put there");
    fs::remove_dir(&folder).unwrap();
    std::os::unix::fs::symlink(".", &folder).unwrap();
    assert_eq!(list().status.code(), Some(2));
    fs::remove_file(&folder).unwrap();
    assert_eq!(list().status.code(), Some(0));
    let made = fs::metadata(&folder).unwrap();
    assert_eq!((made.uid(), made.mode() & 0o777), (NOBODY, 0o700));
}
