use super::*;

const LAB: &str = include_str!("../../../tests/docker/labs/tiny/lab.yaml");
const SCRIPT: &str = "#!/bin/sh\necho one\necho two\necho two\n";

#[expect(clippy::unnecessary_wraps, reason = "what reads files may fail")]
fn read(_solution: &str, path: &str) -> io::Result<Option<SolutionFile>> {
    let file = |contents: &str, executable| Some(SolutionFile { contents: contents.into(), executable });
    Ok(match path {
        "deploy.sh" => file(SCRIPT, true),
        "site/index.html" => file("<h1>hello</h1>\n", false),
        _ => None,
    })
}

fn parse(source: &str) -> Result<Mutant, Vec<String>> {
    let lab = load::parse(Path::new("tiny/lab.yaml"), LAB).unwrap();
    Mutant::parse(Path::new("mutants/broken.yaml"), source, &lab, &["a".into(), "b".into()], &read).map_err(|wrong| {
        wrong.found.iter().map(|found| format!("{}:{} {}", found.line, found.column, found.code)).collect()
    })
}

fn edited(edit: &str) -> Result<Changes, Vec<String>> {
    let mutant = parse(&format!("over: a\nexpect-fail: [page]\n{edit}\n"))?;
    Ok(mutant.changes(&Scope::default(), &|path| read("a", path)).unwrap())
}

fn text(changes: &Changes, path: &str) -> String {
    String::from_utf8(changes[path].as_ref().unwrap().contents.clone()).unwrap()
}

#[test]
fn a_mutant_has_its_words_from_the_comment_at_its_head() {
    let source = "# yaml-language-server: $schema=x\n# Says two words,\n# and then none.\nover: a # not this\nexpect-fail: [page]\nedit:\n  - {delete: deploy.sh}\n";
    let mutant = parse(source).unwrap();
    assert_eq!(mutant.about.as_deref(), Some("Says two words, and then none."));
    assert_eq!((mutant.id.as_str(), mutant.over.as_str()), ("broken", "a"));
}

#[test]
fn edits_are_made_one_after_the_other() {
    let changes = edited(
        "edit:\n  - {file: ./deploy.sh, replace: 'one', with: 'three'}\n  - {file: deploy.sh, append: 'exit 1'}\n  - {move: deploy.sh, to: bin/go}",
    )
    .unwrap();
    assert_eq!(changes["deploy.sh"], None);
    assert_eq!(text(&changes, "bin/go"), SCRIPT.replace("one", "three") + "exit 1");
    assert!(changes["bin/go"].as_ref().unwrap().executable, "it moved with its mode");
}

#[test]
fn a_patch_is_taken_literally() {
    let patch = "patch: |\n  --- a/deploy.sh\n  +++ b/deploy.sh\n  @@ -1,3 +1,3 @@\n   #!/bin/sh\n  -echo one\n  +echo ${one:-1}\n   echo two\n  --- /dev/null\n  +++ b/new\n  @@ -0,0 +1 @@\n  +x\n";
    let changes = edited(patch).unwrap();
    assert_eq!(text(&changes, "deploy.sh"), SCRIPT.replace("one", "${one:-1}"));
    assert_eq!(text(&changes, "new"), "x\n");
}

#[test]
fn a_patch_of_git_changes_modes() {
    let patch = "patch: |\n  diff --git a/deploy.sh b/deploy.sh\n  old mode 100755\n  new mode 100644\n  --- a/deploy.sh\n  +++ b/deploy.sh\n  @@ -1,2 +1,2 @@\n   #!/bin/sh\n  -echo one\n  +echo 1\n";
    assert!(!edited(patch).unwrap()["deploy.sh"].as_ref().unwrap().executable);
    let mode_alone = "patch: |\n  diff --git a/deploy.sh b/deploy.sh\n  old mode 100755\n  new mode 100644\n";
    let changes = edited(mode_alone).unwrap();
    assert_eq!(text(&changes, "deploy.sh"), SCRIPT);
    assert!(!changes["deploy.sh"].as_ref().unwrap().executable);
}

