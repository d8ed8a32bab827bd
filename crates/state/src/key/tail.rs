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

    #[inline]
    fn of(_: &[u8]) -> Self {}

    #[inline]
    fn is_same(self, (): ()) -> Option<bool> {
        None
    }
}

/// Stands for the number of bytes where they are more than fit: 23, and the 24th says how many.
const TOO_MANY: u8 = 24;

impl Tail for [u64; 3] {
    type And<T: Tail> = Self;

    /// Whole words are read, which overlap, because it is done in every lookup.
    #[inline]
    fn of(bytes: &[u8]) -> Self {
        let first = word(bytes.first_chunk());
        let last = word(bytes.last_chunk());
        let second = || word(bytes[8..].first_chunk());
        // What of the last eight bytes lies beyond this many.
        let beyond = |end: usize| last.checked_shr(8 * shift(end + 8 - bytes.len())).unwrap_or(0);
        match bytes.len() {
            24.. => {
                let third = word(bytes[16..].first_chunk()) & (u64::MAX >> 8);
                [first, second(), third | u64::from(TOO_MANY) << 56]
            }
            len @ 16.. => [first, second(), beyond(16) | u64::from(shift(len)) << 56],
            len @ 8.. => [first, beyond(8), u64::from(shift(len)) << 56],
            len => {
                let mut word = [0; 8];
                word[..len].copy_from_slice(bytes);
                [u64::from_le_bytes(word), 0, u64::from(shift(len)) << 56]
            }
        }
    }

    #[inline]
    fn is_same(self, other: Self) -> Option<bool> {
        let [.., last] = self.map(u64::to_le_bytes);
        // Word by word they stay in registers.
        let differ = (self[0] ^ other[0]) | (self[1] ^ other[1]) | (self[2] ^ other[2]);
        if differ != 0 {
            Some(false)
        } else if last[7] == TOO_MANY {
            None
        } else {
            Some(true)
        }
    }
}

#[inline]
fn word(bytes: Option<&[u8; 8]>) -> u64 {
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// A number of bytes that is known to be small.
#[inline]
fn shift(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
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
    fn a_tail_has_the_bytes_one_after_the_other_and_their_number() {
        let bytes: Vec<u8> = (1..=40).collect();
        for len in 0..=40 {
            let mut expected = [0; 24];
            expected[..len.min(23)].copy_from_slice(&bytes[..len.min(23)]);
            expected[23] = u8::try_from(len.min(24)).unwrap();
            let found = <[u64; 3]>::of(&bytes[..len]).map(u64::to_le_bytes);
            assert_eq!(found.concat(), expected, "of {len} bytes");
        }
    }

    #[test]
    fn of_long_keys_with_one_beginning_the_keys_are_asked() {
        assert_eq!(same(&[7; 24], &[7; 24]), None);
        assert_eq!(same(&[7; 24], &[7; 300]), None);
        assert_eq!(same(&[7; 23], &[7; 24]), Some(false));
        assert_eq!(same(&[7; 24], &[8; 24]), Some(false));
    }
}
