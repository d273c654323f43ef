//! Bundles and disputes that mean harm.

use super::{clean, in_time, pipe};
use crate::cli::support::{Machine, pack};
use std::fs;
use std::io::Write as _;

enum Entry<'a> {
    File(&'a str, &'a [u8]),
    Link(&'a str, &'a str),
    Other(&'a str, tar::EntryType, &'a str),
}

fn tar(entries: &[Entry]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for entry in entries {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o6755);
        header.set_size(0);
        match entry {
            Entry::File(path, bytes) => {
                header.set_size(bytes.len() as u64);
                archive.append_data(&mut header, path, *bytes).unwrap();
            }
            Entry::Link(path, target) => {
                header.set_entry_type(tar::EntryType::Symlink);
                archive.append_link(&mut header, path, target).unwrap();
            }
            Entry::Other(path, kind, target) => {
                header.set_entry_type(*kind);
                if target.is_empty() {
                    archive.append_data(&mut header, path, std::io::empty()).unwrap();
                } else {
                    archive.append_link(&mut header, path, target).unwrap();
                }
            }
        }
    }
    archive.into_inner().unwrap()
}

fn head(lab: &str, labs: &[&str]) -> Vec<u8> {
    serde_json::to_vec(&serde_json::json!({"format": 1, "lab": lab, "labs": labs, "images": []})).unwrap()
}

#[test]
fn a_bundle_that_means_harm_is_refused_and_nothing_is_touched() {
    let demo = fs::read_to_string(pack().join("demo/lab.yaml")).unwrap();
    let sound = demo.replacen("id: demo", "id: nice", 1);
    let lab = sound.as_bytes();
    let of = |labs: &[&str]| head("0.1.0", labs);
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("thesis.txt"), "work").unwrap();
    let absolute = outside.path().display().to_string();
    let (nice, none, up, far) = (of(&["nice"]), of(&[]), of(&["../../../../.ssh"]), of(&[&absolute]));
    let file = |path| Entry::File(path, lab);
    let first = |head| Entry::File("lab-bundle/bundle.json", head);
    let yaml = "lab-bundle/labs/nice/lab.yaml";
    let cases: Vec<(&str, Vec<Entry>)> = vec![
        ("an absolute path as an id", vec![first(&far), file(yaml)]),
        ("an id that leads up", vec![first(&up), file(yaml)]),
        ("no id at all", vec![first(&none), file(yaml)]),
        ("a lab that the head lacks", vec![first(&nice), file(yaml), file("lab-bundle/labs/static-site/lab.yaml")]),
        ("a head without its lab", vec![first(&nice), file("lab-bundle/labs/README")]),
        (
            "a secret behind a link",
            vec![first(&nice), file(yaml), Entry::Link("lab-bundle/labs/pack.secret", "/dev/zero")],
        ),
        ("a link out", vec![first(&nice), file(yaml), Entry::Link("lab-bundle/labs/nice/x", "../../../../x")]),
        (
            "a link out by way of another",
            vec![
                first(&nice),
                file(yaml),
                Entry::Link("lab-bundle/labs/nice/d", "../.."),
                Entry::Link("lab-bundle/labs/nice/x", "d/../../.."),
            ],
        ),
        (
            "a file behind a link",
            vec![first(&nice), file(yaml), Entry::Link("lab-bundle/labs/l", "/tmp"), file("lab-bundle/labs/l/x")],
        ),
        (
            "a hard link",
            vec![first(&nice), file(yaml), Entry::Other("lab-bundle/labs/h", tar::EntryType::Link, "/etc/hostname")],
        ),
        ("a pipe", vec![first(&nice), file(yaml), Entry::Other("lab-bundle/labs/p", tar::EntryType::Fifo, "")]),
        ("a device", vec![first(&nice), file(yaml), Entry::Other("lab-bundle/labs/z", tar::EntryType::Char, "")]),
        ("a name twice", vec![first(&nice), file(yaml), file(yaml)]),
        ("a lab with a mistake", vec![first(&nice), Entry::File(yaml, b"id: nice\ntitel: x\n")]),
    ];
    for (name, entries) in cases {
        let machine = Machine::new();
        fs::create_dir_all(machine.home(".ssh")).unwrap();
        fs::write(machine.home(".ssh/id"), "key").unwrap();
        let before = machine.home(".local/state/lab/bundles/earlier/lab-bundle");
        fs::create_dir_all(&before).unwrap();
        fs::write(machine.path("b.tar"), tar(&entries)).unwrap();
        let done = machine.lab(&["bundle", "load", "b.tar"]).done();
        assert_eq!(done.code, Some(2), "{name}: {done:?}");
        clean(&done);
        assert!(before.is_dir() && machine.home(".ssh/id").is_file(), "{name}");
        assert_eq!(fs::read_dir(machine.home(".local/state/lab/bundles")).unwrap().count(), 1, "{name}");
    }
    assert!(outside.path().join("thesis.txt").is_file());
}

