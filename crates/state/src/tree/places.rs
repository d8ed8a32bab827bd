//! The places of hints: an array that is searched without a branch.

use std::ops::Range;

use wide::i32x8;

use super::slots::WIDTH;

/// So many hints are compared at once.
const GROUP: usize = 8;

/// A place without a hint: never below what is sought.
const UNUSED: i32 = i32::MAX;

/// Hints that do not fall. A search compares the ends of all groups at once, and then all hints of
/// one group: few instructions, so that a processor has several searches under way that do not
/// wait for each other's memory, and few lines of memory.
#[derive(Clone)]
pub(super) struct Places {
    /// The last hint of each group but the last one, of which it is not asked.
    ends: [i32; WIDTH / GROUP],
    hints: [i32; WIDTH],
}

impl Places {
    /// How many hints are below `sought`.
    #[inline]
    pub(super) fn below(&self, sought: i32) -> usize {
        let group = first_not_below(&self.ends, sought);
        let (groups, _) = self.hints.as_chunks::<GROUP>();
        group * GROUP + groups.get(group).map_or(0, |group| first_not_below(group, sought))
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<i32> {
        self.hints.get(at).copied()
    }

    /// Those of the first `len` places.
    pub(super) fn used(&self, len: usize) -> &[i32] {
        &self.hints[..len]
    }

    /// Whether no hint is behind the first `len` places.
    #[cfg(test)]
    pub(super) fn ends_at(&self, len: usize) -> bool {
        self.hints[len..].iter().all(|hint| *hint == UNUSED)
            && Self::of(self.hints).ends == self.ends
    }

    /// Puts a hint at `at` among `len`, and moves what is behind it.
    pub(super) fn insert(&mut self, at: usize, len: usize, hint: i32) {
        self.hints.copy_within(at..len, at + 1);
        self.hints[at] = hint;
        self.find_ends();
    }

    /// Forgets the hint at `at` of `len`, and moves what is behind it.
    pub(super) fn remove(&mut self, at: usize, len: usize) {
        self.hints.copy_within(at + 1..len, at);
        self.hints[len - 1] = UNUSED;
        self.find_ends();
    }

    /// Those in `part` alone, at places from 0 on.
    pub(super) fn part(&self, part: Range<usize>) -> Self {
        self.hints[part].iter().copied().collect()
    }

    fn of(hints: [i32; WIDTH]) -> Self {
        let mut places = Self { ends: [UNUSED; WIDTH / GROUP], hints };
        places.find_ends();
        places
    }

    #[inline]
    fn find_ends(&mut self) {
        let (groups, _) = self.hints.as_chunks::<GROUP>();
        let (last, before) = self.ends.split_last_mut().expect("there are groups");
        for (end, group) in before.iter_mut().zip(groups) {
            *end = group[GROUP - 1];
        }
        *last = UNUSED;
    }
}

impl FromIterator<i32> for Places {
    fn from_iter<I: IntoIterator<Item = i32>>(hints: I) -> Self {
        let mut all = [UNUSED; WIDTH];
        all.iter_mut().zip(hints).for_each(|(place, hint)| *place = hint);
        Self::of(all)
    }
}

/// The first of eight that is not below `sought`; 8 if there is none.
#[inline]
fn first_not_below(eight: &[i32; GROUP], sought: i32) -> usize {
    let below = i32x8::new(*eight).simd_lt(i32x8::splat(sought));
    below.to_bitmask().trailing_ones() as usize
}
