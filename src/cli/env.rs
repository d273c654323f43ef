//! `lab env`: the playground's addresses and keys.

use super::context::{Context, Work};
use super::show;
use crate::definition::lint::services::{is_host, is_variable};
use crate::definition::model::Open;
use crate::error::Error;
use crate::exit::Exit;
use crate::report::clean;
use crate::session::playground::{self, Playground, SessionContext};
use std::fmt::Write as _;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "LAB")]
    lab: Option<String>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(args.lab.as_deref())?;
    let text = context.act(async |hands| {
        let setting = work.setting(context, &hands);
        let playground = running(&work, &setting).await?;
        let mut text = String::new();
        for (title, url) in opened(context, &work, &playground) {
            let _ = writeln!(text, "# {title}  {url}");
        }
        let _ = writeln!(text, "# {}", context.say(&message!("env-note")));
        let (obeyed, plain): (Vec<_>, Vec<_>) =
            work.found.loaded.lab.environment.toolbox.env.iter().partition(|(name, _)| is_obeyed(name));
        if !obeyed.is_empty() {
            let names = obeyed.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "# {}", clean::line(&context.say(&message!("env-only-inside", names = names))));
        }
        for (name, template) in plain {
            let value = template.render(&playground.scope).map_err(crate::session::SessionError::from)?;
            let value = from_host(&work, &playground, value);
            // The linter asks for such a name; what is run by a shell is looked at here as well.
            if is_variable(name) {
                let _ = writeln!(text, "export {name}={}", quoted(&value));
            }
        }
        Ok(text)
    })?;
    show::stdout(&text);
    Ok(Exit::Success)
}

pub(super) fn not_running(work: &Work) -> Error {
    let lab = work.record.lab.as_str();
    Error::usage(message!("playground-not-running", lab = lab)).hint(message!("hint-start", lab = lab))
}

pub(super) async fn running(work: &Work, setting: &SessionContext<'_>) -> Result<Playground, Error> {
    playground::running(setting).await?.ok_or_else(|| not_running(work))
}

/// Every opened port with its title and the address that a browser takes.
fn opened(context: &Context, work: &Work, playground: &Playground) -> Vec<(String, String)> {
    let lab = &work.found.loaded.lab;
    let mut found: Vec<(String, String)> = lab
        .open()
        .filter_map(|(name, service, open)| {
            let title = open.title.as_ref().map_or(name, |title| title.get(context.words.language()));
            Some((clean::line(title), published(playground, service.as_str(), open)?))
        })
        .collect();
    found.sort();
    found
}

/// The address on this machine. Hosts that end in `.localhost` are kept, for a
/// browser resolves them to loopback and the service tells its sites by them.
pub(super) fn published(playground: &Playground, service: &str, open: &Open) -> Option<String> {
    let member = playground.place.member(service)?;
    let (_, port) = member.ports.iter().find(|(private, _)| *private == open.port)?;
    let host = open.host.as_ref().and_then(|host| host.render(&playground.scope).ok());
    let host =
        host.filter(|host| is_host(host) && host.ends_with(".localhost")).unwrap_or_else(|| "127.0.0.1".to_owned());
    Some(format!("http://{host}:{port}"))
}

fn from_host(work: &Work, playground: &Playground, value: String) -> String {
    work.found.loaded.lab.open().fold(value, |value, (_, service, open)| {
        let inside = format!("http://{service}:{}", open.port);
        match published(playground, service.as_str(), open) {
            Some(outside) if value.starts_with(&inside) => value.replacen(&inside, &outside, 1),
            _ => value,
        }
    })
}

