//! Proof that a clean room is one: a listener on this host must not be
//! reachable from it. Asked once for each daemon, by its first room.

use super::connect::Engine;
use super::environment::Environment;
use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

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

impl Engine {
    /// Tries to reach this host from a room's toolbox.
    pub(crate) async fn prove_isolation(&self, environment: &Environment) -> Isolation {
        let Some(toolbox) = environment.member("toolbox") else { return Isolation::Unknown };
        let Ok(listener) = tokio::net::TcpListener::bind(("0.0.0.0", 0)).await else { return Isolation::Unknown };
        let Ok(port) = listener.local_addr().map(|address| address.port()) else { return Isolation::Unknown };
        let accept = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                drop(stream);
            }
        });
        let mut addresses: Vec<IpAddr> = own_address().into_iter().collect();
        if let Some(IpAddr::V4(address)) = toolbox.address {
            // The bridge's own address in the room's network: the first of its /27.
            let bridge = u32::from(address) & !31 | 1;
            addresses.push(IpAddr::V4(bridge.into()));
        }
        let mut outcome = Isolation::Proved;
        for address in addresses {
            let script = format!("timeout 1 bash -c ': </dev/tcp/{address}/{port}' 2>/dev/null; echo $?");
            let argv = ["sh", "-c", &script].map(str::to_owned).to_vec();
            let asked = self.exec_quietly(&toolbox.id, "1000:1000", argv);
            match tokio::time::timeout(Duration::from_secs(5), asked).await {
                Ok(Ok(code)) if code.trim() == "0" => outcome = Isolation::Broken(address),
                Ok(Ok(code)) if code.trim() == "127" && outcome == Isolation::Proved => outcome = Isolation::Unknown,
                Ok(Ok(_)) => {}
                _ if outcome == Isolation::Proved => outcome = Isolation::Unknown,
                _ => {}
            }
        }
        accept.abort();
        outcome
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
