//! One subject with so many entries, ready for one operation, and how a sample of it is taken.

use std::time::Duration;

use forebay_store::{Error, Result};

use crate::effort::{CHUNK, operations};
use crate::groups::Groups;
use crate::keys::Keys;
use crate::measured::Sample;
use crate::operation::Operation;
use crate::stopwatch::{Stopwatch, others_cpu};
use crate::subjects::{Kind, Room, Subject};

pub(crate) struct Bench {
    operation: Operation,
    kind: Kind,
    entries: u32,
    /// Operations in one sample.
    operations: usize,
    subject: Box<dyn Subject>,
    keys: Keys,
    groups: Groups,
}

impl Bench {
    /// Opens the subject and brings it into the state that the operation starts from.
    pub(crate) fn prepare(
        operation: Operation,
        kind: Kind,
        entries: u32,
        quick: bool,
    ) -> Result<Self> {
        let room = if operation == Operation::PutEvict { Room::Full } else { Room::Ample };
        let operations = operations(operation, kind, entries, quick);
        let subject = kind.open(entries, room)?;
        let (keys, groups) = (Keys::new(entries), Groups::default());
        let mut bench = Self { operation, kind, entries, operations, subject, keys, groups };
        bench.fill()?;
        Ok(bench)
    }

    fn fill(&mut self) -> Result<()> {
        let keys = self.keys.all();
        match self.operation {
            Operation::AgeIdle | Operation::OverwriteDirty => self.subject.put(&keys)?,
            Operation::AgeBatch => self.groups = Groups::fill(&mut *self.subject, &keys)?,
            Operation::PutEvict => {
                self.put_and_keep_up(&keys)?;
                if !self.kind.grows_with_entries(self.operation) {
                    // Past the first fill, so that the eviction policy is in its stride.
                    let more = self.keys.fresh(keys.len() / 2);
                    self.put_and_keep_up(&more)?;
                }
            }
            Operation::Overwrite | Operation::Delete | Operation::GetHit => {
                for chunk in keys.chunks(CHUNK) {
                    self.subject.put(chunk)?;
                    self.subject.keep_up()?;
                }
                self.subject.store_dirty()?;
            }
        }
        self.subject.housekeep();
        self.subject.rest()?;
        self.check_len()
    }

    pub(crate) fn sample(&mut self) -> Result<Sample> {
        let written = self.subject.written();
        let others = others_cpu();
        let mut watch = Stopwatch::default();
        let (operations, writes) = match self.operation {
            Operation::PutEvict => {
                let keys = self.keys.fresh(self.operations);
                watch.time(|| self.put_and_keep_up(&keys))?;
                (keys.len(), keys.len())
            }
            Operation::Overwrite => {
                let keys = self.keys.resident(self.operations);
                watch.time(|| self.overwrite(&keys))?;
                (keys.len(), keys.len())
            }
            Operation::OverwriteDirty => {
                let keys = self.keys.resident(self.operations);
                watch.time(|| self.subject.put(&keys))?;
                (keys.len(), 0)
            }
            Operation::Delete => return self.delete(),
            Operation::AgeIdle => {
                watch.time(|| self.look_for_old())?;
                (self.operations, 0)
            }
            Operation::AgeBatch => self.flush_old(&mut watch)?,
            Operation::GetHit => {
                let keys = self.keys.resident(self.operations);
                let found = watch.time(|| {
                    let found = self.subject.get(&keys);
                    self.subject.housekeep();
                    found
                })?;
                self.check(found == keys.len(), || format!("{found} of {} found", keys.len()))?;
                (keys.len(), 0)
            }
        };
        self.subject.rest()?;
        let others = others_cpu().saturating_sub(others);
        self.check_written(written, writes)?;
        self.check_len()?;
        Ok(Sample::new(&watch, others, operations))
    }

    fn put_and_keep_up(&mut self, keys: &[u64]) -> Result<()> {
        for chunk in keys.chunks(CHUNK) {
            self.subject.put(chunk)?;
            self.subject.keep_up()?;
        }
        self.subject.housekeep();
        Ok(())
    }

    fn overwrite(&mut self, keys: &[u64]) -> Result<()> {
        for chunk in keys.chunks(CHUNK) {
            self.subject.put(chunk)?;
            self.subject.store_dirty()?;
        }
        self.subject.housekeep();
        Ok(())
    }

    fn look_for_old(&mut self) -> Result<()> {
        const HOUR: Duration = Duration::from_secs(3600);
        for _ in 0..self.operations {
            let stored = self.subject.flush_older_than(HOUR)?;
            self.check(stored == 0, || format!("{stored} entries were an hour old"))?;
        }
        Ok(())
    }

    /// Only the deletes are timed; each chunk is put back before the next.
    fn delete(&mut self) -> Result<Sample> {
        let keys = self.keys.resident(self.operations);
        let others = others_cpu();
        let mut watch = Stopwatch::default();
        for chunk in keys.chunks(CHUNK) {
            let written = self.subject.written();
            watch.time(|| -> Result<()> {
                self.subject.delete(chunk)?;
                self.subject.keep_up()?;
                self.subject.housekeep();
                Ok(())
            })?;
            self.check_written(written, chunk.len())?;
            self.subject.put(chunk)?;
            self.subject.keep_up()?;
            self.subject.housekeep();
        }
        self.check_len()?;
        let others = others_cpu().saturating_sub(others);
        Ok(Sample::new(&watch, others, keys.len()))
    }

    /// Says how many entries the timed calls stored, and how many were stored in all.
    fn flush_old(&mut self, watch: &mut Stopwatch) -> Result<(usize, usize)> {
        let (mut timed, mut total) = (0, 0);
        for _ in 0..self.operations {
            let age = self.groups.oldest_age();
            let stored = watch.time(|| self.subject.flush_older_than(age))?;
            self.check(stored > 0, || "nothing was old".to_owned())?;
            timed += stored;
            total += self.groups.renew(&mut *self.subject, stored)?;
        }
        Ok((timed, total))
    }

    /// All do the same work, or the comparison is worth nothing.
    fn check_written(&self, before: u64, expected: usize) -> Result<()> {
        let expected = if self.kind.has_store() { expected as u64 } else { 0 };
        let written = self.subject.written() - before;
        self.check(written == expected, || {
            format!("{written} writes reached the store, not {expected}")
        })
    }

    fn check_len(&self) -> Result<()> {
        let (len, entries) = (self.subject.len(), self.entries as usize);
        let fits = match self.operation {
            // Sharded caches do not fill every shard to the brim, and each of the last writes took more room for as long as it
            // was not stored.
            Operation::PutEvict => (entries * 3 / 4..=entries).contains(&len),
            _ => len == entries,
        };
        self.check(fits, || format!("{len} entries"))
    }

    fn check(&self, holds: bool, otherwise: impl FnOnce() -> String) -> Result<()> {
        if holds {
            return Ok(());
        }
        let (kind, title) = (self.kind.name(), self.operation.title());
        let message = format!("{kind} with {} entries, {title}: {}", self.entries, otherwise());
        Err(Error::invalid(message))
    }
}
