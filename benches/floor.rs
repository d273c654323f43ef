//! What `lab` costs above the engine itself. Each thing that it does is timed
//! beside the fewest raw calls that do the same (the floor), turn by turn in
//! one run, as a ratio of medians: absolute times say more about the
//! machine and its day than about `lab`. Nothing is asserted.
//!
//! It needs a Docker engine, takes up to nine minutes and removes what it
//! made. `scripts/bench` runs it; `LAB_BENCH_ROUNDS` sets the rounds,
//! `LAB_BENCH_BIN` another binary for the commands and `LAB_BENCH_COMPOSE` the
//! `docker-compose` that they are measured beside.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints what it measured")]

#[path = "floor/commands.rs"]
mod commands;
#[path = "floor/compose.rs"]
mod compose;
#[path = "floor/raw.rs"]
mod raw;
#[path = "floor/room.rs"]
mod room;
#[path = "floor/table.rs"]
mod table;
#[path = "floor/watch.rs"]
mod watch;

use bollard::Docker;
use bollard::query_parameters::{ListImagesOptionsBuilder, RemoveImageOptions};
use lab_runner::definition::load::{LoadedLab, load};
use lab_runner::engine::{Directory, Engine, Execution, connect};
use lab_runner::event::Events;
use lab_runner::grade::{self, Ground, Selection};
use lab_runner::plan::{self, Desired, GateAccess, ImageSet, Inputs, Observed, PreparedImage, Profile, Project};
use lab_runner::session::playground::{self, Playground, SessionContext};
use lab_runner::session::ready::LabProber;
use lab_runner::session::{Dirs, SessionError, dirs, values};
use lab_runner::workspace::record::{Record, Workspace};
use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use table::{Samples, Table};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Rounds of each thing, unless `LAB_BENCH_ROUNDS` says otherwise.
const ROUNDS: usize = 12;
/// Commands are cheap: this many of them for each round.
const EXECS: usize = 4;

/// Two containers and the gate, all of the gate's image, which is built in
/// seconds and listens in milliseconds, so that waiting hides nothing.
const LAB: &str = r#"
apiVersion: lab/v1
id: tiny
version: 1.0.0
languages: [en]
title: {en: "Tiny"}
level: beginner
duration: 5m
environment:
  services:
    web:
      image: {build: ../images/gate}
      command: [microsocks, -q, -i, "0.0.0.0", -p, "8080"]
      data: {/data: {volume: store}}
      ready: {tcp: {host: web, port: 8080}, expect: {open: true}}
      open: {site: {port: 8080}}
  volumes: {store: 16MiB}
  toolbox:
    image: {build: ../images/gate}
tasks:
  - id: run
    tier: core
    duration: 5m
    title: {en: "Run"}
    checks:
      - id: works
        must: {en: "the command must finish without an error"}
        exec: {run: ["true"]}
        expect: {exit: 0}
"#;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let ground = prepare().await?;
        let before = layers(&ground.docker).await?;
        let measured = tokio::select! {
            measured = measure(&ground) => measured,
            _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
        };
        // Whatever happened, nothing stays.
        for project in ground.projects() {
            ground.engine.tear_down(&project).await?;
        }
        for tag in layers(&ground.docker).await?.difference(&before) {
            ground.docker.remove_image(tag, None::<RemoveImageOptions>, None).await?;
        }
        measured
    })
}

/// Images with files on top of the gate's, which only this bench's lab wants.
async fn layers(docker: &Docker) -> Result<BTreeSet<String>> {
    let filters = HashMap::from([("reference", vec!["lab-gate-files"])]);
    let options = ListImagesOptionsBuilder::new().filters(&filters).build();
    let images = docker.list_images(Some(options)).await?;
    Ok(images.into_iter().flat_map(|image| image.repo_tags).collect())
}

/// What all measurements share.
struct GroundWork {
    engine: Engine,
    docker: Docker,
    dirs: Dirs,
    loaded: LoadedLab,
    workspace: Workspace,
    record: Record,
    gate: PathBuf,
    cancel: CancellationToken,
    events: Events,
    rounds: usize,
    temporary: TempDir,
}

impl GroundWork {
    fn setting(&self) -> SessionContext<'_> {
        SessionContext {
            engine: &self.engine,
            dirs: &self.dirs,
            gate: &self.gate,
            loaded: &self.loaded,
            pack_secret: "bench",
            workspace: &self.workspace,
            record: &self.record,
            range: None,
            events: &self.events,
            cancel: &self.cancel,
        }
    }

    fn project(&self) -> Project {
        playground::project(&self.setting())
    }

    /// The floor's environment has a name of its own and the labels of `lab`,
    /// so that `lab` sweeps what a killed bench left.
    fn floor_project(&self) -> Project {
        let project = self.project();
        Project { name: format!("{}-floor", project.name), ..project }
    }

    fn projects(&self) -> [String; 2] {
        [self.project().name, self.floor_project().name]
    }
}

