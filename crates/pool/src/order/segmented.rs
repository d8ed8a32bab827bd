//! Two parts, each by age: what was touched since it came is protected.

use super::list::List;
use super::lru::Ages;
use super::note::Entrance;
use super::ranking::{Ranking, Step};
use super::shelf::Shelf;
use super::walk::Walk;

/// Two parts, each by age. What was touched since it came is protected, up to a share of the bytes;
/// what that part has too much of goes back to the other.
#[derive(Debug)]
pub(super) struct Segmented {
    probation: Ages,
    protected: Ages,
    share: f64,
    /// So many were named since one has left: whoever needs room does not want those.
    in_vain: usize,
}

impl Segmented {
    /// So many go back in one step at most, so that a step is short.
    const BACK: usize = 8;

    pub(super) fn new(share: f64) -> Self {
        Self { probation: Ages::default(), protected: Ages::default(), share, in_vain: 0 }
    }

    fn ages(&mut self, list: List) -> &mut Ages {
        if list == List::Main { &mut self.protected } else { &mut self.probation }
    }

    fn put(&mut self, walk: &mut Walk<'_>, at: u32, to: List) {
        let from = walk.entries.list(at).unwrap_or(List::Probation);
        self.ages(from).remove(walk.entries, at);
        walk.see(at);
        self.ages(to).insert(walk.entries, to, at);
    }

    /// Of the probation, unless it was gone through in vain.
    fn oldest(&mut self, entries: &Shelf) -> Option<u32> {
        let (probation, all) = (entries.len_of(List::Probation), entries.len());
        if self.in_vain >= all {
            self.in_vain = 0;
        }
        let [first, second] = if self.in_vain < probation {
            [&self.probation, &self.protected]
        } else {
            [&self.protected, &self.probation]
        };
        first.oldest().or_else(|| second.oldest())
    }

    #[expect(clippy::cast_precision_loss, reason = "a share need not be exact to the byte")]
    fn has_too_much(&self, entries: &Shelf) -> bool {
        entries.weight_of(List::Main) as f64 > entries.weight() as f64 * self.share
    }

    fn send_back(&mut self, walk: &mut Walk<'_>) {
        for _ in 0..Self::BACK {
            let Some(at) = self.protected.oldest().filter(|_| self.has_too_much(walk.entries))
            else {
                return;
            };
            let is_touched = walk.touched(at).is_some();
            self.put(walk, at, if is_touched { List::Main } else { List::Probation });
        }
    }
}

impl Ranking for Segmented {
    fn enter(&mut self, entries: &mut Shelf, at: u32, _: Entrance) {
        self.probation.insert(entries, List::Probation, at);
    }

    fn leave(&mut self, entries: &mut Shelf, at: u32) {
        self.in_vain = 0;
        let list = entries.list(at).unwrap_or(List::Probation);
        self.ages(list).remove(entries, at);
    }

    fn step(&mut self, walk: &mut Walk<'_>) -> Step {
        self.send_back(walk);
        let Some(at) = self.oldest(walk.entries) else { return Step::Nothing };
        let is_touched = walk.touched(at).is_some();
        let here = walk.entries.list(at).unwrap_or(List::Probation);
        self.put(walk, at, if is_touched { List::Main } else { here });
        self.in_vain += usize::from(!is_touched);
        if is_touched { Step::Passed } else { Step::Candidate(at) }
    }

    fn ahead(&self, _: &Shelf, most: usize) -> Vec<u32> {
        let mut ahead: Vec<u32> = self.probation.first(most).collect();
        ahead.extend(self.protected.first(most - ahead.len()));
        ahead
    }
}
