//! `quick_cache`: bounded memory without a store.

use forebay_store::Result;
use quick_cache::sync::Cache;

use super::subject::Subject;

pub(crate) struct Quick(Cache<u64, u64>);

impl Quick {
    pub(crate) fn new(entries: usize) -> Self {
        Self(Cache::new(entries))
    }
}

impl Subject for Quick {
    fn put(&mut self, keys: &[u64]) -> Result<()> {
        for key in keys {
            self.0.insert(*key, *key);
        }
        Ok(())
    }

    fn delete(&mut self, keys: &[u64]) -> Result<()> {
        for key in keys {
            self.0.remove(key);
        }
        Ok(())
    }

    fn get(&mut self, keys: &[u64]) -> Result<usize> {
        Ok(keys.iter().filter(|key| self.0.get(*key) == Some(**key)).count())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}
