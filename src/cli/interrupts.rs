//! SIGINT, SIGTERM and SIGHUP, heard on a thread of its own: a signal is
//! answered at once, also while every worker of the runtime is busy.

use crate::error::Error;
use crate::message::Message;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long the clean-up may take after a signal. What is left then, the next
/// command's sweep removes.
const CLEAN_UP_WITHIN: Duration = Duration::from_secs(60);

/// Cancels `cancel` at the first signal, and says what is going on at each, until
/// the returned guard is dropped.
pub(super) fn listen(cancel: CancellationToken, say: impl Fn(Message) + Send + 'static) -> Result<DropGuard, Error> {
    start(cancel, say).map_err(|source| Error::io(Path::new("signals"), &source))
}

fn start(cancel: CancellationToken, say: impl Fn(Message) + Send + 'static) -> io::Result<DropGuard> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let entered = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = if ignores_hangup() { None } else { Some(signal(SignalKind::hangup())?) };
    drop(entered);
    let over = CancellationToken::new();
    let until = over.clone();
    let heard = async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                () = next(&mut hangup) => {}
                () = until.cancelled() => return,
            }
            // Said first, for what is cancelled may end before it could be.
            say(if cancel.is_cancelled() { message!("still-cleaning-up") } else { message!("cleaning-up") });
            cancel.cancel();
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || runtime.block_on(heard))?;
    Ok(over.drop_guard())
}

async fn next(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => _ = signal.recv().await,
        None => std::future::pending().await,
    }
}

/// Under `nohup` a command outlives its terminal.
fn ignores_hangup() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The lowest bit is signal 1, which is SIGHUP.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

pub(super) async fn overdue(cancel: &CancellationToken) {
    cancel.cancelled().await;
    tokio::time::sleep(CLEAN_UP_WITHIN).await;
}
