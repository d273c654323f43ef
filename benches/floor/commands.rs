//! The commands as a learner types them, each a process of its own.

use super::compose::Compose;
use super::table::{Samples, Table};
use super::{LAB, Result, milliseconds, watch};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Seconds for a start whose images are there; one that has to build them
/// isn't what this bench is for.
const START_WITHIN: &str = "60";
/// Mutants that stand for all of a proof's rooms.
const ROOMS: usize = 12;

/// The binary in question.
fn binary() -> PathBuf {
    std::env::var_os("LAB_BENCH_BIN").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_lab")), PathBuf::from)
}

/// How the bench, and the binary beside it, were built.
pub fn profile() -> &'static str {
    if cfg!(debug_assertions) { "a debug build" } else { "a release build" }
}

/// Commands with folders of their own, so that a learner's are left alone.
struct Shell<'a> {
    root: &'a Path,
    here: PathBuf,
}

impl Shell<'_> {
    fn command(&self, program: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.here).stdin(Stdio::null());
        command.env("LC_ALL", "C.UTF-8").env_remove("LAB_LANG").env_remove("LAB_PATH");
        for (name, folder) in [("XDG_CACHE_HOME", "cache"), ("XDG_STATE_HOME", "state"), ("XDG_RUNTIME_DIR", "run")] {
            command.env(name, self.root.join("xdg").join(folder));
        }
        command
    }

    fn lab(&self, args: &[&str]) -> Result<()> {
        self.run(&mut self.command(&binary(), args))
    }

    fn run(&self, command: &mut Command) -> Result<()> {
        let output = command.output()?;
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        Err(format!("{command:?} in {}: {}\n{said}", self.here.display(), output.status).into())
    }
}

fn timed(samples: &mut Samples, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let begun = Instant::now();
    work()?;
    samples.push(milliseconds(begun.elapsed()));
    Ok(())
}

/// Measures the commands.
pub fn measure(root: &Path, rounds: usize, table: &mut Table) -> Result<()> {
    for folder in ["cache", "state", "run"] {
        std::fs::create_dir_all(root.join("xdg").join(folder))?;
    }
    let shell = Shell { root, here: root.to_owned() };
    words(&shell, rounds * 4, table)?;
    start(&shell, rounds, table)?;
    check(root, rounds.div_ceil(3), table)
}

