//! Logs of containers.

use super::connect::Engine;
use super::error::EngineError;
use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::{Stream, StreamExt};

/// Lines of a log's end that errors show.
const TAIL: &str = "15";
/// Bytes of a log's end that errors show.
const TAIL_BYTES: usize = 4096;

impl Engine {
    /// The last lines of a container's log; empty when it can't be read.
    pub(super) async fn log_tail(&self, container: &str) -> String {
        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).tail(TAIL).build();
        let mut stream = Box::pin(self.docker.logs(container, Some(options)));
        let mut bytes = Vec::new();
        while let Some(Ok(line)) = stream.next().await {
            bytes.extend_from_slice(&line.into_bytes());
            if bytes.len() > 64 << 10 {
                break;
            }
        }
        let start = bytes.len().saturating_sub(TAIL_BYTES);
        String::from_utf8_lossy(&bytes[start..]).trim_end().to_owned()
    }

    /// A container's log from its last `tail` lines on; goes on when `follow`.
    pub(crate) fn log_stream(
        &self,
        container: &str,
        tail: u32,
        follow: bool,
    ) -> impl Stream<Item = Result<Vec<u8>, EngineError>> + use<> {
        let name = container.to_owned();
        let options =
            LogsOptionsBuilder::new().stdout(true).stderr(true).tail(&tail.to_string()).follow(follow).build();
        self.docker.logs(container, Some(options)).map(move |line| {
            line.map(|line: LogOutput| line.into_bytes().to_vec())
                .map_err(|source| EngineError::call("read the log of", &name, source))
        })
    }
}
