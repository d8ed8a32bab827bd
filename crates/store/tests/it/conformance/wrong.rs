//! A memory store with one thing wrong.

use std::time::Duration;

use forebay_store::conformance::Suite;
use forebay_store::{
    Batch, BlockingStore, Capabilities, Cursor, IntoStore, MemoryStore, Outcome, Page, Result,
    Seams, SharedStore, WriteOp,
};

pub(crate) type Memory = MemoryStore<String, Vec<u8>>;
pub(crate) type Values = Vec<Option<Vec<u8>>>;
pub(crate) type Write = WriteOp<String, Vec<u8>>;
pub(crate) type Bytes = Batch<String, Vec<u8>>;

/// One wrong store: it overrides what is wrong with it.
pub(crate) trait Wrong: Send + Sync + Sized + 'static {
    fn declare(&self, declared: Capabilities) -> Capabilities {
        declared
    }
    fn load(&self, memory: &Memory, keys: &[String]) -> Result<Values> {
        memory.load(keys)
    }
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        memory.apply(batch)
    }
    fn scan(
        &self,
        memory: &Memory,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<String, Vec<u8>>> {
        memory.scan(cursor, limit)
    }
    fn count(&self, memory: &Memory) -> Result<u64> {
        memory.count()
    }
}

struct Store<W>(Memory, W);

impl<W: Wrong> BlockingStore<String, Vec<u8>> for Store<W> {
    fn capabilities(&self) -> Capabilities {
        self.1.declare(self.0.capabilities())
    }
    fn load(&self, keys: &[String]) -> Result<Values> {
        self.1.load(&self.0, keys)
    }
    fn apply(&self, batch: &Bytes) -> Result<Vec<Outcome>> {
        self.1.apply(&self.0, batch)
    }
    fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<String, Vec<u8>>> {
        self.1.scan(&self.0, cursor, limit)
    }
    fn count(&self) -> Result<u64> {
        self.1.count(&self.0)
    }
}

/// Runs the check `name` on the store that is `wrong`; it must fail.
#[track_caller]
pub(crate) fn caught<W: Wrong>(wrong: impl Fn() -> W + 'static, name: &str) {
    caught_store(move || shared(wrong()), name);
}

/// Runs the check `name` on the stores of `make`; it must fail.
#[track_caller]
pub(crate) fn caught_store(make: impl Fn() -> SharedStore<String, Vec<u8>> + 'static, name: &str) {
    let report = Suite::new(make).patience(Duration::from_secs(1)).only(name).run();
    assert_eq!(report.checks.len(), 1, "there is a check {name}");
    assert_eq!(report.failures().count(), 1, "it is not caught: {report}");
}

/// A batch like `batch` with each write changed by `change`, or left out.
pub(crate) fn changed(batch: &Bytes, change: impl FnMut(Write) -> Option<Write>) -> Bytes {
    Batch { id: batch.id, ops: batch.ops.iter().cloned().filter_map(change).collect() }
}

/// As many `Stored` as there are writes, whatever became of them.
pub(crate) fn all_stored(batch: &Bytes) -> Vec<Outcome> {
    vec![Outcome::Stored; batch.ops.len()]
}

/// Makes a store by completion out of `wrong` ones.
pub(crate) fn shared<W: Wrong>(wrong: W) -> SharedStore<String, Vec<u8>> {
    Store(Memory::new(), wrong).into_store(&Seams::real())
}
