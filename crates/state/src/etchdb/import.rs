//! The import of an etchdb into a state.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use forebay_journal::disk::{Directory, RealDirectory};
use forebay_store::{Durability, Error, ErrorKind, Result};
use serde::de::DeserializeOwned;

use super::check::{Check, Checked};
use super::collection::Collection;
use super::damage::{Cause, Damage};
use super::fill::Fill;
use super::key::EtchKey;
use super::lock::SharedLock;
use super::plan::Plan;
use super::progress::{Phase, Progress};
use super::quarantine::Quarantined;
use super::report::{Refusal, Report};
use super::route::ToTable;
use super::source::Source;
use super::target::Target;
use super::teller::{Callback, Teller};
use crate::state::State;
use crate::tables::Tables;

/// Reads the directory of an etchdb, 0.3 to 0.6, and puts what is in it into the tables of a state.
///
/// Nothing is ever written into that directory. While the import lives, no etchdb (0.5 or later) can
/// open it; one that is running is an error, because its files change under the reader: stop it, or let
/// it make a checkpoint and import that.
///
/// [`run`](Self::run) reads everything twice. The first time it decodes every key and every value and
/// writes nothing; if anything is damaged or does not fit, it is an error that says what and where. Only
/// then it fills the tables, which must be empty, in transactions of 1000. Memory: one transaction of
/// the etchdb, one of the state, and 128 KiB.
///
/// ```no_run
/// use forebay_state::etchdb::{Collection, Import};
/// use forebay_state::{State, Table};
/// use forebay_store::Durability;
///
/// #[derive(State, Clone)]
/// struct Shop {
///     #[table(id = 1)]
///     users: Table<String, u64>,
///     #[table(id = 2)]
///     orders: Table<u64, String>,
/// }
///
/// let shop = State::<Shop>::open("shop.state")?;
/// let report = Import::<Shop>::open("shop.etchdb")?
///     .table(0, |tx| &mut tx.users) // #[etch(collection = 0)]
///     .table(Collection::new(1).version(2), |tx| &mut tx.orders) // #[etch(.., version = 2)]
///     .leave(7) // not wanted any more
///     .rung(Durability::Synced)
///     .run(&shop)?;
/// println!("{report}");
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub struct Import<T: Tables> {
    source: Source,
    plan: Plan<T>,
    progress: Option<Box<Callback>>,
    quarantined: Option<Box<dyn FnMut(Quarantined) -> Result<()>>>,
    /// Held, not looked at.
    _lock: Option<SharedLock>,
}

