//! The second reading: what was good is put into the tables.

use std::hash::Hasher as _;
use std::mem;

use forebay_store::Result;
use twox_hash::xxhash3_64::Hasher;

use super::check::digest;
use super::damage::Damage;
use super::operation::Operation;
use super::plan::Plan;
use super::report::{LogReport, SnapshotReport};
use super::route::Change;
use super::source::{Place, Sink};
use super::teller::Teller;
use crate::state::State;
use crate::tables::Tables;

/// How many operations, and how many bytes of them, are one transaction.
const OPERATIONS: usize = 1000;
const BYTES: usize = 8 << 20;

/// Gathers operations and writes them.
pub(super) struct Fill<'p, T: Tables> {
    plan: &'p Plan<T>,
    state: &'p State<T>,
    teller: Teller<'p>,
    gathered: Vec<Change<'p, T>>,
    bytes: usize,
    digest: Hasher,
}

impl<'p, T: Tables> Fill<'p, T> {
    pub(super) fn new(plan: &'p Plan<T>, state: &'p State<T>, teller: Teller<'p>) -> Self {
        let (gathered, digest) = (Vec::with_capacity(OPERATIONS), Hasher::new());
        Self { plan, state, teller, gathered, bytes: 0, digest }
    }

    /// Writes what is left, and says what all of it was.
    pub(super) fn end(mut self) -> Result<u64> {
        self.write()?;
        Ok(self.digest.finish())
    }

    fn write(&mut self) -> Result<()> {
        let changes = mem::take(&mut self.gathered);
        self.bytes = 0;
        if changes.is_empty() {
            return Ok(());
        }
        let make = |tx: &mut T::Tx<'_>| changes.into_iter().try_for_each(|change| change(tx));
        match self.plan.rung {
            Some(rung) => self.state.write_at(rung, make),
            None => self.state.write(make),
        }
    }
}

impl<T: Tables> Sink for Fill<'_, T> {
    fn operation(&mut self, operation: Operation<'_>, place: Place) -> Result<()> {
        self.teller.tell(place)?;
        digest(&mut self.digest, &operation);
        let Some(route) = self.plan.routes.get(&operation.collection) else { return Ok(()) };
        // What cannot be read was counted at the first reading, and accepted.
        let Ok(routed) = route.read(&operation) else { return Ok(()) };
        self.gathered.push(routed.change);
        self.bytes += operation.value.map_or(0, |stored| stored.bytes().len());
        if self.gathered.len() < OPERATIONS && self.bytes < BYTES {
            return Ok(());
        }
        self.write()
    }

    fn old_snapshot(&mut self, bytes: &[u8]) -> Result<Result<(), String>> {
        self.digest.write(bytes);
        match self.plan.old_snapshot(bytes)? {
            Ok(change) => {
                self.gathered.push(change);
                self.write().map(Ok)
            }
            Err(what) => Ok(Err(what)),
        }
    }

    fn snapshot(&mut self, _: SnapshotReport) {}

    fn log(&mut self, _: LogReport) {}

    fn damage(&mut self, _: Damage) {}
}
