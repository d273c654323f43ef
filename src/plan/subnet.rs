//! Subnets of our own choice: Docker's default pools are used up at 30
//! networks (measured). The plan carries candidates in order; the executor
//! takes the first that the daemon accepts, which is its only choice.

use sha2::{Digest, Sha256};
use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subnet {
    pub(crate) base: Ipv4Addr,
    /// The prefix's bits.
    pub(crate) bits: u8,
}

/// The bits of each network's prefix: 32 addresses.
const NETWORK_BITS: u8 = 27;
/// How many candidates a plan carries for one network.
const CANDIDATES: usize = 64;

impl Subnet {
    /// The subnets that labs use unless `LAB_SUBNETS` says otherwise.
    pub(crate) const DEFAULT: Self = Self { base: Ipv4Addr::new(10, 201, 0, 0), bits: 16 };

    pub fn address(self, n: u8) -> Ipv4Addr {
        Ipv4Addr::from(u32::from(self.base) + u32::from(n))
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        let bits = self.bits.min(other.bits);
        mask(u32::from(self.base), bits) == mask(u32::from(other.base), bits)
    }
}

/// The /27 networks of a range, less those that overlap `taken` (the host's
/// own routes), from a place that follows from `seed` on, so that two projects
/// rarely try the same one first.
pub(crate) fn candidates(range: Subnet, taken: &[Subnet], seed: &str) -> Vec<Subnet> {
    let count = 1_u32 << u32::from(NETWORK_BITS.saturating_sub(range.bits)).min(20);
    let hash = Sha256::digest(seed);
    let start = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) % count;
    let size = 1_u32 << (32 - NETWORK_BITS);
    (0..count)
        .map(|step| Subnet {
            base: Ipv4Addr::from(u32::from(range.base) + (start + step) % count * size),
            bits: NETWORK_BITS,
        })
        .filter(|subnet| !taken.iter().any(|taken| taken.overlaps(*subnet)))
        .take(CANDIDATES)
        .collect()
}

fn mask(address: u32, bits: u8) -> u32 {
    if bits == 0 { 0 } else { address >> (32 - u32::from(bits)) }
}

impl fmt::Display for Subnet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.base, self.bits)
    }
}

impl FromStr for Subnet {
    type Err = ();

    /// Reads `10.201.0.0/16`; the address's host bits are cleared.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (base, bits) = text.trim().split_once('/').ok_or(())?;
        let base: Ipv4Addr = base.parse().map_err(|_| ())?;
        let bits: u8 = bits.parse().ok().filter(|bits| *bits <= 32).ok_or(())?;
        let cleared = if bits == 0 { 0 } else { u32::from(base) >> (32 - u32::from(bits)) << (32 - u32::from(bits)) };
        Ok(Self { base: Ipv4Addr::from(cleared), bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn candidates_avoid_what_is_taken() {
        let taken: Subnet = "10.201.0.0/17".parse().unwrap();
        let found = candidates(Subnet::DEFAULT, &[taken], "x");
        assert_eq!(found.len(), CANDIDATES);
        assert!(found.iter().all(|subnet| !subnet.overlaps(taken)));
    }

    #[test]
    fn a_range_of_one_network_has_one_candidate() {
        let range: Subnet = "10.9.8.0/27".parse().unwrap();
        assert_eq!(candidates(range, &[], "x"), [range]);
        assert_eq!(candidates(range, &[range], "x"), []);
    }

    proptest! {
        #[test]
        fn candidates_lie_in_their_range_and_never_overlap(seed in ".*") {
            let found = candidates(Subnet::DEFAULT, &[], &seed);
            for (at, subnet) in found.iter().enumerate() {
                prop_assert!(subnet.overlaps(Subnet::DEFAULT));
                prop_assert!(found[..at].iter().all(|other| !other.overlaps(*subnet)));
            }
        }
    }
}
