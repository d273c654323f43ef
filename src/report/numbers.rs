//! Durations and sizes as people read them.

use super::voice::Voice;
use std::time::Duration;

impl Voice<'_> {
    /// `12 ms`, `0.4 s`, `41 s`, `1 min 5 s`, `2 h 3 min`.
    pub(crate) fn duration(&self, duration: Duration) -> String {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        if millis < 100 {
            return self.say(&message!("report-duration-ms", number = millis));
        }
        let tenths = millis.saturating_add(50) / 100;
        // A limit of 5 s is no measurement of 5.0 s.
        if tenths < 100 && !millis.is_multiple_of(1000) {
            return self.say(&message!("report-duration-s", number = self.decimal(tenths)));
        }
        let seconds = millis.saturating_add(500) / 1000;
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        match (hours, minutes, rest) {
            (0, 0, seconds) => self.say(&message!("report-duration-s", number = seconds.to_string())),
            (0, minutes, 0) => self.say(&message!("report-duration-min", minutes = minutes)),
            (0, minutes, seconds) => self.say(&message!("report-duration-min-s", minutes = minutes, seconds = seconds)),
            (hours, 0, _) => self.say(&message!("report-duration-h", hours = hours)),
            (hours, minutes, _) => self.say(&message!("report-duration-h-min", hours = hours, minutes = minutes)),
        }
    }

    /// `8 MiB` where the number is a round one of these, else `12.3 MB`.
    pub(crate) fn bytes(&self, bytes: u64) -> String {
        const KIB: u64 = 1 << 10;
        const MIB: u64 = 1 << 20;
        if bytes >= MIB && bytes.is_multiple_of(MIB) {
            return self.say(&message!("report-bytes-mib", number = (bytes / MIB).to_string()));
        }
        if bytes >= KIB && bytes.is_multiple_of(KIB) && bytes < MIB {
            return self.say(&message!("report-bytes-kib", number = (bytes / KIB).to_string()));
        }
        let scaled = |unit: u64| {
            let tenths = bytes.saturating_add(unit / 20) / (unit / 10);
            if tenths < 100 { self.decimal(tenths) } else { (tenths / 10).to_string() }
        };
        match bytes {
            0..=999 => self.say(&message!("report-bytes", number = bytes)),
            1_000..=999_999 => self.say(&message!("report-bytes-kb", number = scaled(1_000))),
            1_000_000..=999_999_999 => self.say(&message!("report-bytes-mb", number = scaled(1_000_000))),
            _ => self.say(&message!("report-bytes-gb", number = scaled(1_000_000_000))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::text::Language;
    use crate::i18n::Words;
    use crate::report::signs::Style;

    fn durations(language: Language) -> Vec<String> {
        let words = Words::new(language);
        let style = Style::default();
        let voice = Voice { words: &words, style: &style };
        [0, 12, 99, 100, 400, 4_210, 5_000, 9_960, 41_300, 59_700, 65_000, 120_000, 3_600_000, 7_380_000]
            .map(|millis| voice.duration(Duration::from_millis(millis)))
            .to_vec()
    }

    #[test]
    fn durations_are_as_exact_as_they_are_useful() {
        assert_eq!(
            durations(Language::En).join(" | "),
            "0 ms | 12 ms | 99 ms | 0.1 s | 0.4 s | 4.2 s | 5 s | 10 s | 41 s | 1 min | 1 min 5 s | 2 min | 1 h | 2 h 3 min"
        );
    }

    #[test]
    fn french_has_a_decimal_comma_and_units_that_stay_with_their_numbers() {
        let french = durations(Language::Fr);
        assert_eq!(french[4], "0,4\u{a0}s");
        assert_eq!(french[10], "1\u{a0}min\u{a0}5\u{a0}s");
        assert!(french.iter().all(|duration| !duration.contains(' ')));
    }

    #[test]
    fn sizes_are_round_where_limits_are() {
        let words = Words::new(Language::En);
        let style = Style::default();
        let voice = Voice { words: &words, style: &style };
        assert_eq!(
            [5, 999, 1024, 1500, 8 << 20, 48_300_000, 2_400_000_000].map(|bytes| voice.bytes(bytes)).join(" | "),
            "5 B | 999 B | 1 KiB | 1.5 kB | 8 MiB | 48 MB | 2.4 GB"
        );
    }
}