/// Commands that touch no engine, over a process that does nothing.
fn words(shell: &Shell<'_>, times: usize, table: &mut Table) -> Result<()> {
    eprintln!("· `lab --help` and `lab list`, {times} times");
    shell.lab(&["list"])?;
    let (mut help, mut list, mut nothing) = (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..times {
        timed(&mut nothing, || shell.run(&mut shell.command(Path::new("true"), &[])))?;
        timed(&mut help, || shell.lab(&["--help"]))?;
        timed(&mut list, || shell.lab(&["list"]))?;
    }
    table.ratio("`lab --help` over `true`", &help, &nothing);
    table.ratio("`lab list` over `true`", &list, &nothing);
    Ok(())
}

/// A start, a second one that has nothing to do, and a stop, beside the same
/// by `docker compose`; and what a check takes of memory.
fn start(shell: &Shell<'_>, rounds: usize, table: &mut Table) -> Result<()> {
    eprintln!("· `lab start`, again, `lab stop`, {rounds} times");
    debug_assert!(LAB.contains("id: tiny"));
    let inside = Shell { root: shell.root, here: shell.root.join("tiny") };
    shell.lab(&["start", "./pack/tiny"])?;
    let compose = Compose::found(shell.root)?;
    inside.lab(&["stop", "--data"])?;
    let (mut ours, mut theirs, mut usual) = <([Samples; 3], [Samples; 3], Samples)>::default();
    let measured = (0..rounds).try_for_each(|round| {
        for turn in 0..2 {
            if (round + turn) % 2 == 0 {
                for (args, samples) in
                    [["start"].as_slice(), &["start"], &["stop", "--data"]].into_iter().zip(&mut ours)
                {
                    timed(samples, || inside.lab(args))?;
                }
            } else if let Some(compose) = &compose {
                for (args, samples) in Compose::TURN.iter().zip(&mut theirs) {
                    timed(samples, || inside.run(&mut compose.command(Compose::QUICK, args)))?;
                }
                let [up, _, down] = Compose::TURN;
                timed(&mut usual, || inside.run(&mut compose.command(Compose::USUAL, up)))?;
                inside.run(&mut compose.command(Compose::USUAL, down))?;
            }
        }
        Ok(())
    });
    // Whatever happened, nothing stays.
    let cleared = inside.lab(&["stop", "--data"]);
    if let Some(compose) = &compose {
        inside.run(&mut compose.command(Compose::QUICK, Compose::TURN[2]))?;
    }
    measured.and(cleared)?;
    let names = ["`lab start`", "`lab start` again, nothing to do", "`lab stop --data`"];
    for ((name, ours), theirs) in names.iter().zip(&ours).zip(&theirs) {
        match compose {
            Some(_) => table.ratio(&format!("{name} over `docker compose` doing the same"), ours, theirs),
            None => table.alone(name, ours),
        }
    }
    if compose.is_some() {
        table.ratio("`lab start` over the same with health checks a second apart", &ours[0], &usual);
    }
    Ok(())
}

/// A whole check of the first lab's first solution, where its images are.
fn check(root: &Path, rounds: usize, table: &mut Table) -> Result<()> {
    eprintln!("· `lab check --all` of static-site's solution, {rounds} times");
    let shell = Shell { root, here: root.to_owned() };
    let mut start = shell.command(Path::new("timeout"), &["--signal=INT", START_WITHIN]);
    start.arg(binary()).args(["start", "static-site"]);
    if shell.run(&mut start).is_err() {
        eprintln!("  left out: its images aren't here; scripts/demo makes them");
        return Ok(());
    }
    let inside = Shell { root, here: root.join("static-site") };
    let solution = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs/static-site/solutions/awscli/.");
    inside.run(inside.command(Path::new("cp"), &["-a"]).arg(solution).arg("."))?;
    inside.lab(&["stop"])?;
    // The first room on an engine also proves that rooms are isolated there.
    inside.lab(&["check", "--all"])?;
    let mut check = Samples::default();
    for _ in 0..rounds {
        timed(&mut check, || inside.lab(&["check", "--all"]))?;
    }
    table.alone("`lab check --all` of static-site's solution", &check);
    let mut command = inside.command(&binary(), &["check", "--all"]);
    println!("memory of `lab check --all` of static-site's solution: at most {:.1} MB\n", watch::memory(&mut command)?);
    let mut command = inside.command(&binary(), &["check", "--watch", "deploy"]);
    let saves = watch::saves(&mut command, &inside.here.join("deploy.sh"), rounds.max(3))?;
    table.alone("`lab check --watch deploy`: from save to verdict", &saves);
    proof(&shell, table)
}

/// Rooms of a proof side by side, over the same ones one after another.
fn proof(shell: &Shell<'_>, table: &mut Table) -> Result<()> {
    eprintln!("· `lab test` of {ROOMS} of static-site's rooms, side by side and not, twice");
    let lab = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs/static-site");
    let mut mutants = Vec::new();
    for entry in std::fs::read_dir(lab.join("mutants"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        mutants.extend(name.strip_suffix(".yaml").map(str::to_owned));
    }
    mutants.sort();
    // From all over the alphabet, so that all kinds are there.
    let chosen = mutants.iter().step_by((mutants.len() / ROOMS).max(1)).take(ROOMS);
    let lab = lab.to_string_lossy().into_owned();
    let mut words = vec!["test", lab.as_str()];
    words.extend(chosen.flat_map(|name| ["--only", name.as_str()]));
    let (mut together, mut apart) = (Samples::default(), Samples::default());
    for round in 0..2 {
        for turn in 0..2 {
            if (round + turn) % 2 == 0 {
                timed(&mut together, || shell.lab(&words))?;
            } else {
                timed(&mut apart, || shell.lab(&[words.as_slice(), &["--jobs", "1"]].concat()))?;
            }
        }
    }
    table.ratio(&format!("`lab test` of {ROOMS} rooms over the same one after another"), &together, &apart);
    Ok(())
}
