//! What services can be: the learner's own, replicas, started for each
//! command, or missing on this machine.

use super::ground::{Ground, check, docker_text, within, write_script};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// An app that says hello.
const APP: &str = r#"
use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 16, ReuseAddr => 1) or die $!;
while (my $client = $server->accept) {
    while (my $line = <$client>) { last if $line =~ /^\r?\n$/ }
    print $client "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
    close $client;
}
"#;

fn evidence(check: &Value, name: &str) -> String {
    let all = check["failure"]["evidence"].as_array().unwrap_or_else(|| panic!("no evidence: {check:#}"));
    let found = all.iter().find(|evidence| evidence["name"] == name);
    found.map(|evidence| evidence["text"].as_str().unwrap().to_owned()).unwrap_or_default()
}

#[test]
fn a_service_of_the_learners_may_be_down_and_says_why() {
    let ground = Ground::of("parts", &[]);

    // The environment is ready without it, and says what it died of.
    let started = ground.run(&["start"]).exits(0);
    assert!(started.stdout.contains("app isn't running: it exited with code 255"), "{started}");
    assert!(started.stdout.contains("nothing is written yet"), "{started}");
    assert!(started.stdout.contains("lab restart app"), "{started}");
    // What this machine lacks is said once.
    assert_eq!(started.stdout.matches("graphs isn't available on this machine").count(), 1, "{started}");
    let status = ground.run(&["status"]).exits(0);
    assert!(status.stdout.contains("nothing is written yet"), "{status}");

    // Down is the learner's failure; what this machine lacks is nobody's.
    let red = ground.run(&["check", "--all", "--format", "json"]).exits(1).json();
    let down = check(&red, "app-up");
    assert_eq!(down["status"], "failed", "{down:#}");
    assert!(evidence(down, "log").contains("nothing is written yet"), "{down:#}");
    assert_eq!(evidence(down, "exit"), "255");
    assert_eq!(check(&red, "app-still-up")["status"], "failed");
    assert_eq!(check(&red, "page")["status"], "blocked");
    for id in ["graph", "after-graph"] {
        assert_eq!(check(&red, id)["status"], "unavailable", "{:#}", check(&red, id));
    }

    // Repaired in the folder, a restart takes it up.
    fs::write(ground.folder.join("app.pl"), APP).unwrap();
    let again = ground.run(&["restart", "app"]).exits(0);
    assert!(!again.stdout.contains("isn't running"), "{again}");
    let green = ground.run(&["check", "--all", "--format", "json"]).exits(0).json();
    assert_eq!(green["tally"]["passed"], 4, "{green:#}");
    assert_eq!(green["tally"]["unavailable"], 2);
}

#[test]
fn a_file_that_the_service_cant_read_is_named_with_the_command_that_mends_it() {
    let ground = Ground::of("parts", &[]);
    let app = ground.folder.join("app.pl");
    fs::write(&app, APP).unwrap();
    fs::set_permissions(&app, fs::Permissions::from_mode(0o600)).unwrap();

    let started = ground.run(&["start"]).exits(0);
    assert!(started.stdout.contains("chmod a+rX app.pl"), "{started}");
    fs::set_permissions(&app, fs::Permissions::from_mode(0o644)).unwrap();
    let started = ground.run(&["start"]).exits(0);
    assert!(!started.stdout.contains("chmod"), "{started}");

    // In a clean room what a build leaves unreadable is named too.
    write_script(&ground.folder.join("build.sh"), "chmod 600 app.pl");
    let red = ground.run(&["check", "app-up", "--format", "json"]).exits(1).json();
    assert_eq!(evidence(check(&red, "app-up"), "unreadable"), "chmod a+rX app.pl");
}

#[test]
fn what_a_check_builds_a_restarted_service_runs() {
    let ground = Ground::of("parts", &[]);
    write_script(&ground.folder.join("build.sh"), &format!("cat > app.pl <<'END'\n{APP}\nEND"));

    let green = ground.run(&["check", "page", "--format", "json"]).exits(0).json();

    assert_eq!(check(&green, "page")["status"], "passed");
}

#[test]
fn a_command_that_isnt_there_is_a_service_that_is_down() {
    let ground = Ground::of("parts", &[("command: [perl, /work/app.pl]", "command: [/work/app]")]);
    let started = ground.run(&["start"]).exits(0);
    assert!(started.stdout.contains("app isn't running: it exited with code 127"), "{started}");

    let red = ground.run(&["check", "app-up", "--format", "json"]).exits(1).json();

    let down = check(&red, "app-up");
    assert_eq!(down["status"], "failed", "{down:#}");
    assert!(evidence(down, "log").contains("/work/app"), "{down:#}");
}

