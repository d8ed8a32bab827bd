//! What happens in the middle of a call of the disk: somebody reads, and somebody begins a transaction.

use std::sync::Arc;

use forebay_state::State;
use forebay_store::Durability;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::book::Book;
use super::life::{RUNGS, Shared, transact};
use crate::dice::Dice;

/// Somebody who does not wait for the disk.
pub(crate) struct Meanwhile {
    pub(crate) state: State<Book>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) dice: Dice,
    pub(crate) per_mille: u64,
    pub(crate) is_busy: AtomicBool,
    /// Transactions that may still begin: what they make must find room in the journal.
    pub(crate) left: AtomicU64,
}

impl Meanwhile {
    /// A call of the disk is under way.
    pub(crate) fn call(&self) {
        if !self.dice.chance(self.per_mille) || self.is_busy.swap(true, Ordering::SeqCst) {
            return;
        }
        self.shared.jobs.hold(true);
        // Who is being let in may wait for room, and keeps others out; and what it does may be shown before
        // it is told.
        if !self.shared.is_entering.load(Ordering::SeqCst) {
            self.act();
        }
        self.shared.jobs.hold(false);
        self.is_busy.store(false, Ordering::SeqCst);
    }

    fn act(&self) {
        self.shared.look(&self.state);
        if self.left.load(Ordering::SeqCst) > 0 {
            self.left.fetch_sub(1, Ordering::SeqCst);
            let rung: Durability = *self.dice.pick(&RUNGS);
            transact(
                &self.state,
                &self.shared,
                &self.dice,
                (rung, "meanwhile"),
                (None, None),
                &|_| None,
            );
            self.shared.look(&self.state);
        }
    }
}
