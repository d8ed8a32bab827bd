//! The store that follows a script.

use std::sync::Arc;

use super::kinds::{ApplyFault, LoadFault, WriteFault};
use super::script::{Plan, Script};
use crate::backing::Key;
use crate::batch::Batch;
use crate::blocking::BlockingStore;
use crate::capabilities::Capabilities;
use crate::error::{Error, ErrorKind, Result};
use crate::outcome::Outcome;
use crate::page::{Cursor, Page};

/// A [`BlockingStore`] around another, with a [`Script`] of what is to go wrong.
///
/// ```
/// use forebay_store::fault::{ApplyFault, Scripted};
/// use forebay_store::{Batch, BatchId, BlockingStore, ErrorKind, MemoryStore, WriteOp};
///
/// let (store, script) = Scripted::new(MemoryStore::new());
/// script.fail_applies(1, ApplyFault::Error(ErrorKind::Unavailable));
/// let id = BatchId { origin: 1, number: 1 };
/// let batch = Batch { id, ops: vec![WriteOp::put("a", 1, 1)] };
/// assert_eq!(store.apply(&batch).unwrap_err().kind(), ErrorKind::Unavailable);
/// assert!(store.apply(&batch).unwrap()[0].is_stored());
/// ```
#[derive(Debug)]
pub struct Scripted<S, K> {
    store: S,
    script: Arc<Script<K>>,
    declared: Option<Capabilities>,
}

impl<S, K: Key> Scripted<S, K> {
    /// `store` under a script, and the script.
    pub fn new(store: S) -> (Self, Arc<Script<K>>) {
        let script = Arc::new(Script::new());
        (Self { store, script: Arc::clone(&script), declared: None }, script)
    }

    /// The store declares this instead of what the store inside declares.
    pub fn declaring(mut self, capabilities: Capabilities) -> Self {
        self.declared = Some(capabilities);
        self
    }
}

impl<S, K: Key> Scripted<S, K> {
    /// Applies a batch of which some writes go wrong.
    fn apply_faulty<V: Clone>(
        &self,
        batch: &Batch<K, V>,
        mut faults: Vec<Option<WriteFault>>,
    ) -> Result<Vec<Outcome>>
    where
        S: BlockingStore<K, V>,
    {
        if self.store.capabilities().atomic_batch {
            spread(&mut faults);
        }
        let is_applied = |position: &usize| faults[*position].is_none_or(WriteFault::is_applied);
        let applied: Vec<usize> = (0..batch.ops.len()).filter(is_applied).collect();
        let mut stored = if applied.len() == batch.ops.len() {
            self.store.apply(batch)?
        } else if applied.is_empty() {
            Vec::new()
        } else {
            self.store.apply(&batch.subset(batch.id, &applied))?
        }
        .into_iter();
        let outcome = |fault: Option<WriteFault>| {
            let answer =
                if fault.is_none_or(WriteFault::is_applied) { stored.next() } else { None };
            match fault {
                Some(fault) => fault.outcome(),
                None => answer.unwrap_or_else(|| Outcome::of_error(&missing())),
            }
        };
        Ok(faults.into_iter().map(outcome).collect())
    }
}

/// In a store with atomic batches a write that is not applied takes the others with it.
fn spread(faults: &mut [Option<WriteFault>]) {
    let unknown =
        |fault: &WriteFault| matches!(fault, WriteFault::UnknownApplied | WriteFault::UnknownLost);
    if let Some(fault) = faults.iter().flatten().copied().find(unknown) {
        faults.fill(Some(fault));
    } else if faults.iter().any(Option::is_some) {
        for fault in faults {
            *fault = fault.or(Some(WriteFault::Retry));
        }
    }
}

fn missing() -> Error {
    Error::unknown("the store inside answered too few outcomes")
}

fn scripted(kind: ErrorKind) -> Error {
    Error::new(kind, "the script makes this call fail")
}

impl<K: Key, V: Clone + Send + Sync + 'static, S: BlockingStore<K, V>> BlockingStore<K, V>
    for Scripted<S, K>
{
    fn capabilities(&self) -> Capabilities {
        self.declared.clone().unwrap_or_else(|| self.store.capabilities())
    }

    fn load(&self, keys: &[K]) -> Result<Vec<Option<V>>> {
        self.script.count_load();
        self.script.loads.pass();
        match self.script.next_load() {
            None => self.store.load(keys),
            Some(LoadFault::Error(kind)) => Err(scripted(kind)),
            Some(LoadFault::Panic) => panic!("the script makes this load panic"),
        }
    }

    fn apply(&self, batch: &Batch<K, V>) -> Result<Vec<Outcome>> {
        self.script.count_apply();
        self.script.applies.pass();
        let faults = match self.script.next_apply(batch.ops.iter().map(|op| &op.key)) {
            Plan::Writes(faults) => faults,
            Plan::Call(ApplyFault::Each(fault)) => vec![Some(fault); batch.ops.len()],
            Plan::Call(ApplyFault::Half) => {
                let half = batch.ops.len() / 2;
                (0..batch.ops.len()).map(|at| (at >= half).then_some(WriteFault::Retry)).collect()
            }
            Plan::Call(ApplyFault::Error(kind)) => return Err(scripted(kind)),
            Plan::Call(ApplyFault::Panic) => panic!("the script makes this apply panic"),
        };
        self.apply_faulty(batch, faults)
    }

    fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<K, V>> {
        if self.script.is_down() {
            return Err(scripted(ErrorKind::Unavailable));
        }
        self.store.scan(cursor, limit)
    }

    fn count(&self) -> Result<u64> {
        if self.script.is_down() {
            return Err(scripted(ErrorKind::Unavailable));
        }
        self.store.count()
    }
}
