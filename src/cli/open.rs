//! `lab open`: an address of the playground, in the browser.

use super::context::Context;
use super::env::{not_running, published, running};
use super::show;
use super::surroundings::Surroundings;
use crate::definition::model::Lab;
use crate::error::Error;
use crate::exit::Exit;
use std::io::IsTerminal;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(None)?;
    let lab = &work.found.loaded.lab;
    let name = chosen(lab, args.name.as_deref())?;
    let url = context.act(async |hands| {
        let setting = work.setting(context, &hands);
        let playground = running(&work, &setting).await?;
        let opened = lab.open().find(|(other, ..)| *other == name);
        let url = opened.and_then(|(_, service, open)| published(&playground, service.as_str(), open));
        url.ok_or_else(|| not_running(&work))
    })?;
    show::stdout(&format!("{url}\n"));
    if !std::io::stdout().is_terminal() {
        return Ok(Exit::Success);
    }
    let began = Surroundings::browser().is_some_and(|browser| {
        // In a group of its own: Ctrl-C here must not end the browser there.
        let mut command = Command::new(browser);
        command.arg(&url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        command.spawn().is_ok()
    });
    if !began {
        show::stderr(&format!("{}\n", context.say(&message!("open-no-browser"))));
    }
    Ok(Exit::Success)
}

/// The name of the port to open: the one said, else the first that has a host
/// of its own for browsers, else the first with a title, else the first.
fn chosen<'a>(lab: &'a Lab, said: Option<&str>) -> Result<&'a str, Error> {
    let names: Vec<&str> = lab.open().map(|(name, ..)| name).collect();
    let Some(said) = said else {
        let for_browsers = lab.open().find(|(_, _, open)| {
            open.host.as_ref().is_some_and(|host| host.to_string().trim_end().ends_with(".localhost"))
        });
        let titled = || lab.open().find(|(_, _, open)| open.title.is_some());
        let found = for_browsers.or_else(titled).or_else(|| lab.open().next());
        let nothing = || Error::usage(message!("open-nothing", lab = lab.id.value.as_str()));
        return found.map(|(name, ..)| name).ok_or_else(nothing);
    };
    names.iter().copied().find(|name| *name == said).ok_or_else(|| {
        Error::usage(message!("no-such-address", name = said, known = names.join(", "))).near(said, &names)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::load::load;

    fn lab(open: &str) -> Lab {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("demo");
        for folder in [folder.join("starter"), folder.join("tasks")] {
            std::fs::create_dir_all(folder).unwrap();
        }
        std::fs::write(folder.join("tasks/t.en.md"), "Do it.\n").unwrap();
        let text = format!(
            "apiVersion: lab/v1\nid: demo\nversion: 1.0.0\nlanguages: [en]\ntitle: {{en: Demo}}\nlevel: beginner\n\
             duration: 5m\nenvironment:\n  toolbox: {{image: {{pull: \"debian:trixie\"}}}}\n  services:\n    \
             web:\n      image: {{pull: \"nginx:1.29\"}}\n{open}\
             tasks:\n  - id: t\n    tier: core\n    duration: 5m\n    title: {{en: T}}\n    checks:\n      \
             - id: c\n        must: {{en: \"it must run\"}}\n        exec: {{run: [\"true\"]}}\n        expect: {{exit: 0}}\n"
        );
        std::fs::write(folder.join("lab.yaml"), text).unwrap();
        load(&folder).unwrap().lab
    }

    #[test]
    fn a_site_is_opened_before_an_interface() {
        let site = lab("      open:\n        api: {port: 1, title: {en: API}}\n        raw: {port: 2}\n        \
             site: {port: 3, host: \"a.localhost\"}\n");
        assert_eq!(chosen(&site, None).unwrap(), "site");
        assert_eq!(chosen(&site, Some("raw")).unwrap(), "raw");
        assert_eq!(chosen(&site, Some("sit")).unwrap_err().exit, Exit::Usage);
        let titled = lab("      open:\n        api: {port: 1}\n        web: {port: 2, title: {en: Web}}\n");
        assert_eq!(chosen(&titled, None).unwrap(), "web");
        assert_eq!(chosen(&lab("      open:\n        api: {port: 1}\n"), None).unwrap(), "api");
        assert_eq!(chosen(&lab(""), None).unwrap_err().exit, Exit::Usage);
    }
}
