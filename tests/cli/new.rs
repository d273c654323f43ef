use super::support::{Machine, in_both};

#[test]
fn a_new_lab_says_what_to_do_next() {
    insta::assert_snapshot!(in_both(|language| Machine::new().lab(&["new", "first-lab"]).lang(language).screen()));
}

#[test]
fn a_new_lab_has_nothing_to_mend() {
    for languages in [&["new", "first-lab"][..], &["new", "first-lab", "--languages", "fr"]] {
        let machine = Machine::new();
        assert_eq!(machine.lab(languages).done().code, Some(0));
        let done = machine.lab(&["lint", "first-lab"]).done();
        assert_eq!(done.code, Some(0), "{done:?}");
    }
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    for bad in ["../out", "a/b", "..", "My Lab", ""] {
        let machine = Machine::new();
        let done = machine.lab(&["new", bad]).done();
        assert_eq!(done.code, Some(2), "{bad}: {done:?}");
        assert!(machine.tree().is_empty(), "{bad}");
    }
    let done = Machine::new().lab(&["new", "My Lab"]).done();
    assert!(done.stderr.contains("my-lab"), "{done:?}");
}

#[test]
fn what_is_there_is_left_alone() {
    let machine = Machine::new();
    machine.write("first-lab/mine", "x");
    insta::assert_snapshot!(in_both(|language| machine.lab(&["new", "first-lab"]).lang(language).screen()));
    assert_eq!(machine.tree(), ["first-lab", "first-lab/mine"]);
}

/// What both guides tell an author to type, typed. Without an engine, only the engine may
/// be missing: no command is refused.
#[test]
fn the_guides_commands_run_as_typed() {
    for guide in ["docs/authoring.md", "docs/authoring.fr.md"] {
        let text = std::fs::read_to_string(guide).unwrap();
        let typed = text.lines().filter_map(|line| line.strip_prefix("    $ ")).flat_map(|line| line.split(" && "));
        let (machine, mut folder, mut ran) = (Machine::new(), String::new(), 0);
        for command in typed {
            let words: Vec<&str> = command.split_whitespace().collect();
            match words[0] {
                "cd" => words[1].clone_into(&mut folder),
                "lab" => {
                    let done = machine.lab(&words[1..]).within(&folder).done();
                    let said = format!("{}{}", done.stdout, done.stderr);
                    let no_engine = done.code == Some(3) && said.contains("no Docker engine");
                    assert!(done.code == Some(0) || no_engine, "{guide}: {command}: {done:?}");
                    ran += 1;
                }
                other => panic!("{guide}: `{other}` isn't run here"),
            }
        }
        assert!(ran >= 5, "{guide}: {ran} commands");
        assert!(machine.path("first-lab-work/.lab/lab.json").is_file(), "{guide}");
    }
}

#[test]
fn its_author_starts_it_as_the_guide_says_beside_its_own_folder() {
    let machine = Machine::new();
    assert_eq!(machine.lab(&["new", "first-lab"]).done().code, Some(0));
    for _ in 0..2 {
        let done = machine.lab(&["start", "./first-lab/", "--as", "me"]).done();
        assert_eq!(done.code, Some(3), "only the engine is missing: {done:?}");
    }
    assert!(machine.read("first-lab-work/.lab/lab.json").contains("\"me\""));
    assert!(!machine.path("first-lab/.lab").exists());
}
