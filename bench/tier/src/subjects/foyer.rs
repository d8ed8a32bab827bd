//! foyer's memory tier, alone.

use std::hint::black_box;

use forebay_store::Result;
use foyer_memory::{Cache, CacheBuilder, EvictionConfig, LruConfig, S3FifoConfig};

use super::subject::Subject;
use crate::pair::Pair;

pub(crate) struct Foyer<P: Pair>(Cache<P::Key, P::Value>);

impl<P: Pair> Foyer<P> {
    pub(crate) fn lru(entries: usize) -> Self {
        Self::new(entries, LruConfig::default().into())
    }

    pub(crate) fn s3(entries: usize) -> Self {
        Self::new(entries, S3FifoConfig::default().into())
    }

    fn new(entries: usize, order: EvictionConfig) -> Self {
        Self(CacheBuilder::new(entries).with_eviction_config(order).build())
    }
}

impl<P: Pair> Subject<P> for Foyer<P> {
    /// It hands out an entry that is counted; the value in it is not cloned.
    fn get(&self, keys: &[P::Key]) -> Result<usize> {
        let found = |key: &P::Key| self.0.get(key).is_some_and(|entry| black_box(entry).refs() > 0);
        Ok(keys.iter().filter(|key| found(key)).count())
    }

    fn put(&self, keys: &[P::Key]) -> Result<()> {
        for key in keys {
            self.0.insert(key.clone(), P::value(key));
        }
        Ok(())
    }

    fn read_in(&self, keys: &[P::Key]) -> Result<usize> {
        let mut found = 0;
        for key in keys {
            match self.0.get(key) {
                Some(entry) => {
                    black_box(entry);
                    found += 1;
                }
                None => drop(self.0.insert(key.clone(), P::value(key))),
            }
        }
        Ok(found)
    }

    fn len(&self) -> usize {
        self.0.entries()
    }
}
