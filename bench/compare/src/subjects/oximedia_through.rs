//! oximedia-cache's write-through cache. It is for one thread and takes no lock.

use forebay_store::{Error, Result};
use oximedia_cache::write_through::WriteThroughCache;

use super::null_store::PlainNullStore;
use super::subject::Subject;

pub(crate) struct OximediaThrough(WriteThroughCache<u64, u64, PlainNullStore>);

impl OximediaThrough {
    pub(crate) fn new(entries: usize) -> Self {
        Self(WriteThroughCache::new(entries, PlainNullStore::default()))
    }
}

impl Subject for OximediaThrough {
    fn put(&mut self, keys: &[u64]) -> Result<()> {
        let mut put = |key: &u64| self.0.put(*key, *key);
        keys.iter()
            .try_for_each(&mut put)
            .map_err(|error| Error::unavailable("put").with_source(error))
    }

    fn delete(&mut self, keys: &[u64]) -> Result<()> {
        for key in keys {
            self.0.invalidate(key);
        }
        Ok(())
    }

    fn get(&mut self, keys: &[u64]) -> Result<usize> {
        Ok(keys.iter().filter(|key| self.0.get(key) == Some(*key)).count())
    }

    fn len(&self) -> usize {
        self.0.cache_len()
    }

    fn written(&self) -> u64 {
        self.0.backing_store().written
    }
}
