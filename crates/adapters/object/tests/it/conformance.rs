//! It keeps the contract.

use std::sync::Arc;

use forebay_object::ObjectStore;
use forebay_store::conformance::assert_conforms;
use forebay_store::{IntoStore, Seams};
use object_store::memory::InMemory;

#[test]
fn objects_conform() {
    assert_conforms(|| {
        let store = ObjectStore::new(Arc::new(InMemory::new()), "some/prefix").unwrap();
        store.into_store(&Seams::real())
    });
}

#[test]
fn objects_that_are_listed_in_order_conform() {
    assert_conforms(|| {
        let store = ObjectStore::new(Arc::new(InMemory::new()), "some/prefix").unwrap();
        store.lists_in_order().into_store(&Seams::real())
    });
}

#[test]
fn objects_without_a_prefix_and_with_a_small_bound_on_values_conform() {
    assert_conforms(|| {
        let store = ObjectStore::new(Arc::new(InMemory::new()), "").unwrap();
        store.value_bytes_max(200 << 10).into_store(&Seams::real())
    });
}
