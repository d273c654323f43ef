//! Commands in containers, with limits that hold whatever the command does.

use super::attached::Attached;
use super::connect::Engine;
use super::error::EngineError;
use super::orphans::{GRACE, Signal, with_limit};
use crate::world::{Ended, Output};
use bollard::exec::{CreateExecOptions, StartExecOptions, StartExecResults};
use std::time::{Duration, Instant};

/// What we give `timeout` itself, the daemon and the machine beyond that.
const MARGIN: Duration = Duration::from_secs(5);
/// What an exit code gets to be noted once the output has ended.
const NOTED_WITHIN: Duration = Duration::from_secs(1);
/// What a short command of our own may take, and print.
const SHORT: Duration = Duration::from_secs(10);
const OWN_OUTPUT: usize = 64 << 10;
/// The exit code of what was killed.
pub(super) const KILLED: i64 = 137;
/// How long ending a user's processes is tried.
const ENDING: Duration = Duration::from_secs(5);
/// What the shell that ended them says afterwards.
const ENDED: &str = "ended";

/// What is ended when a command has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// All that its user runs in that container: in a room's toolbox nobody else works as that user.
    AllOfItsUser,
    /// The command and what it started: the user may be the service's own, or the learner in
    /// another shell.
    Itself,
}

pub(super) struct ExecRequest<'a> {
    pub(crate) container: &'a str,
    pub(crate) argv: &'a [String],
    /// Empty for the container's own.
    pub(crate) user: &'a str,
    /// Whose processes are ended where there are too many for another to begin.
    pub(crate) crowd: &'a str,
    pub(crate) dir: &'a str,
    pub(crate) env: &'a [(String, String)],
    pub(crate) stdin: &'a [u8],
    pub(crate) timeout: Duration,
    pub(crate) max_output: usize,
    pub(crate) ends: Ends,
}

/// Whether a command could not even begin. The engine says so on the command's
/// own standard output; `timeout` says so, with its own code for that, when it
/// began and could not make the process for the command.
fn never_began(output: &Output) -> bool {
    let engine_could_not = output.exit > 125 && output.stdout.starts_with(b"OCI runtime exec failed");
    let timeout_could_not = output.exit == 125
        && output.stdout.is_empty()
        && output.stderr.starts_with(b"timeout: ")
        && !output.stderr.trim_ascii_end().contains(&b'\n');
    output.ended.is_none() && (engine_could_not || timeout_could_not)
}

impl Engine {
    /// Runs a command to its end, its limit or its output's cap.
    ///
    /// Where an earlier command left so many processes that no other can begin,
    /// those are ended first: what they were would fail every check that follows.
    #[tracing::instrument(level = "debug", name = "engine.exec", skip_all)]
    pub(super) async fn exec(&self, request: &ExecRequest<'_>) -> Result<Output, EngineError> {
        let output = self.exec_once(request).await?;
        if request.ends == Ends::Itself || !never_began(&output) {
            return Ok(output);
        }
        self.end_user(request.container, request.crowd).await?;
        self.exec_once(request).await
    }

    /// The same, once.
    ///
    /// `timeout` in the container ends it in most cases. What ignores that is
    /// ended from outside ([`Ends`]): an exec itself can't be killed.
    async fn exec_once(&self, request: &ExecRequest<'_>) -> Result<Output, EngineError> {
        let name = request.argv.first().map_or("", String::as_str);
        let error = |source| EngineError::call("run", name, source);
        let options = CreateExecOptions {
            attach_stdin: Some(!request.stdin.is_empty()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            env: Some(request.env.iter().map(|(name, value)| format!("{name}={value}")).collect()),
            cmd: Some(with_limit(request.argv, request.timeout)),
            user: Some(request.user.to_owned()),
            working_dir: Some(request.dir.to_owned()),
            ..CreateExecOptions::default()
        };
        let begun = Instant::now();
        let exec = self.docker.create_exec(request.container, options).await.map_err(error)?.id;
        let started = self.docker.start_exec(&exec, None::<StartExecOptions>).await.map_err(error)?;
        let StartExecResults::Attached { output, input } = started else { return Err(detached(request.argv)) };
        let attached = Attached { output, input };
        let mut output = Output::default();
        let within = request.timeout + GRACE + MARGIN;
        let mut ended = attached.talk(request.stdin, request.max_output, within, &mut output).await.map_err(error)?;
        if ended.is_some() {
            self.end(request).await?;
        }
        // One that closed its output may go on.
        let left = if ended.is_some() { ENDING } else { within.saturating_sub(begun.elapsed()).max(NOTED_WITHIN) };
        let exit = self.exit_code(&exec, left).await?;
        output.time = begun.elapsed();
        if ended.is_none() && exit.is_none() {
            ended = Some(Ended::TimedOut);
            self.end(request).await?;
        }
        output.exit = match ended {
            // Whatever the engine noted of what we killed, it isn't the command's answer.
            Some(_) => KILLED,
            None => exit.unwrap_or(KILLED),
        };
        output.ended = ended;
        if ended.is_none() && output.time >= request.timeout && [124, KILLED, 143].contains(&output.exit) {
            output.ended = Some(Ended::TimedOut);
            // `timeout` ends the command's group; what left that, a fork bomb
            // say, would be in the way of the next check.
            if request.ends == Ends::AllOfItsUser {
                self.end(request).await?;
            }
        }
        if output.ended.is_none() && output.exit == KILLED && self.ran_out_of_memory(request.container).await {
            output.ended = Some(Ended::OutOfMemory);
        }
        // In a dead container an exec ends so too, with the engine's own words
        // on its standard output.
        if output.ended.is_none() && output.exit > 125 {
            self.must_run(request.container).await?;
        }
        Ok(output)
    }

    async fn end(&self, request: &ExecRequest<'_>) -> Result<(), EngineError> {
        match request.ends {
            Ends::AllOfItsUser => self.end_user(request.container, request.user).await,
            Ends::Itself => {
                let line = with_limit(request.argv, request.timeout);
                // Where the container is gone, so is the command.
                let _ = self.end_command(request.container, request.user, &line, Signal::Kill).await;
                Ok(())
            }
        }
    }

    /// Fails if a container has ended. Its first process can't be ended from
    /// inside, so whatever ended it isn't the command's doing.
    async fn must_run(&self, container: &str) -> Result<(), EngineError> {
        if self.member(container).await?.running {
            return Ok(());
        }
        Err(EngineError::NotRunning { service: container.to_owned() })
    }

    /// The exit code of an exec; none when it still runs after `within`.
    async fn exit_code(&self, exec: &str, within: Duration) -> Result<Option<i64>, EngineError> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(20);
        loop {
            let found = self.docker.inspect_exec(exec).await;
            let found = found.map_err(|source| EngineError::call("inspect", "exec", source))?;
            // The stream may end a moment before the daemon has noted the code.
            if found.running != Some(true) && found.exit_code.is_some() {
                return Ok(found.exit_code);
            }
            if begun.elapsed() > within {
                return Ok(None);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(200));
        }
    }

