//! Where a container's programs listen, by its kernel's own table, and how long one that
//! doesn't yet is waited for.

use super::connect::Engine;
use super::environment::lock;
use crate::strain::{Mark, Strain};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The state of a listening socket.
const LISTENING: &str = "0A";
/// How long a program of the learner's that runs and doesn't listen is waited for, from the
/// first refusal on: as one would who has just started it. What others take of the
/// machine's time doesn't count.
const LISTENS_WITHIN: Duration = Duration::from_secs(5);
/// The pause before it is asked again.
const PAUSE: Duration = Duration::from_millis(100);
/// Where the engine's own name server listens, within each container.
const NAME_SERVER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 11);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listens(SocketAddr);

impl Listens {
    /// Whether a connection from outside the container to this port arrives.
    pub(crate) fn serves(self, port: u16) -> bool {
        self.0.port() == port && !self.0.ip().to_canonical().is_loopback()
    }
}

impl fmt::Display for Listens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        SocketAddr::new(self.0.ip().to_canonical(), self.0.port()).fmt(formatter)
    }
}

/// Since when ports of the learner's programs refuse. One wait for each: who asks a dead
/// port thirty times doesn't wait thirty times.
#[derive(Debug, Clone, Default)]
pub(super) struct Awaited(Arc<Mutex<BTreeMap<(String, u16), Mark>>>);

impl Awaited {
    /// Whether a port is asked again; some time has gone by then.
    pub(super) async fn again(&self, member: &str, port: u16, within: Duration, strain: &Strain) -> bool {
        let since = *lock(&self.0).entry((member.to_owned(), port)).or_insert_with(|| strain.mark());
        let waits = strain.since(since).spent() < within.min(LISTENS_WITHIN);
        if waits {
            tokio::time::sleep(PAUSE).await;
        }
        waits
    }

    /// A program that was started again is waited for again.
    pub(super) fn anew(&self, member: &str) {
        lock(&self.0).retain(|(known, _), _| known != member);
    }
}

impl Engine {
    /// Where a container listens; nothing where it can't be asked, for want of a `cat`, say.
    pub(super) async fn listens(&self, container: &str) -> Vec<Listens> {
        let argv = ["cat", "/proc/net/tcp", "/proc/net/tcp6"].map(str::to_owned).to_vec();
        read(&self.exec_quietly(container, "", argv).await.unwrap_or_default())
    }
}

/// Reads `/proc/net/tcp` and `/proc/net/tcp6`.
fn read(table: &str) -> Vec<Listens> {
    let mut found: Vec<Listens> = table
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace().skip(1);
            let (local, state) = (fields.next()?, fields.nth(1)?);
            if state != LISTENING {
                return None;
            }
            let (address, port) = local.split_once(':')?;
            let port = u16::from_str_radix(port, 16).ok()?;
            Some(Listens(SocketAddr::new(ip(address)?, port)))
        })
        .filter(|at| at.0.ip() != IpAddr::V4(NAME_SERVER))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// An address as the kernel writes it: words of 32 bits in the machine's own order.
fn ip(hex: &str) -> Option<IpAddr> {
    let words: Vec<[u8; 4]> = (0..hex.len() / 8)
        .map(|at| Some(u32::from_str_radix(hex.get(at * 8..at * 8 + 8)?, 16).ok()?.to_ne_bytes()))
        .collect::<Option<_>>()?;
    match words.as_slice() {
        [word] => Some(IpAddr::from(*word)),
        [_, _, _, _] => Some(Ipv6Addr::from(<[u8; 16]>::try_from(words.concat()).ok()?).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn sockets_are_read_from_the_kernels_tables() {
        let table = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0
   1: 0B00007F:A3C1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
   2: 0200C90A:1F90 0300C90A:B0C2 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20 4 30 10 -1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr
   0: 00000000000000000000000000000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0
";
        let found = read(table);
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["127.0.0.1:8080", "[::]:8081"]);
        assert!(!found[0].serves(8080), "on loopback alone");
        assert!(found[1].serves(8081) && !found[1].serves(8080));
        assert!(read("").is_empty() && read("junk 1 2 3\n x: zz:1 0:0 0A").is_empty());
    }
}
