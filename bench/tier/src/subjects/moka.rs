//! moka: bounded memory without a store. It puts work off, so each sample ends with doing it.

use std::hint::black_box;

use forebay_store::Result;
use moka::sync::Cache;

use super::subject::Subject;
use crate::pair::Pair;

pub(crate) struct Moka<P: Pair>(Cache<P::Key, P::Value>);

impl<P: Pair> Moka<P> {
    pub(crate) fn new(entries: usize) -> Self {
        Self(Cache::new(entries as u64))
    }
}

impl<P: Pair> Subject<P> for Moka<P> {
    fn get(&self, keys: &[P::Key]) -> Result<usize> {
        Ok(keys.iter().filter(|key| black_box(self.0.get(*key)).is_some()).count())
    }

    fn put(&self, keys: &[P::Key]) -> Result<()> {
        for key in keys {
            self.0.insert(key.clone(), P::value(key));
        }
        Ok(())
    }

    fn read_in(&self, keys: &[P::Key]) -> Result<usize> {
        let mut missed = 0;
        for key in keys {
            black_box(self.0.get_with_by_ref(key, || {
                missed += 1;
                P::value(key)
            }));
        }
        Ok(keys.len() - missed)
    }

    fn housekeep(&self) {
        self.0.run_pending_tasks();
    }

    fn len(&self) -> usize {
        usize::try_from(self.0.entry_count()).unwrap_or(usize::MAX)
    }
}
