use super::engine;
use super::support::{Machine, in_both, pack};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn without_an_engine_the_folder_is_made_and_kept() {
    insta::assert_snapshot!(in_both(|language| {
        let machine = Machine::new();
        let screen = machine.lab(&["start", "demo"]).lang(language).without_git().screen();
        let folder = ["demo", "demo/.lab", "demo/.lab/.gitignore", "demo/.lab/lab.json", "demo/serve.sh", "demo/site"];
        assert_eq!(machine.tree()[..6], folder);
        screen
    }));
}

#[test]
fn a_new_folder_is_a_repository_unless_it_lies_in_one() {
    let machine = Machine::new();
    let said = |folder: &str| machine.lab(&["start", "demo", "-C", folder]).done().stdout;
    let first = said("mine");
    assert!(first.contains("a new repository, nothing committed yet"), "this needs git: {first}");
    assert!(machine.path("mine/.git").is_dir());
    let within = said("mine/site/inner");
    assert!(within.contains("files from the starter") && !within.contains("repository"), "{within}");
    assert!(!machine.path("mine/site/inner/.git").exists());
}

#[test]
fn a_second_start_goes_on_with_the_folder() {
    let machine = Machine::with_demo();
    machine.write("demo/serve.sh", "#!/bin/sh\n# mine\n");
    let before = (machine.tree(), machine.read("demo/.lab/lab.json"));
    for (args, within) in [
        (["start", "demo"].as_slice(), ""),
        (&["start"], "demo"),
        (&["start", "demo"], "demo"),
        (&["start"], "demo/site"),
    ] {
        let done = machine.lab(args).within(within).done();
        assert_eq!(done.code, Some(3), "{done:?}");
        assert!(done.stderr.contains("there is no Docker engine"), "it got as far as the engine: {}", done.stderr);
    }
    assert_eq!((machine.tree(), machine.read("demo/.lab/lab.json")), before);
    assert_eq!(machine.read("demo/serve.sh"), "#!/bin/sh\n# mine\n");
}

#[test]
fn a_folder_can_be_named() {
    let machine = Machine::new();
    let done = machine.lab(&["start", "demo", "--folder", "mine"]).done();
    assert!(machine.path("mine/.lab/lab.json").is_file());
    assert!(done.stderr.contains("lab start -C ./mine"), "{}", done.stderr);
    let again = machine.lab(&["start", "-C", "./mine"]).done();
    assert!(again.stderr.contains("there is no Docker engine"), "{}", again.stderr);
}

