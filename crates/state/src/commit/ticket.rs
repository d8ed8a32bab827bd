//! A transaction that is accepted and not yet answered.

use std::fmt;
use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Drive, Durability, Op};

use super::core::Core;
use super::unshown::Need;
use crate::revision::Revision;
use crate::tables::Tables;

/// What a closure has returned, and the receipt of its changes: they are accepted, and not yet
/// acknowledged.
#[derive(Debug)]
pub struct Ticket<R> {
    /// What the closure has returned. It may rest on what is not acknowledged either.
    pub result: R,
    /// Answers when the changes are shown.
    pub receipt: Receipt,
}

/// The receipt of an accepted transaction.
///
/// It may be dropped: the changes are shown all the same, as soon as they and all before them are at
/// their rungs, and nobody is told if that fails.
#[derive(Debug)]
#[must_use = "nobody is told how the transaction ends"]
pub struct Receipt {
    revision: Revision,
    rung: Durability,
    op: Op<()>,
}

impl Receipt {
    /// The receipt of what is shown, or needs this.
    pub(super) fn new<T: Tables>(
        core: &Arc<Core<T>>,
        (revision, rung): (Revision, Durability),
        need: Option<Need>,
    ) -> Self {
        let op = need.map_or_else(|| Op::ready(()), |need| Showing::op(core, need));
        Self { revision, rung, op }
    }

    /// The revision of the state with these changes. If there were none, that of what the closure has
    /// seen.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The rung at which it is answered.
    pub fn rung(&self) -> Durability {
        self.rung
    }

    /// Answers when the changes are shown, and so acknowledged. A thread that
    /// [waits](Op::wait) does what is to be done, or shares it; to poll has another thread do it.
    ///
    /// # Cancel safety
    ///
    /// Dropping it cancels nothing.
    ///
    /// # Errors
    ///
    /// `Unknown` if the journal failed: the changes are not there now, and may be there when the state
    /// is opened again.
    pub fn shown(self) -> Op<()> {
        self.op
    }
}

/// The work of showing a transaction, for whoever does it first.
struct Showing<T: Tables> {
    core: Arc<Core<T>>,
    need: Need,
    /// Until somebody has begun.
    done: Mutex<Option<Done<()>>>,
}

impl<T: Tables> Showing<T> {
    fn op(core: &Arc<Core<T>>, need: Need) -> Op<()> {
        let (done, op) = Op::pending();
        let core = Arc::clone(core);
        op.driven_by(Arc::new(Self { core, need, done: Mutex::new(Some(done)) }))
    }

    fn take(&self) -> Option<Done<()>> {
        self.done.lock().take()
    }
}

impl<T: Tables> Drive for Showing<T> {
    fn drive(&self) {
        if let Some(done) = self.take() {
            done.complete(self.core.settle(self.need));
        }
    }

    fn start(&self) {
        if let Some(done) = self.take() {
            self.core.settle_soon(self.need, done);
        }
    }
}

impl<T: Tables> Drop for Showing<T> {
    fn drop(&mut self) {
        // Nobody waits, and it is to be shown all the same.
        self.start();
    }
}

impl<T: Tables> fmt::Debug for Showing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Showing").field("need", &self.need).finish_non_exhaustive()
    }
}
