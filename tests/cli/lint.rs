use super::support::{Machine, in_both, pack};
use std::fs;
use std::path::Path;

/// A copy of the lab `demo` with `levle` for `level`, beside one that is right.
fn with_a_typo() -> Machine {
    let machine = Machine::new();
    for name in ["labs/demo", "labs/other"] {
        copy(&pack().join("demo"), &machine.path(name));
    }
    let other = machine.read("labs/other/lab.yaml").replacen("id: demo", "id: other", 1);
    machine.write("labs/other/lab.yaml", &other);
    let text = machine.read("labs/demo/lab.yaml").replacen("level:", "levle:", 1);
    machine.write("labs/demo/lab.yaml", &text);
    machine
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn a_typo_is_pointed_at() {
    let machine = with_a_typo();
    insta::assert_snapshot!(in_both(|language| machine.lab(&["lint", "labs/demo"]).lang(language).screen()));
}

#[test]
fn programs_get_the_same_findings() {
    let machine = with_a_typo();
    let done = machine.lab(&["lint", "--format", "json"]).done();
    assert_eq!(done.code, Some(2), "{done:?}");
    let json: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(json["labs"][0]["path"], "labs/demo");
    assert_eq!(json["labs"][0]["found"][0]["text"], "levle");
    let done = machine.lab(&["lint", "labs", "--format", "github"]).done();
    assert_eq!(done.code, Some(2), "{done:?}");
    assert!(done.stdout.starts_with("::error file=labs/demo/lab.yaml,line="), "{done:?}");
}

#[test]
fn a_lab_is_found_by_its_folder_its_file_and_its_name() {
    let machine = with_a_typo();
    for right in [&["lint", "labs/other"][..], &["lint", "labs/other/lab.yaml"], &["lint", "static-site"]] {
        let done = machine.lab(right).done();
        assert_eq!(done.code, Some(0), "{right:?}: {done:?}");
    }
    assert_eq!(machine.lab(&["lint"]).within("labs/other").done().code, Some(0));
}

#[test]
fn where_no_lab_is_it_is_said() {
    let machine = Machine::new();
    insta::assert_snapshot!(in_both(|language| machine.lab(&["lint"]).lang(language).screen()));
}

#[test]
fn what_others_will_be_asked_about_an_author_reads_first() {
    let machine = Machine::new();
    copy(&pack().join("demo"), &machine.path("labs/demo"));
    let service = "    evil:
      image: {pull: \"debian:13\"}
      user: \"1000\"
      capabilities: {SYS_ADMIN: \"so\", KILL: \"so\"}
      limits: {memory: 500000GiB, pids: 5000}
";
    let lines =
        [("environment:\n", "  network: {open: {en: \"why\", fr: \"pourquoi\"}}\n"), ("  services:\n", service)];
    let text = lines.iter().fold(machine.read("labs/demo/lab.yaml"), |text, (after, new)| {
        text.replacen(after, &format!("{after}{new}"), 1)
    });
    machine.write("labs/demo/lab.yaml", &text);
    let done = machine.lab(&["lint", "labs/demo"]).done();
    assert_eq!(done.code, Some(0), "no mistake: {done:?}");
    for told in ["the capability SYS_ADMIN for `evil`", "access to the network", "`evil` gets at most", "user 1000"] {
        assert!(done.stderr.contains(told), "{told}: {done:?}");
    }
    assert!(!done.stderr.contains("KILL"), "{done:?}");
    // Nothing of the kind in what is shipped.
    for lab in ["cicd", "monitoring", "serverless", "static-site", "terraform"] {
        assert_eq!(machine.lab(&["lint", lab]).done().stderr, "", "{lab}");
    }
}