#[test]
fn an_instructors_id_is_recorded() {
    let machine = Machine::with_demo();
    assert!(machine.read("demo/.lab/lab.json").contains(r#""learner": "pupil-7""#));
}

#[test]
fn another_id_isnt_taken_for_the_folders_own() {
    let machine = Machine::with_demo();
    let before = machine.read("demo/.lab/lab.json");
    insta::assert_snapshot!(in_both(|language| {
        machine.lab(&["start", "demo", "--as", "pupil-8"]).lang(language).screen()
    }));
    assert_eq!(machine.read("demo/.lab/lab.json"), before);
    let same = machine.lab(&["start", "demo", "--as", "pupil-7"]).done();
    assert!(same.stderr.contains("there is no Docker engine"), "the same id goes on to the engine: {}", same.stderr);
}

#[test]
fn an_unknown_lab_has_a_near_one() {
    let machine = Machine::new();
    let screen = in_both(|language| {
        ["dmeo", "nothing-like-it"].map(|name| machine.lab(&["start", name]).lang(language).screen()).join("\n")
    });
    // There are more labs each month.
    let known = regex::Regex::new("demo, [a-z0-9, -]+(?:\\n  [a-z0-9, -]+)*").unwrap();
    insta::assert_snapshot!(known.replace_all(&screen, "demo, [OTHERS]"));
    assert!(machine.tree().is_empty());
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let machine = Machine::new();
    machine.write("demo/mine.txt", "mine");
    insta::assert_snapshot!(in_both(|language| machine.lab(&["start", "demo"]).lang(language).screen()));
    assert_eq!(machine.tree(), ["demo", "demo/mine.txt"]);
}

#[test]
fn a_file_where_the_folder_would_be_is_left_alone() {
    let machine = Machine::new();
    machine.write("demo", "mine");
    let done = machine.lab(&["start", "demo"]).done();
    assert_eq!(done.code, Some(2), "{done:?}");
    assert_eq!(machine.read("demo"), "mine");
}

#[test]
fn a_lab_without_a_starter_makes_no_folder() {
    let machine = Machine::new();
    let lab = machine.path("pack/demo");
    copy(&pack().join("demo"), &lab);
    fs::remove_dir_all(lab.join("starter")).unwrap();
    let done = machine.lab(&["start", "demo"]).env("LAB_PATH", &machine.path("pack").display().to_string()).done();
    assert_eq!(done.code, Some(2), "{done:?}");
    assert!(done.stderr.contains("starter"), "{}", done.stderr);
    assert!(!machine.path("demo").exists());
}

#[test]
fn a_lab_can_be_named_by_its_path() {
    let machine = Machine::new();
    copy(&pack().join("demo"), &machine.path("labs/demo"));
    let done = machine.lab(&["start", "./labs/demo"]).env("LAB_PATH", "").done();
    assert_eq!(done.code, Some(3), "{done:?}");
    assert!(!machine.read("demo/.lab/lab.json").contains("labs"), "the folder doesn't say where its judge is");
    let known = std::fs::read_to_string(machine.home(".local/state/lab/known-folders.json")).unwrap();
    assert!(known.contains("/work/labs/demo\""), "{known}");
    let task = machine.lab(&["task"]).env("LAB_PATH", "").within("demo").done();
    assert_eq!(task.code, Some(0), "{task:?}");
}

#[test]
fn no_lab_and_no_folder_is_a_mistake_that_says_what_to_do() {
    insta::assert_snapshot!(Machine::new().lab(&["start"]).screen());
}

#[test]
fn what_cannot_be_written_is_named() {
    let machine = Machine::new();
    fs::create_dir_all(machine.home(".cache")).unwrap();
    fs::write(machine.home(".cache/lab"), "in the way").unwrap();
    insta::assert_snapshot!(machine.lab(&["start", "demo"]).screen());
    assert!(machine.tree().is_empty());
}

/// What a terminal shows when `lab start demo` is answered there.
fn answered(machine: &Machine, language: &str, answer: &str) -> (Option<i32>, String) {
    let run = machine.lab(&["start", "demo"]).lang(language).env("DOCKER_HOST", &engine::empty(machine));
    let lab = run.command();
    let line = format!("{} start demo", lab.get_program().display());
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]).env_clear();
    script.envs(lab.get_envs().filter_map(|(name, value)| Some((name, value?))));
    script.current_dir(lab.get_current_dir().unwrap()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = script.spawn().unwrap();
    // What is typed before it is asked for is read then.
    let mut keyboard = child.stdin.take().unwrap();
    keyboard.write_all(answer.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    drop(keyboard);
    (output.status.code(), String::from_utf8(output.stdout).unwrap().replace('\r', ""))
}

#[test]
fn on_a_terminal_it_asks_before_images_are_made_and_no_changes_nothing() {
    for (language, asked, told) in [
        ("en", "  Missing images: toolbox, web, gate\n", "nothing was started; ./demo is kept"),
        ("fr", "  Images manquantes\u{a0}: toolbox, web, gate\n", "rien n'a été démarré\u{a0}; ./demo est gardé"),
    ] {
        let machine = Machine::new();
        let (code, screen) = answered(&machine, language, "n\n");
        assert_eq!(code, Some(0), "{screen}");
        assert!(screen.contains(asked) && screen.contains(told), "{screen}");
        assert!(machine.path("demo/.lab/lab.json").is_file());
    }
}

#[test]
fn piped_it_goes_on_without_asking() {
    let machine = Machine::new();
    let done = machine.lab(&["start", "demo"]).env("DOCKER_HOST", &engine::empty(&machine)).done();
    assert_eq!(done.code, Some(3), "it tried to pull: {done:?}");
    assert!(!done.stderr.contains("[Y/n]") && done.stderr.contains("no image for"), "{}", done.stderr);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
