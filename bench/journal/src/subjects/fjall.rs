//! fjall: a log-structured tree. Opening it replays its journal into a table in memory; what was
//! flushed before is not loaded.

use std::path::Path;

use ::fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};

use super::subject::{Loaded, Mark, Result, Subject, Writer};
use crate::contest::Suite;
use crate::records::{KEY, Record, Records};

pub(crate) struct Fjall {
    database: Database,
    keyspace: Keyspace,
    syncs: bool,
}

impl Fjall {
    pub(crate) fn open(suite: Suite, folder: &Path) -> Result<Self> {
        let syncs = suite != Suite::Journaled;
        // Where each put is synced anyway, handing it to the system first is a call too many.
        let database = Database::builder(folder).manual_journal_persist(syncs).open()?;
        let keyspace = database.keyspace("records", KeyspaceCreateOptions::default)?;
        Ok(Self { database, keyspace, syncs })
    }

    pub(crate) fn fill(folder: &Path, records: usize, batch: usize) -> Result<()> {
        let fjall = Self::open(Suite::Synced, folder)?;
        let mut source = Records::new(0);
        for begin in (0..records).step_by(batch) {
            let mut puts = fjall.database.batch();
            for _ in begin..records.min(begin + batch) {
                let record = source.next();
                puts.insert(&fjall.keyspace, &record.key()[..], record.value());
            }
            puts.commit()?;
            fjall.database.persist(PersistMode::SyncData)?;
        }
        std::mem::forget(fjall);
        Ok(())
    }

    pub(crate) fn load(folder: &Path, key: &[u8; KEY]) -> Result<Loaded> {
        let fjall = Self::open(Suite::Synced, folder)?;
        let value = fjall.keyspace.get(key)?.map(|value| value.to_vec());
        Ok(Loaded { value, records: None, held: Box::new(fjall) })
    }
}

impl Subject for Fjall {
    fn writer(&self) -> Result<Box<dyn Writer + '_>> {
        Ok(Box::new(self))
    }
}

impl Writer for &Fjall {
    fn put(&mut self, record: &Record, mark: Mark) -> Result<Option<Mark>> {
        self.keyspace.insert(&record.key()[..], record.value())?;
        if self.syncs {
            self.database.persist(PersistMode::SyncData)?;
        }
        Ok(Some(mark))
    }
}
