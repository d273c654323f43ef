use super::fixtures::*;
use super::*;
use crate::definition::mutant::Mutant;

/// Mutants of which each of the lab's checks refuses one, and their runs.
fn crowd() -> (Vec<Mutant>, Vec<Executed>) {
    let mutants = vec![
        mutant("no-exit", &["deploy"]),
        mutant("no-page", &["home-page"]),
        mutant("no-404", &["not-found"]),
        mutant("heavy", &["weight"]),
    ];
    let executed = vec![
        starter(),
        solution("python"),
        solution("shell"),
        of_mutant("no-exit", [failed(), waits("deploy"), waits("home-page"), waits("deploy")]),
        of_mutant(
            "no-page",
            [Verdict::Passed, failed_why(Some("There is no page.")), waits("home-page"), Verdict::Passed],
        ),
        of_mutant("no-404", [Verdict::Passed, failed_or_passed(false), failed(), Verdict::Passed]),
        of_mutant("heavy", [Verdict::Passed, Verdict::Passed, Verdict::Passed, failed()]),
    ];
    (mutants, executed)
}

fn failed_or_passed(fails: bool) -> Verdict {
    if fails { failed() } else { Verdict::Passed }
}

/// The proof when one run of the crowd comes to something else.
fn with(subject: &str, attempts: Vec<Attempt>) -> Proof {
    let (mutants, mut executed) = crowd();
    let run = executed.iter_mut().find(|run| run.subject.name() == subject).unwrap();
    run.attempts = attempts;
    judge(&lab(), &mutants, &executed, &[], how())
}

fn cell(proof: &Proof, subject: &str, check: &str) -> Cell {
    let at = proof.checks.iter().position(|of| of.id.as_str() == check).unwrap();
    proof.runs.iter().find(|run| run.subject.name() == subject).unwrap().cells[at]
}

#[test]
fn a_lab_is_proved_when_each_run_comes_to_what_it_should() {
    let (mutants, executed) = crowd();
    let proof = judge(&lab(), &mutants, &executed, &[], how());
    assert_eq!(proof.gaps, []);
    assert_eq!(proof.standing(), ProofResult::Proved);
    assert_eq!(proof.checks[0].killed_by, ["no-exit".parse().unwrap()]);
    assert!(proof.runs.iter().flat_map(|run| &run.cells).all(|cell| cell.fit == Fit::Right));
    // Its second explanation is nobody's.
    let [Note::Unexplained { check, explains, of: 2 }] = proof.notes.as_slice() else { panic!("{:?}", proof.notes) };
    assert_eq!((check.as_str(), explains[0].1.en.as_deref()), ("home-page", Some("The page is another one.")));
    assert!(explains[0].0 > 0);
}

#[test]
fn the_starter_must_fail_and_pass_only_what_it_may() {
    let proof = with("starter", vec![judged(all_passed())]);
    let passes = |check: &str| Gap::StarterPasses { check: check.parse().unwrap() };
    // `weight` says `baseline: true`.
    let expected = [passes("deploy"), passes("home-page"), passes("not-found"), Gap::StarterFailsNothing];
    assert_eq!(proof.gaps, expected);
    assert_eq!(proof.standing(), ProofResult::NotProved);
    let baseline = with("starter", vec![judged([failed(), waits("deploy"), waits("home-page"), Verdict::Passed])]);
    assert_eq!(baseline.gaps, []);
}

#[test]
fn a_solution_passes_everything_and_only_causes_are_told() {
    let proof = with("shell", vec![judged([Verdict::Passed, failed(), waits("home-page"), Verdict::Passed])]);
    let [Gap::SolutionFails { subject, result }] = proof.gaps.as_slice() else { panic!("{:?}", proof.gaps) };
    assert_eq!((subject.name(), result.id.as_str()), ("shell", "home-page"));
    assert_eq!(cell(&proof, "shell", "not-found"), Cell { mark: Mark::Blocked, fit: Fit::Wrong });
}

#[test]
fn a_survivor_is_named_with_what_the_check_looks_at() {
    let proof = with("no-404", vec![judged(all_passed())]);
    let [Gap::Survived { mutant, check, sees, about }] = proof.gaps.as_slice() else { panic!("{:?}", proof.gaps) };
    assert_eq!((mutant.as_str(), check.as_str()), ("no-404", "not-found"));
    assert_eq!((sees.join(" "), about.as_deref()), ("exit stdout".to_owned(), Some("Has no-404.")));
    // That is enough: it isn't said again that nothing kills the check.
    assert_eq!(proof.checks[2].killed_by, []);
}

