//! What strangers hand in: bundles, disputes, folders and labs that mean harm, through
//! the real command.
//!
//! Seventeen kinds of attack got through once. What holds each of them since, here, in
//! `tests/docker/`, as a mutant of a lab, or where the rule stands ([`each_kind_is_held`]
//! knows whether it is there):
//!
//! 1. names as paths: `a_bundle_that_means_harm_is_refused_and_nothing_is_touched`
//! 2. a judge of one's own: `a_submission_does_not_choose_its_judge`
//! 3. walls taken away: `a_lab_that_takes_walls_away_needs_consent_for_itself`
//! 4. images unseen: `a_bundle_replaces_no_image_and_brings_none_that_its_list_lacks`
//! 5. points for what broke: `who_fills_the_disk_fails_unless_the_labs_solution_does_so_too`,
//!    `what_broke_is_the_learners_where_it_breaks_twice_and_not_with_a_solution`
//! 6. work without a limit: `an_answer_that_takes_more_work_than_it_looks_fails_at_a_bound`
//! 7. files of ours: `files_of_ours_that_are_none_are_named_and_never_waited_for`,
//!    `a_packs_secret_that_is_none_is_named`
//! 8. an endless listing: `few_patterns_in_many_files_are_too_many`
//! 9. a starter's links: `a_starter_that_reads_this_machine_is_refused_by_lint_and_start`,
//!    `a_link_beside_brings_no_folder_from_elsewhere_and_a_pipe_is_not_waited_for`
//! 10. the judge in the learner's house: `a_judge_has_a_home_of_its_own_and_reads_the_folder`,
//!     `a_process_of_the_learners_neither_traces_nor_reads_a_judge`
//! 11. copies that tell: `tests_that_look_at_everything_but_the_work_notice_nothing`,
//!     `labs/terraform/mutants/told-by-place.yaml`
//! 12. witnesses that anybody writes to: `labs/monitoring/mutants/forged.yaml`
//! 13. raw texts: `no_argument_gets_a_control_character_onto_a_screen`,
//!     `a_dispute_that_means_harm_is_refused_and_named`
//! 14. names as shell: `names_that_would_become_shell_are_refused`,
//!     `what_programs_of_this_machine_obey_is_not_exported_to_it`
//! 15. other users: `nothing_of_ours_is_to_be_seen_from_the_toolbox`,
//!     `what_others_will_be_asked_about_an_author_reads_first`,
//!     `nobody_else_can_open_a_lock_nor_enter_its_folder`,
//!     `a_folder_in_place_of_a_home_is_ones_own_or_refused`
//! 16. honest links: `a_link_within_the_folder_is_looked_at_as_what_it_leads_to`,
//!     `what_an_overlay_changed_is_as_before_links_and_modes_and_folders_alike`
//! 17. and else: `one_bad_lab_costs_the_list_one_line`,
//!     `a_closed_terminal_and_a_termination_clean_up_as_well`,
//!     `a_bundle_of_endless_headers_or_entries_is_refused_soon`,
//!     `hints_read_at_once_are_all_recorded`,
//!     `too_much_output_of_a_command_in_a_service_ends_that_command_alone`,
//!     `a_playground_reads_git_and_writes_nothing_that_git_on_the_host_runs`,
//!     `a_playground_gives_a_folder_no_repository_and_leads_git_nowhere_else`,
//!     `all_that_no_command_works_on_is_removed_and_the_rest_is_named`

use crate::cli::support::{Done, Machine, pack};
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn each_kind_is_held() {
    let own = include_str!("strangers.rs");
    let doc: Vec<&str> = own.lines().take_while(|line| line.starts_with("//!")).collect();
    let mut sources = String::new();
    let mut folders = vec![std::path::PathBuf::from("tests"), "src".into()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources += &fs::read_to_string(path).unwrap();
            }
        }
    }
    let doc = doc.join("\n");
    let kinds = &doc[doc.find("//! 1. ").unwrap()..];
    let named: Vec<&str> = kinds.split('`').skip(1).step_by(2).collect();
    assert!(named.len() >= 17 && kinds.contains("//! 17. "), "{named:?}");
    for name in named {
        let there = Path::new(name).is_file() || sources.contains(&format!("fn {name}()"));
        assert!(there, "`{name}` is gone");
    }
}

/// A command that hangs is ended after this; one that doesn't takes a second.
const HANG: Duration = Duration::from_secs(90);

