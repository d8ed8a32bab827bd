//! Patterns as Redis matches them.

/// Whether `text` matches `pattern`: `*` is any bytes, `?` one byte, `[abc]`, `[a-z]`, `[^abc]` one
/// byte of a set, `\x` the byte x itself. Letters differ by case unless `ignore_case`.
///
/// It takes time in proportion to the product of both lengths at most, whatever the pattern.
pub(crate) fn matches(pattern: &[u8], text: &[u8], ignore_case: bool) -> bool {
    let mut search = Search::new(pattern, text, ignore_case);
    loop {
        if let Some(is_match) = search.run(&mut { usize::MAX }) {
            return is_match;
        }
    }
}

/// A match that is looked for in parts, so that others get their turn in between.
pub(crate) struct Search<'a> {
    pattern: &'a [u8],
    text: &'a [u8],
    /// Where to go on if the last `*` has to take one byte more. An earlier `*` never has to.
    retry: Option<(&'a [u8], &'a [u8])>,
    ignore_case: bool,
}

impl<'a> Search<'a> {
    pub(crate) fn new(pattern: &'a [u8], text: &'a [u8], ignore_case: bool) -> Self {
        Self { pattern, text, retry: None, ignore_case }
    }

    /// Goes on until `steps` are used up; says whether it matches, once it is known.
    pub(crate) fn run(&mut self, steps: &mut usize) -> Option<bool> {
        loop {
            // A set is looked through as far as the pattern goes.
            let cost = if self.pattern.first() == Some(&b'[') { self.pattern.len() } else { 1 };
            *steps = steps.checked_sub(cost)?;
            if let Some(is_match) = self.step() {
                return Some(is_match);
            }
        }
    }

    fn step(&mut self) -> Option<bool> {
        if let [b'*', after @ ..] = self.pattern {
            self.retry = Some((after, self.text));
            self.pattern = after;
            return None;
        }
        if self.pattern.is_empty() && self.text.is_empty() {
            return Some(true);
        }
        let step = self.text.split_first().and_then(|(byte, text_after)| {
            Some((one(self.pattern, *byte, self.ignore_case)?, text_after))
        });
        if let Some(step) = step {
            (self.pattern, self.text) = step;
            return None;
        }
        match self.retry {
            Some((after, [_, longer @ ..])) => {
                self.retry = Some((after, longer));
                (self.pattern, self.text) = (after, longer);
                None
            }
            _ => Some(false),
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
    use super::{Search, matches};

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
    fn a_search_in_parts_comes_to_the_same() {
        for (pattern, text) in [("a*b*c", "aXbXbc"), ("*[a-b]*d", "xxbxxc"), ("", "a"), ("*", "")] {
            let mut search = Search::new(pattern.as_bytes(), text.as_bytes(), false);
            let mut parts = 0;
            let found = loop {
                parts += 1;
                match search.run(&mut pattern.len().max(1)) {
                    Some(found) => break found,
                    None => assert!(parts < 100),
                }
            };
            assert_eq!(found, matches(pattern.as_bytes(), text.as_bytes(), false), "{pattern}");
            assert!(parts > 1 || text.len() < 2, "{pattern}");
        }
    }

    #[test]
    fn many_stars_do_not_explode() {
        let pattern = b"a*".repeat(1000);
        assert!(!matches(&[&pattern[..], b"b"].concat(), &b"a".repeat(2000), false));
    }
}
