//! Streams of the daemon, under limits of our own: bollard's timeouts end at
//! the response headers.

use super::error::ImageError;
use super::work::Work;
use bollard::errors::Error;
use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};

/// How often a progress line changes at the most.
const BEAT: Duration = Duration::from_millis(100);

/// How often, during the longest silence, it is looked whether work goes on.
const LOOKS: u32 = 10;

/// How long a stream may be silent while no work is seen, and how long it may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(crate) idle: Duration,
    pub(crate) total: Duration,
}

pub(super) enum StreamEvent<T> {
    Item(T),
    /// A moment has passed: the time to show what came.
    Beat,
}

pub(super) enum Ended {
    Limit(ImageError),
    /// The daemon said so, or the connection broke.
    Stream(Error),
}

/// Reads a stream to its end and hands over what it brings. A silence in which `work` grows
/// is none. Dropping the
/// future drops the stream, at which the daemon stops its work.
pub(super) async fn watch<'w, T>(
    image: &str,
    limits: Limits,
    stream: impl Stream<Item = Result<T, Error>>,
    mut on: impl FnMut(StreamEvent<T>),
    work: impl Fn() -> BoxFuture<'w, Option<Work>>,
) -> Result<(), Ended> {
    let mut stream = std::pin::pin!(stream);
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let begun = Instant::now();
    let mut heard = begun;
    let (mut looks, mut before) = (1, None);
    loop {
        tokio::select! {
            item = stream.next() => match item {
                None => return Ok(()),
                Some(Ok(item)) => {
                    (heard, looks) = (Instant::now(), 1);
                    on(StreamEvent::Item(item));
                }
                Some(Err(error)) => return Err(Ended::Stream(error)),
            },
            now = beat.tick() => {
                let image = image.to_owned();
                if now.duration_since(begun) > limits.total {
                    return Err(Ended::Limit(ImageError::TooLong { image, after: limits.total }));
                }
                if now.duration_since(heard) > looks * limits.idle / LOOKS {
                    looks += 1;
                    let now = work().await;
                    // The first look has nothing to compare with, and is no sign of life.
                    if let (Some(now), Some(before)) = (now, before)
                        && now.goes_on_since(before)
                    {
                        (heard, looks) = (Instant::now(), 1);
                    }
                    before = now.or(before);
                }
                if heard.elapsed() > limits.idle {
                    return Err(Ended::Limit(ImageError::Silent { image, after: limits.idle }));
                }
                on(StreamEvent::Beat);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    const SHORT: Limits = Limits { idle: Duration::from_millis(250), total: Duration::from_millis(600) };

    fn nothing() -> BoxFuture<'static, Option<Work>> {
        Box::pin(async { None })
    }

    #[tokio::test]
    async fn a_silent_stream_goes_on_while_it_works_and_ends_when_it_does_not() {
        let work = |grows: bool| {
            let done = std::sync::atomic::AtomicU64::new(0);
            move || -> BoxFuture<'static, Option<Work>> {
                let step = if grows { 1_000_000_000 } else { 0 };
                let cpu = done.fetch_add(step, std::sync::atomic::Ordering::Relaxed);
                Box::pin(async move { Some(Work { cpu, bytes: 0 }) })
            }
        };
        let ended = watch::<()>("a:1", SHORT, stream::pending(), |_| {}, work(true)).await;
        assert!(matches!(ended, Err(Ended::Limit(ImageError::TooLong { .. }))), "only at the last limit");
        let ended = watch::<()>("a:1", SHORT, stream::pending(), |_| {}, work(false)).await;
        assert!(matches!(ended, Err(Ended::Limit(ImageError::Silent { .. }))));
    }

    #[tokio::test]
    async fn a_silent_stream_ends_at_the_idle_limit() {
        let ended = watch::<()>("a:1", SHORT, stream::pending(), |_| {}, nothing).await;
        assert!(matches!(ended, Err(Ended::Limit(ImageError::Silent { image, .. })) if image == "a:1"));
    }

    #[tokio::test]
    async fn a_talkative_stream_ends_at_the_total_limit() {
        let talk = stream::repeat(()).then(|()| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(())
        });
        let ended = watch("a:1", SHORT, talk, |_| {}, nothing).await;
        assert!(matches!(ended, Err(Ended::Limit(ImageError::TooLong { .. }))));
    }
}
