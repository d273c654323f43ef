//! What every command starts from: words, folders, the lab, the engine.

pub(super) use super::act::Hands;
use super::consent;
use super::show;
use super::surroundings::Surroundings;
use crate::definition::load::{self, LoadedLab, Rigour};
use crate::definition::shipped;
use crate::error::Error;
use crate::i18n::Words;
use crate::message::Message;
use crate::report::page::{Line, Page};
use crate::session::playground::SessionContext;
use crate::session::set_aside;
use crate::untrusted::Unfit;
use crate::workspace::index;
use crate::workspace::progress::TaskProgress;
use crate::workspace::record::{Record, Workspace};
use std::path::{Path, PathBuf};

pub(super) struct Context {
    pub(crate) words: Words,
    pub(crate) surroundings: Surroundings,
    folder: Option<PathBuf>,
    allow: Vec<String>,
}

/// A lab, the key of its learners' nonces and the folder of the gate's image.
pub(super) struct LocatedLab {
    pub(crate) loaded: LoadedLab,
    pub(crate) secret: String,
    pub(crate) gate: PathBuf,
}

pub(super) struct Work {
    pub(crate) workspace: Workspace,
    pub(crate) record: Record,
    pub(crate) found: LocatedLab,
}

/// A lab's folder, before its file is read.
pub(super) struct Location {
    pub(crate) folder: PathBuf,
    pub(crate) shipped: PathBuf,
    /// Whether the lab isn't one that the binary carries.
    pub(crate) own: bool,
}

impl Work {
    pub(crate) fn setting<'a>(&'a self, context: &'a Context, hands: &'a Hands) -> SessionContext<'a> {
        SessionContext {
            engine: &hands.engine,
            dirs: &context.surroundings.dirs,
            gate: &self.found.gate,
            loaded: &self.found.loaded,
            pack_secret: &self.found.secret,
            workspace: &self.workspace,
            record: &self.record,
            range: context.surroundings.range,
            events: &hands.events,
            cancel: &hands.cancel,
        }
    }
}

impl Context {
    pub(crate) fn new(words: Words, surroundings: Surroundings, folder: Option<PathBuf>, allow: Vec<String>) -> Self {
        Self { words, surroundings, folder, allow }
    }

    /// What was allowed on the command line, as it was said.
    pub(crate) fn allowed(&self) -> &[String] {
        &self.allow
    }

    pub(crate) fn say(&self, message: &Message) -> String {
        self.words.say(message)
    }

    pub(crate) fn show(&self, text: &str) {
        let style = self.surroundings.stdout_style();
        show::stdout(&show::fitting(&show::own(text, &style), &style));
    }

    /// A folder's progress. What can't be read is set aside, and that is said.
    pub(crate) fn progress(&self, workspace: &Workspace) -> Result<TaskProgress, Error> {
        let (progress, aside) = workspace.progress().map_err(|source| Error::io(&workspace.folder, &source))?;
        if let Some(aside) = aside {
            let style = self.surroundings.stderr_style();
            let mut page = Page::new(&style);
            page.line(0, 0, &Line::plain(&show::own(&self.say(&set_aside(&aside)), &style)));
            show::stderr(&page.finish());
        }
        Ok(progress)
    }

    /// The folder that was named, or the current one.
    pub(crate) fn here(&self) -> PathBuf {
        match &self.folder {
            Some(folder) => self.surroundings.here.join(folder),
            None => self.surroundings.here.clone(),
        }
    }

    pub(crate) fn has_folder(&self) -> bool {
        self.folder.is_some()
    }

    pub(crate) fn shipped(&self) -> Result<PathBuf, Error> {
        let cache = &self.surroundings.dirs.cache;
        shipped::unpacked(cache).map_err(|source| Error::io(cache, &source))
    }

    /// The folders with labs, in the order in which a lab is looked for.
    fn packs(&self, shipped: &Path) -> Vec<PathBuf> {
        let mut packs = self.surroundings.packs();
        packs.push(shipped.to_owned());
        packs
    }

    /// The names of all labs there are, those of one's own packs first, each once.
    pub(crate) fn all_labs(&self) -> Result<Vec<String>, Error> {
        let mut all: Vec<String> = Vec::new();
        for pack in self.packs(&self.shipped()?) {
            for lab in shipped::labs_in(&pack) {
                if !all.contains(&lab) {
                    all.push(lab);
                }
            }
        }
        Ok(all)
    }

