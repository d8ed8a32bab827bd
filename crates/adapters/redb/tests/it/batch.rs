//! One refused write stops its batch, and says which one it was.

use forebay_redb::RedbStore;
use forebay_store::{
    Batch, BatchId, BlockingStore, Codec, Condition, Error, Outcome, Raw, Result, WriteOp,
};

fn batch(ops: Vec<WriteOp<Vec<u8>, Vec<u8>>>) -> Batch<Vec<u8>, Vec<u8>> {
    Batch { id: BatchId { origin: 1, number: 1 }, ops }
}

fn put(key: &str, value: &str) -> WriteOp<Vec<u8>, Vec<u8>> {
    WriteOp::put(key.into(), value.into(), 1)
}

#[test]
fn all_culprits_are_refused_at_once_and_the_others_are_to_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = RedbStore::open_with(folder.path().join("data.redb"), Raw).unwrap();
    assert!(store.apply(&batch(vec![put("there", "1")])).unwrap()[0].is_stored());
    let mut absent = put("there", "2");
    absent.condition = Condition::Absent;
    let mut present = put("nobody", "2");
    present.condition = Condition::Present;

    let outcomes = store.apply(&batch(vec![put("a", "2"), absent, put("b", "2"), present]));
    let outcomes = outcomes.unwrap();
    assert!(
        matches!(
            &outcomes[..],
            [Outcome::Retry(_), Outcome::Refused(_), Outcome::Retry(_), Outcome::Refused(_)]
        ),
        "{outcomes:?}"
    );
    assert_eq!(store.count().unwrap(), 1);
    let without = store.apply(&batch(vec![put("a", "2"), put("b", "2")])).unwrap();
    assert!(without.iter().all(Outcome::is_stored));
}

/// Refuses values that begin with a dot.
struct Picky;

impl Codec<Vec<u8>> for Picky {
    fn name(&self) -> &'static str {
        "picky"
    }
    fn encode(&self, value: &Vec<u8>) -> Result<Vec<u8>> {
        if value.starts_with(b".") { Err(Error::refused("a dot")) } else { Ok(value.clone()) }
    }
    fn decode(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        Ok(bytes.to_vec())
    }
}

#[test]
fn a_value_that_its_codec_refuses_is_refused_and_nothing_of_the_batch_is_applied() {
    let folder = tempfile::tempdir().unwrap();
    let store = RedbStore::open_with(folder.path().join("data.redb"), Picky).unwrap();
    let outcomes = store.apply(&batch(vec![put("a", "1"), put("b", ".")])).unwrap();
    assert!(matches!(&outcomes[..], [Outcome::Retry(_), Outcome::Refused(_)]), "{outcomes:?}");
    assert_eq!(store.count().unwrap(), 0);
}
