//! The state: tables that are read through views and changed in transactions.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::seam::{Random, SystemRandom};
use forebay_store::{Durability, Error, ErrorKind, Op, Result, Seams};

use crate::builder::Builder;
use crate::commit::{CloseReport, Core, Desk, Root, Ticket, View};
use crate::copy::{CopyReport, Copying};
use crate::open::{Home, OpenReport};
use crate::quarantine::{Quarantined, Retried};
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
        let seams = Seams::default();
        let desk = Desk::new(Arc::new(root), Pen::default(), Arc::clone(&seams.spawn));
        Self::new(Core::new(desk, (None, None), seams))
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
        self.read().revision()
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

    /// Makes a copy of the state in a directory of its own: what is shown now, all of it at one moment. It
    /// is made in the background and stops nobody, however long it takes; while it is made, what is
    /// replaced stays in memory.
    ///
    /// The copy is a state with an identity of its own: open it, or keep it and make states of it with
    /// [`copy::restore`](crate::copy::restore()). It is made in a directory beside it, `DIR.unfinished`, is
    /// read again once it is there, and has its name when it is whole and durable. What a crash leaves
    /// in `DIR.unfinished` is removed by the next checkpoint to the same directory.
    ///
    /// # Cancel safety
    ///
    /// Dropping the answer cancels nothing.
    ///
    /// # Errors
    ///
    /// `Invalid` if something is in the directory; `Unavailable` if the disk does not take it;
    /// `Corrupt` if what was written is not what is read; `Aborted` if code of a key or a value panics. No
    /// copy is there then, and the state is as well as before.
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
    /// # let disk = SimulatedDisk::new(1);
    /// # let (home, backup) = (Home::simulated(disk.clone(), "shop"), Home::simulated(disk, "backup"));
    /// let shop = State::<Shop>::open(home)?;
    /// shop.write(|tx| tx.users.put("alice".into(), 31))?;
    /// let report = shop.checkpoint(backup.clone()).wait()?;
    /// assert_eq!(report.totals.entries(), 1);
    ///
    /// let copy = State::<Shop>::open(backup)?;
    /// assert_eq!(copy.read().users.get("alice"), Some(&31));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn checkpoint(&self, home: impl Into<Home>) -> Op<CopyReport> {
        self.checkpoint_with(home, |_| Ok(()))
    }

    /// As [`checkpoint`](Self::checkpoint); `progress` is told how far it is, some times a second at the usual
    /// speed of disks, and if it fails, that ends it.
    pub fn checkpoint_with(
        &self,
        home: impl Into<Home>,
        mut progress: impl FnMut(Copying) -> Result<()> + Send + 'static,
    ) -> Op<CopyReport> {
        let (done, op) = Op::pending();
        let (checkpoint, home) = (self.core.checkpoint(), home.into());
        self.core.seams.spawn.run(Box::new(move || {
            let work = AssertUnwindSafe(|| checkpoint.to_directory(&home, &mut progress));
            let made = catch_unwind(work).unwrap_or_else(|_| {
                Err(Error::new(ErrorKind::Aborted, "code of a key or a value panicked"))
            });
            done.complete(made);
        }));
        op
    }

    /// Writes a copy of the state to a stream, from which [`copy::restore_from`](crate::copy::restore_from)
    /// makes a state; as [`checkpoint`](Self::checkpoint), but on this thread. Whoever reads it checks it: a
    /// stream is not read again here.
    ///
    /// # Errors
    ///
    /// `Unavailable` if `out` does not take it; what `progress` says. What was written is worth nothing then,
    /// and cannot be taken for a copy.
    pub fn checkpoint_to(
        &self,
        out: impl io::Write,
        mut progress: impl FnMut(Copying) -> Result<()>,
    ) -> Result<CopyReport> {
        self.core.checkpoint().to_stream(out, &mut progress)
    }

    /// What went wrong in the background and will be tried again.
    pub fn troubles(&self) -> Vec<Trouble> {
        self.core.keeper().and_then(Keeper::trouble).into_iter().collect()
    }

    /// Begins a snapshot if it is time for one.
    pub(crate) fn keep(&self) {
        Keeper::look(&self.core, false);
    }

    /// Makes a snapshot when another tenant of the journal has no room because of what it holds.
    pub(crate) fn make_room_for_others(&self) {
        Keeper::serve(&self.core);
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
