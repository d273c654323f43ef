//! Commands that still go on in containers when nobody waits for them any more.

use super::connect::Engine;
use super::environment::lock;
use super::error::EngineError;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What `timeout` gives a command between its polite signal and the last one.
pub(super) const GRACE: Duration = Duration::from_secs(2);
/// Signals what was started with exactly this command line: `timeout`, which
/// leads a process group and hands a polite signal on to all of it. It needs the
/// shell and `tr` alone, which stand beside `timeout` wherever that is.
const END: &str = r#"for process in /proc/[0-9]*; do
  line=$(tr '\0' '\n' <"$process/cmdline" 2>/dev/null) || continue
  [ "$line" = "$1" ] && kill -s "$2" -- "$3${process#/proc/}"
done
exit 0"#;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// It may clean up; `timeout` kills it soon after.
    Term,
    /// At once, with its group.
    Kill,
}

/// A command under the container's own `timeout`.
pub(super) fn with_limit(argv: &[String], timeout: Duration) -> Vec<String> {
    let seconds = timeout.as_secs_f64().to_string();
    let limit = ["timeout", "-k", &GRACE.as_secs().to_string(), &seconds].map(str::to_owned);
    limit.into_iter().chain(argv.iter().cloned()).collect()
}

#[derive(Debug, Clone)]
pub(super) struct Command {
    pub(crate) container: String,
    pub(crate) user: String,
    pub(crate) argv: Vec<String>,
    pub(crate) timeout: Duration,
}

/// What was started and hasn't been seen to end.
#[derive(Debug, Clone, Default)]
pub(super) struct Orphans(Arc<Mutex<BTreeMap<usize, Command>>>);

impl Orphans {
    /// Waits for a command; when this is dropped before its end, it is kept.
    pub(crate) async fn wait<T>(&self, command: Command, ran: impl Future<Output = T>) -> T {
        let number = {
            let mut going = lock(&self.0);
            let number = going.keys().next_back().map_or(0, |last| last + 1);
            going.insert(number, command);
            number
        };
        let ended = ran.await;
        lock(&self.0).remove(&number);
        ended
    }

    pub(crate) fn take(&self) -> Vec<Command> {
        std::mem::take(&mut *lock(&self.0)).into_values().collect()
    }
}

impl Engine {
    /// Ends a command that goes on in a container; `line` is what was started.
    pub(super) async fn end_command(
        &self,
        container: &str,
        user: &str,
        line: &[String],
        signal: Signal,
    ) -> Result<(), EngineError> {
        let (name, group) = match signal {
            Signal::Term => ("TERM", ""),
            Signal::Kill => ("KILL", "-"),
        };
        let line = line.join("\n");
        let argv = ["sh", "-c", END, "sh", line.trim_end_matches('\n'), name, group].map(str::to_owned).to_vec();
        self.exec_quietly(container, user, argv).await.map(drop)
    }

    /// The same for one that nobody waits for any more.
    pub(super) async fn end_orphan(&self, command: &Command) -> Result<(), EngineError> {
        let line = with_limit(&command.argv, command.timeout);
        self.end_command(&command.container, &command.user, &line, Signal::Term).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_waited_for_to_the_end_is_forgotten_and_the_rest_is_kept() {
        let going = Orphans::default();
        let command = |name: &str| Command {
            container: "toolbox".to_owned(),
            user: "1000:1000".to_owned(),
            argv: vec![name.to_owned()],
            timeout: Duration::from_secs(60),
        };
        assert_eq!(going.wait(command("true"), async { 3 }).await, 3);
        let endless = going.wait(command("sleep"), std::future::pending::<()>());
        let _ = tokio::time::timeout(Duration::from_millis(1), endless).await;
        let left: Vec<String> = going.take().into_iter().flat_map(|command| command.argv).collect();
        assert_eq!(left, ["sleep"]);
        assert!(going.take().is_empty());
    }
}
