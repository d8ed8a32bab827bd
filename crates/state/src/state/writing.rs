//! Transactions, waited for or not.

use forebay_store::{Durability, Op, Result};

use super::handle::State;
use crate::commit::Ticket;
use crate::snapshot::Keeper;
use crate::tables::Tables;

impl<T: Tables> State<T> {
    /// One atomic change of all tables, answered at the state's own rung: `Journaled` unless the
    /// settings say otherwise, `Memory` for a state in memory. See [`write_at`](Self::write_at).
    ///
    /// # Errors
    ///
    /// As [`write_at`](Self::write_at).
    pub fn write<R>(&self, f: impl FnOnce(&mut T::Tx<'_>) -> Result<R>) -> Result<R> {
        self.write_at(self.core.rung, f)
    }

    /// One atomic change of all tables, answered at this rung.
    ///
    /// `f` sees what it has changed and what was accepted before. Its changes are not visible to others before
    /// it has returned. If it returns an error, or panics, nothing has happened. Other writers wait
    /// while it runs, readers do not. A write of the same state within `f` is an error.
    ///
    /// What it changed is shown to readers, and acknowledged, once it *and everything accepted before
    /// it* is as safe as each asked for. So nothing that is acknowledged rests on what may still be
    /// lost. Nothing is locked meanwhile, and all callers that wait share one write or sync.
    ///
    /// # Errors
    ///
    /// That of `f`. `Refused` if a key is too long or a value cannot be written; `Busy` if the journal
    /// is full and no snapshot has made room within [`room_wait`](crate::Settings::room_wait);
    /// `Unavailable` once the state has failed; `Unsupported` for a rung that it does not have. Nothing has
    /// happened then. `Unknown` if the journal failed after the changes were
    /// accepted: they are not there now, and may be there when the state is opened again.
    pub fn write_at<R>(
        &self,
        rung: Durability,
        f: impl FnOnce(&mut T::Tx<'_>) -> Result<R>,
    ) -> Result<R> {
        let written = self.core.write(rung, f);
        self.keep_after(&written);
        written
    }

    /// Runs one transaction, and comes back as soon as it is accepted. Later transactions see it; readers see it
    /// when its receipt is answered. So one thread can have many transactions under way, which share their syncs.
    /// See [`write_at`](Self::write_at).
    ///
    /// # Errors
    ///
    /// As [`write_at`](Self::write_at) before the changes are accepted.
    pub fn submit<R>(
        &self,
        rung: Durability,
        f: impl FnOnce(&mut T::Tx<'_>) -> Result<R>,
    ) -> Result<Ticket<R>> {
        let ticket = self.core.submit(rung, f);
        self.keep_after(&ticket);
        ticket
    }

    /// Runs one transaction for async code: it does not block, and returns at once. `f` runs here if no other
    /// transaction runs just now, else on another thread. A panic of `f` is an `Aborted` answer. See
    /// [`write_at`](Self::write_at).
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation cancels nothing.
    ///
    /// # Errors
    ///
    /// As [`write_at`](Self::write_at); `Busy` also if too many wait for their turn.
    ///
    /// ```
    /// # use forebay_state::{State, Table};
    /// # use forebay_store::{Durability, seam::block_on};
    /// #[derive(State, Clone)]
    /// struct Counts {
    ///     #[table(id = 1)]
    ///     visits: Table<String, u64>,
    /// }
    ///
    /// let state = State::<Counts>::memory();
    /// let visits = block_on(state.write_async(Durability::Memory, |tx| {
    ///     let visits = tx.visits.get("home").copied().unwrap_or(0) + 1;
    ///     tx.visits.put("home".into(), visits)?;
    ///     Ok(visits)
    /// }))?;
    /// assert_eq!(visits, 1);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn write_async<R: Send + 'static>(
        &self,
        rung: Durability,
        f: impl FnOnce(&mut T::Tx<'_>) -> Result<R> + Send + 'static,
    ) -> Op<R> {
        let written = self.core.write_async(rung, f);
        self.keep();
        written
    }

    /// Answers when everything that was accepted until now is synced and shown.
    ///
    /// # Errors
    ///
    /// `Unsupported` for a state in memory; `Unavailable`, `Unknown` or `Closed` if it has failed or is
    /// closed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn sync(&self) -> Op<()> {
        let nothing = self.core.submit(Durability::Synced, |_| Ok(()));
        nothing.map_or_else(Op::failed, |ticket| ticket.receipt.shown())
    }

    pub(super) fn keep_after<R>(&self, written: &Result<R>) {
        match written {
            Ok(_) => self.keep(),
            // The journal takes no more until a snapshot makes some of it superfluous.
            Err(_) if self.core.lacked_room() => Keeper::look(&self.core, true),
            Err(_) => {}
        }
    }
}
