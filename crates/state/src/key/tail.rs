//! What an entry keeps of its key, so that most lookups need not follow it to the heap.

use std::fmt::Debug;

/// What an entry keeps of the bytes of its key beside the key.
///
/// `()` is for keys that are in the entry themselves: comparing them costs no further miss. `[u64; 3]`
/// holds up to 23 bytes and their number, for keys with something on the heap.
pub trait Tail: Copy + Debug + Send + Sync + 'static {
    /// The tail of a key made of one with this tail and one with the tail `T`.
    type And<T: Tail>: Tail;

    /// The tail of the key that has these bytes.
    fn of(bytes: &[u8]) -> Self;

    /// Whether two keys are the same, or `None` if the keys themselves must be asked.
    fn is_same(self, other: Self) -> Option<bool>;
}

impl Tail for () {
    type And<T: Tail> = T;

    fn of(_: &[u8]) -> Self {}

    fn is_same(self, (): ()) -> Option<bool> {
        None
    }
}

/// How many bytes fit; the 24th says how many there are.
const KEPT: usize = 23;
const TOO_MANY: u8 = 24;

impl Tail for [u64; 3] {
    type And<T: Tail> = Self;

    fn of(bytes: &[u8]) -> Self {
        let mut filled = [0; KEPT + 1];
        let kept = &bytes[..bytes.len().min(KEPT)];
        filled[..kept.len()].copy_from_slice(kept);
        filled[KEPT] = u8::try_from(bytes.len()).map_or(TOO_MANY, |len| len.min(TOO_MANY));
        let (words, _) = filled.as_chunks::<8>();
        [0, 1, 2].map(|at| u64::from_le_bytes(words[at]))
    }

    fn is_same(self, other: Self) -> Option<bool> {
        let [.., last] = self.map(u64::to_le_bytes);
        if self != other {
            Some(false)
        } else if last[7] == TOO_MANY {
            None
        } else {
            Some(true)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &[u8], other: &[u8]) -> Option<bool> {
        <[u64; 3]>::of(one).is_same(<[u64; 3]>::of(other))
    }

    #[test]
    fn short_keys_are_told_apart_by_their_tails() {
        assert_eq!(same(b"", b""), Some(true));
        assert_eq!(same(b"", b"\0"), Some(false));
        assert_eq!(same(&[7; 23], &[7; 23]), Some(true));
        assert_eq!(same(&[7; 22], &[7; 23]), Some(false));
    }

    #[test]
    fn of_long_keys_with_one_beginning_the_keys_are_asked() {
        assert_eq!(same(&[7; 24], &[7; 24]), None);
        assert_eq!(same(&[7; 24], &[7; 300]), None);
        assert_eq!(same(&[7; 23], &[7; 24]), Some(false));
        assert_eq!(same(&[7; 24], &[8; 24]), Some(false));
    }
}
