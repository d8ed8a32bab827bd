//! The hints of a node: four bytes of each of its keys, searched instead of the keys.
//!
//! All keys of a node begin with the same bytes; the hints are the four bytes behind them, so that
//! they tell the keys apart however long the common beginning is. Equal hints prove nothing: they
//! only say which keys must be compared.
//!
//! Where the common bytes come from decides whether a search must look at them. The separators on
//! both sides of a node (its fences) share them with everything between, so with any search that
//! gets there: nothing to check. At the two edges of the tree a fence is missing, and the bytes are
//! those that the keys of the node happen to share: a search compares them first.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::fences::Fences;
use super::order::Order;
use super::slots::WIDTH;

/// The hint of a place without a key: never smaller than what is sought.
const UNUSED: i32 = i32::MAX;

/// Refitting is worth its cost when more than one hint in four equals the one before it.
const MOST_TIES: usize = WIDTH / 4;

/// A key of so few bytes is told from others by a hint most often, even if it is the only one.
const SHORT: usize = 8;

#[derive(Clone)]
pub(super) struct Hints {
    places: [i32; WIDTH],
    /// How many bytes of every key stand before its hint.
    skip: u16,
    /// Those bytes, where a search must compare them.
    checked: Option<Arc<[u8]>>,
}

impl Hints {
    /// The hints of `keys`, which ascend and lie between `fences`.
    pub(super) fn of<'k, K: 'k, O: Order<K>>(
        keys: impl DoubleEndedIterator<Item = &'k K> + Clone,
        fences: Fences<'_, K>,
        order: &O,
    ) -> Self {
        let (skip, checked) = match fences.shared(order) {
            Some(shared) => (shared, None),
            None => common_beginning(keys.clone(), order),
        };
        let mut places = [UNUSED; WIDTH];
        for (place, key) in places.iter_mut().zip(keys) {
            *place = order.with_bytes(key, |bytes| hint(bytes, skip));
        }
        Self { places, skip, checked }
    }

    /// Which keys may be the one with these `bytes`: those before the range are smaller, those behind
    /// it greater. The range may go beyond the last key; how many there are is asked only where it must
    /// be, because it lies further away.
    #[inline]
    pub(super) fn ties(&self, bytes: &[u8], len: impl FnOnce() -> usize) -> Range<usize> {
        match self.stands(bytes) {
            Ordering::Less => return 0..0,
            Ordering::Greater => {
                let len = len();
                return len..len;
            }
            Ordering::Equal => {}
        }
        let sought = hint(bytes, self.skip);
        // All places, without a branch: this becomes a handful of vector instructions.
        let start = self.places.iter().map(|hint| u32::from(*hint < sought)).sum::<u32>() as usize;
        let mut end = start;
        while self.places.get(end) == Some(&sought) {
            end += 1;
        }
        start..end
    }

    /// How `bytes` stand to the common beginning of the keys.
    #[inline]
    fn stands(&self, bytes: &[u8]) -> Ordering {
        match &self.checked {
            None => Ordering::Equal,
            Some(common) => bytes[..bytes.len().min(common.len())].cmp(common),
        }
    }

    /// Makes a hint for a new key at `at` among `len`; false if the key begins differently from
    /// the others, or there are none, and all hints must be made again.
    #[must_use]
    #[inline]
    pub(super) fn insert(&mut self, at: usize, len: usize, bytes: &[u8]) -> bool {
        // What two keys have in common is not known before there are two.
        if len < 2 || self.stands(bytes).is_ne() {
            return false;
        }
        self.places.copy_within(at..len, at + 1);
        self.places[at] = hint(bytes, self.skip);
        true
    }

    /// Forgets the hint at `at` of `len`.
    #[inline]
    pub(super) fn remove(&mut self, at: usize, len: usize) {
        self.places.copy_within(at + 1..len, at);
        self.places[len - 1] = UNUSED;
    }

    /// The hints of the keys in `part` alone, at places from 0 on.
    pub(super) fn part(&self, part: Range<usize>) -> Self {
        let mut places = [UNUSED; WIDTH];
        places[..part.len()].copy_from_slice(&self.places[part]);
        Self { places, skip: self.skip, checked: self.checked.clone() }
    }

    /// Whether better hints may be had for a node of `len` keys between fences of which both exist
    /// or not.
    pub(super) fn is_poor(&self, len: usize, is_fenced: bool) -> bool {
        let used = &self.places[..len];
        let ties = used.windows(2).filter(|pair| pair[0] == pair[1]).count();
        ties > MOST_TIES || (is_fenced && (self.checked.is_some() || self.skip == 0))
    }

    #[cfg(test)]
    pub(super) fn check<'k, K: 'k, O: Order<K>>(
        &self,
        keys: impl DoubleEndedIterator<Item = &'k K> + Clone,
        fences: Fences<'_, K>,
        order: &O,
    ) {
        let skip = usize::from(self.skip);
        match (&self.checked, fences.shared(order)) {
            (Some(_), Some(_)) => panic!("a node between two fences has nothing to check"),
            (Some(common), None) => assert_eq!(common.len(), skip, "what is skipped is checked"),
            (None, Some(shared)) => {
                assert!(self.skip <= shared, "the fences share what is skipped");
            }
            (None, None) => assert_eq!(skip, 0, "a node at the edge checks what it skips"),
        }
        let count = keys.clone().count();
        for (place, key) in self.places.iter().zip(keys) {
            order.with_bytes(key, |bytes| {
                assert!(self.stands(bytes).is_eq(), "a key begins with the checked bytes");
                assert!(bytes.len() >= skip, "a key is as long as what is skipped");
                assert_eq!(*place, hint(bytes, self.skip), "a hint is that of its key");
            });
        }
        assert!(self.places[count..].iter().all(|hint| *hint == UNUSED), "no hint without a key");
    }
}

/// Four bytes of a key from `skip` on, as a number with the order of the bytes; what is beyond the
/// end counts as zero.
#[inline]
fn hint(bytes: &[u8], skip: u16) -> i32 {
    let rest = bytes.get(usize::from(skip)..).unwrap_or_default();
    let four = rest.first_chunk::<4>().copied().unwrap_or_else(|| {
        let mut four = [0; 4];
        four[..rest.len()].copy_from_slice(rest);
        four
    });
    // The top bit turned, so that signed numbers, which SSE2 compares, have the order of the bytes.
    (u32::from_be_bytes(four) ^ (1 << 31)).cast_signed()
}

/// The bytes that all `keys`, which ascend, begin with; none of a single short key, because a hint tells
/// sooner than its bytes do.
fn common_beginning<'k, K: 'k, O: Order<K>>(
    mut keys: impl DoubleEndedIterator<Item = &'k K> + Clone,
    order: &O,
) -> (u16, Option<Arc<[u8]>>) {
    let Some(first) = keys.next() else { return (0, None) };
    order.with_bytes(first, |first| {
        let skip = match keys.next_back() {
            Some(last) => order.with_bytes(last, |last| shared_length(first, last)),
            None if first.len() <= SHORT => 0,
            None => shared_length(first, first),
        };
        (skip, (skip > 0).then(|| Arc::from(&first[..usize::from(skip)])))
    })
}

/// How many bytes both begin with, as far as a `skip` can say.
pub(super) fn shared_length(a: &[u8], b: &[u8]) -> u16 {
    let shared = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    u16::try_from(shared).unwrap_or(u16::MAX)
}
