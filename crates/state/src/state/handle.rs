//! The handle of a state: opening it, reading it, closing it.

use std::fmt;
use std::sync::Arc;

use forebay_store::seam::{Random, SystemRandom};
use forebay_store::{Error, Op, Result, Seams};

use crate::builder::Builder;
use crate::commit::{CloseReport, Core, Desk, Root, View};
use crate::open::{Home, OpenReport};
use crate::reader::Reader;
use crate::record::Pen;
use crate::revision::Revision;
use crate::snapshot::Keeper;
use crate::table::{TableField, TableRef};
use crate::tables::Tables;
use crate::trouble::Trouble;
use crate::watch::Watching;

/// A typed, transactional store in memory, durable through its journal. Clones are handles to the
/// same state.
///
/// Nothing is synced when the last handle is dropped: what was acknowledged at a rung is as safe as
/// that rung says.
pub struct State<T: Tables> {
    pub(super) core: Arc<Core<T>>,
    /// A count of it for each handle. Jobs have the core, too, so that does not tell whether there are any.
    present: Arc<Present<T>>,
}

/// That there are handles of a state. The tenants of its journal are told when there are none any more.
struct Present<T: Tables>(Arc<Core<T>>);

impl<T: Tables> Drop for Present<T> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl<T: Tables> State<T> {
    /// An empty state that lives in this process only.
    pub fn memory() -> Self {
        let mut tables = T::empty(SystemRandom::default().next_u64());
        tables.loaded();
        let root = Root::new(tables);
        let seams = Seams::default();
        let desk = Desk::new(Arc::new(root), Pen::default(), Arc::clone(&seams.spawn));
        Self::new(Core::new(desk, (None, None), seams))
    }

    /// Opens the state that is there, or makes one. It blocks until everything is read.
    ///
    /// # Errors
    ///
    /// `Unavailable` if it has an owner already (the message names the process) or the disk does not
    /// answer; `Invalid` if what is there is another state, or was written for tables that do not fit
    /// these; `Corrupt` if acknowledged transactions are missing or damaged. Nothing on disk was
    /// changed then.
    pub fn open(home: impl Into<Home>) -> Result<Self> {
        Self::builder(home).open()
    }

    /// Opens a state with other settings; see [`Builder`].
    pub fn builder(home: impl Into<Home>) -> Builder<T> {
        Builder::new(home.into())
    }

    pub(crate) fn new(core: Core<T>) -> Self {
        let core = Arc::new(core);
        let present = Arc::new(Present(Arc::clone(&core)));
        Self { core, present }
    }

    /// A state that was opened a moment ago.
    pub(crate) fn opened(core: Core<T>) -> Result<Self> {
        let is_unkept = core.is_unkept;
        let state = Self::new(core);
        // What was given up is given up for good: the next opening must not find it again.
        if is_unkept {
            state.snapshot().wait()?;
        }
        state.keep();
        Ok(state)
    }

    /// All tables as they are now. It waits for no writer, and no writer waits for it.
    pub fn read(&self) -> View<T> {
        self.core.read()
    }

    /// Reads faster than [`read`](Self::read) does, in loops that do little else.
    pub fn reader(&self) -> Reader<T> {
        Reader::new(Arc::clone(&self.core))
    }

    /// To watch what transactions change in a table.
    ///
    /// ```
    /// use forebay_state::{State, Table};
    ///
    /// #[derive(State, Clone)]
    /// struct Shop {
    ///     #[table(id = 1)]
    ///     stock: Table<String, u32>,
    /// }
    ///
    /// # fn main() -> forebay_store::Result<()> {
    /// let shop = State::<Shop>::memory();
    /// shop.write(|tx| tx.stock.put("tea".to_owned(), 3))?;
    ///
    /// let (view, mut watch) = shop.watch(Shop::STOCK).begin()?;
    /// assert_eq!(view.stock.get("tea"), Some(&3)); // and what comes after it is in the watch
    /// shop.write(|tx| tx.stock.put("tea".to_owned(), 2))?;
    ///
    /// let batch = watch.wait()?; // or `watch.next().await`
    /// assert_eq!(batch.revision, shop.revision());
    /// assert_eq!(batch.changes[0].key(), "tea");
    /// assert_eq!(batch.changes[0].value(), Some(&2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch<F: TableField>(&self, table: TableRef<T, F>) -> Watching<'_, T, F> {
        Watching::new(&self.core, table)
    }

    /// The last transaction that is shown.
    pub fn revision(&self) -> Revision {
        self.core.front.shown()
    }

    /// What was found when it was opened.
    pub fn report(&self) -> &OpenReport {
        &self.core.report
    }

    /// Why nothing is taken any more, if that is so. Reads go on.
    pub fn failure(&self) -> Option<Error> {
        self.core.failure()
    }

    /// What went wrong in the background and will be tried again.
    pub fn troubles(&self) -> Vec<Trouble> {
        self.core.keeper().and_then(Keeper::trouble).into_iter().collect()
    }

    /// Closes the state in order: from now on it takes nothing, and once it is answered everything that
    /// was accepted is synced, and it may be opened again, here or elsewhere. Reads go on.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation does not stop it: the state is closed.
    ///
    /// # Errors
    ///
    /// What went wrong: what was not synced is as safe as it was. `Closed` if it was closed before.
    pub fn close(&self) -> Op<CloseReport> {
        self.core.close()
    }
}

impl<T: Tables> Clone for State<T> {
    fn clone(&self) -> Self {
        Self { core: Arc::clone(&self.core), present: Arc::clone(&self.present) }
    }
}

impl<T: Tables> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("revision", &self.revision()).finish_non_exhaustive()
    }
}

#[cfg(test)]
impl<T: Tables> State<T> {
    pub(crate) fn core(&self) -> &Arc<Core<T>> {
        &self.core
    }
}
