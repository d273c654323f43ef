//! Running something on the engine: progress on standard error, signals that
//! clean up, and the sweep of what dead runs left, beside it.

use super::context::Context;
use super::interrupts;
use crate::engine::sweep::{Swept, sweep_locks};
use crate::engine::{Engine, EngineError, connect};
use crate::error::Error;
use crate::event::{Event, Events};
use crate::exit::Exit;
use crate::report::Progress;
use std::future::Future;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long a command that is done waits for the sweep beside it. What isn't
/// removed by then is tried again by the next command.
const SWEEP_WITHIN: Duration = Duration::from_secs(10);

pub(super) struct Hands {
    pub(crate) engine: Engine,
    pub(crate) events: Events,
    pub(crate) cancel: CancellationToken,
    sweeper: Sweeper,
}

type Sweeper = Arc<tokio::sync::Mutex<Option<JoinHandle<Result<Swept, EngineError>>>>>;

impl Context {
    /// Runs an act on the engine. After a signal the act cleans up by itself, and
    /// is given up when that takes too long.
    pub(crate) fn act<T, F>(&self, act: impl FnOnce(Hands) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        self.act_heard(|_| {}, act)
    }

    /// The same; `also` sees every event.
    pub(crate) fn act_heard<T, F>(
        &self,
        also: impl Fn(&Event) + Send + Sync + 'static,
        act: impl FnOnce(Hands) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let runtime = runtime()?;
        let style = self.surroundings.stderr_style();
        let language = self.words.language();
        let begin = move || Progress::new(language, style, std::io::stderr().is_terminal());
        let progress = Arc::new(Mutex::new(begin()));
        let seen = progress.clone();
        let events = Events::to(move |event| {
            also(&event);
            let mut progress = seen.lock().unwrap_or_else(PoisonError::into_inner);
            progress.event(&event);
            // The outcome is written next, and must stand alone.
            if matches!(event, Event::Finished(_)) {
                *progress = begin();
            }
        });
        let cancel = CancellationToken::new();
        let say = events.clone();
        let listening = interrupts::listen(cancel.clone(), move |message| say.send(Event::Notice(message)))?;
        let done = runtime.block_on(async {
            tokio::select! {
                done = self.beside_a_sweep(events, &cancel, act) => done,
                () = interrupts::overdue(&cancel) => Err(Error::new(Exit::Interrupted, message!("interrupted-unfinished"))),
            }
        });
        drop(listening);
        progress.lock().unwrap_or_else(PoisonError::into_inner).finish();
        runtime.shutdown_background();
        // What ended because of a signal is reported as such, whatever it looked like.
        match done {
            Err(error) if cancel.is_cancelled() && error.exit != Exit::Interrupted => Err(interrupted()),
            done => done,
        }
    }

    /// Runs what leaves nothing behind: a signal ends it at once.
    pub(crate) fn look<T>(&self, look: impl AsyncFnOnce(&Hands) -> Result<T, Error>) -> Result<T, Error> {
        self.act(async |hands| {
            tokio::select! {
                done = look(&hands) => done,
                () = hands.cancel.cancelled() => Err(interrupted()),
            }
        })
    }

    async fn beside_a_sweep<T, F>(
        &self,
        events: Events,
        cancel: &CancellationToken,
        act: impl FnOnce(Hands) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let surroundings = connect::Surroundings::current();
        let engine = tokio::select! {
            engine = Engine::connect(&surroundings, events.clone()) => engine?,
            () = cancel.cancelled() => return Err(interrupted()),
        };
        let sweep = engine.clone();
        let runs = self.surroundings.dirs.runs();
        let sweeper = tokio::spawn(async move {
            let swept = sweep.sweep(crate::session::clean_room::now()).await;
            // What can't be removed here is tried again by the next command.
            let _ = sweep_locks(&runs);
            swept
        });
        let sweeper: Sweeper = Arc::new(tokio::sync::Mutex::new(Some(sweeper)));
        let hands = Hands { engine, events: events.clone(), cancel: cancel.clone(), sweeper: sweeper.clone() };
        let done = act(hands).await;
        if let Ok(Some(Ok(swept))) = tokio::time::timeout(SWEEP_WITHIN, swept(&sweeper, cancel)).await
            && !swept.environments.is_empty()
        {
            events.send(Event::Notice(message!("swept", count = swept.environments.len())));
        }
        done
    }
}

impl Hands {
    /// What the sweep beside this act removed; none when a signal ended it.
    pub(crate) async fn swept(&self) -> Option<Result<Swept, EngineError>> {
        swept(&self.sweeper, &self.cancel).await
    }
}

/// Waits for a sweep and takes its result; none when it was taken before.
async fn swept(sweeper: &Sweeper, cancel: &CancellationToken) -> Option<Result<Swept, EngineError>> {
    let task = sweeper.lock().await.take()?;
    tokio::select! {
        swept = task => swept.ok(),
        () = cancel.cancelled() => None,
    }
}

pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|source| Error::io(Path::new("tokio"), &source))
}

pub(super) fn interrupted() -> Error {
    Error::new(Exit::Interrupted, message!("interrupted"))
}