#[test]
fn one_that_runs_and_never_serves_is_waited_for_and_then_down() {
    let ground = Ground::of("parts", &[]);
    fs::write(ground.folder.join("app.pl"), "sleep 600;\n").unwrap();

    let red = ground.run(&["check", "app-still-up", "--format", "json"]).exits(1).json();

    let down = check(&red, "app-still-up");
    assert!(evidence(down, "answer").starts_with("GET http://app:8080/ → app"), "{down:#}");
    assert!(down["failure"]["took-ms"].as_u64().or(down["took"].as_u64()).is_none_or(|took| took >= 4000), "{down:#}");
}

/// Replaces the last check by one of the scenario's own.
fn with_check(yaml: &str) -> Ground {
    let last = "        needs: [graph]\n        exec: {run: \"true\"}\n        expect: {exit: 0}\n";
    Ground::of("parts", &[(last, yaml)])
}

#[test]
fn replicas_take_turns_under_one_name_and_answer_to_their_own() {
    let ground = with_check(
        "        http: {get: \"${open.front}/\", repeat: {count: 20}}\n        expect: {\"$.statuses['200']\": 20}\n",
    );
    ground.run(&["start"]).exits(0);
    let names: Vec<String> = ["front-1", "front-2"].map(|name| ground.container("playground", name)).into();
    assert_ne!(names[0], names[1]);
    let ask = |host: &str| {
        let script = format!(
            "use IO::Socket::INET; $s = IO::Socket::INET->new('{host}:8080') or die; \
             print $s \"GET / HTTP/1.0\\r\\n\\r\\n\"; @l = <$s>; print $l[-1]"
        );
        ground.run(&["shell", "perl", "-e", &script]).exits(0).stdout
    };
    assert_eq!((ask("front-1"), ask("front-2")), ("front-1".to_owned(), "front-2".to_owned()));
    assert!(["front-1", "front-2"].contains(&ask("front").as_str()));
    // Stopped by one name, both go; by its own, only one.
    ground.run(&["restart", "front-2"]).exits(0);
    assert_eq!(ground.container("playground", "front-1"), names[0]);
    assert_ne!(ground.container("playground", "front-2"), names[1]);
}

#[test]
fn who_may_write_to_the_folder_runs_as_its_owner() {
    let ground = Ground::of("parts", &[]);
    ground.run(&["start"]).exits(0);
    let owner = docker_text(&["exec", &ground.container("playground", "toolbox"), "stat", "-c", "%u", "/work"]);
    assert_eq!(fs::read_to_string(ground.folder.join("written")).unwrap().trim(), owner);
    // And one that only reads can't, whoever it is.
    fs::write(ground.folder.join("app.pl"), APP).unwrap();
    ground.run(&["restart", "app"]).exits(0);
    let refused = ground.exec("playground", "app", "0", "touch /work/mine");
    assert!(refused.contains("Read-only file system"), "{refused}");
}

#[test]
fn a_command_gets_a_container_of_its_own_that_goes_with_it() {
    let ground = with_check(
        "        exec:\n          in: runner\n          run: \"cat; echo $GREETING $OTHER; pwd; id -u; \
         cat /proc/1/comm; touch /etc/x /work/x 2>&1; touch /tmp/mark && echo marked; ls /tmp; cat build.sh\"\n          \
         env: {OTHER: \"mine\"}\n          stdin: \"given\\n\"\n        expect: {exit: 3}\n",
    );
    let red = ground.run(&["check", "after-graph", "--format", "json"]).exits(1).json();

    let said = evidence(check(&red, "after-graph"), "stdout");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(&lines[..5], ["given", "hello mine", "/work", "1000", "sh"], "{said}");
    assert!(lines[5].contains("Read-only file system") && lines[6].contains("Read-only file system"), "{said}");
    assert_eq!(&lines[7..], ["marked", "mark", "#!/bin/sh", "true"], "{said}");
    ground.leaves_nothing();
}

#[test]
fn what_hangs_or_floods_in_its_own_container_is_ended() {
    for (script, ended) in [("sleep 3600 & sleep 3600", "timed-out"), ("yes", "too-much-output")] {
        let ground = with_check(&format!(
            "        exec: {{in: runner, run: \"{script}\"}}\n        timeout: 2s\n        expect: {{exit: 0}}\n"
        ));
        let red = ground.run(&["check", "after-graph", "--format", "json"]).exits(1).json();
        assert_eq!(evidence(check(&red, "after-graph"), "ended"), ended);
        ground.leaves_nothing();
    }
}

