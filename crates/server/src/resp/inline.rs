//! Commands typed as a line of plain text.

use std::ops::Range;

use super::ProtocolError;

/// Splits a line at its spaces. Parts may be quoted: within double quotes `\n \r \t \b \a \xhh`
/// and any other escaped byte are understood, within single quotes only `\'`. The parts are
/// appended to `unquoted`, and where they lie to `spans`.
pub(super) fn split(
    line: &[u8],
    unquoted: &mut Vec<u8>,
    spans: &mut Vec<Range<usize>>,
) -> Result<(), ProtocolError> {
    let mut rest = line;
    loop {
        let blank = rest.iter().take_while(|byte| is_space(**byte)).count();
        rest = &rest[blank..];
        if rest.is_empty() {
            return Ok(());
        }
        let start = unquoted.len();
        rest = part(rest, unquoted).ok_or(ProtocolError::UnbalancedQuotes)?;
        spans.push(start..unquoted.len());
    }
}

/// Takes one part from `rest`; `None` if a quote has no pair, or more follows right behind it.
fn part<'a>(mut rest: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        match rest {
            // A NUL ends a part, as it ends a string in C.
            [] | [0, ..] => return Some(&[]),
            [byte, ..] if is_space(*byte) => return Some(rest),
            [b'"', tail @ ..] => return closed(double_quoted(tail, out)?),
            [b'\'', tail @ ..] => return closed(single_quoted(tail, out)?),
            [byte, tail @ ..] => {
                out.push(*byte);
                rest = tail;
            }
        }
    }
}

/// A closing quote must be followed by a space or nothing.
fn closed(rest: &[u8]) -> Option<&[u8]> {
    rest.first().is_none_or(|byte| is_space(*byte)).then_some(rest)
}

fn double_quoted<'a>(mut rest: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        let (byte, tail) = match rest {
            [] => return None,
            [b'"', tail @ ..] => return Some(tail),
            [b'\\', b'x', high, low, tail @ ..]
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                (nibble(*high) << 4 | nibble(*low), tail)
            }
            [b'\\', escaped, tail @ ..] => (unescape(*escaped), tail),
            [byte, tail @ ..] => (*byte, tail),
        };
        out.push(byte);
        rest = tail;
    }
}

fn single_quoted<'a>(mut rest: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        let (byte, tail) = match rest {
            [] => return None,
            [b'\'', tail @ ..] => return Some(tail),
            [b'\\', b'\'', tail @ ..] => (b'\'', tail),
            [byte, tail @ ..] => (*byte, tail),
        };
        out.push(byte);
        rest = tail;
    }
}

fn unescape(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'a' => 7,
        other => other,
    }
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit - b'A' + 10,
    }
}

/// Space as `isspace` of C sees it.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &[u8]) -> Option<Vec<Vec<u8>>> {
        let (mut unquoted, mut spans) = (Vec::new(), Vec::new());
        split(line, &mut unquoted, &mut spans).ok()?;
        Some(spans.into_iter().map(|span| unquoted[span].to_vec()).collect())
    }

    #[test]
    fn a_line_splits_at_spaces_outside_quotes() {
        let line = br#"  set "a key" 'it\'s' "\x41\n" plain "#;
        let expected: Vec<Vec<u8>> =
            [&b"set"[..], b"a key", b"it's", b"A\n", b"plain"].map(<[u8]>::to_vec).into();
        assert_eq!(parts(line), Some(expected));
        assert_eq!(parts(b"   "), Some(vec![]));
        assert_eq!(parts(b"\"\""), Some(vec![vec![]]));
    }

    #[test]
    fn a_quote_without_its_pair_is_refused() {
        for line in [&b"set \"a"[..], b"set 'a", b"set \"a\"b", b"set 'a'b", b"\"\\"] {
            assert_eq!(parts(line), None, "{line:?}");
        }
    }
}
