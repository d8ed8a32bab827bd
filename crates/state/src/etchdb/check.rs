//! The first reading: everything is decoded, nothing is written.

use std::hash::Hasher as _;

use forebay_store::Result;
use twox_hash::xxhash3_64::Hasher;

use super::damage::{Cause, Damage};
use super::operation::Operation;
use super::plan::Plan;
use super::report::{LogReport, Report, SnapshotReport};
use super::source::{Place, Sink};
use super::teller::Teller;
use crate::tables::Tables;

/// Takes what is found into a report.
pub(super) struct Check<'p, T: Tables> {
    plan: &'p Plan<T>,
    teller: Teller<'p>,
    report: Report,
    digest: Hasher,
}

/// What was found, and a digest of all that will be applied.
pub(super) type Checked = (Report, u64);

impl<'p, T: Tables> Check<'p, T> {
    pub(super) fn new(plan: &'p Plan<T>, teller: Teller<'p>) -> Self {
        Self { plan, teller, report: Report::default(), digest: Hasher::new() }
    }

    pub(super) fn end(self) -> Checked {
        (self.report, self.digest.finish())
    }
}

/// Adds an operation to a digest.
pub(super) fn digest(hasher: &mut Hasher, operation: &Operation<'_>) {
    hasher.write_u8(operation.collection);
    hasher.write_u64(operation.key.len() as u64);
    hasher.write(operation.key);
    if let Some(stored) = operation.value {
        hasher.write_u16(stored.version());
        hasher.write_u64(stored.bytes().len() as u64);
        hasher.write(stored.bytes());
    }
}

impl<T: Tables> Sink for Check<'_, T> {
    fn operation(&mut self, operation: Operation<'_>, place: Place) -> Result<()> {
        self.teller.tell(place)?;
        digest(&mut self.digest, &operation);
        let counts = self.report.collections.entry(operation.collection).or_default();
        match operation.value {
            Some(stored) => {
                counts.puts += 1;
                *counts.versions.entry(stored.version()).or_default() += 1;
            }
            None => counts.deletes += 1,
        }
        let Place { file, offset, .. } = place;
        let mut note = |cause, what| self.report.note(Damage { file, offset, cause, what });
        match self.plan.routes.get(&operation.collection) {
            Some(route) => match route.read(&operation) {
                Ok(routed) => routed.gone.into_iter().for_each(|field| {
                    note(Cause::Field, format!("the stored field `{field}` is not in the type"));
                }),
                Err((cause, what)) => note(cause, what),
            },
            None if self.plan.left.contains(&operation.collection) => {}
            None => note(
                Cause::Collection,
                format!(
                    "collection {} has no table: name one with `table`, or `leave` it",
                    operation.collection
                ),
            ),
        }
        Ok(())
    }

    fn old_snapshot(&mut self, bytes: &[u8]) -> Result<Result<(), String>> {
        self.digest.write(bytes);
        Ok(self.plan.old_snapshot(bytes)?.map(drop))
    }

    fn snapshot(&mut self, found: SnapshotReport) {
        self.report.snapshot = Some(found);
    }

    fn log(&mut self, found: LogReport) {
        self.report.logs.push(found);
    }

    fn damage(&mut self, damage: Damage) {
        self.report.note(damage);
    }
}
