//! The way in: how `lab` reaches the services of a room or a playground.
//!
//! A gate is a small SOCKS5 proxy (microsocks) with one foot in the lab's
//! network; the design says why. This is its client. A service is hostile until
//! shown otherwise: nothing here follows a redirect, reads the environment, or
//! keeps more than a capped number of bytes, and everything ends at a limit.
//!
//! Whose fault it is when nothing comes back decides whether a learner fails,
//! so the proxy's typed replies are told apart with care, and before a learner
//! pays for silence or a cut connection the gate itself is asked if it lives.

mod exchange;
#[cfg(test)]
mod tests;

use crate::world::{HttpRequest, HttpResponse, ProbeFailure};
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_socks::tcp::Socks5Stream;

/// The header by which a program of the lab's own says that it failed, and not what it runs.
const FAULT: &str = "lab-fault";
/// How long a gate may take to show that it lives.
const SIGN_OF_LIFE: Duration = Duration::from_secs(3);

#[derive(Clone)]
pub(crate) struct Gate {
    /// Where it is published: `127.0.0.1` and a port.
    pub(crate) proxy: SocketAddr,
    /// Its user, 1 to 255 bytes.
    pub(crate) user: String,
    /// Its password, 1 to 255 bytes, drawn for each run; never printed.
    pub(crate) password: String,
}

/// Where a request's host and port really lead, by the engine's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target {
    /// The service's address in the lab's network, as the gate sees it.
    pub(crate) address: SocketAddr,
    /// Whether it runs the learner's own files: who pays when it is silent.
    pub(crate) learners: bool,
}

impl Gate {
    /// Sends one HTTP/1.1 request on a connection of its own and reads the
    /// whole answer. The connection goes to `target`; the URL gives only the
    /// path, the query and the `Host` header. Redirects aren't followed and
    /// bodies aren't decoded. Dropping the future closes the connection.
    ///
    /// Of the request's headers, `Host`, `User-Agent` and `Connection` replace
    /// what would be sent by default; of the answer's, those of one name stand
    /// together, where the first of them stood.
    ///
    /// `request.timeout` covers everything from the connection to the body's
    /// last byte. When it ran out or the connection broke, the gate gets up to
    /// 3 more seconds to show that it wasn't the cause.
    ///
    /// # Errors
    ///
    /// - [`ProbeFailure::BadUrl`]: not an `http://` URL, or one with credentials.
    /// - [`ProbeFailure::Refused`]: nothing listens there; named as in the URL.
    /// - [`ProbeFailure::TimedOut`]: the limit was reached, or the gate's kernel gave
    ///   up connecting before that (`after` is then the time that it took).
    /// - [`ProbeFailure::Broken`]: cut in the middle, not HTTP, or headers of more
    ///   than 64 KiB or 128 lines.
    /// - [`ProbeFailure::TooLarge`]: a body of more than `request.max_body` bytes.
    /// - [`ProbeFailure::Fault`]: the lab's own program says that it failed, the gate is broken, or the request can't be sent:
    ///   its method or a header isn't HTTP, or it sets its own framing.
    #[tracing::instrument(level = "debug", name = "gate.http", skip_all)]
    pub(crate) async fn http(&self, target: &Target, request: &HttpRequest) -> Result<HttpResponse, ProbeFailure> {
        let url = exchange::usable_url(&request.url)?;
        let message = exchange::message(&url, request)?;
        let wanted = Wanted {
            what: format!("{} {}", request.method, request.url),
            address: exchange::host_and_port(&url),
            target,
        };
        self.within(request.timeout, &wanted, async {
            let stream = self.tunnel(&wanted).await?;
            let answer = exchange::exchange(stream, message, request.max_body, target.learners).await?;
            // Who sends this from a program of theirs gains nothing: what broke is judged again.
            match answer.headers.iter().find(|(name, _)| name == FAULT) {
                Some((_, detail)) => Err(ProbeFailure::Fault { detail: detail.clone() }),
                None => Ok(answer),
            }
        })
        .await
    }

    /// Opens a TCP connection to `target` and closes it, within `timeout`.
    ///
    /// # Errors
    ///
    /// [`ProbeFailure::Refused`] (named by its address, for no URL is known here),
    /// [`ProbeFailure::TimedOut`] and [`ProbeFailure::Fault`], as for [`Gate::http`].
    #[tracing::instrument(level = "debug", name = "gate.tcp", skip_all)]
    pub(crate) async fn tcp(&self, target: &Target, timeout: Duration) -> Result<(), ProbeFailure> {
        let address = target.address.to_string();
        let wanted = Wanted { what: format!("tcp {address}"), address, target };
        self.within(timeout, &wanted, async { self.tunnel(&wanted).await.map(drop) }).await
    }

