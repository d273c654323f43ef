//! Logs of containers.

use super::connect::Engine;
use super::error::EngineError;
use super::prober::Prober;
use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::{Stream, StreamExt};

/// Lines of a log's end that errors show.
const TAIL: &str = "15";
/// Bytes of a log's end that errors show …
const TAIL_BYTES: usize = 4096;
/// … and that are read for it: half a secret at their beginning is never shown.
const READ_BYTES: usize = 64 << 10;

impl Engine {
    /// The last lines of a container's log, without secrets; empty when it can't
    /// be read.
    pub(super) async fn log_tail(&self, container: &str, prober: &dyn Prober) -> String {
        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).tail(TAIL).build();
        let mut stream = Box::pin(self.docker.logs(container, Some(options)));
        let mut bytes = Vec::new();
        while let Some(Ok(line)) = stream.next().await {
            bytes.extend_from_slice(&line.into_bytes());
            bytes.drain(..bytes.len().saturating_sub(READ_BYTES));
        }
        let text = prober.redact(&String::from_utf8_lossy(&bytes));
        end(&text).to_owned()
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

/// The last bytes of a text, from a character's beginning on.
fn end(text: &str) -> &str {
    let start = text.len().saturating_sub(TAIL_BYTES);
    let start = (start..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    text[start..].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_is_cut_at_a_character() {
        assert_eq!(end("short\n"), "short");
        let long = format!("a{}", "é".repeat(TAIL_BYTES));
        assert!(end(&long).len() <= TAIL_BYTES && end(&long).chars().all(|character| character == 'é'));
    }
}
