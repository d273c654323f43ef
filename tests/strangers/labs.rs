//! Labs that mean harm, and packs of them.

use super::{clean, in_time, pipe};
use crate::cli::support::{Machine, pack};
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

#[test]
fn a_packs_secret_that_is_none_is_named() {
    let machine = Machine::new();
    let own = machine.path("own");
    let lab = own.join("demo");
    fs::create_dir_all(&own).unwrap();
    Command::new("cp").arg("-r").arg(pack().join("demo")).arg(&lab).status().unwrap();
    pipe(&own.join("pack.secret"));
    let (code, said) = in_time(machine.lab(&["start", "demo"]).env("LAB_PATH", own.to_str().unwrap()).command());
    assert!(code == Some(2) && said.contains("pack.secret"), "{said}");
    fs::remove_file(own.join("pack.secret")).unwrap();
    symlink("/dev/zero", own.join("pack.secret")).unwrap();
    let (code, said) = in_time(machine.lab(&["start", "demo"]).env("LAB_PATH", own.to_str().unwrap()).command());
    assert!(code == Some(2) && said.contains("pack.secret"), "{said}");
}

/// The lab `demo` as `evil`, changed.
fn changed(machine: &Machine, from: &str, to: &str) -> String {
    let lab = machine.path("labs/demo");
    if !lab.exists() {
        fs::create_dir_all(lab.parent().unwrap()).unwrap();
        Command::new("cp").arg("-r").arg(pack().join("demo")).arg(&lab).status().unwrap();
    }
    let yaml = fs::read_to_string(pack().join("demo/lab.yaml")).unwrap();
    assert!(yaml.contains(from), "{yaml}");
    fs::write(lab.join("lab.yaml"), yaml.replacen(from, to, 1)).unwrap();
    machine.path("labs").display().to_string()
}

/// The lab's text with a wall taken away below a key, or in its place.
fn wall_after(above: &str, wall: &str) -> String {
    if wall.contains(above) { wall.to_owned() } else { format!("{above}{wall}") }
}

#[test]
fn a_lab_that_takes_walls_away_needs_consent_for_itself() {
    let machine = Machine::new();
    let service = "    evil:\n      image: {pull: \"debian:13\"}\n      capabilities: {DAC_READ_SEARCH: \"so\"}\n";
    let network = "  network: {open: {en: \"why not\", fr: \"pourquoi pas\"}}\n";
    let both = format!("{network}  services:\n{service}");
    for (above, wall) in [("environment:\n", network), ("  services:\n", service), ("  services:\n", both.as_str())] {
        let machine = Machine::new();
        let path = changed(&machine, above, &wall_after(above, wall));
        let start =
            |args: &[&str]| machine.lab(&[["start", "demo"].as_slice(), args].concat()).env("LAB_PATH", &path).done();
        let done = start(&[]);
        assert_eq!(done.code, Some(2), "{wall}: {done:?}");
        assert!(!machine.path("demo").exists(), "nothing is laid before: {wall}");
        let said = &done.stderr;
        let allow = said
            .split_whitespace()
            .skip_while(|word| *word != "--allow")
            .nth(1)
            .unwrap_or_else(|| panic!("{said}"))
            .to_owned();
        let (name, digest) = allow.split_once('@').unwrap();
        for wrong in [
            format!("{name}@000000000000"),
            format!("{name}@"),
            format!("{name}@{}", &digest[..4]),
            name.to_owned(),
            format!("{name},@{}", "0".repeat(12)),
            format!("KILL@{digest}"),
            format!("{}@{digest}", name.rsplit_once(',').map_or("KILL", |(first, _)| first)),
            "--yes".into(),
        ] {
            let args = if wrong == "--yes" { vec!["--yes"] } else { vec!["--allow", wrong.as_str()] };
            assert_eq!(start(&args).code, Some(2), "{wrong}");
        }
        assert_eq!(start(&["--allow", &allow]).code, Some(3), "consented, and without an engine");
        assert_eq!(start(&[]).code, Some(3), "it is remembered");
        let yaml = fs::read_to_string(machine.path("labs/demo/lab.yaml")).unwrap();
        fs::write(machine.path("labs/demo/lab.yaml"), format!("{yaml}\n# other\n")).unwrap();
        assert_eq!(start(&[]).code, Some(2), "another lab is asked for again");
    }
    // What labs may have needs none.
    let safe = service.replace("DAC_READ_SEARCH: ", "KILL: \"so\", SETUID: ");
    let path = changed(&machine, "  services:\n", &format!("  services:\n{safe}"));
    assert_eq!(machine.lab(&["start", "demo"]).env("LAB_PATH", &path).done().code, Some(3));
}

