//! `docker compose` doing what `lab start` does: the same images, networks, volume,
//! ports and folder, up until the service serves.

use super::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The command, and a project for it.
pub struct Compose {
    program: PathBuf,
    file: PathBuf,
}

/// A health check with the shortest pause that does the engine no harm: compose
/// waits by the engine's health checks, and a longer pause would only be waited.
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
    healthcheck: {test: [CMD, bash, -c, ": </dev/tcp/127.0.0.1/8080"], interval: 100ms}
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
        let file = root.join("compose.yaml");
        fs::write(&file, FILE.replace("IMAGE", image.ok_or("the gate doesn't run")?))?;
        Ok(Some(Self { program, file }))
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--file").arg(&self.file).args(args).stdin(Stdio::null());
        command
    }
}
