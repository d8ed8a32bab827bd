//! The store under examination, with calls that wait for their answers and say what went wrong.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use crate::backing::SharedStore;
use crate::batch::{Batch, BatchId, Condition, WriteOp};
use crate::capabilities::Capabilities;
use crate::error::Error;
use crate::op::Op;
use crate::outcome::Outcome;
use crate::page::{Cursor, Page};
use crate::seam::{Clock, SystemClock};
use crate::sync::atomic::{AtomicU64, Ordering};

pub(super) type Write = WriteOp<String, Vec<u8>>;
pub(super) type Found<T = ()> = Result<T, Stop>;

/// Why a check ends before its end.
#[derive(Debug)]
pub(super) enum Stop {
    Failed(String),
    Skipped(String),
}

pub(super) struct Subject {
    store: SharedStore<String, Vec<u8>>,
    patience: Duration,
    batches: AtomicU64,
}

/// Fails the check unless `seen` is `expected`.
pub(super) fn expect<T: PartialEq + Debug>(what: &str, seen: &T, expected: &T) -> Found {
    if seen == expected {
        return Ok(());
    }
    failed(format!("{what}: expected {}, saw {}", short(expected), short(seen)))
}

pub(super) fn failed<T>(what: impl Into<String>) -> Found<T> {
    Err(Stop::Failed(what.into()))
}

pub(super) fn skipped<T>(why: impl Into<String>) -> Found<T> {
    Err(Stop::Skipped(why.into()))
}

/// What `value` looks like, without the megabytes.
pub(super) fn short(value: &impl Debug) -> String {
    const LONGEST: usize = 120;
    let mut text = format!("{value:?}");
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push_str("...");
    }
    text
}

pub(super) fn put(key: impl Into<String>, value: impl Into<Vec<u8>>) -> Write {
    WriteOp::put(key.into(), value.into(), 1)
}

pub(super) fn delete(key: impl Into<String>) -> Write {
    WriteOp::delete(key.into(), 1)
}

pub(super) fn on(condition: Condition, mut write: Write) -> Write {
    write.condition = condition;
    write
}

impl Subject {
    pub(super) fn new(store: SharedStore<String, Vec<u8>>, patience: Duration) -> Self {
        Self { store, patience, batches: AtomicU64::new(0) }
    }

    pub(super) fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    /// How many writes or keys a check puts into one call: `wanted`, or fewer if the store
    /// declares fewer.
    pub(super) fn fitting(&self, wanted: usize) -> usize {
        wanted.min(self.capabilities().batch_ops_max)
    }

    pub(super) fn begin_load(&self, keys: &[&str]) -> Op<Vec<Option<Vec<u8>>>> {
        let (done, op) = Op::pending();
        self.store.load(keys.iter().map(|key| (*key).to_owned()).collect(), done);
        op
    }

    pub(super) fn begin_apply(&self, batch: Arc<Batch<String, Vec<u8>>>) -> Op<Vec<Outcome>> {
        let (done, op) = Op::pending();
        self.store.apply(batch, done);
        op
    }

    /// The next batch; versions grow from batch to batch.
    pub(super) fn batch(&self, mut ops: Vec<Write>) -> Arc<Batch<String, Vec<u8>>> {
        let number = self.batches.fetch_add(1, Ordering::Relaxed) + 1;
        for op in &mut ops {
            op.version = number;
        }
        Arc::new(Batch { id: BatchId { origin: 1, number }, ops })
    }

    /// Waits for an answer, with patience.
    pub(super) fn answer<T>(&self, call: &str, op: Op<T>) -> Found<T> {
        match self.try_answer(call, op)? {
            Ok(answer) => Ok(answer),
            Err(error) => failed(format!("{call} failed as {:?}: {error}", error.kind())),
        }
    }

    /// Waits for an answer that may be an error.
    pub(super) fn try_answer<T>(&self, call: &str, op: Op<T>) -> Found<Result<T, Error>> {
        match op.wait_timeout(self.patience) {
            Ok(answer) => Ok(answer),
            Err(_) => failed(format!("{call} was not answered within {:?}", self.patience)),
        }
    }

    pub(super) fn load(&self, keys: &[&str]) -> Found<Vec<Option<Vec<u8>>>> {
        let values = self.answer("a load", self.begin_load(keys))?;
        expect("values for keys", &values.len(), &keys.len())?;
        Ok(values)
    }

    pub(super) fn get(&self, key: &str) -> Found<Option<Vec<u8>>> {
        Ok(self.load(&[key])?.pop().flatten())
    }

    pub(super) fn expect_value(&self, key: &str, value: Option<&[u8]>) -> Found {
        expect(&format!("the value of {}", short(&key)), &self.get(key)?.as_deref(), &value)
    }

    /// Applies one batch; checks only that there is one outcome for each write.
    pub(super) fn apply(&self, ops: Vec<Write>) -> Found<Vec<Outcome>> {
        let writes = ops.len();
        let outcomes = self.answer("an apply", self.begin_apply(self.batch(ops)))?;
        expect("outcomes for writes", &outcomes.len(), &writes)?;
        Ok(outcomes)
    }

    /// Applies the writes, in as many batches as the store needs; all must be stored.
    pub(super) fn store(&self, ops: Vec<Write>) -> Found {
        let most = self.fitting(usize::MAX).max(1);
        let mut ops = ops.into_iter().peekable();
        while ops.peek().is_some() {
            let batch: Vec<_> = ops.by_ref().take(most).collect();
            all_stored(&self.apply(batch)?)?;
        }
        Ok(())
    }

    pub(super) fn scan(
        &self,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Found<Page<String, Vec<u8>>> {
        let (done, op) = Op::pending();
        self.store.scan(cursor, limit, done);
        self.answer("a scan", op)
    }

    pub(super) fn count(&self) -> Found<Result<u64, Error>> {
        let (done, op) = Op::pending();
        self.store.count(done);
        self.try_answer("a count", op)
    }

    /// Looks again and again until `holds`, with patience.
    pub(super) fn until(&self, what: &str, mut holds: impl FnMut() -> Found<bool>) -> Found {
        let clock = SystemClock::shared();
        let start = clock.now();
        while !holds()? {
            if clock.now().since(start) > self.patience {
                return failed(format!("not within {:?}: {what}", self.patience));
            }
            let (rang, pause) = Op::pending();
            clock.after(Duration::from_millis(1), Box::new(move || rang.complete(Ok(()))));
            if pause.wait().is_err() {
                return failed("the clock of the suite does not ring");
            }
        }
        Ok(())
    }
}

pub(super) fn all_stored(outcomes: &[Outcome]) -> Found {
    match outcomes.iter().position(|outcome| !outcome.is_stored()) {
        None => Ok(()),
        Some(at) => failed(format!("write {at} of the batch answered {}", short(&outcomes[at]))),
    }
}
