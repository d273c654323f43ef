//! What this machine itself is like differs; screens of all findings are goldens
//! in `src/cli/doctor/tests.rs`, and a firewall is in `tests/docker/as_root/`.

use super::support::Machine;

#[test]
fn a_missing_engine_has_its_remedy() {
    let machine = Machine::new();
    for (language, said, remedy) in [
        ("en", "✘ there is no Docker engine at", "→ start that engine, or change DOCKER_HOST"),
        ("fr", "✘ il n'y a pas de moteur Docker à", "→ démarrez ce moteur, ou changez DOCKER_HOST"),
    ] {
        let done = machine.lab(&["doctor"]).lang(language).done();
        assert_eq!(done.code, Some(3), "{done:?}");
        let lines: Vec<&str> = done.stdout.lines().map(str::trim).collect();
        assert!(lines[0].starts_with(said), "{done:?}");
        assert!(lines.iter().any(|line| line.starts_with(remedy)), "{done:?}");
    }
}

#[test]
fn a_remote_engine_has_its_remedy() {
    let done = Machine::new().lab(&["doctor"]).env("DOCKER_HOST", "ssh://me@example.org").done();
    assert_eq!(done.code, Some(3), "{done:?}");
    assert!(done.stdout.contains("`docker context use default`"), "a command stays whole: {}", done.stdout);
}

#[test]
fn a_user_of_a_directory_who_is_one_of_those_in_rooms_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let machine = Machine::new();
    // As LDAP would: to who asks by the number, and in no file of this machine's.
    machine.write(
        "bin/getent",
        "#!/bin/sh\ncase \" $* \" in (*' passwd '*' 65522 '*) echo 'eve:*:65522:100::/:/bin/sh';; esac\nexit 2\n",
    );
    std::fs::set_permissions(machine.path("bin/getent"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", machine.path("bin").display(), std::env::var("PATH").unwrap());
    let done = machine.lab(&["doctor"]).env("PATH", &path).done();
    assert!(done.stdout.contains("user eve of this machine has the id 65522"), "{done:?}");
}
