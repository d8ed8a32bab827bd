//! What is done about values in quarantine.

use forebay_store::{Op, Result};

use super::handle::State;
use crate::commit::Ticket;
use crate::quarantine::{Quarantined, Retried};
use crate::tables::Tables;

impl<T: Tables> State<T> {
    /// Tries the values in quarantine once more that `filter` lets through, at the state's own rung: what
    /// can be read by now is put into the tables, in one transaction. What cannot stays where it is.
    ///
    /// The values leave the quarantine with that transaction and not before, so no crash and no full disk
    /// comes between. `filter` and hops run as closures of [`write`](Self::write) do.
    ///
    /// # Cancel safety
    ///
    /// Dropping the answer cancels nothing.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write); then everything is where it was. A unique index that has no room for
    /// one of the values refuses all of them.
    ///
    /// ```
    /// # use forebay_state::{State, Table, TableId};
    /// # #[derive(State, Clone)]
    /// # struct Shop {
    /// #     #[table(id = 1)]
    /// #     users: Table<String, u32>,
    /// # }
    /// # let shop = State::<Shop>::memory();
    /// let retried = shop.retry_quarantine(|value| value.table() == TableId(1)).wait()?;
    /// assert_eq!((retried.back, retried.left), (0, 0));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn retry_quarantine(&self, filter: impl FnMut(&Quarantined<'_>) -> bool) -> Op<Retried> {
        self.released(self.core.retry(self.core.rung, filter))
    }

    /// Gives up the values in quarantine that `filter` lets through, for good and in one transaction, at
    /// the state's own rung; answers how many there were.
    ///
    /// # Cancel safety
    ///
    /// Dropping the answer cancels nothing.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write); then all of them are where they were.
    ///
    /// ```
    /// # use forebay_state::{Cause, State, Table};
    /// # #[derive(State, Clone)]
    /// # struct Shop {
    /// #     #[table(id = 1)]
    /// #     users: Table<String, u32>,
    /// # }
    /// # let shop = State::<Shop>::memory();
    /// let gone = shop.purge_quarantine(|value| *value.cause() == Cause::UnknownTable).wait()?;
    /// assert_eq!(gone, 0);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn purge_quarantine(&self, filter: impl FnMut(&Quarantined<'_>) -> bool) -> Op<u64> {
        self.released(self.core.purge(self.core.rung, filter))
    }

    /// The answer of a transaction that is accepted, once that is shown.
    fn released<R: Send + 'static>(&self, released: Result<Ticket<R>>) -> Op<R> {
        self.keep_after(&released);
        match released {
            Ok(Ticket { result, receipt }) => receipt.shown().map(|shown| shown.map(|()| result)),
            Err(error) => Op::failed(error),
        }
    }
}
