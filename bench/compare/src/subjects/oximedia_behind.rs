//! oximedia-cache's write-behind cache. It is for one thread and takes no lock.

use std::time::Duration;

use forebay_store::{Error, Result};
use oximedia_cache::write_behind_cache::WriteBehindCache;

use super::null_store::PlainNullStore;
use super::subject::Subject;

pub(crate) struct OximediaBehind(WriteBehindCache<PlainNullStore>);

impl OximediaBehind {
    pub(crate) fn new(entries: usize) -> Self {
        Self(WriteBehindCache::new(entries, PlainNullStore::default()))
    }
}

impl Subject for OximediaBehind {
    fn put(&mut self, keys: &[u64]) -> Result<()> {
        keys.iter().try_for_each(|key| self.0.put(*key, *key)).map_err(failed)
    }

    fn delete(&mut self, keys: &[u64]) -> Result<()> {
        keys.iter().try_for_each(|key| self.0.delete(key).map(drop)).map_err(failed)
    }

    fn get(&mut self, keys: &[u64]) -> Result<usize> {
        let mut found = 0;
        for key in keys {
            found += usize::from(self.0.get(key).map_err(failed)? == Some(key));
        }
        Ok(found)
    }

    fn store_dirty(&mut self) -> Result<()> {
        self.0.flush().map(drop).map_err(failed)
    }

    fn flush_older_than(&mut self, age: Duration) -> Result<usize> {
        self.0.flush_older_than(age).map_err(failed)
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn written(&self) -> u64 {
        self.0.store().written
    }
}

/// Its error is not a `std::error::Error`, so only the text goes on.
fn failed(error: impl std::fmt::Display) -> Error {
    Error::unavailable(error.to_string())
}