    /// Ends every process of a user in a container; the container itself when
    /// that doesn't succeed in [`ENDING`].
    async fn end_user(&self, container: &str, user: &str) -> Result<(), EngineError> {
        // The shell's own `kill`: it needs no program, and no further process.
        let script = format!("kill -9 -1; echo {ENDED}");
        let ending = async {
            loop {
                let argv = ["sh", "-c", &script].map(str::to_owned).to_vec();
                // Where a bomb has taken every process there may be, this one
                // can't begin either; the bomb's own die of that and leave room.
                if self.exec_quietly(container, user, argv).await.is_ok_and(|said| said.trim() == ENDED) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(ENDING, ending).await.is_ok() {
            return Ok(());
        }
        let killed = self.docker.kill_container(container, None).await;
        killed.map_err(|source| EngineError::call("kill", container, source))
    }

    /// Whether the kernel has ended a process of this container for memory.
    /// The engine's own flag stays false for a process that isn't the first
    /// (measured), so the control group's counters are read, of either version.
    async fn ran_out_of_memory(&self, container: &str) -> bool {
        let script = "cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null; exit 0";
        let argv = ["sh", "-c", script].map(str::to_owned).to_vec();
        let counters = self.exec_quietly(container, "0:0", argv).await.unwrap_or_default();
        counters.lines().filter_map(|line| line.strip_prefix("oom_kill ")).any(|count| count.trim() != "0")
    }

    /// Runs a short command of our own, which must succeed and soon; what it
    /// printed.
    pub(super) async fn exec_quietly(
        &self,
        container: &str,
        user: &str,
        argv: Vec<String>,
    ) -> Result<String, EngineError> {
        let command = argv.join(" ");
        let late = || EngineError::OwnCommand { command: command.clone(), exit: None, said: String::new() };
        let ran = tokio::time::timeout(SHORT, self.run_quietly(container, user, argv));
        let (exit, text, said) = ran.await.map_err(|_| late())??;
        match exit {
            0 => Ok(text),
            exit => Err(EngineError::OwnCommand { command, exit: Some(exit), said: said.trim().to_owned() }),
        }
    }

    async fn run_quietly(
        &self,
        container: &str,
        user: &str,
        argv: Vec<String>,
    ) -> Result<(i64, String, String), EngineError> {
        let error = |source| EngineError::call("run", "a short command", source);
        let options = CreateExecOptions {
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            cmd: Some(argv.clone()),
            user: Some(user.to_owned()),
            ..CreateExecOptions::default()
        };
        let exec = self.docker.create_exec(container, options).await.map_err(error)?.id;
        let started = self.docker.start_exec(&exec, None::<StartExecOptions>).await.map_err(error)?;
        let StartExecResults::Attached { output, input } = started else { return Err(detached(&argv)) };
        let mut output_seen = Output::default();
        let attached = Attached { output, input };
        attached.talk(&[], OWN_OUTPUT, SHORT, &mut output_seen).await.map_err(error)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let exit = self.exit_code(&exec, SHORT).await?.unwrap_or(KILLED);
        Ok((exit, text(&output_seen.stdout), text(&output_seen.stderr)))
    }
}

/// What an engine that doesn't hand over a command's output leaves to say: not that it succeeded.
fn detached(argv: &[String]) -> EngineError {
    EngineError::OwnCommand { command: argv.join(" "), exit: None, said: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(exit: i64, stdout: &str, stderr: &str) -> Output {
        Output { exit, stdout: stdout.into(), stderr: stderr.into(), ..Output::default() }
    }

    #[test]
    fn what_could_not_begin_is_told_from_what_failed() {
        let fork = "timeout: fork system call failed: Resource temporarily unavailable\n";
        assert!(never_began(&output(125, "", fork)));
        assert!(never_began(&output(126, "OCI runtime exec failed: exec failed\n", "")));
        // A learner's script that says the like of it has begun.
        assert!(!never_began(&output(125, "deploying\n", fork)));
        assert!(!never_began(&output(125, "", &format!("{fork}and more\n"))));
        assert!(!never_began(&output(1, "", fork)));
        assert!(!never_began(&output(125, "", "docker: no such image\n")));
        assert!(!never_began(&Output { ended: Some(Ended::TimedOut), ..output(125, "", fork) }));
    }
}