async fn prepare() -> Result<GroundWork> {
    let temporary = tempfile::Builder::new().prefix("lab-bench.").tempdir()?;
    let root = temporary.path().canonicalize()?;
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (gate, tiny, folder) = (root.join("pack/images/gate"), root.join("pack/tiny"), root.join("work"));
    fs::create_dir_all(&gate)?;
    fs::copy(repository.join("labs/images/gate/Dockerfile"), gate.join("Dockerfile"))?;
    fs::create_dir_all(tiny.join("starter"))?;
    fs::write(tiny.join("starter/read.me"), "nothing to do\n")?;
    fs::create_dir_all(tiny.join("tasks"))?;
    fs::write(tiny.join("tasks/run.en.md"), "# Run\n")?;
    fs::write(tiny.join("lab.yaml"), LAB)?;
    fs::create_dir_all(&folder)?;
    let loaded = load(&tiny).map_err(|error| format!("the bench's lab: {error:?}"))?;
    let record = Record::new(&loaded.lab, "bench".parse().expect("a line of text"));
    let workspace = Workspace { folder };
    workspace.write_record(&record)?;
    let dirs = Dirs { cache: root.join("cache"), state: root.join("state"), run: root.join("run") };
    let surroundings = connect::Surroundings::current();
    let engine = Engine::connect(&surroundings, Events::nowhere()).await?;
    let socket = engine.about.socket.to_string_lossy().into_owned();
    let docker = Docker::connect_with_unix(&socket, 120, bollard::API_DEFAULT_VERSION)?.negotiate_version().await?;
    let rounds = std::env::var("LAB_BENCH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
    let (cancel, events) = (CancellationToken::new(), Events::nowhere());
    Ok(GroundWork {
        engine,
        docker,
        dirs,
        loaded,
        workspace,
        record,
        gate,
        cancel,
        events,
        rounds: rounds.max(2),
        temporary,
    })
}

async fn measure(ground: &GroundWork) -> Result<()> {
    let about = &ground.engine.about;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("Docker engine {}, {cores} cores, {}, {} rounds", about.version, commands::profile(), ground.rounds);
    println!("load at the beginning {}\n", load_average());
    let mut table = Table::default();
    let mut measured = Box::pin(environments(ground, &mut table)).await;
    if measured.is_ok() {
        measured = Box::pin(room::measure(ground, &mut table)).await;
    }
    let measured = match measured {
        Ok(()) => commands::measure(ground.temporary.path(), ground.rounds, &mut table),
        failed => failed,
    };
    // Also what was measured before something failed.
    println!("{table}");
    measured?;
    println!("load at the end {}", load_average());
    Ok(())
}

/// Up, down, and a check that runs a command.
async fn environments(ground: &GroundWork, table: &mut Table) -> Result<()> {
    eprintln!("· images, and one of each for warmth");
    let engine = &ground.engine;
    let first = act(ground).await?;
    let access = access(ground)?;
    let wanted = desired(ground, ground.project(), &first, &access, first.user).await?;
    let floor = desired(ground, ground.floor_project(), &first, &access, first.user).await?;
    let raw = raw::Floor { docker: &ground.docker, desired: &floor, access: &access };
    engine.tear_down(&wanted.project.name).await?;
    raw.up().await?;
    raw.down().await?;

    eprintln!("· up and down, {} rounds", ground.rounds);
    let (mut floor_up, mut floor_down) = (Samples::default(), Samples::default());
    let (mut execute_up, mut act_up, mut act_down) = (Samples::default(), Samples::default(), Samples::default());
    for round in 0..ground.rounds {
        // Each comes first as often as the others: what one leaves to the
        // engine to tidy up is paid by the next.
        for turn in 0..3 {
            match (round + turn) % 3 {
                0 => {
                    floor_up.time(raw.up()).await?;
                    floor_down.time(raw.down()).await?;
                }
                1 => {
                    execute_up.time(execute(ground, &wanted, &first, &access)).await?;
                    engine.tear_down(&wanted.project.name).await?;
                }
                _ => {
                    act_up.time(act(ground)).await?;
                    act_down.time(async { Ok(engine.tear_down(&wanted.project.name).await.map(drop)?) }).await?;
                }
            }
        }
    }
    table.ratio("up: `lab`'s executor walks its plan", &execute_up, &floor_up);
    table.ratio("up: the whole act, with looking and images", &act_up, &floor_up);
    table.ratio("down", &act_down, &floor_down);

    eprintln!("· a check that runs a command, {} times", ground.rounds * EXECS);
    let playground = act(ground).await?;
    let chosen = grade::selected(&ground.loaded.lab, &Selection::All);
    let room = Ground { world: &playground.place, scope: &playground.scope };
    let toolbox = playground.place.environment().member("toolbox").ok_or("the toolbox isn't there")?.id;
    let (mut check, mut wrapped, mut plain) = (Samples::default(), Samples::default(), Samples::default());
    let limited = ["timeout", "-k", "2", "60", "true"];
    for round in 0..=ground.rounds * EXECS {
        for turn in 0..3 {
            match (round + turn) % 3 {
                0 => plain.time(raw::exec(&ground.docker, &toolbox, &["true"])).await?,
                1 => wrapped.time(raw::exec(&ground.docker, &toolbox, &limited)).await?,
                _ => {
                    let judged =
                        async { Ok(grade::run(&ground.loaded.lab, &chosen, room, None, &ground.events).await) };
                    check.time(judged).await?;
                }
            }
        }
        if round == 0 {
            // Warmth.
            (check, wrapped, plain) = (Samples::default(), Samples::default(), Samples::default());
        }
    }
    table.ratio("a check that runs `true`", &check, &plain);
    table.ratio("the same over the same command under `timeout`", &check, &wrapped);
    let mut nothing = Samples::default();
    for _ in 0..ground.rounds {
        nothing.time(act(ground)).await?;
    }
    table.alone("up again, nothing to do (the act alone)", &nothing);
    engine.tear_down(&wanted.project.name).await?;
    Ok(())
}

/// What `lab start` does: looks, has the images, plans, and walks the plan.
async fn act(ground: &GroundWork) -> Result<Playground> {
    // On the heap, for it is a large future.
    Ok(Box::pin(playground::up(&ground.setting())).await?)
}

/// Makes and walks a plan from nothing.
async fn execute(ground: &GroundWork, wanted: &Desired, first: &Playground, access: &GateAccess) -> Result<()> {
    let observed = Observed::default();
    let plan = plan::plan(wanted, &observed);
    let directory = Directory::new(&ground.loaded.lab, &first.scope, &first.missing).map_err(SessionError::from)?;
    let execution = Execution {
        desired: wanted,
        observed: &observed,
        access,
        prober: LabProber::of(&first.scope),
        folder: None,
        directory,
    };
    ground.engine.execute(&plan, &execution, &ground.cancel).await?;
    Ok(())
}

fn access(ground: &GroundWork) -> Result<GateAccess> {
    let (local, _) = ground.workspace.local(|| values::draw_local(&ground.loaded.lab))?;
    Ok(GateAccess { user: "lab".to_owned(), password: local.gate_password })
}

/// What is wanted of a project, with the images of the playground that stands.
async fn desired(
    ground: &GroundWork,
    project: Project,
    playground: &Playground,
    access: &GateAccess,
    user: (u32, u32),
) -> Result<Desired> {
    let mut images = Vec::new();
    for service in ["gate", "toolbox", "web"] {
        let member = playground.place.environment().member(service).ok_or("a container isn't there")?;
        let found = ground.docker.inspect_container(&member.id, None).await?;
        let tag = found.config.and_then(|config| config.image).unwrap_or_default();
        images.push(PreparedImage { tag, id: found.image.unwrap_or_default() });
    }
    let [gate, toolbox, web] = <[_; 3]>::try_from(images).map_err(|_| "three images")?;
    let service = ground.loaded.lab.environment.services.keys().next().ok_or("the lab has no service")?;
    let images = ImageSet { gate, toolbox, services: [(service.clone(), web)].into() };
    let inputs = Inputs {
        subnets: dirs::subnets(None, &project.name),
        scope: &playground.scope,
        images: &images,
        gate: access,
        user,
        machine: plan::Machine::default(),
        mount_folder: matches!(project.profile, Profile::Playground),
        closed_git: None,
        project,
    };
    Ok(plan::desired(&ground.loaded.lab, &inputs).map_err(SessionError::from)?)
}

fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

/// A duration in milliseconds.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

impl Samples {
    /// Times one thing.
    async fn time<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<()> {
        let begun = Instant::now();
        work.await?;
        self.push(milliseconds(begun.elapsed()));
        Ok(())
    }
}
