//! Numbers as people read them.

/// A time with three digits and its unit.
pub fn time(nanoseconds: f64) -> String {
    let units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")];
    scaled(nanoseconds, &units, "ns")
}

/// A count, in short.
pub fn count(number: f64) -> String {
    scaled(number, &[(1e6, "M"), (1e3, "k")], "").trim_end().to_owned()
}

/// Bytes.
pub fn bytes(bytes: f64) -> String {
    scaled(bytes, &[(1e9, "GB"), (1e6, "MB"), (1e3, "kB")], "B")
}

/// A ratio: three digits, and no more exactness than it has.
pub fn ratio(ratio: f64) -> String {
    format!("{} x", digits(ratio))
}

/// A ratio that is held against a bound: near it, one more digit tells on which side.
pub fn exact(ratio: f64) -> String {
    if ratio < 9.995 { format!("{ratio:.3} x") } else { self::ratio(ratio) }
}

/// A share of the whole.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// How often something is done for a put.
pub fn each(number: f64) -> String {
    match number {
        0.0 => "0".to_owned(),
        0.1.. => format!("{number:.2}"),
        0.001.. => format!("{number:.4}"),
        _ => format!("1 in {}", count(number.recip())),
    }
}

fn scaled(number: f64, units: &[(f64, &str)], else_unit: &str) -> String {
    // What rounds up to a thousand of a unit is one of the next.
    let unit = units.iter().find(|(size, _)| number >= size * 0.9995);
    let (size, name) = unit.copied().unwrap_or((1.0, else_unit));
    format!("{} {name}", digits(number / size))
}

fn digits(number: f64) -> String {
    match number {
        99.95.. => format!("{number:.0}"),
        9.995.. => format!("{number:.1}"),
        0.0 => "0".to_owned(),
        _ => format!("{number:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_has_three_digits_and_a_fitting_unit() {
        assert_eq!(time(85.04), "85.0 ns");
        assert_eq!(time(999.9), "1.00 µs");
        assert_eq!(time(2_100_000.0), "2.10 ms");
        assert_eq!(bytes(4_231.0), "4.23 kB");
        assert_eq!(
            [count(416_495.0), count(132.0), count(1_046_000.0)],
            ["416 k", "132", "1.05 M"]
        );
    }

    #[test]
    fn a_ratio_says_what_it_is() {
        assert_eq!([ratio(0.5), ratio(12.34), ratio(4321.0)], ["0.50 x", "12.3 x", "4321 x"]);
        assert_eq!([each(1.0), each(0.0384), each(2e-5)], ["1.00", "0.0384", "1 in 50.0 k"]);
        assert_eq!(exact(1.0958), "1.096 x");
    }
}
