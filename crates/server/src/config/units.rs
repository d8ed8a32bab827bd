//! Numbers with a unit, as people write them.

use std::time::Duration;

const SIZES: [(&str, u64); 5] =
    [("gib", 1 << 30), ("mib", 1 << 20), ("kib", 1 << 10), ("b", 1), ("", 1)];
const DURATIONS: [(&str, u64); 4] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

/// Bytes: a whole number with `b`, `kib`, `mib`, `gib` or nothing behind it.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    parse(text, &SIZES)
        .ok_or_else(|| "not a size: write a whole number and kib, mib or gib, as in 64mib".into())
}

/// A time: a whole number with `ms`, `s`, `m` or `h` behind it; a plain `0` will do, too.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    parse(text, &DURATIONS)
        .map(Duration::from_millis)
        .ok_or_else(|| "not a duration: write a whole number and ms, s, m or h, as in 100ms".into())
}

/// A plain whole number.
pub(super) fn parse_count(text: &str) -> Result<u64, String> {
    parse(text, &[("", 1)]).ok_or_else(|| "not a whole number".into())
}

/// How a size is written shortest.
pub(super) fn format_size(bytes: u64) -> String {
    format(bytes, &SIZES[..3]).unwrap_or_else(|| bytes.to_string())
}

/// How a duration is written shortest.
pub(super) fn format_duration(duration: Duration) -> String {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let largest_first: Vec<_> = DURATIONS.iter().rev().copied().collect();
    format(millis, &largest_first).unwrap_or_else(|| "0".into())
}

fn parse(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    let (_, factor) = units.iter().find(|(name, _)| unit.eq_ignore_ascii_case(name))?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

fn format(value: u64, units: &[(&str, u64)]) -> Option<String> {
    let (name, factor) =
        units.iter().find(|(_, factor)| value > 0 && value.is_multiple_of(*factor))?;
    Some(format!("{}{name}", value / factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_durations_are_read_with_their_unit() {
        assert_eq!(parse_size("64mib"), Ok(64 << 20));
        assert_eq!(parse_size("1 GiB"), Ok(1 << 30));
        assert_eq!(parse_size("17"), Ok(17));
        assert_eq!(parse_duration("1500ms"), Ok(Duration::from_millis(1500)));
        assert_eq!(parse_duration("2h"), Ok(Duration::from_secs(7200)));
        assert_eq!(parse_duration("0"), Ok(Duration::ZERO));
    }

    #[test]
    fn a_wrong_or_missing_unit_is_refused() {
        for text in ["", "mib", "-1", "1.5mib", "12 bananas", "18446744073709551615gib", "1mb"] {
            assert!(parse_size(text).is_err(), "{text:?}");
        }
        for text in ["", "5", "1d", "-1s", "1 000ms"] {
            assert!(parse_duration(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_printed_reads_back() {
        for bytes in [0, 1, 1023, 1024, 1 << 20, 3 << 30] {
            assert_eq!(parse_size(&format_size(bytes)), Ok(bytes));
        }
        for millis in [0, 1, 999, 1000, 60_000, 7_200_000] {
            let duration = Duration::from_millis(millis);
            assert_eq!(parse_duration(&format_duration(duration)), Ok(duration));
        }
    }
}