#[test]
fn what_no_longer_applies_is_told_at_its_place() {
    let wrong = |edit: &str| edited(edit).unwrap_err().join(" ");
    assert_eq!(wrong("edit:\n  - {file: deploy.sh, replace: 'none', with: 'x'}"), "4:32 mutant-matches");
    assert_eq!(wrong("edit:\n  - {file: deploy.sh, replace: 'two', with: 'x'}"), "4:32 mutant-matches");
    assert_eq!(wrong("edit:\n  - {delete: gone}"), "4:14 mutant-no-file");
    assert_eq!(wrong("edit:\n  - {file: gone, append: x}"), "4:12 mutant-no-file");
    assert_eq!(wrong("edit:\n  - {file: ../deploy.sh, write: x}"), "4:12 mutant-outside");
    assert_eq!(wrong("edit:\n  - {file: deploy.sh, replace: 'one', with: 'one'}"), "4:5 mutant-nothing");
    assert_eq!(
        wrong("patch: |\n  --- a/deploy.sh\n  +++ b/deploy.sh\n  @@ -1 +1 @@\n  -none\n  +x\n"),
        "4:3 mutant-hunk"
    );
    assert_eq!(wrong("patch: |\n  --- a/../x\n  +++ b/../x\n  @@ -0,0 +1 @@\n  +x\n"), "4:3 mutant-outside");
    assert_eq!(wrong("patch: 'words'"), "3:8 mutant-no-patch");
}

#[test]
fn names_and_keys_that_mean_nothing_are_told() {
    let wrong = |source: &str| parse(source).unwrap_err().join(" ");
    let edit = "edit:\n  - {delete: deploy.sh}\n";
    assert_eq!(wrong(&format!("over: c\nexpect-fail: [page]\n{edit}")), "1:7 mutant-unknown-solution");
    assert_eq!(wrong(&format!("over: a\nexpect-fail: [page, pagee]\n{edit}")), "2:21 unknown-check");
    assert_eq!(wrong(&format!("over: a\nexpect-fail: [page, page]\n{edit}")), "2:21 mutant-check-twice");
    assert_eq!(wrong(&format!("over: a\nexpect-fail: []\n{edit}")), "2:14 mutant-expects-nothing");
    assert_eq!(wrong(&format!("over: a\n{edit}")), "1:1 missing-key");
    assert_eq!(wrong("over: a\nexpect-fail: [page]\n"), "1:1 mutant-no-edit");
    assert_eq!(wrong(&format!("over: a\nexpect-fail: [page]\n{edit}patch: x\n")), "5:1 mutant-two-ways");
    assert_eq!(wrong(&format!("over: a\nexpect-fails: [page]\n{edit}")), "2:1 unknown-key");
    assert_eq!(wrong("# nothing\n"), "1:1 mutant-empty");
    let shell = "over: a\nexpect-fail: [page]\nedit:\n  - {file: x, write: '${HOME}'}\n";
    assert_eq!(wrong(shell), "4:23 unknown-name");
}

#[test]
fn two_checks_of_which_one_waits_on_the_other_never_fail_together() {
    let lab = LAB.replace(
        "        http: {get: \"${open.page}/\"}",
        "        needs: [deploy]\n        http: {get: \"${open.page}/\"}",
    );
    let lab = load::parse(Path::new("tiny/lab.yaml"), &lab).unwrap();
    let source = "over: a\nexpect-fail: [deploy, page]\nedit:\n  - {delete: deploy.sh}\n";
    let wrong = Mutant::parse(Path::new("m/broken.yaml"), source, &lab, &["a".into()], &read).unwrap_err();
    assert_eq!(wrong.found[0].code, "mutant-check-waits");
    assert_eq!((wrong.found[0].line, wrong.found[0].column), (2, 23));
}
