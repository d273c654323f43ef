use super::support::{Machine, in_both};

/// Without the line about this machine's own disk.
fn without_disk(screen: &str) -> String {
    screen.lines().filter(|line| !line.contains(" GiB ") && !line.contains(" Gio ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_missing_engine_has_its_remedy() {
    let machine = Machine::new();
    insta::assert_snapshot!(in_both(|language| without_disk(&machine.lab(&["doctor"]).lang(language).screen())));
}

#[test]
fn a_remote_engine_has_its_remedy() {
    let done = Machine::new().lab(&["doctor"]).env("DOCKER_HOST", "ssh://me@example.org").done();
    assert_eq!(done.code, Some(3), "{done:?}");
    assert!(done.stdout.contains("`docker context use default`"), "a command stays whole: {}", done.stdout);
}
