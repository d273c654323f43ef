use super::support::{Machine, in_both};
use std::fs;

#[test]
fn a_file_that_is_no_bundle_is_refused_before_anything_is_made() {
    let machine = Machine::new();
    machine.write("other.tar", "not an archive at all");
    insta::assert_snapshot!(in_both(|language| machine.lab(&["bundle", "load", "other.tar"]).lang(language).screen()));
    let left = fs::read_dir(machine.home(".local/state/lab/bundles")).unwrap().count();
    assert_eq!(left, 0, "what was unpacked is gone");
}

#[test]
fn a_bundle_that_is_not_there_is_said_to_be_missing() {
    let machine = Machine::new();
    insta::assert_snapshot!(in_both(|language| machine.lab(&["bundle", "load", "labs.tar"]).lang(language).screen()));
}

#[test]
fn a_file_that_is_there_is_not_overwritten() {
    let machine = Machine::new();
    machine.write("labs.tar", "mine");
    insta::assert_snapshot!(in_both(|language| machine.lab(&["bundle", "demo"]).lang(language).screen()));
    assert_eq!(machine.read("labs.tar"), "mine");
}

#[test]
fn a_lab_of_a_bundle_is_listed_like_the_others() {
    let machine = Machine::new();
    let pack = machine.home(".local/state/lab/bundles/away/lab-bundle/labs/away");
    fs::create_dir_all(&pack).unwrap();
    let text = fs::read_to_string(super::support::pack().join("demo/lab.yaml")).unwrap();
    fs::write(pack.join("lab.yaml"), text.replacen("id: demo", "id: away", 1)).unwrap();
    for folder in ["starter", "tasks"] {
        fs::create_dir_all(pack.join(folder)).unwrap();
    }
    for entry in fs::read_dir(super::support::pack().join("demo/tasks")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), pack.join("tasks").join(entry.file_name())).unwrap();
    }
    let done = machine.lab(&["list"]).done();
    assert!(done.stdout.contains("\naway "), "{done:?}");
}
