//! A probation before a sieve.

use super::note::Entrance;
use super::ranking::{Ranking, Step};
use super::shelf::{List, Shelf};
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
    fn is_back_soon(&self, shelf: &Shelf, at: u32) -> bool {
        shelf[at].left.is_some_and(|left| self.left - left <= shelf.weight())
    }

    fn is_large(shelf: &Shelf, at: u32) -> bool {
        let weight = shelf[at].weight;
        weight > (shelf.weight() + weight) / Self::SHARE / Self::LARGE
    }

    fn is_probation_next(&self, shelf: &Shelf) -> bool {
        let is_full = shelf.weight_of(List::Probation) > shelf.weight() / Self::SHARE;
        shelf.len_of(List::Probation) > 0 && (is_full || self.in_vain >= shelf.len_of(List::Main))
    }

    fn step_main(&mut self, walk: &mut Walk<'_>) -> Step {
        let step = self.main.step(walk);
        self.in_vain += usize::from(matches!(step, Step::Candidate(_)));
        step
    }
}

impl Ranking for Sifted {
    fn enter(&mut self, shelf: &mut Shelf, at: u32, entrance: Entrance) {
        if Self::is_large(shelf, at) || self.is_back_soon(shelf, at) {
            self.main.enter(shelf, at, entrance);
        } else {
            shelf.push(List::Probation, at);
        }
        shelf[at].left = None;
    }

    fn leave(&mut self, shelf: &mut Shelf, at: u32) {
        self.in_vain = 0;
        shelf[at].left = Some(self.left);
        self.left = self.left.saturating_add(shelf[at].weight);
        if shelf.list(at) == Some(List::Main) {
            self.main.leave(shelf, at);
        } else {
            shelf.unlink(at);
        }
    }

    fn step(&mut self, walk: &mut Walk<'_>) -> Step {
        if !self.is_probation_next(walk.shelf) {
            return self.step_main(walk);
        }
        let Some(at) = walk.shelf.tail(List::Probation) else { return Step::Nothing };
        let is_touched = walk.touched(at).is_some();
        walk.shelf.unlink(at);
        walk.see(at);
        // Whom nobody can evict now is in use, or about to leave after its write: both are no reason to
        // find it here again.
        self.main.enter(walk.shelf, at, Entrance::Loaded);
        if is_touched { Step::Passed } else { Step::Candidate(at) }
    }

    fn ahead(&self, shelf: &Shelf, most: usize) -> Vec<u32> {
        let mut ahead = Vec::new();
        let mut next = shelf.tail(List::Probation);
        while let Some(at) = next.filter(|at| *at != super::shelf::NONE && ahead.len() < most) {
            ahead.push(at);
            next = Some(shelf.newer(at));
        }
        ahead.extend(self.main.ahead(shelf, most - ahead.len()));
        ahead
    }
}
