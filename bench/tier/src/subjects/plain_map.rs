//! A map: no cache, no bound, and its lock is taken once for all keys of a call. How its cost grows is how
//! memory slows down when less of it fits the processor's own; nobody can be expected to do better.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::{Mutex, MutexGuard, PoisonError};

use forebay_store::{Error, Result};

use super::subject::Subject;
use crate::pair::Pair;

type Map<P> = HashMap<<P as Pair>::Key, <P as Pair>::Value, foldhash::fast::RandomState>;

pub(crate) struct PlainMap<P: Pair>(Mutex<Map<P>>);

impl<P: Pair> PlainMap<P> {
    fn map(&self) -> MutexGuard<'_, Map<P>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Pair> Default for PlainMap<P> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<P: Pair> Subject<P> for PlainMap<P> {
    fn get(&self, keys: &[P::Key]) -> Result<usize> {
        let map = self.map();
        Ok(keys.iter().filter(|key| black_box(map.get(*key).cloned()).is_some()).count())
    }

    fn put(&self, keys: &[P::Key]) -> Result<()> {
        let mut map = self.map();
        for key in keys {
            map.insert(key.clone(), P::value(key));
        }
        Ok(())
    }

    fn read_in(&self, _keys: &[P::Key]) -> Result<usize> {
        Err(Error::unsupported("a map has no bound"))
    }

    fn len(&self) -> usize {
        self.map().len()
    }
}
