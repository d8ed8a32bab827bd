//! redb: a tree that is copied on write. Opening it after a crash checks the whole tree.

use std::path::Path;

use ::redb::{Database, Durability, ReadableDatabase, TableDefinition};

use super::subject::{Loaded, Mark, Result, Subject, Writer};
use crate::contest::Suite;
use crate::records::{KEY, Record, Records};

const TABLE: TableDefinition<'_, &[u8; KEY], &[u8]> = TableDefinition::new("records");

pub(crate) struct Redb {
    database: Database,
    durability: Durability,
}

impl Redb {
    pub(crate) fn open(suite: Suite, folder: &Path) -> Result<Self> {
        let database = Database::create(folder.join("records.redb"))?;
        let durability = match suite {
            Suite::Journaled => Durability::None,
            Suite::Synced | Suite::Tickets => Durability::Immediate,
        };
        Ok(Self { database, durability })
    }

    pub(crate) fn fill(folder: &Path, records: usize, batch: usize) -> Result<()> {
        let redb = Self::open(Suite::Synced, folder)?;
        let mut source = Records::new(0);
        for begin in (0..records).step_by(batch) {
            redb.put((begin..records.min(begin + batch)).len(), || *source.next())?;
        }
        std::mem::forget(redb);
        Ok(())
    }

    pub(crate) fn load(folder: &Path, key: &[u8; KEY]) -> Result<Loaded> {
        let redb = Self::open(Suite::Synced, folder)?;
        let value = {
            let table = redb.database.begin_read()?.open_table(TABLE)?;
            table.get(key)?.map(|value| value.value().to_vec())
        };
        Ok(Loaded { value, records: None, held: Box::new(redb) })
    }

    fn put(&self, count: usize, mut next: impl FnMut() -> Record) -> Result<()> {
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(self.durability)?;
        {
            let mut table = transaction.open_table(TABLE)?;
            for _ in 0..count {
                let record = next();
                table.insert(record.key(), record.value())?;
            }
        }
        Ok(transaction.commit()?)
    }
}

impl Subject for Redb {
    fn writer(&self) -> Result<Box<dyn Writer + '_>> {
        Ok(Box::new(self))
    }
}

impl Writer for &Redb {
    fn put(&mut self, record: &Record, mark: Mark) -> Result<Option<Mark>> {
        Redb::put(self, 1, || *record)?;
        Ok(Some(mark))
    }
}
