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
