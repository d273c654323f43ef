//! The lab edits the learner's files for a check, and puts back exactly what was there.

use super::ground::{Ground, check, write_script};
use std::fs;
use std::os::unix::fs::symlink;

const USABLE: &str = "run: \"echo fine\"}\n        expect: {stdout: \"fine\\n\"}";

/// All there is of a folder but its times.
const ALL: &str = "find . -path ./.lab -prune -o -printf '%p %y %m %u %l\\n' | sort; cat real/style.css";

/// A lab whose `page` check lays an overlay and whose `usable` check tells what is there after it.
fn ground(overlay: &str) -> Ground {
    let page = "http: {get: \"${open.page}/\"}";
    let usable = format!("run: \"{ALL}\"}}\n        expect: {{stdout: {{matches: \"MARK\"}}}}");
    Ground::tiny(&[(page, &format!("overlay: [{overlay}]\n        {page}")), (USABLE, &usable)])
}

#[test]
fn what_an_overlay_changed_is_as_before_links_and_modes_and_folders_alike() {
    for overlay in [
        "{file: site/style.css, append: \"+\"}",
        "{file: site/link.css, append: \"+\"}",
        "{file: site/deep/er/new.css, write: \"n\"}",
        "{delete: real/style.css}",
    ] {
        let ground = ground(overlay);
        let folder = &ground.folder;
        fs::create_dir(folder.join("real")).unwrap();
        fs::write(folder.join("real/style.css"), "body{}").unwrap();
        symlink("real", folder.join("site")).unwrap();
        symlink("style.css", folder.join("real/link.css")).unwrap();
        write_script(&folder.join("deploy.sh"), &format!("chmod 711 real; {ALL}; exit 1"));

        let ran = ground.run(&["check", "--all", "--format", "json"]).exits(1);

        let outcome = ran.json();
        assert_eq!(check(&outcome, "page")["status"], "passed", "{overlay}: {ran}");
        let said = |id: &str| {
            let evidence = check(&outcome, id)["failure"]["evidence"].as_array().unwrap().clone();
            evidence.iter().find(|one| one["name"] == "stdout").unwrap()["text"].clone()
        };
        assert!(said("deploy").as_str().unwrap().contains("real d 711"), "{ran}");
        assert_eq!(said("deploy"), said("usable"), "{overlay}");
        ground.leaves_nothing();
    }
}

#[test]
fn an_overlay_does_not_follow_a_link_out_of_the_folder() {
    let ground = ground("{file: out/file, write: \"n\"}");
    write_script(&ground.folder.join("deploy.sh"), "ln -s /tmp out; exit 1");
    let outcome = ground.run(&["check", "--all", "--format", "json"]).exits(1).json();
    assert_eq!(check(&outcome, "page")["status"], "failed", "{outcome:#}");
    assert_eq!(check(&outcome, "usable")["status"], "failed", "later checks are judged: {outcome:#}");
    assert!(outcome.to_string().contains("leads out of your folder"), "{outcome:#}");
}

#[test]
fn a_link_within_the_folder_is_looked_at_as_what_it_leads_to() {
    let file = "file: {path: site/page.txt}\n        expect: {kind: file, text: \"honest\\n\"}";
    let folder =
        "files: {under: site, match: \"*.txt\"}\n        expect: {paths: {same-items: [\"page.txt\"]}, count: 1}";
    let ground = Ground::tiny(&[
        ("http: {get: \"${open.page}/\"}\n        expect: {status: 200, body: \"hello\"}", file),
        (&format!("exec: {{{USABLE}"), folder),
    ]);
    fs::create_dir_all(ground.folder.join("content/src")).unwrap();
    fs::write(ground.folder.join("content/src/page.md"), "honest\n").unwrap();
    symlink("src/page.md", ground.folder.join("content/page.txt")).unwrap();
    symlink("content", ground.folder.join("site")).unwrap();
    let outcome = ground.run(&["check", "--all", "--format", "json"]).json();
    assert_eq!(check(&outcome, "page")["status"], "passed", "{outcome:#}");
    assert_eq!(check(&outcome, "usable")["status"], "passed", "{outcome:#}");
}
