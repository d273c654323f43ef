//! Images from a Dockerfile, by the classic builder that every engine has.

use super::error::ImageError;
use super::watch::{Ended, Limits, StreamEvent, watch};
use super::{Images, LABEL};
use crate::engine::error::is_of_a_full_disk;
use crate::event::{Doing, Event};
use bollard::errors::Error;
use bollard::query_parameters::BuildImageOptionsBuilder;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;

/// How long a step may neither say nor do anything: one that compiles may be silent for longer.
pub(super) const IDLE: Duration = Duration::from_secs(10 * 60);

/// What works for longer than this will hardly end. The slowest image, Garage from its sources,
/// takes a quarter of an hour on two cores that nobody else uses.
const TOTAL: Duration = Duration::from_secs(4 * 60 * 60);

/// How many lines of a failed step are kept.
const TAIL: usize = 20;

/// How long a line of a step may become.
const WIDEST: usize = 400;

/// How long a line of progress may become.
const SHORT: usize = 100;

pub(super) struct Build<'a> {
    pub(crate) tag: &'a str,
    pub(crate) folder: &'a Path,
    pub(crate) archive: Vec<u8>,
    pub(crate) args: &'a BTreeMap<String, String>,
}

impl Images {
    pub(super) async fn build(&self, part: &str, build: Build<'_>) -> Result<String, ImageError> {
        let Build { tag, folder, archive, args } = build;
        let args: HashMap<&str, &str> = args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let options = BuildImageOptionsBuilder::default()
            .t(tag)
            .rm(true)
            .forcerm(true)
            .buildargs(&args)
            .labels(&HashMap::from([(LABEL.0, LABEL.1)]))
            .build();
        let mut log = Log::default();
        let begun = Instant::now();
        let mut shown = (0, String::new(), Duration::ZERO);
        let stream = self.docker.build_image(options, None, Some(bollard::body_full(archive.into())));
        let ended = watch(
            tag,
            Limits { idle: self.patience, total: TOTAL },
            stream,
            |seen| {
                let beat = match seen {
                    StreamEvent::Item(info) => {
                        log.feed(info.stream.as_deref().unwrap_or_default());
                        self.steps.begun(tag, log.container.as_deref());
                        false
                    }
                    StreamEvent::Beat => true,
                };
                let elapsed = begun.elapsed();
                // A new step shows at once, its lines at each beat, and the time
                // goes on through a silence.
                let news = log.step != shown.0
                    || beat && log.step > 0 && (log.line != shown.1 || elapsed.as_secs() != shown.2.as_secs());
                if news {
                    shown = (log.step, log.line.clone(), elapsed);
                    let doing =
                        Doing::Building { step: log.step, steps: log.steps, line: clip(&log.line, SHORT), elapsed };
                    self.events.send(Event::Progress { part: part.into(), doing });
                }
            },
            || Box::pin(self.work(tag)),
        )
        .await;
        let error = match ended {
            Ok(()) => None,
            Err(Ended::Limit(error)) => {
                self.end_builds(Some(tag)).await;
                return Err(error);
            }
            Err(Ended::Stream(error)) => Some(error),
        };
        self.steps.begun(tag, None);
        // The image is the truth: the end of a JSON stream may be misread.
        if let Some(id) = self.inspect(tag).await? {
            return Ok(id);
        }
        log.end();
        Err(failure(tag, folder, log, error))
    }
}

fn failure(tag: &str, folder: &Path, log: Log, error: Option<Error>) -> ImageError {
    let (message, of_build) = match error {
        None => ("the daemon ended the build without an image".to_owned(), true),
        Some(Error::DockerStreamError { error }) => (clean(&error), true),
        // The daemon may fail to write the Dockerfile down, which says nothing of it.
        Some(Error::DockerResponseServerError { message, .. })
            if message.contains("ockerfile") && !is_of_a_full_disk(&message) =>
        {
            return ImageError::BadDockerfile { folder: folder.to_owned(), detail: message };
        }
        Some(Error::DockerResponseServerError { message, .. }) => (message, false),
        // The connection broke, or the stream's end was misread.
        Some(other) => (other.to_string(), log.step > 0),
    };
    if is_of_a_full_disk(&message) {
        return ImageError::DiskFull { image: tag.to_owned() };
    }
    if !of_build {
        return ImageError::Daemon { image: tag.to_owned(), detail: message };
    }
    let Log { step, instruction, tail, .. } = log;
    ImageError::BuildFailed { folder: folder.to_owned(), step, instruction, message, tail: tail.into() }
}

#[derive(Default)]
struct Log {
    step: u32,
    steps: u32,
    instruction: String,
    /// The container in which the step runs.
    container: Option<String>,
    line: String,
    tail: VecDeque<String>,
    /// What came since the last line break.
    open: String,
}

impl Log {
    fn feed(&mut self, text: &str) {
        self.open.push_str(text);
        while let Some(at) = self.open.find('\n') {
            let line: String = self.open.drain(..=at).collect();
            self.take(&line);
        }
        // Programs that draw a bar never end their line: its newest state is
        // all that counts.
        if self.open.len() > 4 * WIDEST {
            self.open = clean(&self.open);
        }
    }

    /// Takes what stands behind the last line break as a line.
    fn end(&mut self) {
        let line = std::mem::take(&mut self.open);
        self.take(&line);
    }

