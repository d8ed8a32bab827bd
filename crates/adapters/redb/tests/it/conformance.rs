//! It keeps the contract.

use forebay_redb::RedbStore;
use forebay_store::conformance::assert_conforms;
use forebay_store::sync::Mutex;
use forebay_store::{IntoStore, Seams, SharedStore};

/// Makes stores in files of their own, each with a bound on values.
fn files(value_bytes_max: u64) -> impl Fn() -> SharedStore<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("there is room for files");
    let made = Mutex::new(0);
    move || {
        let mut made = made.lock();
        *made += 1;
        let store = RedbStore::open(folder.path().join(format!("{made}.redb")));
        let store = store.expect("a new file opens").value_bytes_max(value_bytes_max);
        store.into_store(&Seams::real())
    }
}

#[test]
fn a_file_conforms() {
    assert_conforms(files(u64::MAX));
}

#[test]
fn a_file_with_a_small_bound_on_values_conforms() {
    assert_conforms(files(200 << 10));
}
