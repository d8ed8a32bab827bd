//! moka: bounded memory without a store. It puts work off, so each sample ends with doing it.

use forebay_store::Result;
use moka::sync::Cache;

use super::subject::Subject;

pub(crate) struct Moka(Cache<u64, u64>);

impl Moka {
    pub(crate) fn new(entries: usize) -> Self {
        Self(Cache::new(entries as u64))
    }
}

impl Subject for Moka {
    fn put(&mut self, keys: &[u64]) -> Result<()> {
        for key in keys {
            self.0.insert(*key, *key);
        }
        Ok(())
    }

    fn delete(&mut self, keys: &[u64]) -> Result<()> {
        for key in keys {
            self.0.invalidate(key);
        }
        Ok(())
    }

    fn get(&mut self, keys: &[u64]) -> Result<usize> {
        Ok(keys.iter().filter(|key| self.0.get(*key) == Some(**key)).count())
    }

    fn housekeep(&mut self) {
        self.0.run_pending_tasks();
    }

    fn len(&self) -> usize {
        usize::try_from(self.0.entry_count()).unwrap_or(usize::MAX)
    }
}
