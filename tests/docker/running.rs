//! `lab` as a process beside the test: signalled, watched, awaited.

use crate::support::{PATIENCE, Ran};
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// `lab` at work beside the test; killed when the test fails.
pub struct Running(Option<Child>);

impl Running {
    pub fn begin(mut command: Command) -> Self {
        Self(Some(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()))
    }

    pub fn interrupt(&self) {
        self.signal(rustix::process::Signal::INT);
    }

    pub fn terminate(&self) {
        self.signal(rustix::process::Signal::TERM);
    }

    /// Takes away what it writes to, as a terminal that is closed does, and tells it so.
    pub fn hang_up(&mut self) {
        let child = self.0.as_mut().unwrap();
        drop((child.stdout.take(), child.stderr.take()));
        self.signal(rustix::process::Signal::HUP);
    }

    /// Stops the process until [`Self::resume`]; what it asked for goes on.
    pub fn pause(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    pub fn resume(&self) {
        self.signal(rustix::process::Signal::CONT);
    }

    pub fn kill(mut self) {
        let mut child = self.0.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(self.0.as_ref().unwrap());
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Its end.
    #[track_caller]
    pub fn wait(self) -> Ran {
        self.wait_watching(|_| {})
    }

    /// The same; meanwhile shows what the kernel says of the process.
    #[track_caller]
    pub fn wait_watching(mut self, mut watch: impl FnMut(&str)) -> Ran {
        let begun = Instant::now();
        let child = self.0.as_mut().unwrap();
        while child.try_wait().unwrap().is_none() {
            watch(&fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default());
            assert!(begun.elapsed() < PATIENCE, "lab doesn't end");
            std::thread::sleep(Duration::from_millis(20));
        }
        let output = self.0.take().unwrap().wait_with_output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
