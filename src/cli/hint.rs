//! `lab hint`: the next hint that is unlocked, recorded and never subtracted.

use super::context::{Context, Work};
use super::{check, show, task};
use crate::definition::model::Hint;
use crate::error::Error;
use crate::exit::Exit;
use crate::report::page::{Line, Page};
use crate::report::signs::Paint;
use crate::report::voice::Voice;
use crate::report::{Style, clean, prose};
use crate::session::set_aside;
use crate::workspace::hints::{Next, Shelf};
use crate::workspace::progress::TaskProgress;

/// Arguments of `lab hint`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "TASK|CHECK")]
    name: Option<String>,
    #[arg(long)]
    again: bool,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(None)?;
    let folder = &work.workspace.folder;
    let (progress, aside) = work.workspace.progress().map_err(|source| Error::io(folder, &source))?;
    if let Some(aside) = aside {
        show::stderr(&format!("{}\n", context.say(&set_aside(&aside))));
    }
    let Some(shelf) = chosen(&work, args.name.as_deref(), &progress)? else {
        show::stdout(&format!("{}\n", context.say(&message!("hint-all-passed"))));
        return Ok(Exit::Success);
    };
    let reads = !args.again && matches!(shelf.next(), Next::Ready(_));
    if reads {
        // Recorded before it is shown: what can't be recorded isn't read.
        let (id, number) = (shelf.id(), shelf.read + 1);
        work.workspace
            .update(|progress| progress.read_hint(id, number))
            .map_err(|source| Error::io(&folder.join(".lab/progress.json"), &source))?;
    }
    let style = context.surroundings.stdout_style();
    show::stdout(&screen(context, &style, &shelf, args.again));
    Ok(Exit::Success)
}

/// The hints that are meant; none when nothing is left to be helped with.
fn chosen<'a>(work: &'a Work, name: Option<&str>, progress: &TaskProgress) -> Result<Option<Shelf<'a>>, Error> {
    let lab = &work.found.loaded.lab;
    let Some(name) = name else { return Ok(Shelf::by_default(lab, progress)) };
    if let Some((task, check)) = lab.checks().find(|(_, check)| check.id.value.as_str() == name) {
        return Ok(Some(Shelf::of_check(task, check, progress)));
    }
    let task = task::find(lab, name).map_err(|_| check::unknown(lab, name))?;
    Ok(Some(Shelf::of_task(task, progress)))
}

fn screen(context: &Context, style: &Style, shelf: &Shelf<'_>, again: bool) -> String {
    let voice = Voice { words: &context.words, style };
    let count = shelf.hints.len();
    let mut page = Page::new(style);
    let title = match shelf.check {
        Some(check) if !check.visibility.is_visible() => context.say(&message!("report-hidden-check")),
        Some(check) => voice.title(&check.must.value),
        None => clean::line(voice.text(&shelf.task.title.value)),
    };
    let head = Line::default().push(shelf.id(), Paint::Bold).part(&title, voice.dot());
    page.line(0, 2, &head);
    let command = format!("lab hint {}", shelf.id());
    let mut after = Vec::new();
    let next = shelf.next();
    match next {
        Next::None => after.push(message!("hint-none")),
        Next::Ready(hint) if !again => {
            write(&mut page, voice, hint, shelf.read + 1, count);
            let left = Shelf { read: shelf.read + 1, ..*shelf };
            after.push(message!("hint-recorded"));
            match left.next() {
                Next::Ready(_) => after.push(message!("hint-next-ready", command = command)),
                Next::Locked(missing) => after.push(message!("hint-next-locked", count = missing)),
                Next::AllRead | Next::None => after.push(message!("hint-was-last", command = command)),
            }
        }
        Next::Ready(_) | Next::Locked(_) | Next::AllRead => {
            // After the last there is nothing new: they are all said again.
            let repeats = again || matches!(next, Next::AllRead);
            if repeats {
                for (number, hint) in shelf.already_read().iter().enumerate() {
                    write(&mut page, voice, hint, number + 1, count);
                }
            }
            if again && shelf.read == 0 {
                after.push(message!("hint-none-read"));
            }
            match next {
                Next::Ready(_) => after.push(message!("hint-next-ready", command = command)),
                Next::Locked(missing) => {
                    after.push(message!("hint-next-locked", count = missing));
                    if !repeats && shelf.read > 0 {
                        after.push(message!("hint-read-again", command = command, count = shelf.read));
                    }
                }
                Next::AllRead => after.push(message!("hint-all-read", count = count)),
                Next::None => {}
            }
        }
    }
    page.blank();
    for message in after {
        page.line(0, 2, &Line::plain(&voice.say(&message)));
    }
    page.finish()
}

fn write(page: &mut Page<'_>, voice: Voice<'_>, hint: &Hint, number: usize, count: usize) {
    page.blank();
    page.line(0, 2, &Line::plain(&voice.say(&message!("hint-of", number = number, count = count))));
    prose::write(page, 2, voice.text(&hint.say.value), voice.style);
}
