//! A probation before a sieve.

use super::list::List;
use super::note::Entrance;
use super::ranking::{Ranking, Step};
use super::shelf::{NEVER, Shelf};
use super::sieve::Sieve;
use super::walk::Walk;

/// A probation for what is new, before a sieve. What is gone is remembered where it was, so that what
/// comes back soon needs no probation.
#[derive(Debug)]
pub(super) struct Sifted {
    main: Sieve,
    /// Bytes that have left memory so far.
    left: u64,
    /// So many were named since one has left: whoever needs room does not want those.
    in_vain: usize,
}

impl Sifted {
    /// The probation is this share of what is in memory.
    const SHARE: u64 = 10;
    /// What is more than this share of the probation would push too much out of it.
    const LARGE: u64 = 4;

    pub(super) fn new() -> Self {
        Self { main: Sieve::new(), left: 0, in_vain: 0 }
    }

    /// Whether it has left so lately that a memory of twice the size would have it still.
    fn is_back_soon(&self, entries: &Shelf, at: u32) -> bool {
        entries[at].left != NEVER && self.left - entries[at].left <= entries.weight()
    }

    fn is_large(entries: &Shelf, at: u32) -> bool {
        let weight = entries[at].weight;
        weight > (entries.weight() + weight) / Self::SHARE / Self::LARGE
    }

    fn is_probation_next(&self, entries: &Shelf) -> bool {
        let is_full = entries.weight_of(List::Probation) > entries.weight() / Self::SHARE;
        entries.len_of(List::Probation) > 0
            && (is_full || self.in_vain >= entries.len_of(List::Main))
    }

    fn step_main(&mut self, walk: &mut Walk<'_>) -> Step {
        let step = self.main.step(walk);
        self.in_vain += usize::from(matches!(step, Step::Candidate(_)));
        step
    }
}

impl Ranking for Sifted {
    fn enter(&mut self, entries: &mut Shelf, at: u32, entrance: Entrance) {
        if Self::is_large(entries, at) || self.is_back_soon(entries, at) {
            self.main.enter(entries, at, entrance);
        } else {
            entries.push(List::Probation, at);
        }
        entries[at].left = NEVER;
    }

    fn leave(&mut self, entries: &mut Shelf, at: u32) {
        self.in_vain = 0;
        entries[at].left = self.left;
        self.left += entries[at].weight;
        if entries.list(at) == Some(List::Main) {
            self.main.leave(entries, at);
        } else {
            entries.unlink(at);
        }
    }

    fn step(&mut self, walk: &mut Walk<'_>) -> Step {
        if !self.is_probation_next(walk.entries) {
            return self.step_main(walk);
        }
        let Some(at) = walk.entries.tail(List::Probation) else { return Step::Nothing };
        let is_touched = walk.touched(at).is_some();
        walk.entries.unlink(at);
        walk.see(at);
        // Whom nobody can evict now is in use, or about to leave after its write: both are no reason to
        // find it here again.
        self.main.enter(walk.entries, at, Entrance::Loaded);
        if is_touched { Step::Passed } else { Step::Candidate(at) }
    }

    fn ahead(&self, entries: &Shelf, most: usize) -> Vec<u32> {
        let mut ahead = Vec::new();
        let mut next = entries.tail(List::Probation);
        while let Some(at) = next.filter(|at| *at != super::shelf::NONE && ahead.len() < most) {
            ahead.push(at);
            next = Some(entries.newer(at));
        }
        ahead.extend(self.main.ahead(entries, most - ahead.len()));
        ahead
    }
}
