use super::{Desk, names};
use std::fs;

#[test]
fn a_reset_asks_where_it_can_and_says_how_where_it_cannot() {
    let desk = Desk::new();
    desk.write("home/demo/deploy.sh", "mine\n");
    for (language, hint) in
        [("en", "without confirmation: lab reset --yes"), ("fr", "sans confirmation\u{a0}: lab reset --yes")]
    {
        let said = desk.lab(&["--lang", language, "reset"]);
        assert_eq!((said.exit, said.out.as_str()), (2, ""));
        assert!(said.err.contains(hint), "{}", said.err);
    }
    assert_eq!(fs::read_to_string(desk.path("home/demo/deploy.sh")).unwrap(), "mine\n");
}

#[test]
fn the_starter_is_back_and_nothing_is_lost() {
    let desk = Desk::new();
    desk.write("home/demo/deploy.sh", "mine\n");
    desk.write("home/demo/notes/plan.md", "mine\n");
    desk.write("home/demo/.git/HEAD", "history\n");
    desk.stand(&[("deploy", "passed")], 2);
    desk.lab(&["hint"]);
    let said = desk.lab(&["reset", "--yes"]);
    assert_eq!(said.exit, 0, "{}", said.err);
    assert_eq!(names(&desk.path("home/demo")), [".git", ".lab", "deploy.sh", "site"]);
    assert_eq!(fs::read_to_string(desk.path("home/demo/deploy.sh")).unwrap(), "exit 1\n");

    let beside = names(&desk.path("home"));
    let backup = beside.iter().find(|name| name.starts_with("demo.backup-")).unwrap();
    assert!(said.out.contains(&format!("../{backup}")), "{}", said.out);
    let backup = desk.path("home").join(backup);
    assert_eq!(fs::read_to_string(backup.join("deploy.sh")).unwrap(), "mine\n");
    assert_eq!(fs::read_to_string(backup.join("notes/plan.md")).unwrap(), "mine\n");
    assert!(fs::read_to_string(backup.join(".lab/progress.json")).unwrap().contains("passed"));

    let progress = desk.progress();
    assert_eq!(progress["checks"], serde_json::json!({}));
    assert_eq!(progress["hints_read"], 1, "what was read stays recorded");
}

#[test]
fn a_tasks_reset_leaves_every_file() {
    let desk = Desk::new();
    desk.write("home/demo/deploy.sh", "mine\n");
    desk.stand(&[("deploy", "passed"), ("again", "failed"), ("thrice", "passed")], 2);
    let said = desk.lab(&["--lang", "fr", "reset", "publish", "--yes"]);
    assert_eq!(said.exit, 0, "{}", said.err);
    assert!(said.out.contains("publish recommence"), "{}", said.out);
    assert_eq!(fs::read_to_string(desk.path("home/demo/deploy.sh")).unwrap(), "mine\n");
    assert_eq!(names(&desk.path("home")), ["demo"]);
    assert_eq!(desk.progress()["checks"], serde_json::json!({"thrice": "passed"}));
    assert_eq!(desk.lab(&["reset", "nothing", "--yes"]).exit, 2);
}

#[test]
fn from_inside_the_way_back_is_told() {
    let desk = Desk::new();
    let said = desk.command("home/demo/site", &["reset", "--yes"]);
    let folder = fs::canonicalize(desk.path("home/demo")).unwrap();
    let (back, backup) = (format!("cd {}", folder.display()), format!("are in {}.backup-", folder.display()));
    assert!(said.out.contains(&back) && said.out.contains(&backup), "{}", said.out);
}
