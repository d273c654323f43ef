use super::Desk;

#[test]
fn hints_unlock_are_recorded_and_can_be_read_again() {
    let desk = Desk::new();
    let first = desk.lab(&["hint"]);
    assert_eq!(first.exit, 0, "{}", first.err);
    assert!(first.out.contains("Hint 1 of 2\n\n  First look.\n"), "{}", first.out);
    assert!(first.out.contains("after 2 more failed versions"), "{}", first.out);

    let locked = desk.lab(&["hint", "publish"]);
    assert!(!locked.out.contains("Then copy"), "{}", locked.out);
    assert!(locked.out.contains("lab hint publish --again"), "{}", locked.out);
    assert_eq!(desk.progress()["hints_read"], 1, "looking at a locked one reads nothing");

    desk.stand(&[("deploy", "failed")], 1);
    assert!(desk.lab(&["hint"]).out.contains("after one more failed version"));
    desk.stand(&[("deploy", "failed")], 2);
    let second = desk.lab(&["hint", "deploy"]);
    assert!(second.out.contains("Hint 2 of 2\n\n  Then copy.\n"), "{}", second.out);
    let all = desk.lab(&["hint"]);
    assert!(all.out.contains("First look.") && all.out.contains("Then copy."), "{}", all.out);
    assert_eq!(desk.progress()["hints_read"], 2);
    assert_eq!(desk.progress()["hints"]["publish"], 2);
}

#[test]
fn a_failed_check_gives_its_own_hints() {
    let desk = Desk::new();
    desk.stand(&[("deploy", "passed"), ("again", "failed")], 0);
    let said = desk.lab(&["hint"]);
    assert!(said.out.contains("again · it must work again"), "{}", said.out);
    assert!(said.out.contains("What is there already?"), "{}", said.out);
    assert!(desk.lab(&["hint", "--again"]).out.contains("What is there already?"));
    assert_eq!(desk.progress()["hints"]["again"], 1);
}

#[test]
fn where_there_is_nothing_to_hint_that_is_said() {
    let desk = Desk::new();
    assert!(desk.lab(&["hint", "more"]).out.contains("There are no hints here"));
    assert!(desk.lab(&["hint", "--again"]).out.contains("You have read none"));
    let unknown = desk.lab(&["hint", "deplo"]);
    assert_eq!((unknown.exit, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.contains("did you mean `deploy`?"), "{}", unknown.err);
    desk.stand(&[("deploy", "passed"), ("again", "passed"), ("thrice", "passed")], 0);
    assert!(desk.lab(&["hint"]).out.contains("Every task has passed"));
}

#[test]
fn hints_in_french() {
    let desk = Desk::new();
    let said = desk.lab(&["--lang", "fr", "hint"]).out;
    assert!(said.contains("publish · Publier"), "{said}");
    assert!(said.contains("Indice 1 sur 2\n\n  Regardez d'abord.\n"), "{said}");
    assert!(said.contains("après 2 nouveaux essais manqués"), "{said}");
}

#[test]
fn an_unreadable_progress_is_kept_and_said() {
    let desk = Desk::new();
    desk.write("home/demo/.lab/progress.json", "{half");
    let said = desk.lab(&["hint"]);
    assert_eq!(said.exit, 0);
    assert!(said.err.contains("progress.json.unreadable"), "{}", said.err);
    assert!(desk.path("home/demo/.lab/progress.json.unreadable").is_file());
}

#[test]
fn hints_read_at_once_are_all_recorded() {
    let desk = Desk::new();
    desk.stand(&[("deploy", "failed"), ("again", "failed")], 0);
    std::thread::scope(|scope| {
        for what in ["deploy", "again"] {
            scope.spawn(|| assert_eq!(desk.lab(&["hint", what]).exit, 0));
        }
    });
    assert_eq!(desk.progress()["hints_read"], 2, "{:#}", desk.progress());
}
