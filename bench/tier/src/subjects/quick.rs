//! `quick_cache`: bounded memory without a store.

use std::hint::black_box;

use forebay_store::Result;
use quick_cache::sync::{Cache, GuardResult};

use super::subject::Subject;
use crate::pair::Pair;

pub(crate) struct Quick<P: Pair>(Cache<P::Key, P::Value>);

impl<P: Pair> Quick<P> {
    pub(crate) fn new(entries: usize) -> Self {
        Self(Cache::new(entries))
    }

    #[inline]
    pub(super) fn insert(&self, key: P::Key, value: P::Value) {
        self.0.insert(key, value);
    }
}

impl<P: Pair> Subject<P> for Quick<P> {
    fn get(&self, keys: &[P::Key]) -> Result<usize> {
        Ok(keys.iter().filter(|key| black_box(self.0.get(*key)).is_some()).count())
    }

    fn put(&self, keys: &[P::Key]) -> Result<()> {
        for key in keys {
            self.insert(key.clone(), P::value(key));
        }
        Ok(())
    }

    fn read_in(&self, keys: &[P::Key]) -> Result<usize> {
        let mut found = 0;
        for key in keys {
            match self.0.get_value_or_guard(key, None) {
                GuardResult::Value(value) => {
                    black_box(value);
                    found += 1;
                }
                // It is refused only if somebody else was quicker, and there is nobody else.
                GuardResult::Guard(guard) => drop(guard.insert(P::value(key))),
                GuardResult::Timeout => {}
            }
        }
        Ok(found)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}
