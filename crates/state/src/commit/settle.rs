//! From accepted to shown: waiting for the rungs, then showing all that is ready.

use std::sync::Arc;

use forebay_store::{Done, Durability, Error, ErrorKind, Result};

use super::core::{Core, Log, in_doubt};
use super::grave::Grave;
use super::unshown::Need;
use crate::tables::Tables;

impl<T: Tables> Core<T> {
    /// Waits until a transaction and all before it are at their rungs, and shows them. Who waits does
    /// the work. Who does a sync shows what is ready before he wakes the others, or they would all ask for
    /// the turn to do it.
    pub(super) fn settle(&self, need: Need) -> Result<()> {
        let Some(log) = &self.log else { return Ok(()) };
        // What is in it is freed when all are awake.
        let mut grave = Grave::default();
        let mut waited = Ok(());
        if need.synced > 0 {
            let mut show = || self.show_at_once(log, &mut grave);
            waited = log.journal.wait_synced_with(need.synced, &mut show);
        }
        if waited.is_ok() && need.written > need.synced {
            waited = log.journal.wait(need.written, Durability::Journaled);
        }
        self.show(need, waited)
    }

    /// The same on another thread, which answers `done`. It returns at once.
    pub(super) fn settle_soon(self: &Arc<Self>, need: Need, done: Done<()>) {
        let Some(log) = &self.log else { return done.complete(Ok(())) };
        let core = Arc::clone(self);
        if need.synced > 0 {
            let then = move |waited: Result<()>| {
                // What is still to be written is waited for the same way.
                let need = Need { synced: 0, ..need };
                match waited {
                    Ok(()) if need.written > 0 => core.settle_soon(need, done),
                    waited => done.complete(core.show(need, waited)),
                }
            };
            return log.journal.when(need.synced, Durability::Synced).forward(Done::call(then));
        }
        let then = move |waited| done.complete(core.show(need, waited));
        log.journal.when(need.written, Durability::Journaled).forward(Done::call(then));
    }

    /// Shows what is ready, if nobody has the turn: it may be his who waits for those who are to be woken.
    /// If somebody has it, each of them sees to it himself.
    fn show_at_once(&self, log: &Log, grave: &mut Grave) {
        if let Some(mut turn) = self.turn.try_take() {
            turn.show_ready(&self.front, log.journal.position(), grave);
        }
    }

    /// Shows what is ready after a wait; if that went wrong, what is not ready is forgotten.
    fn show(&self, need: Need, waited: Result<()>) -> Result<()> {
        // Of a group that waited together one shows for all.
        if self.front.shown() < need.revision {
            self.show_or_fail(need, waited.clone())?;
        }
        if need.is_read { waited } else { Ok(()) }
    }

    fn show_or_fail(&self, need: Need, waited: Result<()>) -> Result<()> {
        let Some(log) = &self.log else { return Ok(()) };
        let mut grave = Grave::default();
        let mut turn = self.turn.take()?;
        let desk = &mut *turn;
        desk.show_ready(&self.front, log.journal.position(), &mut grave);
        if desk.front.revision >= need.revision {
            return Ok(());
        }
        if let Err(cause) = waited {
            desk.fail(cause, &mut grave);
        }
        match desk.failure.get() {
            Some(cause) => Err(in_doubt(cause)),
            None => Err(Error::new(ErrorKind::Aborted, "a transaction was left behind")),
        }
    }
}
