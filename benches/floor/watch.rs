//! What a check takes of memory, and how soon a watch answers a save.

use super::table::Samples;
use super::{Result, milliseconds};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(60);
/// What a learner takes to write, in which the next room is made.
const WRITING: Duration = Duration::from_secs(4);

/// The most memory that a command had, in MB: what the kernel says of it while it runs.
pub fn memory(command: &mut Command) -> Result<f64> {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let mut most = 0.0_f64;
    while child.try_wait()?.is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        most = most.max(peak.and_then(|peak| peak.parse::<f64>().ok()).unwrap_or_default() * 1024.0 / 1e6);
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(most)
}

/// Times from a save of a file to the verdict that follows.
pub fn saves(command: &mut Command, file: &Path, times: usize) -> Result<Samples> {
    eprintln!("· `lab check --watch`, {times} saves");
    let text = fs::read_to_string(file)?;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let verdicts = verdicts(&mut child)?;
    let measured = measured(&verdicts, file, &text, times);
    // Also after a failure: it removes its room.
    Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
    child.wait()?;
    fs::write(file, text)?;
    measured
}

fn measured(verdicts: &Receiver<Instant>, file: &Path, text: &str, times: usize) -> Result<Samples> {
    let mut samples = Samples::default();
    verdicts.recv_timeout(LIMIT).map_err(|_| "the watch shows no verdict")?;
    for time in 0..times {
        std::thread::sleep(WRITING);
        let begun = Instant::now();
        fs::write(file, format!("{text}\n# save {time}\n"))?;
        let seen = verdicts.recv_timeout(LIMIT).map_err(|_| "no verdict follows a save")?;
        samples.push(milliseconds(seen.duration_since(begun)));
    }
    Ok(samples)
}

/// When each verdict's last line, the one with the points, was seen.
fn verdicts(child: &mut Child) -> Result<Receiver<Instant>> {
    let shown = child.stdout.take().ok_or("no standard output")?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(shown).lines().map_while(std::result::Result::ok) {
            if line.contains(" points · ") || line.contains(" point · ") {
                let _ = sender.send(Instant::now());
            }
        }
    });
    Ok(receiver)
}