#[test]
fn blocked_is_not_killed() {
    let proof = with("no-404", vec![judged([Verdict::Passed, failed(), waits("home-page"), Verdict::Passed])]);
    let [Gap::FailsToo { result, .. }, Gap::OnlyWaits { check, on, .. }] = proof.gaps.as_slice() else {
        panic!("{:?}", proof.gaps)
    };
    assert_eq!((result.id.as_str(), check.as_str(), on.as_str()), ("home-page", "not-found", "home-page"));
}

#[test]
fn a_mutant_is_refused_by_no_other_check_than_it_says() {
    let proof = with("heavy", vec![judged([Verdict::Passed, failed(), waits("home-page"), failed()])]);
    let [Gap::FailsToo { mutant, result }] = proof.gaps.as_slice() else { panic!("{:?}", proof.gaps) };
    assert_eq!((mutant.as_str(), result.id.as_str()), ("heavy", "home-page"));
    assert_eq!(cell(&proof, "heavy", "not-found").fit, Fit::Wrong, "it waits on what shouldn't fail");
}

#[test]
fn a_check_that_no_mutant_names_is_told() {
    let (mut mutants, mut executed) = crowd();
    mutants.retain(|mutant| mutant.id.as_str() != "heavy");
    executed.retain(|run| run.subject.name() != "heavy");
    let proof = judge(&lab(), &mutants, &executed, &[], how());
    assert_eq!(proof.gaps, [Gap::Unkilled { check: "weight".parse().unwrap() }]);
}

#[test]
fn an_error_is_a_fault_and_says_nothing_of_the_lab() {
    let needs = |check: &str| Verdict::Error { fault: crate::verdict::Fault::Needs { check: check.parse().unwrap() } };
    let errors = [Verdict::Passed, error(), needs("home-page"), Verdict::Passed];
    let proof = with("no-page", vec![judged(errors)]);
    assert_eq!(proof.standing(), ProofResult::Fault);
    assert_eq!(proof.gaps, []);
    let [Fault::Check { subjects, result }] = proof.faults.as_slice() else { panic!("{:?}", proof.faults) };
    assert_eq!((subjects.len(), result.id.as_str()), (1, "home-page"));
}

#[test]
fn one_fault_of_many_rooms_is_told_once() {
    let (mutants, mut executed) = crowd();
    for run in &mut executed {
        run.attempts = vec![no_room()];
    }
    let proof = judge(&lab(), &mutants, &executed, &[], how());
    let [Fault::Room { subjects, .. }] = proof.faults.as_slice() else { panic!("{:?}", proof.faults) };
    assert_eq!(subjects.len(), 7);
    assert_eq!(proof.gaps, []);
    assert_eq!(proof.standing(), ProofResult::Fault);
}

#[test]
fn what_this_machine_lacks_neither_fails_nor_kills() {
    let (mutants, mut executed) = crowd();
    for run in &mut executed {
        for attempt in &mut run.attempts {
            let Attempt::Judged(results) = attempt else { continue };
            results[3].verdict = not_here();
        }
    }
    let proof = judge(&lab(), &mutants, &executed, &[], how());
    assert_eq!(proof.gaps, []);
    assert_eq!(proof.checks[3].killed_by, []);
    assert!(proof.notes.iter().any(|note| matches!(note, Note::NotHere { check, .. } if check.as_str() == "weight")));
}

#[test]
fn a_verdict_that_changes_is_flaky_and_named() {
    let proof = with(
        "python",
        vec![judged(all_passed()), judged([Verdict::Passed, Verdict::Passed, failed(), Verdict::Passed])],
    );
    let [Gap::Flaky { subject, check, marks }] = proof.gaps.as_slice() else { panic!("{:?}", proof.gaps) };
    assert_eq!((subject.name(), check.as_str()), ("python", "not-found"));
    assert_eq!(marks, &[Mark::Passed, Mark::Failed]);
    assert_eq!(proof.standing(), ProofResult::NotProved);
}

#[test]
fn one_solution_is_too_few() {
    let (mutants, mut executed) = crowd();
    executed.retain(|run| run.subject.name() != "python");
    let proof = judge(&lab(), &mutants, &executed, &[], how());
    assert_eq!(proof.gaps, [Gap::FewSolutions { count: 1 }]);
}

