//! foyer's memory, with each of its orders.

use foldhash::quality::FixedState;
use forebay_store::Result;
use foyer_memory::{Cache, CacheBuilder, CacheProperties, EvictionConfig};

use super::subject::Subject;

pub(crate) struct Foyer(Cache<u64, u64, FixedState, CacheProperties>);

impl Foyer {
    pub(crate) fn new(entries: usize, order: impl Into<EvictionConfig>, seed: u64) -> Self {
        let builder = CacheBuilder::new(entries)
            .with_eviction_config(order)
            .with_hash_builder(FixedState::with_seed(seed));
        Self(builder.build())
    }
}

impl Subject for Foyer {
    fn ask(&mut self, keys: &[u64]) -> Result<u64> {
        let mut found = 0;
        for key in keys {
            if self.0.get(key).is_some() {
                found += 1;
            } else {
                self.0.insert(*key, *key);
            }
        }
        Ok(found)
    }

    fn len(&self) -> usize {
        self.0.entries()
    }
}