impl<T: Tables> Import<T> {
    /// Looks into the directory of an etchdb, and keeps etchdb from opening it meanwhile.
    ///
    /// `Unavailable` if a running etchdb has it open (one before 0.5 does not say so: its changes are
    /// noticed afterwards), `Invalid` if it is no such directory.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let directory = RealDirectory::existing(path).map_err(|error| {
            Error::invalid(format!("{} is not a directory", path.display())).with_source(error)
        })?;
        let lock = SharedLock::take(path)?;
        Ok(Self { _lock: lock, ..Self::of(Arc::new(directory))? })
    }

    /// Looks into a directory of any kind, without a lock.
    pub fn of(directory: Arc<dyn Directory>) -> Result<Self> {
        let (source, plan) = (Source::new(directory)?, Plan::new());
        Ok(Self { source, plan, progress: None, quarantined: None, _lock: None })
    }

    /// Where a collection goes: its number, or a [`Collection`] that says more, and the table.
    pub fn table<K, V>(
        mut self,
        collection: impl Into<Collection<V>>,
        select: impl for<'a, 't> Fn(&'a mut T::Tx<'t>) -> &'a mut (dyn Target<K, V> + 'a) + 'static,
    ) -> Self
    where
        K: EtchKey,
        V: DeserializeOwned + 'static,
    {
        let collection = collection.into();
        self.plan.routes.insert(collection.number, Box::new(ToTable::new(collection, select)));
        self
    }

    /// Leaves a collection behind. One without a table that is not left is counted as
    /// [`Cause::Collection`].
    pub fn leave(mut self, collection: u8) -> Self {
        self.plan.left.insert(collection);
        self
    }

    /// How a snapshot of etchdb 0.3 is read, which is one struct: `S` must have the fields of the struct
    /// that wrote it, all that were not skipped, in their order. It is one transaction.
    pub fn old_snapshot<S: DeserializeOwned + 'static>(
        mut self,
        fill: impl Fn(&mut T::Tx<'_>, S) -> Result<()> + 'static,
    ) -> Self {
        self.plan.set_old_snapshot(fill);
        self
    }

    /// Calls `take` with each value that etchdb itself had put into quarantine and whose key is in no table
    /// after the import. Without it they are counted as [`Cause::Quarantined`].
    pub fn quarantined(mut self, take: impl FnMut(Quarantined) -> Result<()> + 'static) -> Self {
        self.quarantined = Some(Box::new(take));
        self
    }

    /// How safe each transaction of a thousand is before the next one: as the state's own writes, if
    /// nothing is said.
    pub fn rung(mut self, rung: Durability) -> Self {
        self.plan.rung = Some(rung);
        self
    }

    /// Calls `tell` with how far it is, after every thousand operations and at the beginning of each phase. If
    /// `tell` breaks it off, the import is [`Aborted`](ErrorKind::Aborted).
    pub fn progress(mut self, tell: impl FnMut(Progress) -> ControlFlow<()> + 'static) -> Self {
        self.progress = Some(Box::new(tell));
        self
    }

    /// Brings over what is good, although something is damaged or does not fit; the report says what.
    pub fn keep_what_is_good(mut self) -> Self {
        self.plan.keeps_what_is_good = true;
        self
    }

    /// Reads and decodes everything, and writes nothing. Damage is in the report, not an error.
    pub fn check(&mut self) -> Result<Report> {
        self.read().map(|(report, _)| report)
    }

    /// Brings everything over. What is there then is as safe as the [`rung`](Self::rung) says: throw
    /// the etchdb away after an import at `Synced` only.
    ///
    /// With damage, or something that does not fit, it is `Corrupt` or `Invalid`, nothing was written, and
    /// the source of the error is a [`Refusal`] with the report. `Refused` if a table is not empty. After
    /// any other error a part may be in the tables: clear them, and run it again.
    pub fn run(mut self, state: &State<T>) -> Result<Report> {
        let (mut report, digest) = self.read()?;
        if !self.plan.keeps_what_is_good && !report.causes.is_empty() {
            return Err(refusal(report));
        }
        state.write(|tx| self.all_empty(tx))?;
        let teller = Teller::new(self.progress.as_mut(), Phase::Filling, self.source.total()?)?;
        let mut fill = Fill::new(&self.plan, state, teller);
        self.source.read(&mut fill)?;
        if fill.end()? != digest {
            return Err(Error::unavailable(
                "the etchdb was changed while it was read: stop whoever writes to it, clear the \
                 tables, and import again",
            ));
        }
        self.hand_over(state, &mut report)?;
        state.write(|tx| {
            for (number, route) in &self.plan.routes {
                if let Some(found) = report.collections.get_mut(number) {
                    found.entries = route.len(tx) as u64;
                }
            }
            Ok(())
        })?;
        Ok(report)
    }

    fn read(&mut self) -> Result<Checked> {
        let teller = Teller::new(self.progress.as_mut(), Phase::Checking, self.source.total()?)?;
        let mut check = Check::new(&self.plan, teller);
        self.source.read(&mut check)?;
        let (mut report, digest) = check.end();
        report.has_backup = self.source.has_backup();
        let (quarantined, damage) = self.source.quarantined()?;
        if let Some(damage) = damage {
            report.note(damage);
        }
        report.quarantined = quarantined.len() as u64;
        if self.quarantined.is_none() {
            for value in &quarantined {
                report.note(in_quarantine(value));
            }
        }
        Ok((report, digest))
    }

    fn all_empty(&self, tx: &mut T::Tx<'_>) -> Result<()> {
        match self.plan.routes.iter().find(|(_, route)| route.len(tx) > 0) {
            None => Ok(()),
            Some((number, _)) => Err(Error::refused(format!(
                "the table for collection {number} is not empty, and what is in it would mix with what \
                 comes: clear it before"
            ))),
        }
    }

    fn hand_over(&mut self, state: &State<T>, report: &mut Report) -> Result<()> {
        let Some(take) = &mut self.quarantined else { return Ok(()) };
        for value in self.source.quarantined()?.0 {
            let route = self.plan.routes.get(&value.collection);
            let is_there =
                state.write(|tx| Ok(route.is_some_and(|route| route.contains(tx, &value.key))))?;
            if !is_there {
                take(value)?;
                report.handed_over += 1;
            }
        }
        Ok(())
    }
}

fn in_quarantine(value: &Quarantined) -> Damage {
    let what = format!(
        "etchdb had put a value of collection {} aside ({}): take it with `quarantined`",
        value.collection, value.reason
    );
    Damage { file: "quarantine.bin", offset: 0, cause: Cause::Quarantined, what }
}

#[cold]
fn refusal(report: Report) -> Error {
    let kind = if report.has_damage() { ErrorKind::Corrupt } else { ErrorKind::Invalid };
    let count: u64 = report.causes.values().sum();
    let first = report.notes.first().map(ToString::to_string).unwrap_or_default();
    let message = format!(
        "{first} ({count} such things in all); nothing was written, and `keep_what_is_good` imports \
         the rest"
    );
    Error::new(kind, message).with_source(Refusal(report))
}

impl<T: Tables> fmt::Debug for Import<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import").field("source", &self.source).finish_non_exhaustive()
    }
}
