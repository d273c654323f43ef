//! Which words an error of the engine is told with: what happened, to what,
//! why, and what to do next.

use super::error::{EngineError, is_of_a_full_disk};
use super::image::ImageError;
use crate::message::Message;

impl EngineError {
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::NotFound { .. } => message!("engine-not-found"),
            Self::NotThere { socket, said_by } => {
                message!("engine-not-there", socket = socket.as_path(), said_by = said_by.as_str())
            }
            Self::Stopped { socket, source } => {
                message!("engine-stopped", socket = socket.as_path(), reason = source)
            }
            Self::NotAllowed { socket } => message!("engine-not-allowed", socket = socket.as_path()),
            Self::Remote { host } => message!("engine-remote", host = host.as_str()),
            Self::TooOld { version, api } => {
                message!("engine-too-old", version = version.as_str(), api = api.as_str())
            }
            Self::Call { doing, object, source } => {
                message!(
                    "engine-call",
                    doing = doing.replace(' ', "-"),
                    object = object.as_str(),
                    reason = source.to_string()
                )
            }
            Self::NoSubnet { network, tried } => {
                message!("engine-no-subnet", network = network.as_str(), tried = *tried)
            }
            Self::Image { part, source } => {
                message!("engine-image", part = part.as_str(), reason = source.message())
            }
            Self::NotReady { service, within, .. } => {
                message!("engine-not-ready", service = service.as_str(), seconds = within.as_secs_f64())
            }
            Self::Ended { service, exit, .. } => {
                message!("engine-ended", service = service.as_str(), exit = *exit)
            }
            Self::NotRunning { service } => message!("engine-not-running", service = service.as_str()),
            Self::OwnCommand { command, exit: Some(exit), said } => {
                message!("engine-own-command", command = command.as_str(), exit = *exit, said = said.as_str())
            }
            Self::OwnCommand { command, exit: None, .. } => {
                message!("engine-own-command-late", command = command.as_str())
            }
            Self::StillThere { project, objects } => {
                message!("engine-still-there", project = project.as_str(), objects = objects.join(", "))
            }
            Self::UnknownName(name) => message!("engine-unknown-name", name = name.as_str()),
            Self::LabFile { path, source } => message!("file-failed", path = path, reason = source),
            Self::Folder(source) => message!("engine-folder", reason = source),
            Self::Interrupted => message!("interrupted"),
        }
    }

    pub(crate) fn details(&self) -> Vec<(Message, String)> {
        match self {
            Self::NotReady { asked, tries, answer, log, .. } => vec![
                (message!("detail-last-probe"), format!("{asked} → {answer} ({tries}×)")),
                (message!("detail-last-log"), log.clone()),
            ],
            Self::NotFound { tried } => {
                let tried: Vec<String> = tried.iter().map(|socket| socket.display().to_string()).collect();
                vec![(message!("detail-looked-at"), tried.join("\n"))]
            }
            Self::Ended { log, .. } => vec![(message!("detail-last-log"), log.clone())],
            Self::Image { source, .. } => source.details(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn hint(&self) -> Option<Message> {
        Some(match self {
            Self::NotFound { .. } => message!("hint-install-engine"),
            Self::NotThere { said_by, .. } => message!("hint-not-there", said_by = said_by.as_str()),
            Self::Stopped { .. } => message!("hint-start-engine"),
            Self::NotAllowed { .. } => message!("hint-docker-group"),
            Self::Remote { .. } => message!("hint-local-engine"),
            Self::TooOld { .. } => message!("hint-update-engine"),
            Self::NoSubnet { .. } => message!("hint-subnets"),
            Self::NotReady { service, .. } | Self::Ended { service, .. } => {
                message!("hint-logs-doctor", service = service.as_str())
            }
            Self::NotRunning { .. } => message!("hint-start-lab"),
            Self::Image { source, .. } => source.hint()?,
            Self::Call { source, .. } if is_of_a_full_disk(&source.to_string()) => message!("hint-disk"),
            Self::Call { .. } | Self::OwnCommand { .. } => message!("hint-doctor"),
            Self::StillThere { .. } => message!("hint-gc"),
            Self::UnknownName(_) | Self::Folder(_) | Self::LabFile { .. } | Self::Interrupted => return None,
        })
    }
}

impl ImageError {
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::Cancelled => message!("interrupted"),
            Self::CantHave { image, .. } => message!("image-cant-have", image = image.as_str()),
            Self::NotFound { image } => message!("image-not-found", image = image.as_str()),
            Self::Denied { image } => message!("image-denied", image = image.as_str()),
            Self::RateLimited { image, registry } => {
                message!("image-rate-limited", image = image.as_str(), registry = registry.as_str())
            }
            Self::Unreachable { registry, reason } => {
                message!("image-unreachable", registry = registry.as_str(), reason = reason.as_str())
            }
            Self::PullFailed { image, detail } => {
                message!("image-pull-failed", image = image.as_str(), reason = detail.as_str())
            }
            Self::NoDockerfile { folder } => message!("image-no-dockerfile", folder = folder.as_path()),
            Self::BadDockerfile { folder, detail } => {
                message!("image-bad-dockerfile", folder = folder.as_path(), reason = detail.as_str())
            }
            Self::Unreadable { path, detail } => {
                message!("image-unreadable", path = path.as_path(), reason = detail.as_str())
            }
            Self::TooLarge { folder, limit } => {
                message!("image-too-large", folder = folder.as_path(), megabytes = *limit >> 20)
            }
            Self::BuildFailed { step, instruction, message, .. } => message!(
                "image-build-failed",
                step = *step,
                instruction = instruction.as_str(),
                reason = message.as_str()
            ),
            Self::LayerFailed { image, detail } => {
                message!("image-layer-failed", image = image.as_str(), reason = detail.as_str())
            }
            Self::Silent { image, after } => {
                message!("image-silent", image = image.as_str(), minutes = after.as_secs() / 60)
            }
            Self::TooLong { image, after } => {
                message!("image-too-long", image = image.as_str(), minutes = after.as_secs() / 60)
            }
            Self::DiskFull { image } => message!("image-disk-full", image = image.as_str()),
            Self::Lock { path, detail } => {
                message!("image-lock", path = path.as_path(), reason = detail.as_str())
            }
            Self::Daemon { image, detail } => {
                message!("image-daemon", image = image.as_str(), reason = detail.as_str())
            }
        }
    }

    pub(crate) fn details(&self) -> Vec<(Message, String)> {
        match self {
            Self::CantHave { reasons, .. } => {
                reasons.iter().map(|reason| (message!("detail-tried"), reason.to_string())).collect()
            }
            Self::BuildFailed { tail, .. } => vec![(message!("detail-last-lines"), tail.join("\n"))],
            _ => Vec::new(),
        }
    }

    pub(crate) fn hint(&self) -> Option<Message> {
        Some(match self {
            Self::CantHave { image, .. } if image.starts_with("debian:") => message!("hint-base-image"),
            Self::CantHave { .. } | Self::Unreachable { .. } | Self::PullFailed { .. } | Self::Silent { .. } => {
                message!("hint-registry")
            }
            Self::RateLimited { .. } => message!("hint-rate-limit"),
            Self::DiskFull { .. } => message!("hint-disk"),
            Self::LayerFailed { detail, .. } | Self::Daemon { detail, .. } if is_of_a_full_disk(detail) => {
                message!("hint-disk")
            }
            Self::NotFound { .. }
            | Self::Denied { .. }
            | Self::NoDockerfile { .. }
            | Self::BadDockerfile { .. }
            | Self::Unreadable { .. }
            | Self::TooLarge { .. }
            | Self::BuildFailed { .. }
            | Self::LayerFailed { .. } => message!("hint-lab-author"),
            Self::TooLong { .. } | Self::Lock { .. } | Self::Daemon { .. } => message!("hint-doctor"),
            Self::Cancelled => return None,
        })
    }
}
