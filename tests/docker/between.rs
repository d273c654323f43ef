//! `lab` killed between any two of its calls to the engine: its plan's steps
//! are such calls, so no moment between two steps is left out. That takes minutes:
//! unless `LAB_TEST_CRASHES` is set, one call of three is chosen, another one each time.

use super::crashes;
use super::ground::{Ground, within};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// When the proxy stops, seen from the call at which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// The engine never hears of it.
    Before,
    /// The engine did it, and `lab` never hears of that.
    After,
    /// From then on the engine never hears of what changes something, and answers all else.
    Held,
}

/// Stands between `lab` and the engine, and counts the calls that change something.
pub struct Proxy {
    socket: PathBuf,
    state: Arc<State>,
}

struct State {
    calls: AtomicUsize,
    stop_at: usize,
    moment: Moment,
    stopped: (Mutex<bool>, Condvar),
}

impl State {
    fn stop(&self) {
        *self.stopped.0.lock().unwrap() = true;
        self.stopped.1.notify_all();
    }

    fn is_stopped(&self) -> bool {
        *self.stopped.0.lock().unwrap()
    }
}

impl Proxy {
    /// A proxy that stops everything at a call (from 1).
    fn begin(ground: &Ground, stop_at: usize, moment: Moment) -> Self {
        let socket = ground.lab.home().join(format!("{stop_at}-{moment:?}.sock"));
        let listener = UnixListener::bind(&socket).unwrap();
        let stopped = (Mutex::new(false), Condvar::new());
        let state = Arc::new(State { calls: AtomicUsize::new(0), stop_at, moment, stopped });
        let shared = state.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (state, client) = (shared.clone(), client.unwrap());
                std::thread::spawn(move || between(&client, &state));
            }
        });
        Self { socket, state }
    }

    pub fn address(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    /// How many calls that change something came so far.
    pub fn calls(&self) -> usize {
        self.state.calls.load(Ordering::SeqCst)
    }
}

/// Hands on what both say, until the call at which all stops.
fn between(client: &UnixStream, state: &Arc<State>) {
    let engine = UnixStream::connect(engine()).unwrap();
    let (mut from_engine, mut to_client) = (engine.try_clone().unwrap(), client.try_clone().unwrap());
    let (answers, held) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(usize::MAX)));
    let (seen, holds, shared) = (answers.clone(), held.clone(), state.clone());
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(read @ 1..) = from_engine.read(&mut buffer) {
            // The answer to the last call of all: done, and nobody is told.
            if seen.fetch_add(1, Ordering::SeqCst) >= holds.load(Ordering::SeqCst) {
                shared.stop();
                return;
            }
            if shared.is_stopped() || to_client.write_all(&buffer[..read]).is_err() {
                return;
            }
        }
        let _ = to_client.shutdown(std::net::Shutdown::Write);
    });
    let (mut from_client, mut to_engine) = (client.try_clone().unwrap(), engine);
    let mut buffer = vec![0; 64 << 10];
    while let Ok(read @ 1..) = from_client.read(&mut buffer) {
        // Each request begins with a write of its own.
        let changes = [b"POST ".as_slice(), b"DELETE ", b"PUT "].iter().any(|verb| buffer.starts_with(verb));
        let call = if changes { state.calls.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
        if state.moment == Moment::Held && call >= state.stop_at {
            // The other thread keeps the connection open.
            return;
        }
        if changes && call == state.stop_at {
            match state.moment {
                Moment::Held => {}
                Moment::Before => {
                    state.stop();
                    return;
                }
                Moment::After => held.store(answers.load(Ordering::SeqCst), Ordering::SeqCst),
            }
        }
        if state.is_stopped() || to_engine.write_all(&buffer[..read]).is_err() {
            return;
        }
    }
}

/// An engine that answers what is asked of it and never what would change something.
pub fn engine_that_changes_nothing(ground: &Ground) -> Proxy {
    Proxy::begin(ground, 1, Moment::Held)
}

pub fn engine() -> PathBuf {
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    host.strip_prefix("unix://").map_or_else(|| PathBuf::from("/var/run/docker.sock"), PathBuf::from)
}

