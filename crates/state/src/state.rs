//! The state: tables that are read through views and changed in transactions.

use std::fmt;
use std::sync::Arc;

use forebay_store::seam::{Random, SystemRandom};
use forebay_store::{Durability, Error, ErrorKind, Op, Result, Seams};

use crate::builder::Builder;
use crate::commit::{CloseReport, Core, Desk, Root, Ticket, View};
use crate::open::{Home, OpenReport};
use crate::reader::Reader;
use crate::record::Pen;
use crate::revision::Revision;
use crate::snapshot::{Keeper, SnapshotReport};
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
    core: Arc<Core<T>>,
}

impl<T: Tables> State<T> {
    /// An empty state that lives in this process only.
    pub fn memory() -> Self {
        let mut tables = T::empty(SystemRandom::default().next_u64());
        tables.loaded();
        let root = Root::new(tables);
        let desk = Desk::new(Arc::new(root), Pen::default());
        Self::new(Core::new(desk, (None, None), Seams::default()))
    }

    /// Opens the state that is there, or makes one. It blocks until everything is read.
    ///
    /// # Errors
    ///
    /// `Unavailable` if somebody else owns it (the message names the process) or the disk does not
    /// answer; `Invalid` if what is there is another state, or was written for tables that do not fit
    /// these; `Corrupt` if acknowledged transactions are missing or damaged. Nothing on disk was
    /// changed then.
    pub fn open(home: impl Into<Home>) -> Result<Self> {
        Self::builder(home).open()
    }

    /// The same with other settings.
    pub fn builder(home: impl Into<Home>) -> Builder<T> {
        Builder::new(home.into())
    }

    pub(crate) fn new(core: Core<T>) -> Self {
        Self { core: Arc::new(core) }
    }

    /// All tables as they are now. It blocks nobody and is blocked by nobody.
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
    /// `f` sees what it has changed and what was accepted before; nobody else sees its changes before
    /// it has returned. If it returns an error, or panics, nothing has happened. Other writers wait
    /// while it runs, readers do not; a write of the same state within `f` is an error.
    ///
    /// What it changed is shown to readers, and acknowledged, once it *and everything accepted before
    /// it* is as safe as each asked for: so nothing that is acknowledged rests on what may still be
    /// lost. Nothing is locked meanwhile, and all who wait share one write or sync.
    ///
    /// # Errors
    ///
    /// That of `f`. `Refused` if a key is too long or a value cannot be written; `Busy` if the journal
    /// has no room; `Unavailable` once the state has failed; `Unsupported` for a rung that it does not
    /// have. Nothing has happened then. `Unknown` if the journal failed after the changes were
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

    /// As [`write_at`](Self::write_at), but it comes back as soon as the transaction is accepted. Later
    /// transactions see it; readers do when its receipt is answered. So one thread can have many under
    /// way, which share their syncs.
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

    /// Makes a snapshot of what is shown now, or of something later, and answers when it is durable and
    /// what it makes superfluous is let go of. It is made in the background and stops nobody; states make
    /// snapshots of themselves, see [`Settings::snapshots`](crate::Settings::snapshots).
    ///
    /// # Cancel safety
    ///
    /// Dropping the answer cancels nothing.
    ///
    /// # Errors
    ///
    /// Why it failed; it will be tried again, and the state is as well as before. `Unsupported` for a
    /// state in memory.
    ///
    /// ```
    /// # use forebay_journal::disk::simulated::SimulatedDisk;
    /// # use forebay_state::{Home, State, Table};
    /// #[derive(State, Clone)]
    /// struct Shop {
    ///     #[table(id = 1)]
    ///     users: Table<String, u32>,
    /// }
    ///
    /// # let home = Home::simulated(SimulatedDisk::new(1), "shop");
    /// let shop = State::<Shop>::open(home)?;
    /// shop.write(|tx| tx.users.put("alice".into(), 31))?;
    /// let report = shop.snapshot().wait()?;
    /// assert_eq!(report.totals.entries(), 1);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn snapshot(&self) -> Op<SnapshotReport> {
        Keeper::ask(&self.core)
    }

    /// What went wrong in the background and will be tried again.
    pub fn troubles(&self) -> Vec<Trouble> {
        self.core.keeper().and_then(Keeper::trouble).into_iter().collect()
    }

    /// Begins a snapshot if it is time for one.
    pub(crate) fn keep(&self) {
        Keeper::look(&self.core, false);
    }

    fn keep_after<R>(&self, written: &Result<R>) {
        match written {
            Ok(_) => self.keep(),
            // The journal takes no more until a snapshot makes some of it superfluous.
            Err(error) if error.kind() == ErrorKind::Busy => Keeper::look(&self.core, true),
            Err(_) => {}
        }
    }

    /// As [`write_at`](Self::write_at) for async code: it blocks nobody and returns at once. `f` runs here if
    /// nobody else writes just now, else on another thread. A panic of `f` is an `Aborted` answer.
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
        let core = Arc::downgrade(&self.core);
        written.map(move |written| {
            let is_full = written.as_ref().is_err_and(|error| error.kind() == ErrorKind::Busy);
            if let Some(core) = core.upgrade().filter(|_| is_full) {
                Keeper::look(&core, true);
            }
            written
        })
    }

    /// Answers when everything that was accepted until now is synced and shown.
    ///
    /// # Errors
    ///
    /// `Unsupported` for a state in memory; `Unavailable`, `Unknown` or `Closed` if it has failed or is
    /// closed.
    pub fn sync(&self) -> Op<()> {
        let nothing = self.core.submit(Durability::Synced, |_| Ok(()));
        nothing.map_or_else(Op::failed, |ticket| ticket.receipt.shown())
    }

    /// Closes the state in order: from now on it takes nothing, and once it is answered everything that
    /// was accepted is synced, and another process may open it. Reads go on.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation cancels nothing: it is closed all the same.
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
        Self { core: Arc::clone(&self.core) }
    }
}

impl<T: Tables> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("revision", &self.revision()).finish_non_exhaustive()
    }
}
