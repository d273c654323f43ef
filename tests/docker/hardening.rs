//! Every container is hardened alike, in playground and clean room, and what
//! is `lab`'s own isn't to be seen from inside.

use super::ground::{Ground, docker_text};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Command;

/// What a container's `/proc/self/status` says of capabilities and privileges.
const STATUS: &str = "grep -E '^(CapEff|CapPrm|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status | tr '\\t' ' '";
const NONE: &str = "CapPrm: 0000000000000000\nCapEff: 0000000000000000\nCapBnd: 0000000000000000\n\
                    NoNewPrivs: 1\nSeccomp: 2\n";

#[test]
fn nobody_has_a_capability_not_even_root() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    let look = |kind: &str| {
        for service in ["gate", "toolbox", "web", "other"] {
            for user in ["0", "1000"] {
                assert_eq!(ground.exec(kind, service, user, STATUS), NONE, "{kind} {service} {user}");
            }
            let refused = ground.exec(kind, service, "0", "touch /etc/mine");
            assert!(refused.contains("Read-only file system"), "{kind} {service}: {refused}");
        }
        for service in ["web", "other"] {
            assert_eq!(ground.exec(kind, service, "0", "stat -c %u /proc/1"), "1000\n", "{kind} {service}");
        }
    };
    look("playground");
    ground.in_a_room(|| look("room")).exits(0);
}

#[test]
fn limits_are_set_on_every_container() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    let format = "{{.HostConfig.Memory}} {{eq .HostConfig.Memory .HostConfig.MemorySwap}} {{.HostConfig.PidsLimit}} \
                  {{.HostConfig.Privileged}} {{.HostConfig.AutoRemove}} {{.HostConfig.PidMode}}{{.HostConfig.IpcMode}} \
                  {{index .HostConfig.LogConfig.Config \"max-size\"}}";
    for (service, expected) in
        [("gate", "67108864 true 512 false false private 2m"), ("web", "268435456 true 128 false false private 2m")]
    {
        let container = ground.container("playground", service);
        assert_eq!(docker_text(&["inspect", "-f", format, &container]), expected, "{service}");
    }
    // A clean room gives just what the lab says.
    ground
        .in_a_room(|| {
            let container = ground.container("room", "toolbox");
            let expected = "134217728 true 64 false false private 2m";
            assert_eq!(docker_text(&["inspect", "-f", format, &container]), expected);
        })
        .exits(0);
}

#[test]
fn a_learner_has_a_name_and_a_home() {
    let ground = Ground::tiny(&[]);
    let said = ground.printed_in_a_room(
        "whoami; id -u; echo $HOME; pwd; touch ~/a /tmp/b /work/c && echo writable; stat -c %U /work /proc/1",
    );
    assert_eq!(said, "learner\n65532\n/home/learner\n/work\nwritable\nlearner\nroot");
}

#[test]
fn nothing_of_ours_is_to_be_seen_from_the_toolbox() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    let look = |kind: &str| {
        let gate = ground.container(kind, "gate");
        let environment = docker_text(&["inspect", "-f", "{{join .Config.Env \"\\n\"}}", &gate]);
        let password = environment.lines().find_map(|line| line.strip_prefix("GATE_PASSWORD=")).unwrap().to_owned();
        assert_eq!(password.len(), 20, "{environment}");
        // Nor in any command line of the host, which each of its users may read. Only the gate's
        // own user, which nobody on the host is, sees its environment.
        let lines = fs::read_dir("/proc").unwrap().flatten().filter_map(|process| {
            let line = fs::read(process.path().join("cmdline")).ok()?;
            Some(String::from_utf8_lossy(&line).replace('\0', " "))
        });
        let shown: Vec<String> = lines.filter(|line| line.contains(&password)).collect();
        assert!(shown.is_empty(), "{shown:?}");
        assert_eq!(ground.exec(kind, "gate", "0", "stat -c %u /proc/1"), "65533\n");
        // As root too, which sees more of /proc than a learner.
        for user in ["0", "1000"] {
            let seen = ground.exec(
                kind,
                "toolbox",
                user,
                "env; cat /proc/*/cmdline /proc/*/environ /proc/mounts /proc/self/cgroup 2>/dev/null | tr '\\0' '\\n'; \
                 cat /etc/hosts /etc/resolv.conf /etc/passwd; ls -laR /run /tmp /home /var/tmp 2>/dev/null",
            );
            assert!(seen.contains("sleep") && seen.contains("HOME="), "{seen}");
            assert!(!seen.contains(&password), "the gate's password");
            assert!(!seen.contains("not-for-learners-"), "a secret that the lab doesn't give them");
            assert!(!seen.contains("docker.sock"), "{seen}");
        }
    };
    look("playground");
    ground.in_a_room(|| look("room")).exits(0);

    // In the folder on the host only its owner reads it.
    let state = ground.folder.join(".lab/local/state.json");
    assert!(fs::read_to_string(&state).unwrap().contains("not-for-learners-"));
    assert_eq!(fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_room_draws_its_own_secrets() {
    let ground =
        Ground::tiny(&[("toolbox:\n", "toolbox:\n    env: {KEY: \"${secret.unused}\", RUN: \"${run.nonce}\"}\n")]);
    let drawn = || {
        ground.deploy("echo $KEY | sha256sum; echo $RUN; exit 1");
        super::ground::evidence(&ground.run(&["check", "deploy", "--format", "json"]).exits(1).json(), "stdout")
    };
    let (one, two) = (drawn(), drawn());
    assert_ne!(one.lines().next(), two.lines().next());
    assert_ne!(one.lines().nth(1), two.lines().nth(1));
    // And a secret that is printed is taken out of what is shown.
    let said = ground.printed_in_a_room("echo \"my key is $KEY\"");
    assert!(said.starts_with("my key is") && !said.contains("not-for-learners-"), "{said}");
}

#[test]
fn a_container_opens_no_socket_that_leads_past_its_network() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    let tries = "perl -e 'use POSIX; for my $family (1, 2, 40) { socket(my $s, $family, 1, 0) or print \"$family: $!\\n\" } \
                 syscall(425, 8, 0) >= 0 or print \"io_uring: $!\\n\"'";
    let expected = "40: Operation not permitted\nio_uring: Operation not permitted\n";
    for user in ["0", "1000"] {
        assert_eq!(ground.exec("playground", "toolbox", user, tries), expected, "{user}");
        assert_eq!(ground.exec("playground", "web", user, tries), expected, "{user}");
    }
}

