//! A hand goes round and takes what was not touched since it last came by.

use super::list::List;
use super::note::Entrance;
use super::ranking::{Ranking, Step};
use super::shelf::{NONE, Shelf};
use super::walk::Walk;

/// A hand goes from the oldest to the newest and round again. What was touched since it came by, or
/// since it came in, stays where it is.
#[derive(Debug)]
pub(super) struct Sieve {
    hand: u32,
}

impl Sieve {
    pub(super) fn new() -> Self {
        Self { hand: NONE }
    }

    fn at(&self, entries: &Shelf) -> Option<u32> {
        if self.hand == NONE { entries.tail(List::Main) } else { Some(self.hand) }
    }
}

impl Ranking for Sieve {
    fn enter(&mut self, entries: &mut Shelf, at: u32, _: Entrance) {
        entries.push(List::Main, at);
    }

    fn leave(&mut self, entries: &mut Shelf, at: u32) {
        if self.hand == at {
            self.hand = entries.newer(at);
        }
        entries.unlink(at);
    }

    fn step(&mut self, walk: &mut Walk<'_>) -> Step {
        let Some(at) = self.at(walk.entries) else { return Step::Nothing };
        self.hand = walk.entries.newer(at);
        if walk.touched(at).is_none() {
            return Step::Candidate(at);
        }
        walk.see(at);
        Step::Passed
    }

    fn ahead(&self, entries: &Shelf, most: usize) -> Vec<u32> {
        let mut ahead = Vec::new();
        let mut next = self.at(entries);
        while let Some(at) = next.filter(|_| ahead.len() < most.min(entries.len_of(List::Main))) {
            ahead.push(at);
            let newer = entries.newer(at);
            next = if newer == NONE { entries.tail(List::Main) } else { Some(newer) };
        }
        ahead
    }
}
