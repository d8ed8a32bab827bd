//! As a medium of a pool.

use forebay_pool::conformance::assert_conforms;
use forebay_pool::{ByteSize, Pool, StoreMedium};
use forebay_redb::{RedbStore, ScratchSettings};
use forebay_store::{ErrorKind, Raw};

#[test]
fn a_scratch_database_conforms_as_a_medium() {
    let folder = tempfile::tempdir().unwrap();
    assert_conforms(move || StoreMedium::new(RedbStore::scratch(folder.path()).unwrap()).unwrap());
}

#[test]
fn a_pool_spills_to_a_scratch_database() {
    let folder = tempfile::tempdir().unwrap();
    let settings = ScratchSettings { cache: ByteSize::kib(256), ..ScratchSettings::default() };
    let store = RedbStore::scratch_with(folder.path(), Raw, settings).unwrap();
    let spill = StoreMedium::new(store).unwrap();
    let pool = Pool::builder().memory(ByteSize::mib(1)).spill(spill).build().unwrap();
    let values = |number: u64| -> Vec<u64> { (number..number + 1_000).collect() };
    let handles: Vec<_> =
        (0..300).map(|number| pool.insert(values(number)).wait().unwrap()).collect();
    for (handle, number) in handles.iter().zip(0..) {
        assert_eq!(*handle.get().wait().unwrap(), values(number));
    }
    drop(handles);
    pool.idle().wait().unwrap();
    assert_eq!(pool.stats().medium.unwrap().blobs, 0);
}

#[test]
fn what_it_keeps_in_memory_counts_in_the_pools() {
    let folder = tempfile::tempdir().unwrap();
    let spill = || StoreMedium::new(RedbStore::scratch(folder.path()).unwrap()).unwrap();
    let refused = Pool::builder().memory(ByteSize::mib(16)).spill(spill()).build().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert!(refused.to_string().contains("twice what the pool itself needs"), "{refused}");
    let pool = Pool::builder().memory(ByteSize::mib(64)).spill(spill()).build().unwrap();
    assert!(pool.stats().own >= ByteSize::mib(16), "{:?}", pool.stats().own);
}

#[test]
fn what_its_quota_has_no_room_for_stays_in_memory_and_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, quota) = (ByteSize::kib(256), Some(ByteSize::mib(4)));
    let settings = ScratchSettings { cache, quota };
    let store = RedbStore::scratch_with(folder.path(), Raw, settings).unwrap();
    let spill = StoreMedium::new(store).unwrap();
    let pool = Pool::builder().memory(ByteSize::mib(4)).spill(spill).build().unwrap();
    let mut handles = Vec::new();
    let busy = loop {
        let handle = pool.insert(vec![handles.len() as u64; 12_000]).wait().unwrap();
        let evicted = handle.evict().wait();
        handles.push(handle);
        if let Err(error) = evicted {
            break error;
        }
    };
    assert_eq!(busy.kind(), ErrorKind::Busy, "{busy}");
    let usage = pool.stats().medium.unwrap();
    assert_eq!((usage.bytes, usage.quota), (4 << 20, Some(4 << 20)));
    for (handle, number) in handles.iter().zip(0..) {
        assert_eq!(*handle.get().wait().unwrap(), vec![number; 12_000]);
    }
}