#[test]
fn what_was_not_asked_for_is_not_missed() {
    let (mutants, executed) = crowd();
    let one: Vec<Executed> = executed.into_iter().filter(|run| run.subject.name() == "no-404").collect();
    let proof = judge(&lab(), &mutants, &one, &["no-404".to_owned()], how());
    assert_eq!((proof.standing(), proof.notes.len()), (ProofResult::Proved, 0));
}

#[test]
fn only_limits_the_runs_to_those_that_concern_a_name() {
    let loaded = crate::definition::load::LoadedLab { lab: lab(), folder: "tiny".into(), source: "".into() };
    let folder = |name: &str| (name.to_owned(), format!("tiny/solutions/{name}").into());
    let proofs = source::Proofs { solutions: ["python", "shell"].map(folder).into(), mutants: crowd().0 };
    let names = |only: &[&str]| {
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        runs(&loaded, &proofs, &only)
            .map(|runs| runs.iter().map(|run| run.subject.name().to_owned()).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(names(&[]).unwrap(), "starter python shell no-exit no-page no-404 heavy");
    assert_eq!(names(&["not-found"]).unwrap(), "starter python shell no-404");
    assert_eq!(names(&["no-page", "heavy"]).unwrap(), "no-page heavy");
    assert_eq!(names(&["shell"]).unwrap(), "shell");
    let unknown = names(&["no-pag"]).unwrap_err();
    assert!(unknown.known.contains(&"no-page".to_owned()) && unknown.known.contains(&"deploy".to_owned()));
}

#[test]
fn a_folder_is_laid_with_the_mutants_changes_and_its_modes() {
    use crate::definition::edit::Edit;
    use crate::definition::mutant::MadeBy;
    use crate::workspace::copy::CopyRules;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    let solution = tempfile::tempdir().unwrap();
    let script = solution.path().join("deploy.sh");
    fs::write(&script, "echo one\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(solution.path().join("old"), "").unwrap();
    std::os::unix::fs::symlink("old", solution.path().join("link")).unwrap();
    let edits: Vec<Edit> = serde_yaml::from_str(
        "[{file: deploy.sh, replace: 'one', with: '${nonce.a}'}, {delete: old}, {file: in/new, write: x}]",
    )
    .unwrap();
    let mutant = Mutant { made_by: MadeBy::Edits(edits), ..mutant("one", &["deploy"]) };
    let run = Run {
        subject: Subject::Mutant(mutant.id.clone()),
        folder: solution.path().to_owned(),
        mutant: Some(&mutant),
        learner: None,
    };
    let mut scope = crate::template::Scope::default();
    scope.set("nonce.a", "two");
    let target = tempfile::tempdir().unwrap();
    source::lay(&run, &CopyRules::default(), &scope, target.path()).unwrap();
    assert_eq!(fs::read_to_string(target.path().join("deploy.sh")).unwrap(), "echo two\n");
    assert_eq!(fs::metadata(target.path().join("deploy.sh")).unwrap().permissions().mode() & 0o777, 0o755);
    assert_eq!(fs::read_to_string(target.path().join("in/new")).unwrap(), "x");
    assert!(!target.path().join("old").exists());
    assert!(fs::symlink_metadata(target.path().join("link")).unwrap().is_symlink(), "a link stays one");
    assert_eq!(fs::read_to_string(&script).unwrap(), "echo one\n", "the solution is as it was");
}

#[test]
fn what_is_judged_by_itself_is_proved_and_said() {
    let mut executed = vec![starter(), solution("python"), solution("shell")];
    executed[1].set_aside = vec![no_room()];
    let proof = judge(&lab(), &[], &executed, &["deploy".to_owned()], how());
    assert_eq!(proof.faults, []);
    let again: Vec<_> = proof.notes.iter().filter(|note| matches!(note, Note::Again { .. })).collect();
    let [Note::Again { fault: Fault::Room { subjects, .. } }] = again.as_slice() else { panic!("{again:?}") };
    assert_eq!(*subjects, [Subject::Solution("python".to_owned())]);

    // A second fault is one, and the first says nothing more.
    executed[1].attempts = vec![no_room()];
    let proof = judge(&lab(), &[], &executed, &["deploy".to_owned()], how());
    assert_eq!(proof.standing(), ProofResult::Fault);
    assert!(!proof.notes.iter().any(|note| matches!(note, Note::Again { .. })));
}
