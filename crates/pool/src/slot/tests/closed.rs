//! Objects of a pool that is closed.

use std::sync::Arc;
use std::time::Duration;

use super::{object, pool, stored};
use crate::budget::Purpose;
use crate::fault::{Call, Scripted};
use crate::handle::{Content, Keepable};
use crate::lanes::Scratch;
use crate::slot::{Blob, Eviction, Slot, Standing, Stored};

#[test]
fn an_object_that_comes_when_all_were_closed_is_closed_too() {
    let (pool, medium) = pool();
    let inner = pool.inner();
    // It was admitted before.
    inner.admit().unwrap();
    let room = inner.ledger.take_now(1000, Purpose::Resident).unwrap();
    pool.close(Duration::ZERO).wait().unwrap();
    let slot = Slot::insert(inner, vec![1u8; 900], room);
    let stored: Arc<dyn Stored> = Arc::<Slot<Vec<u8>>>::clone(&slot);
    assert!(Arc::clone(&stored).begin_write(true).is_none());
    assert_eq!(stored.try_evict(), Eviction::Unsaved);
    assert_eq!(medium.count(Call::Begin), 0);
}

#[test]
fn a_write_that_ends_in_a_closed_pool_evicts_nothing_and_frees_its_blob() {
    let (pool, medium) = pool();
    let handle = object(&pool, 1);
    let closing = pool.clone();
    medium.during(move |call| {
        if call == Call::Seal {
            // Nothing of the lanes is under way: it ends at once.
            closing.close(Duration::ZERO).wait().unwrap();
        }
    });
    stored(&handle).begin_write(true).unwrap().work.run();
    medium.undisturbed();
    assert_eq!(stored(&handle).look().standing, Standing::Unsaved);
    assert_eq!(*handle.try_get().unwrap(), vec![1; 1000]);
    assert_eq!(medium.count(Call::Free), 1);
}

#[test]
fn an_object_of_a_closed_pool_adopts_no_blob() {
    let ((pool, _), archive) = (pool(), Scripted::default());
    let handle = object(&pool, 1);
    let Content::Value { write, .. } = handle.kept().wait().unwrap() else {
        unreachable!("it is in memory only")
    };
    let written = write(&archive, &mut Scratch { bytes: Vec::with_capacity(4096) }).unwrap();
    let lanes = &pool.inner().lanes;
    let blob = Blob::new(Arc::new(archive.clone()), written.place, written.head, lanes);
    pool.close(Duration::ZERO).wait().unwrap();
    handle.adopt(handle.key(), blob);
    assert_eq!(stored(&handle).look().standing, Standing::Unsaved);
    assert_eq!(archive.count(Call::Free), 1);
}
