//! What the file says when it is opened again.

use forebay_redb::RedbStore;
use forebay_store::{
    Batch, BatchId, BlockingStore, Error, ErrorKind, IntoStore, Raw, Result, Seams, SharedStore,
    WriteOp,
};

type Bytes = RedbStore<Vec<u8>, Vec<u8>, Raw>;

#[test]
fn what_was_stored_is_there_after_a_reopen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.redb");
    let store: RedbStore<u64, String> = RedbStore::open(&path).unwrap();
    let ops = vec![WriteOp::put(7, "ada".to_owned(), 1), WriteOp::delete(8, 1)];
    let outcomes = store.apply(&Batch { id: BatchId { origin: 1, number: 1 }, ops }).unwrap();
    assert!(outcomes.iter().all(forebay_store::Outcome::is_stored));
    drop(store);
    let store: RedbStore<u64, String> = RedbStore::open(&path).unwrap();
    assert_eq!(store.load(&[7, 8]).unwrap(), [Some("ada".to_owned()), None]);
}

#[test]
fn keys_and_values_need_not_be_named_where_the_cache_names_them() {
    fn open<Kind>(store: impl IntoStore<u64, String, Kind>) -> SharedStore<u64, String> {
        store.into_store(&Seams::real())
    }
    let folder = tempfile::tempdir().unwrap();
    let store = open(RedbStore::open(folder.path().join("data.redb")).unwrap());
    assert!(store.capabilities().atomic_batch);
}

#[test]
fn a_named_store_tells_the_cache_its_keys_and_values() {
    struct Builder<K, V>(SharedStore<K, V>);
    impl<K, V> Builder<K, V> {
        fn of<Kind>(store: impl IntoStore<K, V, Kind>) -> Self {
            Self(store.into_store(&Seams::real()))
        }
        fn weigh(&self, key: &K, value: &V, weigher: impl Fn(&K, &V) -> usize) -> usize {
            let _ = &self.0;
            weigher(key, value)
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let store = RedbStore::<u64, String>::open(folder.path().join("data.redb")).unwrap();
    // That this compiles is half of the claim: no type is named from here on.
    let weight = Builder::of(store).weigh(&7, &"ada".into(), |_, value| value.len());
    assert_eq!(weight, 3);
}

#[test]
fn a_file_of_another_codec_is_invalid() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.redb");
    drop(Bytes::open_with(&path, Raw).unwrap());
    let error = RedbStore::<Vec<u8>, Vec<u8>>::open(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("key codec is \"raw\""), "{error}");
    // It has not been changed by the attempt.
    assert!(Bytes::open_with(&path, Raw).is_ok());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test prepares a file")]
fn a_database_that_was_cut_off_while_it_was_made_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.redb");
    let unfinished = folder.path().join("data.redb.unfinished");
    std::fs::write(&unfinished, b"the beginning of a database".repeat(400)).unwrap();
    let store = Bytes::open_with(&path, Raw).unwrap();
    assert_eq!(store.count().unwrap(), 0);
    assert!(path.exists() && !unfinished.exists());
}

#[test]
fn a_file_of_something_else_is_an_error_that_names_it_and_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let notes = b"not a database, but longer than a header would be".repeat(100);
    #[expect(clippy::disallowed_methods, reason = "the test prepares a file")]
    std::fs::write(&path, &notes).unwrap();
    let error = Bytes::open_with(&path, Raw).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("notes.txt"), "{error}");
    #[expect(clippy::disallowed_methods, reason = "the test looks at a file")]
    let after = std::fs::read(&path).unwrap();
    assert_eq!(after, notes);
}

#[test]
fn bytes_that_are_not_of_the_type_are_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.redb");
    let store: RedbStore<u64, Vec<u8>> = RedbStore::open(&path).unwrap();
    let ops = vec![WriteOp::put(7, vec![0xff; 9], 1)];
    store.apply(&Batch { id: BatchId { origin: 1, number: 1 }, ops }).unwrap();
    drop(store);
    let store: RedbStore<u64, String> = RedbStore::open(&path).unwrap();
    let kind = |error: Error| error.kind();
    assert_eq!(store.load(&[7]).map_err(kind), Err(ErrorKind::Corrupt));
    assert_eq!(store.scan(None, 1).map(|_| ()).map_err(kind), Err(ErrorKind::Corrupt));
}

#[test]
fn a_place_that_is_not_there_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let opened: Result<Bytes> = RedbStore::open_with(folder.path().join("no/data.redb"), Raw);
    let error = opened.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("data.redb"), "{error}");
}
