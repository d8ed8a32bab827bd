//! Integers as Redis reads them.

/// The integer that `text` is, if it is written the one canonical way: no plus sign, no space, no
/// leading zero, no minus zero. What this accepts prints back as the same bytes.
pub fn parse_integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    match digits {
        [b'0'] => return (!negative).then_some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    let mut value: i64 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        let digit = i64::from(digit - b'0');
        // Counting down for negatives, because the least integer has no positive twin.
        let step = if negative { -digit } else { digit };
        value = value.checked_mul(10)?.checked_add(step)?;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::parse_integer;

    #[test]
    fn canonical_integers_are_read() {
        for value in [0, 1, -1, 10, i64::MAX, i64::MIN, 1_234_567_890] {
            assert_eq!(parse_integer(value.to_string().as_bytes()), Some(value));
        }
    }

    #[test]
    fn anything_else_is_not_an_integer() {
        for text in ["", "-", "+1", " 1", "1 ", "01", "-0", "00", "1a", "1.0", "0x1"] {
            assert_eq!(parse_integer(text.as_bytes()), None, "{text:?}");
        }
        for text in ["9223372036854775808", "-9223372036854775809", "99999999999999999999"] {
            assert_eq!(parse_integer(text.as_bytes()), None, "{text:?}");
        }
    }
}
