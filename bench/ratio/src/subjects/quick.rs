//! `quick_cache`.

use foldhash::quality::FixedState;
use forebay_store::Result;
use quick_cache::UnitWeighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use super::subject::Subject;

pub(crate) struct Quick(Cache<u64, u64, UnitWeighter, FixedState>);

impl Quick {
    pub(crate) fn new(entries: usize, seed: u64) -> Self {
        let hasher = FixedState::with_seed(seed);
        let lifecycle = DefaultLifecycle::default();
        Self(Cache::with(entries, entries as u64, UnitWeighter, hasher, lifecycle))
    }
}

impl Subject for Quick {
    fn ask(&mut self, keys: &[u64]) -> Result<u64> {
        let mut found = 0;
        for key in keys {
            match self.0.get(key) {
                Some(_) => found += 1,
                None => self.0.insert(*key, *key),
            }
        }
        Ok(found)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}
