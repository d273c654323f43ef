//! Rules for those who write a lab: what makes its checks judge fairly. A lab
//! that breaks one still runs; `lab lint` and `lab test` ask for more.

use super::{Lint, steps};
use crate::check::{Exec, Probe, Run};
use crate::definition::edit::Edit;
use crate::definition::model::{Check, Room};
use crate::definition::outline::Place;
use crate::expect::selector::SelectorKind;
use crate::expect::{Expect, Matcher, Nested, Operand, Single};
use crate::template::Template;
use globset::GlobBuilder;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Bytes of a solution's file that are looked into for what a hint says.
const MOST_READ: u64 = 256 << 10;
/// Files of the solutions that are looked into.
const MOST_FILES: usize = 500;
/// Words and characters from which a piece of code in a hint is a piece of the
/// solution; less is the name of a command.
const TELLING: (usize, usize) = (3, 20);

pub(super) fn lint(lint: &mut Lint, folder: Option<&Path>) {
    for (place, check) in lint.checks() {
        for (place, probe, _) in asked(place, check) {
            contract(lint, place, probe);
        }
        for (index, edit) in check.overlay.iter().enumerate() {
            edited(lint, place.key("overlay").item(index), edit);
        }
        for (place, step) in steps(place, &check.asks) {
            for (index, edit) in step.overlay.iter().enumerate() {
                edited(lint, place.key("overlay").item(index), edit);
            }
        }
        text_only(lint, place, check);
    }
    twins(lint);
    told_after_all(lint);
    own_room_alone(lint);
    if let Some(folder) = folder {
        hints(lint, folder);
    }
}

/// What a check asks and expects, each with the place of its entry.
fn asked<'a>(place: Place<'a>, check: &'a Check) -> Vec<(Place<'a>, &'a Probe, &'a Expect)> {
    steps(place, &check.asks).into_iter().map(|(place, step)| (place, &step.probe.value, &step.expect.value)).collect()
}

/// A probe names only what the contract names.
fn contract(lint: &mut Lint, place: Place, probe: &Probe) {
    let at = place.key(probe.name());
    match probe {
        Probe::File(file) if file.service.is_none() => of_learner(lint, at.key("path"), &file.path),
        Probe::Files(files) if files.service.is_none() => of_learner(lint, at.key("under"), &files.under),
        Probe::Exec(exec) if exec.service.is_none() => {
            command(lint, at, exec);
            own_file(lint, at, exec);
        }
        _ => {}
    }
}

/// `./deploy.sh`, run by itself or within a line for the shell.
fn command(lint: &mut Lint, place: Place, exec: &Exec) {
    let words: Vec<String> = match &exec.run {
        Run::Argv(parts) => parts.first().map(ToString::to_string).into_iter().collect(),
        Run::Shell(text) => text
            .to_string()
            .split(|c: char| c.is_whitespace() || ";&|()<>\"'`".contains(c))
            .map(str::to_owned)
            .collect(),
    };
    for word in words.iter().filter(|word| word.starts_with("./") && word.len() > 2 && !word.contains("${")) {
        let contract = &lint.lab.contract;
        let commands = contract.commands.iter().filter_map(|command| command.split_whitespace().next());
        if !commands.clone().any(|command| command == word) && !covered(&contract.files, &plain(word)) {
            let known: Vec<&str> = commands.collect();
            let span = place.key("run").span();
            lint.unknown(span, word, &known, message!("outside-contract-command", name = word.as_str()));
            lint.rule(OUTSIDE);
        }
    }
}

/// A file of the lab's own says who runs it: as the learner, it reads what they
/// left in their home, and can't trust what it says.
fn own_file(lint: &mut Lint, place: Place, exec: &Exec) {
    let text = match &exec.run {
        Run::Argv(parts) => parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        Run::Shell(text) => text.to_string(),
    };
    let files = &lint.lab.environment.toolbox.files;
    if exec.user.is_none()
        && let Some(file) = files.keys().find(|file| text.contains(file.as_str()))
    {
        lint.say(place.key("run").span(), message!("own-file-as-learner", file = file.as_str()));
    }
}

const OUTSIDE: &str = "outside-contract";

fn of_learner(lint: &mut Lint, place: Place, path: &Template) {
    // What is drawn at random is the lab's own.
    if path.names().next().is_some() {
        return;
    }
    let text = path.to_string();
    let Some(path) = in_work(&text) else { return };
    let contract = &lint.lab.contract;
    if covered(&contract.files, &path) || covered(&contract.commands, &path) {
        return;
    }
    let known: Vec<&str> = contract.files.iter().map(String::as_str).collect();
    lint.unknown(place.span(), &text, &known, message!("outside-contract-path", name = text.as_str()));
    lint.rule(OUTSIDE);
}

/// An overlay changes what the contract says is there; what it adds is its own.
fn edited(lint: &mut Lint, place: Place, edit: &Edit) {
    match edit {
        Edit::Replace { file, .. } | Edit::Append { file, .. } => of_learner(lint, place.key("file"), file),
        Edit::Move { from, .. } => of_learner(lint, place.key("move"), from),
        Edit::Delete(file) => of_learner(lint, place.key("delete"), file),
        Edit::Write { .. } | Edit::Fill { .. } => {}
    }
}

