use super::support::{Machine, in_both};

#[test]
fn an_unknown_task_or_check_has_a_near_one() {
    let machine = Machine::with_demo();
    insta::assert_snapshot!(in_both(|language| {
        // A task's, a check's, and nothing's.
        let names = ["serv", "not-fuond", "nothing-like-it"];
        names.map(|name| machine.lab(&["check", name]).lang(language).within("demo").screen()).join("\n")
    }));
}

#[test]
fn without_an_engine_nothing_is_judged_and_nobody_is_blamed() {
    let machine = Machine::with_demo();
    let before = machine.tree();
    insta::assert_snapshot!(in_both(|language| machine.lab(&["check"]).lang(language).within("demo").screen()));
    assert_eq!(machine.tree(), before);
}

#[test]
fn a_remote_engine_is_refused() {
    let machine = Machine::with_demo();
    insta::assert_snapshot!(in_both(|language| {
        machine.lab(&["check"]).lang(language).env("DOCKER_HOST", "tcp://192.0.2.1:2375").within("demo").screen()
    }));
}

#[test]
fn an_engine_that_is_stopped_is_told_from_one_that_is_missing() {
    let machine = Machine::with_demo();
    // A socket whose listener is gone refuses.
    let socket = machine.path("docker.sock");
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    let host = format!("unix://{}", socket.display());
    insta::assert_snapshot!(machine.lab(&["check"]).env("DOCKER_HOST", &host).within("demo").screen());
}

#[test]
fn a_folder_that_is_not_a_labs_is_not_judged() {
    let machine = Machine::new();
    insta::assert_snapshot!(in_both(|language| {
        [["check"].as_slice(), &["check", "demo"], &["check", "--all", "-C", "nowhere"]]
            .map(|args| machine.lab(args).lang(language).screen())
            .join("\n")
    }));
}
