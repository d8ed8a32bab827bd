//! The least that one writes by hand to store later what is put into a memory that has no store: `quick_cache`, and a list
//! of the writes, which is taken and handed to the store in batches.
//!
//! It bounds the list by nothing, tells nobody what became of a write, and two threads that put the same key may be stored
//! in another order than memory has them.

use std::mem::swap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use forebay_store::{BackingStore, Batch, BatchId, Done, Result, WriteOp};

use super::null_store::NullStore;
use super::quick::Quick;
use super::subject::Subject;
use crate::pair::Pair;

/// Writes in their order.
type Writes<P> = Vec<(<P as Pair>::Key, <P as Pair>::Value)>;

pub(crate) struct Listed<P: Pair> {
    quick: Quick<P>,
    list: Mutex<Writes<P>>,
    /// The memory of a list that was stored.
    spare: Mutex<Writes<P>>,
    store: NullStore<P>,
}

impl<P: Pair> Listed<P> {
    const BATCH: usize = 256;

    pub(crate) fn new(entries: usize) -> Self {
        let (list, spare) = (Mutex::default(), Mutex::default());
        Self { quick: Quick::new(entries), list, spare, store: NullStore::new(&Arc::default()) }
    }
}

impl<P: Pair> Subject<P> for Listed<P> {
    fn get(&self, keys: &[P::Key]) -> Result<usize> {
        self.quick.get(keys)
    }

    fn put(&self, keys: &[P::Key]) -> Result<()> {
        for key in keys {
            let value = P::value(key);
            self.quick.insert(key.clone(), value.clone());
            locked(&self.list).push((key.clone(), value));
        }
        Ok(())
    }

    fn read_in(&self, keys: &[P::Key]) -> Result<usize> {
        self.quick.read_in(keys)
    }

    fn store_dirty(&self) -> Result<()> {
        let mut spare = locked(&self.spare);
        swap(&mut *locked(&self.list), &mut *spare);
        let mut op = |(key, value)| WriteOp::put(key, value, 1);
        let mut left = spare.drain(..);
        for number in 1.. {
            let ops: Vec<_> = left.by_ref().take(Self::BATCH).map(&mut op).collect();
            if ops.is_empty() {
                break;
            }
            let batch = Batch { id: BatchId { origin: 0, number }, ops };
            self.store.apply(Arc::new(batch), Done::call(drop));
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.quick.len()
    }
}

/// What a panic elsewhere leaves is a list all the same.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::Numbers;

    #[test]
    fn what_is_put_is_listed_and_stored_once() {
        let listed = Listed::<Numbers>::new(1_000);
        let keys: Vec<u64> = (0..600).collect();
        listed.put(&keys).unwrap();
        assert_eq!((listed.get(&keys).unwrap(), locked(&listed.list).len()), (600, 600));
        listed.store_dirty().unwrap();
        listed.store_dirty().unwrap();
        assert!(locked(&listed.list).is_empty());
        assert_eq!(listed.store.written(), 600);
    }
}
