//! Calls on a store, written short.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Batch, BatchId, Op, Outcome, Result, SharedStore, WriteOp};

pub(crate) type Store = SharedStore<String, u32>;

/// The batch `number` of an origin.
pub(crate) fn batch(number: u64, ops: Vec<WriteOp<String, u32>>) -> Arc<Batch<String, u32>> {
    Arc::new(Batch { id: BatchId { origin: 1, number }, ops })
}

/// A batch of one put for each pair.
pub(crate) fn puts(number: u64, pairs: &[(&str, u32)]) -> Arc<Batch<String, u32>> {
    let put = |(key, value): &(&str, u32)| WriteOp::put((*key).to_owned(), *value, number);
    batch(number, pairs.iter().map(put).collect())
}

pub(crate) fn apply(store: &Store, batch: &Arc<Batch<String, u32>>) -> Op<Vec<Outcome>> {
    let (done, op) = Op::pending();
    store.apply(Arc::clone(batch), done);
    op
}

pub(crate) fn load(store: &Store, keys: &[&str]) -> Op<Vec<Option<u32>>> {
    let (done, op) = Op::pending();
    store.load(keys.iter().map(|key| (*key).to_owned()).collect(), done);
    op
}

/// Waits for an answer as long as a test may take, so that what is never answered fails.
pub(crate) trait Patient<T> {
    fn answer(self) -> Result<T>;
}

impl<T> Patient<T> for Op<T> {
    #[track_caller]
    fn answer(self) -> Result<T> {
        self.wait_timeout(Duration::from_secs(20)).expect("the call is answered")
    }
}

/// The outcomes as letters: stored, refused, (to be) tried again, unknown.
pub(crate) fn letters(outcomes: Result<Vec<Outcome>>) -> String {
    let letter = |outcome: &Outcome| match outcome {
        Outcome::Stored => 's',
        Outcome::Refused(_) => 'r',
        Outcome::Retry(_) => 't',
        Outcome::Unknown(_) => 'u',
        _ => '?',
    };
    outcomes.expect("the call is answered with outcomes").iter().map(letter).collect()
}
