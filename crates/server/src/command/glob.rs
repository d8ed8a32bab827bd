//! Patterns as Redis matches them.

/// Whether `text` matches `pattern`: `*` is any bytes, `?` one byte, `[abc]`, `[a-z]`, `[^abc]` one
/// byte of a set, `\x` the byte x itself. Letters differ by case unless `ignore_case`.
///
/// It takes time in proportion to the product of both lengths at most, whatever the pattern.
pub(crate) fn matches(pattern: &[u8], text: &[u8], ignore_case: bool) -> bool {
    let (mut pattern_rest, mut text_rest) = (pattern, text);
    // Where to go on if the last `*` has to take one byte more. An earlier `*` never has to.
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        if let [b'*', after @ ..] = pattern_rest {
            retry = Some((after, text_rest));
            pattern_rest = after;
            continue;
        }
        if pattern_rest.is_empty() && text_rest.is_empty() {
            return true;
        }
        let step = text_rest.split_first().and_then(|(byte, text_after)| {
            Some((one(pattern_rest, *byte, ignore_case)?, text_after))
        });
        if let Some(step) = step {
            (pattern_rest, text_rest) = step;
            continue;
        }
        match retry {
            Some((after, [_, longer @ ..])) => {
                retry = Some((after, longer));
                (pattern_rest, text_rest) = (after, longer);
            }
            _ => return false,
        }
    }
}

/// What is left of the pattern if its first part, which is not a `*`, matches `byte`.
fn one(pattern: &[u8], byte: u8, ignore_case: bool) -> Option<&[u8]> {
    let same = |other: u8| {
        if ignore_case { other.eq_ignore_ascii_case(&byte) } else { other == byte }
    };
    match pattern {
        [] => None,
        [b'?', rest @ ..] => Some(rest),
        [b'[', rest @ ..] => set(rest, byte, ignore_case),
        [b'\\', escaped, rest @ ..] => same(*escaped).then_some(rest),
        [literal, rest @ ..] => same(*literal).then_some(rest),
    }
}

/// A set of bytes; without its closing bracket it reaches to the end of the pattern.
fn set(mut pattern: &[u8], byte: u8, ignore_case: bool) -> Option<&[u8]> {
    let fold = |byte: u8| if ignore_case { byte.to_ascii_lowercase() } else { byte };
    let is_negated = pattern.first() == Some(&b'^');
    if is_negated {
        pattern = &pattern[1..];
    }
    let mut is_in = false;
    loop {
        match pattern {
            [] => break,
            [b']', rest @ ..] => {
                pattern = rest;
                break;
            }
            [b'\\', escaped, rest @ ..] => {
                is_in |= *escaped == byte;
                pattern = rest;
            }
            [from, b'-', to, rest @ ..] => {
                let (from, to) = (fold(*from), fold(*to));
                is_in |= (from.min(to)..=from.max(to)).contains(&fold(byte));
                pattern = rest;
            }
            [literal, rest @ ..] => {
                is_in |= fold(*literal) == fold(byte);
                pattern = rest;
            }
        }
    }
    (is_in != is_negated).then_some(pattern)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_in_redis() {
        let yes = [
            ("*", ""),
            ("*", "abc"),
            ("a*c", "abbc"),
            ("a*b*c", "aXbXbc"),
            ("h?llo", "hello"),
            ("h[ae]llo", "hallo"),
            ("h[^e]llo", "hallo"),
            ("h[a-b]llo", "hbllo"),
            ("h[b-a]llo", "hallo"),
            ("a\\*", "a*"),
            ("[\\]]", "]"),
            ("[a", "a"),
            ("**a**", "bab"),
        ];
        for (pattern, text) in yes {
            assert!(matches(pattern.as_bytes(), text.as_bytes(), false), "{pattern} {text}");
        }
        let no = [
            ("", "a"),
            ("a", ""),
            ("?", ""),
            ("a*c", "abcd"),
            ("h[^e]llo", "hello"),
            ("h[a-b]llo", "hcllo"),
            ("a\\*", "ab"),
            ("A", "a"),
            ("[]a]", "a"),
        ];
        for (pattern, text) in no {
            assert!(!matches(pattern.as_bytes(), text.as_bytes(), false), "{pattern} {text}");
        }
        assert!(matches(b"MaxMem*", b"maxmemory", true));
        assert!(matches(b"[A-C]", b"b", true));
    }

    #[test]
    fn many_stars_do_not_explode() {
        let pattern = b"a*".repeat(1000);
        assert!(!matches(&[&pattern[..], b"b"].concat(), &b"a".repeat(2000), false));
    }
}