/// A path below the learner's folder; none when it leads elsewhere.
fn in_work(path: &str) -> Option<String> {
    match path.strip_prefix("/work") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => Some(plain(rest)),
        _ if path.starts_with('/') => None,
        _ => Some(plain(path)),
    }
}

fn plain(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    parts.join("/")
}

/// Whether the contract names this path, a folder around it, or something in it.
fn covered(contract: &[String], path: &str) -> bool {
    path.is_empty()
        || contract.iter().any(|entry| {
            let entry = plain(entry.split_whitespace().next().unwrap_or_default());
            let glob = || GlobBuilder::new(&entry).literal_separator(true).build().ok();
            let within = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'));
            entry == path
                || within(path, &entry)
                || within(&entry, path)
                || glob().is_some_and(|glob| glob.compile_matcher().is_match(path))
        })
}

/// A check that only says what must not be passes on nothing at all, unless it
/// needs one that says what must.
fn twins(lint: &mut Lint) {
    let negative: BTreeMap<&str, bool> = lint
        .checks()
        .map(|(place, check)| {
            let asked = asked(place, check);
            (check.id.value.as_str(), asked.iter().all(|(_, _, expect)| only_negative(expect)))
        })
        .collect();
    for (place, check) in lint.checks() {
        let alone = !check.needs.iter().any(|need| negative.get(need.value.as_str()) == Some(&false));
        if negative[check.id.value.as_str()] && alone && check.for_each.is_none() {
            let place = if place.has("expect") { place.key("expect").span() } else { place.name("scenario") };
            lint.say(place, message!("negative-without-twin")).help = Some(message!("negative-without-twin-help"));
        }
    }
}

fn only_negative(expect: &Expect) -> bool {
    let mut matchers = expect.0.iter().flat_map(|expectation| &expectation.matchers.value).peekable();
    matchers.peek().is_some()
        && matchers.all(|matcher| match matcher {
            Matcher::Nested(Nested::Not | Nested::None, _) | Matcher::Exists(false) => true,
            Matcher::Nested(Nested::Count, inner) => inner.iter().all(|inner| match inner {
                Matcher::Single(Single::Equals, Operand::Plain(value)) => value.as_u64() == Some(0),
                _ => false,
            }),
            _ => false,
        })
}

/// A check that reads a learner's file as a text judges how the work is
/// written. Prose is read as a text by people, too.
fn text_only(lint: &mut Lint, place: Place, check: &Check) {
    let asked = asked(place, check);
    let [(_, Probe::File(file), expect)] = asked.as_slice() else { return };
    let path = file.path.to_string();
    let prose = Path::new(&path).extension().is_some_and(|extension| extension == "md" || extension == "txt");
    if file.service.is_some() || prose || in_work(&path).is_none() || expect.0.is_empty() {
        return;
    }
    let of_text = |expectation: &crate::expect::Expectation| {
        let selector = &expectation.selector.value;
        matches!(selector.kind(), SelectorKind::Field) && selector.to_string() == "text"
    };
    if expect.0.iter().any(of_text) {
        lint.say(place.key("expect").name("text"), message!("text-only", path = path)).help =
            Some(message!("text-only-help"));
    }
}

/// Hints of its own tell what a hidden check asks.
fn told_after_all(lint: &mut Lint) {
    for (place, check) in lint.checks() {
        if !check.visibility.is_visible() && !check.hints.is_empty() {
            lint.say(place.name("hints"), message!("hidden-hints"));
        }
    }
}

/// A room of its own beside no other is the one that there is anyway.
fn own_room_alone(lint: &mut Lint) {
    if let [task] = lint.lab.tasks.value.as_slice()
        && task.room == Room::Own
    {
        let place = lint.root.key("tasks").item(0);
        lint.say(place.name("room"), message!("own-room-alone"));
    }
}

/// The first hint is where to look, not what to write there.
fn hints(lint: &mut Lint, folder: &Path) {
    let solutions = texts_in(&folder.join("solutions"));
    let starter = texts_in(&folder.join("starter"));
    let mut first = Vec::new();
    for (place, task) in lint.tasks() {
        first.extend(task.hints.first().map(|hint| (place.key("hints").item(0).key("say"), hint)));
    }
    for (place, check) in lint.checks() {
        first.extend(check.hints.first().map(|hint| (place.key("hints").item(0).key("say"), hint)));
    }
    for (place, hint) in first {
        for language in &lint.lab.languages.value {
            let Some(text) = hint.say.value.exactly(*language) else { continue };
            let code = text.split('`').skip(1).step_by(2).map(words);
            let given = code
                .filter(|code| code.len() >= TELLING.0)
                .map(|code| code.join(" "))
                .filter(|code| code.len() >= TELLING.1)
                .find(|code| {
                    solutions.iter().any(|text| text.contains(code)) && !starter.iter().any(|text| text.contains(code))
                });
            if let Some(code) = given {
                lint.say(place.key(language.code()).span(), message!("hint-gives-away", code = code)).help =
                    Some(message!("hint-gives-away-help"));
            }
        }
    }
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// The texts of all files below a folder, every run of white space as one space.
fn texts_in(folder: &Path) -> Vec<String> {
    let files = ignore::WalkBuilder::new(folder).standard_filters(false).follow_links(false).build();
    files
        .filter_map(Result::ok)
        .filter(|entry| entry.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() <= MOST_READ))
        .take(MOST_FILES)
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .map(|text| words(&text).join(" "))
        .collect()
}
