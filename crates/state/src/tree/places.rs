//! The places of hints: an array that is searched without a branch.

use std::ops::Range;

use wide::bytemuck::{cast, cast_slice, cast_slice_mut};
use wide::{i8x16, i16x8, i32x4, i32x8};

use super::slots::WIDTH;

/// So many hints are compared at once.
const GROUP: usize = 8;

/// So many are in one vector. They lie in vectors as they are compared, so that nothing is moved before.
const VECTOR: usize = 4;

/// A place without a hint: never below what is sought.
const UNUSED: i32 = i32::MAX;

/// Hints that do not fall. A search compares the ends of all groups at once, and then all hints of
/// one group: few instructions, so that a processor has several searches under way that do not
/// wait for each other's memory, and few lines of memory.
#[derive(Clone)]
#[repr(C)]
pub(super) struct Places {
    /// The last hint of each group but the last one, of which it is not asked.
    ends: [i32x4; WIDTH / GROUP / VECTOR],
    hints: [i32x4; WIDTH / VECTOR],
}

impl Places {
    /// How many hints are below `sought`.
    #[inline]
    pub(super) fn below(&self, sought: i32) -> usize {
        let [first, second] = &self.ends;
        // A group has two vectors, so twice its number is that of its first one.
        let group = twice_below(first, second, sought);
        let within = match (self.hints.get(group + 1), self.hints.get(group)) {
            (Some(second), Some(first)) => twice_below(first, second, sought),
            _ => 0,
        };
        let twice = group * GROUP + within;
        twice / 2
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<i32> {
        self.all().get(at).copied()
    }

    /// Those of the first `len` places.
    pub(super) fn used(&self, len: usize) -> &[i32] {
        &self.all()[..len]
    }

    /// Whether no hint is behind the first `len` places.
    #[cfg(test)]
    pub(super) fn ends_at(&self, len: usize) -> bool {
        let again: Self = self.all().iter().copied().collect();
        self.all()[len..].iter().all(|hint| *hint == UNUSED) && again.ends == self.ends
    }

    /// Puts a hint at `at` among `len`, and moves what is behind it.
    pub(super) fn insert(&mut self, at: usize, len: usize, hint: i32) {
        let hints = self.all_mut();
        hints.copy_within(at..len, at + 1);
        hints[at] = hint;
        self.find_ends();
    }

    /// Forgets the hint at `at` of `len`, and moves what is behind it.
    pub(super) fn remove(&mut self, at: usize, len: usize) {
        let hints = self.all_mut();
        hints.copy_within(at + 1..len, at);
        hints[len - 1] = UNUSED;
        self.find_ends();
    }

    /// Those in `part` alone, at places from 0 on.
    pub(super) fn part(&self, part: Range<usize>) -> Self {
        self.all()[part].iter().copied().collect()
    }

    #[inline]
    fn all(&self) -> &[i32] {
        cast_slice(&self.hints)
    }

    fn all_mut(&mut self) -> &mut [i32] {
        cast_slice_mut(&mut self.hints)
    }

    #[inline]
    fn find_ends(&mut self) {
        let ends: &mut [i32] = cast_slice_mut(&mut self.ends);
        let (groups, _) = cast_slice(&self.hints).as_chunks::<GROUP>();
        let (last, before) = ends.split_last_mut().expect("there are groups");
        for (end, group) in before.iter_mut().zip(groups) {
            *end = group[GROUP - 1];
        }
        *last = UNUSED;
    }
}

impl FromIterator<i32> for Places {
    fn from_iter<I: IntoIterator<Item = i32>>(hints: I) -> Self {
        let unused = i32x4::splat(UNUSED);
        let mut places =
            Self { ends: [unused; WIDTH / GROUP / VECTOR], hints: [unused; WIDTH / VECTOR] };
        places.all_mut().iter_mut().zip(hints).for_each(|(place, hint)| *place = hint);
        places.find_ends();
        places
    }
}

/// Twice the number of those of a group that are below `sought`, which come first: a hint has two bytes of
/// a vector when all are in one, and a byte has a bit.
#[inline]
fn twice_below(first: &i32x4, second: &i32x4, sought: i32) -> usize {
    let sought = i32x4::splat(sought);
    let below: i32x8 = cast([first.simd_lt(sought), second.simd_lt(sought)]);
    let bytes: i8x16 = cast(i16x8::from_i32x8_saturate(below));
    bytes.to_bitmask().trailing_ones() as usize
}
