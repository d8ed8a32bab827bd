//! A watch: what comes, batch by batch.

use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use forebay_store::{Op, Result};

use super::batch::Batch;
use super::history::History;
use crate::revision::Revision;
use crate::table::{TableField, TableRef};
use crate::tables::Tables;

/// What transactions change in a table, one [`Batch`] a transaction, in the order in which they are
/// shown. Transactions that change nothing of it are passed over.
///
/// It sees what is shown, and so acknowledged: nothing that could still be taken back. It is bounded:
/// the changes of the last 65 536 transactions are kept, or fewer if they are more than 1 048 576
/// operations together. A watch that comes later gets [`FellBehind`](crate::FellBehind). A watch slows no
/// writer, and does not keep the state open: when that is closed or dropped, the watch is told so after the
/// last batch.
pub struct Watch<T: Tables, F: TableField> {
    pub(super) history: Arc<History<T>>,
    pub(super) table: TableRef<T, F>,
    pub(super) range: (Bound<F::Key>, Bound<F::Key>),
    pub(super) seen: Revision,
}

impl<T: Tables, F: TableField> Watch<T, F> {
    /// The last revision that it has seen: everything up to it was given out or passed over.
    pub fn seen(&self) -> Revision {
        self.seen
    }

    /// The next batch, if it is there already.
    ///
    /// # Errors
    ///
    /// `Unavailable` with the source [`FellBehind`](crate::FellBehind) if what comes next is not kept
    /// any more; `Closed` if nothing comes any more, or what the state has failed with.
    pub fn try_next(&mut self) -> Result<Option<Batch<F::Key, F::Value>>> {
        while let Some(changes) = self.history.after(self.seen)? {
            self.seen = self.seen.next();
            let changes = self.table.changes(&changes);
            if let Some(batch) = Batch::of::<F>(self.seen, changes, &self.range) {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// The next batch, when it comes.
    ///
    /// # Cancel safety
    ///
    /// To drop it before it has answered loses nothing: the batch is given out the next time.
    ///
    /// # Errors
    ///
    /// As [`try_next`](Self::try_next).
    pub async fn next(&mut self) -> Result<Batch<F::Key, F::Value>> {
        loop {
            if let Some(batch) = self.try_next()? {
                return Ok(batch);
            }
            self.ready().await?;
        }
    }

    /// Blocks this thread until the next batch comes.
    ///
    /// # Errors
    ///
    /// As [`try_next`](Self::try_next).
    pub fn wait(&mut self) -> Result<Batch<F::Key, F::Value>> {
        loop {
            if let Some(batch) = self.try_next()? {
                return Ok(batch);
            }
            self.ready().wait()?;
        }
    }

    /// Answers when [`try_next`](Self::try_next) is worth a try: a transaction has been shown, or none
    /// will be.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn ready(&self) -> Op<()> {
        self.history.when_after(self.seen)
    }
}

impl<T: Tables, F: TableField> Drop for Watch<T, F> {
    fn drop(&mut self) {
        self.history.leave();
    }
}

impl<T: Tables, F: TableField> fmt::Debug for Watch<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("table", &self.table)
            .field("seen", &self.seen.0)
            .finish_non_exhaustive()
    }
}
