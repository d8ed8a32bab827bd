//! Numbers as people read them.

/// A time with three digits and its unit.
pub(crate) fn time(nanoseconds: f64) -> String {
    let units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs")];
    // What rounds up to a thousand of a unit is one of the next.
    let unit = units.iter().find(|(size, _)| nanoseconds >= size * 0.9995);
    let (size, name) = unit.copied().unwrap_or((1.0, "ns"));
    format!("{} {name}", digits(nanoseconds / size))
}

/// A ratio: three digits, and no more exactness than it has.
pub(crate) fn ratio(ratio: f64) -> String {
    if ratio >= 999.5 { format!("{ratio:.0} x") } else { format!("{} x", digits(ratio)) }
}

/// A share of the whole.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// How many entries, in short.
pub(crate) fn entries(entries: u32) -> String {
    match entries {
        1_000_000.. => format!("{}M", entries / 1_000_000),
        1_000.. => format!("{}k", entries / 1_000),
        _ => entries.to_string(),
    }
}

fn digits(number: f64) -> String {
    match number {
        100.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_three_digits_and_a_fitting_unit() {
        assert_eq!(time(85.04), "85.0 ns");
        assert_eq!(time(999.9), "1.00 µs");
        assert_eq!(time(1_234.0), "1.23 µs");
        assert_eq!(time(2_100_000.0), "2.10 ms");
    }

    #[test]
    fn a_ratio_says_what_it_is() {
        assert_eq!([ratio(0.5), ratio(12.34), ratio(4321.0)], ["0.50 x", "12.3 x", "4321 x"]);
        assert_eq!([entries(1_000), entries(1_000_000)], ["1k", "1M"]);
    }
}
