//! A password that is not printed by accident.

use std::fmt;
use std::hint::black_box;

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Keeps `text` secret.
    pub fn new(text: impl Into<Vec<u8>>) -> Self {
        Self(text.into())
    }

    /// Whether `guess` is the secret. The time it takes depends on the guess's length only.
    pub fn is(&self, guess: &[u8]) -> bool {
        let mut difference = self.0.len() ^ guess.len();
        for (index, byte) in guess.iter().enumerate() {
            // A secret is not empty, so there always is a byte to compare with.
            let own = self.0[index % self.0.len()];
            difference |= usize::from(black_box(own ^ byte));
        }
        black_box(difference) == 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn only_the_whole_secret_is_the_secret() {
        let secret = Secret::new("open sesame");
        assert!(secret.is(b"open sesame"));
        for guess in [&b""[..], b"open", b"open sesame ", b"open sesameopen sesame", b"Open sesame"]
        {
            assert!(!secret.is(guess), "{guess:?}");
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Secret::new("abc")), "(secret)");
    }
}
