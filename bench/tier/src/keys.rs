//! Which keys a sample touches: random ones in a random order, the same in every run.

use forebay_measure::mixed;

use crate::pair::Pair;

const SEED: u64 = 0x0f0e_bab1_2026_0002;

/// Hands out keys. Those that are resident come in the order of one shuffled permutation, again and
/// again, so that any `entries` of them in a row differ; fresh ones never come twice.
#[derive(Debug)]
pub(crate) struct Keys<P: Pair> {
    order: Vec<u32>,
    next: usize,
    fresh: u64,
    _pair: P,
}

impl<P: Pair> Keys<P> {
    pub(crate) fn new(entries: u32, pair: P) -> Self {
        let order = shuffled((0..entries).collect(), SEED);
        Self { order, next: 0, fresh: 1 << 40, _pair: pair }
    }

    /// Every resident key once, in an order of its own: what comes in in the order in which it is asked for, or in
    /// the reverse, is in memory as it is asked for, which processors foresee.
    pub(crate) fn all(&self) -> Vec<P::Key> {
        let order = shuffled(self.order.clone(), !SEED);
        order.into_iter().map(|number| P::key(u64::from(number))).collect()
    }

    pub(crate) fn resident(&mut self, count: usize) -> Vec<P::Key> {
        let key = |_| {
            let number = self.order[self.next];
            self.next = (self.next + 1) % self.order.len();
            P::key(u64::from(number))
        };
        (0..count).map(key).collect()
    }

    /// Keys that nobody has seen yet.
    pub(crate) fn fresh(&mut self, count: usize) -> Vec<P::Key> {
        let first = self.fresh;
        self.fresh += count as u64;
        (first..self.fresh).map(P::key).collect()
    }
}

/// Ranks that are asked for as often as Zipf says, with the exponent 0.99.
#[derive(Debug)]
pub(crate) struct Zipf {
    /// How much weight there is up to each rank.
    sums: Vec<f64>,
    drawn: u64,
}

impl Zipf {
    pub(crate) fn new(ranks: u32) -> Self {
        let mut sum = 0.0;
        let weight = |rank: u32| {
            sum += f64::from(rank + 1).powf(-0.99);
            sum
        };
        Self { sums: (0..ranks).map(weight).collect(), drawn: 0 }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.drawn += 1;
        let drawn = u32::try_from(mixed(SEED ^ self.drawn) >> 32).unwrap_or_default();
        let all = self.sums.last().copied().unwrap_or_default();
        let wanted = f64::from(drawn) / f64::from(u32::MAX) * all;
        self.sums.partition_point(|sum| *sum < wanted) as u64
    }
}

fn shuffled(mut all: Vec<u32>, seed: u64) -> Vec<u32> {
    for at in (1..all.len()).rev() {
        all.swap(at, below(seed ^ at as u64, at as u64 + 1));
    }
    all
}

fn below(seed: u64, bound: u64) -> usize {
    usize::try_from(mixed(seed) % bound).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::Numbers;
    use std::collections::{HashMap, HashSet};

    #[test]
    fn as_many_resident_keys_in_a_row_as_there_are_all_differ() {
        let mut keys = Keys::new(100, Numbers);
        keys.resident(37);
        let row: HashSet<u64> = keys.resident(100).into_iter().collect();
        assert_eq!(row, keys.all().into_iter().collect());
        assert!(keys.fresh(100).iter().all(|key| !row.contains(key)));
    }

    #[test]
    fn keys_come_in_in_another_order_than_they_are_asked_for() {
        let mut keys = Keys::new(1000, Numbers);
        let (asked, came) = (keys.resident(1000), keys.all());
        let place: HashMap<u64, usize> = came.into_iter().zip(0..).collect();
        let near = asked.windows(2).filter(|two| place[&two[0]].abs_diff(place[&two[1]]) < 10);
        assert!(near.count() < 50);
    }

    #[test]
    fn the_first_rank_is_drawn_as_often_as_zipf_says() {
        let mut zipf = Zipf::new(1000);
        let sum: f64 = (1..=1000).map(|rank| f64::from(rank).powf(-0.99)).sum();
        let first = (0..100_000).filter(|_| zipf.next() == 0).count();
        let share = f64::from(u32::try_from(first).unwrap()) / 100_000.0;
        assert!((share - 1.0 / sum).abs() < 0.005, "{share}");
    }
}
