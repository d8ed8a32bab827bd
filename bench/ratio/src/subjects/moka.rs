//! moka. It puts work off, and meanwhile has more entries than it was given room for.

use foldhash::quality::FixedState;
use forebay_store::Result;
use moka::sync::Cache;

use super::subject::Subject;

pub(crate) struct Moka {
    cache: Cache<u64, u64, FixedState>,
    is_late: bool,
}

impl Moka {
    /// Does its work after every key, so that it has as much room as everybody.
    pub(crate) fn prompt(entries: usize, seed: u64) -> Self {
        Self::new(entries, seed, false)
    }

    /// Does its work when it likes.
    pub(crate) fn late(entries: usize, seed: u64) -> Self {
        Self::new(entries, seed, true)
    }

    fn new(entries: usize, seed: u64, is_late: bool) -> Self {
        let hasher = FixedState::with_seed(seed);
        let cache = Cache::builder().max_capacity(entries as u64).build_with_hasher(hasher);
        Self { cache, is_late }
    }
}

impl Subject for Moka {
    fn ask(&mut self, keys: &[u64]) -> Result<u64> {
        let mut found = 0;
        for key in keys {
            if self.cache.get(key).is_some() {
                found += 1;
            } else {
                self.cache.insert(*key, *key);
                if !self.is_late {
                    self.cache.run_pending_tasks();
                }
            }
        }
        Ok(found)
    }

    fn len(&self) -> usize {
        self.cache.run_pending_tasks();
        usize::try_from(self.cache.entry_count()).unwrap_or(usize::MAX)
    }
}
