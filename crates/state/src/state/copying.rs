//! Snapshots, and copies of a running state.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_store::{Error, ErrorKind, Op, Result};

use super::handle::State;
use crate::copy::{CopyReport, Copying};
use crate::open::Home;
use crate::snapshot::{Keeper, SnapshotReport};
use crate::tables::Tables;

impl<T: Tables> State<T> {
    /// Makes a snapshot of what is shown now, or of something later. It answers when the snapshot is durable and the
    /// journal before it is let go of. It is made in the background and stops no reader and no writer. States also make
    /// snapshots on their own, see [`Settings::snapshots`](crate::Settings::snapshots).
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
    /// is made in the background and stops no reader and no writer, however long it takes. While it is made, what is
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

    /// Makes a copy of the state, and calls `progress` with how far it is, some times a second at the usual
    /// speed of disks. If `progress` fails, that ends it. See [`checkpoint`](Self::checkpoint).
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
    /// makes a state. It works as [`checkpoint`](Self::checkpoint), but on this thread, and the
    /// stream is not read again here: its reader checks it.
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

    /// Begins a snapshot if it is time for one.
    pub(crate) fn keep(&self) {
        Keeper::look(&self.core, false);
    }

    /// Makes a snapshot when another tenant of the journal has no room because of what it holds.
    pub(crate) fn make_room_for_others(&self) {
        Keeper::serve(&self.core);
    }
}
