//! As a medium of a pool.

use forebay_pool::conformance::assert_conforms;
use forebay_pool::{ByteSize, Pool, StoreMedium};
use forebay_redb::RedbStore;

#[test]
fn a_scratch_database_conforms_as_a_medium() {
    let folder = tempfile::tempdir().unwrap();
    assert_conforms(move || StoreMedium::new(RedbStore::scratch(folder.path()).unwrap()).unwrap());
}

#[test]
fn a_pool_spills_to_a_scratch_database() {
    let folder = tempfile::tempdir().unwrap();
    let spill = StoreMedium::new(RedbStore::scratch(folder.path()).unwrap()).unwrap();
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