/// Ends with the command's exit code, or panics where it hangs.
fn in_time(mut command: Command) -> (Option<i32>, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > HANG {
            child.kill().unwrap();
            panic!("it hangs");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// No raw control character on either stream.
fn clean(done: &Done) {
    for text in [&done.stdout, &done.stderr] {
        assert!(!text.chars().any(|one| one != '\n' && (one.is_control() || one == '\u{202e}')), "{text:?}");
    }
}

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

#[test]
fn files_of_ours_that_are_none_are_named_and_never_waited_for() {
    let mut seen = 0;
    for (file, command) in [
        (".lab/lab.json", ["status"].as_slice()),
        (".lab/progress.json", &["status"]),
        (".lab/progress.json", &["check", "--all"]),
        (".lab/progress.json", &["hint", "deploy"]),
        (".lab/local/outcome.json", &["report"]),
        (".lab/local/state.json", &["env"]),
    ] {
        for kind in ["pipe", "zero", "sparse", "folder", "link"] {
            let machine = Machine::with_demo();
            let path = machine.path("demo").join(file);
            let _ = fs::remove_file(&path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match kind {
                "pipe" => pipe(&path),
                "zero" => symlink("/dev/zero", &path).unwrap(),
                "sparse" => fs::File::create(&path).unwrap().set_len(30 << 30).unwrap(),
                "folder" => fs::create_dir(&path).unwrap(),
                _ => symlink("/etc/passwd", &path).unwrap(),
            }
            let (code, said) = in_time(machine.lab(command).within("demo").command());
            // Without an engine some commands end before they come to it.
            if said.contains("docker.sock") {
                continue;
            }
            seen += 1;
            assert_eq!(code, Some(2), "{file} {kind} {command:?}: {said}");
            assert!(said.replace("\n  ", "").contains(&file[5..]), "{file} {kind}: {said}");
            assert!(!said.contains("Your work is not the cause") && !said.contains("memory"), "{said}");
        }
    }
    assert!(seen >= 15, "{seen}: three of the commands need no engine");
}

#[test]
fn a_labs_name_that_is_none_is_told_in_words() {
    let machine = Machine::with_demo();
    for name in ["../../etc", "", "DEMO"] {
        let record = serde_json::json!({"format": 1, "lab": name, "version": "1.0.0", "learner": "x"});
        fs::write(machine.path("demo/.lab/lab.json"), record.to_string()).unwrap();
        let done = machine.lab(&["status"]).within("demo").done();
        assert!(done.code == Some(2) && !done.stderr.contains("message:"), "{done:?}");
    }
}

#[test]
fn a_learner_who_is_no_line_of_text_is_refused_in_words() {
    let machine = Machine::with_demo();
    let long = "a".repeat(101);
    for learner in ["", "a\nb", "\u{1b}[31mred", long.as_str()] {
        let record = serde_json::json!({"format": 1, "lab": "demo", "version": "1.0.0", "learner": learner});
        fs::write(machine.path("demo/.lab/lab.json"), record.to_string()).unwrap();
        for done in
            [machine.lab(&["status"]).within("demo").done(), machine.lab(&["start", "demo", "--as", learner]).done()]
        {
            assert!(
                done.code == Some(2) && done.stderr.replace("\n  ", " ").contains("a learner's id"),
                "{learner:?}: {done:?}"
            );
            clean(&done);
        }
    }
}

#[test]
fn a_folder_that_no_engine_can_be_told_of_is_refused_before_anything_is_laid() {
    let machine = Machine::with_demo();
    let named = machine.path(OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&named).unwrap();
    let started = machine.lab(&["start", "demo"]).within(&named).done();
    fs::rename(machine.path("demo"), named.join("moved")).unwrap();
    for done in [started, machine.lab(&["status"]).within(named.join("moved")).done()] {
        assert!(done.code == Some(2) && done.stderr.contains("isn't UTF-8"), "{done:?}");
    }
    assert_eq!(fs::read_dir(&named).unwrap().count(), 1, "nothing but what was moved there");
}

#[test]
fn a_folder_of_ours_that_is_a_link_leads_nowhere() {
    let machine = Machine::with_demo();
    fs::rename(machine.path("demo/.lab"), machine.path("elsewhere")).unwrap();
    symlink(machine.path("elsewhere"), machine.path("demo/.lab")).unwrap();
    let before = machine.read("elsewhere/lab.json");
    let done = machine.lab(&["status"]).within("demo").done();
    assert_eq!(done.code, Some(2), "{done:?}");
    assert_eq!(machine.read("elsewhere/lab.json"), before);
    assert!(!machine.path("elsewhere/progress.json").exists());
}

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

#[test]
fn a_submission_does_not_choose_its_judge() {
    let machine = Machine::with_demo();
    // A lab of the submission's own, of the same name, which it points to in every way there was.
    let evil = machine.path("demo/judge/demo");
    fs::create_dir_all(evil.parent().unwrap()).unwrap();
    Command::new("cp").arg("-r").arg(pack().join("demo")).arg(&evil).status().unwrap();
    let yaml = fs::read_to_string(evil.join("lab.yaml")).unwrap();
    fs::write(evil.join("lab.yaml"), yaml.replacen("version: ", "version: 66.", 1)).unwrap();
    let state = machine.home(".local/state/lab/known-folders.json");
    for (way, forgotten) in
        [("judge/demo".to_owned(), true), (evil.display().to_string(), true), ("judge/demo".to_owned(), false)]
    {
        if forgotten {
            let _ = fs::remove_file(&state);
        }
        let record = serde_json::json!({"format": 1, "lab": "demo", "version": "1", "learner": "peer", "pack": way, "judge": way, "lab_path": way});
        machine.write("demo/.lab/lab.json", &record.to_string());
        let done = machine.lab(&["status"]).within("demo").done();
        assert_eq!(done.code, Some(0), "{done:?}");
        assert!(!done.stdout.contains("66."), "{done:?}");
        fs::rename(&evil, machine.path("kept")).unwrap();
        assert_eq!(machine.lab(&["status"]).within("demo").done().stdout, done.stdout, "the same without it");
        fs::rename(machine.path("kept"), &evil).unwrap();
    }
}

#[test]
fn a_lab_of_ones_own_is_found_again_by_this_machine_alone() {
    let machine = Machine::new();
    Command::new("cp").arg("-r").arg(pack().join("demo")).arg(machine.path("demo")).status().unwrap();
    fs::create_dir(machine.path("mine")).unwrap();
    let started = machine.lab(&["-C", "mine", "start", "./demo"]).env("LAB_PATH", "").done();
    assert_eq!(started.code, Some(3), "without an engine: {started:?}");
    let status = |machine: &Machine| machine.lab(&["status"]).env("LAB_PATH", "").within("mine").done();
    assert_eq!(status(&machine).code, Some(0), "{:?}", status(&machine));
    fs::remove_file(machine.home(".local/state/lab/known-folders.json")).unwrap();
    let done = status(&machine);
    assert!(done.code == Some(2) && done.stderr.contains("lab start PATH/demo"), "{done:?}");
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
