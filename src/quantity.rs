//! Durations and sizes as labs write them: `30s`, `5h`, `256MiB`.

use std::time::Duration;

/// A duration such as `30s`, `5m`, `1h 30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span(pub Duration);

/// A number of bytes such as `64KiB`, `256MiB`, `2GiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Size(pub u64);

read_text! {
    Span => |text| humantime::parse_duration(&text).map(Self).map_err(|_| message!("bad-duration", text = text));
    Size => |text| parse_size(&text).map(Self).ok_or_else(|| message!("bad-size", text = text));
}

/// Binary units only: what Docker and the kernel count in.
fn parse_size(text: &str) -> Option<u64> {
    let digits = text.find(|character: char| !character.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    let shift = match text[digits..].trim() {
        "B" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        _ => return None,
    };
    number.checked_mul(1 << shift).filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_binary_units() {
        assert_eq!(parse_size("64MiB"), Some(64 << 20));
        assert_eq!(parse_size("1 GiB"), Some(1 << 30));
        for bad in ["64", "64MB", "MiB", "-1MiB", "0MiB", "99999999999999GiB", ""] {
            assert_eq!(parse_size(bad), None, "{bad}");
        }
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(serde_yaml::from_str::<Span>("1h 30m").unwrap().0, Duration::from_secs(5400));
        assert!(serde_yaml::from_str::<Span>("30").is_err());
    }
}
