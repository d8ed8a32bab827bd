//! What goes first, before an order.

use super::list::List;
use super::note::Entrance;
use super::ranking::{Ranking, Step};
use super::shelf::Shelf;
use super::walk::Walk;

/// What goes first because it is used once, before an order of all others. Who is named and stays is
/// in use still, and is named again when others have left, or after a round of the order of all others.
#[derive(Debug)]
pub(super) struct Once {
    /// So many were named since others left, or since such a round.
    in_vain: usize,
    /// So many steps of that round were made.
    round: usize,
    others: Box<dyn Ranking>,
}

impl Once {
    /// One that leaves is a reason to look at so many again.
    const AGAIN: usize = 8;

    pub(super) fn before(others: Box<dyn Ranking>) -> Self {
        Self { in_vain: 0, round: 0, others }
    }
}

impl Once {
    /// A step among the others. All of them may be in use for long, or there may be none, and those that were named in vain may be
    /// free by now.
    fn other(&mut self, walk: &mut Walk<'_>) -> Step {
        self.round += 1;
        let has_any = walk.entries.len_of(List::Once) > 0;
        let is_over = self.round >= walk.entries.len();
        if is_over {
            (self.in_vain, self.round) = (0, 0);
        }
        match self.others.step(walk) {
            Step::Nothing if has_any => {
                (self.in_vain, self.round) = (0, 0);
                self.step(walk)
            }
            step => step,
        }
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
            return self.other(walk);
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