#[test]
fn no_limit_of_a_lab_goes_beyond_the_machine() {
    let ground = Ground::tiny(&[("limits: {memory: 128MiB, pids: 64}", "limits: {memory: 500GiB, pids: 4000000}")]);
    ground.run(&["start"]).exits(0);
    let toolbox = ground.container("playground", "toolbox");
    let limits = docker_text(&["inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}", &toolbox]);
    let machine: u64 = docker_text(&["info", "-f", "{{.MemTotal}}"]).parse().unwrap();
    assert_eq!(limits, format!("{machine} 4096"));
}

#[test]
fn a_playground_reads_git_and_writes_nothing_that_git_on_the_host_runs() {
    let tries = "cd /work; cat .git/HEAD; touch beside && echo beside
        for write in 'echo [core] >> .git/config' 'touch .git/hooks/pre-commit' 'mv .git old' 'rm -rf .git/hooks'; do
          sh -c \"$write\" 2>/dev/null && echo \"written: $write\"
        done; true";
    for (keeps, folder) in [(false, "folder: {max: 16MiB}"), (true, "folder: {max: 16MiB, keep-git: true}")] {
        let ground = Ground::tiny(&[("folder: {max: 16MiB}", folder)]);
        let git = |args: &[&str]| Command::new("git").args(args).current_dir(&ground.folder).output().unwrap();
        if !ground.folder.join(".git").exists() {
            assert!(git(&["init", "--quiet"]).status.success());
        }
        ground.run(&["start"]).exits(0);
        let owner = fs::metadata(&ground.folder).unwrap().uid().to_string();
        let said = ground.exec("playground", "toolbox", &owner, tries);
        assert!(said.starts_with("ref: ") && said.contains("beside\n"), "{said}");
        assert_eq!(said.contains("written: "), keeps, "{said}");
        if !keeps {
            // Whoever owns the folder goes on as before.
            assert!(git(&["add", "deploy.sh"]).status.success());
            assert_eq!(git(&["status", "--porcelain", "deploy.sh"]).stdout, b"A  deploy.sh\n");
        }
    }
}

#[test]
fn a_playground_gives_a_folder_no_repository_and_leads_git_nowhere_else() {
    let ground = Ground::tiny(&[]);
    let git = ground.folder.join(".git");
    let owner = fs::metadata(&ground.folder).unwrap().uid().to_string();
    let written = |tries: &[&str]| {
        let tries = tries.iter().map(|write| format!("({write}) 2>/dev/null && echo 'written: {write}'\n"));
        let said = ground.exec(
            "playground",
            "toolbox",
            &owner,
            &format!("cd /work\ntouch beside; {}\ntrue", tries.collect::<String>()),
        );
        assert!(fs::remove_file(ground.folder.join("beside")).is_ok(), "{said}");
        said
    };
    if git.exists() {
        fs::remove_dir_all(&git).unwrap();
    }
    ground.run(&["start"]).exits(0);
    let tries =
        ["mkdir .git", "mkdir .git/hooks", "echo > .git/config", "rmdir .git", "mv .git old", "ln -sfn old .git"];
    assert_eq!(written(&tries), "");
    // Whoever owns the folder makes a repository of it as ever, and that one is closed as well.
    let run = |args: &[&str]| Command::new("git").args(args).current_dir(&ground.folder).output().unwrap();
    assert!(!run(&["rev-parse", "--git-dir"]).status.success(), "there is none yet");
    assert!(run(&["init", "--quiet"]).status.success() && run(&["add", "deploy.sh"]).status.success());
    assert_eq!(written(&["echo [core] >> .git/config", "touch .git/hooks/pre-commit", "rm -r .git/hooks"]), "");

    // A worktree's file.
    let main = ground.folder.parent().unwrap().join("main");
    fs::rename(&git, &main).unwrap();
    fs::write(&git, "gitdir: ../main\n").unwrap();
    ground.run(&["start"]).exits(0);
    assert_eq!(written(&["echo gitdir: old > .git", "rm .git", "mv .git old"]), "");
    assert_eq!(run(&["status", "--porcelain", "deploy.sh"]).stdout, b"A  deploy.sh\n");
    fs::remove_file(&git).unwrap();
    std::os::unix::fs::symlink("../main", &git).unwrap();
    let refused = ground.run(&["start"]).exits(2);
    assert!(refused.stderr.contains("could redirect git"), "{refused}");
}
