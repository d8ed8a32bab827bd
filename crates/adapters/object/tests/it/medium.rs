//! As a medium of a pool.

use std::sync::Arc;

use forebay_object::ObjectStore;
use forebay_pool::conformance::assert_conforms;
use forebay_pool::{ByteSize, Pool, StoreMedium};
use object_store::memory::InMemory;

fn medium() -> StoreMedium {
    let store = ObjectStore::blobs(Arc::new(InMemory::new()), "spill").unwrap();
    StoreMedium::new(store).unwrap()
}

#[test]
fn objects_conform_as_a_medium() {
    assert_conforms(medium);
}

#[test]
fn a_pool_spills_to_objects() {
    let pool = Pool::builder().memory(ByteSize::mib(1)).spill(medium()).build().unwrap();
    let values = |number: u64| -> Vec<u64> { (number..number + 20_000).collect() };
    let handles: Vec<_> =
        (0..20).map(|number| pool.insert(values(number)).wait().unwrap()).collect();
    for (handle, number) in handles.iter().zip(0..) {
        assert_eq!(*handle.get().wait().unwrap(), values(number));
    }
    drop(handles);
    pool.idle().wait().unwrap();
    assert_eq!(pool.stats().medium.unwrap().blobs, 0);
}
