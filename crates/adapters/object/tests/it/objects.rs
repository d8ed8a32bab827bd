//! What is peculiar to objects.

use std::sync::Arc;

use bytes::Bytes;
use forebay_object::ObjectStore;
use forebay_store::seam::block_on;
use forebay_store::{AsyncStore, Batch, BatchId, ErrorKind, Raw, WriteOp};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt};

type Blobs = ObjectStore<u64, Bytes, Raw>;

fn put(store: &Blobs, key: u64, value: impl Into<Bytes>) {
    let ops = vec![WriteOp::put(key, value.into(), 1)];
    let batch = Batch { id: BatchId { origin: 1, number: 1 }, ops };
    assert!(block_on(store.apply(&batch)).unwrap()[0].is_stored());
}

fn count(objects: &InMemory) -> usize {
    use futures_util::StreamExt;
    block_on(objects.list(None).collect::<Vec<_>>()).len()
}

#[test]
fn a_value_of_many_parts_comes_back_whole() {
    let store = ObjectStore::blobs(Arc::new(InMemory::new()), "b").unwrap();
    for length in [(16 << 20) - 1, 16 << 20, (16 << 20) + 1, (33 << 20) + 7] {
        let value: Bytes = (0..=250_u8).cycle().take(length).collect();
        put(&store, 7, value.clone());
        let found = block_on(store.load(&[7])).unwrap().pop().flatten();
        assert!(found.unwrap() == value, "{length} bytes");
    }
}

#[test]
fn what_is_somebody_elses_is_neither_seen_nor_cleared() {
    let objects = Arc::new(InMemory::new());
    for other in ["b/readme", "b/00.o", "c/0000000000000001.o", "b/x/0000000000000001.o"] {
        block_on(objects.put(&Path::from(other), "mine".into())).unwrap();
    }
    let store = ObjectStore::blobs(Arc::clone(&objects) as _, "b").unwrap();
    put(&store, 1, "one");
    put(&store, 2, "two");
    // `b/00.o` is named as one of ours would be, and is no number of eight bytes.
    assert_eq!(block_on(store.count()).unwrap(), 2);
    let page = block_on(store.scan(None, 10)).unwrap();
    assert_eq!(page.entries, [(1, "one".into()), (2, "two".into())]);
    assert_eq!(block_on(store.clear()).unwrap(), 2);
    assert_eq!((block_on(store.count()).unwrap(), count(&objects)), (0, 4));
}

/// A number may be written in more than one way; the store writes it in one.
#[test]
fn a_name_that_the_store_would_not_have_given_is_somebody_elses() {
    let objects = Arc::new(InMemory::new());
    for other in ["b/8000.o", "b/0000.o"] {
        block_on(objects.put(&Path::from(other), "mine".into())).unwrap();
    }
    let store: ObjectStore<u64, String> = ObjectStore::new(objects, "b").unwrap();
    assert_eq!(block_on(store.count()).unwrap(), 0);
    assert_eq!(block_on(store.scan(None, 10)).unwrap().entries, []);
}

#[test]
fn a_prefix_that_is_no_path_is_invalid() {
    let refused = ObjectStore::blobs(Arc::new(InMemory::new()), "a//b").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
}

#[test]
fn a_value_that_is_longer_than_it_may_be_is_not_loaded() {
    let objects = Arc::new(InMemory::new());
    let store = Blobs::blobs(Arc::clone(&objects) as _, "b").unwrap();
    put(&store, 1, vec![7; 100]);
    let small = Blobs::blobs(objects, "b").unwrap().value_bytes_max(99);
    assert_eq!(block_on(small.load(&[1])).unwrap_err().kind(), ErrorKind::Refused);
    assert!(block_on(store.load(&[1])).unwrap()[0].is_some());
}
