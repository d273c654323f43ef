//! How much of its time others take from what is judged here, by a measure of our own.
//!
//! A wait that ends on a starved machine says nothing of who was waited for. So a
//! thread of its own, whom no work of ours keeps waiting, measures two things beside
//! all that is judged. *Tasks that want to run*, the learner's and the lab's own left
//! out, for each core: with three others and ours on two cores, ours gets half of the
//! time. *Lateness*: how much longer than asked its short sleeps take, which finds what
//! no list of tasks shows, such as a virtual machine that its host stops.
//!
//! The kernel's own pressure figures (`/proc/pressure/cpu`) can't be used instead: they
//! count a learner's busy loop as pressure too, and whoever starves themselves must not
//! get more time for it. On a calm machine one small file is read five times a second.

use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak};
use std::time::Duration;
use tokio::time::Instant;

/// From this factor on the machine counts as starved. Below it nothing changes:
/// services and the engine are busy at times on a calm machine as well.
pub(crate) const STARVED: f64 = 1.5;
/// So much longer than its length a limit may be at the most.
pub(crate) const MOST: u32 = 5;
/// One sleep, and how many make a reading.
const TICK: Duration = Duration::from_millis(20);
const TICKS: u32 = 10;

/// Tells how starved the machine is. Clones share one measure.
#[derive(Clone)]
pub struct Strain(Source);

#[derive(Clone)]
enum Source {
    /// Of a world that is data.
    Calm,
    Measured(Arc<Measured>),
    #[cfg(test)]
    Told(f64),
}

struct Measured {
    started: Once,
    /// Marks of processes that don't count, for they belong to what is judged: what
    /// stands in their control group's name.
    own: Mutex<Vec<String>>,
    reading: Mutex<Reading>,
}

#[derive(Clone, Copy)]
struct Reading {
    at: std::time::Instant,
    factor: f64,
    /// Time that others took, so far.
    lost: Duration,
}

/// A moment from which on time is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    at: Instant,
    lost: Duration,
}

/// Some time, and how much of it others took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) wall: Duration,
    pub(crate) lost: Duration,
}

impl Span {
    /// The time that counts towards a limit: what others took doesn't, up to [`MOST`].
    pub(crate) fn spent(self) -> Duration {
        self.wall.saturating_sub(self.lost).max(self.wall / MOST)
    }

    /// How many times longer everything took than on a calm machine.
    pub(crate) fn factor(self) -> f64 {
        let own = self.wall.saturating_sub(self.lost).as_secs_f64();
        if self.lost.is_zero() { 1.0 } else { (self.wall.as_secs_f64() / own.max(1e-9)).min(100.0) }
    }

    /// The factor, where it is one of a starved machine.
    pub(crate) fn starved(self) -> Option<f64> {
        Some(self.factor()).filter(|factor| *factor >= STARVED)
    }
}

impl Strain {
    /// Of a world that no machine keeps waiting.
    pub(crate) const fn calm() -> Self {
        Self(Source::Calm)
    }

    /// Always this factor.
    #[cfg(test)]
    pub(crate) fn told(factor: f64) -> Self {
        Self(Source::Told(factor))
    }

    /// Of this machine. Measuring begins with the first question.
    pub(crate) fn of_this_machine() -> Self {
        let reading = Reading { at: std::time::Instant::now(), factor: 1.0, lost: Duration::ZERO };
        Self(Source::Measured(Arc::new(Measured {
            started: Once::new(),
            own: Mutex::default(),
            reading: Mutex::new(reading),
        })))
    }

    /// Leaves out the processes of a container of ours from now on.
    pub(crate) fn leave_out(&self, container: &str) {
        if let Source::Measured(measured) = &self.0 {
            locked(&measured.own).push(container.to_owned());
        }
    }

    pub(crate) fn now(&self) -> f64 {
        match &self.0 {
            Source::Calm => 1.0,
            Source::Measured(measured) => measured.read().factor,
            #[cfg(test)]
            Source::Told(factor) => *factor,
        }
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { at: Instant::now(), lost: self.lost(Duration::ZERO) }
    }

