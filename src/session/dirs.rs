//! Where `lab` keeps what isn't the learner's: XDG's folders.

use crate::plan::subnet::{self, Subnet};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dirs {
    /// What can be made again: unpacked labs.
    pub cache: PathBuf,
    /// What should last: the index of folders, locks of images and playgrounds.
    pub state: PathBuf,
    /// What lasts as long as a session: the locks of runs.
    pub run: PathBuf,
}

impl Dirs {
    pub(crate) fn locks(&self) -> PathBuf {
        self.state.join("locks")
    }

    /// The folder of loaded bundles, a folder each.
    pub(crate) fn bundles(&self) -> PathBuf {
        self.state.join("bundles")
    }

    pub fn runs(&self) -> PathBuf {
        self.run.join("rooms")
    }
}

/// The subnets for a project: from `range`, less the host's own routes, which
/// stand in the kernel's table.
pub fn subnets(range: Option<Subnet>, project: &str) -> Vec<Subnet> {
    let routes = std::fs::read_to_string(Path::new("/proc/net/route")).unwrap_or_default();
    subnet::candidates(range.unwrap_or(Subnet::DEFAULT), &taken(&routes), project)
}

/// The networks of a routing table, its default route aside.
fn taken(routes: &str) -> Vec<Subnet> {
    let address = |text: &str| u32::from_str_radix(text, 16).ok().map(|raw| std::net::Ipv4Addr::from(raw.swap_bytes()));
    routes
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let base = address(fields.get(1)?)?;
            let bits = u8::try_from(u32::from(address(fields.get(7)?)?).count_ones()).ok()?;
            (bits > 0).then_some(Subnet { base, bits })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_routes_are_read_and_the_default_one_is_not() {
        let table = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n\
                     eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n\
                     br0\t0000C90A\t00000000\t0001\t0\t0\t0\t00F0FFFF\t0\t0\t0\n";
        assert_eq!(taken(table), ["10.201.0.0/20".parse().unwrap()]);
    }
}
