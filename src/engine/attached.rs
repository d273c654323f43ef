//! The streams of a command that we are attached to: fed, read, and capped.

use crate::world::{Ended, Output};
use bollard::container::LogOutput;
use bollard::errors::Error;
use futures_util::{Stream, StreamExt};
use std::pin::Pin;
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt};

/// Both halves of an attachment. They end together: while one is open the
/// daemon goes on writing to it, and holds back the end of every other exec in
/// the container (measured).
pub(super) struct Attached {
    pub(crate) output: Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>,
    pub(crate) input: Pin<Box<dyn AsyncWrite + Send>>,
}

impl Attached {
    /// Feeds the command and reads what it writes into `output`, until it ends
    /// by itself or a limit does: more bytes than `max_output`, more time than
    /// `within`.
    pub(crate) async fn talk(
        mut self,
        stdin: &[u8],
        max_output: usize,
        within: Duration,
        output: &mut Output,
    ) -> Result<Option<Ended>, Error> {
        // A command that doesn't read must not keep us from reading it.
        let feed = async {
            let _ = self.input.write_all(stdin).await;
            let _ = self.input.shutdown().await;
            std::future::pending::<()>().await;
        };
        let read = async {
            while let Some(chunk) = self.output.next().await {
                match chunk? {
                    LogOutput::StdErr { message } => output.stderr.extend_from_slice(&message),
                    other => output.stdout.extend_from_slice(&other.into_bytes()),
                }
                if output.stdout.len() + output.stderr.len() > max_output {
                    return Ok(Some(Ended::TooMuchOutput));
                }
            }
            Ok(None)
        };
        tokio::select! {
            ended = read => ended,
            () = feed => Ok(None),
            () = tokio::time::sleep(within) => Ok(Some(Ended::TimedOut)),
        }
    }
}
