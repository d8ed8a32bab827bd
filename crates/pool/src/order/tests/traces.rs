//! Orders on generated traces: how many loads a trace costs.

use super::rig::Memory;
use crate::order::{Entrance, Order};

/// Numbers from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

const OBJECTS: u64 = 2_000;
const READS: usize = 40_000;

/// A few are read often: each has half the chance of the one before, in steps that grow.
fn skewed(dice: &mut Dice) -> usize {
    let bound = 1 + dice.roll(OBJECTS);
    let bound = 1 + dice.roll(bound);
    usize::try_from(dice.roll(bound)).unwrap()
}

fn weights() -> Vec<u64> {
    let mut dice = Dice(7);
    (0..OBJECTS).map(|_| 1 + dice.roll(32)).collect()
}

/// How many loads `trace` costs in a memory of this share of all bytes.
fn loads(order: Order, weights: &[u64], share: f64, trace: &[usize]) -> usize {
    let all: u64 = weights.iter().sum();
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small")]
    #[expect(clippy::cast_sign_loss, reason = "shares are not negative")]
    let mut memory = Memory::new(order, (all as f64 * share) as u64);
    for weight in weights {
        memory.slot(*weight);
    }
    trace.iter().filter(|name| !memory.read(**name, Entrance::Loaded)).count()
}

fn skewed_trace() -> Vec<usize> {
    let mut dice = Dice(11);
    (0..READS).map(|_| skewed(&mut dice)).collect()
}

/// The same with a scan over everything in between, again and again.
fn with_scans() -> Vec<usize> {
    let mut dice = Dice(13);
    let scan = 0..usize::try_from(OBJECTS).unwrap();
    let part = |dice: &mut Dice| (0..4_000).map(|_| skewed(dice)).collect::<Vec<_>>();
    (0..8).flat_map(|_| part(&mut dice).into_iter().chain(scan.clone())).collect()
}

/// What was read lately is read again.
fn recent() -> Vec<usize> {
    let mut dice = Dice(17);
    let mut stack: Vec<usize> = (0..usize::try_from(OBJECTS).unwrap()).collect();
    let read = |_| {
        let bound = 1 + dice.roll(OBJECTS);
        let at = usize::try_from(dice.roll(bound)).unwrap();
        let name = stack.remove(at);
        stack.insert(0, name);
        name
    };
    (0..READS).map(read).collect()
}

/// Round and round over a working set of this many percent of the memory.
fn rounds(percent: u64) -> (Vec<u64>, Vec<usize>) {
    let weights = vec![1; usize::try_from(20 * percent).unwrap()];
    let trace = (0..20).flat_map(|_| 0..weights.len()).collect();
    (weights, trace)
}

fn rounds_loads(order: Order, percent: u64) -> usize {
    let (weights, trace) = rounds(percent);
    #[expect(clippy::cast_precision_loss, reason = "small")]
    loads(order, &weights, 100.0 / percent as f64, &trace)
}

#[test]
fn a_working_set_that_fits_is_loaded_once() {
    for order in super::rig::ORDERS {
        for percent in [50, 85, 95] {
            let loads = rounds_loads(order, percent);
            assert_eq!(loads as u64, 20 * percent, "{order:?} at {percent} %");
        }
    }
}

#[test]
fn sifted_is_never_a_tenth_worse_than_sieve_on_these_traces() {
    let weights = weights();
    for (name, trace) in
        [("skewed", skewed_trace()), ("with scans", with_scans()), ("recent", recent())]
    {
        for share in [0.1, 0.3, 0.6] {
            let [sieve, sifted] =
                [Order::Sieve, Order::Sifted].map(|order| loads(order, &weights, share, &trace));
            assert!(sifted * 10 <= sieve * 11, "{name}, {share}: {sifted} after {sieve} loads");
        }
    }
    let [sieve, sifted] = [Order::Sieve, Order::Sifted].map(|order| rounds_loads(order, 105));
    assert!(sifted * 10 <= sieve * 11, "rounds of 105 %: {sifted} after {sieve} loads");
}

#[test]
fn with_scans_in_between_sifted_loads_less_than_lru() {
    let weights = weights();
    let [lru, sifted] =
        [Order::Lru, Order::Sifted].map(|order| loads(order, &weights, 0.3, &with_scans()));
    assert!(sifted * 10 < lru * 9, "{sifted} loads, by age {lru}");
}
