//! What the process finds around itself: environment variables, the terminal,
//! folders. Read here and nowhere else (the engine looks for its own socket).

use crate::definition::text::Language;
use crate::error::Error;
use crate::i18n;
use crate::lock::make_private;
use crate::plan::subnet::Subnet;
use crate::report::Style;
use crate::session::Dirs;
use crate::untrusted::refuse_link;
use etcetera::base_strategy::{BaseStrategy, Xdg};
use std::io::IsTerminal;
use std::path::PathBuf;

#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    said: Option<String>,
    /// `LAB_LOG`: what is logged to standard error.
    pub(crate) log: Option<String>,
    /// The user's own folder.
    pub(crate) home: Option<PathBuf>,
    locale: Option<String>,
    /// `LAB_PATH`: folders with labs of one's own.
    lab_path: Vec<PathBuf>,
    pub(crate) range: Option<Subnet>,
    pub(crate) dirs: Dirs,
    /// Without a home: the folder in place of one. Whoever made it first has it.
    fallback: Option<PathBuf>,
    pub(crate) here: PathBuf,
    /// `GITHUB_STEP_SUMMARY`: where a step of GitHub Actions leaves its summary.
    pub(crate) step_summary: Option<PathBuf>,
    /// `PAGER`: the program that shows long texts, with its arguments; none for `cat` or nothing.
    pub(crate) pager: Vec<String>,
    /// `LESS`: options for the pager; if unset, to show colours and leave the text on the screen.
    pub(crate) less: String,
    colour: Option<bool>,
    width: usize,
}

impl Surroundings {
    pub(crate) fn current() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let colour = if text("NO_COLOR").is_some() || text("CLICOLOR").as_deref() == Some("0") {
            Some(false)
        } else {
            text("CLICOLOR_FORCE").filter(|value| value != "0").map(|_| true)
        };
        let (dirs, fallback) = dirs();
        let lab_path = std::env::var_os("LAB_PATH")
            .map(|paths| std::env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty()).collect())
            .unwrap_or_default();
        Self {
            said: text("LAB_LANG"),
            log: text("LAB_LOG"),
            home: text("HOME").map(PathBuf::from),
            locale: ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| text(name))
                .or_else(sys_locale::get_locale),
            lab_path,
            range: text("LAB_SUBNETS").and_then(|range| range.parse().ok()),
            dirs,
            fallback,
            here: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            step_summary: text("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            pager: match std::env::var("PAGER").as_deref() {
                Ok("cat") => Vec::new(),
                Ok(named) => named.split_whitespace().map(str::to_owned).collect(),
                Err(_) => vec!["less".to_owned()],
            },
            less: text("LESS").unwrap_or_else(|| "FRX".to_owned()),
            colour,
            width: terminal_width().or_else(|| text("COLUMNS")?.parse().ok()).unwrap_or(80),
        }
    }

    /// Takes the folder that stands in for a home, or refuses it as another user's.
    pub(crate) fn begin(&self) -> Result<(), Error> {
        self.fallback.as_deref().map_or(Ok(()), |folder| {
            let taken = refuse_link(folder).and_then(|()| make_private(folder));
            taken.map_err(|source| Error::io(folder, &source))
        })
    }

    /// Folders with labs beside the shipped ones: those of `LAB_PATH`, then the
    /// loaded bundles.
    pub(crate) fn packs(&self) -> Vec<PathBuf> {
        self.lab_path.iter().cloned().chain(bundles(&self.dirs)).collect()
    }

    /// The language: what was said on the command line, then `LAB_LANG`, then
    /// the locale's.
    pub(crate) fn language(&self, said: Option<&str>) -> Language {
        i18n::choose(said.or(self.said.as_deref()), self.locale.as_deref())
    }

    /// The program that opens an address in a browser, where there is a screen
    /// for it.
    pub(crate) fn browser() -> Option<PathBuf> {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        // Under WSL the first shows the browser of Windows. Elsewhere than on a
        // Mac, `open` is another program.
        let known: &[&str] = if cfg!(target_os = "macos") {
            &["open"]
        } else if is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") {
            &["wslview", "xdg-open"]
        } else {
            &["wslview"]
        };
        let path = std::env::var_os("PATH")?;
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        known.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
    }

    pub(crate) fn stdout_style(&self) -> Style {
        self.style(std::io::stdout().is_terminal())
    }

    pub(crate) fn stderr_style(&self) -> Style {
        self.style(std::io::stderr().is_terminal())
    }

    /// The lines of the terminal on standard output.
    pub(crate) fn screen() -> Option<usize> {
        let stdout = std::io::stdout();
        let size = stdout.is_terminal().then(|| rustix::termios::tcgetwinsize(stdout).ok()).flatten()?;
        Some(usize::from(size.ws_row)).filter(|rows| *rows > 0)
    }

    fn style(&self, terminal: bool) -> Style {
        let utf8 = self.locale.as_deref().is_none_or(|locale| {
            let locale = locale.to_ascii_lowercase();
            // A locale without a charset, such as `fr-FR` of the system, says nothing against it.
            locale.contains("utf-8")
                || locale.contains("utf8")
                || (!locale.contains('.') && locale != "c" && locale != "posix")
        });
        Style { colour: self.colour.unwrap_or(terminal), unicode: utf8, width: if terminal { self.width } else { 80 } }
    }
}

/// The user's folders, and the one in place of a home where there is none.
fn dirs() -> (Dirs, Option<PathBuf>) {
    if let Ok(xdg) = Xdg::new() {
        let state = xdg.state_dir().unwrap_or_else(|| xdg.data_dir()).join("lab");
        let run = xdg.runtime_dir().filter(|folder| folder.is_dir()).map(|folder| folder.join("lab"));
        return (
            Dirs { cache: xdg.cache_dir().join("lab"), run: run.unwrap_or_else(|| state.join("run")), state },
            None,
        );
    }
    // No home: everything can be made again.
    let folder = std::env::temp_dir().join(format!("lab-{}", rustix::process::getuid().as_raw()));
    let [cache, state, run] = ["cache", "state", "run"].map(|name| folder.join(name));
    (Dirs { cache, state, run }, Some(folder))
}

fn bundles(dirs: &Dirs) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dirs.bundles()) else { return Vec::new() };
    let whole = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.');
    let found = entries.filter_map(Result::ok).filter(|entry| whole(&entry.file_name()));
    let mut packs: Vec<PathBuf> = found.map(|entry| crate::definition::bundle::pack_in(&entry.path())).collect();
    packs.sort();
    packs
}

fn terminal_width() -> Option<usize> {
    let size = [rustix::termios::tcgetwinsize(std::io::stdout()), rustix::termios::tcgetwinsize(std::io::stderr())];
    size.into_iter().flatten().map(|size| usize::from(size.ws_col)).find(|columns| *columns > 0)
}
