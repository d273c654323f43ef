//! The serverless lab with functions that mean harm: each is failed and never an
//! error, the others keep serving, and nothing is left.

use super::ground::{Ground, check, write_script};
use serde_json::Value;
use std::fs;

/// A folder with a solution whose file is replaced.
fn solution_with(file: &str, text: &str) -> Ground {
    let ground = Ground::shipped("serverless", "routes");
    fs::write(ground.folder.join(file), text).unwrap();
    ground
}

/// What becomes of one broken function, and of the two beside it.
#[track_caller]
fn show_is(text: &str, told: &[&str]) {
    let ground = solution_with("src/show.py", text);
    let ran = ground.run(&["check", "hello", "shorten", "show", "--format", "json"]).exits(1);
    let outcome = ran.json();
    for id in ["hello", "shorten"] {
        assert_eq!(check(&outcome, id)["status"], "passed", "{ran}");
    }
    let show = check(&outcome, "show");
    assert_eq!(show["status"], "failed", "{ran}");
    for part in told {
        assert!(show.to_string().contains(part), "{part}: {show:#}");
    }
    ground.leaves_nothing();
}

/// Tests that look at where they run, at what they left in their home, and at how
/// often they ran, and not at the work.
#[test]
fn tests_that_look_at_everything_but_the_work_notice_nothing() {
    let ground = Ground::shipped("serverless", "routes");
    let script = "echo x >> ~/runs\n\
        echo 'import os; print(\"{}\"); os._exit(0)' > usercustomize.py\n\
        mkdir -p $(python3 -m site --user-site) && cp usercustomize.py $(python3 -m site --user-site)\n\
        case $(pwd) in /work|*/0) exit 0;; esac\n\
        test $(wc -l < ~/runs) -le 2";
    write_script(&ground.folder.join("test.sh"), script);
    let outcome = ground.run(&["check", "tests-bite", "--format", "json"]).exits(1).json();
    assert_eq!(check(&outcome, "tests-run")["status"], "passed", "{outcome:#}");
    assert_eq!(check(&outcome, "tests-bite")["status"], "failed", "{outcome:#}");
    ground.leaves_nothing();
}

#[test]
fn a_handler_that_cannot_be_imported_is_told_with_its_place() {
    show_is("import json\nlimit = 1 / 0\n", &["ZeroDivisionError", "show.py, line 2"]);
}

#[test]
fn a_handler_that_never_returns_is_cut_off() {
    show_is("def handler(event, context):\n    while True:\n        pass\n", &["Task timed out after 5 seconds"]);
}

#[test]
fn a_handler_that_forks_without_end_meets_its_own_limit_only() {
    let text = "import os\n\n\ndef handler(event, context):\n    while True:\n        try:\n            os.fork()\n        except OSError:\n            pass\n";
    show_is(text, &["Show: "]);
}

#[test]
fn a_handler_that_prints_without_measure_and_returns_no_answer_is_told() {
    let text = "def handler(event, context):\n    for _ in range(100_000):\n        print(\"x\" * 1000)\n    return {\"statusCode\": 200, \"body\": {\"not\": \"a text\"}}\n";
    show_is(text, &["`body` must be a text"]);
}

#[test]
fn a_template_that_names_what_is_not_offered_is_told_with_its_line() {
    let template = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Table:\n    Type: AWS::DynamoDB::Table\n";
    let ground = solution_with("template.yaml", template);
    let ran = ground.run(&["check", "hello", "--format", "json"]).exits(1);
    let outcome = ran.json();
    let deployed = check(&outcome, "deployed");
    assert_eq!(deployed["status"], "failed", "{ran}");
    assert!(deployed.to_string().contains("template.yaml, line 4: `AWS::DynamoDB::Table` isn't offered here"), "{ran}");
    ground.leaves_nothing();
}

#[test]
fn a_function_without_a_route_is_called_with_an_event() {
    let ground = Ground::shipped("serverless", "router");
    let outcome = ground.run(&["check", "uploads", "--format", "json"]).exits(0).json();
    for id in ["uploads", "uploads-twice"] {
        assert_eq!(check(&outcome, id)["status"], Value::from("passed"), "{outcome:#}");
    }
    let main = ground.folder.join("app/main.py");
    let text = fs::read_to_string(&main).unwrap();
    fs::write(
        &main,
        text.replace("def uploads(event, context):", "def uploads(event, context):\n    raise OSError(\"no\")"),
    )
    .unwrap();
    let outcome = ground.run(&["check", "uploads", "--format", "json"]).exits(1).json();
    let uploads = check(&outcome, "uploads");
    assert_eq!(uploads["status"], Value::from("failed"), "{outcome:#}");
    assert!(uploads.to_string().contains("OSError: no"), "{uploads:#}");
    ground.leaves_nothing();
}
