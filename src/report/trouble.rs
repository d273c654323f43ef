//! Why a probe got no answer, in calm words, and what to try.

use super::voice::Voice;
use crate::message;
use crate::world::Trouble;

impl Voice<'_> {
    /// What happened.
    #[must_use]
    pub fn trouble(&self, trouble: &Trouble) -> String {
        self.say(&match trouble {
            Trouble::Refused { address } => message!("report-trouble-refused", address = address),
            Trouble::Down { service, learners: true } => message!("report-trouble-down-learner", service = service),
            Trouble::Down { service, learners: false } => message!("report-trouble-down", service = service),
            Trouble::TimedOut { what, after, .. } => {
                message!("report-trouble-timed-out", what = self.capped(what), after = self.duration(*after))
            }
            Trouble::Broken { detail } => message!("report-trouble-broken", detail = self.capped(detail)),
            Trouble::TooLarge { limit } => {
                message!("report-trouble-too-large", limit = self.bytes(u64::try_from(*limit).unwrap_or(u64::MAX)))
            }
            Trouble::TooManyFiles { limit } => message!("report-trouble-too-many-files", limit = *limit),
            Trouble::RedirectLoop { url } => message!("report-trouble-redirect-loop", url = self.capped(url)),
            Trouble::TooManyRedirects { limit } => message!("report-trouble-redirects", limit = *limit),
            Trouble::NoPage { url, status } => {
                message!(
                    "report-trouble-no-page",
                    url = self.capped(url),
                    status = self.noted("status", &(*status).into())
                )
            }
            Trouble::BadGzip { detail } => message!("report-trouble-gzip", detail = self.capped(detail)),
            Trouble::Elsewhere { host } => message!("report-trouble-elsewhere", host = self.capped(host)),
            Trouble::NoFile { path } => message!("report-trouble-no-file", path = self.capped(path)),
            Trouble::BadUrl { url } => message!("report-trouble-bad-url", url = self.capped(url)),
            Trouble::Unavailable { why, .. } => why.clone(),
            Trouble::Fault { detail } => message!("report-trouble-fault", detail = self.capped(detail)),
        })
    }

    /// What the learner may try; nothing where it is no matter of theirs.
    #[must_use]
    pub fn advice(&self, trouble: &Trouble) -> Option<String> {
        Some(self.say(&match trouble {
            Trouble::Refused { .. } => message!("report-try-refused"),
            Trouble::Down { service, learners: true } => message!("report-try-down", service = service),
            Trouble::TimedOut { learners: true, .. } => message!("report-try-timed-out"),
            Trouble::Broken { .. } => message!("report-try-broken"),
            Trouble::TooLarge { .. } => message!("report-try-too-large"),
            Trouble::TooManyFiles { .. } => message!("report-try-too-many-files"),
            Trouble::RedirectLoop { .. } | Trouble::TooManyRedirects { .. } => message!("report-try-redirects"),
            Trouble::NoPage { .. } => message!("report-try-no-page"),
            Trouble::BadGzip { .. } => message!("report-try-gzip"),
            Trouble::Elsewhere { .. } => message!("report-try-elsewhere"),
            Trouble::NoFile { .. } => message!("report-try-no-file"),
            Trouble::BadUrl { .. } => message!("report-try-bad-url"),
            Trouble::Down { .. } | Trouble::TimedOut { .. } | Trouble::Unavailable { .. } | Trouble::Fault { .. } => {
                return None;
            }
        }))
    }

    /// The commands that tell more about the environment's own trouble.
    #[must_use]
    pub fn commands(&self, trouble: &Trouble) -> String {
        let logs = match trouble {
            Trouble::Down { service, .. } => format!("lab logs {service}"),
            _ => String::new(),
        };
        self.joined(&[logs, "lab doctor".to_owned()])
    }
}
