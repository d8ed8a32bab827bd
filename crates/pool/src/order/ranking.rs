//! What an order has to know.

use std::fmt::Debug;

use super::choice::Order;
use super::lru::Lru;
use super::note::Entrance;
use super::once::Once;
use super::segmented::Segmented;
use super::shelf::Shelf;
use super::sieve::Sieve;
use super::sifted::Sifted;
use super::walk::Walk;

/// An order of leaving.
pub(super) trait Ranking: Debug + Send {
    /// An entry that has come into memory. It has been seen now.
    fn enter(&mut self, entries: &mut Shelf, at: u32, entrance: Entrance);

    /// An entry that is on one of its lists leaves memory.
    fn leave(&mut self, entries: &mut Shelf, at: u32);

    /// Looks at the next one. Whom it names may stay all the same; two rounds name everybody.
    fn step(&mut self, walk: &mut Walk<'_>) -> Step;

    /// Those who will probably be named next, in any order; looks at so many.
    fn ahead(&self, entries: &Shelf, most: usize) -> Vec<u32>;
}

/// What came of looking at one entry.
pub(super) enum Step {
    /// It may leave.
    Candidate(u32),
    /// It was touched and stays.
    Passed,
    /// There is none.
    Nothing,
}

/// The order that a user has chosen.
pub(super) fn ranking(order: Order) -> Box<dyn Ranking> {
    let others: Box<dyn Ranking> = match order {
        Order::Sieve => Box::new(Sieve::new()),
        Order::Sifted => Box::new(Sifted::new()),
        Order::Lru => Box::new(Lru::new()),
        Order::Segmented { protected } => Box::new(Segmented::new(protected)),
    };
    Box::new(Once::before(others))
}
