//! What strangers hand in: bundles, disputes, folders and labs that mean harm, through
//! the real command.
//!
//! Seventeen kinds of attack got through once. What holds each of them since, here, in
//! `tests/docker/`, as a mutant of a lab, or where the rule stands ([`each_kind_is_held`]
//! knows whether it is there):
//!
//! 1. names as paths: `a_bundle_that_means_harm_is_refused_and_nothing_is_touched`
//! 2. a judge of one's own: `a_submission_does_not_choose_its_judge`
//! 3. walls taken away: `a_lab_that_takes_walls_away_needs_consent_for_itself`
//! 4. images unseen: `a_bundle_replaces_no_image_and_brings_none_that_its_list_lacks`
//! 5. points for what broke: `who_fills_the_disk_fails_unless_the_labs_solution_does_so_too`,
//!    `what_broke_is_the_learners_where_it_breaks_twice_and_not_with_a_solution`
//! 6. work without a limit: `an_answer_that_takes_more_work_than_it_looks_fails_at_a_bound`
//! 7. files of ours: `files_of_ours_that_are_none_are_named_and_never_waited_for`,
//!    `a_packs_secret_that_is_none_is_named`
//! 8. an endless listing: `few_patterns_in_many_files_are_too_many`
//! 9. a starter's links: `a_starter_that_reads_this_machine_is_refused_by_lint_and_start`,
//!    `a_link_beside_brings_no_folder_from_elsewhere_and_a_pipe_is_not_waited_for`
//! 10. the judge in the learner's house: `a_judge_has_a_home_of_its_own_and_reads_the_folder`,
//!     `a_process_of_the_learners_neither_traces_nor_reads_a_judge`
//! 11. copies that tell: `tests_that_look_at_everything_but_the_work_notice_nothing`,
//!     `labs/terraform/mutants/told-by-place.yaml`
//! 12. witnesses that anybody writes to: `labs/monitoring/mutants/forged.yaml`
//! 13. raw texts: `no_argument_gets_a_control_character_onto_a_screen`,
//!     `a_dispute_that_means_harm_is_refused_and_named`
//! 14. names as shell: `names_that_would_become_shell_are_refused`,
//!     `what_programs_of_this_machine_obey_is_not_exported_to_it`
//! 15. other users: `nothing_of_ours_is_to_be_seen_from_the_toolbox`,
//!     `what_others_will_be_asked_about_an_author_reads_first`,
//!     `nobody_else_can_open_a_lock_nor_enter_its_folder`,
//!     `a_folder_in_place_of_a_home_is_ones_own_or_refused`
//! 16. honest links: `a_link_within_the_folder_is_looked_at_as_what_it_leads_to`,
//!     `what_an_overlay_changed_is_as_before_links_and_modes_and_folders_alike`
//! 17. and else: `one_bad_lab_costs_the_list_one_line`,
//!     `a_closed_terminal_and_a_termination_clean_up_as_well`,
//!     `a_bundle_of_endless_headers_or_entries_is_refused_soon`,
//!     `hints_read_at_once_are_all_recorded`,
//!     `too_much_output_of_a_command_in_a_service_ends_that_command_alone`,
//!     `a_playground_reads_git_and_writes_nothing_that_git_on_the_host_runs`,
//!     `a_playground_gives_a_folder_no_repository_and_leads_git_nowhere_else`,
//!     `all_that_no_command_works_on_is_removed_and_the_rest_is_named`

mod archives;
mod folders;
mod labs;

use crate::cli::support::Done;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

#[test]
fn each_kind_is_held() {
    let own = include_str!("strangers.rs");
    let doc: Vec<&str> = own.lines().take_while(|line| line.starts_with("//!")).collect();
    let mut sources = String::new();
    let mut folders = vec![std::path::PathBuf::from("tests"), "src".into()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources += &fs::read_to_string(path).unwrap();
            }
        }
    }
    let doc = doc.join("\n");
    let kinds = &doc[doc.find("//! 1. ").unwrap()..];
    let named: Vec<&str> = kinds.split('`').skip(1).step_by(2).collect();
    assert!(named.len() >= 17 && kinds.contains("//! 17. "), "{named:?}");
    for name in named {
        let there = Path::new(name).is_file() || sources.contains(&format!("fn {name}()"));
        assert!(there, "`{name}` is gone");
    }
}

/// A command that hangs is ended after this; one that doesn't takes a second.
const HANG: Duration = Duration::from_secs(90);

/// Ends with the command's exit code, or panics where it hangs.
fn in_time(mut command: Command) -> (Option<i32>, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > HANG {
            child.kill().unwrap();
            panic!("it hangs");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// No raw control character on either stream.
fn clean(done: &Done) {
    for text in [&done.stdout, &done.stderr] {
        assert!(!text.chars().any(|one| one != '\n' && (one.is_control() || one == '\u{202e}')), "{text:?}");
    }
}
