//! `lab status`: where one stands, without judging anything.

use super::context::Context;
use super::start;
use crate::definition::model::{Lab, Task, Visibility};
use crate::definition::text::Language;
use crate::error::Error;
use crate::exit::Exit;
use crate::report::{self, Sign, clean};
use crate::session::playground;
use crate::workspace::record::{LastVerdict, TaskProgress, Workspace};
use std::fmt::Write as _;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "LAB")]
    lab: Option<String>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(args.lab.as_deref())?;
    let lab = &work.found.loaded.lab;
    let language = context.words.language();
    let progress = context.progress(&work.workspace)?;
    let (earned, total) = progress.points(lab);
    let points = context.say(&message!("points-of", earned = earned, total = total));
    let mut text = format!("{} · {} · {points}\n", lab.id.value, clean::line(lab.title.value.get(language)));
    let _ = writeln!(text, "{}\n", start::shown_path(context, &work.workspace.folder));
    for (number, task) in lab.tasks.value.iter().enumerate() {
        task_lines(&mut text, context, &progress, number + 1, task);
    }
    text.push('\n');
    if progress.given_up {
        let _ = writeln!(text, "{}", context.say(&message!("status-given-up")));
    }
    let running = context.look(async |hands| {
        let setting = work.setting(context, hands);
        let observed = playground::observed(&setting).await?;
        let mut wrong = String::new();
        if let Some(playground) = playground::running(&setting).await? {
            let style = context.surroundings.stdout_style();
            for (service, seen) in playground::glances(&setting, &playground).await {
                wrong.push_str(&report::glance(&service, &seen, &context.words, &style));
            }
        }
        Ok((observed, wrong))
    });
    match running {
        Ok((observed, wrong)) => {
            let up: Vec<&str> =
                observed.containers.iter().filter(|found| found.running).map(|found| found.service.as_str()).collect();
            let line = if up.is_empty() {
                message!("status-stopped")
            } else {
                message!("status-running", services = up.join(", "))
            };
            let _ = writeln!(text, "{}", context.say(&line));
            if up.is_empty() && !observed.volumes.is_empty() {
                let _ = writeln!(text, "{}", context.say(&message!("data-kept")));
            }
            text.push_str(&wrong);
        }
        Err(error) if error.exit == Exit::Interrupted => return Err(error),
        // The folder's state is worth showing without an engine.
        Err(error) => {
            let _ = writeln!(text, "{}", context.say(&message!("status-engine", reason = error.message)));
        }
    }
    if let Some(file) = next_file(lab, &work.workspace, &progress) {
        let _ = writeln!(text, "{}", context.say(&message!("status-edit", file = file)));
    }
    context.show(&text);
    Ok(Exit::Success)
}

fn task_lines(text: &mut String, context: &Context, progress: &TaskProgress, number: usize, task: &Task) {
    let style = context.surroundings.stdout_style();
    let language = context.words.language();
    let sign = |standing: Option<&LastVerdict>| match standing {
        Some(LastVerdict::Passed) => Sign::Passed.text(&style),
        Some(LastVerdict::Failed) => Sign::Failed.text(&style),
        Some(LastVerdict::Blocked | LastVerdict::Lapsed) => Sign::Waits.text(&style),
        Some(LastVerdict::Unavailable) => Sign::Unavailable.text(&style),
        None => "·",
    };
    let passed = progress.is_passed(task).then_some(&LastVerdict::Passed);
    let _ = writeln!(
        text,
        "  {} {number}. {} ({})",
        sign(passed),
        clean::line(task.title.value.get(language)),
        task.id.value
    );
    for check in &task.checks.value {
        let standing = sign(progress.checks.get(&check.id.value));
        let must = match check.visibility {
            Visibility::Visible => clean::line(check.must.value.get(language)),
            Visibility::Hidden => context.say(&message!("report-hidden-check")),
        };
        let _ = writeln!(text, "      {standing} {must}");
    }
}

/// The file that most likely wants editing: while the current task says what to do
/// first, the one that it names, there or not; later the one that was saved last of
/// those that the lab names.
fn next_file(lab: &Lab, workspace: &Workspace, progress: &TaskProgress) -> Option<String> {
    let named = |task: &Task| {
        let first = task.first.as_ref()?.value.get(Language::En);
        first.split_whitespace().find_map(file_name).map(str::to_owned)
    };
    let current = progress.current(lab).and_then(named);
    let commands = lab.contract.commands.iter().map(|command| command.trim_start_matches("./").to_owned());
    let known = lab.tasks.value.iter().filter_map(named).chain(commands).chain(lab.contract.files.iter().cloned());
    // Of several that were saved at once the first one.
    let saved = |file: &String| {
        let found = workspace.folder.join(file).metadata().ok()?;
        found.is_file().then(|| found.modified().ok()).flatten().map(std::cmp::Reverse)
    };
    current.or_else(|| known.filter(|file| saved(file).is_some()).min_by_key(saved))
}

/// A word that looks like a file's path, without the marks around it.
fn file_name(word: &str) -> Option<&str> {
    let word = word.trim_matches('`').trim_end_matches([',', ';', ':', '.', '`']);
    let (stem, extension) = word.rsplit_once('.')?;
    let is_word = |text: &str| !text.is_empty() && text.chars().all(|one| one.is_ascii_alphanumeric());
    let stem_fits = stem.chars().all(|one| one.is_ascii_alphanumeric() || "./_-".contains(one));
    (is_word(extension) && stem_fits && !stem.starts_with('/') && !stem.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_word_that_is_a_path_is_told_from_other_words() {
        let named = |text: &'static str| text.split_whitespace().find_map(file_name);
        assert_eq!(named("Write .github/workflows/delivery.yml: on a push"), Some(".github/workflows/delivery.yml"));
        assert_eq!(named("Let src/hello.py answer GET /hello/{name}; template.yaml says"), Some("src/hello.py"));
        assert_eq!(named("scrape, in `prometheus/prometheus.yml`: itself."), Some("prometheus/prometheus.yml"));
        assert_eq!(named("Publish it all. Then look at /about.html and site/"), None);
    }
}