    fn take(&mut self, line: &str) {
        let line = clean(line);
        if line.is_empty() {
            return;
        }
        // A command may print such a line too: only the next step counts.
        if let Some((step, steps, instruction)) = step(&line)
            && step == self.step + 1
            && (self.steps == 0 || self.steps == steps)
        {
            (self.step, self.steps) = (step, steps);
            instruction.clone_into(&mut self.instruction);
            instruction.clone_into(&mut self.line);
            self.tail.clear();
            self.container = None;
        } else if let Some(container) = line.trim_start().strip_prefix("---> Running in ")
            && self.container.is_none()
            && self.tail.is_empty()
        {
            // Before the command can say anything itself.
            self.container = Some(container.to_owned());
        } else if !is_of_builder(&line) {
            if self.tail.len() == TAIL {
                self.tail.pop_front();
            }
            self.line.clone_from(&line);
            self.tail.push_back(line);
        }
    }
}

/// `Step 3/9 : RUN make` → 3, 9, `RUN make`.
fn step(line: &str) -> Option<(u32, u32, &str)> {
    let (count, instruction) = line.strip_prefix("Step ")?.split_once(" : ")?;
    let (step, steps) = count.split_once('/')?;
    Some((step.parse().ok()?, steps.parse().ok()?, instruction.trim()))
}

/// The builder's own remarks between the steps.
fn is_of_builder(line: &str) -> bool {
    ["---> ", "Removing intermediate container ", "Successfully built ", "Successfully tagged "]
        .iter()
        .any(|start| line.trim_start().starts_with(start))
}

/// A line as it would stand on a terminal in the end: without colours, what a
/// carriage return overwrote, and control characters.
fn clean(line: &str) -> String {
    let line = line.trim_end();
    let line = line.rsplit('\r').next().unwrap_or(line).replace('\t', " ");
    let line = strip_ansi_escapes::strip_str(line);
    let plain: String = line.chars().filter(|character| !character.is_control()).collect();
    clip(plain.trim_end(), WIDEST)
}

fn clip(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    let mut short: String = line.chars().take(width - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_lines_are_told_apart() {
        let mut log = Log::default();
        log.feed("Step 1/3 : FROM debian:trixie-slim");
        log.feed("\n");
        log.feed(" ---> 854d6b9d0980\nStep 2/3 : RUN make   -j2\n ---> Running in 0123456789ab\n");
        assert_eq!((log.step, log.steps, log.line.as_str()), (2, 3, "RUN make   -j2"));
        log.feed(" ---> Running in another\n");
        assert_eq!(log.container.as_deref(), Some("0123456789ab"), "what a command prints names none");
        log.feed("\u{1b}[91mwarning: a");
        log.feed("ll is well\n\u{1b}[0m");
        assert_eq!(log.line, "warning: all is well");
        log.feed("10%\r50%\r\u{7}100%\t.\r\n");
        assert_eq!(log.line, "100% .");
        assert_eq!(log.tail, ["warning: all is well", "100% ."]);
        assert_eq!(log.instruction, "RUN make   -j2");
    }

    #[test]
    fn a_command_that_prints_a_step_starts_none() {
        let mut log = Log::default();
        log.feed("Step 1/3 : FROM a\nStep 2/3 : RUN b\nStep 3/7 : do it\nStep 9/3 : x\nStep x\n");
        assert_eq!((log.step, log.line.as_str()), (2, "Step x"));
    }

    #[test]
    fn the_tail_holds_the_last_lines_of_the_failed_step() {
        let mut log = Log::default();
        log.feed("Step 1/2 : FROM a\nnoise\nStep 2/2 : RUN b\n");
        for number in 0..50 {
            log.feed(&format!("line {number}\n"));
        }
        log.feed("the end");
        log.end();
        assert_eq!((log.tail.len(), log.tail[0].as_str(), log.tail[19].as_str()), (20, "line 31", "the end"));
        let error = Error::DockerStreamError { error: "The command 'b' returned a non-zero code: 3".into() };
        match failure("lab-a:1", Path::new("/a"), log, Some(error)) {
            ImageError::BuildFailed { step: 2, instruction, message, tail, .. } => {
                assert_eq!((instruction.as_str(), tail.len()), ("RUN b", 20));
                assert!(message.ends_with("code: 3"), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_line_without_an_end_stays_small() {
        let mut log = Log::default();
        log.feed("Step 1/1 : RUN bar\n");
        for _ in 0..1000 {
            log.feed("\r=========================>");
        }
        assert!(log.open.len() < 5 * WIDEST);
        log.end();
        assert_eq!(log.line, "=========================>");
        assert_eq!(clip("äöüäöü", 4), "äöü…");
    }

    #[test]
    fn a_full_disk_is_named() {
        let message = "Error processing tar file(exit status 1): write /Dockerfile: no space left on device";
        for error in [
            Error::DockerStreamError { error: "write /x: no space left on device".into() },
            Error::DockerResponseServerError { status_code: 500, message: message.into() },
        ] {
            let failure = failure("lab-a:1", Path::new("/a"), Log::default(), Some(error));
            assert_eq!(failure, ImageError::DiskFull { image: "lab-a:1".into() });
        }
    }
}
