//! Numbers for people, short enough for a table.

/// A number of things.
pub(super) fn count(number: f64) -> String {
    let number = number.round();
    match number {
        number if number < 1e6 => grouped(number),
        number if number < 1e9 => format!("{:.2} M", number / 1e6),
        number => format!("{:.2} G", number / 1e9),
    }
}

/// A number of things a second.
pub(super) fn rate(number: f64) -> String {
    if number > 0.0 && number < 9.95 { format!("{number:.1}") } else { count(number) }
}

/// A number of bytes.
pub(super) fn bytes(number: f64) -> String {
    const UNITS: [(&str, f64); 4] = [
        ("TiB", 1_099_511_627_776.0),
        ("GiB", 1_073_741_824.0),
        ("MiB", 1_048_576.0),
        ("KiB", 1024.0),
    ];
    match UNITS.iter().find(|(_, unit)| number >= *unit) {
        Some((name, unit)) => format!("{} {name}", tenth(number / unit)),
        None => format!("{number:.0} B"),
    }
}

/// A time in seconds.
pub(super) fn time(seconds: f64) -> String {
    match seconds {
        seconds if seconds.is_infinite() => "very long".into(),
        seconds if seconds <= 0.0 => "0 s".into(),
        seconds if seconds < 0.000_999_5 => format!("{:.0} \u{b5}s", seconds * 1e6),
        seconds if seconds < 0.999_5 => format!("{} ms", tenth(seconds * 1e3)),
        seconds if seconds < 99.95 => format!("{} s", tenth(seconds)),
        seconds if seconds < 7200.0 => format!("{:.0} min", seconds / 60.0),
        seconds if seconds < 172_800.0 => format!("{:.0} h", seconds / 3600.0),
        seconds => format!("{:.0} days", seconds / 86_400.0),
    }
}

/// A part of a whole.
pub(super) fn percent(part: f64, whole: f64) -> Option<String> {
    (whole > 0.0).then(|| format!("{} %", tenth(100.0 * part / whole)))
}

/// With a digit behind the point, if it says something.
fn tenth(number: f64) -> String {
    let text = format!("{number:.1}");
    match text.strip_suffix(".0") {
        Some(whole) => whole.into(),
        None if number >= 99.95 => format!("{number:.0}"),
        None => text,
    }
}

fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    match digits.len().checked_sub(3) {
        Some(at) if at > 0 => format!("{},{}", &digits[..at], &digits[at..]),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.0, 999.4, 12_345.0, 999_999.0].map(count), ["0", "999", "12,345", "999,999"]);
        assert_eq!([1_234_567.0, 5e9].map(count), ["1.23 M", "5.00 G"]);
        assert_eq!([0.0, 0.3, 9.9, 10.4].map(rate), ["0", "0.3", "9.9", "10"]);
        assert_eq!(
            [0.0, 1023.0, 1536.0, 268_435_456.0].map(bytes),
            ["0 B", "1023 B", "1.5 KiB", "256 MiB"]
        );
        let times = [0.0, 0.000_128, 0.001_024, 0.016_384, 1.25, 90.0, 100.0, 7200.0, 1e6];
        let told = ["0 s", "128 µs", "1 ms", "16.4 ms", "1.2 s", "90 s", "2 min", "2 h", "12 days"];
        assert_eq!(times.map(time), told);
        assert_eq!(time(f64::INFINITY), "very long");
        assert_eq!((percent(1.0, 3.0), percent(1.0, 0.0)), (Some("33.3 %".into()), None));
    }
}
