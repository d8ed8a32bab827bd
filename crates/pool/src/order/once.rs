//! What goes first, before an order.

use super::list::List;
use super::note::Entrance;
use super::ranking::{Ranking, Step};
use super::shelf::Shelf;
use super::walk::Walk;

/// What goes first because it is used once, before an order of all others. Who is named and stays is
/// in use still, and is named again when others have left.
#[derive(Debug)]
pub(super) struct Once {
    /// So many were named since others left.
    in_vain: usize,
    others: Box<dyn Ranking>,
}

impl Once {
    /// One that leaves is a reason to look at so many again.
    const AGAIN: usize = 8;

    pub(super) fn before(others: Box<dyn Ranking>) -> Self {
        Self { in_vain: 0, others }
    }
}

impl Ranking for Once {
    fn enter(&mut self, entries: &mut Shelf, at: u32, entrance: Entrance) {
        if entrance == Entrance::Once {
            self.in_vain = 0;
            entries.push(List::Once, at);
        } else {
            self.others.enter(entries, at, entrance);
        }
    }

    fn leave(&mut self, entries: &mut Shelf, at: u32) {
        self.in_vain = self.in_vain.saturating_sub(Self::AGAIN);
        if entries.list(at) == Some(List::Once) {
            entries.unlink(at);
        } else {
            self.others.leave(entries, at);
        }
    }

    fn step(&mut self, walk: &mut Walk<'_>) -> Step {
        let is_next = self.in_vain < walk.entries.len_of(List::Once);
        let Some(at) = walk.entries.tail(List::Once).filter(|_| is_next) else {
            return self.others.step(walk);
        };
        let is_touched = walk.touched(at).is_some();
        walk.entries.unlink(at);
        if is_touched {
            walk.see(at);
            self.others.enter(walk.entries, at, Entrance::Loaded);
            return Step::Passed;
        }
        self.in_vain += 1;
        walk.entries.push(List::Once, at);
        Step::Candidate(at)
    }

    fn ahead(&self, entries: &Shelf, most: usize) -> Vec<u32> {
        let mut ahead = Vec::new();
        let mut next = entries.tail(List::Once);
        while let Some(at) = next.filter(|at| *at != super::shelf::NONE && ahead.len() < most) {
            ahead.push(at);
            next = Some(entries.newer(at));
        }
        ahead.extend(self.others.ahead(entries, most - ahead.len()));
        ahead
    }
}
