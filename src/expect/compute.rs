//! Reading and judging away from the threads that wait: whatever it takes, time
//! limits hold and Ctrl-C is seen.

use crate::world::ProbeFailure;
use std::time::Duration;

/// The bounds on work end it long before; a machine that is this slow says
/// nothing of what was judged.
const LIMIT: Duration = Duration::from_secs(30);

/// Runs work on a thread of its own. What isn't done in time is a fault, whose
/// thread ends with the process.
pub(crate) async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ProbeFailure> {
    let fault = |detail: String| ProbeFailure::Fault { detail };
    match tokio::time::timeout(LIMIT, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(fault(format!("judging failed: {error}"))),
        Err(_) => Err(fault(format!("judging took more than {} s", LIMIT.as_secs()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[tokio::test]
    async fn the_threads_that_wait_go_on_meanwhile() {
        let (send, receive) = channel();
        let work = compute(move || receive.recv_timeout(Duration::from_secs(20)));
        let other = async {
            tokio::task::yield_now().await;
            send.send(7).unwrap();
        };
        assert_eq!(tokio::join!(work, other).0, Ok(Ok(7)));
    }

    #[tokio::test]
    async fn a_panic_is_a_fault() {
        let found = compute(|| assert!(std::hint::black_box(false), "broken")).await;
        assert!(matches!(found, Err(ProbeFailure::Fault { .. })), "{found:?}");
    }
}