/// Runs a command and kills it at a call; false when it ended before that.
fn killed_at(ground: &Ground, args: &[&str], call: usize, moment: Moment) -> bool {
    let proxy = Proxy::begin(ground, call, moment);
    let mut command = ground.lab.command(&ground.folder, args);
    command.env("DOCKER_HOST", format!("unix://{}", proxy.socket.display()));
    let mut child: Child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut killed = false;
    within("its end", || {
        if !killed && proxy.state.is_stopped() {
            child.kill().unwrap();
            killed = true;
        }
        child.try_wait().unwrap().is_some()
    });
    fs::remove_file(&proxy.socket).unwrap();
    whole_files(ground);
    killed
}

/// Whatever happened, each file of `.lab/` is whole.
pub fn whole_files(ground: &Ground) {
    let mut folders = vec![ground.folder.join(".lab")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let text = fs::read(&path).unwrap();
                let read: Result<serde_json::Value, _> = serde_json::from_slice(&text);
                assert!(read.is_ok(), "{}: {:?}", path.display(), String::from_utf8_lossy(&text));
            }
        }
    }
}

/// Waits until the daemon has done what it was still at when `lab` was killed:
/// of what it makes later no command could know.
fn settled(ground: &Ground) {
    let mut last = ground.objects();
    within("the daemon's last calls", || {
        std::thread::sleep(Duration::from_millis(700));
        let now = ground.objects();
        let same = now == last;
        last = now;
        same
    });
}

/// Kills a command at each of its calls; `settle` then makes sure of the rest.
fn at_each_call(ground: &Ground, args: &[&str], at_least: usize, mut settle: impl FnMut(usize)) {
    let every: usize = if crashes::asked_for().is_some() { 1 } else { 3 };
    let mut call = 1 + usize::try_from(crashes::random(&mut crashes::seed())).unwrap() % every;
    loop {
        // After one call is before the next: so both are what lies between.
        let moment = if call.is_multiple_of(2) { Moment::Before } else { Moment::After };
        if !killed_at(ground, args, call, moment) {
            break;
        }
        settle(call);
        call += every;
    }
    assert!(call > at_least, "{args:?} makes fewer than {call} calls");
}

#[test]
fn a_start_killed_between_any_two_steps_is_finished_by_the_next() {
    let ground = Ground::alone(&[]);
    ground.run(&["start"]).exits(0);
    let whole = ground.objects();
    ground.run(&["stop", "--data"]).exits(0);
    at_each_call(&ground, &["start"], 12, |call| {
        ground.run(&["start"]).exits(0);
        assert_eq!(ground.objects(), whole, "killed at call {call}");
        ground.run(&["stop", "--data"]).exits(0);
        assert_eq!(ground.objects(), BTreeSet::new(), "killed at call {call}");
    });
}

#[test]
fn a_check_killed_between_any_two_steps_leaves_nothing_for_long() {
    let ground = Ground::alone(&[]);
    ground.deploy("true");
    ground.run(&["check", "deploy"]).exits(0);
    at_each_call(&ground, &["check", "deploy"], 20, |call| {
        settled(&ground);
        ground.run(&["gc"]).exits(0);
        assert_eq!(ground.objects(), BTreeSet::new(), "killed at call {call}");
    });
    let locks = fs::read_dir(ground.lab.home().join("run/lab/rooms")).unwrap().count();
    assert_eq!(locks, 0, "no lock is left either");
}

#[test]
fn after_a_stop_killed_between_any_two_steps_both_stop_and_start_go_on() {
    let ground = Ground::alone(&[]);
    ground.run(&["start"]).exits(0);
    let whole = ground.objects();
    at_each_call(&ground, &["stop", "--data"], 5, |call| {
        // A start comes while the daemon still removes what it was asked to.
        if call % 4 >= 2 {
            ground.run(&["stop", "--data"]).exits(0);
            assert_eq!(ground.objects(), BTreeSet::new(), "killed at call {call}");
        }
        ground.run(&["start"]).exits(0);
        assert_eq!(ground.objects(), whole, "killed at call {call}");
    });
    ground.run(&["stop", "--data"]).exits(0);
    ground.leaves_nothing();
}
