//! It keeps the contract.

use forebay_dir::DirStore;
use forebay_store::conformance::assert_conforms;
use forebay_store::sync::Mutex;
use forebay_store::{IntoStore, Seams};

#[test]
fn a_directory_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let made = Mutex::new(0);
    assert_conforms(move || {
        let mut made = made.lock();
        *made += 1;
        let store = DirStore::open(folder.path().join(made.to_string()));
        store.expect("a new directory opens").into_store(&Seams::real())
    });
}