    pub(crate) fn since(&self, mark: Mark) -> Span {
        let wall = mark.at.elapsed();
        Span { wall, lost: self.lost(wall).saturating_sub(mark.lost).min(wall) }
    }

    /// A limit as long as it must be just now to leave as much time as on a calm machine.
    pub(crate) fn stretched(&self, limit: Duration) -> Duration {
        let factor = self.now();
        if factor < STARVED { limit } else { limit.mul_f64(factor.min(f64::from(MOST))) }
    }

    /// Waits until the machine is calm, as long as that may take.
    pub(crate) async fn calmed(&self, within: Duration) {
        let begun = Instant::now();
        while self.now() >= STARVED && begun.elapsed() < within {
            tokio::time::sleep(TICK * TICKS).await;
        }
    }

    #[cfg_attr(not(test), expect(unused_variables, reason = "only a told strain goes by it"))]
    fn lost(&self, wall: Duration) -> Duration {
        match &self.0 {
            Source::Calm => Duration::ZERO,
            Source::Measured(measured) => {
                let reading = measured.read();
                reading.lost + taken(reading.at.elapsed(), reading.factor)
            }
            #[cfg(test)]
            Source::Told(factor) => taken(wall, *factor),
        }
    }
}

impl std::fmt::Debug for Strain {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Strain")
    }
}

impl Measured {
    fn read(self: &Arc<Self>) -> Reading {
        self.started.call_once(|| {
            self.note(crowd(&locked(&self.own)), std::time::Instant::now());
            let measured = Arc::downgrade(self);
            // Without the thread the first reading stays, which is better than none.
            let _ = std::thread::Builder::new().name("strain".to_owned()).spawn(move || measure(&measured));
        });
        *locked(&self.reading)
    }

    fn note(&self, factor: f64, now: std::time::Instant) {
        let mut reading = locked(&self.reading);
        // What has just been measured holds for the time that was measured.
        let lost = reading.lost + taken(now.duration_since(reading.at), factor);
        *reading = Reading { at: now, factor, lost };
    }
}

/// Ends when nobody is left who asks.
fn measure(measured: &Weak<Measured>) {
    loop {
        let begun = std::time::Instant::now();
        for _ in 0..TICKS {
            std::thread::sleep(TICK);
        }
        let late = begun.elapsed().as_secs_f64() / (TICK * TICKS).as_secs_f64();
        let Some(measured) = measured.upgrade() else { return };
        let own = locked(&measured.own).clone();
        // A sleep is a little late everywhere.
        let late = if late < STARVED { 1.0 } else { late };
        measured.note(crowd(&own).max(late), std::time::Instant::now());
    }
}

/// How much of some time others took.
fn taken(time: Duration, factor: f64) -> Duration {
    time.mul_f64(1.0 - 1.0 / factor.max(1.0))
}

/// How many tasks there are for each core when one of ours wants to run, beside
/// all that aren't ours; 1 where there is room, or where no kernel tells.
fn crowd(own: &[String]) -> f64 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let all = fs::read_to_string("/proc/stat").ok().and_then(|text| running(&text));
    // The one that asks runs as well.
    if all.is_none_or(|all| all <= cores + 1) {
        return 1.0;
    }
    share(others(own), cores)
}

#[expect(clippy::cast_precision_loss, reason = "no machine has so many tasks")]
fn share(others: usize, cores: usize) -> f64 {
    ((others + 1) as f64 / cores as f64).max(1.0)
}

/// Tasks that run or wait for a core, by `/proc/stat`.
fn running(stat: &str) -> Option<usize> {
    stat.lines().find_map(|line| line.strip_prefix("procs_running "))?.trim().parse().ok()
}

