//! `docker compose` doing what `lab start` does: the same images, networks, volume,
//! ports and folder, up until the service serves.

use super::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The command, and a project for it.
pub struct Compose {
    program: PathBuf,
    root: PathBuf,
}

fn file(pause: &str) -> String {
    format!("compose-{pause}.yaml")
}

/// Compose waits by the engine's health checks, whose first probe comes one pause
/// after the start.
const FILE: &str = r#"name: lab-bench-compose
services:
  gate:
    image: IMAGE
    command: [microsocks, -q, -p, "1080"]
    networks: [gate, room]
    ports: ["127.0.0.1::1080"]
    volumes: ["store:/volumes/store"]
    cap_drop: [ALL]
    read_only: true
  web:
    image: IMAGE
    command: [microsocks, -q, -i, "0.0.0.0", -p, "8080"]
    networks: [room]
    ports: ["127.0.0.1::8080"]
    volumes: ["store:/data"]
    cap_drop: [ALL]
    read_only: true
    healthcheck: {test: [CMD, bash, -c, ": </dev/tcp/127.0.0.1/8080"], interval: PAUSE}
  toolbox:
    image: IMAGE
    command: [sleep, infinity]
    networks: [room]
    volumes: ["store:/data", ".:/work"]
    cap_drop: [ALL]
    read_only: true
networks: {gate: {}, room: {}}
volumes: {store: {}}
"#;

impl Compose {
    /// The shortest pause between health checks that does the engine no harm:
    /// compose at its best.
    pub const QUICK: &str = "100ms";
    /// A whole second: what the first experiments must have had, to judge by their
    /// times. The aim of 0.45 comes from them.
    pub const USUAL: &str = "1s";
    /// Up, again, down.
    pub const TURN: [&[&str]; 3] =
        [&["up", "--detach", "--wait"], &["up", "--detach", "--wait"], &["down", "--volumes", "--timeout", "0"]];

    /// `LAB_BENCH_COMPOSE`, which scripts/bench builds, or `docker-compose` if that
    /// is of version 2; none where there is neither, which is said. The gate's
    /// image must be there.
    pub fn found(root: &Path) -> Result<Option<Self>> {
        let named = std::env::var_os("LAB_BENCH_COMPOSE").filter(|path| !path.is_empty());
        let program = named.map_or_else(|| PathBuf::from("docker-compose"), PathBuf::from);
        let version = Command::new(&program).args(["version", "--short"]).output();
        let version =
            version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
        if version.is_empty() || version.starts_with('1') {
            eprintln!("  beside nothing: docker compose 2 isn't here (LAB_BENCH_COMPOSE names it)");
            return Ok(None);
        }
        println!("beside docker compose {version}\n");
        let filter = ["ps", "--filter", "label=org.lab-runner.service=gate", "--format", "{{.Image}} {{.Names}}"];
        let listed = Command::new("docker").args(filter).output()?;
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let image = listed.lines().find(|line| line.contains(" lab-tiny-")).and_then(|line| line.split(' ').next());
        let text = FILE.replace("IMAGE", image.ok_or("the gate doesn't run")?);
        for pause in [Self::QUICK, Self::USUAL] {
            fs::write(root.join(file(pause)), text.replace("PAUSE", pause))?;
        }
        Ok(Some(Self { program, root: root.to_owned() }))
    }

    pub fn command(&self, pause: &str, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--file").arg(self.root.join(file(pause))).args(args).stdin(Stdio::null());
        command
    }
}
