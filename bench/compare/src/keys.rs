//! Which keys a sample touches: random ones in a random order, the same in every run.

use forebay_measure::mixed;

/// Hands out keys. Resident keys come in the order of one shuffled permutation, again and again,
/// so that any `entries` keys in a row differ from each other; fresh keys never come twice.
#[derive(Debug)]
pub(crate) struct Keys {
    order: Vec<u32>,
    next: usize,
    fresh: u64,
}

impl Keys {
    const SEED: u64 = 0x0f0e_bab1_2026_0001;

    pub(crate) fn new(entries: u32) -> Self {
        let mut order: Vec<u32> = (0..entries).collect();
        for at in (1..order.len()).rev() {
            let other = mixed(Self::SEED ^ at as u64) % (at as u64 + 1);
            order.swap(at, usize::try_from(other).unwrap_or_default());
        }
        Self { order, next: 0, fresh: u64::from(entries) }
    }

    /// Every resident key once, in an order of its own.
    pub(crate) fn all(&self) -> Vec<u64> {
        self.order.iter().rev().map(|index| mixed(u64::from(*index))).collect()
    }

    pub(crate) fn resident(&mut self, count: usize) -> Vec<u64> {
        let key = |_| {
            let index = self.order[self.next];
            self.next = (self.next + 1) % self.order.len();
            mixed(u64::from(index))
        };
        (0..count).map(key).collect()
    }

    /// Keys that nobody has seen yet.
    pub(crate) fn fresh(&mut self, count: usize) -> Vec<u64> {
        let first = self.fresh;
        self.fresh += count as u64;
        (first..self.fresh).map(mixed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn as_many_resident_keys_in_a_row_as_there_are_all_differ() {
        let mut keys = Keys::new(1000);
        keys.resident(300);
        let seen: HashSet<u64> = keys.resident(1000).into_iter().collect();
        assert_eq!(seen, keys.all().into_iter().collect());
        assert_eq!(seen.len(), 1000);
    }

    #[test]
    fn a_fresh_key_is_not_resident_and_does_not_come_again() {
        let mut keys = Keys::new(10);
        let mut all = keys.all();
        all.extend(keys.fresh(5));
        all.extend(keys.fresh(5));
        assert_eq!(all.into_iter().collect::<HashSet<u64>>().len(), 20);
    }

    #[test]
    fn one_run_is_as_the_other() {
        assert_eq!(Keys::new(100).resident(7), Keys::new(100).resident(7));
    }
}
