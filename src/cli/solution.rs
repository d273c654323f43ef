//! `lab solution`: others' ways, after one's own or instead of it.

use super::context::{Context, Work};
use super::reset::shown_near;
use super::show;
use crate::error::Error;
use crate::exit::Exit;
use crate::message::Message;
use crate::report::page::{Line, Page};
use crate::report::signs::Paint;
use crate::report::{Sign, clean};
use crate::workspace::solution::{self, Right, Solution};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[arg(long)]
    give_up: bool,
}

const NAMED: usize = 8;

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(None)?;
    let lab = &work.found.loaded.lab;
    let folder = &work.workspace.folder;
    let all = solution::all(&work.found.loaded.folder);
    if all.is_empty() {
        return Err(Error::usage(message!("no-solutions", lab = lab.id.value.as_str())));
    }
    // Before anything is recorded: a slip of the pen is no giving up.
    let chosen = args.name.as_ref().map(|name| find(&all, name)).transpose()?;
    let (progress, _) = work.workspace.progress().map_err(|source| Error::io(folder, &source))?;
    let mut said = None;
    if let Right::No(left) = Right::of(&progress, lab) {
        if !args.give_up {
            let left: Vec<&str> = left.iter().map(|task| task.id.value.as_str()).collect();
            let message = message!("solution-not-yet", count = left.len(), tasks = left.join(", "));
            return Err(Error::usage(message).hint(message!("hint-solution")));
        }
        work.workspace
            .update(|progress| progress.given_up = true)
            .map_err(|source| Error::io(&folder.join(".lab/progress.json"), &source))?;
        said = Some(message!("solution-given-up"));
    }
    let text = match chosen {
        Some(solution) => lay(context, &work, solution, said)?,
        None => list(context, &work, &all, said),
    };
    show::stdout(&text);
    Ok(Exit::Success)
}

fn find<'a>(all: &'a [Solution], name: &str) -> Result<&'a Solution, Error> {
    all.iter().find(|solution| solution.name == name).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|solution| solution.name.as_str()).collect();
        Error::usage(message!("no-such-solution", name = name, known = names.join(", "))).near(name, &names)
    })
}

fn list(context: &Context, work: &Work, all: &[Solution], said: Option<Message>) -> String {
    let style = context.surroundings.stdout_style();
    let mut page = Page::new(&style);
    heading(&mut page, context, said, &message!("solution-list", count = all.len()));
    for solution in all {
        about(&mut page, context, work, solution);
    }
    page.blank();
    let name = all.first().map_or("", |first| first.name.as_str());
    page.line(0, 2, &Line::plain(&context.say(&message!("solution-choose", name = name))));
    page.finish()
}

fn lay(context: &Context, work: &Work, solution: &Solution, said: Option<Message>) -> Result<String, Error> {
    let folder = &work.workspace.folder;
    let target = solution.target(folder, &work.found.loaded.lab);
    let laid = solution.lay(&target)?;
    let style = context.surroundings.stdout_style();
    let mut page = Page::new(&style);
    let shown = shown_near(context, &target);
    let head =
        if laid { message!("solution-laid", folder = shown) } else { message!("solution-there", folder = shown) };
    heading(&mut page, context, said, &head);
    about(&mut page, context, work, solution);
    page.blank();
    page.line(0, 2, &Line::plain(&context.say(&message!("solution-compare"))));
    let (mine, theirs) = (quoted(&shown_near(context, folder)), quoted(&shown_near(context, &target)));
    // Not wrapped: it is to be copied.
    page.raw(2, &Line::plain(&format!("diff -ru -x .lab -x .git {mine} {theirs}")));
    Ok(page.finish())
}

fn heading(page: &mut Page<'_>, context: &Context, said: Option<Message>, head: &Message) {
    if let Some(said) = said {
        page.line(0, 2, &Line::plain(&context.say(&said)));
        page.blank();
    }
    let sign = Sign::Passed.text(&context.surroundings.stdout_style());
    page.line(0, 2, &Line::plain(&format!("{sign} {}", context.say(head))));
}

/// `awscli · 7 files: deploy.sh, …` and what it says of itself.
fn about(page: &mut Page<'_>, context: &Context, work: &Work, solution: &Solution) {
    let files = solution.files();
    let mut names: Vec<String> = files.iter().take(NAMED).map(|file| file.display().to_string()).collect();
    if files.len() > NAMED {
        names.push("…".to_owned());
    }
    let count = context.say(&message!("solution-files", count = files.len(), files = clean::line(&names.join(", "))));
    page.blank();
    let name = clean::line(&solution.name);
    page.line(2, 2, &Line::default().push(&name, Paint::Bold).push(" · ", Paint::Plain).push(&count, Paint::Plain));
    if let Some(summary) = solution.summary(&work.found.loaded.lab, context.words.language()) {
        page.line(4, 0, &Line::plain(&clean::line(&summary)));
    }
}

fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_path_is_quoted_where_the_shell_would_part_it() {
        assert_eq!(quoted("./static-site"), "./static-site");
        assert_eq!(quoted("../L'été à Lyon"), r"'../L'\''été à Lyon'");
    }
}