/// The same, without our own process and containers.
fn others(own: &[String]) -> usize {
    let Ok(processes) = fs::read_dir("/proc") else { return 0 };
    let ours = std::process::id().to_string();
    let mut others = 0;
    for process in processes.flatten() {
        let name = process.file_name();
        let is_process =
            name.to_str().is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()) && name != ours);
        if !is_process {
            continue;
        }
        let Some((runs, threads)) = fs::read_to_string(process.path().join("stat")).ok().and_then(|text| state(&text))
        else {
            continue;
        };
        let run = if threads == 1 { usize::from(runs) } else { running_threads(&process.path()) };
        if run > 0 {
            // What ended meanwhile wants nothing any more.
            let group = fs::read_to_string(process.path().join("cgroup")).unwrap_or_default();
            if !own.iter().any(|own| group.contains(own.as_str())) {
                others += run;
            }
        }
    }
    others
}

fn running_threads(process: &std::path::Path) -> usize {
    let threads = fs::read_dir(process.join("task")).into_iter().flatten().flatten();
    let stats = threads.filter_map(|thread| fs::read_to_string(thread.path().join("stat")).ok());
    stats.filter(|text| state(text).is_some_and(|(runs, _)| runs)).count()
}

/// Whether a task runs, and how many its process has. Its name, in parentheses, may
/// hold anything.
fn state(stat: &str) -> Option<(bool, usize)> {
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    let runs = fields.next()? == "R";
    Some((runs, fields.nth(16)?.parse().ok()?))
}

/// A lock that a panic elsewhere doesn't spoil.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_leaves_out_what_others_took_up_to_a_cap() {
        let span = |wall, lost| Span { wall: Duration::from_secs(wall), lost: Duration::from_secs(lost) };
        assert_eq!((span(10, 0).spent(), span(10, 0).starved()), (Duration::from_secs(10), None));
        assert_eq!((span(12, 8).spent(), span(12, 8).starved()), (Duration::from_secs(4), Some(3.0)));
        assert_eq!(span(100, 99).spent(), Duration::from_secs(20), "five times longer at the most");
        assert_eq!(span(12, 2).starved(), None, "a little is no strain");
    }

    #[test]
    fn limits_stretch_with_the_machine_and_not_without_end() {
        let limit = Duration::from_secs(10);
        for (factor, seconds) in [(1.0, 10), (1.4, 10), (3.0, 30), (80.0, 50)] {
            assert_eq!(Strain::told(factor).stretched(limit), Duration::from_secs(seconds), "{factor}");
        }
        assert_eq!(Strain::calm().stretched(limit), limit);
    }

    #[tokio::test(start_paused = true)]
    async fn time_is_counted_by_what_the_machine_leaves() {
        for (factor, spent) in [(1.0, 60), (4.0, 15), (1000.0, 12)] {
            let strain = Strain::told(factor);
            let mark = strain.mark();
            tokio::time::sleep(Duration::from_secs(60)).await;
            assert_eq!(strain.since(mark).spent().as_millis().div_ceil(10) / 100, spent, "{factor}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_longer_than_may_be_for_a_calm_machine() {
        for (factor, waited) in [(1.0, 0), (3.0, 7)] {
            let begun = Instant::now();
            Strain::told(factor).calmed(Duration::from_secs(7)).await;
            assert_eq!(begun.elapsed().as_secs(), waited, "{factor}");
        }
    }

    #[test]
    fn tasks_are_counted_as_the_kernel_writes_them() {
        assert_eq!(running("cpu  1 2 3\nprocs_running 7\nprocs_blocked 0\n"), Some(7));
        assert_eq!(running("cpu  1 2 3\n"), None);
        let rest = "18699 18719 18719 0 -1 4194560 1001 0 5 0 2 0 0 0 20 0 3 0 1";
        assert_eq!(state(&format!("18719 (sh) S {rest}")), Some((false, 3)));
        assert_eq!(state(&format!("9 (a) R b) R {rest}")), Some((true, 3)));
        assert_eq!(state("9 (a) R"), None);
        assert!((share(1, 2) - 1.0).abs() < 1e-9 && (share(3, 2) - 2.0).abs() < 1e-9);
    }
}
