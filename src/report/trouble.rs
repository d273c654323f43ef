//! Why a probe got no answer, in calm words, and what to try.

use super::voice::Voice;
use crate::world::ProbeFailure;

impl Voice<'_> {
    pub(crate) fn trouble(&self, trouble: &ProbeFailure) -> String {
        self.say(&match trouble {
            ProbeFailure::Refused { address, .. } => message!("report-trouble-refused", address = address),
            ProbeFailure::Down { service, learners: true } => {
                message!("report-trouble-down-learner", service = service)
            }
            ProbeFailure::Down { service, learners: false } => message!("report-trouble-down", service = service),
            ProbeFailure::Ended { service, out_of_memory: true, .. } => {
                message!("report-trouble-out-of-memory", service = service)
            }
            ProbeFailure::Ended { service, exit, log, .. } => {
                let last = log.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
                if last.is_empty() {
                    message!("report-trouble-ended-silent", service = service, exit = *exit)
                } else {
                    message!("report-trouble-ended", service = service, exit = *exit, last = self.capped(last))
                }
            }
            ProbeFailure::ListensElsewhere { service, wanted, found, .. } => message!(
                "report-trouble-elsewhere-listens",
                service = service,
                wanted = wanted,
                found = self.capped(&found.join(", "))
            ),
            ProbeFailure::TimedOut { what, after, .. } => {
                message!("report-trouble-timed-out", what = self.capped(what), after = self.duration(*after))
            }
            ProbeFailure::Broken { detail, .. } => message!("report-trouble-broken", detail = self.capped(detail)),
            ProbeFailure::TooLarge { limit } => {
                message!("report-trouble-too-large", limit = self.bytes(u64::try_from(*limit).unwrap_or(u64::MAX)))
            }
            ProbeFailure::TooComplex { excess, .. } => {
                message!("report-trouble-too-complex", bound = excess.bound.to_string(), limit = excess.limit)
            }
            ProbeFailure::TooManyFiles { limit } => message!("report-trouble-too-many-files", limit = *limit),
            ProbeFailure::RedirectLoop { url } => message!("report-trouble-redirect-loop", url = self.capped(url)),
            ProbeFailure::TooManyRedirects { limit } => message!("report-trouble-redirects", limit = *limit),
            ProbeFailure::NoPage { url, status } => {
                message!(
                    "report-trouble-no-page",
                    url = self.capped(url),
                    status = self.noted("status", &(*status).into())
                )
            }
            ProbeFailure::BadCoding { coding, detail } => {
                message!("report-trouble-coding", coding = self.capped(coding), detail = self.capped(detail))
            }
            ProbeFailure::Elsewhere { host } => message!("report-trouble-elsewhere", host = self.capped(host)),
            ProbeFailure::NoFile { path } => message!("report-trouble-no-file", path = self.capped(path)),
            ProbeFailure::LeadsOut { path } => message!("report-trouble-leads-out", path = self.capped(path)),
            ProbeFailure::BadUrl { url } => message!("report-trouble-bad-url", url = self.capped(url)),
            ProbeFailure::Unavailable { why, .. } => why.clone(),
            ProbeFailure::NotHere { what } => message!("report-trouble-not-here", what = self.capped(what)),
            ProbeFailure::Fault { detail } => message!("report-trouble-fault", detail = self.capped(detail)),
        })
    }

    /// What the learner may try; nothing where it is no matter of theirs.
    pub(crate) fn advice(&self, trouble: &ProbeFailure) -> Option<String> {
        Some(self.say(&match trouble {
            ProbeFailure::Refused { learners: true, .. } => message!("report-try-refused"),
            ProbeFailure::Down { service, learners: true } | ProbeFailure::Ended { service, learners: true, .. } => {
                message!("report-try-down", service = service)
            }
            ProbeFailure::TimedOut { learners: true, .. } => message!("report-try-timed-out"),
            ProbeFailure::Broken { learners: true, .. } => message!("report-try-broken"),
            ProbeFailure::TooLarge { .. } => message!("report-try-too-large"),
            ProbeFailure::TooComplex { learners: true, .. } => message!("report-try-too-complex"),
            ProbeFailure::TooManyFiles { .. } => message!("report-try-too-many-files"),
            ProbeFailure::RedirectLoop { .. } | ProbeFailure::TooManyRedirects { .. } => {
                message!("report-try-redirects")
            }
            ProbeFailure::NoPage { .. } => message!("report-try-no-page"),
            ProbeFailure::BadCoding { .. } => message!("report-try-coding"),
            ProbeFailure::Elsewhere { .. } => message!("report-try-elsewhere"),
            ProbeFailure::NoFile { .. } => message!("report-try-no-file"),
            ProbeFailure::LeadsOut { .. } => message!("report-try-leads-out"),
            ProbeFailure::ListensElsewhere { .. } => message!("report-try-listens"),
            ProbeFailure::BadUrl { .. } => message!("report-try-bad-url"),
            ProbeFailure::Refused { .. }
            | ProbeFailure::Broken { .. }
            | ProbeFailure::Down { .. }
            | ProbeFailure::Ended { .. }
            | ProbeFailure::TimedOut { .. }
            | ProbeFailure::TooComplex { .. }
            | ProbeFailure::Unavailable { .. }
            | ProbeFailure::NotHere { .. }
            | ProbeFailure::Fault { .. } => {
                return None;
            }
        }))
    }

    /// The commands that tell more about the environment's own trouble.
    pub(crate) fn commands(&self, trouble: &ProbeFailure) -> String {
        let logs = match trouble {
            ProbeFailure::Down { service, .. } | ProbeFailure::Ended { service, .. } => format!("lab logs {service}"),
            _ => String::new(),
        };
        self.joined(&[logs, "lab doctor".to_owned()])
    }
}
