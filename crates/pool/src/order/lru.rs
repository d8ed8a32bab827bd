//! What was touched longest ago leaves first.

use std::collections::BTreeSet;

use super::list::List;
use super::note::Entrance;
use super::ranking::{Ranking, Step};
use super::shelf::Shelf;
use super::walk::Walk;

/// Entries by when they were last seen to be touched.
#[derive(Debug, Default)]
pub(super) struct Ages(BTreeSet<(u64, u32)>);

impl Ages {
    pub(super) fn insert(&mut self, entries: &mut Shelf, list: List, at: u32) {
        entries.push(list, at);
        self.0.insert((entries[at].seen, at));
    }

    pub(super) fn remove(&mut self, entries: &mut Shelf, at: u32) {
        self.0.remove(&(entries[at].seen, at));
        entries.unlink(at);
    }

    pub(super) fn oldest(&self) -> Option<u32> {
        self.0.first().map(|(_, at)| *at)
    }

    pub(super) fn first(&self, most: usize) -> impl Iterator<Item = u32> {
        self.0.iter().take(most).map(|(_, at)| *at)
    }
}

/// What was touched longest ago leaves first. Hits leave only when they were, so what was touched is
/// put right when it is found to be the oldest.
#[derive(Debug, Default)]
pub(super) struct Lru {
    ages: Ages,
}

impl Lru {
    pub(super) fn new() -> Self {
        Self::default()
    }
}

impl Ranking for Lru {
    fn enter(&mut self, entries: &mut Shelf, at: u32, _: Entrance) {
        self.ages.insert(entries, List::Main, at);
    }

    fn leave(&mut self, entries: &mut Shelf, at: u32) {
        self.ages.remove(entries, at);
    }

    fn step(&mut self, walk: &mut Walk<'_>) -> Step {
        let Some(at) = self.ages.oldest() else { return Step::Nothing };
        let touched = walk.touched(at);
        self.ages.remove(walk.entries, at);
        match touched {
            Some(touched) => walk.entries[at].seen = touched,
            // Whoever has to keep it now has it as the newest.
            None => walk.see(at),
        }
        self.ages.insert(walk.entries, List::Main, at);
        if touched.is_some() { Step::Passed } else { Step::Candidate(at) }
    }

    fn ahead(&self, _: &Shelf, most: usize) -> Vec<u32> {
        self.ages.first(most).collect()
    }
}
