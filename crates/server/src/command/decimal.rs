//! Decimal numbers, for `INCRBYFLOAT`.

/// A number with 17 digits behind the point, as many as Redis shows, and at most 20 before it. It is
/// exact, so a tenth and two tenths are three tenths however often they are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    /// In units of the last digit.
    units: i128,
}

impl Decimal {
    const PLACES: i64 = 17;
    const ONE: u128 = 10_u128.pow(17);
    /// No number is as large.
    const LIMIT: u128 = 10_u128.pow(37);

    /// Zero.
    pub(super) const ZERO: Self = Self { units: 0 };

    /// The number that `text` is: digits, perhaps with a sign, a point and an exponent. What lies
    /// behind the last place is rounded.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (is_negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            text => (false, text),
        };
        let at = text.iter().position(|byte| matches!(byte, b'e' | b'E'));
        let (text, exponent) = match at {
            Some(at) => (&text[..at], exponent(&text[at + 1..])?),
            None => (text, 0),
        };
        let point = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
        let (before, behind) = (&text[..point], text.get(point + 1..).unwrap_or_default());
        let mut digits = before.iter().chain(behind);
        if digits.clone().next().is_none() || !digits.clone().all(u8::is_ascii_digit) {
            return None;
        }
        // Where the last place is, counted in digits from the first one.
        let end = i64::try_from(before.len()).ok()?.checked_add(exponent)? + Self::PLACES;
        let (mut units, mut seen) = (0_u128, 0);
        while seen < end {
            let digit = digits.next();
            units = units * 10 + digit.map_or(0, |byte| u128::from(byte - b'0'));
            seen += 1;
            if units >= Self::LIMIT {
                return None;
            }
            if units == 0 && digit.is_none() {
                return Some(Self::ZERO);
            }
        }
        let is_up = end >= 0 && digits.next().is_some_and(|byte| *byte >= b'5');
        let units = i128::try_from(units + u128::from(is_up)).ok()?;
        Some(Self { units: if is_negative { -units } else { units } })
    }

    /// The sum, if it is not too large.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let units = self.units.checked_add(other.units)?;
        (units.unsigned_abs() < Self::LIMIT).then_some(Self { units })
    }

    /// It as text, without zeros at its end.
    pub(super) fn shown(self) -> String {
        let sign = if self.units < 0 { "-" } else { "" };
        let units = self.units.unsigned_abs();
        let shown = format!("{sign}{}.{:017}", units / Self::ONE, units % Self::ONE);
        shown.trim_end_matches('0').trim_end_matches('.').into()
    }
}

fn exponent(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"+").or(text.strip_prefix(b"-")).unwrap_or(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // One of more digits leads too far anyway.
    let size = std::str::from_utf8(digits).ok()?.parse().unwrap_or(i64::from(i32::MAX));
    let size = size.min(i64::from(i32::MAX));
    Some(if text[0] == b'-' { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(left: &str, right: &str) -> Option<String> {
        let [left, right] = [left, right].map(|text| Decimal::parse(text.as_bytes()));
        left?.plus(right?).map(Decimal::shown)
    }

    #[test]
    fn sums_are_exact() {
        for (left, right, expected) in [
            ("0.1", "0.2", "0.3"),
            ("10.50", "0.1", "10.6"),
            ("5.0e3", "2.0e2", "5200"),
            ("1", "-1", "0"),
            ("-0.5", "0.25", "-0.25"),
            (".5", "5.", "5.5"),
            ("+1e-17", "0", "0.00000000000000001"),
            ("4e-18", "0", "0"),
            ("5e-18", "0", "0.00000000000000001"),
            ("99999999999999999999", "0", "99999999999999999999"),
            ("0e999999999999999999999", "1", "1"),
            ("1e-999999999999999999999", "1", "1"),
            ("0.000000000000000000000000000001e30", "0", "1"),
            ("000000000000000000000000000000000000000000001", "0", "1"),
        ] {
            assert_eq!(sum(left, right).as_deref(), Some(expected), "{left} + {right}");
        }
    }

    #[test]
    fn what_is_no_number_or_too_large_is_none() {
        for text in [
            "",
            "-",
            ".",
            "e5",
            "1e",
            "1e+",
            "1 ",
            " 1",
            "1.2.3",
            "0x1",
            "nan",
            "1e20",
            "1e999999999999",
        ] {
            assert_eq!(Decimal::parse(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(sum("99999999999999999999", "1"), None);
    }
}
