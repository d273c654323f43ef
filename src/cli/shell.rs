//! `lab shell`: a terminal next to the services.

use super::context::Context;
use super::env::{not_running, running};
use crate::error::Error;
use crate::exit::Exit;
use std::io::IsTerminal;
use std::process::Command;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "COMMAND", trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Error> {
    let work = context.work(None)?;
    let (container, socket, user) = context.look(async |hands| {
        let setting = work.setting(context, hands);
        let playground = running(&work, &setting).await?;
        let toolbox = playground.place.environment().member("toolbox").filter(|toolbox| toolbox.running);
        let toolbox = toolbox.ok_or_else(|| not_running(&work))?;
        Ok((toolbox.id, hands.engine.about.socket.clone(), playground.user))
    })?;
    // A terminal is the docker command's own trade: raw mode, resizing,
    // signals. Ours would only be a worse one.
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let mut docker = Command::new("docker");
    docker.arg("--host").arg(format!("unix://{}", socket.display())).arg("exec").arg("-i");
    if terminal {
        docker.arg("-t").arg("-e").arg(format!("TERM={}", std::env::var("TERM").unwrap_or_else(|_| "xterm".into())));
    }
    docker.arg("-w").arg("/work").arg("-u").arg(format!("{}:{}", user.0, user.1)).arg(container);
    if args.command.is_empty() {
        docker.arg("bash");
    } else {
        // A shell says what it can't find in words that people know; the engine doesn't. One
        // argument is what one would type there.
        let typed = if let [line] = args.command.as_slice() { line } else { "\"$@\"" };
        docker.args(["bash", "-c", typed, "bash"]).args(&args.command);
    }
    let status = docker.status().map_err(|source| {
        Error::new(Exit::Fault, message!("docker-command-missing", reason = &source))
            .hint(message!("hint-install-docker-cli"))
    })?;
    Ok(if status.success() || (terminal && args.command.is_empty()) { Exit::Success } else { Exit::ChecksFailed })
}
