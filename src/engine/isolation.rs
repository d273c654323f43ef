//! Proof that a clean room is one: neither a listener nor a name server on this host must
//! be reachable from it. Asked once for each daemon, by its first room.

use super::connect::Engine;
use super::environment::Environment;
use crate::plan::{ROOM_USER, Role};
use std::net::{IpAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the proof came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// Nothing of this host was reached.
    Proved,
    /// This address of the host was reached from inside.
    Broken(IpAddr),
    /// It couldn't be asked (the toolbox has no bash).
    Unknown,
}

/// A question for the address of `a`, as a name server gets it; `printf` makes bytes of it.
const QUESTION: &str = r"\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1";

impl Engine {
    /// Tries to reach this host from a room's toolbox: by TCP, and with a question to a name
    /// server, by UDP and by TCP, at one that runs here for the time.
    pub(crate) async fn prove_isolation(&self, environment: &Environment) -> Isolation {
        let Some(toolbox) = environment.member(Role::Toolbox.as_str()) else { return Isolation::Unknown };
        let Some(server) = NameServer::begin().await else { return Isolation::Unknown };
        let mut addresses: Vec<IpAddr> = own_address().into_iter().collect();
        if let Some(IpAddr::V4(address)) = toolbox.address {
            // The bridge's own address in the room's network: the first of its /27.
            let bridge = u32::from(address) & !31 | 1;
            addresses.push(IpAddr::V4(bridge.into()));
        }
        let (uid, gid) = ROOM_USER;
        let port = server.port;
        let mut outcome = Isolation::Proved;
        for address in addresses {
            let script = format!(
                "timeout 1 bash -c \"printf '{QUESTION}' >/dev/udp/{address}/{port}\" 2>/dev/null\n\
                 timeout 1 bash -c \"printf '\\0\\23{QUESTION}' >/dev/tcp/{address}/{port}\" 2>/dev/null; echo $?"
            );
            let argv = ["sh", "-c", &script].map(str::to_owned).to_vec();
            match self.exec_quietly(&toolbox.id, &format!("{uid}:{gid}"), argv).await {
                // Whatever bash says, what has arrived here tells.
                _ if server.was_asked() => return Isolation::Broken(address),
                Ok(code) if code.trim() == "0" => return Isolation::Broken(address),
                Ok(code) if code.trim() != "127" => {}
                _ => outcome = Isolation::Unknown,
            }
        }
        outcome
    }
}

/// A name server that only notes that it was asked; gone when dropped.
struct NameServer {
    port: u16,
    asked: Arc<AtomicBool>,
    serves: tokio::task::JoinHandle<()>,
}

impl NameServer {
    async fn begin() -> Option<Self> {
        let tcp = tokio::net::TcpListener::bind(("0.0.0.0", 0)).await.ok()?;
        let port = tcp.local_addr().ok()?.port();
        let udp = tokio::net::UdpSocket::bind(("0.0.0.0", port)).await.ok()?;
        let asked = Arc::new(AtomicBool::new(false));
        let notes = asked.clone();
        let serves = tokio::spawn(async move {
            let mut question = [0; 512];
            loop {
                let heard = tokio::select! {
                    accepted = tcp.accept() => accepted.is_ok(),
                    received = udp.recv_from(&mut question) => received.is_ok(),
                };
                notes.fetch_or(heard, Ordering::SeqCst);
            }
        });
        Some(Self { port, asked, serves })
    }

    fn was_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.serves.abort();
    }
}

/// This host's address on its default route, if it has one. Nothing is sent:
/// connecting a datagram socket only chooses the route.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    // A documentation address (RFC 5737), reachable nowhere.
    socket.connect(("192.0.2.1", 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::time::Duration;

    #[tokio::test]
    async fn a_question_is_noted_by_either_way() {
        for tcp in [false, true] {
            let server = NameServer::begin().await.unwrap();
            assert!(!server.was_asked());
            if tcp {
                std::net::TcpStream::connect(("127.0.0.1", server.port)).unwrap().write_all(b"\0").unwrap();
            } else {
                let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
                socket.send_to(b"\0", ("127.0.0.1", server.port)).unwrap();
            }
            for _ in 0..200 {
                if server.was_asked() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            assert!(server.was_asked(), "tcp: {tcp}");
        }
    }
}
