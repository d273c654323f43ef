//! A Docker engine of a test's own, which it may stop, kill and fill: with its
//! own folders on a file system of its own size, and in a network namespace of
//! its own, for two engines in one would take each other's firewall rules away.
//!
//! Only root can start one: `scripts/test` runs what is named `as_root` with sudo.

use super::super::ground::{Ground, require_root, within};
use super::super::running::Running;
use crate::support::Ran;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A second engine; with this value it is gone, and all that it holds.
pub struct SecondEngine {
    root: PathBuf,
    /// Keeps the network namespace, through every end of the engine.
    namespace: Child,
    daemon: Option<Child>,
}

impl SecondEngine {
    /// An engine without images on a disk of this many MiB.
    #[track_caller]
    pub fn begin(at: &Path, mebibytes: u32) -> Self {
        require_root();
        Self::try_begin(&at.join("engine"), mebibytes)
            .unwrap_or_else(|reason| panic!("no second engine is available: {reason}"))
    }

    fn try_begin(root: &Path, mebibytes: u32) -> Result<Self, String> {
        fs::create_dir_all(root).map_err(|error| error.to_string())?;
        let size = format!("size={mebibytes}m,mode=711");
        done(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "lab-test-engine"]).arg(root))?;
        // The loopback must be up, for ports are published on it.
        let keep = "ip link set lo up && echo ready && exec sleep infinity";
        let mut namespace = Command::new("unshare")
            .args(["--net", "sh", "-c", keep])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("unshare: {error}"))?;
        let mut said = [0; 6];
        let up = std::io::Read::read_exact(namespace.stdout.as_mut().unwrap(), &mut said);
        let mut engine = Self { root: root.to_owned(), namespace, daemon: None };
        up.map_err(|_| "no network namespace with a loopback can be made".to_owned())?;
        engine.start()?;
        Ok(engine)
    }

    /// Starts the daemon, and waits until it answers. One that finds what a killed
    /// one left may give up at first; then the machine starts it again.
    pub fn start(&mut self) -> Result<(), String> {
        self.start_once().or_else(|_| self.start_once()).or_else(|_| self.start_once())
    }

    fn start_once(&mut self) -> Result<(), String> {
        let log = fs::File::options().create(true).append(true).open(self.root.join("log")).unwrap();
        let flag = |name: &str, path: &str| format!("--{name}={}", self.root.join(path).display());
        let mut daemon = self.within_its_network(Path::new("dockerd"));
        daemon.args([flag("data-root", "data"), flag("exec-root", "exec"), flag("pidfile", "pid"), self.host_flag()]);
        daemon.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.daemon = Some(daemon.spawn().map_err(|error| format!("dockerd: {error}"))?);
        for _ in 0..240 {
            if self.docker(&["version"]).output().is_ok_and(|output| output.status.success()) {
                return Ok(());
            }
            if self.daemon.as_mut().unwrap().try_wait().unwrap().is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(250));
        }
        let log = fs::read_to_string(self.root.join("log")).unwrap_or_default();
        let said = log.lines().rev().take(3).collect::<Vec<_>>().join("; ");
        self.kill();
        Err(format!("it doesn't start: {said}"))
    }

    /// Ends the daemon as a machine that shuts down does: it stops its containers.
    pub fn stop(&mut self) {
        self.signal("TERM");
        self.end();
    }

    /// Kills the daemon; its containers go on, and nobody watches them.
    pub fn kill(&mut self) {
        self.signal("KILL");
        self.end();
        // Its containerd dies with it; a file with a number that another process
        // has meanwhile would let the next one believe that it lives.
        for file in ["pid", "exec/containerd/containerd.pid", "exec/containerd/containerd.sock"] {
            let _ = fs::remove_file(self.root.join(file));
        }
    }

    /// Sends the daemon a signal, such as `STOP`.
    pub fn signal(&self, signal: &str) {
        let Some(daemon) = &self.daemon else { return };
        // `nsenter` has become the daemon.
        let _ = Command::new("kill").args(["-s", signal, &daemon.id().to_string()]).status();
    }

    fn end(&mut self) {
        let Some(mut daemon) = self.daemon.take() else { return };
        within("the second engine's end", || daemon.try_wait().unwrap().is_some());
    }

    /// A command where this engine's ports are.
    pub fn within_its_network(&self, program: &Path) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net=/proc/{}/ns/net", self.namespace.id())).arg(program);
        command
    }

    /// Adds or takes away a rule by which packets vanish.
    #[track_caller]
    pub fn firewall(&self, how: &str, rule: &[&str]) {
        let mut iptables = self.within_its_network(Path::new("iptables"));
        let done = iptables.arg(how).args(rule).args(["-j", "DROP"]).output();
        assert!(done.as_ref().is_ok_and(|done| done.status.success()), "{done:?}");
    }

    fn host(&self) -> String {
        format!("unix://{}", self.root.join("sock").display())
    }

    fn host_flag(&self) -> String {
        format!("--host={}", self.host())
    }

    /// A docker command on this engine.
    pub fn docker(&self, args: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command.args(["--host", &self.host()]).args(args).stdin(Stdio::null());
        command
    }

    /// `lab` on this engine.
    pub fn lab(&self, ground: &Ground, args: &[&str]) -> Running {
        let lab = ground.lab.command(&ground.folder, args);
        let mut command = self.within_its_network(Path::new(lab.get_program()));
        command.args(lab.get_args()).env_clear();
        command.envs(lab.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("DOCKER_HOST", self.host()).current_dir(&ground.folder);
        Running::begin(command)
    }

    /// `lab` on this engine, to its end.
    #[track_caller]
    pub fn run(&self, ground: &Ground, args: &[&str]) -> Ran {
        self.lab(ground, args).wait()
    }

    /// Every container, network and volume of ours that this engine has.
    #[track_caller]
    pub fn objects(&self) -> Vec<String> {
        let listed = |args: &[&str]| {
            let output = self.docker(args).args(["--filter", "label=org.lab-runner.project"]).output().unwrap();
            assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let mut all = listed(&["ps", "-a", "--format", "container {{.Names}}"]);
        all.extend(listed(&["network", "ls", "--format", "network {{.Name}}"]));
        all.extend(listed(&["volume", "ls", "--format", "volume {{.Name}}"]));
        all.sort();
        all
    }

    /// Takes all space but a little of the engine's disk.
    pub fn fill(&self) {
        let mut filler = fs::File::create(self.root.join("filler")).unwrap();
        let block = vec![b'x'; 1 << 16];
        while filler.write_all(&block).is_ok() {}
    }

    /// Gives it back.
    pub fn empty(&self) {
        fs::remove_file(self.root.join("filler")).unwrap();
    }
}

impl Drop for SecondEngine {
    fn drop(&mut self) {
        if let Ok(output) = self.docker(&["ps", "-aq"]).output() {
            let ids = String::from_utf8_lossy(&output.stdout).into_owned();
            let _ = self.docker(&["rm", "-f"]).args(ids.split_whitespace()).output();
        }
        self.signal("TERM");
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.wait();
        }
        let _ = self.namespace.kill();
        let _ = self.namespace.wait();
        // Whatever lies beneath is mounted beneath; the last one first.
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let ours = mounts.lines().rev().filter_map(|line| line.split(' ').nth(1));
        for mount in ours.filter(|mount| Path::new(mount).starts_with(&self.root)) {
            let _ = Command::new("umount").arg("-l").arg(mount).stderr(Stdio::null()).status();
        }
    }
}

fn done(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
}