    /// Limits `work`, and looks at the gate before anyone else is blamed.
    async fn within<T>(
        &self,
        limit: Duration,
        wanted: &Wanted<'_>,
        work: impl Future<Output = Result<T, ProbeFailure>>,
    ) -> Result<T, ProbeFailure> {
        // Bound to a name so that the connection is closed before the gate is asked.
        let outcome = timeout(limit, work).await.unwrap_or_else(|_| Err(wanted.timed_out(limit)));
        match outcome {
            Err(ProbeFailure::Broken { .. } | ProbeFailure::TimedOut { .. }) => {
                self.lives().await.map_err(|detail| ProbeFailure::Fault { detail }).and(outcome)
            }
            outcome => outcome,
        }
    }

    /// Fails if the gate doesn't answer as a gate.
    ///
    /// A gate that was paused, that crashed or reached its deadline looks, on
    /// the connection alone, like a service that hangs or hangs up. It is asked
    /// for port 0 of its own loopback: refused at once, and no service sees it.
    pub(super) async fn lives(&self) -> Result<(), String> {
        let target = Target { address: (Ipv4Addr::LOCALHOST, 0).into(), learners: false };
        let wanted = Wanted { what: String::new(), address: String::new(), target: &target };
        match timeout(SIGN_OF_LIFE, self.tunnel(&wanted)).await {
            Ok(Err(ProbeFailure::Fault { detail })) => Err(detail),
            Ok(_) => Ok(()),
            Err(_) => Err(format!("{}: 0 B, {SIGN_OF_LIFE:?}", self.proxy)),
        }
    }

    /// Connects to the target through the proxy.
    ///
    /// What microsocks 1.0.3 answers, measured by hand on Linux 6.18:
    ///
    /// | what happened                              | reply | after |
    /// |--------------------------------------------|-------|-------|
    /// | nothing listens (also port 0)              | 5     | 0 s   |
    /// | no such address in the network: no ARP     | 4     | 3.1 s |
    /// | `unreachable` route                        | 4     | 0 s   |
    /// | packets dropped                            | 6     | 134 s |
    /// | no route: the gate isn't in that network   | 3     | 0 s   |
    /// | `prohibit` or `blackhole` route            | 1     | 0 s   |
    /// | wrong password                             | auth status 2, closed | 0 s |
    ///
    /// After a connection it never says more: a reset by the service comes as a
    /// plain end. And the answer of a service that hangs up without reading the
    /// request's body is often lost in it (curl through it, 10 kB: 1 of 6, 2 MB:
    /// 6 of 6; without it: none), so that the connection looks broken.
    async fn tunnel(&self, wanted: &Wanted<'_>) -> Result<TcpStream, ProbeFailure> {
        use tokio_socks::Error;

        let started = Instant::now();
        let stream = TcpStream::connect(self.proxy)
            .await
            .map_err(|error| ProbeFailure::Fault { detail: format!("no gate at {}: {error}", self.proxy) })?;
        let address = wanted.target.address;
        match Socks5Stream::connect_with_password_and_socket(stream, address, &self.user, &self.password).await {
            Ok(stream) => Ok(stream.into_inner()),
            Err(Error::ConnectionRefused) => {
                Err(ProbeFailure::Refused { address: wanted.address.clone(), learners: wanted.target.learners })
            }
            // The kernel waited for an answer and gave up. The engine's record had
            // the address, so whoever had it is gone or mute: the service, not the
            // gate, and a service of the lab isn't the learner's to pay for.
            Err(Error::HostUnreachable | Error::TtlExpired) => Err(wanted.timed_out(started.elapsed())),
            Err(error) => Err(ProbeFailure::Fault { detail: format!("the gate can't lead to {address}: {error}") }),
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gate").field("proxy", &self.proxy).field("user", &self.user).finish_non_exhaustive()
    }
}

/// What is asked of the gate, in the words of a [`ProbeFailure`].
struct Wanted<'a> {
    what: String,
    address: String,
    target: &'a Target,
}

impl Wanted<'_> {
    fn timed_out(&self, after: Duration) -> ProbeFailure {
        ProbeFailure::TimedOut { what: self.what.clone(), after, learners: self.target.learners }
    }
}
