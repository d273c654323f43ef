//! Images from a registry.

use super::error::ImageError;
use super::watch::{Ended, Limits, StreamEvent, watch};
use super::{ImageResult, Images, Ready};
use crate::engine::error::is_of_a_full_disk;
use crate::event::{Doing, Event};
use backon::{ExponentialBuilder, Retryable};
use bollard::errors::Error;
use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptionsBuilder;
use std::collections::BTreeMap;
use std::time::Duration;

/// A registry that sends nothing for this long is stuck: while layers are
/// fetched or unpacked the daemon reports several times a second.
const IDLE: Duration = Duration::from_secs(2 * 60);

/// The largest image of a lab (about 1 GB) at 300 kB/s.
const TOTAL: Duration = Duration::from_secs(60 * 60);

/// How often a pull that may succeed next time is repeated.
const REPEATS: usize = 2;

/// Why a pull failed and whether asking again may help.
struct Failure {
    error: ImageError,
    again: bool,
}

impl Images {
    /// An image of a registry, pulled if it is missing.
    pub(super) async fn pulled(&self, part: &str, image: &str) -> Result<ImageResult, ImageError> {
        let image = with_tag(image);
        let ready = |id| Ready { tag: image.clone(), id };
        if let Some(id) = self.inspect(&image).await? {
            return Ok(ImageResult { ready: ready(id), kept: true });
        }
        let registry = registry(&image);
        self.refuse_unreachable(registry)?;
        let _held = self.lock(&image).await?;
        if let Some(id) = self.inspect(&image).await? {
            return Ok(ImageResult { ready: ready(id), kept: false });
        }
        self.refuse_unreachable(registry)?;
        let back_off = ExponentialBuilder::default().with_min_delay(Duration::from_millis(500)).with_max_times(REPEATS);
        let pulled = (|| self.pull_once(part, &image)).retry(back_off).when(|failure| failure.again).await;
        match pulled {
            Ok(id) => Ok(ImageResult { ready: ready(id), kept: false }),
            Err(Failure { error, .. }) => {
                if let ImageError::Unreachable { registry, reason } = &error {
                    self.unreachable().insert(registry.clone(), reason.clone());
                }
                Err(error)
            }
        }
    }

    /// A registry that didn't answer isn't asked again in this run: with many
    /// images each wait for a time-out would add up.
    fn refuse_unreachable(&self, registry: &str) -> Result<(), ImageError> {
        match self.unreachable().get(registry) {
            None => Ok(()),
            Some(reason) => Err(ImageError::Unreachable { registry: registry.into(), reason: reason.clone() }),
        }
    }

    async fn pull_once(&self, part: &str, image: &str) -> Result<String, Failure> {
        let options = CreateImageOptionsBuilder::default().from_image(image).build();
        let mut layers = Layers::default();
        let mut shown = None;
        let stream = self.docker.create_image(Some(options), None, None);
        let ended = watch(
            image,
            Limits { idle: IDLE, total: TOTAL },
            stream,
            |seen| match seen {
                StreamEvent::Item(info) => layers.feed(&info),
                StreamEvent::Beat => {
                    let (bytes, total) = layers.sum();
                    if shown != Some((bytes, total)) {
                        shown = Some((bytes, total));
                        let doing = Doing::Pulling { image: image.into(), bytes, total };
                        self.events.send(Event::Progress { part: part.into(), doing });
                    }
                }
            },
            || Box::pin(async { None }),
        )
        .await;
        let failure = match ended {
            Ok(()) => None,
            Err(Ended::Limit(error)) => return Err(Failure { error, again: false }),
            Err(Ended::Stream(error)) => Some(classify(image, &error)),
        };
        // The image is the truth: the end of a JSON stream may be misread.
        match self.inspect(image).await {
            Ok(Some(id)) => Ok(id),
            Ok(None) => Err(failure.unwrap_or_else(|| {
                let detail = "the daemon ended the pull and has no such image".into();
                Failure { error: ImageError::PullFailed { image: image.into(), detail }, again: true }
            })),
            Err(error) => Err(Failure { error, again: false }),
        }
    }
}

/// A reference with `:latest` where it has neither tag nor digest: the daemon
/// would pull all tags.
fn with_tag(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    if name.contains([':', '@']) { image.to_owned() } else { format!("{image}:latest") }
}

pub(in crate::engine) fn refusal(image: &str, error: &Error) -> ImageError {
    classify(image, error).error
}

pub(super) fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}

/// What a failed pull means. The daemon hands on what the registry or the
/// network said as text, the same text since years.
fn classify(image: &str, error: &Error) -> Failure {
    let (message, status) = match error {
        Error::DockerResponseServerError { status_code, message } => (message.as_str(), Some(*status_code)),
        Error::DockerStreamError { error } => (error.as_str(), None),
        other => {
            let error = ImageError::Daemon { image: image.into(), detail: other.to_string() };
            return Failure { error, again: false };
        }
    };
    let lower = message.to_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    let (owned, registry) = (image.to_owned(), registry(image).to_owned());
    let unreachable = || ImageError::Unreachable { registry: registry.clone(), reason: message.to_owned() };
    if status == Some(429) || says(&["toomanyrequests", "rate limit", "too many requests"]) {
        Failure { error: ImageError::RateLimited { image: owned, registry }, again: false }
    } else if is_of_a_full_disk(&lower) {
        Failure { error: ImageError::DiskFull { image: owned }, again: false }
    } else if says(&["dial tcp", "waiting for connection", "proxyconnect", "x509:", "forbidden"]) {
        // Nobody there, or a network that lets nobody through.
        Failure { error: unreachable(), again: false }
    } else if says(&["denied", "unauthorized", "authentication required", "no basic auth"]) {
        Failure { error: ImageError::Denied { image: owned }, again: false }
    } else if says(&["manifest unknown", "name unknown"]) || (status == Some(404) && says(&["not found"])) {
        Failure { error: ImageError::NotFound { image: owned }, again: false }
    } else if says(&["timeout", "deadline exceeded", "connection reset", ": eof", "broken pipe"]) {
        Failure { error: unreachable(), again: true }
    } else {
        let again = status.is_none_or(|status| status >= 500) && !says(&["no matching manifest"]);
        Failure { error: ImageError::PullFailed { image: owned, detail: message.to_owned() }, again }
    }
}