#[test]
fn an_action_does_what_it_says_and_tells_what_came_of_it() {
    let ground = Ground::of("parts", &[]);
    let listed = ground.run(&["do"]).exits(0);
    assert!(listed.stdout.contains("lab do traffic  Sends 10 visits"), "{listed}");
    let before = ground.run(&["do", "traffic"]).exits(2);
    assert!(before.stderr.contains("lab start parts"), "{before}");
    ground.run(&["start"]).exits(0);

    let traffic = ground.run(&["do", "traffic"]).exits(0);
    assert!(traffic.stdout.starts_with("Sends 10 visits\n"), "{traffic}");
    assert!(traffic.stdout.contains("traffic · done in") && traffic.stdout.contains("200 × 10"), "{traffic}");
    let near = ground.run(&["do", "trafic"]).exits(2);
    assert!(near.stderr.contains("traffic"), "{near}");

    ground.run(&["do", "rupture"]).exits(0);
    let silent = ground.run(&["do", "traffic"]).exits(3);
    assert!(silent.stdout.contains("front-1 isn't running"), "{silent}");
    let repaired = ground.run(&["--lang", "fr", "do", "repair"]).exits(0);
    assert!(repaired.stdout.contains("repair · fait en"), "{repaired}");
    ground.run(&["do", "traffic"]).exits(0);

    let failed = ground.run(&["do", "fails"]).exits(1);
    assert!(failed.stdout.contains("never mind") && failed.stdout.contains("exit code"), "{failed}");
    let lacks = ground.run(&["do", "charts"]).exits(3);
    assert!(lacks.stdout.contains("graphs isn't available on this machine"), "{lacks}");
}

#[test]
fn an_actions_own_container_goes_with_it_also_when_it_is_interrupted() {
    let ground = Ground::of("parts", &[]);
    ground.run(&["start"]).exits(0);
    let before = ground.containers(&[]);
    let ran = ground.run(&["do", "runs"]).exits(0);
    assert!(ran.stdout.contains("from sh"), "{ran}");
    assert_eq!(ground.containers(&[]), before);

    ground.edit(r#"env: {PAUSE: "0"}"#, r#"env: {PAUSE: "3600"}"#);
    let running = ground.spawn(&["do", "runs"]);
    within("the command to run", || {
        !ground.containers(&["status=running", "label=org.lab-runner.service=runner"]).is_empty()
    });
    running.interrupt();
    running.wait().exits(130);
    assert_eq!(ground.containers(&[]), before);
}

#[test]
fn an_interrupted_action_puts_right_what_it_broke() {
    let ground = Ground::of("parts", &[]);
    ground.run(&["start"]).exits(0);
    ground.run(&["do", "traffic"]).exits(0);
    let running = ground.spawn(&["do", "drill"]);
    within("the front to be down", || {
        ground.containers(&["status=running", "label=org.lab-runner.service=front"]).is_empty()
    });
    let sleeps = || {
        ground.exec("playground", "toolbox", "0:0", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '").contains("sleep 3600")
    };
    within("the command to run", sleeps);
    running.interrupt();
    running.wait().exits(130);
    ground.run(&["do", "traffic"]).exits(0);
    within("the command to end", || !sleeps());
}

#[test]
fn a_program_that_doesnt_answer_is_awaited_and_told_by_what_it_does_instead() {
    let ground = with_check(
        "        scenario:\n          - {service: {restart: app}, expect: {up: true}}\n          - http: {get: \"${open.app}/\"}\n            \
         expect: {body: \"hello\"}\n",
    );
    // Without a readiness probe nothing waits at the restart.
    let ready =
        "      ready:\n        http: {get: \"http://app:8080/\"}\n        expect: {status: 200}\n        within: 10m\n";
    ground.edit(ready, "");
    let came = |app: &str| {
        fs::write(ground.folder.join("app.pl"), app).unwrap();
        let ran = ground.run(&["check", "after-graph", "--format", "json"]).json();
        let trouble = &check(&ran, "after-graph")["failure"]["findings"][0]["trouble"];
        (check(&ran, "after-graph")["status"].clone(), trouble["kind"].clone(), trouble["said"].to_string())
    };

    let (status, _, said) = came(&format!("sleep 3;{APP}"));
    assert_eq!(status, "passed", "{said}");

    let (status, kind, said) = came("sleep 600;");
    assert!(status == "failed" && kind == "refused" && said.contains("nothing listens"), "{kind} {said}");
    let (status, kind, said) = came("sleep 3; die 'no such table';");
    assert!(status == "failed" && kind == "ended" && said.contains("no such table"), "{kind} {said}");
    let (status, kind, said) = came(&APP.replace("LocalPort => 8080", "LocalPort => 8081"));
    assert!(status == "failed" && kind == "listens-elsewhere" && said.contains("0.0.0.0:8081"), "{kind} {said}");
    let (status, kind, said) = came(&APP.replace("LocalPort", "LocalAddr => '127.0.0.1', LocalPort"));
    assert!(status == "failed" && kind == "listens-elsewhere" && said.contains("127.0.0.1:8080"), "{kind} {said}");
}
