//! Why an image isn't there.

use std::path::PathBuf;
use std::time::Duration;

/// Why an image isn't there: data only, the words for learners are made at
/// the edge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    #[error("cancelled")]
    Cancelled,

    /// An image isn't in the daemon and none of its origins gives it. On a
    /// closed network the remedy for a base image is `scripts/setup`.
    #[error("`{image}` is unavailable: {}", all(reasons))]
    CantHave {
        image: String,
        /// One for each origin that was tried, in order.
        reasons: Vec<ImageError>,
    },
    /// The registry answers and has no such image.
    #[error("the registry has no `{image}`")]
    NotFound { image: String },
    /// The registry answers and demands a login, or has no such repository:
    /// Docker Hub doesn't tell the two apart.
    #[error("the registry refuses `{image}`: it doesn't exist or needs a login")]
    Denied { image: String },
    /// The registry has given this address enough for now.
    #[error("registry `{registry}` limits how often images are pulled, and the limit is reached for `{image}`")]
    RateLimited { image: String, registry: String },
    /// The registry's name can't be resolved, or nobody connects there.
    #[error("registry `{registry}` can't be reached: {reason}")]
    Unreachable { registry: String, reason: String },
    #[error("pulling `{image}` failed: {detail}")]
    PullFailed { image: String, detail: String },

    #[error("`{}` has no Dockerfile", folder.display())]
    NoDockerfile { folder: PathBuf },
    #[error("the Dockerfile in `{}` can't be read: {detail}", folder.display())]
    BadDockerfile { folder: PathBuf, detail: String },
    #[error("`{}` can't be read: {detail}", path.display())]
    Unreadable { path: PathBuf, detail: String },
    /// A build folder holds more than a build folder should.
    #[error("`{}` holds more than {limit} bytes", folder.display())]
    TooLarge { folder: PathBuf, limit: u64 },
    #[error("step {step} of {} failed (`{instruction}`): {message}", folder.display())]
    BuildFailed {
        folder: PathBuf,
        /// Which step, from 1.
        step: u32,
        instruction: String,
        message: String,
        /// The last lines that the step printed, oldest first.
        tail: Vec<String>,
    },
    /// Files couldn't be put on top of an image.
    #[error("no files can be put on top of `{image}`: {detail}")]
    LayerFailed { image: String, detail: String },

    /// Nothing was heard of a pull or a build for too long.
    #[error("nothing was heard of `{image}` for {} s", after.as_secs())]
    Silent { image: String, after: Duration },
    /// A pull or a build took too long.
    #[error("`{image}` wasn't there after {} s", after.as_secs())]
    TooLong { image: String, after: Duration },
    #[error("the disk is too full for `{image}`")]
    DiskFull { image: String },
    /// The lock file of an image can't be used.
    #[error("lock file `{}` can't be used: {detail}", path.display())]
    Lock { path: PathBuf, detail: String },
    /// The daemon failed in another way, or is gone.
    #[error("the Docker engine failed at `{image}`: {detail}")]
    Daemon { image: String, detail: String },
}

impl ImageError {
    /// Whether this machine, as it is connected, can't have the image: what an
    /// optional service may lack. A full disk or a broken lab is no such thing.
    pub(crate) fn is_out_of_reach(&self) -> bool {
        match self {
            Self::CantHave { .. } | Self::BuildFailed { .. } => true,
            error => error.is_of_origin(),
        }
    }

    /// Whether it speaks of where an image comes from, so that another origin
    /// may still give it.
    pub(super) fn is_of_origin(&self) -> bool {
        match self {
            Self::NotFound { .. }
            | Self::Denied { .. }
            | Self::RateLimited { .. }
            | Self::Unreachable { .. }
            | Self::PullFailed { .. }
            | Self::Silent { .. }
            | Self::TooLong { .. } => true,
            Self::Cancelled
            | Self::CantHave { .. }
            | Self::NoDockerfile { .. }
            | Self::BadDockerfile { .. }
            | Self::Unreadable { .. }
            | Self::TooLarge { .. }
            | Self::BuildFailed { .. }
            | Self::LayerFailed { .. }
            | Self::DiskFull { .. }
            | Self::Lock { .. }
            | Self::Daemon { .. } => false,
        }
    }
}

fn all(reasons: &[ImageError]) -> String {
    reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