/// How much of each layer has come.
#[derive(Default)]
struct Layers(BTreeMap<String, (u64, u64)>);

impl Layers {
    fn feed(&mut self, info: &CreateImageInfo) {
        let (Some(layer), Some(status)) = (&info.id, &info.status) else { return };
        match status.as_str() {
            "Downloading" => {
                let Some(detail) = &info.progress_detail else { return };
                let number = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok());
                if let (Some(current), Some(total)) = (number(detail.current), number(detail.total)) {
                    self.0.insert(layer.clone(), (current, total));
                }
            }
            "Verifying Checksum" | "Download complete" | "Extracting" | "Pull complete" => {
                if let Some((current, total)) = self.0.get_mut(layer) {
                    *current = *total;
                }
            }
            _ => {}
        }
    }

    fn sum(&self) -> (u64, u64) {
        self.0.values().fold((0, 0), |(bytes, total), (current, size)| (bytes + current, total + size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::ProgressDetail;

    #[test]
    fn the_registry_is_told_from_the_reference() {
        let registries = [
            ("debian:trixie-slim", "docker.io"),
            ("dxflrs/garage:v2.5.0", "docker.io"),
            ("ghcr.io/opentofu/opentofu:1.12.6", "ghcr.io"),
            ("localhost/a", "localhost"),
            ("localhost:1/none:1", "localhost:1"),
        ];
        for (image, expected) in registries {
            assert_eq!(registry(image), expected, "{image}");
        }
    }

    #[test]
    fn a_reference_without_a_tag_means_latest() {
        assert_eq!(with_tag("debian"), "debian:latest");
        assert_eq!(with_tag("localhost:1/none"), "localhost:1/none:latest");
        assert_eq!(with_tag("debian:trixie"), "debian:trixie");
        assert_eq!(with_tag("a/b@sha256:00"), "a/b@sha256:00");
    }

    #[test]
    fn what_the_daemon_says_is_told_apart() {
        let kind = |message: &str, status_code: u16| {
            let error = Error::DockerResponseServerError { status_code, message: message.into() };
            let Failure { error, again } = classify("a/b:1", &error);
            let kind = match error {
                ImageError::NotFound { .. } => "not found",
                ImageError::Denied { .. } => "denied",
                ImageError::RateLimited { registry, .. } if registry == "docker.io" => "rate limited",
                ImageError::Unreachable { reason, .. } if reason == message => "unreachable",
                ImageError::PullFailed { .. } => "failed",
                ImageError::DiskFull { .. } => "disk full",
                other => panic!("{other:?}"),
            };
            (kind, again)
        };
        let cases = [
            (
                "Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io on 10.255.255.53:53: no such host",
                500,
                ("unreachable", false),
            ),
            (
                "Get \"http://localhost:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused",
                500,
                ("unreachable", false),
            ),
            (
                "Get \"https://registry-1.docker.io/v2/\": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
                500,
                ("unreachable", false),
            ),
            ("Get \"https://a/v2/\": x509: certificate signed by unknown authority", 500, ("unreachable", false)),
            ("Get \"https://a/v2/\": net/http: TLS handshake timeout", 500, ("unreachable", true)),
            ("unexpected EOF", 500, ("failed", true)),
            ("read tcp 10.0.0.1:443: read: connection reset by peer", 500, ("unreachable", true)),
            (
                "toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating",
                500,
                ("rate limited", false),
            ),
            (
                "pull access denied for a/b, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
                404,
                ("denied", false),
            ),
            ("unauthorized: authentication required", 500, ("denied", false)),
            ("manifest for a/b:1 not found: manifest unknown: manifest unknown", 404, ("not found", false)),
            ("no matching manifest for linux/arm64/v8 in the manifest list entries", 500, ("failed", false)),
            ("invalid reference format", 400, ("failed", false)),
            ("received unexpected HTTP status: 503 Service Unavailable", 500, ("failed", true)),
            ("write /var/lib/docker/tmp/a: no space left on device", 500, ("disk full", false)),
        ];
        for (message, status, expected) in cases {
            assert_eq!(kind(message, status), expected, "{message}");
        }
    }

    #[test]
    fn bytes_are_summed_over_layers() {
        let mut layers = Layers::default();
        let mut feed = |layer: &str, status: &str, current, total| {
            layers.feed(&CreateImageInfo {
                id: Some(layer.into()),
                status: Some(status.into()),
                progress_detail: Some(ProgressDetail { current, total }),
                ..Default::default()
            });
            layers.sum()
        };
        assert_eq!(feed("1.27", "Pulling from library/nginx", None, None), (0, 0));
        assert_eq!(feed("a", "Pulling fs layer", None, None), (0, 0));
        assert_eq!(feed("a", "Downloading", Some(10), Some(100)), (10, 100));
        assert_eq!(feed("b", "Downloading", Some(5), Some(50)), (15, 150));
        assert_eq!(feed("a", "Download complete", None, None), (105, 150));
        assert_eq!(feed("a", "Extracting", Some(1), Some(100)), (105, 150));
    }
}