    /// Where the lab of this name is; a name with a slash is a path.
    pub(crate) fn locate(&self, name: &str) -> Result<Location, Error> {
        let shipped = self.shipped()?;
        if name.contains('/') || name == "." || name == ".." {
            let folder = self.surroundings.here.join(name);
            let folder = std::fs::canonicalize(&folder)
                .map_err(|_| Error::usage(message!("lab-folder-missing", path = folder.as_path())))?;
            return Ok(Location { folder, shipped, own: true });
        }
        let mut known = Vec::new();
        for pack in self.packs(&shipped) {
            let labs = shipped::labs_in(&pack);
            if labs.iter().any(|lab| lab == name) {
                let own = pack != shipped;
                return Ok(Location { folder: pack.join(name), shipped, own });
            }
            known.extend(labs);
        }
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        let error = Error::usage(message!("no-such-lab", name = name, known = known.join(", "))).near(name, &names);
        if self.here().join(name).join(load::LAB_FILE).is_file() {
            return Err(error.hint(message!("hint-own-lab", path = format!("./{name}"))));
        }
        Err(if error.hints.is_empty() { error.hint(message!("hint-list")) } else { error })
    }

    /// The learner's folder around here, or that of the lab named.
    pub(crate) fn workspace(&self, lab: Option<&str>) -> Result<Workspace, Error> {
        if self.folder.is_some() && !self.here().is_dir() {
            return Err(Error::usage(message!("lab-folder-missing", path = &self.here())));
        }
        if let Some(workspace) = Workspace::around(&self.here()) {
            let record = record(&workspace)?;
            if lab.is_none_or(|lab| lab == record.lab.as_str()) {
                return Ok(workspace);
            }
        }
        let Some(lab) = lab else {
            return Err(Error::usage(message!("not-in-a-folder")).hint(message!("hint-cd-or-start")));
        };
        let below = self.here().join(lab);
        if let Some(workspace) = Workspace::around(&below).filter(|found| found.folder.ends_with(lab)) {
            return Ok(workspace);
        }
        let id = lab.parse().map_err(|error: crate::definition::name::InvalidName| Error::usage(error.message()))?;
        index::folders(&self.surroundings.dirs.state, &id)
            .into_iter()
            .next()
            .ok_or_else(|| Error::usage(message!("not-started", lab = lab)).hint(message!("hint-start", lab = lab)))
    }

    /// The learner's folder and its lab. Which lab that is, the folder doesn't decide:
    /// it names one of those that are installed here. A path of the owner's own is kept
    /// on this machine.
    pub(crate) fn work(&self, lab: Option<&str>) -> Result<Work, Error> {
        let work = self.work_to_stop(lab)?;
        consent::required(self, &work.found.loaded)?;
        Ok(work)
    }

    /// The same where the lab gets nothing to do.
    pub(crate) fn work_to_stop(&self, lab: Option<&str>) -> Result<Work, Error> {
        let workspace = self.workspace(lab)?;
        let record = record(&workspace)?;
        let named = index::known(&self.surroundings.dirs.state, &workspace).and_then(|known| known.lab);
        let location = match named.filter(|folder| folder.join(load::LAB_FILE).is_file()) {
            Some(folder) => Location { folder, shipped: self.shipped()?, own: true },
            None => self
                .locate(record.lab.as_str())
                .map_err(|error| error.hint(message!("hint-start-path", lab = record.lab.as_str())))?,
        };
        let found = located(location, Rigour::Running)?;
        if found.loaded.lab.id.value != record.lab {
            let (wanted, found) = (record.lab.as_str(), found.loaded.lab.id.value.as_str());
            return Err(Error::usage(message!("another-labs-folder", lab = wanted, found = found)));
        }
        Ok(Work { workspace, record, found })
    }
}

pub(super) fn load(context: &Context, location: Location, rigour: Rigour) -> Result<LocatedLab, Error> {
    let found = located(location, rigour)?;
    consent::required(context, &found.loaded)?;
    Ok(found)
}

fn located(location: Location, rigour: Rigour) -> Result<LocatedLab, Error> {
    let Location { folder, shipped, .. } = location;
    let loaded = load::load_as(&folder, rigour)?;
    let pack = folder.parent().unwrap_or(&folder);
    let secret = shipped::secret(pack).map_err(|source| Error::io(&pack.join(shipped::SECRET_FILE), &source))?;
    Ok(LocatedLab { loaded, secret, gate: shipped.join("images/gate") })
}

/// Refuses a folder that no engine could be told of: its API takes UTF-8 alone.
pub(super) fn nameable(folder: &Path) -> Result<(), Error> {
    match folder.to_str() {
        Some(_) => Ok(()),
        None => Err(Error::usage(message!("path-not-utf8", path = folder)).hint(message!("hint-path-not-utf8"))),
    }
}

pub(super) fn record(workspace: &Workspace) -> Result<Record, Error> {
    nameable(&workspace.folder)?;
    workspace.record().map_err(|source| {
        let path = workspace.folder.join(".lab/lab.json");
        if Unfit::within(&source).is_some() {
            return Error::io(&path, &source);
        }
        Error::usage(message!("record-unreadable", path = path.as_path(), reason = &source))
            .hint(message!("hint-record"))
    })
}