#[test]
fn names_that_would_become_shell_are_refused() {
    let machine = Machine::new();
    for name in ["A; touch pwned; B", "A\\nB", "1A", "A-B", "", "$(id)", "é"] {
        let path = changed(&machine, "env: {PAGE:", &format!("env: {{\"{name}\": x, PAGE:"));
        let done = machine.lab(&["lint", &path]).done();
        assert!(done.code != Some(0) && format!("{done:?}").contains("bad-variable"), "{name:?}: {done:?}");
        assert_eq!(machine.lab(&["start", "demo"]).env("LAB_PATH", &path).done().code, Some(2), "{name:?}");
        clean(&done);
    }
}

#[test]
fn a_starter_that_reads_this_machine_is_refused_by_lint_and_start() {
    for (name, target) in [("shadow", "/etc/passwd"), ("environ", "/proc/self/environ"), ("folder", "/etc")] {
        let machine = Machine::new();
        let path = changed(&machine, "environment:\n", "environment:\n");
        symlink(target, machine.path("labs/demo/starter").join(name)).unwrap();
        let done = machine.lab(&["lint", &path]).done();
        assert!(done.code != Some(0) && format!("{done:?}").contains("starter-leads-out"), "{name}: {done:?}");
        assert_eq!(machine.lab(&["start", "demo"]).env("LAB_PATH", &path).done().code, Some(2), "{name}");
        assert!(!machine.path("demo").exists(), "{name}");
    }
    // The starter itself is a link, and so are the solutions.
    let machine = Machine::new();
    let path = changed(&machine, "environment:\n", "environment:\n");
    for (folder, secret) in [("starter", "starter/.keys/a"), ("solutions", "solutions/keys/a")] {
        let real = machine.path("elsewhere").join(secret);
        fs::create_dir_all(real.parent().unwrap()).unwrap();
        fs::write(&real, "secret").unwrap();
        let _ = fs::remove_dir_all(machine.path("labs/demo").join(folder));
        symlink(machine.path("elsewhere").join(folder), machine.path("labs/demo").join(folder)).unwrap();
    }
    let done = machine.lab(&["lint", &path]).done();
    assert!(done.code != Some(0) && format!("{done:?}").contains("starter-leads-out"), "{done:?}");
    assert_eq!(machine.lab(&["start", "demo"]).env("LAB_PATH", &path).done().code, Some(2));
    fs::remove_file(machine.path("labs/demo/starter")).unwrap();
    fs::create_dir(machine.path("labs/demo/starter")).unwrap();
    fs::write(machine.path("labs/demo/starter/deploy.sh"), "").unwrap();
    assert_eq!(
        machine.lab(&["start", "demo"]).env("LAB_PATH", &path).done().code,
        Some(3),
        "only the engine isn't there"
    );
    let done = machine.lab(&["solution", "--give-up"]).within("demo").env("LAB_PATH", &path).done();
    assert!(!format!("{done:?}").contains("keys"), "{done:?}");
}

#[test]
fn one_bad_lab_costs_the_list_one_line() {
    let machine = Machine::new();
    let path = changed(&machine, "environment:\n", "environment:\n");
    fs::create_dir(machine.path("labs/worse")).unwrap();
    fs::write(machine.path("labs/worse/lab.yaml"), "id: \u{1b}]0;x\u{7}\n").unwrap();
    let done = machine.lab(&["list"]).env("LAB_PATH", &path).done();
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stdout.contains("\nstatic-site ") && done.stdout.contains("\ndemo ") && done.stdout.contains("labs/worse"),
        "{done:?}"
    );
    clean(&done);
}

#[test]
fn a_labs_own_files_that_are_none_are_named() {
    let machine = Machine::new();
    let path = changed(&machine, "environment:\n", "environment:\n");
    assert_eq!(machine.lab(&["start", "demo"]).env("LAB_PATH", &path).done().code, Some(3));
    let text = machine.path("labs/demo/tasks/serve.en.md");
    fs::remove_file(&text).unwrap();
    pipe(&text);
    let (code, said) = in_time(machine.lab(&["task", "serve"]).env("LAB_PATH", &path).within("demo").command());
    assert_eq!(code, Some(2), "{said}");
    pipe(&machine.path("labs/piped/lab.yaml"));
    let (code, said) = in_time(machine.lab(&["list"]).env("LAB_PATH", &path).command());
    assert_eq!(code, Some(0), "{said}");
}