#[test]
fn a_bundle_of_endless_headers_or_entries_is_refused_soon() {
    let machine = Machine::new();
    let nice = head("0.1.0", &["nice"]);
    let deep = format!("lab-bundle/labs/{}x", "d/".repeat(2_000));
    fs::write(machine.path("deep.tar"), tar(&[Entry::File("lab-bundle/bundle.json", &nice), Entry::File(&deep, b"x")]))
        .unwrap();
    let long = "n".repeat(1 << 20);
    fs::write(machine.path("long.tar"), tar(&[Entry::File("lab-bundle/bundle.json", &nice), Entry::File(&long, b"x")]))
        .unwrap();
    for bundle in ["deep.tar", "long.tar"] {
        let (code, said) = in_time(machine.lab(&["bundle", "load", bundle]).command());
        assert_eq!(code, Some(2), "{bundle}: {said}");
    }
    pipe(&machine.path("pipe.tar"));
    let (code, said) = in_time(machine.lab(&["bundle", "load", "pipe.tar"]).command());
    assert!(code == Some(2) && said.contains("is a pipe"), "{said}");
}

fn dispute(machine: &Machine, name: &str, version: &str, entries: &[Entry]) {
    let head = serde_json::json!({
        "format": 1, "lab": "demo", "version": version, "judged-by": "9\u{1b}[31m", "engine": "20", "learner": "abc",
        "at": 1, "check": "deploy", "message": "m\u{1b}]0;x\u{7}",
        "result": {"id": "deploy", "task": "publish", "must": {"en": "x"}, "points": 1, "verdict": {"status": "passed"},
                   "took": 3, "only_needed": false, "visibility": "visible"}, "seen": [],
    });
    let head = serde_json::to_vec(&head).unwrap();
    let mut all = tar(&[Entry::File("dispute.json", &head)]);
    all.truncate(all.len() - 1024);
    all.extend(tar(entries));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&all).unwrap();
    fs::write(machine.path(name), packed.finish().unwrap()).unwrap();
}

#[test]
fn a_dispute_that_means_harm_is_refused_and_named() {
    let machine = Machine::new();
    let many: Vec<String> = (0..30_000).map(|number| format!("folder/{number}")).collect();
    let many: Vec<Entry> = many.iter().map(|path| Entry::File(path, b"")).collect();
    let deep = format!("folder/{}x", "d/".repeat(2_000));
    for (name, entries) in [
        ("deep", vec![Entry::File(&deep, b"x")]),
        ("many", many),
        ("pipe", vec![Entry::Other("folder/.gitignore", tar::EntryType::Fifo, "")]),
        ("device", vec![Entry::Other("folder/x", tar::EntryType::Block, "")]),
        ("hard", vec![Entry::Other("folder/x", tar::EntryType::Link, "/etc/hostname")]),
        ("up", vec![Entry::File("other/x", b"x")]),
    ] {
        dispute(&machine, "d.tar.gz", "1.0", &entries);
        let (code, said) = in_time(machine.lab(&["test", "--with", "d.tar.gz"]).command());
        assert_eq!(code, Some(2), "{name}: {said}");
        assert!(said.contains("d.tar.gz") && !said.contains("Your work is not the cause"), "{name}: {said}");
    }
    dispute(
        &machine,
        "d.tar.gz",
        "1.0\u{1b}]0;PWNED\u{7}\u{1b}]52;c;cm0gLXJm\u{7}\u{202e}",
        &[Entry::File("folder/x", b"x")],
    );
    let done = machine.lab(&["test", "--with", "d.tar.gz"]).done();
    assert!(done.stderr.contains("is disputed"), "{done:?}");
    clean(&done);
}