/// Whether programs of this machine may take a variable for what to run or to load, whatever
/// the lab has in mind: such a one stays in the toolbox. By what such names have in common, for
/// nobody can list them all: a single word, the program that reads them, what they hold.
fn is_obeyed(name: &str) -> bool {
    const READERS: &str = "bash cargo docker dyld fish gconv gem git go gpg java jdk kde lab ld less lesskey \
        lua malloc man node npm perl perl5 php pip prompt python qt r ruby rustc ssh sudo tmux uv xdg zsh";
    const HOLDS: &str = "args askpass browser cmd command config dir editor file flags hook home lib library \
        opts options opt pager path paths preload profile proxy rc shell socket sock startup wrapper";
    let name = name.to_ascii_lowercase();
    let name = name.trim_start_matches('_');
    let Some((first, _)) = name.split_once('_') else { return true };
    let last = name.rsplit('_').next().unwrap_or_default();
    READERS.split_ascii_whitespace().any(|reader| reader == first)
        || HOLDS.split_ascii_whitespace().any(|held| last == held)
}

/// A value for a shell, with nothing in it that a terminal would obey.
fn quoted(value: &str) -> String {
    if !value.chars().any(clean::is_hidden) {
        return format!("'{}'", value.replace('\'', r"'\''"));
    }
    let octal: String = value.bytes().fold(String::new(), |mut octal, byte| {
        let _ = write!(octal, "\\{byte:03o}");
        octal
    });
    format!("\"$(printf '{octal}')\"")
}

pub(super) fn addresses(text: &mut String, context: &Context, work: &Work, playground: &Playground) {
    let opened = opened(context, work, playground);
    let width = opened.iter().map(|(title, _)| title.chars().count()).max().unwrap_or(0);
    for (title, url) in &opened {
        let gap = " ".repeat(width - title.chars().count());
        let _ = writeln!(text, "  {title}{gap}  {url}");
    }
    if !opened.is_empty() {
        let _ = writeln!(text, "  {}\n", context.say(&message!("start-keys")));
    }
}

#[cfg(test)]
mod tests {
    use super::{is_obeyed, quoted};
    use crate::report::clean;

    #[test]
    fn what_programs_here_obey_is_told_from_what_labs_say() {
        for name in ["PROMPT_COMMAND", "PS1", "PATH", "ENV", "BASH_ENV", "IFS", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES"] {
            assert!(is_obeyed(name), "{name}");
        }
        for name in ["GIT_SSH_COMMAND", "EDITOR", "AWS_CONFIG_FILE", "PYTHONSTARTUP", "NODE_OPTIONS", "http_proxy"] {
            assert!(is_obeyed(name), "{name}");
        }
        for name in
            ["DOCKER_HOST", "KUBECONFIG", "_JAVA_OPTIONS", "PIP_INDEX_URL", "TF_CLI_ARGS", "XDG_CONFIG_HOME", "_"]
        {
            assert!(is_obeyed(name), "{name}");
        }
        // Those of the shipped labs, and their like.
        for name in ["AWS_ENDPOINT_URL", "AWS_SECRET_ACCESS_KEY", "SITE_BUCKET", "API_URL", "PG_CONN_STR"] {
            assert!(!is_obeyed(name), "{name}");
        }
        for name in ["TF_VAR_project", "TF_VAR_index_document", "GARAGE_ADMIN_TOKEN", "TEST_DATABASE_URL", "DB_HOST"] {
            assert!(!is_obeyed(name), "{name}");
        }
    }

    #[test]
    fn a_value_survives_the_shell() {
        assert_eq!(quoted("a'b $c"), r"'a'\''b $c'");
        for value in ["a'b $c; `id`", "a\u{1b}]52;c;x\u{7}'\"b\\ %s", "two\nlines", "\u{202e}x"] {
            let quoted = quoted(value);
            assert!(!quoted.chars().any(clean::is_hidden), "{quoted:?}");
            let shell =
                std::process::Command::new("sh").args(["-c", &format!("v={quoted}; printf %s \"$v\"")]).output();
            assert_eq!(shell.unwrap().stdout, value.as_bytes(), "{quoted}");
        }
    }
}
