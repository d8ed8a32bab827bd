//! The hints of a node: four bytes of each of its keys, searched instead of the keys.
//!
//! All keys of a node begin with the same bytes; the hints are the four bytes behind them, so that
//! they tell the keys apart however long the common beginning is. They do not begin later than four bytes
//! before the end of the longest key, so that keys of one length have hints without padding. Equal hints
//! prove nothing: they only say which keys must be compared.
//!
//! Where the common bytes come from decides whether a search must look at them. The separators on
//! both sides of a node (its fences) share them with everything between, so with any search that
//! gets there: nothing to check. At the two edges of the tree a fence is missing, and the bytes are
//! those that the keys of the node happen to share: a search compares them first.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::beginning::Beginning;
use super::fences::Fences;
use super::order::Order;
use super::places::Places;
use super::slots::WIDTH;

/// Refitting is worth its cost when more than one hint in four equals the one before it.
const MOST_TIES: usize = WIDTH / 4;

/// A key of so few bytes is told from others by a hint most often, even if it is the only one.
const SHORT: usize = 8;

// What a search looks at first lies together.
#[derive(Clone)]
#[repr(C)]
pub(super) struct Hints {
    /// How many bytes of every key stand before its hint.
    skip: u16,
    /// Those bytes, where a search must compare them.
    checked: Option<Arc<Beginning>>,
    places: Places,
}

impl Hints {
    /// The hints of `keys`, which ascend and lie between `fences`.
    pub(super) fn of<'k, K: 'k, O: Order<K>>(
        keys: impl DoubleEndedIterator<Item = &'k K> + Clone,
        fences: Fences<'_, K>,
        order: &O,
    ) -> Self {
        let (skip, checked) = match fences.shared(order) {
            Some(shared) => (useful(shared, keys.clone(), order), None),
            None => common_beginning(keys.clone(), order),
        };
        let hint = |key| order.with_bytes(key, |bytes| hint(bytes, skip));
        Self { places: keys.map(hint).collect(), skip, checked }
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
        let start = self.places.below(sought);
        let mut end = start;
        while self.places.get(end) == Some(sought) {
            end += 1;
        }
        start..end
    }

    /// The place of the key with these `bytes`, if it is here and no other key has its hint.
    #[inline]
    pub(super) fn guess(&self, bytes: &[u8]) -> usize {
        self.places.below(hint(bytes, self.skip))
    }

    /// How many keys are below `bytes`, if no key must be compared to tell.
    #[inline]
    pub(super) fn untied(&self, bytes: &[u8]) -> Option<usize> {
        if self.checked.as_ref().is_some_and(|common| !common.begins(bytes)) {
            return None;
        }
        let sought = hint(bytes, self.skip);
        let below = self.places.below(sought);
        (self.places.get(below) != Some(sought)).then_some(below)
    }

    /// How `bytes` stand to the common beginning of the keys.
    #[inline]
    fn stands(&self, bytes: &[u8]) -> Ordering {
        match &self.checked {
            None => Ordering::Equal,
            Some(common) => common.stands(bytes),
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
        self.places.insert(at, len, hint(bytes, self.skip));
        true
    }

    /// Forgets the hint at `at` of `len`.
    #[inline]
    pub(super) fn remove(&mut self, at: usize, len: usize) {
        self.places.remove(at, len);
    }

    /// The hints of the keys in `part` alone, at places from 0 on.
    pub(super) fn part(&self, part: Range<usize>) -> Self {
        Self { places: self.places.part(part), skip: self.skip, checked: self.checked.clone() }
    }

    /// Whether better hints may be had for a node of `len` keys between fences of which both exist
    /// or not.
    pub(super) fn is_poor(&self, len: usize, is_fenced: bool) -> bool {
        let used = self.places.used(len);
        let ties = used.windows(2).filter(|pair| pair[0] == pair[1]).count();
        ties > MOST_TIES || (is_fenced && (self.checked.is_some() || self.skip == 0))
    }

    /// How many bytes of every key stand before its hint.
    #[cfg(test)]
    pub(super) fn skipped(&self) -> usize {
        usize::from(self.skip)
    }

    /// The address of the first hint.
    #[cfg(test)]
    pub(super) fn searched_from(&self) -> usize {
        std::ptr::from_ref(&self.places.used(1)[0]).addr()
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
        for (at, key) in keys.enumerate() {
            order.with_bytes(key, |bytes| {
                assert!(self.stands(bytes).is_eq(), "a key begins with the checked bytes");
                assert!(bytes.len() >= skip, "a key is as long as what is skipped");
                assert_eq!(
                    self.places.get(at),
                    Some(hint(bytes, self.skip)),
                    "a hint is that of its key"
                );
            });
        }
        assert!(self.places.ends_at(count), "no hint without a key");
    }
}

/// Four bytes of a key from `skip` on, as a number with the order of the bytes; what is beyond the
/// end counts as zero.
#[inline]
fn hint(bytes: &[u8], skip: u16) -> i32 {
    let skip = usize::from(skip);
    let four = match bytes.get(skip..skip + 4) {
        Some(four) => u32::from_be_bytes(four.try_into().unwrap_or_default()),
        None => (skip..skip + 4)
            .map(|at| bytes.get(at).copied().unwrap_or_default())
            .fold(0, |four, byte| four << 8 | u32::from(byte)),
    };
    // The top bit turned, so that signed numbers, which SSE2 compares, have the order of the bytes.
    (four ^ (1 << 31)).cast_signed()
}

/// So much of `skip` that the longest of `keys` has four bytes behind it. To skip more would tell no
/// keys apart, and all hints would have to be filled up.
fn useful<'k, K: 'k, O: Order<K>>(skip: u16, keys: impl Iterator<Item = &'k K>, order: &O) -> u16 {
    let mut most = 0;
    for key in keys {
        most = order.with_bytes(key, |bytes| bytes.len().saturating_sub(4)).max(most);
        if most >= usize::from(skip) {
            return skip;
        }
    }
    u16::try_from(most).unwrap_or(skip)
}

/// The bytes that all `keys`, which ascend, begin with; none of a single short key, because a hint tells
/// sooner than its bytes do.
fn common_beginning<'k, K: 'k, O: Order<K>>(
    mut keys: impl DoubleEndedIterator<Item = &'k K> + Clone,
    order: &O,
) -> (u16, Option<Arc<Beginning>>) {
    let all = keys.clone();
    let Some(first) = keys.next() else { return (0, None) };
    order.with_bytes(first, |first| {
        let shared = match keys.next_back() {
            Some(last) => order.with_bytes(last, |last| shared_length(first, last)),
            None if first.len() <= SHORT => 0,
            None => shared_length(first, first),
        };
        let skip = useful(shared, all, order);
        (skip, (skip > 0).then(|| Arc::new(Beginning::new(&first[..usize::from(skip)]))))
    })
}

/// How many bytes both begin with, as far as a `skip` can say.
pub(super) fn shared_length(a: &[u8], b: &[u8]) -> u16 {
    let shared = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    u16::try_from(shared).unwrap_or(u16::MAX)
}
